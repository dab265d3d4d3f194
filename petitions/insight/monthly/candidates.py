"""Ranking the matters of a month and keeping the first of them with the terms of their scores."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth

from petitions import errors, rules
from petitions.insight import rollup, windows
from petitions.insight.models import HourCount, Mark, MonthlyCandidate
from petitions.insight.monthly.ranking import WEIGHTS, Facts, Yardstick, ranked
from petitions.insight.windows import SHANGHAI
from petitions.services import turns
from routing import rulebook
from routing.rulebook import Rulebook

TURN = "monthly candidates"  # two rankings of one month would both write its places
KEPT, MONTHS, LEAST = 20, 6, 10
UNIT_ANSWERS, UNIT_SOLVES = 3, 0.8


def rank(month: date, *, actor, now: datetime) -> int:
    """Rank a month anew; returns how many candidates it has. Raises NotYours, MonthNotOver."""
    if not rules.may_choose_monthly(None, actor):
        raise errors.NotYours
    if now < windows.month(month).ends:
        raise errors.MonthNotOver
    return _rank(month.replace(day=1), now)


def rank_last_month(*, now: datetime) -> int:
    """Of the month that ended last, unless that was done; safe to ring twice."""
    month = (now.astimezone(SHANGHAI).date().replace(day=1) - timedelta(days=1)).replace(day=1)
    return 0 if MonthlyCandidate.objects.filter(month=month).exists() else _rank(month, now)


def _rank(month: date, now: datetime) -> int:
    rules_now = rulebook.current()
    with transaction.atomic():
        turns.wait(TURN)
        rollup.refresh_all()
        matters, yardstick = _facts(month, rules_now)
        found = ranked(matters, yardstick, rules_now.parameter("monthly.weights", WEIGHTS))
        rows = [
            MonthlyCandidate(
                month=month,
                category_id=facts.category,
                place=place,
                score=round(score, 1),
                terms=[term.as_json() for term in terms],
                made_at=now,
            )
            for place, (facts, terms, score) in enumerate(found[: rules_now.parameter("monthly.kept", KEPT)], start=1)
        ]
        MonthlyCandidate.objects.filter(month=month).delete()
        MonthlyCandidate.objects.bulk_create(rows)
    return len(rows)


# ── figures ──
def _facts(month: date, rules_now: Rulebook) -> tuple[list[Facts], Yardstick]:
    """Matters with enough cases in the month."""
    least, span = rules_now.parameter("monthly.least", LEAST), rules_now.parameter("monthly.months", MONTHS)
    cases, areas = _volume(month)
    lasting = _months(month, span, least)
    judged, solved, units, solving = _answers(month, rules_now)
    matters = [
        Facts(
            category=category,
            cases=count,
            areas=len(areas[category]),
            months=lasting[category],
            judged=judged[category],
            solved=solved[category],
            units=units[category],
            solving=solving[category],
        )
        for category, count in cases.items()
        if count >= least
    ]
    everywhere = set().union(*areas.values()) if areas else set()
    return matters, Yardstick(max(cases.values(), default=0), len(everywhere), span)


def _volume(month: date) -> tuple[Counter, dict[int, set[int]]]:
    """Category → cases; category → places that had one."""
    window = windows.month(month)
    cases: Counter = Counter()
    areas: dict[int, set[int]] = defaultdict(set)
    rows = HourCount.objects.filter(
        hour__gte=window.begins, hour__lt=window.ends, received__gt=0, category__isnull=False
    )
    for category, area, count in rows.values_list("category", "area").annotate(count=Sum("received")):
        cases[category] += count
        if area is not None:
            areas[category].add(area)
    return cases, areas


def _months(month: date, span: int, least: int) -> Counter:
    """Category → how many of the last `span` months had at least `least` cases."""
    first = month
    for _ in range(span - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    rows = HourCount.objects.filter(
        hour__gte=windows.month(first).begins, hour__lt=windows.month(month).ends, category__isnull=False
    )
    by_month = rows.annotate(month=TruncMonth("hour", tzinfo=SHANGHAI)).values_list("category", "month")
    return Counter(category for category, _, count in by_month.annotate(count=Sum("received")) if count >= least)


def _answers(month: date, rules_now: Rulebook) -> tuple[Counter, Counter, Counter, Counter]:
    """Category → answers, those that say solved, units with enough answers, those of them that solve."""
    window = windows.month(month)
    enough = rules_now.parameter("monthly.unit_answers", UNIT_ANSWERS)
    share = rules_now.parameter("monthly.unit_solves", UNIT_SOLVES)
    judged, solved, units, solving = Counter(), Counter(), Counter(), Counter()
    rows = Mark.objects.filter(kind="verdict", half__gte=window.first, half__lt=window.end)
    by_unit = rows.values_list("petition__category", "department")
    for category, _, n, good in by_unit.annotate(n=Count("pk"), good=Count("pk", filter=Q(solved="yes"))):
        judged[category] += n
        solved[category] += good
        if n >= enough:
            units[category] += 1
            solving[category] += good >= share * n
    return judged, solved, units, solving
