"""自助问答: a question is matched to the knowledge base, at any hour; what came of each answer is counted by item.

A row holds the redacted question and no person. Whoever asked holds a signed token for it and may say that it helped,
or file a case, which is linked to the answer that did not help.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from nlp import serve
from petitions import errors
from petitions.models import TEXT_LIMIT, Ask, Petition
from petitions.queries import answers
from petitions.queries.answers import ReadyAnswer
from petitions.services import clock
from petitions.storable import storable
from routing import rulebook
from routing.clock import opening
from routing.rulebook import Rulebook

Outcome = Ask.Outcome


@dataclass(frozen=True)
class Answered:
    """A question and what fits it, best first; `row` counts the first one until another is said to have helped."""

    row: Ask
    answers: tuple[ReadyAnswer, ...]


def ask(text: str, *, for_enterprise: bool = False, now: datetime | None = None) -> Answered:
    """Answer a question at once if an item in force fits. Raises NoText or TextTooLong."""
    now, rules = now or clock.now(), rulebook.current()
    text = storable(text).strip()
    if not text:
        raise errors.NoText("请写下您想问的问题。")
    if len(text) > TEXT_LIMIT:
        raise errors.TextTooLong
    reading = serve.read(text, with_facts=False)
    today = clock.local(now).date()
    found = answers.for_text(text, reading.category, rules=rules, today=today, for_enterprise=for_enterprise)
    best = found[0] if found else None
    leaf = rules.leaves.get(reading.category[0].label) if reading.category else None
    row = Ask.objects.create(
        text=reading.redacted_text,
        asked_at=now,
        for_enterprise=for_enterprise,
        out_of_hours=is_out_of_hours(rules, now),
        category_id=leaf.id if leaf else None,
        version_id=best.version_id if best else None,
        score=best.score if best else None,
        outcome=Outcome.LEFT if best else Outcome.UNANSWERED,
    )
    return Answered(row, found)


def helped(ask_id: int, *, version_id: int, now: datetime | None = None) -> Ask:
    """解决了: the asker says which of the answers helped. Said twice, it counts once. Raises Unknown."""
    row = Ask.objects.select_related("version").filter(pk=ask_id, version__isnull=False).first()
    now = now or clock.now()
    shown = {answer.version_id for answer in answers.current(clock.local(now).date()).answers.values()}
    if row is None or version_id not in {*shown, row.version_id}:
        raise errors.Unknown("没有找到这次提问，请重新问一次。")
    waiting = Ask.objects.filter(pk=ask_id, outcome=Outcome.LEFT)
    waiting.update(outcome=Outcome.ANSWERED, version_id=version_id, said_at=now)
    row.refresh_from_db()
    return row


def filed(case: Petition, *, rejected: int | None, answered: Iterable[int] = (), now: datetime | None = None) -> None:
    """A case came of it: the answer that was rejected is linked, and one that had helped is counted as reopened.

    `answered` are questions that the same browser had called solved; one of them is reopened if the case is of the
    same leaf. Everything is counted once, whatever is pressed how often.
    """
    now = now or clock.now()
    mine = Ask.objects.filter(pk=rejected, petition=None) if rejected else Ask.objects.none()
    mine.filter(outcome=Outcome.LEFT).update(outcome=Outcome.REJECTED, said_at=now)
    mine.filter(outcome=Outcome.ANSWERED, reopened_at=None).update(reopened_at=now)
    mine.update(petition=case)
    if case.category_id:
        again = Ask.objects.filter(pk__in=list(answered), outcome=Outcome.ANSWERED, reopened_at=None)
        again.filter(version__category=case.category_id).update(reopened_at=now)


def is_out_of_hours(rules: Rulebook, now: datetime) -> bool:
    """Whether nobody is in the offices now: then the form offers an answer first."""
    return opening(now, rules.calendar) > now
