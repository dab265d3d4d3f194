"""What the units may do on a walk: sign, contact, answer, ask for a return or more time, call in others."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from petitions.models import Request
from petitions.services import asking, calling_in, handling
from petitions.services.handling import Answer
from tests.petitions.walk import Walk, mostly, pick, when_asked, when_part, words, yes_or_no


class UnitSteps(Walk):
    """Steps of handlers and heads, and the rulings on what they ask for."""

    # ── a unit at work ──
    @when_part("pending_sign")
    @rule(number=pick, who=pick)
    def signs(self, number, who):
        if part := self.part(number, "pending_sign"):
            actor = self.anybody(who, rather=self.of_unit(self.handlers, part))
            self.attempt("sign", handling.sign, part.pk, actor=actor)

    @when_part("signed")
    @rule(number=pick, reached=mostly)
    def contacts(self, number, reached):
        if part := self.part(number, "signed"):
            actor = self.of_unit(self.handlers, part)
            self.attempt("contact", handling.log_contact, part.pk, actor=actor, how="phone", reached=reached)

    @when_part("signed")
    @rule(number=pick, who=pick, public=words, why=words)
    def hands_in(self, number, who, public, why):
        if part := self.part(number, "signed"):
            actor = self.anybody(who, rather=self.of_unit(self.handlers, part))
            answer = Answer(measures="已处理", public_answer=public, not_contacted_because=why)
            self.attempt("hand_in", handling.submit_reply, part.pk, answer, actor=actor)

    @when_part("internal_review")
    @rule(number=pick, who=pick)
    def head_agrees(self, number, who):
        if part := self.part(number, "internal_review"):
            actor = self.anybody(who, rather=self.of_unit(self.heads, part))
            self.attempt("approve_reply", handling.approve_reply, part.pk, actor=actor)

    @when_part("internal_review")
    @rule(number=pick, reason=words)
    def head_sends_back(self, number, reason):
        if part := self.part(number, "internal_review"):
            actor = self.of_unit(self.heads, part)
            self.attempt("send_back", handling.send_back, part.pk, actor=actor, reason=reason)

    @when_part("pending_sign", "signed")
    @rule(number=pick, reason=words)
    def waives_an_assist(self, number, reason):
        if part := self.part(number, "pending_sign", "signed"):
            actor = self.staff["dispatcher"]
            self.attempt("waive", handling.waive_assist, part.pk, actor=actor, reason=reason)

    @when_part("pending_sign", "signed")
    @rule(number=pick, who=pick, to=pick, evidence=words)
    def asks_to_return(self, number, who, to, evidence):
        if part := self.part(number, "pending_sign", "signed"):
            actor, proposed = self.anybody(who, rather=self.of_unit(self.heads, part)), self.units[to % 3].pk
            details = {"reason": "不属职责", "proposed_id": proposed, "evidence": evidence}
            self.attempt("request_return", asking.request_return, part.pk, actor=actor, **details)

    @when_asked("return")
    @rule(number=pick, who=pick, granted=yes_or_no, note=words)
    def return_is_ruled(self, number, who, granted, note):
        if request := self.request(Request.Kind.RETURN, number):
            actor = self.anybody(who, rather=self.staff["dispatcher"])
            ruling = {"granted": granted, "note": note}
            self.attempt(f"return {granted}", asking.rule_on_return, request.pk, actor=actor, **ruling)

    @when_part("signed")
    @rule(number=pick, days=st.integers(-1, 12))
    def asks_for_time(self, number, days):
        if part := self.part(number, "signed"):
            actor, until = self.of_unit(self.handlers, part), part.limit_at + timedelta(days=days)
            wish = {"reason": "工程量大", "until": until}
            self.attempt("request_extension", asking.request_extension, part.pk, actor=actor, **wish)

    @when_asked("extension")
    @rule(number=pick, who=pick, granted=yes_or_no)
    def extension_is_ruled(self, number, who, granted):
        if request := self.request(Request.Kind.EXTENSION, number):
            actor = self.anybody(who, rather=self.staff["reviewer"])
            ruling = {"granted": granted, "note": "同意" if granted else "不同意"}
            self.attempt(f"extension {granted}", asking.rule_on_extension, request.pk, actor=actor, **ruling)

    @when_part("signed")
    @rule(number=pick, to=pick, hours=st.integers(1, 200))
    def delegates(self, number, to, hours):
        if part := self.part(number, "signed"):
            actor, limit = self.of_unit(self.handlers, part), self.now + timedelta(hours=hours)
            details = {"to_id": self.units[to % 3].pk, "limit_at": limit, "opinion": "请核实"}
            self.attempt("delegate", calling_in.delegate, part.pk, actor=actor, **details)

    @when_part("sub_dispatched")
    @rule(number=pick)
    def takes_up(self, number):
        if part := self.part(number, "sub_dispatched"):
            self.attempt("take_up", calling_in.take_up, part.pk, actor=self.of_unit(self.handlers, part))

    @when_part("signed")
    @rule(number=pick, to=st.lists(st.integers(0, 2), max_size=3))
    def whistles(self, number, to):
        if part := self.part(number, "signed"):
            actor, units = self.of_unit(self.handlers, part), [self.units[i].pk for i in to]
            self.attempt("whistle", calling_in.whistle, part.pk, actor=actor, department_ids=units, reason="请到场")

    @when_part("whistling")
    @rule(number=pick, result=words)
    def ends_the_whistle(self, number, result):
        if part := self.part(number, "whistling"):
            actor = self.of_unit(self.handlers, part)
            self.attempt("end_whistle", calling_in.end_whistle, part.pk, actor=actor, result=result)

    @when_part("signed")
    @rule(number=pick)
    def escalates(self, number):
        if part := self.part(number, "signed"):
            actor = self.staff["supervisor"]
            higher = {"to": "赵明", "post": "主管副区长", "reason": "重复来电"}
            self.attempt("escalate", calling_in.escalate, part.pk, actor=actor, **higher)

    @when_part("pending_sign", "signed")
    @rule(number=pick)
    def arrives(self, number):
        if part := self.part(number, "pending_sign", "signed"):
            self.attempt("arrive", calling_in.arrive, part.pk, actor=self.of_unit(self.handlers, part))

    @when_asked("return", "extension")
    @rule(number=pick, kind=st.sampled_from(["return", "extension"]), note=words)
    def takes_its_request_back(self, number, kind, note):
        if request := self.request(kind, number):
            actor = self.heads[request.department_id]
            self.attempt("take back request", asking.take_back_request, request.pk, actor=actor, note=note)

    @rule(number=pick, opinion=words)
    def is_joined_by_another_unit(self, number, opinion):
        if number > 3:
            return  # every assist has to answer before the case goes on
        wish = {"unit_id": self.units[number % 3].pk, "opinion": opinion}
        actor = self.staff["dispatcher"]
        self.attempt("add assist", calling_in.add_assist, self.case.pk, actor=actor, **wish)
