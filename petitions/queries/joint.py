"""一件事一次办: what each unit of a joint case has answered, and the one answer that is built from it. No statement of
its own: it reads the rows that the case page has fetched already (casefile).
"""

from dataclasses import dataclass
from datetime import datetime

from petitions.models import Assignment, Petition, Reply
from petitions.states import GONE, AssignmentState

NUMERALS = "一二三四五六七八九十"
NOT_WAITED_FOR = frozenset(GONE)


@dataclass(frozen=True)
class Share:
    """One unit's share: its part with state and clock, its newest reply, whether its head has agreed to it."""

    part: Assignment
    reply: Reply | None
    is_approved: bool


@dataclass(frozen=True)
class Joint:
    shares: tuple[Share, ...]
    waiting: int
    # The main unit wrote before somebody else had answered: its answer may lack their share.
    overtaken_at: datetime | None

    @property
    def is_joint(self) -> bool:
        return len(self.shares) > 1


def of(case: Petition) -> Joint:
    """The shares of this round, the main unit first."""
    newest = {reply.assignment_id: reply for reply in case.replies.all()}
    parts = sorted(
        (part for part in case.assignments.all() if part.state not in NOT_WAITED_FOR),
        key=lambda part: (part.part != Assignment.Part.MAIN, part.pk),
    )
    shares = tuple(_share(part, newest.get(part.pk)) for part in parts)
    waiting = sum(share.part.state != AssignmentState.ANSWERED for share in shares)
    return Joint(shares, waiting, _overtaken_at(shares))


def composed(case: Petition) -> str:
    """The answers of the units beside the main one, numbered, each with its unit; '' where there are none."""
    said = [
        (share.part.department.name, share.reply.public_answer.strip())
        for share in of(case).shares
        if share.part.part != Assignment.Part.MAIN and share.is_approved and share.reply
    ]
    if not said:
        return ""
    return "\n".join(f"{numeral(n)}、{unit}：{answer}" for n, (unit, answer) in enumerate(said, start=1))


def numeral(number: int) -> str:
    return NUMERALS[number - 1] if number <= len(NUMERALS) else str(number)


def _share(part: Assignment, reply: Reply | None) -> Share:
    return Share(part, reply, bool(reply and reply.approved_at and part.state == AssignmentState.ANSWERED))


def _overtaken_at(shares: tuple[Share, ...]) -> datetime | None:
    mine = next((s.reply.at for s in shares if s.part.part == Assignment.Part.MAIN and s.reply), None)
    others = [s.reply.at for s in shares if s.part.part != Assignment.Part.MAIN and s.is_approved and s.reply]
    return max((at for at in others if mine and at > mine), default=None)
