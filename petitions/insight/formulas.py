"""Which version of the score is in force; a change is a new version with a reason, never an edit."""

from datetime import date
from typing import Any

from django.db import transaction

from petitions import errors
from petitions.insight import rollup
from petitions.insight.models import Formula
from routing import rulebook


def in_force(day: date) -> Formula:
    """The newest version that is effective on `day`. The first is made from the city's parameters when it is needed."""
    found = Formula.objects.filter(effective_from__lte=day).order_by("-version").first()
    return found or _first()


def change(*, actor: Any, reason: str, effective_from: date, **values: Any) -> Formula:
    """A new version: the one in force with these values changed. Raises NoReason, NotYours, BadFormula."""
    if not actor.has_role("supervisor", "admin"):
        raise errors.NotYours
    if not reason.strip():
        raise errors.NoReason
    with transaction.atomic():
        rollup.wait_for_turn()
        in_force(effective_from)
        last = Formula.objects.order_by("-version").first()
        kept = {name: values.get(name, getattr(last, name)) for name in VALUES}
        if abs(kept["response"] + kept["solved"] + kept["satisfied"] - 1) > 1e-6:
            raise errors.BadFormula
        return Formula.objects.create(
            version=last.version + 1, effective_from=effective_from, reason=reason, made_by=actor, **kept
        )


VALUES = ("response", "solved", "satisfied", "basically", "partly", "min_n", "prior_n", "bands")


def _first() -> Formula:
    rules = rulebook.current()
    weights = rules.parameter("score.weights", {"response": 0.10, "solved": 0.50, "satisfied": 0.40})
    found, _ = Formula.objects.get_or_create(
        version=1,
        defaults={
            **weights,
            "basically": rules.parameter("score.basically_satisfied", 0.9),
            "partly": rules.parameter("score.partly_solved", 0.0),
            "min_n": rules.parameter("score.min_n", 30),
            "prior_n": rules.parameter("score.prior_n", 30),
            "bands": rules.parameter("score.bands", [["优秀", 95], ["良好", 90], ["合格", 80], ["待改进", 0]]),
            "effective_from": date(2000, 1, 1),
            "reason": "按参数建立",
        },
    )
    return found
