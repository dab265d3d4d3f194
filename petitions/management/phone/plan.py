"""Invented telephone calls, as a telephone system would tell of them: in pieces, twice, and not always in order. Pure.

Numbers begin with 100, which no telephone in China does.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

USUAL, ABANDONED, MISSED, HANDED_ON, TRANSFERRED = "usual", "abandoned", "missed", "handed on", "transferred"
SHARES = {USUAL: 55, ABANDONED: 15, MISSED: 10, HANDED_ON: 10, TRANSFERRED: 10}
TWICE, LATE = 0.2, 0.15  # of all messages
LATE_BY = 6.0  # seconds at most
LINE, QUEUES = "12345", ("综合", "企业专席")


@dataclass(frozen=True)
class Step:
    """One message: when it happens and when it is sent, in seconds from the start of the play."""

    happens: float
    sent: float
    key: str
    call: str
    type: str
    facts: tuple[tuple[str, Any], ...] = ()

    def message(self, at: str) -> dict[str, Any]:
        return {"v": 1, "id": self.key, "call": self.call, "type": self.type, "at": at, **dict(self.facts)}


def play(calls: int, *, rate: float, talk: float, extensions: Sequence[str], seed: int, name: str) -> list[Step]:
    """So many calls, `rate` of them a second, spoken for `talk` seconds on average; in the order of sending.

    The same seed and name give the same play; another name gives other numbers of calls and messages.
    """
    rng = random.Random(seed)  # noqa: S311 - a play, no secret
    steps: list[Step] = []
    start = 0.0
    for number in range(calls):
        start += rng.expovariate(rate)
        kind = rng.choices(list(SHARES), weights=list(SHARES.values()))[0]
        told = list(_course(kind, rng, start, f"{name}-{number}", extensions, talk))
        steps += _disturbed(told, rng)
    return sorted(steps, key=lambda step: step.sent)


def _course(
    kind: str, rng: random.Random, start: float, call: str, extensions: Sequence[str], talk: float
) -> Iterator[Step]:
    number = f"1000000{rng.randint(5000, 9999)}"
    seconds = rng.expovariate(1 / 4)
    first = {"number": number, "line": LINE, "queue": rng.choice(QUEUES), "ivr": str(rng.randint(1, 3))}
    desks = rng.sample(list(extensions), k=min(2, len(extensions)))
    steps: list[tuple[float, str, dict[str, Any]]] = [(0, "ringing", first)]
    if kind == ABANDONED or not desks:
        steps += [(seconds, "abandoned", {"queue_seconds": int(seconds)})]
    elif kind == MISSED:
        steps += [(seconds, "ringing", {"extension": desks[0]}), (seconds + 3, "missed", {})]
    else:
        if kind == HANDED_ON and len(desks) > 1:
            steps += [(seconds, "ringing", {"extension": desks[1]})]
            seconds += 2
        others = desks[1:] if kind == TRANSFERRED else []
        steps += _spoken(rng, seconds, [desks[0], *others], talk, call)
    for place, (after, what, facts) in enumerate(steps):
        moment = start + after
        yield Step(moment, moment, f"{call}-{place}", call, what, tuple(facts.items()))


def _spoken(
    rng: random.Random, seconds: float, desks: Sequence[str], talk: float, call: str
) -> list[tuple[float, str, dict]]:
    """At the first desk and, where there is a second, after a transfer there: it rings while the first still speaks."""
    answered = seconds + rng.uniform(1, 3)
    length = rng.uniform(0.5, 1.5) * talk
    steps: list[tuple[float, str, dict]] = [
        (seconds, "ringing", {"extension": desks[0]}),
        (answered, "answered", {"extension": desks[0], "queue_seconds": int(seconds)}),
    ]
    away, back = rng.choice((("held", "resumed"), ("muted", "unmuted")))
    if rng.random() < 0.3:
        steps += [(answered + length / 3, away, {}), (answered + length / 2, back, {})]
    for desk in desks[1:]:
        steps += [(answered + length * 0.6, "ringing", {"extension": desk})]
        steps += [(answered + length * 0.7, "answered", {"extension": desk})]
    return [*steps, (answered + length, "ended", {"recording": f"rec-{call}"})]


def _disturbed(steps: list[Step], rng: random.Random) -> Iterator[Step]:
    for step in steps:
        sent = step.sent + (rng.uniform(0, LATE_BY) if rng.random() < LATE else 0)
        yield replace(step, sent=sent)
        if rng.random() < TWICE:
            yield replace(step, sent=sent + rng.uniform(0, 1))
