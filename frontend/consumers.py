"""The live socket of staff pages: "case N changed", never content. Views decide what a person may see."""

import asyncio
import time
from contextlib import suppress

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.layers import get_channel_layer
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.urls import path

from frontend import presence
from frontend.hub import LOOK_AGAIN, LOST, hub
from petitions.models import Petition
from petitions.rules import SEE_ALL
from petitions.services.announce import agent_group

SIGNED_OUT = 4401
PING_EVERY = 20  # seconds; the page takes 45 s of silence for a dead link (src/islands/live.ts)
CHECK_EVERY = 3  # pings, so once a minute: AuthMiddlewareStack reads the session only once
HOTLINE = "hotline"  # the groups that petitions.services.announce talks to


def groups_for(person) -> list[str]:
    """Everybody hears of their own calls and jobs, the hotline's desks of every case, a unit of its own cases."""
    own = agent_group(person.pk)
    if person.has_role(*SEE_ALL):
        return [HOTLINE, own]
    return [f"unit.{person.department_id}", own] if person.department_id else [own]


class LiveConsumer(AsyncJsonWebsocketConsumer):
    """One open page. Accepts before it refuses: a close before accept() reaches the browser as a bare 1006."""

    groups_joined: tuple[str, ...] = ()
    pinging: asyncio.Task | None = None
    at_case: int | None = None
    doing = presence.VIEWING
    is_writing = has_missed = False

    async def connect(self) -> None:
        await self.accept()
        person = self.scope["user"]
        if not person.is_authenticated:
            return await self.close(code=SIGNED_OUT)
        for group in groups_for(person):
            await self.join(group)
        self.pinging = asyncio.create_task(self.ping())

    async def disconnect(self, code: int) -> None:
        if self.pinging:
            self.pinging.cancel()
        for group in self.groups_joined:
            with suppress(*LOST):  # the layer may be what went away
                await hub().leave(self, group)
        await self.leave_case()

    async def receive_json(self, content, **kwargs) -> None:
        """Which case the page shows, and whether somebody writes there. Nothing else that a page says counts."""
        case, doing = content.get("here"), content.get("doing")
        if not isinstance(case, int) or doing not in (presence.VIEWING, presence.EDITING):
            return
        if case != self.at_case:
            if not await may_see(self.scope["user"], case):
                return
            await self.leave_case()
            await self.join(f"case.{case}")
        self.at_case, self.doing = case, doing
        await self.be_seen()

    @classmethod
    async def decode_json(cls, text_data: str) -> dict:
        """Anything that is no object is nobody's message; a probe must not log a traceback."""
        with suppress(ValueError):
            said = await super().decode_json(text_data)
            return said if isinstance(said, dict) else {}
        return {}

    # ── what the hub calls ──
    async def tell(self, line: str) -> None:
        """Write one line. A page that reads slowly gets one "look again" instead of a queue that grows."""
        if self.is_writing:
            self.has_missed = True
            return
        self.is_writing = True
        with suppress(OSError, RuntimeError):  # it closed a moment ago
            await self.send(text_data=line)
            while self.has_missed:
                self.has_missed = False
                await self.send(text_data=LOOK_AGAIN)
        self.is_writing = False

    # ── being there ──
    async def join(self, group: str) -> None:
        self.groups_joined = (*self.groups_joined, group)
        with suppress(*LOST):  # without the layer the page still pings, and the hub tells it when the layer is back
            await hub().join(self, group)

    async def be_seen(self) -> None:
        person, moment = self.scope["user"], time.time()
        if await in_thread(presence.enter)(self.at_case, self.name, person, self.doing, now=moment):
            await self.say_who_is_here(self.at_case)

    async def leave_case(self) -> None:
        if self.at_case is None:
            return
        case, self.at_case = self.at_case, None
        await in_thread(presence.leave)(case, self.name, now=time.time())
        await self.say_who_is_here(case)

    async def say_who_is_here(self, case: int) -> None:
        group = f"case.{case}"
        with suppress(*LOST):
            await get_channel_layer().group_send(group, {"type": "case.here", "to": group, "id": case})

    @property
    def name(self) -> str:
        return f"page:{id(self)}:{self.scope['user'].pk}"

    async def ping(self) -> None:
        """Browsers cannot see the protocol's own ping frames, so say something they can hear."""
        for beat in range(1, 1 << 62):
            await asyncio.sleep(PING_EVERY)
            if beat % CHECK_EVERY == 0 and not await still_signed_in(self.scope["session"].session_key):
                return await self.close(code=SIGNED_OUT)
            await self.send_json({"type": "ping"})
            if self.at_case is not None:
                await self.be_seen()


@database_sync_to_async
def still_signed_in(session_key: str | None) -> bool:
    """Read the session and the account afresh: logout, a new password or a locked account end the link."""
    session = SessionStore(session_key)
    person = get_user_model().objects.active().filter(pk=session.get(SESSION_KEY)).first()
    return bool(person) and session.get(HASH_SESSION_KEY) == person.get_session_auth_hash()


@database_sync_to_async
def may_see(person, case: int) -> bool:
    return Petition.objects.visible_to(person).filter(pk=case).exists()


in_thread = database_sync_to_async

websocket_urlpatterns = [path("ws/live/", LiveConsumer.as_asgi())]
