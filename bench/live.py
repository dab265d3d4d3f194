"""500 open pages, 50 changes a second: does every page end up with what the database says, and what does a page cost?

    python bench/live.py [--pages 500] [--rate 50] [--seconds 60] [--fetchers 10]

Needs Redis (BENCH_REDIS_URL; that database is emptied). One uvicorn process serves, one process changes cases through
the services, really committed, and this one holds the sockets: all on this machine, so the figures include each other's
load. Every page belongs to the hotline and therefore hears of every case, the worst there is. `--fetchers` of the pages
also do what a browser does: fetch the list again, paced as src/islands/live.ts does it.

A page has lost an update when, some seconds after the last change, the version it heard of differs from the row's and
nobody told it to look again.
"""

import argparse
import asyncio
import json
import random
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import scratch  # sets Django up, so it comes first
import serving
from websockets.asyncio.client import connect

from petitions.models import Petition
from petitions.services import marks
from routing.models import Staff

CASES = 60
# Seconds after the last change: with 500 pages, one looks again 11 s after its last look and up to 5 s later.
SETTLE = 18.0
WARM = 20  # pages that are opened before memory is read for the first time
AT_ONCE = 25  # pages that open at the same time


@dataclass
class Page:
    cookie: str
    fetches: bool
    known: dict[int, int] = field(default_factory=dict)
    heard: list[tuple[int, int, float]] = field(default_factory=list)
    look_again: int = 0
    asked_at: float = 0.0
    took: list[float] = field(default_factory=list)
    spread: float = 0.0
    wanted: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self, port: int, opened: asyncio.Semaphore, ready: asyncio.Event) -> None:
        origin = f"http://127.0.0.1:{port}"
        async with opened:
            socket = await connect(
                f"ws://127.0.0.1:{port}/ws/live/",
                additional_headers={"Cookie": self.cookie, "Origin": origin},
                compression=None,
                open_timeout=120,
            )
        ready.set()
        async with socket:
            async for line in socket:
                self.hear(json.loads(line))

    def hear(self, told: dict) -> None:
        now = time.time()
        if told["type"] == "look-again":
            self.look_again += 1
            self.wanted.set()
        for case, version, _acts in told.get("cases", ()):
            self.known[case] = version
            self.heard.append((case, version, now))
            self.wanted.set()
        self.spread = told.get("spread", self.spread * 1000) / 1000

    async def fetch_again_and_again(self, port: int) -> None:
        while True:
            await self.wanted.wait()
            self.wanted.clear()
            await asyncio.sleep(self.spread * random.random())
            self.asked_at = time.time()
            await asyncio.to_thread(self.fetch, port)
            self.took.append(time.time() - self.asked_at)
            await asyncio.sleep(1 + 2 * self.spread)

    def fetch(self, port: int) -> None:
        request = urllib.request.Request(f"http://127.0.0.1:{port}/queue/", headers={"Cookie": self.cookie})
        with urllib.request.urlopen(request, timeout=120) as answer:
            answer.read()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pages", type=int, default=500)
    options.add_argument("--rate", type=int, default=50)
    options.add_argument("--database", help="a migrated database with the city in it; it is filled up and kept")
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--fetchers", type=int, default=10)
    options.add_argument("--change", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.change:
        return change(chosen.change, chosen.rate, chosen.seconds)
    with scratch.as_it_is(chosen.database) if chosen.database else scratch.city():
        serving.fill(CASES)
        cookies = serving.cookies(chosen.pages, "operator")
        pages = [Page(cookie, n < chosen.fetchers) for n, cookie in enumerate(cookies)]
        with serving.served() as server:
            result = asyncio.run(measured(pages, server, chosen))
        said = judged(pages, result)
    for what, figure in said.items():
        print(f"{what:52}{figure}")
    written = scratch.ROOT / "var" / "bench" / "live.json"
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")


async def measured(pages: list[Page], server: serving.Serving, chosen: argparse.Namespace) -> dict:
    opened, tasks = asyncio.Semaphore(AT_ONCE), []

    async def open_all(some: list[Page]) -> None:
        ready = [asyncio.Event() for _ in some]
        tasks.extend(asyncio.create_task(p.listen(server.port, opened, e)) for p, e in zip(some, ready, strict=True))
        await asyncio.wait_for(asyncio.gather(*(event.wait() for event in ready)), 300)
        await asyncio.sleep(2)

    await open_all(pages[:WARM])
    before = server.memory()
    begun = time.time()
    await open_all(pages[WARM:])
    opening, memory = time.time() - begun, (server.memory() - before) / len(pages[WARM:])
    tasks += [asyncio.create_task(page.fetch_again_and_again(server.port)) for page in pages if page.fetches]
    log = scratch.ROOT / "var" / "bench" / "live_changes.jsonl"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, __file__, "--change", str(log)]
    command += ["--rate", str(chosen.rate), "--seconds", str(chosen.seconds)]
    cpu, load = server.cpu(), serving.load()
    changing = subprocess.Popen(command, cwd=scratch.ROOT, env=serving.child_environment())
    while changing.poll() is None:
        await asyncio.sleep(0.5)
    await asyncio.sleep(SETTLE)
    cpu = server.cpu() - cpu
    for task in tasks:
        task.cancel()
    return {"log": log, "cpu": cpu, "load": load, "memory": memory, "opening": opening, "after": server.memory()}


