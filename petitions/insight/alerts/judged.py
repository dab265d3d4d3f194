"""How strict each rule has become in each place by what people said of its alerts; strictness.py has the rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from petitions.insight.alerts.strictness import Steps, strictness
from petitions.insight.models import AlertAct
from routing.rulebook import Rulebook


def steps_of(rules: Rulebook) -> Steps:
    return Steps(float(rules.parameter("alert.step", 0.1)), float(rules.parameter("alert.most", 2.0)))


def strictness_of(kind: str, rules: Rulebook) -> dict[int, float]:
    """Place → how many times the rule's own threshold; places without a judgement are left out. One statement."""
    steps = steps_of(rules)
    return {place: strictness(judged, steps) for place, judged in _standing(kind).items()}


def judgements(kind: str, area_id: int) -> Sequence[AlertAct]:
    """Those that move the threshold of one rule in one place, undone ones too, the newest first."""
    return list(
        AlertAct.objects.filter(alert__kind=kind, alert__area=area_id)
        .exclude(step=0)
        .select_related("by", "alert__category", "undone_by__by")
        .order_by("-id")[:20]
    )


def _standing(kind: str) -> dict[int, list[int]]:
    rows = AlertAct.objects.filter(alert__kind=kind, undone_by__isnull=True).exclude(step=0)
    found: dict[int, list[int]] = defaultdict(list)
    for place, step in rows.order_by("id").values_list("alert__area", "step"):
        found[place].append(step)
    return found
