"""Steps of units, of citizens and of those who decide about requests, inside a case that lives in memory."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from petitions.management.simulate.in_memory import LifeCase
from petitions.management.simulate.life import Step
from petitions.management.simulate.words import AGREED, EVIDENCE, PLAN, REASONS, RULED, TOO_THIN, answer_of
from petitions.models import Assignment, Callback, CatalogueProposal, ContactLog, Petition, Reply, Request
from petitions.services import asking, callback, catalogue_proposals, clock, dispatch, members, rating
from petitions.services import requests as three_tiers
from petitions.services.callback import Said
from petitions.services.door import system
from petitions.states import AssignmentState, CaseState, RequestState

MAIN = Assignment.Part.MAIN


class UnitSteps:
    """The steps after dispatch; each is the inside of the service that its line names."""

    case: LifeCase | None

    # ── handling.py ──
    def sign(self, step: Step) -> None:
        self.case.move(self.case.part_of(step.facts["unit"]), Assignment.sign, at=self.case.now)

    def contact(self, step: Step) -> None:
        case, facts = self.case, step.facts
        part, reached = case.part_of(facts["unit"]), facts["reached"]
        log = ContactLog(
            id=case.new_id(ContactLog),
            petition=case.petition,
            assignment=part,
            by=case.actor,
            at=case.now,
            how=facts["how"],
            reached=reached,
            seconds=facts["seconds"],
        )
        case.rows[ContactLog].append(log)
        if reached and part.contacted_at is None:
            part.contacted_at = case.now
        case.record("contact", data={"how": facts["how"], "reached": reached, "log": log.pk}, about=part)

    def reply(self, step: Step) -> None:
        case, part, answer = self.case, self.case.part_of(step.facts["unit"]), answer_of(step)
        case.move(
            part,
            Assignment.hand_in,
            contacted=any(log.assignment_id == part.pk for log in case.rows[ContactLog]),
            why_not=answer.not_contacted_because,
            measures=answer.measures,
            public_answer=answer.public_answer,
        )
        petition = case.petition
        reply = Reply(id=case.new_id(Reply), petition=petition, assignment=part, author=case.actor, at=case.now)
        reply.round = petition.rehandled + petition.reopened + 1
        for name, value in asdict(answer).items():
            setattr(reply, name, value)
        case.rows[Reply].append(reply)

    def approve(self, step: Step) -> None:
        case, part = self.case, self.case.part_of(step.facts["unit"])
        reply = case.last_reply(part)
        case.move(part, Assignment.approve_reply, author_id=reply.author_id, approver_id=case.actor.pk, at=case.now)
        reply.approved_by, reply.approved_at = case.actor, case.now
        self._submitted_if_all_answered()

    def _submitted_if_all_answered(self) -> None:
        case = self.case
        if case.petition.state != CaseState.IN_PROGRESS:
            return
        if any(part.state != AssignmentState.ANSWERED for part in case.active):
            return
        case.move(
            case.petition,
            Petition.submit_reply,
            open_assists=0,
            public_answer=case.last_reply(case.main).public_answer,
            at=case.now,
            review_by=case.due("reply_review"),
        )

    # ── review.py ──
    def accept(self, step: Step) -> None:
        case, petition = self.case, self.case.petition
        mains = {part.pk for part in case.assignments if part.part == MAIN}
        answers = [reply for reply in case.rows[Reply] if reply.assignment_id in mains and reply.approved_at]
        reply = max(answers, key=lambda reply: (reply.at, reply.pk))
        petition.answer = reply.public_answer
        call_by = case.due("callback")
        case.move(petition, Petition.accept_reply, call_by=call_by, lacks_evidence=False)
        rating.begin_round(case)
        case.tell("case-replied", once=f"replied-{petition.rehandled}-{reply.pk}")
        for member in case.members:  # merging.answer_members
            with member.step(case.now, system()):
                members.get_answer(member, case)
                rating.begin_round(member)

    def reject(self, step: Step) -> None:
        case, reason = self.case, step.facts["reason"]
        case.move(case.petition, Petition.reject_reply, reason=reason)
        if case.main.state == AssignmentState.ANSWERED:
            case.move(case.main, Assignment.answer_again, note=reason)
        case.tell("reply-rejected", department=case.main.department_id, reason=reason)

    # ── asking.py ──
    def ask_return(self, step: Step) -> None:
        case, part = self.case, self.case.part_of(step.facts["unit"])
        proposed = case.units([step.facts["proposed"]])[step.facts["proposed"]]
        rule_by, reason = case.due("return_ruling"), REASONS["return"]
        case.move(
            part,
            Assignment.request_return,
            reason=reason,
            proposed_unit=proposed.name,
            evidence=EVIDENCE,
            at=case.now,
            rule_by=rule_by,
            data={"proposed": proposed.name},
        )
        wish = {"reason": reason, "evidence": EVIDENCE, "due_at": rule_by, "proposed_department": proposed}
        self._file(part, Request.Kind.RETURN, **wish)

    def rule_return(self, step: Step) -> None:
        case, part, granted = self.case, self.case.part_of(step.facts["unit"]), step.facts["granted"]
        request, note = self._open_request("return"), RULED[granted]
        if granted:
            case.move(request, Request.grant_at_once, by=case.actor, at=case.now, decision=note, note=note)
            case.move(part, Assignment.grant_return, at=case.now, note=note)
            kind = CatalogueProposal.Kind.RETURN
            catalogue_proposals.propose(case, to=request.proposed_department, kind=kind, reason=note)
            for other in case.active:
                case.move(other, Assignment.recall, at=case.now, note="主办单位退单")
            dispatch.back_to_dispatch(case, note)
        else:
            case.move(request, Request.refuse, by=case.actor, at=case.now, decision=note, note=note)
            case.move(part, Assignment.refuse_return, reason=note, at=case.now)
        case.tell("return-ruled", department=part.department_id, granted=granted)

    def ask_extension(self, step: Step) -> None:
        case, part, until = self.case, self.case.part_of(step.facts["unit"]), step.facts["until"]
        longest = case.rules.as_long_again("handle", case.petition.tier, part.assigned_at, part.limit_at)
        latest, reason = min(longest, case.due("extension_total", part.assigned_at)), REASONS["extension"]
        case.move(part, Assignment.request_extension, reason=reason, until=until, latest=latest, at=case.now)
        self._file(part, Request.Kind.EXTENSION, reason=reason, due_at=part.limit_at, until=until)

    def rule_extension(self, step: Step) -> None:
        case, part, granted = self.case, self.case.part_of(step.facts["unit"]), step.facts["granted"]
        request, note = self._open_request("extension"), RULED[granted]
        if granted:
            case.move(request, Request.grant_at_once, by=case.actor, at=case.now, decision=note, note=note)
            case.move(part, Assignment.grant_extension, until=request.until, note=note)
            if part.part == MAIN:
                asking._promise(case.petition, request.until)
            case.tell("case-extended", until=clock.local(request.until).isoformat())
        else:
            case.move(request, Request.refuse, by=case.actor, at=case.now, decision=note, note=note)
            case.move(part, Assignment.refuse_extension, reason=note)

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
        callback._what_follows(case, attempt, step.facts.get("again", False))
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
            rating._what_follows(case, said, extra, answers)
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
            three_tiers._take_effect(case, request, True)

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
        """parts.file_request."""
        case = self.case
        request = Request(
            id=case.new_id(Request),
            petition=case.petition,
            assignment=part,
            department=part.department,
            kind=kind,
            filed_by=case.actor,
            filed_at=case.now,
            **wish,
        )
        case.rows[Request].append(request)
        said = {name: wish[name] for name in ("subtype", "until") if wish.get(name)}
        case.record("file_request", note=wish["reason"], data={"kind": kind, **said}, about=request)

    def _open_request(self, kind: str) -> Request:
        return next(row for row in self.case.requests if row.kind == kind and row.is_open)

    def _all_leave(self, case: LifeCase) -> None:
        for part in case.active:
            case.move(part, Assignment.recall, at=case.now)
            case.tell("case-withdrawn", once=f"withdrawn-{part.pk}", department=part.department_id)
