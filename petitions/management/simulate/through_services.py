"""A plan carried out through the real services, case by case, with the clock ringing in between."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from petitions import access
from petitions.errors import PetitionError
from petitions.management.simulate.cast import Cast
from petitions.management.simulate.life import Contact, Life, PlanRefused, Step
from petitions.management.simulate.words import (
    AGREED,
    EVIDENCE,
    PLAN,
    REASONS,
    RULED,
    TOO_THIN,
    answer_of,
    called_again,
    matter_of,
    order_of,
    person_of,
)
from petitions.models import Assignment, Petition, Request
from petitions.services import (
    asking,
    callback,
    deadlines,
    dispatch,
    handling,
    intake,
    rating,
    reopening,
    requests,
    review,
)
from petitions.services.callback import Said
from petitions.services.intake import Handling
from petitions.states import RequestState


class ByServices:
    """Carries out lives one after the other; `numbers` gives the case of each."""

    def __init__(self, cast: Cast, *, until: datetime):
        self.cast, self.until = cast, until
        self.numbers: dict[str, str] = {}

    def play(self, lives: Iterable[Life]) -> int:
        done = 0
        for life in lives:
            _One(self, life).play()
            done += 1
        return done


class _One:
    def __init__(self, all_of_them: ByServices, life: Life):
        self.all, self.life, self.cast = all_of_them, life, all_of_them.cast
        self.pk, self.at = 0, life.contact.at

    def play(self) -> None:
        for step in self.life.steps:
            self._time_passes(step.at)
            self.at = step.at
            try:
                getattr(self, step.do)(step)
            except PetitionError as refusal:
                raise PlanRefused(f"{self.life.key} {step}: {refusal.message}") from refusal
        self._time_passes(self.all.until)

    def _time_passes(self, until: datetime) -> None:
        while self.pk:
            rings = Petition.objects.filter(pk=self.pk).values_list("next_check_at", flat=True).get()
            if rings is None or rings > until:
                return
            self.at = max(self.at, rings)
            deadlines.visit_one(self.pk, now=self.at)

    def _by(self, step: Step) -> Any:
        return self.cast.people[step.by]

    def _part(self, step: Step) -> Assignment:
        """The last part that this unit got."""
        return Assignment.objects.filter(petition=self.pk, department=step.facts["unit"]).order_by("-id").first()

    # ── coming in ──
    def _comes_in(self, petition: Petition) -> None:
        self.pk = petition.pk
        self.all.numbers[self.life.key] = petition.no

    def _call(self, contact: Contact, step: Step, key: str, way: Handling | None) -> Petition:
        return intake.take_call(
            matter_of(contact),
            person_of(contact),
            actor=self._by(step),
            key=key,
            handling=way,
            channel=contact.channel,
            now=step.at,
        )

    def call(self, step: Step) -> None:
        self._comes_in(self._call(self.life.contact, step, self.life.key, None))

    def answer(self, step: Step) -> None:
        way = Handling(way="answer", answer=step.facts["answer"], basis=step.facts["basis"])
        self._comes_in(self._call(self.life.contact, step, self.life.key, way))

    def refer(self, step: Step) -> None:
        way = Handling(way="refer", referral=step.facts["referral"])
        self._comes_in(self._call(self.life.contact, step, self.life.key, way))

    def submit(self, step: Step) -> None:
        contact = self.life.contact
        matter, person = matter_of(contact), person_of(contact)
        self._comes_in(intake.submit(matter, person, key=self.life.key, channel=contact.channel, now=step.at))

    def again(self, step: Step) -> None:
        way = Handling(way="merge", lead_id=self.pk)
        contact = called_again(self.life.contact, step)
        self._call(contact, step, f"{self.life.key}:{step.facts['number']}", way)

    def withdraw(self, step: Step) -> None:
        intake.withdraw(self.pk, verified_by=step.facts["verified_by"], actor=self._by(step), now=step.at)

    # ── the hotline's desks ──
    def invalid(self, step: Step) -> None:
        review.mark_invalid(self.pk, reason=step.facts["reason"], actor=self._by(step), now=step.at)

    def pass_review(self, step: Step) -> None:
        dispatch.pass_review(self.pk, actor=self._by(step), now=step.at)

    def dispatch(self, step: Step) -> None:
        dispatch.dispatch(self.pk, order_of(step), actor=self._by(step), now=step.at)

    def accept(self, step: Step) -> None:
        review.accept_reply(self.pk, actor=self._by(step), now=step.at)

    def reject(self, step: Step) -> None:
        review.reject_reply(self.pk, reason=step.facts["reason"], actor=self._by(step), now=step.at)

    # ── the unit ──
    def sign(self, step: Step) -> None:
        handling.sign(self._part(step).pk, actor=self._by(step), now=step.at)

    def contact(self, step: Step) -> None:
        facts = {name: step.facts[name] for name in ("how", "reached", "seconds")}
        handling.log_contact(self._part(step).pk, actor=self._by(step), now=step.at, **facts)

    def reply(self, step: Step) -> None:
        handling.submit_reply(self._part(step).pk, answer_of(step), actor=self._by(step), now=step.at)

    def approve(self, step: Step) -> None:
        handling.approve_reply(self._part(step).pk, actor=self._by(step), now=step.at)

    def ask_return(self, step: Step) -> None:
        asking.request_return(
            self._part(step).pk,
            actor=self._by(step),
            reason=REASONS["return"],
            proposed_id=step.facts["proposed"],
            evidence=EVIDENCE,
            now=step.at,
        )

    def rule_return(self, step: Step) -> None:
        granted = step.facts["granted"]
        request = self._request("return")
        asking.rule_on_return(request.pk, actor=self._by(step), granted=granted, note=RULED[granted], now=step.at)

    def ask_extension(self, step: Step) -> None:
        part, reason = self._part(step), REASONS["extension"]
        asking.request_extension(part.pk, actor=self._by(step), reason=reason, until=step.facts["until"], now=step.at)

    def rule_extension(self, step: Step) -> None:
        granted = step.facts["granted"]
        request = self._request("extension")
        asking.rule_on_extension(request.pk, actor=self._by(step), granted=granted, note=RULED[granted], now=step.at)

    def _request(self, kind: str) -> Request:
        open_ones = (RequestState.FILED, RequestState.UNIT_APPROVED, RequestState.DEPARTMENT_APPROVED)
        return Request.objects.get(petition=self.pk, kind=kind, state__in=open_ones)

    # ── the citizen's word ──
    def ring(self, step: Step) -> None:
        said = Said(**step.facts["said"]) if "said" in step.facts else None
        again = step.facts.get("again", False)
        result = step.facts["result"]
        callback.record(self.pk, actor=self._by(step), result=result, said=said, rehandle=again, now=step.at)

    def rate(self, step: Step) -> None:
        invitation = Petition.objects.get(pk=self.pk).ratings.order_by("-round").first()
        extra = rating.Extra(wants_rehandling=step.facts["again"])
        rating.rate(access.rating_token(invitation.pk), Said(**step.facts["said"]), extra, now=step.at)

    # ── what climbs three tiers ──
    def file(self, step: Step) -> None:
        kind = step.facts["kind"]
        more = {"plan": PLAN, "until": step.facts["until"]} if kind == "ledger" else {}
        requests.file(
            self._part(step).pk,
            kind=kind,
            actor=self._by(step),
            reason=REASONS[kind],
            evidence=EVIDENCE,
            subtype=step.facts["subtype"],
            now=step.at,
            **more,
        )

    def agree(self, step: Step) -> None:
        request = self._request(step.facts["kind"])
        requests.approve(request.pk, actor=self._by(step), note=AGREED, citizen_told=True, now=step.at)

    def refuse(self, step: Step) -> None:
        requests.refuse(self._request(step.facts["kind"]).pk, actor=self._by(step), note=TOO_THIN, now=step.at)

    def settle(self, step: Step) -> None:
        facts = {name: step.facts[name] for name in ("evidence", "outcome")}
        requests.settle(self.pk, actor=self._by(step), now=step.at, **facts)

    def reopen(self, step: Step) -> None:
        order = dispatch.Order(main_id=step.facts["main"])
        reopening.reopen(self.pk, order, actor=self._by(step), reason=step.facts["reason"], now=step.at)
