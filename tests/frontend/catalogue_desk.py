"""What the tests of the catalogue's pages share."""

import re

import pytest
from django.test import Client

from petitions.services import catalogue
from routing.models import CatalogueEntry, CatalogueVersion
from tests import make

LAMPS = "12.03.01"


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(make.a_person(role))
    return client


@pytest.fixture
def center(city) -> Client:
    return signed_in("center")


@pytest.fixture
def draft(city) -> CatalogueVersion:
    return catalogue.start(actor=make.a_center())


def text_of(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def lamps(version: CatalogueVersion) -> CatalogueEntry:
    return version.entries.get(category__code=LAMPS, area=None)


def an_entry(**said) -> dict:
    usual = {"category": LAMPS, "area": "", "season": "", "hours": "", "tags": "", "main_kind": "district.urban"}
    return usual | {"main_department": "", "tier": "N", "assessment": "three_rates", "answer_template": ""} | said


def the_seal(page) -> str:
    return re.search(r'name="seen" value="([^"]*)"', page.content.decode()).group(1)