def change(log: Path, rate: int, seconds: int) -> None:
    """Mark cases as hard and unmark them, one after the other, evenly; each with the moment of its commit."""
    boss = Staff.objects.filter(roles__contains=["supervisor"]).first()
    ids = list(Petition.objects.order_by("pk").values_list("pk", flat=True)[:CASES])
    hard = set(Petition.objects.exclude(hard_since=None).values_list("pk", flat=True))  # of an earlier run
    begun = time.monotonic()
    with log.open("w") as out:
        for number in range(rate * seconds):
            time.sleep(max(0.0, begun + number / rate - time.monotonic()))
            case = ids[number % len(ids)]
            step = marks.unmark_hard if case in hard else marks.mark_hard
            hard ^= {case}
            version = step(case, actor=boss, reason="测量").version
            out.write(json.dumps([case, version, time.time()]) + "\n")


def judged(pages: list[Page], result: dict) -> dict[str, str]:
    made = [json.loads(line) for line in result["log"].read_text().splitlines()]
    rows = dict(Petition.objects.filter(pk__in={case for case, _v, _at in made}).values_list("pk", "version"))
    lost = sum(page.known.get(case) != version for page in pages for case, version in rows.items())
    at = {(case, version): moment for case, version, moment in made}
    waits = [max(0.0, heard - at[c, v]) for page in pages for c, v, heard in page.heard if (c, v) in at]
    fetchers = [page for page in pages if page.fetches]
    last = max(moment for _c, _v, moment in made)
    stale = sum(page.asked_at < last for page in fetchers)
    took = [seconds for page in fetchers for seconds in page.took]
    span = last - made[0][2]
    return {
        "pages": str(len(pages)),
        "changes, really committed": f"{len(made)} in {span:.1f} s ({len(made) / span:.1f} a second)",
        "lost updates (page × case), of": f"{lost} of {len(pages) * len(rows)}",
        "pages told to look again (slow readers)": str(sum(page.look_again for page in pages)),
        "change committed → page heard, p50 / p95 / max": spread_of(waits, 0.5, 0.95, 1.0),
        "lists fetched, and lists older than the last change": f"{len(took)}, {stale} of {len(fetchers)}",
        "a list fetched, p50 / p95": spread_of(took, 0.5, 0.95),
        "server memory per open page": f"{1024 * result['memory']:.0f} KB ({result['after']:.0f} MB in all)",
        "server CPU while cases changed": f"{result['cpu']:.1f} s",
        "all pages opened in": f"{result['opening']:.1f} s",
        "load average before": result["load"],
    }


def spread_of(seconds: list[float], *parts: float) -> str:
    return " / ".join(f"{1000 * serving.share(seconds, part):.0f} ms" for part in parts) if seconds else "none"


if __name__ == "__main__":
    main()
