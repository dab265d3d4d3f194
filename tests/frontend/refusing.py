"""Addresses for tests: the real ones, and one that refuses whatever is asked by the name of its refusal."""

from django.urls import path

from backend.urls import urlpatterns as real
from frontend import refusals

NAMED = {refusals.slug_of(kind): kind for kind in refusals.kinds()}


def refuse(request, slug: str):
    raise NAMED[slug]


urlpatterns = [path("refuse/<str:slug>/", refuse), *real]
