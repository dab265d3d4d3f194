"""Calling the citizen back: three attempts in different halves of a day, neutral questions, and what follows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from petitions import errors
from petitions.models import Assignment, Callback, Petition
from petitions.services import call_times, clock, members
from petitions.services.door import OpenCase, opened
from petitions.states import CaseState, Outcome, Satisfaction, Solved


@dataclass(frozen=True)
class Said:
    """The citizen's answers: contacted? solved? satisfied with the outcome, and apart from it with the attitude?"""

    contacted: bool | None = None
    solved: str = ""
    satisfaction: str = ""
    attitude: str = ""
    reason: str = ""
    verbatim: str = ""

    def check(self) -> None:
        """Every question has one of its own answers. Raises AnswersMissing."""
        choices = ((self.solved, Solved), (self.satisfaction, Satisfaction))
        if self.contacted is None or not all(value in kind.values for value, kind in choices):
            raise errors.AnswersMissing
        if self.attitude and self.attitude not in Satisfaction.values:
            raise errors.AnswersMissing


OUTCOMES = {Solved.YES: Outcome.SOLVED, Solved.PARTLY: Outcome.PARTLY, Solved.NO: Outcome.UNSOLVED}


def record(
    petition_id: int,
    *,
    actor: Any,
    result: str,
    said: Said | None = None,
    rehandle: bool = False,
    now: datetime | None = None,
) -> Petition:
    """Write down one attempt. Reached → closed or handled again; not reached → another try, closed after the last."""
    now = now or clock.now()
    if result not in Callback.Result.values:
        raise errors.AnswersMissing("请选择接通情况。")
    with opened(petition_id, actor=actor, now=now) as case:
        if case.petition.state != CaseState.PENDING_CALLBACK:
            raise errors.WrongState
        if not actor.has_role("callback", "supervisor"):
            raise errors.NotYours
        said = said or Said()
        if result == Callback.Result.REACHED:
            said.check()
        _too_soon(case, result)
        attempt = _keep(case, result, said)
        what_follows(case, attempt, rehandle)
    return case.petition


def _too_soon(case: OpenCase, result: str) -> None:
    """A second unanswered call in the same half of a day would only use up the attempts; an answered one counts."""
    next_at = case.petition.next_call_at
    if result != Callback.Result.REACHED and next_at and case.now < next_at:
        raise errors.AttemptTooSoon(f"这半天已经拨过，请在 {clock.local(next_at):%m-%d %H:%M} 之后换个时段再拨。")


def _keep(case: OpenCase, result: str, said: Said) -> Callback:
    petition = case.petition
    petition.calls_made += 1
    is_valid = result == Callback.Result.REACHED
    attempt = Callback.objects.create(
        petition=petition,
        round=round_of(petition),
        attempt=petition.calls_made,
        by=case.actor,
        at=case.now,
        result=result,
        is_valid=is_valid,
        **(said.__dict__ if is_valid else {"verbatim": said.verbatim}),
    )
    answers = {k: v for k, v in said.__dict__.items() if k != "verbatim"} if is_valid else {}
    case.record("call", data={"attempt": attempt.attempt, "result": result, "valid": is_valid, **answers})
    return attempt


def what_follows(case: OpenCase, attempt: Callback, rehandle: bool) -> None:
    if attempt.is_valid and rehandle and _needs_supervisor(case):
        _ask_supervisor(case, answers_of(attempt))
    elif attempt.is_valid and rehandle:
        order_rehandling(case, answers_of(attempt))
    elif attempt.is_valid:
        close(case, OUTCOMES[Solved(attempt.solved)])
    elif attempt.attempt >= int(case.rules.parameter("callback.max_attempts", 3)):
        close(case, Outcome.UNREACHED)
    else:
        _pause_until(case, _next_try(case))


def _needs_supervisor(case: OpenCase) -> bool:
    """A second re-handling is a supervisor's to order (C17)."""
    return case.petition.rehandled >= 1 and not case.actor.has_role("supervisor")


def _ask_supervisor(case: OpenCase, result: dict) -> None:
    """The citizen's answers are kept and the wish is passed on; nobody calls again while a supervisor decides."""
    case.record("rehandling_wanted", data=result)
    answer_hours = float(case.rules.parameter("supervision.answer_hours", 24))
    _pause_until(case, case.now + timedelta(hours=answer_hours))


def _next_try(case: OpenCase) -> datetime:
    """Three tries are three halves of a day, not three calls in a row."""
    gap = float(case.rules.parameter("callback.min_gap_hours", 4))
    return call_times.next_try(
        case.now, gap_hours=gap, hours=case.rules.parameter("callback.hours", call_times.USUAL_HOURS)
    )


def _pause_until(case: OpenCase, at: datetime) -> None:
    case.petition.next_call_at = at
    case.petition.due_at = max(case.petition.due_at, at)


def close(case: OpenCase, outcome: Outcome) -> None:
    """C16: the case ends with its outcome, every unit's part with it."""
    for part in case.active:
        case.move(part, Assignment.finish, at=case.now)
    case.petition.next_call_at = None
    case.move(case.petition, Petition.close, outcome=outcome, at=case.now)
    case.tell("case-closed", once=f"closed-{round_of(case.petition)}", outcome=outcome)
    members.are_told_of_closing(case, outcome)


def order_rehandling(case: OpenCase, result: dict) -> None:
    """C17: the answers so far are kept as the first result; dispatch decides who handles it again."""
    case.petition.next_call_at, case.petition.calls_made = None, 0
    case.move(
        case.petition,
        Petition.order_rehandling,
        result=result,
        by_supervisor=case.actor.has_role("supervisor"),
        most=int(case.rules.parameter("rehandle.max", 2)),
        dispatch_by=case.due("dispatch"),
        data=result,
    )
    case.tell("case-rehandled")


def answers_of(answers: Any) -> dict:
    return {
        "contacted": answers.contacted,
        "solved": answers.solved,
        "satisfaction": answers.satisfaction,
        "attitude": answers.attitude,
    }


def round_of(petition: Petition) -> int:
    """Which opening of the call-back this is: each begins with one invitation to rate, so these are counted.

    Re-handlings would not do: a case that comes back from the ledger is called back again after the same handling.
    """
    return petition.ratings.count()
