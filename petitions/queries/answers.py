"""Ready answers that fit a question. The items in force are kept in memory until one of them changes.

What has passed its review date is not among them: an expired item answers nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import F, Max

from nlp.core.answers import Answers, Item
from nlp.core.guess import Guess
from petitions.models import KnowledgeVersion
from routing.rulebook import Rulebook

AT_LEAST = 0.35
MOST = 3
# A question is asked in its first sentences; a long story would only drown its words.
LONGEST = 1_000


@dataclass(frozen=True)
class ReadyAnswer:
    """An item as it stands, with how well it fits (0 to 1) and the words it shares with the question."""

    item_id: int
    version_id: int
    title: str
    answer: str
    basis: str
    owner: str
    review_by: date
    written_at: datetime
    category_id: int | None
    for_enterprises: bool
    score: float = 0.0
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Base:
    """The items in force at one state of the table on one day."""

    stamp: tuple[int | None, date]
    answers: dict[int, ReadyAnswer]
    everybody: Answers
    enterprises: Answers


_kept: Base | None = None


def for_text(
    text: str,
    guesses: Iterable[Guess],
    *,
    rules: Rulebook,
    today: date,
    for_enterprise: bool = False,
    most: int = MOST,
) -> tuple[ReadyAnswer, ...]:
    """The items that fit, best first. One statement while the base stays as it is."""
    base = current(today)
    among = base.enterprises if for_enterprise else base.everybody
    likely = {guess.label: guess.confidence for guess in guesses}
    at_least = float(rules.parameter("knowledge.threshold", AT_LEAST))
    found = among.find(text[:LONGEST], likely=likely, at_least=at_least, most=most)
    return tuple(_matched(base.answers[match.key], match) for match in found)


def current(today: date) -> Base:
    """The base as it is now. Every edit writes a version, so the newest version is the stamp."""
    global _kept
    stamp = (KnowledgeVersion.objects.aggregate(newest=Max("pk"))["newest"], today)
    if _kept is None or _kept.stamp != stamp:
        _kept = _read(stamp)
    return _kept


def _read(stamp: tuple[int | None, date]) -> Base:
    newest = KnowledgeVersion.objects.filter(number=F("item__version"), item__is_published=True)
    rows = list(newest.filter(review_by__gte=stamp[1]).select_related("category", "owner").order_by("item_id"))
    items = [(row, _item(row)) for row in rows]
    return Base(
        stamp,
        {row.item_id: _ready(row) for row in rows},
        Answers(item for _row, item in items),
        Answers(item for row, item in items if row.for_enterprises),
    )


def _item(row: KnowledgeVersion) -> Item:
    return Item(row.item_id, f"{row.title}\n{row.question}", row.answer, row.category.code if row.category else "")


def _ready(row: KnowledgeVersion) -> ReadyAnswer:
    return ReadyAnswer(
        item_id=row.item_id,
        version_id=row.pk,
        title=row.title,
        answer=row.answer,
        basis=row.basis,
        owner=str(row.owner or ""),
        review_by=row.review_by,
        written_at=row.made_at,
        category_id=row.category_id,
        for_enterprises=row.for_enterprises,
    )


def _matched(answer: ReadyAnswer, match: Any) -> ReadyAnswer:
    return replace(answer, score=match.score, words=match.words)
