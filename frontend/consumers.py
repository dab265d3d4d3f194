"""The live socket of staff pages: "case N changed", never content. Views decide what a person may see."""

import asyncio

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.urls import path

from petitions.rules import SEE_ALL

SIGNED_OUT = 4401
PING_EVERY = 20  # seconds; the page takes 45 s of silence for a dead link (src/islands/live.ts)
CHECK_EVERY = 3  # pings, so once a minute: AuthMiddlewareStack reads the session only once
HOTLINE = "hotline"  # the groups that petitions.services.announce talks to


def groups_for(person) -> list[str]:
    """The hotline's desks hear of every case, a unit of its own."""
    if person.has_role(*SEE_ALL):
        return [HOTLINE]
    return [f"unit.{person.department_id}"] if person.department_id else []


class LiveConsumer(AsyncJsonWebsocketConsumer):
    """One open page. Accepts before it refuses: a close before accept() reaches the browser as a bare 1006."""

    listening: list[str] = []
    pinging: asyncio.Task | None = None

    async def connect(self) -> None:
        await self.accept()
        person = self.scope["user"]
        if not person.is_authenticated:
            return await self.close(code=SIGNED_OUT)
        self.listening = groups_for(person)
        for group in self.listening:
            await self.channel_layer.group_add(group, self.channel_name)
        self.pinging = asyncio.create_task(self.ping())

    async def disconnect(self, code: int) -> None:
        if self.pinging:
            self.pinging.cancel()
        for group in self.listening:
            await self.channel_layer.group_discard(group, self.channel_name)

    async def receive_json(self, content, **kwargs) -> None:
        """Nothing that a page says changes anything; every write goes through a view."""

    async def case_changed(self, event: dict) -> None:
        await self.send_json({"type": "case-changed", "id": event["id"], "v": event["v"]})

    async def ping(self) -> None:
        """Browsers cannot see the protocol's own ping frames, so say something they can hear."""
        for beat in range(1, 1 << 62):
            await asyncio.sleep(PING_EVERY)
            if beat % CHECK_EVERY == 0 and not await still_signed_in(self.scope["session"].session_key):
                return await self.close(code=SIGNED_OUT)
            await self.send_json({"type": "ping"})


@database_sync_to_async
def still_signed_in(session_key: str | None) -> bool:
    """Read the session and the account afresh: logout, a new password or a locked account end the link."""
    session = SessionStore(session_key)
    person = get_user_model().objects.active().filter(pk=session.get(SESSION_KEY)).first()
    return bool(person) and session.get(HASH_SESSION_KEY) == person.get_session_auth_hash()


websocket_urlpatterns = [path("ws/live/", LiveConsumer.as_asgi())]
