"""From a burst of cases to an alert, a task and its effect; judgements move thresholds; orders get receipts."""

from datetime import date, timedelta

import pytest

from petitions import errors
from petitions.insight.alerts import command, expecting, hourly, judging, listening, proactive, raising, watching
from petitions.insight.models import Alert, AlertAct, AlertReceiver, CommandEntry, ProactiveTask, Usual
from petitions.models import Message, Petition
from petitions.services import notify
from routing.models import Area, Department
from tests import make
from tests.insight.alert_history import hour_counts

LEAF = make.LEAF
STREET = "LJ0101"
HOUR = timedelta(hours=1)
LOOK = make.NOW + HOUR


def calls(count: int, *, now=make.NOW, street: str = STREET, **said) -> None:
    """So many people call about one matter in one street."""
    area = Area.objects.get(code=street)
    for number in range(count):
        case = make.a_call(phone=f"139{now:%H%M}{number:04d}"[:11], now=now, **said)
        Petition.objects.filter(pk=case.pk).update(area=area)


@pytest.fixture
def usual(city) -> None:
    """Four weeks with three cases a day in one street."""
    hour_counts(STREET, LEAF, days=28)
    expecting.renew_usual(now=make.NOW)


@pytest.fixture
def burst(usual) -> Alert:
    calls(14)
    hourly.look_at_bursts(now=LOOK)
    return Alert.objects.get(kind="burst")


# ── 异动 ──
def test_a_burst_is_one_alert_in_the_street_with_its_cases_and_figures(burst):
    assert (burst.area.code, burst.category.code, burst.seen) == (STREET, LEAF, 14)
    assert burst.figure >= burst.threshold >= 4
    assert burst.expected < 2
    assert {proof.petition.category.code for proof in burst.proofs.all()} == {LEAF}
    assert burst.proofs.count() == 14


def test_looking_again_changes_nothing_and_as_usual_is_no_alert(burst):
    assert hourly.look_at_bursts(now=LOOK) == 0
    assert Alert.objects.filter(kind="burst").count() == 1


def test_without_a_burst_there_is_none(usual):
    calls(3)

    assert (hourly.look_at_bursts(now=LOOK), Alert.objects.count()) == (0, 0)


def test_with_less_than_two_weeks_of_history_nothing_is_usual(city):
    hour_counts(STREET, LEAF, days=10)
    calls(14)

    assert expecting.renew_usual(now=make.NOW) == 0
    assert (hourly.look_at_bursts(now=LOOK), Usual.objects.count()) == (0, 0)


def test_what_was_closed_is_not_told_again_for_the_same_hours(burst):
    judging.close(burst.pk, actor=make.a_supervisor(), reason="已抢修", now=LOOK)

    assert hourly.look_at_bursts(now=LOOK + HOUR) == 0

    calls(20, now=LOOK + HOUR)
    assert hourly.look_at_bursts(now=LOOK + 2 * HOUR) == 1


# ── who is told ──
def test_the_street_is_told_and_when_nobody_acknowledges_the_next_level(burst):
    office = Department.objects.get(code=f"{STREET}-OFFICE")
    assert [receiver.unit for receiver in burst.receivers.all()] == [office]

    late = burst.acknowledge_by
    assert judging.climb(now=late - timedelta(minutes=1)) == 0
    assert judging.climb(now=late) == 1
    notify.deliver_ready(now=late)

    told = list(AlertReceiver.objects.filter(alert=burst).values_list("unit__code", flat=True))
    assert told == [office.code, "LJ01-CENTER"]
    assert Message.objects.filter(department=office, text__contains="预警").exists()

    burst.refresh_from_db()
    assert judging.climb(now=burst.acknowledge_by) == 1
    burst.refresh_from_db()
    assert (burst.receivers.count(), burst.acknowledge_by) == (3, None)


def test_an_acknowledged_alert_does_not_climb(burst):
    head = make.a_head(of=burst.receivers.get().unit)

    judging.acknowledge(burst.pk, actor=head, now=LOOK)

    burst.refresh_from_db()
    assert (burst.state, burst.acknowledged_by) == ("acknowledged", head)
    assert judging.climb(now=LOOK + timedelta(days=2)) == 0
    with pytest.raises(errors.AlertMoved):
        judging.acknowledge(burst.pk, actor=head, now=LOOK)


