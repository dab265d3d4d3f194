"""A browser's side of the test client."""

from django.test import Client


def client_of(person) -> Client:
    """A client that this person has logged in with."""
    found = Client()
    found.force_login(person)
    return found
