"""ws/telephony/: the same messages over a socket that stays open, and the way back: orders to dial.

The first frame is {"type": "hello", "signature": "t=…,s=…"}, which signs the word hello. Accepts before it refuses: a
close before accept() reaches the other side as a bare 1006.
"""

import asyncio
import json
import logging
from contextlib import suppress
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError
from django.urls import path

from frontend import telephony
from frontend.hub import LOST
from petitions import errors
from petitions.models import Dial
from petitions.services import clock, dialling
from petitions.services.announce import ADAPTERS

log = logging.getLogger(__name__)
NO_HELLO, NOT_SIGNED, OFF, SILENT = 4400, 4403, 4404, 4408
HELLO = b"hello"
HELLO_WITHIN = 10  # seconds
LOOK_EVERY = 5  # seconds; a lost word of the channel layer costs no more than this
DIALLED, DIAL_FAILED = "dialled", "dial_failed"


class TelephonyConsumer(AsyncWebsocketConsumer):
    """One link of one telephone system."""

    provider = ""
    looking: asyncio.Task | None = None

    async def connect(self) -> None:
        await self.accept()
        self.looking = asyncio.create_task(self.wait_for_hello())

    async def disconnect(self, code: int) -> None:
        if self.looking:
            self.looking.cancel()
        with suppress(*LOST):
            await self.channel_layer.group_discard(ADAPTERS, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not self.provider:
            return await self.greet(text_data or "")
        await self.answer(text_data or bytes_data or "")

    # ── who it is ──
    async def wait_for_hello(self) -> None:
        await asyncio.sleep(HELLO_WITHIN)
        await self.close(code=SILENT)

    async def greet(self, text: str) -> None:
        try:
            said = telephony.messages_in(text)[0]
            signature = said.get("signature") if isinstance(said, dict) else None
            if not isinstance(signature, str):
                return await self.close(code=NO_HELLO)
            self.provider = telephony.speaker(HELLO, signature)
        except errors.TelephonyOff:
            return await self.close(code=OFF)
        except errors.NotSigned:
            return await self.close(code=NOT_SIGNED)
        except errors.PetitionError:
            return await self.close(code=NO_HELLO)
        if self.looking:
            self.looking.cancel()
        await self.say({"type": "welcome", "v": 1, "provider": self.provider})
        with suppress(*LOST):
            await self.channel_layer.group_add(ADAPTERS, self.channel_name)
        self.looking = asyncio.create_task(self.look_for_dials())

    # ── what it tells ──
    async def answer(self, text: str | bytes) -> None:
        try:
            found = telephony.messages_in(text)
        except errors.PetitionError as refusal:
            return await self.say({"type": "ack", "results": [refused(refusal)]})
        results = [await in_thread(self.taken)(message) for message in found]
        await self.say({"type": "ack", "results": results})

    def taken(self, message: Any) -> dict[str, Any]:
        if isinstance(message, dict) and message.get("type") in (DIALLED, DIAL_FAILED):
            return confirmed(message)
        return telephony.take_all([message], provider=self.provider)[0]

    # ── what it is told ──
    async def dial_wanted(self, event: dict) -> None:
        await self.hand_out()

    async def call_wanted(self, event: dict) -> None:
        """Somebody pressed 接听, 保持 or 挂断. It is said once; who hears nothing of it presses again."""
        if event["provider"] == self.provider:
            await self.say(event["said"])

    async def look_for_dials(self) -> None:
        """Also what was ordered while nobody was connected, as long as it is worth dialling."""
        while True:
            await in_thread(telephony.be_connected)()
            try:
                await self.hand_out()
            except DatabaseError as problem:  # away for a moment; the orders are rows and wait
                log.warning("orders to dial were not looked for: %s", problem)
            await asyncio.sleep(LOOK_EVERY)

    async def hand_out(self) -> None:
        for dial in await in_thread(dialling.hand_out)(now=clock.now()):
            await self.say(order(dial))

    async def say(self, said: dict[str, Any]) -> None:
        with suppress(OSError, RuntimeError):  # it closed a moment ago; an order that was not confirmed goes out again
            await self.send(text_data=json.dumps(said, ensure_ascii=False))


def order(dial: Dial) -> dict[str, Any]:
    return {"type": "dial", "v": 1, "dial": dial.pk, "extension": dial.extension, "number": dial.number}


def confirmed(message: dict[str, Any]) -> dict[str, Any]:
    """{"type": "dialled" | "dial_failed", "dial": 7, "note": "…"}."""
    number, note = message.get("dial"), message.get("note", "")
    result = {"id": None, "dial": number}
    if not isinstance(number, int) or not 0 < number < 2**63 or not isinstance(note, str):
        return result | {"status": "refused", "detail": "dial 必须是外呼的编号，note 必须是字符串。"}
    try:
        dialling.confirm(number, is_dialling=message["type"] == DIALLED, note=note)
    except errors.PetitionError as refusal:
        return result | {"status": "refused", "detail": refusal.message}
    return result | {"status": "taken"}


def refused(refusal: errors.PetitionError) -> dict[str, Any]:
    return {"id": None, "status": "refused", "detail": refusal.message}


in_thread = database_sync_to_async

telephony_urlpatterns = [path("ws/telephony/", TelephonyConsumer.as_asgi())]