def test_a_unit_that_was_not_told_cannot_acknowledge_and_units_do_not_judge(burst):
    with pytest.raises(errors.NotYours):
        judging.acknowledge(burst.pk, actor=make.a_head(of=make.a_unit()), now=LOOK)
    with pytest.raises(errors.NotYours):
        judging.call_false(burst.pk, actor=make.a_head(of=burst.receivers.get().unit), reason="不是", now=LOOK)
    with pytest.raises(errors.NoReason):
        judging.call_false(burst.pk, actor=make.a_supervisor(), reason=" ", now=LOOK)
    with pytest.raises(errors.Unknown):
        judging.acknowledge(0, actor=make.a_supervisor(), now=LOOK)


# ── what people say moves the threshold ──
def test_a_false_alarm_raises_the_threshold_of_its_place_until_it_is_taken_back(burst):
    person = make.a_supervisor()
    judging.call_false(burst.pk, actor=person, reason="同一人刷单", now=LOOK)
    later = LOOK + 200 * HOUR
    calls(14, now=later - HOUR)
    hourly.look_at_bursts(now=later)
    stricter = Alert.objects.exclude(pk=burst.pk).first()

    assert stricter is None or stricter.threshold > burst.threshold
    act = AlertAct.objects.get(what="false")
    judging.undo(act.pk, actor=person, reason="核对后是真的", now=later)
    with pytest.raises(errors.StepUndone):
        judging.undo(act.pk, actor=person, reason="再来一次", now=later)

    hourly.look_at_bursts(now=later)
    again = Alert.objects.exclude(pk=burst.pk).get()
    assert (again.threshold, again.strictness) == (pytest.approx(burst.threshold, abs=0.2), 1.0)


def test_what_was_done_cannot_be_rewritten(burst):
    judging.acknowledge(burst.pk, actor=make.a_supervisor(), now=LOOK)

    with pytest.raises(Exception, match="append-only"):
        AlertAct.objects.update(reason="改过")


# ── 未诉先办 ──
def test_a_task_is_reported_by_its_unit_and_its_effect_is_measured(burst):
    unit = burst.receivers.get().unit
    head = make.a_head(of=unit)
    for other in ("LJ0102", "LJ0103", "LJ0104"):
        hour_counts(other, LEAF, days=27 * 7, until=LOOK + timedelta(days=40), every=6)
    task = proactive.order(
        burst.pk,
        actor=make.a_supervisor(),
        unit=unit,
        kind="repair",
        words="更换沿线灯头",
        due_on=LOOK.date() + timedelta(days=3),
        now=LOOK,
    )
    burst.refresh_from_db()
    assert burst.state == "task"

    with pytest.raises(errors.NotYours):
        proactive.report(task.pk, actor=make.a_head(of=make.a_unit()), words="做完了", now=LOOK)
    proactive.report(task.pk, actor=head, words="灯头全部更换", now=LOOK)
    with pytest.raises(errors.TaskReported):
        proactive.report(task.pk, actor=head, words="再写一遍", now=LOOK)

    assert proactive.measure_due(now=LOOK + timedelta(days=20)) == 0
    assert proactive.measure_due(now=LOOK + timedelta(days=36)) == 1
    effect = ProactiveTask.objects.get().effect
    assert effect["words"]
    assert len(effect["weeks"]) == effect["since"] + 4


@pytest.mark.parametrize(
    ("said", "refusal"), [({"words": " "}, errors.NoWords), ({"due_on": date(2020, 1, 1)}, errors.BadDay)]
)
def test_a_task_says_what_to_do_and_by_when(burst, said, refusal):
    asked = {"unit": make.a_unit(), "kind": "inspect", "words": "排查", "due_on": LOOK.date()} | said

    with pytest.raises(refusal):
        proactive.order(burst.pk, actor=make.a_supervisor(), now=LOOK, **asked)


# ── people ──
def test_the_third_case_of_one_person_on_one_matter_is_an_alert(city):
    for number in range(2):
        make.a_call(now=make.NOW + number * HOUR)
    assert listening.listen(now=LOOK + HOUR) == 0

    make.a_call(now=make.NOW + 2 * HOUR)

    assert listening.listen(now=LOOK + 2 * HOUR) == 1
    alert = Alert.objects.get()
    assert (alert.kind, alert.seen, alert.threshold) == ("one_caller", 3, 3)
    assert listening.listen(now=LOOK + 3 * HOUR) == 0


