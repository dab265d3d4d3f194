"""Who is at a case: shown to others, to nobody who may not see the case, and over by itself."""

import time

import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st

from frontend import presence
from frontend.presence import LASTS
from petitions.services import handling
from routing.models import Staff
from tests import make
from tests.frontend.scene import Scene

ANNA, BERT = Staff(pk=1, username="a", name="刘工"), Staff(pk=2, username="b", name="李工")


@pytest.fixture(autouse=True)
def nobody_anywhere():
    cache.clear()


def at(case: int, person: Staff, now: float) -> list[tuple[str, bool]]:
    return [(here.name, here.is_editing) for here in presence.on([case], besides=person, now=now).get(case, ())]


def test_who_writes_is_named_first_and_nobody_sees_themselves():
    carl = Staff(pk=3, username="c", name="安工")
    presence.enter(7, "p1", ANNA, "viewing", now=0)
    presence.enter(7, "p2", BERT, "editing", now=0)
    assert at(7, carl, 1) == [("李工", True), ("刘工", False)]
    assert at(7, BERT, 1) == [("刘工", False)]
    assert at(8, carl, 1) == []


def test_a_page_that_went_silent_is_gone_after_its_time_and_one_that_beats_is_not():
    presence.enter(7, "p1", ANNA, "viewing", now=0)
    presence.enter(7, "p2", BERT, "viewing", now=0)
    presence.enter(7, "p2", BERT, "viewing", now=LASTS - 1)
    assert at(7, Staff(pk=3), LASTS + 1) == [("李工", False)]


@given(st.lists(st.tuples(st.sampled_from(["p1", "p2", "p3"]), st.sampled_from([ANNA, BERT]), st.booleans())))
def test_whatever_pages_come_and_go_a_person_is_shown_once_and_writes_where_any_page_writes(steps):
    cache.clear()
    open_pages: dict[str, tuple[Staff, bool]] = {}
    for page, person, is_editing in steps:
        if page in open_pages:
            presence.leave(7, page, now=0)
            del open_pages[page]
        else:
            presence.enter(7, page, person, "editing" if is_editing else "viewing", now=0)
            open_pages[page] = person, is_editing
    expected = {p.name: any(e for q, e in open_pages.values() if q == p) for p, _e in open_pages.values()}
    assert dict(at(7, Staff(pk=3), 1)) == expected


@pytest.mark.django_db
def test_without_a_socket_asking_says_it_too(city, client):
    scene = Scene()
    address = f"/cases/{scene.case.no}/here/"
    client.force_login(scene.people["head"])
    client.post(address, {"doing": "editing"})
    client.force_login(scene.people["handler"])
    answer = client.post(address, {"doing": ""}).content.decode()
    assert f"{scene.people['head'].name}正在编辑" in answer

    client.force_login(make.a_handler(of=make.a_unit()))
    assert client.post(address, {"doing": "editing"}).status_code == 404


@pytest.mark.django_db
def test_the_row_of_a_list_says_who_writes(city, client):
    scene = Scene()
    presence.enter(scene.case.pk, "p", scene.people["head"], "editing", now=time.time())
    client.force_login(scene.people["handler"])
    assert f"{scene.people['head'].name}正在编辑" in client.get("/unit/?tab=sign").content.decode()


@pytest.mark.django_db
def test_after_an_interruption_the_page_says_how_many_cases_changed_meanwhile(city, client):
    scene, other = Scene(), Scene()
    client.force_login(scene.people["head"])
    since = f"/live/missed/?since={int(time.time() * 1000) - 1000}"
    assert "离线期间" not in client.get("/live/missed/?since=x").content.decode()
    assert client.get(since).status_code == 200
    before = int(scene.now.timestamp() * 1000)
    for one in (scene, other):
        handling.sign(one.part.pk, actor=one.people["handler"])
    page = client.get(f"/live/missed/?since={before}").content.decode()
    assert "离线期间有 1 件更新" in page
    assert scene.case.no in page


@pytest.mark.django_db
def test_a_notice_is_shown_to_the_unit_it_concerns_and_to_nobody_else(city, client):
    scene = Scene()
    client.force_login(scene.people["handler"])
    address = f"/live/notice/{scene.case.pk}/assign/"
    assert "新派来的工单" in client.get(address).content.decode()
    assert client.get(f"/live/notice/{scene.case.pk}/urge/").status_code == 204
    for stranger in (scene.people["dispatcher"], make.a_handler(of=make.a_unit())):
        client.force_login(stranger)
        assert client.get(address).status_code == 204
