"""What can happen to a case: every transition of domain.md §8.1 (C1–C23), on one page.

A transition refuses with a named error or sets fields of its own row, in memory. It does not save, query, send, log or
read the clock; `petitions.services` locks, checks, moves, saves and records (see services/door.py). `due_at` is the
running clock and is set exactly in the states of OWING; `promised_at` is the limit told to the citizen and stays.
"""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django_fsm import FSMField, FSMModelMixin, transition

from petitions import errors, rules
from petitions.states import OPEN, CaseState, Outcome, Referral
from routing.models import Assessment, Tier

S = CaseState
CALLED_BACK = {Outcome.SOLVED, Outcome.PARTLY, Outcome.UNSOLVED, Outcome.UNREACHED, Outcome.NOT_CALLED}
MISSING_LIMIT = 40  # characters of one missing element on the case; the event keeps the whole sentence


class CaseLifecycle(FSMModelMixin, models.Model):
    state = FSMField("状态", default=S.DRAFT, choices=S.choices, protected=True)
    due_at = models.DateTimeField("当前时限", null=True, blank=True)
    promised_at = models.DateTimeField("办理时限", null=True, blank=True)
    outcome = models.CharField("结果", max_length=16, choices=Outcome.choices, blank=True)
    tier = models.CharField("时限档位", max_length=1, choices=Tier.choices, blank=True)
    assessment = models.CharField("考核类型", max_length=16, choices=Assessment.choices, default=Assessment.THREE_RATES)
    missing = ArrayField(
        models.CharField(max_length=MISSING_LIMIT), verbose_name="待补充要素", default=list, blank=True
    )
    referral = models.CharField("告知渠道", max_length=16, choices=Referral.choices, blank=True)
    lead = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_cases", verbose_name="并入工单"
    )
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    dispatched_at = models.DateTimeField("派单时间", null=True, blank=True)
    replied_at = models.DateTimeField("答复时间", null=True, blank=True)
    closed_at = models.DateTimeField("结案时间", null=True, blank=True)
    settle_by = models.DateField("销账日期", null=True, blank=True)
    is_binding = models.BooleanField("会商裁定，不得再退", default=False)
    is_overdue = models.BooleanField("超时", default=False)
    rehandled = models.PositiveSmallIntegerField("重办次数", default=0)
    reopened = models.PositiveSmallIntegerField("重开次数", default=0)
    first_result = models.JSONField("首次办理结果", default=dict, blank=True)

    class Meta:
        abstract = True

    # ── intake ──
    @transition(state, source=S.DRAFT, target=S.ANSWERED, permission=rules.may_answer_directly)
    def answer_directly(self, *, answer: str, basis: str, at: datetime):
        """C1 直接答复: a knowledge item is cited, or free text with the reason for it."""
        if not answer.strip():
            raise errors.NoAnswer
        if not basis.strip():
            raise errors.NoReason
        self._end(Outcome.ANSWERED, at)

    @transition(state, source=S.DRAFT, target=S.PENDING_REVIEW, permission=rules.may_submit)
    def submit(self, *, at: datetime, review_by: datetime):
        """C2 提交: everything is taken in; what is missing is asked for later, not refused."""
        self._needs_matter_and_contact()
        self.submitted_at, self.due_at = at, review_by

    @transition(state, source=[S.DRAFT, S.PENDING_REVIEW], target=S.AWAITING_INFO, permission=rules.may_ask_for_info)
    def ask_for_info(self, *, missing: list[str], until: datetime):
        """C3 待补充: the missing elements are named; the handling clock has not started."""
        if not [m for m in missing if m.strip()]:
            raise errors.MissingNotNamed
        self._needs_matter_and_contact()
        self.missing, self.due_at = [m.strip()[:MISSING_LIMIT] for m in missing if m.strip()], until

    @transition(state, source=S.AWAITING_INFO, target=S.PENDING_REVIEW, permission=rules.may_complete_info)
    def complete_info(self, *, at: datetime, review_by: datetime):
        """C4 补充."""
        self.missing, self.due_at = [], review_by
        self.submitted_at = self.submitted_at or at

    @transition(state, source=S.AWAITING_INFO, target=S.PENDING_REVIEW, permission=rules.may_expire)
    def expire_info(self, *, at: datetime, review_by: datetime):
        """C4e 补充超期: nobody answered in time. A person decides with what is there; `missing` stays on the case."""
        self.due_at = review_by
        self.submitted_at = self.submitted_at or at

    @transition(
        state, source=[S.DRAFT, S.PENDING_REVIEW, S.PENDING_DISPATCH], target=S.MERGED, permission=rules.may_merge
    )
    def merge_into(self, *, lead: "CaseLifecycle", at: datetime):
        """C5 并案/催办: this contact becomes an urging of the lead case, which must still be open."""
        if lead.pk == self.pk:
            raise errors.CannotMergeIntoItself
        if lead.state not in OPEN or lead.state == S.DRAFT:
            raise errors.LeadNotOpen
        self.lead = lead
        self._end(Outcome.MERGED, at)

    @transition(state, source=S.MERGED, target=S.PENDING_REVIEW, permission=rules.may_split)
    def split(self, *, reason: str, at: datetime, within: timedelta, review_by: datetime):
        """C5s 拆分: it was another matter after all; within the window the case goes its own way again."""
        if not reason.strip():
            raise errors.NoReason
        if self.closed_at is None or at - self.closed_at > within:
            raise errors.SplitTooLate
        self.lead, self.outcome, self.closed_at = None, "", None
        self.submitted_at, self.due_at = self.submitted_at or at, review_by

    @transition(state, source=[S.DRAFT, S.PENDING_REVIEW], target=S.REFERRED, permission=rules.may_refer)
    def refer_elsewhere(self, *, referral: Referral, at: datetime):
        """C6 告知渠道 / 转 110."""
        if referral not in Referral.values:
            raise errors.NoReason("请选择告知的渠道。")
        self.referral = referral
        self._end(Outcome.REFERRED, at)

    @transition(state, source=[S.DRAFT, S.PENDING_REVIEW], target=S.INVALID, permission=rules.may_mark_invalid)
    def mark_invalid(self, *, registered_by_id: int | None, confirmed_by_id: int, reason: str, at: datetime):
        """C7 无效/骚扰: confirmed by a second person."""
        if registered_by_id == confirmed_by_id:
            raise errors.SecondPersonNeeded
        if not reason.strip():
            raise errors.NoReason
        self._end(Outcome.INVALID, at)

    # ── review and dispatch ──
    @transition(state, source=S.PENDING_REVIEW, target=S.PENDING_DISPATCH, permission=rules.may_pass_review)
    def pass_review(self, *, dispatch_by: datetime):
        """C8 审核通过."""
        if self.category_id is None:
            raise errors.NoCategory
        self.due_at = dispatch_by

    @transition(state, source=S.PENDING_DISPATCH, target=S.IN_PROGRESS, permission=rules.may_dispatch)
    def dispatch(self, *, tier: str, assessment: str, at: datetime, due_at: datetime):
        """C9 派单: tier, assessment type and the limit told to the citizen. The case clock never pauses afterwards."""
        self.tier, self.assessment = tier, assessment
        self.dispatched_at = self.dispatched_at or at
        self.promised_at = self.promised_at or due_at
        self.due_at = self.promised_at

    @transition(state, source=S.IN_PROGRESS, target=S.PENDING_DISPATCH, permission=rules.may_take_back)
    def take_back(self, *, dispatch_by: datetime):
        """C9r 退回派单: a granted return or a recall; `promised_at` stands, the citizen's clock runs on."""
        self.due_at = dispatch_by

    @transition(state, source=S.IN_PROGRESS, target=S.PENDING_DISPATCH, permission=rules.may_take_back)
    def undo_dispatch(
        self, *, due_at: datetime, promised_at: datetime | None, dispatched_at: datetime | None, tier: str
    ):
        """C9u 撤销派单: within seconds and before anybody was told; the case is as it was before (services/undo.py)."""
        self.due_at, self.promised_at, self.dispatched_at, self.tier = due_at, promised_at, dispatched_at, tier

    @transition(state, source=S.IN_PROGRESS, target=S.IN_CONFERENCE, permission=rules.may_confer)
    def confer(self, *, contested: bool, rule_by: datetime):
        """C10 申请会商: two or more units contest it; a second return brings it here by itself."""
        if not contested:
            raise errors.NeedsDispute
        self.due_at = rule_by

    @transition(state, source=S.IN_CONFERENCE, target=S.IN_PROGRESS, permission=rules.may_rule)
    def rule(self, *, ruling: str):
        """C11 裁定: binding, the unit cannot return the case again."""
        if not ruling.strip():
            raise errors.NoReason
        self.is_binding, self.due_at = True, self.promised_at

    # ── reply ──
    @transition(state, source=S.IN_PROGRESS, target=S.REPLY_REVIEW, permission=rules.may_submit_reply)
    def submit_reply(self, *, open_assists: int, public_answer: str, at: datetime, review_by: datetime):
        """C12 主办提交答复: all assisting units answered or were waived; the answer for the citizen is there."""
        if open_assists:
            raise errors.AssistsOpen
        if not public_answer.strip():
            raise errors.NoPublicAnswer
        self.replied_at, self.due_at = at, review_by

    @transition(state, source=S.REPLY_REVIEW, target=S.IN_PROGRESS, permission=rules.may_review_reply)
    def reject_reply(self, *, reason: str):
        """C13 驳回."""
        if not reason.strip():
            raise errors.NoReason
        self.due_at = self.promised_at

    @transition(state, source=S.REPLY_REVIEW, target=S.PENDING_CALLBACK, permission=rules.may_review_reply)
    def accept_reply(self, *, call_by: datetime, lacks_evidence: bool = False):
        """C14 通过: where the category asks for evidence of the handling, it is there."""
        if lacks_evidence:
            raise errors.ReplyWithoutEvidence
        self.due_at = call_by

    @transition(state, source=S.IN_PROGRESS, target=S.PENDING_CALLBACK, permission=rules.may_expire)
    def expire(self, *, call_by: datetime):
        """C15 到期自动转回访: the citizen is asked at expiry even without a reply; the case is marked overdue."""
        self.is_overdue, self.due_at = True, call_by

    # ── call-back ──
    @transition(state, source=S.PENDING_CALLBACK, target=S.CLOSED, permission=rules.may_close)
    def close(self, *, outcome: Outcome, at: datetime):
        """C16 回访完成: a valid call-back or rating, all attempts made, or nobody was to call and nobody rated."""
        if outcome not in CALLED_BACK:
            raise errors.NoOutcome
        self._end(outcome, at)

    @transition(state, source=S.PENDING_CALLBACK, target=S.REHANDLING, permission=rules.may_order_rehandling)
    def order_rehandling(self, *, result: dict, by_supervisor: bool, most: int, dispatch_by: datetime):
        """C17 重新办理: the first is automatic, the second needs a supervisor, `most` at the most."""
        if self.rehandled >= most:
            raise errors.RehandledTooOften
        if self.rehandled >= 1 and not by_supervisor:
            raise errors.SupervisorNeeded
        self.first_result = self.first_result or result
        self.rehandled, self.due_at = self.rehandled + 1, dispatch_by

    @transition(state, source=S.REHANDLING, target=S.IN_PROGRESS, permission=rules.may_redispatch)
    def redispatch(self, *, due_at: datetime):
        """C18 重派: the first result is kept, a new limit starts."""
        self.promised_at = self.due_at = due_at

    # ── long-term ledger ──
    @transition(
        state, source=[S.IN_PROGRESS, S.PENDING_CALLBACK], target=S.LONG_TERM, permission=rules.may_put_on_ledger
    )
    def put_on_ledger(self, *, kind: str, plan: str, citizen_told: bool, settle_at: datetime):
        """C19 挂账批准: type, plan, 销账日期, and the citizen was told."""
        if not (kind.strip() and plan.strip() and citizen_told):
            raise errors.LedgerIncomplete
        self.settle_by, self.due_at = settle_at.date(), settle_at

    @transition(state, source=S.LONG_TERM, target=S.IN_PROGRESS, permission=rules.may_settle_ledger)
    def resume(self, *, evidence: str, due_at: datetime):
        """C20 条件具备: handling goes on with a new limit."""
        if not evidence.strip():
            raise errors.NoEvidence
        self.promised_at = self.due_at = due_at

    @transition(state, source=S.LONG_TERM, target=S.CLOSED, permission=rules.may_settle_ledger)
    def settle(self, *, outcome: Outcome, evidence: str, at: datetime):
        """C20 销账."""
        if not evidence.strip():
            raise errors.NoEvidence
        if outcome not in {Outcome.SOLVED, Outcome.PARTLY, Outcome.UNSOLVED}:
            raise errors.NoOutcome
        self._end(outcome, at)

    # ── anywhere ──
    @transition(state, source=list(OPEN), target=S.WITHDRAWN, permission=rules.may_withdraw)
    def withdraw(self, *, verified_by: str, at: datetime):
        """C21 撤单: only the citizen, verified by a call to the number left; units cannot withdraw."""
        if not verified_by.strip():
            raise errors.NotVerified
        self._end(Outcome.WITHDRAWN, at)

    @transition(state, source=S.CLOSED, target=S.IN_PROGRESS, permission=rules.may_reopen)
    def reopen(self, *, reason: str, at: datetime, within: timedelta, due_at: datetime):
        """C22 重开: new evidence or a false closure, within the window."""
        if not reason.strip():
            raise errors.NoReason
        if self.closed_at is None or at - self.closed_at > within:
            raise errors.ReopenTooLate
        self.first_result = self.first_result or {"outcome": self.outcome, "closed_at": self.closed_at.isoformat()}
        self.reopened, self.outcome, self.closed_at = self.reopened + 1, "", None
        self.promised_at = self.due_at = due_at

    @transition(state, source=S.CLOSED, target=S.ARCHIVED, permission=rules.may_archive)
    def archive(self, *, published_long_enough: bool):
        """C23 归档: the assessment period was published and its days have passed."""
        if not published_long_enough:
            raise errors.NotPublished

    # ── shared ──
    def _end(self, outcome: Outcome, at: datetime) -> None:
        self.outcome, self.closed_at, self.due_at = outcome, at, None

    def _needs_matter_and_contact(self) -> None:
        if not (self.text or "").strip():
            raise errors.NoText
        if self.caller_id is None:
            raise errors.NoContact
