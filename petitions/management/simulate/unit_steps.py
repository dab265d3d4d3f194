"""Steps of units, and of those who review them, inside a case that lives in memory."""

from dataclasses import asdict

from petitions.management.simulate.in_memory import LifeCase
from petitions.management.simulate.life import Step
from petitions.management.simulate.outcome_steps import OutcomeSteps
from petitions.management.simulate.words import EVIDENCE, REASONS, RULED, answer_of
from petitions.models import Assignment, CatalogueProposal, ContactLog, Petition, Reply, Request
from petitions.services import asking, catalogue_proposals, clock, dispatch, members, rating
from petitions.services.door import system
from petitions.states import AssignmentState, CaseState

MAIN = Assignment.Part.MAIN


class UnitSteps(OutcomeSteps):
    """The steps after dispatch; each is the inside of the service that its line names."""

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
                asking.promise(case.petition, request.until)
            case.tell("case-extended", until=clock.local(request.until).isoformat())
        else:
            case.move(request, Request.refuse, by=case.actor, at=case.now, decision=note, note=note)
            case.move(part, Assignment.refuse_extension, reason=note)

    def _all_leave(self, case: LifeCase) -> None:
        for part in case.active:
            case.move(part, Assignment.recall, at=case.now)
            case.tell("case-withdrawn", once=f"withdrawn-{part.pk}", department=part.department_id)
