"""What can happen to one unit's part of a case: every transition of domain.md §8.2 (A1–A8, finishing and recall).

A9 (supervision) and A10 (exclusion, appeal) run beside the assignment and have machines of their own: supervision.py,
request.py. `due_at` is the unit's running clock, set exactly while the unit owes an answer; `limit_at` stays.
"""

from datetime import datetime

from django.db import models
from django_fsm import FSMField, FSMModelMixin, transition

from petitions import errors, rules
from petitions.states import ACTIVE, AssignmentState

S = AssignmentState


class AssignmentLifecycle(FSMModelMixin, models.Model):
    state = FSMField("状态", default=S.PENDING_SIGN, choices=S.choices, protected=True)
    due_at = models.DateTimeField("本单位时限", null=True, blank=True)
    limit_at = models.DateTimeField("办理时限")
    sign_by = models.DateTimeField("签收时限")
    contact_by = models.DateTimeField("首次联系时限", null=True, blank=True)
    return_by = models.DateTimeField("退单时限", null=True, blank=True)
    signed_at = models.DateTimeField("签收时间", null=True, blank=True)
    signed_late = models.BooleanField("未按时签收", default=False)
    contacted_at = models.DateTimeField("首次联系时间", null=True, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    may_return = models.BooleanField("可退单", default=True)
    extended = models.PositiveSmallIntegerField("延期次数", default=0)
    whistled = models.PositiveSmallIntegerField("吹哨次数", default=0)
    escalated_to = models.CharField("提级到", max_length=60, blank=True)
    escalated_post = models.CharField("提级人员职务", max_length=60, blank=True)
    arrived_at = models.DateTimeField("报到时间", null=True, blank=True)
    notice_by = models.DateTimeField("电话通知时限", null=True, blank=True)
    notified_at = models.DateTimeField("电话通知时间", null=True, blank=True)
    notified_person = models.CharField("接听人", max_length=60, blank=True)

    class Meta:
        abstract = True

    @transition(state, source=S.PENDING_SIGN, target=S.SIGNED, permission=rules.may_sign)
    def sign(self, *, at: datetime):
        """A1 签收."""
        self.signed_at, self.signed_late = at, at > self.sign_by

    @transition(state, source=S.PENDING_SIGN, target=S.SIGNED, permission=rules.may_expire)
    def auto_sign(self, *, at: datetime):
        """A1 到时自动签收, flagged 未按时签收: the handling clock was running anyway."""
        self.signed_at, self.signed_late = at, True

    @transition(
        state, source=[S.PENDING_SIGN, S.SIGNED], target=S.RETURN_REQUESTED, permission=rules.may_request_return
    )
    def request_return(self, *, reason: str, proposed_unit: str, evidence: str, at: datetime, rule_by: datetime):
        """A2 退单申请: once per unit and case, inside the window, with reason, proposed unit and evidence."""
        if not self.may_return:
            raise errors.ReturnNotAllowed
        if self.return_by and at > self.return_by:
            raise errors.ReturnTooLate
        if not reason.strip():
            raise errors.NoReason
        if not proposed_unit.strip():
            raise errors.NoProposedUnit
        if not evidence.strip():
            raise errors.NoEvidence
        self.may_return, self.due_at = False, rule_by

    @transition(
        state,
        source=[S.RETURN_REQUESTED, S.EXTENSION_REQUESTED],
        target=S.SIGNED,
        permission=rules.may_drop_request,
    )
    def drop_request(self, *, at: datetime):
        """A2c、A4c 撤回申请: the unit takes back what it asked for and goes on; a return may be asked for again."""
        if self.state == S.RETURN_REQUESTED:
            self.may_return = True
        self.signed_at, self.due_at = self.signed_at or at, self.limit_at

    @transition(state, source=S.RETURN_REQUESTED, target=S.EXITED, permission=rules.may_rule_on_return)
    def grant_return(self, *, at: datetime):
        """A3 准予退单: the unit leaves and stays in history; the case goes back to dispatch (C9r)."""
        self._leave(at)

    @transition(state, source=S.RETURN_REQUESTED, target=S.SIGNED, permission=rules.may_rule_on_return)
    def refuse_return(self, *, reason: str, at: datetime):
        """A3 不准退单: returning is disabled from here on."""
        if not reason.strip():
            raise errors.NoReason
        self.signed_at, self.due_at = self.signed_at or at, self.limit_at

    @transition(state, source=S.SIGNED, target=S.EXTENSION_REQUESTED, permission=rules.may_request_extension)
    def request_extension(self, *, reason: str, until: datetime, latest: datetime, at: datetime):
        """A4 延期申请: once, before the limit, not beyond `latest`."""
        if not reason.strip():
            raise errors.NoReason
        if self.extended or at >= self.limit_at or until <= self.limit_at:
            raise errors.ExtensionNotAllowed
        if until > latest:
            raise errors.ExtensionTooLong

    @transition(state, source=S.EXTENSION_REQUESTED, target=S.SIGNED, permission=rules.may_rule_on_extension)
    def grant_extension(self, *, until: datetime):
        """A4 准予延期: the citizen is told by the outbox."""
        self.extended += 1
        self.limit_at = self.due_at = until

    @transition(state, source=S.EXTENSION_REQUESTED, target=S.SIGNED, permission=rules.may_rule_on_extension)
    def refuse_extension(self, *, reason: str):
        """A4 不准延期."""
        if not reason.strip():
            raise errors.NoReason

    @transition(state, source=S.SIGNED, target=S.SUB_DISPATCHED, permission=rules.may_delegate)
    def delegate(self, *, child_limit: datetime):
        """A5 下派: the child's limit is before our own."""
        if child_limit >= self.limit_at:
            raise errors.ChildLimitTooLong

    @transition(state, source=S.SUB_DISPATCHED, target=S.SIGNED, permission=rules.may_delegate)
    def take_up(self):
        """A5 收回下派: the community or grid reported back, the unit goes on."""

    @transition(state, source=S.SIGNED, target=S.WHISTLING, permission=rules.may_whistle)
    def whistle(self, *, reason: str):
        """A6 吹哨: a street calls departments to the spot; both sides are scored."""
        if not reason.strip():
            raise errors.NoReason
        self.whistled += 1

    @transition(state, source=[S.PENDING_SIGN, S.SIGNED], target=S.SIGNED, permission=rules.may_sign)
    def arrive(self, *, at: datetime, handle_by: datetime):
        """A6 报到: the department called is on the spot; from here on it owes what it was called for."""
        if self.part != "whistle" or self.arrived_at:
            raise errors.NotCalled
        self.arrived_at, self.signed_at = at, self.signed_at or at
        self.limit_at = self.due_at = max(handle_by, self.limit_at)

    @transition(state, source=S.WHISTLING, target=S.SIGNED, permission=rules.may_whistle)
    def end_whistle(self, *, result: str):
        """A6 吹哨结果."""
        if not result.strip():
            raise errors.NoReason

    @transition(state, source=S.SIGNED, target=S.SIGNED, permission=rules.may_escalate)
    def escalate(self, *, to: str, post: str, reason: str):
        """A7 提级: person and post, with the reason."""
        if not (to.strip() and post.strip()):
            raise errors.NoPersonAndPost
        if not reason.strip():
            raise errors.NoReason
        self.escalated_to, self.escalated_post = to.strip(), post.strip()

    @transition(state, source=S.SIGNED, target=S.INTERNAL_REVIEW, permission=rules.may_hand_in)
    def hand_in(self, *, contacted: bool, why_not: str, measures: str, public_answer: str):
        """A8 交内部审核: a contact log, or the reason why not contacted; measures; the answer for the citizen."""
        if not (contacted or why_not.strip()):
            raise errors.NotContacted
        if not measures.strip():
            raise errors.NoMeasure
        if not public_answer.strip():
            raise errors.NoPublicAnswer

    @transition(state, source=S.INTERNAL_REVIEW, target=S.ANSWERED, permission=rules.may_approve_reply)
    def approve_reply(self, *, author_id: int, approver_id: int, at: datetime):
        """A8 负责人同意: by somebody else than the author."""
        if author_id == approver_id:
            raise errors.OwnReply
        self.answered_at, self.due_at = at, None

    @transition(state, source=S.INTERNAL_REVIEW, target=S.SIGNED, permission=rules.may_approve_reply)
    def send_back(self, *, reason: str):
        """A8 退回修改."""
        if not reason.strip():
            raise errors.NoReason

    @transition(state, source=S.ANSWERED, target=S.SIGNED, permission=rules.may_review_reply)
    def answer_again(self):
        """A8r 重新答复: the case-level reviewer rejected the reply (C13), the unit owes again."""
        self.answered_at, self.due_at = None, self.limit_at

    @transition(state, source=list(ACTIVE), target=S.FINISHED, permission=rules.may_finish)
    def finish(self, *, at: datetime):
        """完结: the case closed, was handed on to a new round, or the assist was waived."""
        self._leave(at)

    @transition(state, source=list(ACTIVE), target=S.RECALLED, permission=rules.may_recall)
    def recall(self, *, at: datetime):
        """撤回: taken back by the dispatcher, or the case was withdrawn."""
        self._leave(at)

    def _leave(self, at: datetime) -> None:
        self.due_at, self.ended_at, self.may_return = None, at, False
