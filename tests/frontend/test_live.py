"""The live socket: who hears what, and how a lost session ends it."""

import json

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from channels.layers import get_channel_layer
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore

from frontend.consumers import SIGNED_OUT, LiveConsumer, groups_for, still_signed_in
from routing.models import Role, Staff

pytestmark = pytest.mark.django_db(transaction=True)


def link_of(person) -> ApplicationCommunicator:
    scope = {"type": "websocket", "path": "/ws/live/", "user": person, "session": SessionStore()}
    return ApplicationCommunicator(LiveConsumer.as_asgi(), scope)


async def opened(link: ApplicationCommunicator) -> str:
    await link.send_input({"type": "websocket.connect"})
    return (await link.receive_output())["type"]


def test_a_change_of_a_case_reaches_the_hotline_without_content():
    async def listen() -> dict:
        link = link_of(Staff(pk=1, username="op", roles=[Role.OPERATOR]))
        await opened(link)
        await get_channel_layer().group_send("hotline", {"type": "case.changed", "id": 7, "v": 3})
        heard = await link.receive_output()
        await link.send_input({"type": "websocket.disconnect", "code": 1000})
        await link.wait()
        return json.loads(heard["text"])

    assert async_to_sync(listen)() == {"type": "case-changed", "id": 7, "v": 3}


def test_a_stranger_is_accepted_first_and_then_told_to_log_in():
    """A close before accept() would reach the browser as 1006, and it would try again for ever."""

    async def knock() -> tuple[str, dict]:
        link = link_of(AnonymousUser())
        return await opened(link), await link.receive_output()

    first, then = async_to_sync(knock)()
    assert (first, then["type"], then["code"]) == ("websocket.accept", "websocket.close", SIGNED_OUT)


def test_a_unit_hears_of_its_own_cases_only():
    assert groups_for(Staff(username="h", roles=[Role.HANDLER], department_id=12)) == ["unit.12"]
    assert groups_for(Staff(username="n", roles=[Role.HANDLER])) == []


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
