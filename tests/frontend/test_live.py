"""The live socket: who hears what, and how a lost session ends it."""

import json

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.layers import get_channel_layer
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore

from frontend import presence
from frontend.consumers import SIGNED_OUT, LiveConsumer, groups_for, still_signed_in
from petitions.services import jobs
from routing.models import Role, Staff
from tests import make
from tests.frontend.scene import Scene
from tests.petitions.conftest import committed_city  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


def link_of(person) -> ApplicationCommunicator:
    scope = {"type": "websocket", "path": "/ws/live/", "user": person, "session": SessionStore()}
    return ApplicationCommunicator(LiveConsumer.as_asgi(), scope)


async def opened(link: ApplicationCommunicator) -> str:
    await link.send_input({"type": "websocket.connect"})
    return (await link.receive_output())["type"]


def change(case: int, version: int, *, to: str) -> dict:
    return {"type": "case.changed", "to": to, "id": case, "v": version, "acts": ["urge"]}


def test_changes_of_a_moment_reach_the_hotline_in_one_line_without_content():
    async def listen() -> dict:
        link = link_of(Staff(pk=1, username="op", roles=[Role.OPERATOR]))
        await opened(link)
        for version in (3, 4):
            await get_channel_layer().group_send("hotline", change(7, version, to="hotline"))
        heard = await link.receive_output()
        await link.send_input({"type": "websocket.disconnect", "code": 1000})
        await link.wait()
        return json.loads(heard["text"])

    told = async_to_sync(listen)()
    assert (told["type"], told["cases"]) == ("case-changed", [[7, 4, ["urge"]]])


def test_a_stranger_is_accepted_first_and_then_told_to_log_in():
    """A close before accept() would reach the browser as 1006, and it would try again for ever."""

    async def knock() -> tuple[str, dict]:
        link = link_of(AnonymousUser())
        return await opened(link), await link.receive_output()

    first, then = async_to_sync(knock)()
    assert (first, then["type"], then["code"]) == ("websocket.accept", "websocket.close", SIGNED_OUT)


def test_a_unit_hears_of_its_own_cases_only_and_everybody_of_themselves():
    assert groups_for(Staff(pk=3, username="h", roles=[Role.HANDLER], department_id=12)) == ["unit.12", "agent.3"]
    assert groups_for(Staff(pk=4, username="n", roles=[Role.HANDLER])) == ["agent.4"]


def test_the_owners_pages_hear_that_a_job_goes_on_and_nobody_elses():
    """Told once however often it was said in a moment; the line names no job."""
    owner, other = make.a_person("supervisor"), make.a_person("supervisor")

    async def listen() -> tuple[dict, bool]:
        mine, theirs = link_of(owner), link_of(other)
        await opened(mine), await opened(theirs)
        await sync_to_async(work)()
        heard = json.loads((await mine.receive_output(timeout=5))["text"])
        silent = await theirs.receive_nothing(timeout=1)
        for link in (mine, theirs):
            await link.send_input({"type": "websocket.disconnect", "code": 1000})
            await link.wait()
        return heard, silent

    def work() -> None:
        job = jobs.start("test", owner_id=owner.pk, total=3, params={})
        jobs.run(job.pk, lambda running: running.reached(2) or {}, kind="test")

    assert async_to_sync(listen)() == ({"type": "job-changed"}, True)


def session_of(person: Staff) -> SessionStore:
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
    session.save()
    return session


def test_the_link_lasts_as_long_as_session_account_and_password():
    person = Staff.objects.create_user(username="p", password="first-one-42")
    session = session_of(person)
    assert async_to_sync(still_signed_in)(session.session_key)

    person.set_password("second-one-42")
    person.save()
    assert not async_to_sync(still_signed_in)(session.session_key)

    again = session_of(person)
    Staff.objects.filter(pk=person.pk).update(is_active=False)
    assert not async_to_sync(still_signed_in)(again.session_key)


def test_a_socket_shows_its_person_only_at_cases_they_may_see(committed_city):  # noqa: F811
    """Opens the case of another unit, then the own one; writes; leaves. The socket names nobody."""
    mine, foreign = Scene(), Scene()
    person, boss = mine.people["handler"], mine.people["supervisor"]

    def who_is_at(scene: Scene) -> list[tuple[str, bool]]:
        there = presence.beside(boss, [scene.case.pk]).get(scene.case.pk, ())
        return [(here.name, here.is_editing) for here in there]

    async def visit() -> list:
        link = link_of(person)
        await opened(link)
        for scene in (foreign, mine):
            said = json.dumps({"here": scene.case.pk, "doing": "editing"})
            await link.send_input({"type": "websocket.receive", "text": said})
        heard = json.loads((await link.receive_output(timeout=10))["text"])
        seen = [who_is_at(foreign), who_is_at(mine)]
        await link.send_input({"type": "websocket.disconnect", "code": 1000})
        await link.wait()
        return [heard, *seen, who_is_at(mine)]

    heard = {"type": "here", "here": [mine.case.pk]}
    assert async_to_sync(visit)() == [heard, [], [(person.name, True)], []]


def test_what_is_no_message_is_left_alone():
    async def babble() -> str:
        link = link_of(Staff(pk=1, username="op", roles=[Role.OPERATOR]))
        await opened(link)
        for said in ("{", "[]", '{"here": "x"}', '{"here": 1, "doing": 5}', '{"here": true}'):
            await link.send_input({"type": "websocket.receive", "text": said})
        await get_channel_layer().group_send("hotline", change(7, 3, to="hotline"))
        heard = await link.receive_output(timeout=10)
        await link.send_input({"type": "websocket.disconnect", "code": 1000})
        await link.wait()
        return json.loads(heard["text"])["type"]

    assert async_to_sync(babble)() == "case-changed"
