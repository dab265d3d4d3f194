"""Moves in any order on rows that are in no database: whatever is tried, the clock runs exactly while somebody owes."""

import inspect
from datetime import timedelta

from django_fsm import can_proceed
from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.errors import PetitionError
from petitions.models import Assignment, Petition
from petitions.states import ENDED, OWING, UNIT_OWES, AssignmentState, CaseState, Outcome, Referral
from tests.make import NOW

WORDS = st.sampled_from(["", "  ", "理由"])
MOMENTS = st.integers(-40, 40).map(lambda days: NOW + timedelta(days=days))
PEOPLE = st.sampled_from([1, 2])
FLAGS = st.booleans()
# What each keyword of a move may be given: sense and nonsense alike.
GIVEN = {
    "text": WORDS,
    "moment": MOMENTS,
    "missing": st.lists(WORDS, max_size=2),
    "lead": st.sampled_from(CaseState.values).map(lambda state: Petition(id=7, state=state)) | st.just(Petition(id=1)),
    "referral": st.sampled_from(["", "nowhere", *Referral.values]),
    "outcome": st.sampled_from(Outcome.values),
    "tier": st.sampled_from("EUNC"),
    "assessment": st.just("three_rates"),
    "order_rehandling.result": st.just({"solved": "no"}),
    "end_whistle.result": WORDS,
    "within": st.just(timedelta(days=30)),
    "most": st.just(2),
    "open_assists": st.integers(0, 2),
}
KINDS = {
    "moment": {"at", "until", "latest", "due_at", "review_by", "dispatch_by", "rule_by", "call_by", "settle_at"}
    | {"child_limit", "handle_by"},
    "text": {"answer", "basis", "reason", "ruling", "public_answer", "kind", "plan", "evidence", "verified_by"}
    | {"proposed_unit", "to", "post", "why_not", "measures"},
    "flag": {"contested", "by_supervisor", "citizen_told", "published_long_enough", "contacted", "lacks_evidence"},
    "person": {"registered_by_id", "confirmed_by_id", "author_id", "approver_id"},
}
GIVEN |= dict.fromkeys(KINDS["moment"], MOMENTS) | dict.fromkeys(KINDS["text"], WORDS)
GIVEN |= dict.fromkeys(KINDS["flag"], FLAGS) | dict.fromkeys(KINDS["person"], PEOPLE)


def moves_of(model: type) -> list[str]:
    return sorted({t.name for t in model._meta.get_field("state").get_all_transitions(model)})


def try_any_move(row, data) -> str:
    """One move with drawn details, and its name. A refusal is named, and leaves every field of the row as it was."""
    possible = [name for name in moves_of(type(row)) if can_proceed(getattr(row, name))]
    if not possible:
        return ""
    move = getattr(row, data.draw(st.sampled_from(possible)))
    wanted = [name for name in inspect.signature(inspect.unwrap(move)).parameters if name != "self"]
    details = {name: data.draw(GIVEN.get(f"{move.__name__}.{name}", GIVEN.get(name)), label=name) for name in wanted}
    before = facts(row)
    try:
        move(**details)
    except PetitionError as refusal:
        assert refusal.message
        assert facts(row) == before
    return move.__name__


def facts(row) -> dict:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@settings(max_examples=300, deadline=None, derandomize=True)
@given(data=st.data(), steps=st.integers(1, 25))
def test_a_case_in_any_order(data, steps):
    case = Petition(id=1, text="路灯不亮", caller_id=1, category_id=data.draw(st.sampled_from([None, 1])))

    for _ in range(steps):
        try_any_move(case, data)

        assert (case.due_at is not None) == (case.state in OWING)
        assert bool(case.outcome) == (case.closed_at is not None) == (case.state in ENDED)
        assert case.rehandled <= 2
        assert (case.lead_id is not None) == (case.state == CaseState.MERGED)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(data=st.data(), steps=st.integers(1, 25))
def test_a_units_part_in_any_order(data, steps):
    limit = NOW + timedelta(days=7)
    part = Assignment(
        id=1,
        part=data.draw(st.sampled_from(["main", "whistle"])),
        due_at=limit,
        limit_at=limit,
        sign_by=NOW,
        return_by=limit,
    )

    for _ in range(steps):
        asked_before = not part.may_return
        moved = try_any_move(part, data)

        assert (part.due_at is not None) == (part.state in UNIT_OWES)
        assert (part.ended_at is not None) == (part.state in {"finished", "exited", "recalled"})
        assert part.extended <= 1
        taken_back = moved == "drop_request"
        assert taken_back or not (asked_before and part.may_return), "a return is asked for once"
        assert part.state in {AssignmentState.PENDING_SIGN, *ever_unsigned()} or part.signed_at


def ever_unsigned() -> set[str]:
    """A part may ask to return, be recalled or finish before anybody signed it."""
    return {
        AssignmentState.RETURN_REQUESTED,
        AssignmentState.EXITED,
        AssignmentState.RECALLED,
        AssignmentState.FINISHED,
    }
