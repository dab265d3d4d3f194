"""Many cases in one sweep: a batch leaves the same rows as one by one, and what a sweep would do is said in words."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from petitions.models import Escalation, Petition
from petitions.services import asking, deadlines, review, seal
from petitions.states import CaseState
from tests import make
from tests.petitions.test_sweep import kinds, sweep_at


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
