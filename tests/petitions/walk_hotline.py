"""What the hotline may do on a walk: take in, review, dispatch, rule, call back, supervise."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from petitions.access import rating_token
from petitions.models import Supervision
from petitions.services import callback, conference, dispatch, intake, rating, reopening, requests, review, undo
from petitions.services import supervision as supervising
from petitions.services.rating import Extra
from petitions.states import WITH_UNIT
from tests import make
from tests.petitions.walk import Walk, mostly, pick, when, when_asked, words, yes_or_no


class HotlineSteps(Walk):
    """Steps of operators, reviewers, dispatchers, the centre, call-back, supervisors, and of the citizen."""

    @when("draft", "pending_review")
    @rule(who=pick, missing=st.sampled_from([["地址"], [""], []]))
    def asks_for_info(self, who, missing):
        actor = self.anybody(who, rather=self.staff["reviewer"])
        self.attempt("ask_for_info", review.ask_for_info, self.case.pk, missing=missing, actor=actor)

    @when("awaiting_info")
    @rule(who=pick, addition=words)
    def completes_info(self, who, addition):
        actor = self.anybody(who, rather=self.staff["operator"])
        self.attempt("complete_info", intake.complete_info, self.case.pk, addition=addition, actor=actor)

    @when("pending_review")
    @rule(who=pick)
    def passes_review(self, who):
        actor = self.anybody(who, rather=self.staff["reviewer"])
        self.attempt("pass_review", dispatch.pass_review, self.case.pk, actor=actor)

    @when("pending_dispatch", "rehandling")
    @rule(number=pick, who=pick)
    def dispatches(self, number, who):
        actor = self.anybody(who, rather=self.staff["dispatcher"])
        self.attempt("dispatch", dispatch.dispatch, self.case.pk, self.order(number), actor=actor)

    @when("in_progress")
    @rule(who=pick, reason=words, number=pick)
    def takes_back(self, who, reason, number):
        if number > 3:
            return  # it would end most walks before a unit has answered
        actor = self.anybody(who, rather=self.staff["dispatcher"])
        self.attempt("take_back", dispatch.take_back, self.case.pk, reason=reason, actor=actor)

    @when("in_progress")
    @rule(who=pick)
    def undoes_a_dispatch(self, who):
        actor = self.anybody(who, rather=self.staff["dispatcher"])
        self.attempt("undo_dispatch", undo.undo_dispatch, self.case.pk, actor=actor)

    @when("draft", "pending_review", "in_progress", "pending_callback")
    @rule(who=pick, number=st.integers(0, 8))
    def ends_without_a_unit(self, who, number):
        actor, pk = self.anybody(who, rather=self.staff["reviewer"]), self.case.pk
        if number == 0:
            self.attempt("refer", review.refer, pk, referral="court", actor=actor)
        if number == 1:
            self.attempt("mark_invalid", review.mark_invalid, pk, reason="骚扰", actor=actor)
        if number == 2:
            operator = self.staff["operator"]
            self.attempt("withdraw", intake.withdraw, pk, verified_by="回拨确认", actor=operator)

    # ── conference ──
    @when("in_progress")
    @rule(who=pick, contested=yes_or_no)
    def confers(self, who, contested):
        actor = self.anybody(who, rather=self.staff["center"])
        units = [unit.pk for unit in self.units[: 2 if contested else 1]]
        self.attempt("confer", conference.confer, self.case.pk, actor=actor, units=units, reason="有争议")

    @when("in_conference")
    @rule(number=pick, who=pick)
    def conference_is_ruled(self, number, who):
        actor = self.anybody(who, rather=self.staff["center"])
        self.attempt("rule", conference.rule, self.case.pk, self.order(number), actor=actor, ruling="由其办理")

    # ── review of the reply, call-back, rating ──
    @when("reply_review")
    @rule(who=pick, accepted=mostly)
    def reply_is_reviewed(self, who, accepted):
        actor = self.anybody(who, rather=self.staff["reviewer"])
        if accepted:
            self.attempt("accept_reply", review.accept_reply, self.case.pk, actor=actor)
        else:
            self.attempt("reject_reply", review.reject_reply, self.case.pk, actor=actor, reason="答非所问")

    @when("pending_callback")
    @rule(result=st.sampled_from(["reached", "no_answer", "refused", "nonsense"]), rehandle=yes_or_no, who=pick)
    def is_called_back(self, result, rehandle, who):
        actor = self.anybody(who, rather=self.staff["callback"])
        said = make.UNSATISFIED if rehandle else make.SATISFIED
        details = {"result": result, "said": said, "rehandle": rehandle}
        self.attempt("call", callback.record, self.case.pk, actor=actor, **details)

    @when("pending_callback", "closed")
    @rule(rehandle=yes_or_no)
    def citizen_rates(self, rehandle):
        if invited := make.invitation_of(self.case):
            said, extra = make.UNSATISFIED if rehandle else make.SATISFIED, Extra(wants_rehandling=rehandle)
            self.attempt("rate", rating.rate, rating_token(invited.pk), said, extra)

    @when("pending_callback", "closed", "in_progress")
    @rule(first=yes_or_no)
    def citizen_rates_by_an_old_link(self, first):
        if invited := self.case.ratings.order_by("round" if first else "-round").first():
            self.attempt("rate by old link", rating.rate, rating_token(invited.pk), make.SATISFIED)

    @when("pending_callback")
    @rule(reason=words)
    def supervisor_orders_rehandling(self, reason):
        actor = self.staff["supervisor"]
        self.attempt("order_rehandling", reopening.order_rehandling, self.case.pk, actor=actor, reason=reason)

    @when("closed")
    @rule(number=pick, reason=words)
    def reopens(self, number, reason):
        actor, order = self.staff["supervisor"], self.order(number)
        self.attempt("reopen", reopening.reopen, self.case.pk, order, actor=actor, reason=reason)

    # ── three tiers, supervision ──
    @when("in_progress", "pending_callback", "closed")
    @rule(
        number=pick, kind=st.sampled_from(["ledger", "exclusion", "appeal", "response_only"]), days=st.integers(1, 90)
    )
    def files_a_request(self, number, kind, days):
        if part := self.part(number, "signed", "answered", "finished"):
            actor = self.of_unit(self.heads, part)
            types = {"ledger": "受规划限制", "exclusion": "无事实依据", "appeal": "回访记录有误"}
            wish = {"kind": kind, "reason": "客观原因", "evidence": "会议纪要", "plan": "纳入明年计划"}
            wish["subtype"] = types.get(kind, "邻里纠纷")
            until = self.now + timedelta(days=days)
            self.attempt(f"file {kind}", requests.file, part.pk, actor=actor, until=until, **wish)

    @when_asked("ledger", "exclusion", "appeal", "response_only")
    @rule(number=pick, told=mostly, who=pick)
    def request_climbs(self, number, told, who):
        if request := self.request(None, number):
            tiers = {"filed": self.heads[request.department_id], "unit_approved": self.staff["reviewer"]}
            actor = self.anybody(who, rather=tiers.get(request.state, self.staff["center"]))
            self.attempt(f"approve {request.kind}", requests.approve, request.pk, actor=actor, citizen_told=told)

    @when_asked("ledger", "exclusion", "appeal", "response_only")
    @rule(number=pick)
    def request_is_refused(self, number):
        if number < 3 and (request := self.request(None, number)):
            self.attempt("refuse request", requests.refuse, request.pk, actor=self.staff["reviewer"], note="依据不足")

    @when("long_term")
    @rule(evidence=words, settle=yes_or_no)
    def ledger_ends(self, evidence, settle):
        actor, pk = self.staff["center"], self.case.pk
        if settle:
            self.attempt("settle", requests.settle, pk, actor=actor, evidence=evidence, outcome="solved")
        else:
            self.attempt("resume", requests.resume, pk, actor=actor, evidence=evidence)

    @when(*WITH_UNIT)
    @rule(level=st.sampled_from(["notice", "yellow", "red"]))
    def is_supervised(self, level):
        actor = self.staff["supervisor"]
        self.attempt("supervise", supervising.raise_and_issue, self.case.pk, actor=actor, level=level, reason="超期")

    @when(*WITH_UNIT)
    @rule(number=pick)
    def supervision_goes_on(self, number):
        running = Supervision.objects.filter(petition=self.case).first()
        if running is None:
            return
        head, supervisor = self.heads[running.department_id], self.staff["supervisor"]
        steps = [
            (Supervision.report, head, {"feedback": "已整改"}),
            (Supervision.ask_to_return, head, {"reason": "不属我单位"}),
            (Supervision.keep, supervisor, {"reason": "仍须整改"}),
            (Supervision.reject, supervisor, {"reason": "整改不到位"}),
            (Supervision.accept, supervisor, {}),
            (Supervision.close, supervisor, {"at": self.now}),
        ]
        step, actor, details = steps[number % len(steps)]
        self.attempt(f"supervision {step.__name__}", supervising.step, running.pk, step, actor=actor, **details)
