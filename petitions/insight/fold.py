"""From the history of one case to the marks that statistics count. Pure: the same events give the same marks.

A mark says "at this moment, for this unit, this counted": received, signed, first contact, closed, a verdict of the
citizen, a return, a re-handling … A published figure is a count of marks, and the list behind it is those marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

THREE, RESPONSE_ONLY, NONE = "three_rates", "response_only", "none"
Kind = Literal[
    "received",  # 受理, by the time the case came in, for the unit that answers for it
    "direct",  # 直接答复 by the hotline, no unit
    "signing",  # good: signed within the limit
    "contact",  # the unit's first contact; amount: minutes since it got the case
    "closed",  # 办结; good: the answer came before the limit
    "verdict",  # the citizen's last valid answers; good: solved at the first handling
    "returned",  # a return that was ruled on; good: founded
    "rehandled",  # 重新办理 was ordered
    "repeat",  # the citizen called again about an open case
    "false_reply",  # the unit says it reached the citizen, the citizen says nobody called
    "ledger",  # put on the long-term ledger
]


@dataclass(frozen=True)
class Step:
    """One event, as far as statistics read it. `about` is the key of the assignment or request."""

    at: datetime
    subject: str
    about: int | None
    department: int | None
    action: str
    after: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Mark:
    """What is counted. `department` None: no unit held the case. Verdicts carry the three answers."""

    kind: Kind
    at: datetime
    department: int | None
    good: bool | None = None
    amount: int | None = None
    contacted: bool | None = None
    solved: str = ""
    satisfaction: str = ""
    via: str = ""
    assessment: str = THREE
    excluded: bool = False
    not_counted: bool = False


@dataclass
class _Part:
    department: int
    is_main: bool
    assigned_at: datetime
    sign_by: datetime | None
    signed: bool = False
    contacted: bool = False


@dataclass
class _Story:
    """What has been understood of a case so far."""

    received_at: datetime | None = None
    is_probe: bool = False
    is_dropped: bool = False
    is_overdue: bool = False
    assessment: str = THREE
    excluded: bool = False
    not_counted: bool = False
    round: int = 0
    main: int | None = None
    parts: dict[int, _Part] = field(default_factory=dict)
    requests: dict[int, str] = field(default_factory=dict)
    verdicts: dict[int, Mark] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    closed: Mark | None = None
    direct: Mark | None = None

    def add(self, kind: str, step: Step, department: int | None, **more: Any) -> None:
        self.marks.append(Mark(kind, step.at, department, **more))


def fold(steps: Iterable[Step]) -> list[Mark]:
    """All marks of one case, from its events in their order.

    A probe (体验件), a withdrawn, invalid, merged or referred case leaves none: nobody is judged by it.
    """
    story = _Story()
    for step in steps:
        read = _READERS.get((step.subject, step.action))
        if read:
            read(story, step)
        if step.subject == "case" and step.after:
            _follow_state(story, step)
    return _told(story)


def _told(story: _Story) -> list[Mark]:
    if story.is_probe or story.is_dropped or story.received_at is None:
        return []
    marks = [Mark("received", story.received_at, story.main), *story.marks]
    marks += [mark for mark in (story.closed, story.direct) if mark]
    if story.verdicts:
        first, last = story.verdicts[min(story.verdicts)], story.verdicts[max(story.verdicts)]
        marks.append(replace(last, good=first.solved == "yes"))
    flags = {"assessment": story.assessment, "excluded": story.excluded, "not_counted": story.not_counted}
    return [replace(mark, **flags) for mark in marks]


def _follow_state(story: _Story, step: Step) -> None:
    """What the state itself says, whichever step led to it."""
    story.is_dropped = step.after in {"withdrawn", "invalid", "merged", "referred"}
    if step.after == "pending_callback":
        story.round += 1
    if step.after == "closed":
        story.closed = Mark("closed", step.at, story.main, good=not story.is_overdue)
    elif step.after != "archived":
        story.closed = None  # reopened


# ── one reader per kind of event ──
def _create(story: _Story, step: Step) -> None:
    story.received_at = _time(step.data.get("received_at")) or step.at
    story.is_probe = bool(step.data.get("probe"))


def _dispatched(story: _Story, step: Step) -> None:
    story.assessment = step.data.get("assessment") or story.assessment


def _assigned(story: _Story, step: Step) -> None:
    is_main = step.data.get("part") == "main"
    if step.about is None or step.department is None:
        return
    sign_by = _time(step.data.get("sign_by"))
    story.parts[step.about] = _Part(step.department, is_main, step.at, sign_by)
    if is_main:
        story.main = step.department


def _signed(story: _Story, step: Step) -> None:
    part = story.parts.get(step.about or 0)
    if part and not part.signed:
        part.signed = True
        in_time = step.action == "sign" and (part.sign_by is None or step.at <= part.sign_by)
        story.add("signing", step, part.department, good=in_time)


def _contact(story: _Story, step: Step) -> None:
    part = story.parts.get(step.about or 0)
    if part and step.data.get("reached") and not part.contacted:
        part.contacted = True
        minutes = int((step.at - part.assigned_at).total_seconds() // 60)
        story.add("contact", step, part.department, amount=minutes)


def _return_ruled(story: _Story, step: Step) -> None:
    story.add("returned", step, step.department, good=step.action == "grant_return")


def _back_to_dispatch(story: _Story, step: Step) -> None:
    story.main = None


def _overdue(story: _Story, step: Step) -> None:
    story.is_overdue = True


def _answers(story: _Story, step: Step) -> None:
    """The first complete answer of a round counts: a later one can neither mend nor spoil it."""
    via = "link" if step.action == "rated" else "call"
    if via == "call" and not step.data.get("valid"):
        return
    number = int(step.data.get("round") or story.round)
    if number in story.verdicts:
        return
    contacted = bool(step.data.get("contacted"))
    story.verdicts[number] = Mark(
        "verdict",
        step.at,
        story.main,
        contacted=contacted,
        solved=str(step.data.get("solved", "")),
        satisfaction=str(step.data.get("satisfaction", "")),
        via=via,
    )
    claimed = any(part.contacted for part in story.parts.values() if part.department == story.main)
    if claimed and not contacted:
        story.add("false_reply", step, story.main)


def _rehandled(story: _Story, step: Step) -> None:
    story.add("rehandled", step, story.main)


def _repeat(story: _Story, step: Step) -> None:
    story.add("repeat", step, story.main)


def _direct(story: _Story, step: Step) -> None:
    story.direct = Mark("direct", step.at, None)


def _ledger(story: _Story, step: Step) -> None:
    story.add("ledger", step, story.main)


def _filed(story: _Story, step: Step) -> None:
    story.requests[step.about or 0] = str(step.data.get("kind", ""))


def _granted(story: _Story, step: Step) -> None:
    """An exclusion takes the case out of the assessed calibre; so does an appeal that was upheld."""
    kind = story.requests.get(step.about or 0)
    if kind in {"exclusion", "appeal"}:
        story.excluded = True
    elif kind == "not_counted":
        story.not_counted = True
    elif kind == "response_only":
        story.assessment = RESPONSE_ONLY


_READERS = {
    ("case", "create"): _create,
    ("case", "dispatch"): _dispatched,
    ("case", "redispatch"): _dispatched,
    ("case", "take_back"): _back_to_dispatch,
    ("case", "undo_dispatch"): _back_to_dispatch,
    ("case", "expire"): _overdue,
    ("case", "call"): _answers,
    ("case", "rated"): _answers,
    ("case", "order_rehandling"): _rehandled,
    ("case", "urge"): _repeat,
    ("case", "answer_directly"): _direct,
    ("case", "put_on_ledger"): _ledger,
    ("assignment", "assign"): _assigned,
    ("assignment", "sign"): _signed,
    ("assignment", "auto_sign"): _signed,
    ("assignment", "contact"): _contact,
    ("assignment", "grant_return"): _return_ruled,
    ("assignment", "refuse_return"): _return_ruled,
    ("request", "file_request"): _filed,
    ("request", "grant"): _granted,
}


def _time(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
