from django.db import models
from django.utils.translation import gettext_lazy as _

from petitions.models.event import Event


class Escalation(models.Model):
    """One limit that was reached, noticed once: what the sweep did for it stands in the events of the case.

    `due_at` is what the clock said, `noticed_at` when somebody looked; after a downtime they differ. The unique
    constraint is what makes an effect happen once, whatever number of sweepers there are.
    """

    class Kind(models.TextChoices):
        """In the order in which they are done when several have come at the same moment."""

        SIGN = "sign_late", _("未按时签收")
        NOTICE = "notice_late", _("逾期未电话通知")
        CONTACT = "contact_late", _("未按时首次联系")
        DUE_SOON = "due_soon", _("临近时限")
        OVERDUE = "overdue", _("超过时限")
        YELLOW = "yellow", _("超时转黄牌督办")
        RED = "red", _("超时转红牌督办")
        RULING = "ruling_late", _("申请逾期未裁定")
        UNREAD = "supervision_unread", _("督办逾期未签收")
        UNANSWERED = "supervision_late", _("督办逾期未反馈")
        LEDGER = "ledger", _("挂账到期提醒")
        STAGE = "stage_late", _("环节超时")
        INFO = "info_expired", _("补充逾期")
        EXPIRED = "case_expired", _("到期转回访")
        UNRATED = "unrated", _("未抽中回访且无人评价")

    petition = models.ForeignKey("petitions.Petition", models.PROTECT, related_name="escalations")
    subject = models.CharField(max_length=12, choices=Event.Subject.choices)
    subject_id = models.BigIntegerField()
    department = models.ForeignKey("routing.Department", models.PROTECT, null=True, related_name="+")
    kind = models.CharField("事由", max_length=20, choices=Kind.choices)
    limit_at = models.DateTimeField("时限")
    # One limit may be announced in several steps: so many days before the ledger ends.
    step = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField("应提醒时间")
    noticed_at = models.DateTimeField("发现时间")

    class Meta:
        verbose_name = verbose_name_plural = "时限提醒"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "subject_id", "kind", "limit_at", "step"], name="escalation_once_per_limit"
            ),
            models.CheckConstraint(
                condition=models.Q(noticed_at__gte=models.F("due_at")), name="escalation_not_before_its_time"
            ),
        ]
        indexes = [models.Index(fields=["petition"], name="escalation_petition")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.limit_at:%m-%d %H:%M}"
