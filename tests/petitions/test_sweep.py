"""Each limit rings once, at its time, and is done about what the rules say; in batches as one by one."""

from datetime import timedelta

import pytest

from petitions.models import Assignment, Petition, Supervision
from petitions.services import asking, callback, deadlines, handling, requests, seal
from petitions.states import CaseState
from routing.models import Parameter
from tests import make


def kinds(case) -> list[str]:
    return list(case.escalations.order_by("due_at", "id").values_list("kind", flat=True))


def sweep_at(**later):
    return deadlines.sweep(now=make.later(**later))


# ── the unit's limits: 7 natural days, signing 2 h, first contact 24 h ──
@pytest.mark.parametrize(
    ("later", "rung"),
    [
        ({"hours": 1.9}, []),
        ({"hours": 2}, ["sign_late"]),
        ({"hours": 23.9}, ["sign_late"]),
        ({"hours": 24}, ["sign_late", "contact_late"]),
        ({"days": 5.24}, ["sign_late", "contact_late"]),
        ({"days": 5.25}, ["sign_late", "contact_late", "due_soon"]),
        ({"days": 7}, ["sign_late", "contact_late", "due_soon", "overdue", "case_expired"]),
    ],
)
def test_each_limit_of_a_unit_rings_at_its_time(city, later, rung):
    case = make.a_case()

    sweep_at(**later)

    assert kinds(case) == rung
    assert list(seal.verify_case(make.fresh(case))) == []


def test_whoever_keeps_the_limits_hears_of_none(city):
    unit = make.a_unit()
    case, part = make.a_signed_case(unit=unit)
    handling.log_contact(part.pk, actor=make.a_handler(of=unit), how="phone", reached=True, now=make.NOW)

    sweep_at(days=5)

    assert kinds(case) == []


def test_many_small_sweeps_and_one_late_one_ring_the_same(city):
    often, once = make.a_case(), make.a_case()
    Petition.objects.filter(pk=once.pk).update(next_check_at=make.later(days=30))
    for hour in range(0, 24 * 23, 6):
        sweep_at(hours=hour)
    Petition.objects.filter(pk=once.pk).update(next_check_at=make.NOW)
    sweep_at(days=23)

    def facts(case):
        return sorted((e.kind, e.due_at - make.NOW) for e in case.escalations.exclude(kind="stage_late"))

    # Who looks late raises the cards late, so receipts and answers of these are late too; the unit's limits are not.
    unit_kinds = {"sign_late", "contact_late", "due_soon", "overdue", "yellow", "red", "case_expired"}
    assert [f for f in facts(often) if f[0] in unit_kinds] == [f for f in facts(once) if f[0] in unit_kinds]
    assert {kind for kind, _ in facts(once)} >= unit_kinds


def test_after_a_downtime_things_are_done_in_the_order_of_the_clock_with_both_times(city):
    case = make.a_case()

    sweep_at(days=8)

    rows = list(case.escalations.order_by("id"))
    assert [row.due_at for row in rows] == sorted(row.due_at for row in rows)
    overdue = case.escalations.get(kind="overdue")
    assert (overdue.due_at, overdue.noticed_at) == (make.later(days=7), make.later(days=8))
    event = case.events.get(action="overdue")
    assert event.at == make.later(days=8)
    assert event.data["due_at"].startswith("2026-11-27T")


def test_nobody_is_warned_of_a_limit_that_has_passed_already(city):
    case = make.a_case()

    sweep_at(days=8)

    assert "due_soon" in kinds(case)
    assert not case.outbox.filter(topic="due-soon").exists()


def test_twice_the_limit_brings_a_yellow_card_and_three_times_a_red_one(city):
    unit = make.a_unit()
    case = make.a_case(unit=unit)
    sweep_at(days=13.9)
    assert not Supervision.objects.exists()

    sweep_at(days=14)
    assert [(s.level, s.department, s.raised_by.username) for s in case.supervisions.all()] == [
        ("yellow", unit, "system")
    ]
    sweep_at(days=21)

    assert set(case.supervisions.values_list("level", flat=True)) == {"yellow", "red"}
    assert case.outbox.filter(topic="supervision-issued").count() == 2
    assert list(seal.verify_case(make.fresh(case))) == []


def test_the_thresholds_are_parameters_and_a_recheck_applies_them_to_open_cases(city):
    case = make.a_case()
    sweep_at(days=2)
    Parameter.objects.filter(key="deadline.warn_share").update(value=0.5)

    deadlines.look_at_all_again(now=make.later(days=3.5))
    sweep_at(days=3.5)

    assert "due_soon" in kinds(case)


def test_an_extended_limit_is_a_new_limit_with_its_own_warning(city):
    unit = make.a_unit()
    case, part = make.a_signed_case(unit=unit)
    sweep_at(days=6)
    asked = asking.request_extension(
        part.pk, actor=make.a_handler(of=unit), reason="备料", until=make.later(days=9), now=make.later(days=6)
    )
    asking.rule_on_extension(asked.pk, actor=make.a_reviewer(), granted=True, now=make.later(days=6))

    sweep_at(days=6.8)  # three quarters of nine days

    warned = list(case.escalations.filter(kind="due_soon").order_by("limit_at").values_list("limit_at", flat=True))
    assert warned == [make.later(days=7), make.later(days=9)]


