"""Steps of call-back staff, of citizens and of those who decide about requests, in a case that lives in memory."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from petitions.management.simulate.in_memory import LifeCase
from petitions.management.simulate.life import Step
from petitions.management.simulate.words import AGREED, EVIDENCE, PLAN, REASONS, TOO_THIN
from petitions.models import Assignment, Callback, Petition, Request
from petitions.services import callback, dispatch, parts, rating
from petitions.services import requests as three_tiers
from petitions.services.callback import Said
from petitions.services.door import system
from petitions.states import CaseState, RequestState


class OutcomeSteps:
    """What follows an answer; each step is the inside of the service that its line names."""

    case: LifeCase | None

    # ── callback.py, rating.py ──
    def ring(self, step: Step) -> None:
        case, said = self.case, Said(**step.facts.get("said", {}))
        petition, result = case.petition, step.facts["result"]
        petition.calls_made += 1
        is_valid = result == Callback.Result.REACHED
        attempt = Callback(
            petition=petition,
            round=callback.round_of(petition),
            attempt=petition.calls_made,
            by=case.actor,
            at=case.now,
            result=result,
            is_valid=is_valid,
            **(asdict(said) if is_valid else {}),
        )
        case.rows[Callback].append(attempt)
        answers = {name: value for name, value in asdict(said).items() if name != "verbatim"} if is_valid else {}
        case.record("call", data={"attempt": attempt.attempt, "result": result, "valid": is_valid, **answers})
        callback.what_follows(case, attempt, step.facts.get("again", False))
        self._tell_members()

    def rate(self, step: Step) -> None:
        case, said = self.case, Said(**step.facts["said"])
        row, extra = case.ratings[-1], rating.Extra(wants_rehandling=step.facts["again"])
        for name, value in asdict(said).items():
            setattr(row, name, value)
        row.used_at, row.pressed, row.wants_rehandling = case.now, extra.pressed, extra.wants_rehandling
        answers = callback.answers_of(said)
        case.record("rated", data=answers | {"round": row.round, "wants_rehandling": extra.wants_rehandling})
        if case.petition.state == CaseState.PENDING_CALLBACK:
            rating.what_follows(case, said, extra, answers)
        self._tell_members()

    def _tell_members(self) -> None:
        """members.are_told_of_closing."""
        case = self.case
        if case.petition.state != CaseState.CLOSED:
            return
        for member in case.members:
            with member.step(case.now, system()):
                outcome = case.petition.outcome
                member.record("closed_with_lead", data={"lead": case.petition.no, "outcome": outcome})
                member.tell("case-closed", once=f"closed-with-{case.petition.event_seq}", outcome=outcome)

    def reopen(self, step: Step) -> None:
        case, order = self.case, dispatch.Order(main_id=step.facts["main"])
        closed_at, due_at = case.petition.closed_at, case.due("handle")
        within = case.due("reopen", closed_at) - closed_at
        reason = step.facts["reason"]
        case.move(case.petition, Petition.reopen, reason=reason, at=case.now, within=within, due_at=due_at)
        dispatch.hand_to_all(case, dispatch.checked_units(case, order), order, limit_at=due_at)

    # ── requests.py ──
    def file(self, step: Step) -> None:
        case, kind = self.case, step.facts["kind"]
        part = case.part_of(step.facts["unit"])
        ledger = kind == Request.Kind.LEDGER
        wish = {"reason": REASONS[kind], "evidence": EVIDENCE, "subtype": step.facts["subtype"]}
        wish |= {"plan": PLAN, "until": step.facts["until"]} if ledger else {"plan": "", "until": None}
        self._file(part, kind, due_at=self._decide_by(kind), **wish)

    def agree(self, step: Step) -> None:
        case, request = self.case, self._open_request(step.facts["kind"])
        move = three_tiers.NEXT_TIER[RequestState(request.state)]
        details = {"by": case.actor, "at": case.now, "decision": AGREED} if move is Request.grant else {}
        case.move(request, move, note=AGREED, **details)
        request.due_at = self._decide_by(request.kind) if request.is_open else None
        if request.state == RequestState.GRANTED:
            three_tiers.take_effect(case, request, True)

    def refuse(self, step: Step) -> None:
        case, request = self.case, self._open_request(step.facts["kind"])
        case.move(request, Request.refuse, by=case.actor, at=case.now, decision=TOO_THIN, note=TOO_THIN)
        request.due_at = None
        case.tell("request-refused", department=request.department_id, request=request.pk)

    def settle(self, step: Step) -> None:
        case, facts = self.case, step.facts
        for part in case.active:
            case.move(part, Assignment.finish, at=case.now)
        evidence, outcome = facts["evidence"], facts["outcome"]
        case.move(case.petition, Petition.settle, outcome=outcome, evidence=evidence, at=case.now, note=evidence)
        case.tell("case-closed", once=f"settled-{case.petition.event_seq}", outcome=outcome)
        self._tell_members()

    # ── shared ──
    def _decide_by(self, kind: str) -> datetime | None:
        return self.case.due("appeal_decide") if kind == Request.Kind.APPEAL else None

    def _file(self, part: Assignment, kind: str, **wish: Any) -> None:
        request = parts.wished(self.case, part, kind, id=self.case.new_id(Request), **wish)
        self.case.rows[Request].append(request)
        parts.say_filed(self.case, request)

    def _open_request(self, kind: str) -> Request:
        return next(row for row in self.case.requests if row.kind == kind and row.is_open)
