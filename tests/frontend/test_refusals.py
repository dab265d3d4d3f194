"""Every refusal there is: its own sentence on a page, and a problem document (RFC 9457) for a client of JSON."""

import re

import pytest
from django.test import Client
from django.utils import translation

from frontend import refusals
from routing.models import Role, Staff
from tests import make
from tests.frontend.refusing import NAMED

JSON = {"HTTP_ACCEPT": "application/problem+json, application/json;q=0.9"}
BROWSER = {"HTTP_ACCEPT": "text/html,application/xhtml+xml,*/*;q=0.8"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def refusing(settings):
    settings.ROOT_URLCONF = "tests.frontend.refusing"
    return Client()


@pytest.mark.parametrize("slug", NAMED)
def test_a_refusal_is_a_problem_document_for_json(refusing, slug):
    sentence = NAMED[slug]().message

    answer = refusing.post(f"/refuse/{slug}/", {"reason": "理由", "password": "geheim"}, **JSON)

    told = answer.json()
    assert answer.headers["Content-Type"] == refusals.PROBLEM
    assert (told["status"], told["title"], told["detail"]) == (answer.status_code, sentence, sentence)
    assert told["type"].endswith(f"/problems/#{slug}")
    assert told["kept"]["saved"] is False
    assert told["kept"]["input"] == {"reason": ["理由"]}, "what was typed comes back, secrets do not"


@pytest.mark.parametrize("slug", NAMED)
def test_a_refusal_is_its_own_sentence_on_a_page(refusing, slug):
    answer = refusing.get(f"/refuse/{slug}/", **BROWSER)

    assert answer.status_code == refusals.status_of(NAMED[slug]())
    assert NAMED[slug]().message in answer.content.decode()


def test_every_refusal_has_an_address_that_explains_it():
    page = Client().get("/problems/").content.decode()

    assert [slug for slug in NAMED if f'id="{slug}"' not in page] == []
    assert min(refusals.status_of(kind()) for kind in refusals.kinds()) >= 400


def test_an_htmx_fragment_gets_the_sentence_alone(refusing):
    answer = refusing.get("/refuse/wrong-state/", HTTP_HX_REQUEST="true", **BROWSER)

    assert (answer.status_code, "<html" in answer.content.decode()) == (409, False)
    assert NAMED["wrong-state"]().message in answer.content.decode()


@pytest.mark.parametrize(
    ("accept", "is_json"),
    [
        ("*/*", False),
        ("", False),
        ("text/html", False),
        ("application/json", True),
        ("application/problem+json", True),
        ("text/html;q=0.5, application/json", True),
        ("application/json;q=0.1, text/html", False),
    ],
)
def test_json_is_for_who_prefers_it(refusing, accept, is_json):
    answer = refusing.get("/refuse/not-yours/", HTTP_ACCEPT=accept)

    assert (answer.headers["Content-Type"] == refusals.PROBLEM) == is_json


# ── what Django itself refuses ──
def test_who_is_not_logged_in_reads_401_in_json_and_the_login_page_in_a_browser():
    assert Client().get("/cases/", **BROWSER).status_code == 302
    answer = Client().get("/cases/", **JSON)

    assert (answer.status_code, answer.headers["Content-Type"]) == (401, refusals.PROBLEM)


def test_a_wrong_address_method_or_token_is_a_problem_document_too():
    person = Staff.objects.create(username="x", name="甲", roles=[Role.HANDLER], password="!")
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)

    codes = {
        client.get("/nowhere/", **JSON).status_code: 404,
        client.get("/cases/LJ1/do/sign/", **JSON).status_code: 405,
        client.post("/cases/LJ1/do/sign/", **JSON).status_code: 403,
        client.get("/cases/LJ1/", **JSON).status_code: 404,
    }
    assert {code: code for code in codes} == codes
    assert client.get("/nowhere/", **JSON).headers["Content-Type"] == refusals.PROBLEM
    assert client.get("/cases/LJ1/", **JSON).json()["type"].endswith("#unknown")


def test_a_desk_of_others_says_whose_it_is():
    person = Staff.objects.create(username="x", name="甲", roles=[Role.HANDLER], password="!")
    client = Client()
    client.force_login(person)

    answer = client.get("/dispatch/", **JSON)

    assert (answer.status_code, answer.json()["type"].split("#")[1]) == (403, "not-yours")
    assert "派单员" in answer.json()["detail"]


def test_a_form_that_is_not_filled_in_names_its_fields(city, client):
    unit = make.a_unit()
    case, part = make.a_signed_case(unit=unit)
    client.force_login(make.a_handler(of=unit))

    answer = client.post(f"/cases/{case.no}/do/reply/", {"row": part.pk, "measures": "查看"}, **JSON)

    told = answer.json()
    assert (answer.status_code, told["type"].split("#")[1]) == (422, "invalid")
    assert told["errors"] == [{"field": "public_answer", "detail": "请填写给市民看的答复。"}]
    assert told["kept"]["input"]["measures"] == ["查看"]


def test_every_refusal_has_its_english_sentence():
    with translation.override("en"):
        chinese = [kind.__name__ for kind in refusals.kinds() if re.search(r"[\u4e00-\u9fff]", kind().message)]
    assert chinese == []
