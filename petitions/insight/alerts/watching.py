"""What the clock looks for every night: what stays at the top of a street, and what is expected to rise."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import Sum

from petitions.insight import windows
from petitions.insight.alerts import counts, judged, raising
from petitions.insight.alerts.bursts import Limits
from petitions.insight.alerts.frequent import frequent
from petitions.insight.alerts.places import Tree
from petitions.insight.alerts.raising import Signal, cases_of
from petitions.insight.alerts.strictness import stricter_count
from petitions.insight.models import Alert, Forecast, HourCount, Usual
from petitions.services.clock import local
from routing import rulebook

DAY = timedelta(days=1)
ANSWERED_DAYS = 28  # what stays at the top, or is to come, is not told again so soon after it was answered
Series = tuple[int, int]


def look_at_tops(*, now: datetime) -> int:
    """高频: the leaf that leads a street's assessment periods, one after the other."""
    rules, today = rulebook.current(), local(now).date()
    running, least = int(rules.parameter("alert.frequent_periods", 3)), int(rules.parameter("alert.frequent_least", 10))
    start = int(rules.parameter("period.start_day", 19))
    closed = windows.assessment_period_of(today, start)
    spans = []
    for _ in range(running + 3):  # a few more, to say for how long it has been so
        closed = (closed - DAY).replace(day=1)
        spans.append(windows.assessment_period(closed, start))
    tree = Tree.of(rules)
    by_street = [_leaves_by_street(span) for span in spans]
    answered = raising.answered_since(Alert.Kind.FREQUENT, now - ANSWERED_DAYS * DAY)
    strict = judged.strictness_of(Alert.Kind.FREQUENT, rules)
    signals = []
    for street in sorted(place.id for place in tree.places.values() if place.level == "street"):
        factor = strict.get(street, 1.0)
        needed = stricter_count(running, factor)
        found = frequent([each.get(street, {}) for each in by_street], running=needed, least=least)
        if found and (Alert.Kind.FREQUENT, street, found.leaf, "") not in answered:
            span = spans[0]
            signals.append(
                Signal(
                    *(Alert.Kind.FREQUENT, street, found.leaf, spans[found.periods - 1].begins, span.ends),
                    seen=found.counts[0],
                    figure=found.periods,
                    threshold=needed,
                    strictness=factor,
                    cases=cases_of(street, found.leaf, span.begins, span.ends, rules),
                    figures={"counts": list(found.counts)},
                )
            )
    return raising.keep(signals, now=now)


def look_ahead(*, now: datetime) -> int:
    """预测: a matter whose next weeks are expected well above its present level, with its whole interval."""
    rules, today = rulebook.current(), local(now).date()
    ratio = float(rules.parameter("alert.forecast_ratio", 1.5))
    answered = raising.answered_since(Alert.Kind.FORECAST, now - ANSWERED_DAYS * DAY)
    strict = judged.strictness_of(Alert.Kind.FORECAST, rules)
    levels = {
        (place, leaf): 7 * per_day
        for place, leaf, per_day in Usual.objects.values_list("area_id", "category_id", "per_day")
    }
    best: dict[Series, Forecast] = {}
    for row in Forecast.objects.filter(week__gte=today).exclude(method="mean"):
        key = row.area_id, row.category_id
        if key in levels and (key not in best or row.expected > best[key].expected):
            best[key] = row
    signals = []
    for (place, leaf), row in sorted(best.items()):
        factor, level = strict.get(place, 1.0), max(levels[place, leaf], 1.0)
        rises = row.expected >= ratio * factor * level and row.low > level and row.expected >= Limits.of(rules).least
        if rises and (Alert.Kind.FORECAST, place, leaf, "") not in answered:
            begins = counts.midnight(row.week)
            signals.append(
                Signal(
                    *(Alert.Kind.FORECAST, place, leaf, begins, begins + 7 * DAY),
                    seen=round(row.expected),
                    expected=level,
                    figure=row.expected / level,
                    threshold=ratio * factor,
                    strictness=factor,
                    figures={"low": row.low, "high": row.high, "method": row.method},
                )
            )
    return raising.keep(signals, now=now)


def _leaves_by_street(span: windows.Window) -> dict[int, dict[int, int]]:
    """Street → leaf → cases received in the span. One statement."""
    rows = (
        HourCount.objects.filter(hour__gte=span.begins, hour__lt=span.ends, category__isnull=False, area__isnull=False)
        .order_by()
        .values_list("area_id", "category_id")
        .annotate(cases=Sum("received"))
    )
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for area, leaf, cases in rows:
        found[area][leaf] = cases
    return found
