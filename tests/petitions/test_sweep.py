"""Each limit rings once, at its time, and is done about what the rules say; in batches as one by one."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from petitions.models import Assignment, Escalation, Petition, Supervision
from petitions.services import asking, callback, deadlines, handling, requests, review, seal
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


# ── many at once ──
def a_mixed_city(unit, helper) -> list[Petition]:
    """Cases in every state in which something comes due, in a fixed order."""
    made = [make.a_case(unit=unit, assisting=(helper,)) for _ in range(3)]
    made += [make.a_case(state=state) for state in (CaseState.PENDING_REVIEW, CaseState.PENDING_DISPATCH)]
    made += [make.a_case(state=CaseState.REPLY_REVIEW), make.a_case(state=CaseState.PENDING_CALLBACK)]
    waiting = make.a_case(state=CaseState.PENDING_REVIEW)
    review.ask_for_info(waiting.pk, missing=["门牌号"], actor=make.a_reviewer(), now=make.NOW)
    case, part = make.a_signed_case(unit=unit)
    asking.request_return(
        part.pk, actor=make.a_head(of=unit), reason="不在辖区", proposed_id=helper.pk, evidence="图", now=make.NOW
    )
    return [*made, waiting, case]


# Keys, and the hashes that keys go into, differ between any two runs.
KEYS = {"id", "petition_id", "assignment_id", "subject_id", "key", "hash", "prev_hash", "event_hash", "no", "rating"}


def rows_of(case: Petition) -> dict[str, list[dict]]:
    """Every row of a case without keys, in order."""
    sets = {
        "case": Petition.objects.filter(pk=case.pk).defer(),
        "parts": case.assignments,
        "events": case.events.filter(at__gt=make.NOW),  # what the sweep wrote
        "outbox": case.outbox,
        "escalations": case.escalations,
        "supervisions": case.supervisions,
        "requests": case.requests,
        "ratings": case.ratings,
    }
    left_out = KEYS | {"idempotency_key", "caller_id", "search", "token_digest", "parent_id", "payload"}
    return {
        name: [
            {
                k: v
                for k, v in row.items()
                if k not in left_out and not k.endswith(("_by_id", "department_id", "actor_id"))
            }
            for row in rows.order_by("pk").values()
        ]
        for name, rows in sets.items()
    }


@pytest.mark.parametrize("at", [{"hours": 3}, {"days": 2}, {"days": 6}, {"days": 7}, {"days": 14}, {"days": 22}])
def test_a_batch_leaves_the_same_rows_as_one_by_one(city, at):
    units = make.a_unit(), make.a_unit()
    together, singly = a_mixed_city(*units), a_mixed_city(*units)
    now = make.later(**at)
    for case in singly:
        deadlines.visit_one(case.pk, now=now)
    ids = [case.pk for case in singly]
    assert not Petition.objects.filter(pk__in=ids, next_check_at__lte=now).exists()

    swept = deadlines.sweep(now=now)

    assert (swept.visited, swept.left) == (len(together), 0)
    for one, other in zip(together, singly, strict=True):
        assert rows_of(one) == rows_of(other)
    assert all(not list(seal.verify_case(make.fresh(case))) for case in [*together, *singly])


def test_one_case_that_cannot_be_visited_holds_up_no_other(city, caplog):
    """Its event of the same number exists already, so the batch breaks; the others are visited one by one."""
    cases = [make.a_case() for _ in range(4)]
    broken = cases[1]
    Petition.objects.filter(pk=broken.pk).update(event_seq=broken.event_seq - 1)

    swept = sweep_at(hours=3)

    assert (swept.visited, swept.left, swept.signed) == (4, 1, 3)
    assert [kinds(case) for case in cases] == [["sign_late"], [], ["sign_late"], ["sign_late"]]
    assert make.fresh(broken).next_check_at > make.later(hours=3)
    assert "could not be swept" in caplog.text


def test_the_number_of_statements_does_not_grow_with_the_cases_of_a_batch(city):
    def statements(count: int) -> int:
        for _ in range(count):
            make.a_case()
        with CaptureQueriesContext(connection) as captured:
            swept = sweep_at(hours=3)
        assert swept.signed == count
        return len(captured)

    statements(1)  # the first sweep of a process looks up the system's own row

    assert statements(2) == statements(8)


def test_a_sweep_takes_the_oldest_first_and_as_many_as_it_may(city):
    late, early = make.a_case(now=make.later(hours=1)), make.a_case()

    swept = deadlines.sweep(now=make.later(hours=9), most=1)

    assert swept.visited == 1
    assert (kinds(early), kinds(late)) == (["sign_late"], [])


# ── in words ──
def said(*options: str, capsys) -> str:
    call_command("sweep", *options)
    return capsys.readouterr().out


def test_a_dry_run_says_what_would_happen_and_changes_nothing(city, capsys):
    unit = make.a_unit(name="望河街道办事处")
    case = make.a_case(unit=unit)
    before = rows_of(case)

    words = said("--dry-run", "--at", "2026-11-27T11:00", capsys=capsys)

    assert rows_of(case) == before
    lines = words.splitlines()
    assert len(lines) == 6
    assert lines[0].startswith(case.no)
    assert "望河街道办事处未在 2026-11-20 12:00 前签收，将自动签收" in lines[0]
    assert "转入回访" in lines[4]
    assert "共 5 项；没有作任何改动" in lines[5]
    assert not any("{" in line for line in lines)


def test_every_kind_has_its_words(city):
    assert set(deadlines.explain.WORDS) == set(Escalation.Kind)
    assert set(deadlines.acts.ACTS) == set(Escalation.Kind)


def test_the_command_does_it_and_says_how_much(city, capsys):
    make.a_case(now=make.later(days=-1))

    assert "处理" in said(capsys=capsys)
    with pytest.raises(CommandError, match="--dry-run"):
        call_command("sweep", "--at", "2026-11-27")
    with pytest.raises(CommandError, match="看不懂"):
        call_command("sweep", "--dry-run", "--at", "tomorrow")
