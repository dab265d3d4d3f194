from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ProactiveTask(models.Model):
    """未诉先办: what a unit does about an alert before more people have to complain.

    `effect` is what effects.compare() found of the weeks before and after the report, empty until it was measured.
    """

    class Kind(models.TextChoices):
        INSPECT = "inspect", _("排查")
        PUBLISH = "publish", _("告知公众")
        REPAIR = "repair", _("整改修复")

    alert = models.ForeignKey("insight.Alert", models.PROTECT, related_name="tasks")
    unit = models.ForeignKey("routing.Department", models.PROTECT, related_name="+", verbose_name="责任单位")
    kind = models.CharField("任务", max_length=8, choices=Kind.choices)
    order = models.TextField("要求")
    due_on = models.DateField("期限")
    made_by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+", verbose_name="下达人")
    made_at = models.DateTimeField("下达时间")
    report = models.TextField("反馈", blank=True)
    reported_by = models.ForeignKey("routing.Staff", models.PROTECT, null=True, related_name="+", verbose_name="反馈人")
    reported_at = models.DateTimeField("反馈时间", null=True)
    effect = models.JSONField("效果", default=dict, blank=True)
    measured_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "未诉先办任务"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(report="", reported_at__isnull=True, reported_by__isnull=True)
                | (~Q(report="") & Q(reported_at__isnull=False, reported_by__isnull=False)),
                name="task_report_has_author",
            ),
            models.CheckConstraint(
                condition=Q(measured_at__isnull=True) | Q(reported_at__isnull=False), name="task_measured_after_report"
            ),
            models.CheckConstraint(condition=~Q(order=""), name="task_says_what_to_do"),
        ]
        indexes = [models.Index(fields=["unit", "-id"], name="task_of_a_unit")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.unit}"
