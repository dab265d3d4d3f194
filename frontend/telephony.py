"""The door for telephone systems, the same for both ways in: who speaks, what was taken, whether a system is connected.

The contract is docs/howto/telephony.md.
"""

import json
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.cache import cache

from frontend.hub import LOST
from petitions import errors
from petitions.call_signature import signer
from petitions.services import clock, telephony

MOST = 100
LARGEST = 256 * 1024
CONNECTED, CONNECTED_SECONDS = "telephony:connected", 15


def speaker(body: bytes, signature: str) -> str:
    """The telephone system that signed this. Raises TelephonyOff or NotSigned."""
    if not settings.TELEPHONY_KEYS:
        raise errors.TelephonyOff
    name = signer(settings.TELEPHONY_KEYS, body, signature, now=clock.now().timestamp())
    if name is None:
        raise errors.NotSigned
    return name[:40]


def messages_in(body: bytes | str) -> list[Any]:
    """One message, or {"messages": […]}. Raises BadCallMessage or TooMuchAtOnce."""
    if len(body) > LARGEST:
        raise errors.TooMuchAtOnce
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise errors.BadCallMessage("正文不是合格的 JSON（UTF-8），没有收下任何消息。") from problem
    found = said.get("messages", [said]) if isinstance(said, dict) else None
    if not isinstance(found, list) or not found:
        raise errors.BadCallMessage('正文必须是一条消息，或者 {"messages": [至少一条消息]}。')
    if len(found) > MOST:
        raise errors.TooMuchAtOnce
    return found


def take_all(messages: list[Any], *, provider: str) -> list[dict[str, Any]]:
    """What became of each message, in their order. Each is a transaction of its own: a bad one holds up no other."""
    return [_take(message, provider) for message in messages]


def _take(message: Any, provider: str) -> dict[str, Any]:
    key = message.get("id") if isinstance(message, dict) else None
    result: dict[str, Any] = {"id": key[:80] if isinstance(key, str) else None}
    try:
        taken = telephony.take(message, provider=provider, now=clock.now())
    except errors.PetitionError as refusal:
        return result | {"status": "refused", "detail": refusal.message}
    result |= {"status": "taken" if taken.is_new else "duplicate"}
    return result | ({"warning": taken.warning} if taken.warning else {})


# ── whether somebody can dial ──
def be_connected() -> None:
    """Said by every link of a telephone system every few seconds."""
    with suppress(*LOST):
        cache.set(CONNECTED, True, CONNECTED_SECONDS)


def is_connected() -> bool:
    with suppress(*LOST):
        return bool(cache.get(CONNECTED))
    return False
