"""What the database itself refuses, and what verify_events finds when somebody went round it."""

from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from petitions.models import Assignment, DaySeal, Event, Petition
from petitions.services import dispatch, seal
from petitions.services.door import opened
from petitions.states import CaseState
from tests import make


def commit() -> None:
    """What a commit checks: the deferred guards."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def refused_by_the_database(reason: str):
    with pytest.raises(IntegrityError, match=reason), transaction.atomic():
        yield
        commit()


@contextmanager
def as_superuser():
    """Somebody with the run of the server, who switches the guards off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET session_replication_role = replica")
        yield cursor
        cursor.execute("SET session_replication_role = origin; SET CONSTRAINTS ALL DEFERRED")


def broken() -> list[str]:
    return [f"{problem.where}: {problem.what}" for problem in seal.verify()]


# ── refused at once or at commit ──
def test_an_event_can_be_neither_changed_nor_deleted(city):
    case = make.a_case()

    with refused_by_the_database("append-only"):
        case.events.update(reason="nothing happened")
    with refused_by_the_database("append-only"):
        case.events.all()._raw_delete("default")
    with refused_by_the_database("append-only"):
        case.events.order_by("seq").last().delete()


@pytest.mark.parametrize("state", [CaseState.REPLY_REVIEW, CaseState.PENDING_CALLBACK])
def test_a_state_does_not_change_without_its_event(city, state):
    case = make.a_case()

    with refused_by_the_database("without its event"):
        Petition.objects.filter(pk=case.pk).update(state=state)


def test_an_old_event_does_not_cover_a_new_change(city):
    """The case was pending_dispatch once, and has an event that says so; that one does not count twice."""
    case = make.a_case(state=CaseState.PENDING_DISPATCH)
    dispatch.dispatch(case.pk, dispatch.Order(main_id=make.a_unit().pk), actor=make.a_dispatcher(), now=make.NOW)
    commit()

    with refused_by_the_database("without its event"):
        Petition.objects.filter(pk=case.pk).update(state=CaseState.PENDING_DISPATCH)


def test_a_parts_state_does_not_change_without_its_event(city):
    part = make.main(make.a_case())

    with refused_by_the_database("without its event"):
        Assignment.objects.filter(pk=part.pk).update(state="signed")


def test_a_part_does_not_fall_back_to_a_state_it_once_had(city):
    part = make.signed_part(make.main(make.a_case()))
    commit()

    with refused_by_the_database("without its event"):
        Assignment.objects.filter(pk=part.pk).update(state="pending_sign")


def test_a_case_is_not_inserted_without_its_event(city):
    with refused_by_the_database("without its event"):
        Petition.objects.create(
            no="X1", channel="web", received_at=make.NOW, title="灯", text="灯", state=CaseState.DRAFT
        )


def test_a_case_never_has_two_main_units(city):
    case = make.a_case()
    part = make.main(case)

    with refused_by_the_database("assignment_one_active_main"):
        Assignment.objects.create(
            petition=case,
            department=make.a_unit(),
            part="main",
            assigned_at=make.NOW,
            assigned_by=make.a_dispatcher(),
            limit_at=make.NOW,
            due_at=make.NOW,
            sign_by=make.NOW,
        )
    with refused_by_the_database("with 0 main units"):
        Assignment.objects.filter(pk=part.pk).update(part="assist")