def test_five_people_about_one_address_are_an_alert_and_four_are_none(city):
    calls(4, address="滨河路 12 号")
    assert listening.listen(now=LOOK) == 0

    calls(1, now=make.NOW + HOUR, address="滨河路12号")
    assert listening.listen(now=LOOK + HOUR) == 1
    assert Alert.objects.get().kind == "many_callers"


def test_danger_in_an_urgent_case_is_told_and_the_third_time_to_every_level(city):
    area, text = Area.objects.get(code=STREET), "楼道里有很浓的燃气味，燃气泄漏了，请马上来人。"

    def call(at) -> None:
        case = make.a_call(text=text, now=at)
        Petition.objects.filter(pk=case.pk).update(area=area)
        listening.listen(now=at)

    call(make.NOW)
    alert = Alert.objects.get(kind="sensitive")
    assert (alert.figures["class"], alert.figures["instant"], alert.receivers.count()) == ("燃气", False, 1)

    call(LOOK)
    call(LOOK + HOUR)

    alert.refresh_from_db()
    assert (alert.seen, alert.figures["instant"], alert.receivers.count()) == (3, True, 3)
    assert alert.acknowledge_by == LOOK + HOUR + timedelta(minutes=15)


# ── 指挥 ──
def test_an_event_runs_with_orders_receipts_and_an_end(burst):
    chief, unit = make.a_supervisor(), burst.receivers.get().unit
    head, other = make.a_head(of=unit), make.a_unit()
    event = command.open_event(burst.pk, actor=chief, title="路灯大面积熄灭", now=LOOK)
    assert [each.unit for each in event.units.all()] == [unit]

    with pytest.raises(errors.UnitNotCalled):
        command.order(event.pk, actor=chief, unit=other, words="到场", now=LOOK)
    command.call(event.pk, actor=chief, unit=other, now=LOOK)
    with pytest.raises(errors.UnitCalled):
        command.call(event.pk, actor=chief, unit=other, now=LOOK)
    given = command.order(event.pk, actor=chief, unit=unit, words="派人巡线", now=LOOK)
    with pytest.raises(errors.NotYours):
        command.receipt(given.pk, actor=make.a_head(of=other), now=LOOK)
    command.report(given.pk, actor=head, words="两组已到", now=LOOK)
    command.receipt(given.pk, actor=head, now=LOOK)
    command.note(event.pk, actor=head, words="需要登高车", now=LOOK)
    command.close(event.pk, actor=chief, words="全部恢复", now=LOOK)

    with pytest.raises(errors.EventClosed):
        command.note(event.pk, actor=head, words="补一句", now=LOOK)
    kinds = list(event.entries.order_by("id").values_list("kind", flat=True))
    assert kinds == ["opened", "called", "called", "order", "receipt", "report", "note", "closed"]
    with pytest.raises(Exception, match="append-only"):
        CommandEntry.objects.update(text="改过")


def test_the_top_of_a_street_for_three_periods_is_an_alert_once(city):
    hour_counts(STREET, LEAF, days=130, every=24)
    hour_counts(STREET, "01.01.02", days=130, every=36)

    assert watching.look_at_tops(now=make.NOW) == 1
    alert = Alert.objects.get()
    assert (alert.kind, alert.category.code, alert.figure >= 3) == ("frequent", LEAF, True)
    assert watching.look_at_tops(now=make.NOW) == 0
    judging.close(alert.pk, actor=make.a_supervisor(), reason="已列入每月一题", now=make.NOW)
    assert watching.look_at_tops(now=make.NOW) == 0


def test_a_unit_of_a_level_is_found_by_the_area_above(city):
    from routing import rulebook

    rules, street = rulebook.current(), Area.objects.get(code=STREET)
    codes = [
        Department.objects.get(pk=raising.receiver_of(street.pk, level, rules)).code
        for level in ("street", "district", "city")
    ]
    assert codes == [f"{STREET}-OFFICE", "LJ01-CENTER", "LJ-CENTER"]
