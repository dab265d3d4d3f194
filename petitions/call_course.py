"""What became of one telephone call, from everything that was reported of it. Pure.

Reports come twice, late and in any order: the course depends on the set of them alone, never on how they arrived.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

RINGING, ANSWERED, HELD, RESUMED = "ringing", "answered", "held", "resumed"
MUTED, UNMUTED = "muted", "unmuted"
ENDED, MISSED, ABANDONED = "ended", "missed", "abandoned"
# In the order in which they follow each other when two carry the same moment.
KINDS = (RINGING, ANSWERED, HELD, RESUMED, MUTED, UNMUTED, ABANDONED, MISSED, ENDED)
OVER = frozenset({ENDED, MISSED, ABANDONED})
INBOUND, OUTBOUND = "in", "out"
DIRECTIONS = (INBOUND, OUTBOUND)


@dataclass(frozen=True)
class Report:
    """One message of a telephone system about one call; `key` is the message's own number."""

    key: str
    at: datetime
    kind: str
    direction: str = INBOUND
    number: str = ""
    line: str = ""
    queue: str = ""
    extension: str = ""
    ivr: str = ""
    queue_seconds: int | None = None
    recording: str = ""
    dial: int | None = None


@dataclass(frozen=True)
class Course:
    """A call as far as it is known. `extension` is '' while nobody's telephone rings: the caller waits in the queue.

    `passing_to` is where a call that somebody speaks in rings now, an extension or a queue: it is being transferred.
    """

    state: str
    direction: str
    number: str
    line: str
    queue: str
    extension: str
    ivr: str
    queue_seconds: int | None
    recording: str
    dial: int | None
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    is_muted: bool
    passing_to: str

    @property
    def is_lost(self) -> bool:
        """Somebody wanted to speak to the hotline, and nobody spoke to them."""
        return self.direction == INBOUND and self.state in (MISSED, ABANDONED)

    @property
    def talked(self) -> timedelta | None:
        return self.ended_at - self.answered_at if self.answered_at and self.ended_at else None


def course_of(reports: Iterable[Report]) -> Course:
    """Fold the reports of one call, at least one. A report that came twice counts once."""
    told = sorted({r.key: r for r in reports}.values(), key=lambda r: (r.at, KINDS.index(r.kind), r.key))
    answers = [r for r in told if r.kind == ANSWERED]
    ends = [r for r in told if r.kind in OVER]
    answered_at = answers[0].at if answers else None
    is_spoken = bool(answers) and not ends
    return Course(
        state=_state(told, answers, ends),
        direction=told[0].direction,
        number=_first(told, lambda r: r.number) or "",
        line=_first(told, lambda r: r.line) or "",
        queue=_first(reversed(told), lambda r: r.queue) or "",
        extension=_extension(told, answers),
        ivr=_first(reversed(told), lambda r: r.ivr) or "",
        queue_seconds=_first(reversed(told), lambda r: r.queue_seconds),
        recording=_first(reversed(told), lambda r: r.recording) or "",
        dial=_first(told, lambda r: r.dial),
        started_at=told[0].at,
        answered_at=answered_at,
        # Clocks of two machines differ: a call never ends before it was answered.
        ended_at=max(ends[-1].at, answered_at or ends[-1].at) if ends else None,
        is_muted=is_spoken and _is_muted(told, answers),
        passing_to=_passing_to(told, answers) if is_spoken else "",
    )


def _state(told: list[Report], answers: list[Report], ends: list[Report]) -> str:
    """An end is final, whatever is reported after it; a call that nobody answered did not simply end."""
    if ends and answers:
        return ENDED
    if ends:
        unanswered = MISSED if told[0].direction == OUTBOUND else ABANDONED
        return unanswered if ends[-1].kind == ENDED else ends[-1].kind
    if answers:
        last = [r.kind for r in told if r.kind in (ANSWERED, HELD, RESUMED)][-1]
        return HELD if last == HELD else ANSWERED
    return RINGING


def _extension(told: list[Report], answers: list[Report]) -> str:
    """Who speaks, else whose telephone rings now; a call that went back to the queue rings nowhere."""
    if answers:
        return _first(reversed(answers), lambda r: r.extension) or ""
    rings = [r for r in told if r.kind == RINGING]
    return rings[-1].extension if rings else _first(reversed(told), lambda r: r.extension) or ""


def _is_muted(told: list[Report], answers: list[Report]) -> bool:
    """A microphone is one telephone's: whoever takes the call elsewhere speaks with their own."""
    where, is_muted = "", False
    for report in told[told.index(answers[0]) :]:
        is_elsewhere = bool(where and report.extension) and report.extension != where
        if report.kind == ANSWERED:
            where, is_muted = report.extension or where, is_muted and not is_elsewhere
        elif report.kind in (MUTED, UNMUTED) and not is_elsewhere:
            is_muted = report.kind == MUTED
    return is_muted


def _passing_to(told: list[Report], answers: list[Report]) -> str:
    """It rings elsewhere since it was last answered, and nobody took it back."""
    last = [r for r in told[told.index(answers[-1]) :] if r.kind in (ANSWERED, RINGING, RESUMED)][-1]
    to = last.extension or last.queue
    return to if last.kind == RINGING and to != _extension(told, answers) else ""


def _first(reports: Iterable[Report], of: Callable[[Report], Any]) -> Any:
    """The first that says something; 0 seconds in the queue is something, '' is not."""
    return next((value for value in map(of, reports) if value not in ("", None)), None)
