"""The two ways in, as an adapter of a telephone system would use them (docs/howto/telephony.md)."""

import json
import random
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from petitions.call_signature import HEADER, sign

PATIENCE = 30  # seconds
# What a call does when somebody at the desk asks for it.
OBEYED = {"answer": "answered", "hold": "held", "resume": "resumed", "hangup": "ended"}
OBEYED |= {"mute": "muted", "unmute": "unmuted"}
RINGS, SPEAKS = 2, 4  # seconds of an invented outbound call, and of a call that is handed on
ANSWERED_SHARE = 0.7


class NotTaken(Exception):
    """The system refused the whole batch; the message says why."""


class Webhook:
    """POST /telephony/events/."""

    def __init__(self, url: str, secret: str):
        self.url, self.secret = f"{url.rstrip('/')}/telephony/events/", secret

    def send(self, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        body = json.dumps({"messages": messages}).encode()
        headers = {"Content-Type": "application/json", HEADER: sign(self.secret, body, at=int(time.time()))}
        request = urllib.request.Request(self.url, body, headers)  # noqa: S310 - the address is the operator's own
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                return json.load(answer)["results"]
        except urllib.error.HTTPError as refusal:
            raise NotTaken(f"{refusal.code} {refusal.read().decode(errors='replace')[:300]}") from refusal
        except urllib.error.URLError as problem:
            raise NotTaken(f"{self.url}: {problem.reason}") from problem

    def stay(self, seconds: float) -> int:
        """Nothing comes back over this way."""
        return 0

    def close(self) -> None:
        """Nothing is open."""


class Socket:
    """ws/telephony/: the same, and orders come back: to dial, to answer, to hold, to transfer, to hang up.

    What is transferred to none of the `desks` goes to a group: any of them answers.
    """

    def __init__(self, url: str, secret: str, *, now: Callable[[], datetime], seed: int, desks: Sequence[str] = ()):
        parts = urlsplit(url)
        scheme = "wss" if parts.scheme == "https" else "ws"
        self.now, self.rng = now, random.Random(seed)  # noqa: S311
        self.desks = desks
        self.orders: list[dict[str, Any]] = []
        self.until_closed = ExitStack()
        try:
            way_in = connect(f"{scheme}://{parts.netloc}/ws/telephony/", open_timeout=PATIENCE)
            self.link: ClientConnection = self.until_closed.enter_context(way_in)
            self._say({"type": "hello", "signature": sign(secret, b"hello", at=int(time.time()))})
            self._next("welcome")
        except (OSError, ConnectionClosed) as problem:
            raise NotTaken(f"{url}: {problem}") from problem

    def send(self, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        self._say({"messages": messages})
        return self._next("ack")["results"]

    def stay(self, seconds: float) -> int:
        """Carry out orders for a while. Returns how many there were."""
        until, done = time.monotonic() + seconds, 0
        while (left := until - time.monotonic()) > 0 or self.orders:
            if not self.orders:
                self._hear(left)
                continue
            order = self.orders.pop(0)
            (self._dial if order["type"] == "dial" else self._obey)(order)
            done += 1
        return done

    def close(self) -> None:
        self.until_closed.close()

    def _dial(self, order: dict[str, Any]) -> None:
        """Confirm, ring, and either speak for a moment or let it ring out."""
        number, call = order["dial"], f"dial-{order['dial']}"
        self.send([{"type": "dialled", "dial": number}])
        facts = {"direction": "out", "number": order["number"], "extension": order["extension"], "dial": number}
        self._tell(call, "ringing", **facts)
        time.sleep(RINGS)
        if self.rng.random() < ANSWERED_SHARE:
            self._tell(call, "answered", **facts)
            time.sleep(SPEAKS)
            self._tell(call, "ended", recording=f"rec-{call}", **facts)
        else:
            self._tell(call, "missed", **facts)

    def _obey(self, order: dict[str, Any]) -> None:
        """The telephone does it and tells so, like any telephone; asked twice it tells twice."""
        if order["command"] == "transfer":
            self._hand_on(order)
        else:
            self._tell_anew(order["call"], OBEYED[order["command"]], extension=order["extension"])

    def _hand_on(self, order: dict[str, Any]) -> None:
        """It rings there, and after a while somebody answers."""
        call, to, here = order["call"], order["to"], order["extension"]
        others = [desk for desk in self.desks if desk != here]
        is_group = to not in others and bool(others)
        self._tell_anew(call, "ringing", **({"queue": to} if is_group else {"extension": to}))
        time.sleep(RINGS)
        self._tell_anew(call, "answered", extension=self.rng.choice(others) if is_group else to)

    def _tell_anew(self, call: str, what: str, **facts: Any) -> None:
        """What may happen to a call more than once needs a number of its own each time."""
        self._tell(call, what, id=f"{call}-{what}-{time.monotonic_ns()}", **facts)

    def _tell(self, call: str, what: str, **facts: Any) -> None:
        said = {"v": 1, "id": f"{call}-{what}", "call": call, "type": what, "at": self.now().isoformat()}
        self.send([said | facts])

    def _say(self, said: dict[str, Any]) -> None:
        self.link.send(json.dumps(said))

    def _next(self, wanted: str) -> dict[str, Any]:
        while True:
            said = self._hear(PATIENCE)
            if said.get("type") == wanted:
                return said

    def _hear(self, seconds: float) -> dict[str, Any]:
        try:
            said = json.loads(self.link.recv(timeout=seconds))
        except TimeoutError:
            return {}
        if said.get("type") in ("dial", "command"):
            self.orders.append(said)
        return said
