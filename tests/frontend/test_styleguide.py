"""The style guide shows every component that a style sheet knows, and its colours keep their contrast."""

import re

import pytest
from django.conf import settings

from frontend.tokens import contrast, themes
from tests import make

pytestmark = pytest.mark.django_db
STYLES = settings.BASE_DIR / "frontend" / "src" / "styles"
VARIANT = re.compile(r"(is|has)-")


def components(*files) -> set[str]:
    """The classes that selectors begin with; what comes after is a part or a variant of it."""
    found = set()
    for file in files:
        text = re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.DOTALL)
        for selector in re.findall(r"([^{};@]+)\{", text):
            for alternative in selector.split(","):
                classes = [each for each in re.findall(r"\.([a-z][\w-]*)", alternative) if not VARIANT.match(each)]
                found.update(classes[:1])
    return found


def shown(html: str) -> set[str]:
    return {each for value in re.findall(r'class="([^"]*)"', html) for each in value.split()}


@pytest.fixture
def reader(client):
    client.force_login(make.a_person())
    return client


def test_every_component_of_the_staff_pages_is_shown(reader):
    known = components(*(STYLES / "components").glob("*.css"))
    assert " ".join(sorted(known - shown(reader.get("/styleguide/").content.decode()))) == ""


def test_every_component_of_the_citizens_pages_is_shown(reader):
    known = components(STYLES / "citizen.css")
    assert " ".join(sorted(known - shown(reader.get("/styleguide/citizen/").content.decode()))) == ""


def test_every_pair_of_colours_keeps_the_contrast_it_needs():
    assert [(theme.name, pair) for theme in themes() for pair in theme.pairs if not pair.is_enough] == []


def test_contrast_is_counted_as_wcag_counts_it():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
