from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from petitions import errors, rules
from petitions.states import SupervisionState

S = SupervisionState


class Supervision(FSMModelMixin, models.Model):
    """督办 (A9): a side process beside the assignment, with its own states and receipt; the case goes on."""

    class Level(models.TextChoices):
        NOTICE = "notice", _("普通督办")
        YELLOW = "yellow", _("黄牌督办")
        RED = "red", _("红牌督办")

    petition = models.ForeignKey("petitions.Petition", models.PROTECT, related_name="supervisions")
    assignment = models.ForeignKey("petitions.Assignment", models.PROTECT, null=True, related_name="supervisions")
    department = models.ForeignKey("routing.Department", models.PROTECT, related_name="+")
    state = FSMField("状态", default=S.RAISED, choices=S.choices, protected=True)
    level = models.CharField("级别", max_length=8, choices=Level.choices, default=Level.NOTICE)
    reason = models.CharField("督办事由", max_length=500)
    raised_by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+")
    raised_at = models.DateTimeField("提交时间")
    due_at = models.DateTimeField("反馈时限", null=True, blank=True)
    receipt_by = models.DateTimeField("签收时限", null=True, blank=True)
    acknowledged_at = models.DateTimeField("签收时间", null=True, blank=True)
    feedback = models.TextField("整改反馈", blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "督办"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="supervision_desk"),
            models.Index(
                fields=["receipt_by"],
                condition=models.Q(state=S.ISSUED, acknowledged_at=None),
                name="supervision_unread",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["petition", "department", "level"],
                condition=~models.Q(state=S.CLOSED),
                name="supervision_open_once_per_level",
            ),
            models.CheckConstraint(condition=models.Q(state__in=S.values), name="supervision_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.department}"

    @transition(state, source=S.RAISED, target=S.ISSUED, permission=rules.may_issue_supervision)
    def issue(self, *, answer_by):
        """下发."""
        self.due_at = answer_by

    @transition(state, source=S.ISSUED, target=S.RETURN_REQUESTED, permission=rules.may_answer_supervision)
    def ask_to_return(self, *, reason: str):
        """申请退回: the unit says why the supervision is not its business."""
        if not reason.strip():
            raise errors.NoReason

    @transition(state, source=S.RETURN_REQUESTED, target=S.ISSUED, permission=rules.may_supervise)
    def keep(self, *, reason: str):
        """不准退回."""
        if not reason.strip():
            raise errors.NoReason

    @transition(state, source=S.ISSUED, target=S.UNDER_REVIEW, permission=rules.may_answer_supervision)
    def report(self, *, feedback: str):
        """反馈."""
        if not feedback.strip():
            raise errors.NoReason("请写明整改情况。")
        self.feedback = feedback

    @transition(state, source=S.UNDER_REVIEW, target=S.ISSUED, permission=rules.may_supervise)
    def reject(self, *, reason: str):
        """审核不通过."""
        if not reason.strip():
            raise errors.NoReason

    @transition(state, source=S.UNDER_REVIEW, target=S.DONE, permission=rules.may_supervise)
    def accept(self):
        """办理完成."""

    @transition(state, source=[S.RAISED, S.RETURN_REQUESTED, S.DONE], target=S.CLOSED, permission=rules.may_supervise)
    def close(self, *, at):
        """督办办结 (from 申请退回: the return is granted; from 已提交: cancelled before it was issued)."""
        self.closed_at, self.due_at = at, None
