"""未诉先办: a unit is asked to do something about an alert, reports, and later the counters tell whether it helped."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction

from petitions import errors, rules
from petitions.insight import effects
from petitions.insight.alerts import counts, judging, raising
from petitions.insight.alerts.places import Tree
from petitions.insight.alerts.raising import OPEN
from petitions.insight.alerts.strictness import TRUE
from petitions.insight.models import Alert, AlertAct, ProactiveTask
from petitions.services import clock
from petitions.services.clock import local
from routing import rulebook
from routing.models import Department
from routing.rulebook import Rulebook

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def order(
    alert_id: int, *, actor: Any, unit: Department, kind: str, words: str, due_on: date, now: datetime | None = None
) -> ProactiveTask:
    """A task for a unit. Raises Unknown, NotYours, NoWords, BadDay, AlertMoved."""
    now = now or clock.now()
    with transaction.atomic():
        alert = judging.taken(alert_id, actor)
        if not rules.may_judge_alerts(alert, actor):
            raise errors.NotYours
        if not words.strip():
            raise errors.NoWords
        if due_on < local(now).date():
            raise errors.BadDay
        if alert.state not in OPEN:
            raise errors.AlertMoved
        task = ProactiveTask.objects.create(
            alert=alert, unit=unit, kind=kind, order=words.strip(), due_on=due_on, made_by=actor, made_at=now
        )
        # A second task of one alert says nothing new about its rule.
        step = 0 if AlertAct.objects.filter(alert=alert, step=TRUE).exists() else TRUE
        judging.act(alert, AlertAct.What.TASK, actor, words, now, state=Alert.State.TASK, step=step)
        limit = counts.midnight(due_on + DAY)
        raising.tell(unit.pk, "task-ordered", str(alert), f"task-{task.pk}", now, limit)
    return task


def report(task_id: int, *, actor: Any, words: str, now: datetime | None = None) -> ProactiveTask:
    """What the unit did. Raises Unknown, NotYours, NoWords, TaskReported."""
    now = now or clock.now()
    with transaction.atomic():
        task = ProactiveTask.objects.filter(pk=task_id).select_related("unit").first()
        if task is None:
            raise errors.Unknown("没有找到这项任务。")
        judging.taken(task.alert_id, actor)
        task.refresh_from_db()
        if not (actor.has_role(*rules.UNIT) and rules.works_for_unit(task.unit_id, actor)):
            raise errors.NotYours
        if not words.strip():
            raise errors.NoWords
        if task.reported_at:
            raise errors.TaskReported
        task.report, task.reported_by, task.reported_at = words.strip(), actor, now
        task.save(update_fields=["report", "reported_by", "reported_at"])
    return task


def measure_due(*, now: datetime) -> int:
    """The effect of tasks whose weeks are over. Returns how many were measured."""
    rules_now = rulebook.current()
    weeks = int(rules_now.parameter("alert.effect_weeks", 4))
    due = ProactiveTask.objects.filter(measured_at=None, reported_at__lte=now - (weeks + 1) * WEEK)
    done = 0
    for task in due.select_related("alert"):
        task.effect, task.measured_at = measured(task, weeks, rules_now), now
        task.save(update_fields=["effect", "measured_at"])
        done += 1
    return done


def measured(task: ProactiveTask, weeks: int, rules_now: Rulebook) -> dict[str, Any]:
    """Whole weeks before and after the report, against the other places of the level: as effects.Effect says it."""
    alert, tree = task.alert, Tree.of(rules_now)
    if alert.category_id is None or alert.area_id not in tree.places:
        return {"words": "这条预警不按事项计数，不能与其他地方比较。"}
    reported = local(task.reported_at).date()
    begins = reported + (-reported.weekday() % 7) * DAY
    before = int(rules_now.parameter("alert.effect_before", 26))
    earliest = counts.first_day() or begins
    before = min(before, (begins - earliest).days // 7)
    if before < 1:
        return {"words": "反馈之前没有足够的数据，看不出效果。"}
    found = counts.by_week(begins - before * WEEK, before + weeks, tree, rules_now)
    nothing = np.zeros(before + weeks)

    def series(place: int) -> list[int]:
        return [int(each) for each in found.get((place, alert.category_id), nothing)]

    controls = {tree.places[place].code: series(place) for place in tree.siblings(alert.area_id)}
    treated = series(alert.area_id)
    effect = effects.compare(treated, controls, since=before)
    return {
        "change": effect.change_percent,
        "low": effect.low,
        "high": effect.high,
        "words": effect.words,
        "weeks": treated,
        "expected": list(effect.expected),
        "since": before,
        "first": (begins - before * WEEK).isoformat(),
        "controls": len(effect.controls),
    }