def test_while_a_return_is_ruled_on_the_ruler_is_late_not_the_unit(city):
    unit = make.a_unit()
    case, part = make.a_signed_case(unit=unit)
    asking.request_return(
        part.pk,
        actor=make.a_head(of=unit),
        reason="不在辖区",
        proposed_id=make.a_unit().pk,
        evidence="地图",
        now=make.NOW,
    )

    sweep_at(days=6)

    assert kinds(case) == ["ruling_late"]
    assert case.outbox.get(topic="ruling-late").payload["hotline"] is True
    asking.rule_on_return(
        make.open_request(case, "return").pk,
        actor=make.a_center(),
        granted=False,
        note="在辖区",
        now=make.later(days=6),
    )
    sweep_at(days=6)
    assert set(kinds(case)) == {"ruling_late", "contact_late", "due_soon"}


def test_a_case_without_time_left_is_overdue_at_once_but_brings_no_card(city):
    """Dispatched again after the citizen's limit: the unit had no time, so it did not use it up three times."""
    case = make.a_case()
    part = make.main(case)
    Assignment.objects.filter(pk=part.pk).update(limit_at=part.assigned_at - timedelta(hours=1))
    Petition.objects.filter(pk=case.pk).update(next_check_at=make.NOW)

    sweep_at(hours=1)

    assert kinds(case) == ["overdue"]
    assert not case.supervisions.exists()


# ── the hotline's own steps, and what waits ──
def test_the_hotlines_own_steps_have_limits_too(city):
    case = make.a_case(state=CaseState.PENDING_REVIEW)

    sweep_at(hours=1)

    assert kinds(case) == ["stage_late"]
    assert make.fresh(case).state == CaseState.PENDING_REVIEW
    row = case.outbox.get(topic="stage-late")
    assert (row.payload["state"], row.payload["hotline"]) == ("pending_review", True)


def test_the_ledger_is_remembered_thirty_seven_and_no_days_before_its_end(city):
    unit = make.a_unit()
    case = make.a_case(unit=unit)
    asked = requests.file(
        make.main(case).pk,
        kind="ledger",
        subtype="资金未落实",
        actor=make.a_head(of=unit),
        reason="等待改造",
        evidence="计划",
        plan="明年改造",
        until=make.later(days=200),
        now=make.NOW,
    )
    for person in (make.a_head(of=unit), make.a_reviewer(), make.a_center()):
        requests.approve(asked.pk, actor=person, citizen_told=True, now=make.NOW)

    for day in (100, 169, 170, 192, 193, 199, 200, 201):
        sweep_at(days=day)

    rung = case.escalations.filter(kind="ledger").order_by("due_at")
    assert [(row.step, row.due_at) for row in rung] == [
        (30, make.later(days=170)),
        (7, make.later(days=193)),
        (0, make.later(days=200)),
    ]
    assert set(kinds(case)) == {"ledger"}, "a unit whose case is on the ledger has no other limit"
    assert case.outbox.filter(topic="ledger-reminder").count() == 3


def test_every_pause_of_the_call_back_has_a_limit_of_its_own(city):
    case = make.a_case(state=CaseState.PENDING_CALLBACK)
    sweep_at(hours=25)
    callback.record(case.pk, actor=make.a_caller_back(), result="no_answer", now=make.later(hours=25))

    sweep_at(hours=40)

    assert kinds(case) == ["stage_late", "stage_late"]


# ── once, and only what is due ──
def test_a_clock_that_goes_back_rings_nothing_twice(city):
    case = make.a_case()
    sweep_at(days=5.5)
    before = kinds(case)

    sweep_at(days=5.45)
    sweep_at(days=5.5)

    assert kinds(case) == before
    assert case.events.filter(action="due_soon").count() == 1


def test_a_second_look_costs_nothing_but_the_look(city):
    case = make.a_case()
    sweep_at(days=2)
    Petition.objects.filter(pk=case.pk).update(next_check_at=make.later(days=2))
    before = make.fresh(case)

    swept = sweep_at(days=2)

    after = make.fresh(case)
    assert (swept.visited, swept.done) == (1, 0)
    assert (after.version, after.event_seq, after.event_hash) == (before.version, before.event_seq, before.event_hash)
    assert after.next_check_at == make.later(days=5.25)


def test_a_case_that_has_ended_is_watched_no_longer(city):
    case = make.a_case(state=CaseState.CLOSED)

    sweep_at(days=400)

    assert make.fresh(case).next_check_at is None
    assert deadlines.sweep(now=make.later(days=500)).visited == 0
    assert kinds(case) == []


def test_an_open_case_that_nobody_watches_cannot_be_saved(city):
    case = make.a_case()

    with pytest.raises(Exception, match="petition_clock_is_watched"):
        Petition.objects.filter(pk=case.pk).update(next_check_at=None)
