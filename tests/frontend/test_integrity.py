"""诚信核查: supervision alone sees it; every finding shows its rule, figures and cases; an answer needs a reason."""

from datetime import timedelta

import pytest

from petitions.insight.detectors import run
from petitions.insight.models import Finding
from petitions.states import CaseState
from routing.models import Staff
from tests import make

OWN = "13711112222"


@pytest.fixture
def found(city) -> Finding:
    unit = make.a_unit(name="柳林街道办事处")
    Staff.objects.filter(pk=make.a_handler(of=unit).pk).update(phone=OWN)
    for _ in range(4):
        make.a_case(state=CaseState.CLOSED, unit=unit, phone=OWN)
    run.run(now=make.NOW + timedelta(days=1))
    return Finding.objects.get()


@pytest.fixture
def supervisor(client, city):
    client.force_login(make.a_supervisor())
    return client


def test_the_list_names_rule_unit_and_figures(supervisor, found):
    text = supervisor.get("/integrity/").content.decode()

    assert "本单位号码的好评" in text
    assert "柳林街道办事处" in text
    assert "4 件，达到 4 件即提示" in text
    assert "不是违规结论" in text


def test_a_finding_shows_its_cases_and_masks_the_number(supervisor, found):
    text = supervisor.get(f"/integrity/{found.pk}/").content.decode()

    assert all(proof.petition.no in text for proof in found.proofs.select_related("petition"))
    assert "工作人员也是市民" in text
    assert OWN not in text


@pytest.mark.parametrize("role", ["center", "unit_head", "callback", "analyst", "leader"])
def test_others_do_not_see_it(client, found, role):
    client.force_login(make.a_person(role, of=found.unit if role == "unit_head" else None))

    assert client.get("/integrity/").status_code == 403
    assert client.get(f"/integrity/{found.pk}/").status_code == 403
    assert client.post(f"/integrity/{found.pk}/", {"reason": "看过", "state": "explained"}).status_code == 403
    assert 'href="/integrity/"' not in client.get("/cases/").content.decode()


def test_an_answer_needs_its_reason_and_moves_the_finding(supervisor, found):
    page = f"/integrity/{found.pk}/"

    refused = supervisor.post(page, {"reason": "", "state": "confirmed"})
    assert (refused.status_code, Finding.objects.get().state) == (422, "open")

    supervisor.post(page, {"reason": "职工反映自家漏水，材料齐全", "state": "explained"})
    assert Finding.objects.get().state == "explained"
    assert "职工反映自家漏水" in supervisor.get(page).content.decode()
    assert "柳林街道办事处" in supervisor.get("/integrity/?state=explained").content.decode()


@pytest.mark.parametrize("address", ["/integrity/999999/", "/integrity/?state=nonsense&after=x"])
def test_addresses_that_lead_nowhere_are_no_error(supervisor, address):
    assert supervisor.get(address).status_code in {200, 404}


def test_a_conclusion_that_does_not_exist_is_refused(supervisor, found):
    assert supervisor.post(f"/integrity/{found.pk}/", {"reason": "看过", "state": "guilty"}).status_code == 404
    assert Finding.objects.get().state == "open"
