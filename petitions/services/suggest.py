"""What the machine proposes for a text: category, place, unit, limit, similar cases. It writes nothing.

The proposal is a value (Preview): the intake page shows it while the operator types, intake stores it with the case.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from nlp import serve
from nlp.serve import Reading
from petitions.queries import similar as similar_cases
from petitions.queries.similar import SimilarCase
from petitions.services import where
from petitions.states import Urgency
from routing import catalogue, rulebook
from routing.facts import Decision, UnitRow
from routing.rulebook import Rulebook

LIFE_AND_PROPERTY = "life_and_property"


@dataclass(frozen=True)
class CategoryGuess:
    """One suggested leaf with the words it rests on, and who would answer it here."""

    code: str
    name: str
    confidence: float
    evidence: tuple[str, ...]
    unit: str


@dataclass(frozen=True)
class Preview:
    reading: Reading
    guesses: tuple[CategoryGuess, ...]
    category_code: str | None
    category_is_chosen: bool  # by a person; False when it is the model's best guess
    area_id: int | None
    area_name: str
    ask_for_place: str  # the question that settles where it is, "" when nothing is open
    likely_kinds: tuple[str, ...]  # who would handle it, for a person who has to decide
    decision: Decision
    main_unit: UnitRow | None
    assisting_units: tuple[UnitRow, ...]
    due_at: datetime
    similar: tuple[SimilarCase, ...]
    rules: Rulebook

    @property
    def best(self) -> CategoryGuess | None:
        return self.guesses[0] if self.guesses else None


def preview(
    text: str,
    *,
    title: str = "",
    address: str = "",
    category_code: str | None = None,
    area_id: int | None = None,
    caller_id: int | None = None,
    tags: Iterable[str] = (),
    said_at: datetime | None = None,
    now: datetime,
    with_similar: bool = True,
    rules: Rulebook | None = None,
) -> Preview:
    """Read the text and decide. A category or area that a person chose is taken as it is, never overwritten."""
    rules = rules or rulebook.current()
    duties = where.duties(rules, _local_day(rules, now))
    reading = serve.read(text, title=title, gazetteer=where.gazetteer(rules), duties=duties)
    return proposal(
        reading,
        rules=rules,
        title=title,
        address=address,
        category_code=category_code,
        area_id=area_id,
        caller_id=caller_id,
        tags=tags,
        said_at=said_at,
        now=now,
        with_similar=with_similar,
    )


def proposal(
    reading: Reading,
    *,
    rules: Rulebook,
    title: str = "",
    address: str = "",
    category_code: str | None = None,
    area_id: int | None = None,
    caller_id: int | None = None,
    tags: Iterable[str] = (),
    said_at: datetime | None = None,
    now: datetime,
    with_similar: bool = True,
) -> Preview:
    """Decide about a text that was read already."""
    place = where.where(reading.place, address, rules)
    area = rules.area(area_id) if area_id else place.place
    decided = partial(catalogue.decide_for, at=now, said_at=said_at, tags=frozenset(tags), rules=rules)
    guesses = tuple(_guess(rules, guess, area.path if area else "", decided, now) for guess in reading.category)
    best = guesses[0] if guesses else None
    code = category_code or (best.code if best else None)
    decision = decided(
        code,
        area.path if area else "",
        urgency=[LIFE_AND_PROPERTY] if reading.urgency.level == Urgency.CRITICAL.label else [],
        confidence=None if category_code else (best.confidence if best else None),
    )
    due = rules.due("handle", decision.tier, now)
    if due.warning:  # whoever reads out the date reads out that it may move
        decision = replace(decision, reasons=(*decision.reasons, f"{due.warning}。"))
    units = rules.snapshot(_local_day(rules, now)).units_by_id
    return Preview(
        reading=reading,
        guesses=guesses,
        category_code=code,
        category_is_chosen=bool(category_code),
        area_id=area.id if area else None,
        area_name=area.full_name if area else "",
        ask_for_place="" if area_id else place.ask,
        likely_kinds=where.likely_kinds(reading, rules, _local_day(rules, now)),
        decision=decision,
        main_unit=units.get(decision.main_department_id),
        assisting_units=tuple(units[pk] for pk in decision.assisting_department_ids if pk in units),
        due_at=due.at,
        similar=_similar(reading, title, area, code, caller_id, rules) if with_similar else (),
        rules=rules,
    )


def _similar(
    reading: Reading, title: str, area: Any, code: str | None, caller_id: int | None, rules: Rulebook
) -> tuple[SimilarCase, ...]:
    return similar_cases.for_text(
        reading.tokens,
        title=title,
        area_path=area.path if area else "",
        category_code=code,
        caller_id=caller_id,
        weights=serve.term_weights(),
        at_least=float(rules.parameter("similar.related_threshold", similar_cases.similar.RELATED_FROM)),
    )


def _guess(rules: Rulebook, guess: Any, area_path: str, decided: Callable, now: datetime) -> CategoryGuess:
    leaf = rules.leaves.get(guess.label)
    decision = decided(guess.label, area_path)
    unit = rules.snapshot(_local_day(rules, now)).units_by_id.get(decision.main_department_id)
    return CategoryGuess(
        code=guess.label,
        name=leaf.full_name if leaf else guess.label,
        confidence=guess.confidence,
        evidence=tuple(guess.evidence),
        unit=unit.name if unit else "",
    )


def _local_day(rules: Rulebook, now: datetime):
    return now.astimezone(rules.calendar.zone).date()
