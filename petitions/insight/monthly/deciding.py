"""The steps of a theme: chosen with reasons, planned, started, and after each measure continued or ended.

Every step is one appended decision. Steps are taken one after another: two people cannot take the same one twice.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from petitions import errors, rules
from petitions.insight import effects
from petitions.insight.models import (
    MonthlyCandidate,
    MonthlyDecision,
    MonthlyIssue,
    MonthlyItem,
    Topic,
)
from petitions.services import turns
from routing.models import Area, Category, Department

MOST_QUESTIONS = 3
A_YEAR = timedelta(days=366)
What, State, Kind = MonthlyDecision.What, MonthlyIssue.State, MonthlyItem.Kind


@dataclass(frozen=True)
class Choice:
    """What is taken up and by whom. `areas`: where measures are taken; none: the whole city."""

    theme: str
    month: date
    questions: Sequence[str]
    categories: Collection[Category]
    lead: Department
    reason: str
    assisting: Collection[Department] = ()
    areas: Collection[Area] = ()
    topic: Topic | None = None


def choose(choice: Choice, *, actor: Any, now: datetime) -> MonthlyIssue:
    """Take a matter up. Raises NotYours, NoReason, MonthlyQuestions, MonthlyMatters."""
    _allowed(actor, choice.reason)
    if not choice.theme.strip():
        raise errors.NoReason("请写明主题。")
    questions = [line.strip() for line in choice.questions if line.strip()]
    if not 1 <= len(questions) <= MOST_QUESTIONS:
        raise errors.MonthlyQuestions
    if not choice.categories or _nothing_left(choice.areas):
        raise errors.MonthlyMatters
    month = choice.month.replace(day=1)
    candidate = MonthlyCandidate.objects.filter(month=month, category__in=choice.categories).order_by("place").first()
    with transaction.atomic():
        issue = MonthlyIssue.objects.create(
            theme=choice.theme.strip(),
            month=month,
            questions=questions,
            lead=choice.lead,
            topic=choice.topic,
            terms=candidate.terms if candidate else [],
        )
        issue.categories.set(choice.categories)
        issue.areas.set(choice.areas)
        issue.assisting.set([unit for unit in choice.assisting if unit != choice.lead])
        _decide(issue, What.CHOSEN, choice.reason, actor, now)
    return issue


def plan(pk: int, *, text: str, starts_on: date, reason: str, actor: Any, now: datetime) -> MonthlyIssue:
    """Write the plan, or write it anew before the work has begun.

    Raises NotYours, NoReason, Unknown, MonthlyMoved, MonthlyStartWrong.
    """
    _allowed(actor, reason)
    if not text.strip():
        raise errors.NoReason("请写明方案。")
    with transaction.atomic():
        issue = at_step(pk, State.CHOSEN, State.PLANNED)
        if abs(starts_on - issue.month) > A_YEAR:
            raise errors.MonthlyStartWrong
        issue.plan, issue.starts_on, issue.state = text.strip(), starts_on, State.PLANNED
        issue.save(update_fields=["plan", "starts_on", "state"])
        _decide(issue, What.PLANNED, reason, actor, now)
    return issue


def start(pk: int, *, reason: str, actor: Any, now: datetime) -> MonthlyIssue:
    """Raises NotYours, NoReason, Unknown, MonthlyMoved, MonthlyWithoutTasks."""
    _allowed(actor, reason)
    with transaction.atomic():
        issue = at_step(pk, State.PLANNED)
        listed = set(issue.items.values_list("kind", flat=True))
        if not {Kind.TASK, Kind.RESPONSIBILITY} <= listed:
            raise errors.MonthlyWithoutTasks
        issue.state = State.RUNNING
        issue.save(update_fields=["state"])
        _decide(issue, What.STARTED, reason, actor, now)
    return issue


def conclude(pk: int, *, what: str, reason: str, actor: Any, now: datetime) -> MonthlyIssue:
    """Go on or end, on the ground of a measure that no decision rests on yet.

    Raises NotYours, NoReason, Unknown, MonthlyMoved, MonthlyNotMeasured.
    """
    _allowed(actor, reason)
    if what not in (What.CONTINUED, What.EXITED):
        raise errors.Unknown
    with transaction.atomic():
        issue = at_step(pk, State.RUNNING)
        measure = issue.measures.first()
        if measure is None or issue.decisions.filter(measure=measure).exists():
            raise errors.MonthlyNotMeasured
        if what == What.EXITED:
            issue.state = State.EXITED
            issue.save(update_fields=["state"])
        _decide(issue, what, reason, actor, now, measure=measure)
    return issue


def at_step(pk: int, *states: str) -> MonthlyIssue:
    """The theme, alone until the transaction ends, in one of these states. Raises Unknown, MonthlyMoved."""
    turns.wait(f"monthly:{pk}")
    issue = MonthlyIssue.objects.filter(pk=pk).first()
    if issue is None:
        raise errors.Unknown
    if issue.state not in states:
        raise errors.MonthlyMoved
    return issue


def _allowed(actor: Any, reason: str) -> None:
    if not rules.may_choose_monthly(None, actor):
        raise errors.NotYours
    if not reason.strip():
        raise errors.NoReason


def _nothing_left(areas: Collection[Area]) -> bool:
    """Whether too few streets would be left to compare with."""
    if not areas:
        return False
    streets = Area.objects.at_level(Area.Level.STREET)
    for area in areas:
        streets = streets.exclude(path__startswith=area.path)
    return streets.count() < effects.LEAST_CONTROLS


def _decide(issue: MonthlyIssue, what: str, reason: str, actor: Any, now: datetime, **more: Any) -> None:
    MonthlyDecision.objects.create(issue=issue, what=what, reason=reason.strip(), by=actor, at=now, **more)
