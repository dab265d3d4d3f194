"""Typing stops → the suggestion is there: 20 operators at once against one real server, over HTTP with open sockets.

    python bench/keystrokes.py [--operators 20] [--seconds 60] [--cases 500] [--seed 7]

Needs Redis (BENCH_REDIS_URL; that database is emptied). Each operator types a text of the seed corpus in pieces, pauses
and asks as the page does: 250 ms after the last key, while the draft is saved every 3 s and the page's socket is open.
The figure is debounce + answer completely read; drawing it in the browser is not in it (a few ms). Pauses are drawn, so
requests meet by chance as they do in a hall. `--cases` are in the database before, so that similar ones are ranked.
"""

import argparse
import http.client
import json
import random
import threading
import time
from urllib.parse import urlencode

import scratch  # sets Django up, so it comes first
import serving
from websockets.sync.client import connect

from nlp.core import corpus
from petitions.models import Draft

DEBOUNCE = 0.25
SAVE_EVERY = 3.0
PAUSES = (1.0, 3.0)  # seconds between two pauses of one operator
PIECES = 5  # a text is typed in so many pieces


class Operator(threading.Thread):
    def __init__(self, port: int, cookie: str, texts: list[str], until: float, seed: int):
        super().__init__(daemon=True)
        self.port, self.cookie, self.texts, self.until = port, cookie, texts, until
        self.chance = random.Random(seed)
        self.waits: list[float] = []
        self.saves: list[float] = []
        self.version = 0

    def run(self) -> None:
        headers = {"Cookie": self.cookie, "Origin": f"http://127.0.0.1:{self.port}"}
        with connect(f"ws://127.0.0.1:{self.port}/ws/live/", additional_headers=headers, open_timeout=60):
            self.link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            self.token = self.csrf()
            saved_at = time.monotonic()
            while time.monotonic() < self.until:
                text = self.chance.choice(self.texts)
                for piece in range(1, PIECES + 1):
                    time.sleep(self.chance.uniform(*PAUSES))
                    typed = text[: max(8, len(text) * piece // PIECES)]
                    begun = time.perf_counter()
                    time.sleep(DEBOUNCE)
                    self.post("/intake/suggestions/", {"text": typed})
                    self.waits.append(time.perf_counter() - begun)
                    if time.monotonic() - saved_at > SAVE_EVERY:
                        saved_at = time.monotonic()
                        self.save(typed)

    def ask_once(self, text: str) -> None:
        """The first question of a process loads dictionaries and models; a server has been asked before."""
        self.link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        self.token = self.csrf()
        self.post("/intake/suggestions/", {"text": text})

    def csrf(self) -> str:
        self.link.request("GET", "/intake/", headers={"Cookie": self.cookie})
        answer = self.link.getresponse()
        answer.read()
        token = answer.getheader("Set-Cookie", "").split("csrftoken=")[1].split(";")[0]
        self.cookie += f"; csrftoken={token}"
        return token

    def save(self, typed: str) -> None:
        begun = time.perf_counter()
        said = {"text": typed, "draft": "intake", "draft_version": self.version}
        self.version = json.loads(self.post("/drafts/save/", said))["version"]
        self.saves.append(time.perf_counter() - begun)

    def post(self, address: str, said: dict) -> bytes:
        headers = {"Cookie": self.cookie, "X-CSRFToken": self.token, "HX-Request": "true"}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.link.request("POST", address, urlencode(said), headers)
        answer = self.link.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{address} answered {answer.status}: {body.decode()[:1000]}")
        return body


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--operators", type=int, default=20)
    options.add_argument("--database", help="a migrated database with the city in it; it is filled up and kept")
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--cases", type=int, default=500)
    options.add_argument("--seed", type=int, default=7)
    chosen = options.parse_args()
    texts = [sample.text for sample in corpus.seed_samples() if len(sample.text) > 40]
    with scratch.as_it_is(chosen.database) if chosen.database else scratch.city():
        serving.fill(chosen.cases)
        Draft.objects.filter(owner__username__startswith="bench-").delete()  # of an earlier run
        cookies = serving.cookies(chosen.operators, "operator")
        with serving.served() as server:
            until, load = time.monotonic() + chosen.seconds, serving.load()
            people = [Operator(server.port, cookie, texts, until, chosen.seed + n) for n, cookie in enumerate(cookies)]
            first = Operator(server.port, cookies[0], texts, until, chosen.seed)
            first.ask_once(texts[0])
            until = time.monotonic() + chosen.seconds
            cpu = server.cpu()
            for person in people:
                person.until = until
                person.start()
            for person in people:
                person.join()
            cpu = server.cpu() - cpu
    report(people, cpu, load)


def report(people: list[Operator], cpu: float, load: str) -> None:
    waits = [wait for person in people for wait in person.waits]
    saves = [save for person in people for save in person.saves]
    said = {"operators": len(people), "suggestions": len(waits), "drafts saved": len(saves)}
    for name, part in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        said[f"typing stops → suggestion, {name}, ms"] = round(1000 * serving.share(waits, part))
    said["draft saved, p95, ms"] = round(1000 * serving.share(saves, 0.95))
    said |= {"server CPU, s": round(cpu, 1), "load average before": load}
    for what, figure in said.items():
        print(f"{what:40}{figure}")
    written = scratch.ROOT / "var" / "bench" / "keystrokes.json"
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
