"""Every page asks who is there."""

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from frontend.guards import every_view_is_guarded
from frontend.places import landing
from routing.models import Role, Staff

pytestmark = pytest.mark.django_db

STAFF_ONLY = [
    "intake",
    "dispatch",
    "callback",
    "unit",
    "cases",
    "queue",
    "styleguide",
    "learn",
    "drift",
    "supervise",
    "contested",
    "dispatch-rows",
    "callback-rows",
]


def test_every_view_carries_a_guard():
    assert every_view_is_guarded(None) == []


def test_an_unguarded_view_is_reported(monkeypatch):
    def bare(request):
        """A view somebody forgot to guard."""

    bare.__module__ = "frontend.views.new"
    bare_pattern = URLPattern(get_resolver().url_patterns[0].pattern, bare)
    monkeypatch.setattr(get_resolver(), "url_patterns", [bare_pattern])
    assert [error.msg for error in every_view_is_guarded(None)] == [f"{bare.__qualname__} has no guard"]


@pytest.mark.parametrize("name", STAFF_ONLY)
def test_strangers_are_sent_to_the_login(name):
    answer = Client().get(reverse(name))
    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/login/")


@pytest.mark.parametrize(
    ("role", "page"),
    [
        (Role.OPERATOR, "/intake/"),
        (Role.REVIEWER, "/dispatch/"),
        (Role.DISPATCHER, "/dispatch/"),
        (Role.HANDLER, "/unit/"),
        (Role.CALLBACK, "/callback/"),
        (Role.SUPERVISOR, "/supervise/"),
        (Role.ADMIN, "/manage/"),
    ],
)
def test_each_role_lands_on_its_own_page(role, page):
    assert landing(Staff(username="x", roles=[role])) == page


def test_a_role_without_this_desk_reads_who_has_it():
    person = Staff.objects.create(username="x", name="甲", roles=[Role.HANDLER], password="!")
    client = Client()
    client.force_login(person)
    answer = client.get("/dispatch/")
    assert answer.status_code == 403
    assert "派单员" in answer.content.decode()


def test_guesses_at_a_password_are_limited():
    Staff.objects.create_user(username="guessed", password="right-one-42")
    client = Client()
    codes = [client.post("/login/", {"username": "guessed", "password": f"wrong{i}"}).status_code for i in range(6)]
    assert codes == [422] * 5 + [429]
    assert client.post("/login/", {"username": "guessed", "password": "right-one-42"}).status_code == 429


def test_login_does_not_lead_to_foreign_addresses():
    Staff.objects.create_user(username="op", password="right-one-42", roles=[Role.OPERATOR])
    answer = Client().post("/login/?next=https://evil.example/", {"username": "op", "password": "right-one-42"})
    assert answer.url == "/intake/"


def test_a_probe_may_ask_for_the_head_of_a_page():
    assert Client().head("/").status_code == 302
