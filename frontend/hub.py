"""One ear per process: it hears what is said to the groups and passes it on to the open pages, gathered.

A channel of its own for each page would take every change through Python once per page: 50 changes a second and 500
pages are 25,000 messages. The hub hears each change once, gathers for a moment, and writes one line for all.
"""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
GATHER = 0.25  # seconds
LOST = (OSError, RedisError)
RETRY = 2.0  # seconds between tries to reach the channel layer again
# Redis forgets the members of a group after a day (channels_redis: group_expiry); an hour leaves room for many misses.
RENEW = 3600
# How long all pages together may take to fetch again, in milliseconds per page: they must not all ask in one moment.
SPREAD, SPREAD_MOST = 10, 5000
LOOK_AGAIN = json.dumps({"type": "look-again"})
# What is said to one person's pages, and what each page is told: there is nothing to gather but that it happened.
TO_ONE = {"call.changed": json.dumps({"type": "call-changed"}), "job.changed": json.dumps({"type": "job-changed"})}


class Page(Protocol):
    async def tell(self, line: str) -> None: ...


class Hub:
    """The open pages of one event loop, by the groups that petitions.services.announce talks to."""

    def __init__(self, layer: Any):
        self.layer = layer
        self.pages: dict[str, set[Page]] = {}
        self.changed: dict[str, dict[int, list]] = defaultdict(dict)
        self.seen_here: dict[str, set[int]] = defaultdict(set)
        self.to_one: set[tuple[str, str]] = set()  # a person's group and the line for it
        self.channel = ""
        self.tasks: set[asyncio.Task] = set()
        self.lock = asyncio.Lock()
        self.is_gathering = False

    async def join(self, page: Page, group: str) -> None:
        async with self.lock:
            if not self.channel:
                self.channel = await self.layer.new_channel()
                self.begin(self.listen())
                self.begin(self.renew())
            is_new = group not in self.pages
            # Kept even if the layer is away just now: back_again() adds every group that has pages.
            self.pages.setdefault(group, set()).add(page)
            if is_new:
                await self.layer.group_add(group, self.channel)

    async def leave(self, page: Page, group: str) -> None:
        async with self.lock:
            left = self.pages.get(group, set())
            left.discard(page)
            if not left and self.pages.pop(group, None) is not None:
                await self.layer.group_discard(group, self.channel)

    # ── hearing ──
    async def listen(self) -> None:
        while True:
            try:
                self.heard(await self.layer.receive(self.channel))
            except LOST as problem:
                log.warning("the channel layer does not answer: %s", problem)
                await self.back_again()

    async def back_again(self) -> None:
        """Wait until the layer answers. Nobody knows what was missed meanwhile, so every page looks again."""
        while True:
            await asyncio.sleep(RETRY)
            try:
                await self.add_all()
            except LOST:
                continue
            return self.write_to({page for pages in self.pages.values() for page in pages}, LOOK_AGAIN)

    async def renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW)
            try:
                await self.add_all()
            except LOST as problem:
                log.warning("the groups were not renewed: %s", problem)

    async def add_all(self) -> None:
        for group in list(self.pages):
            await self.layer.group_add(group, self.channel)

    def heard(self, message: dict) -> None:
        group, case = message["to"], message["id"]
        if message["type"] == "case.changed":
            known = self.changed[group].get(case, [case, 0, []])
            acts = sorted({*known[2], *message.get("acts", ())})
            self.changed[group][case] = [case, max(known[1], message["v"]), acts]
        elif message["type"] in TO_ONE:
            self.to_one.add((group, TO_ONE[message["type"]]))
        else:
            self.seen_here[group].add(case)
        if not self.is_gathering:
            self.is_gathering = True
            asyncio.get_running_loop().call_later(GATHER, self.pass_on)

    # ── passing on ──
    def pass_on(self) -> None:
        self.is_gathering = False
        changed, self.changed = self.changed, defaultdict(dict)
        seen_here, self.seen_here = self.seen_here, defaultdict(set)
        for group, cases in changed.items():
            pages = self.pages.get(group, set())
            spread = min(SPREAD * len(pages), SPREAD_MOST)
            line = {"type": "case-changed", "cases": list(cases.values()), "spread": spread}
            self.write_to(pages, json.dumps(line, separators=(",", ":")))
        to_one, self.to_one = self.to_one, set()
        for group, line in sorted(to_one):
            self.write_to(self.pages.get(group, set()), line)
        for group, ids in seen_here.items():
            self.write_to(self.pages.get(group, set()), json.dumps({"type": "here", "here": sorted(ids)}))

    def write_to(self, pages: set[Page], line: str) -> None:
        for page in tuple(pages):
            self.begin(page.tell(line))

    def begin(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)  # the loop itself keeps no hold of a task
        task.add_done_callback(self.tasks.discard)


HUBS: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub(layer_of: Callable[[], Any] = get_channel_layer) -> Hub:
    """The hub of the running loop."""
    loop = asyncio.get_running_loop()
    if loop not in HUBS:
        HUBS[loop] = Hub(layer_of())
    return HUBS[loop]
