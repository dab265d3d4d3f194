"""Deadline rules: a new limit from a day to come. What is in force or was is history and stays as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from petitions import errors
from petitions.queries.manage.last_week import Outcome, outcomes
from petitions.services import clock
from petitions.services.manage.acting import By
from petitions.storable import storable
from routing import audit, rulebook
from routing.clock import BadLimit, Limit, NeverOpen
from routing.models import DeadlineRule, Stage, Tier, Unit
from routing.rulebook import Rule

LONGEST = {Unit.MINUTE: 60 * 24 * 7, Unit.HOUR: 24 * 90, Unit.DAY: 730}
FURTHEST = timedelta(days=730)


@dataclass(frozen=True)
class Wish:
    """A limit as an administrator words it; an empty tier is for all that have none of their own."""

    stage: str
    tier: str
    amount: int
    unit: str
    mode: str
    effective_from: date
    note: str = ""

    def limit(self) -> Limit:
        """Raises BadRule."""
        if self.stage not in Stage.values or self.tier not in ("", *Tier.values):
            raise errors.BadRule("没有这个环节或档位。")
        try:
            limit = Limit(self.amount, self.unit, self.mode)
        except BadLimit as problem:
            raise errors.BadRule(BadLimit.__doc__ or "") from problem
        if self.amount > LONGEST[Unit(self.unit)]:
            raise errors.BadRule(f"最长 {LONGEST[Unit(self.unit)]} {Unit(self.unit).label}，请核对单位。")
        return limit


def subject_of(stage: str, tier: str) -> str:
    return f"deadline:{stage}:{tier}"


def preview(wish: Wish) -> Sequence[Outcome]:
    """How the clocks that started in the last seven days would have come out. Raises BadRule. Saves nothing."""
    limit, book, now = wish.limit(), rulebook.current(), clock.now()
    kept = [rule for rule in book.rules if (rule.stage, rule.tier) != (wish.stage, wish.tier)]
    supposed = book.supposing(rules=[*kept, Rule(wish.stage, wish.tier, limit, date.min)])
    try:
        return outcomes(book, supposed, stage=wish.stage, tier=wish.tier, since=now - timedelta(days=7), now=now)
    except NeverOpen as problem:
        raise errors.BadRule(NeverOpen.__doc__ or "") from problem


@transaction.atomic
def set_rule(wish: Wish, *, by: By) -> DeadlineRule:
    """Raises NotYours, NoReason, BadRule, ChangedMeanwhile. One that has not begun yet is replaced."""
    by.allowed()
    wish.limit()
    by.explained("改动时限")
    today = clock.local(by.now or clock.now()).date()
    if not today < wish.effective_from <= today + FURTHEST:
        raise errors.BadRule("最早从明天起生效：今天已经开始的时限不会变。最晚两年以内。")
    rules = DeadlineRule.objects.select_for_update().filter(stage=wish.stage, tier=wish.tier)
    existing = list(rules)
    by.up_to_date(subject_of(wish.stage, wish.tier))
    old = next((rule for rule in existing if rule.effective_from == wish.effective_from), None)
    said = {"amount": wish.amount, "unit": wish.unit, "mode": wish.mode, "note": storable(wish.note)[:200]}
    rule, _ = DeadlineRule.objects.update_or_create(
        stage=wish.stage, tier=wish.tier, effective_from=wish.effective_from, defaults=said
    )
    before = _facts(old or _in_force(existing, today))
    by.note(
        audit.Kind.DEADLINE,
        subject_of(wish.stage, wish.tier),
        f"{rule}，{rule.effective_from} 起",
        before,
        _facts(rule),
    )
    return rule


@transaction.atomic
def withdraw(rule_id: int, *, by: By) -> None:
    """Take back a limit that has not begun. Raises BadRule where it is in force: then a new one is needed."""
    by.allowed()
    by.explained("撤回时限")
    rule = DeadlineRule.objects.select_for_update().filter(pk=rule_id).first()
    if rule is None:
        raise errors.Unknown("没有找到这条时限，可能别人已经撤回。")
    if rule.effective_from <= clock.local(by.now or clock.now()).date():
        raise errors.BadRule("已经生效的时限不能撤回，请另设一条新的。")
    before = _facts(rule)
    rule.delete()
    by.note(audit.Kind.DEADLINE, subject_of(rule.stage, rule.tier), f"撤回 {rule}，{rule.effective_from} 起", before)


def _in_force(rules: Sequence[DeadlineRule], today: date) -> DeadlineRule | None:
    held = [rule for rule in rules if rule.effective_from <= today]
    return max(held, key=lambda rule: rule.effective_from, default=None)


def _facts(rule: DeadlineRule | None) -> dict | None:
    if rule is None:
        return None
    return {
        "amount": rule.amount,
        "unit": str(rule.unit),
        "mode": str(rule.mode),
        "effective_from": rule.effective_from.isoformat(),
    }