@pytest.mark.parametrize(
    ("broken_rule", "change"),
    [
        ("petition_ended_has_outcome", {"state": "closed", "due_at": None}),
        ("petition_ended_has_outcome", {"state": "closed", "due_at": None, "outcome": "solved"}),
        ("petition_open_has_no_outcome", {"outcome": "solved"}),
        ("petition_clock_runs_while_owed", {"due_at": None}),
        ("petition_merged_has_lead", {"state": "merged", "due_at": None, "outcome": "merged", "closed_at": make.NOW}),
        ("petition_state_known", {"state": "lost", "due_at": None}),
        ("petition_outcome_known", {"state": "closed", "due_at": None, "outcome": "ok", "closed_at": make.NOW}),
        ("petition_has_text", {"text": ""}),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(city, broken_rule, change):
    case = make.a_case()

    with refused_by_the_database(broken_rule):
        Petition.objects.filter(pk=case.pk).update(**change)


@pytest.mark.parametrize(
    ("broken_rule", "change"),
    [
        ("assignment_clock_runs_while_owed", {"due_at": None}),
        ("assignment_clock_runs_while_owed", {"state": "answered"}),
        ("assignment_state_known", {"state": "lost", "due_at": None}),
        ("assignment_child_has_parent", {"part": "child"}),
    ],
)
def test_a_part_that_contradicts_itself_is_refused(city, broken_rule, change):
    part = make.main(make.a_case())

    with refused_by_the_database(broken_rule):
        Assignment.objects.filter(pk=part.pk).update(**change)


# ── found afterwards ──
def test_an_honest_history_holds_and_the_command_says_how_long_it_is(city):
    make.a_case(state=CaseState.CLOSED)
    out = StringIO()

    call_command("verify_events", stdout=out)

    assert broken() == []
    assert f"{Event.objects.count()} events verified" in out.getvalue()


@pytest.mark.parametrize(
    "change",
    ["reason = '改过'", "at = at - interval '1 hour'", "actor_id = 1", "after = 'closed'", "data = '{\"a\": 1}'"],
)
def test_a_changed_event_is_named(city, change):
    case = make.a_case(state=CaseState.CLOSED)
    make.a_case(state=CaseState.CLOSED)

    with as_superuser() as cursor:
        cursor.execute(f"UPDATE petitions_event SET {change} WHERE petition_id = %s AND seq = 4", [case.pk])

    assert f"{case.no}#4: was changed: its hash does not fit its content" in broken()
    assert all(case.no in place for place in broken())


def test_the_command_names_the_place_and_fails(city):
    case = make.a_case(state=CaseState.CLOSED)
    with as_superuser() as cursor:
        cursor.execute("UPDATE petitions_event SET reason = 'x' WHERE petition_id = %s AND seq = 2", [case.pk])
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("verify_events", stdout=out)

    assert f"{case.no}#2" in out.getvalue()


def test_an_event_changed_together_with_its_hash_breaks_the_chain_behind_it(city):
    case = make.a_case(state=CaseState.CLOSED)
    event = case.events.get(seq=3)
    event.reason = "改得很仔细"
    with as_superuser() as cursor:
        cursor.execute(
            "UPDATE petitions_event SET reason = %s, hash = %s WHERE id = %s", [event.reason, event.digest(), event.pk]
        )

    assert f"{case.no}#4: does not carry the hash of the event before it" in broken()


def test_an_event_taken_out_of_the_middle_is_missed(city):
    case = make.a_case(state=CaseState.CLOSED)
    with as_superuser() as cursor:
        cursor.execute("DELETE FROM petitions_event WHERE petition_id = %s AND seq = 3", [case.pk])

    assert f"{case.no}#4: follows #2" in broken()


def test_a_missing_last_event_is_missed(city):
    case = make.a_case(state=CaseState.CLOSED)
    last = make.fresh(case).event_seq
    with as_superuser() as cursor:
        cursor.execute("DELETE FROM petitions_event WHERE petition_id = %s AND seq = %s", [case.pk, last])

    assert f"{case.no}: the case points at event {last}, the chain ends at {last - 1}" in broken()


def test_a_state_set_behind_the_back_of_the_history_is_noticed(city):
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    with as_superuser() as cursor:
        cursor.execute("UPDATE petitions_petition SET state = 'pending_dispatch' WHERE id = %s", [case.pk])

    assert broken() == [f"{case.no}: the case is pending_dispatch, its events say pending_review"]


def test_a_case_without_any_event_is_noticed(city):
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    with as_superuser() as cursor:
        cursor.execute("DELETE FROM petitions_event WHERE petition_id = %s", [case.pk])

    assert broken() == [f"{case.no}: events missing: the case counts 2"]


# ── day seals ──
def rewind_the_tail(case, cursor) -> None:
    """Take the last event away and make the case's row agree: its chain alone cannot show it."""
    before = case.events.get(seq=make.fresh(case).event_seq - 1)
    cursor.execute("DELETE FROM petitions_event WHERE petition_id = %s AND seq > %s", [case.pk, before.seq])
    cursor.execute(
        "UPDATE petitions_petition SET event_seq = %s, event_hash = %s, state = %s, due_at = NULL WHERE id = %s",
        [before.seq, before.hash, before.after, case.pk],
    )


def remove_the_case(case, cursor) -> None:
    for table in ("suggestion", "outbox", "event", "petition"):
        column = "id" if table == "petition" else "petition_id"
        cursor.execute(f"DELETE FROM petitions_{table} WHERE {column} = %s", [case.pk])


@pytest.mark.parametrize("crime", [rewind_the_tail, remove_the_case])
def test_what_no_chain_can_show_the_days_seal_shows(city, crime):
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    make.a_case(state=CaseState.CLOSED)
    assert seal.seal_until_yesterday(now=make.later(days=1)) == 1

    with as_superuser() as cursor:
        crime(case, cursor)

    assert broken() == [f"seal 2026-11-20: does not fit the events of that day (sealed {DaySeal.objects.get().events})"]


def test_every_finished_day_is_sealed_once_also_after_days_without_a_sealer(city):
    make.a_case(state=CaseState.PENDING_REVIEW)
    make.a_case(state=CaseState.PENDING_REVIEW, now=make.later(days=2))

    assert seal.seal_until_yesterday(now=make.NOW) == 0
    assert seal.seal_until_yesterday(now=make.later(days=4)) == 4
    assert seal.seal_until_yesterday(now=make.later(days=4)) == 0
    assert [s.events for s in DaySeal.objects.order_by("day")] == [2, 0, 2, 0]
    assert broken() == []


def test_a_forged_seal_is_noticed(city):
    make.a_case(state=CaseState.PENDING_REVIEW)
    seal.seal_until_yesterday(now=make.later(days=3))
    first = DaySeal.objects.order_by("day").first()

    DaySeal.objects.filter(pk=first.pk).update(hash="f" * 64)

    assert f"seal {first.day}: does not fit the events of that day (sealed 2)" in broken()
    assert "does not carry the seal before it" in " ".join(broken())


# ── one door ──
def test_a_step_that_breaks_leaves_nothing_behind(city):
    """All or nothing: a failure after the move undoes the move, its event and its notice."""
    case = make.a_case()
    before = make.fresh(case)

    with pytest.raises(ZeroDivisionError), opened(case.pk, actor=make.a_dispatcher(), now=make.NOW) as door:
        door.move(door.main, Assignment.recall, at=make.NOW)
        door.tell("case-closed")
        _ = 1 / 0

    after = make.fresh(case)
    assert (after.version, after.event_seq, make.main(case).state) == (before.version, before.event_seq, "pending_sign")
    assert not case.outbox.filter(topic="case-closed").exists()


def test_a_visit_without_a_change_does_not_make_open_pages_stale(city):
    case = make.a_case()

    with opened(case.pk, actor=make.a_dispatcher(), now=make.NOW):
        pass

    assert make.fresh(case).version == case.version
