import secrets

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from petitions.insight.windows import Window


def _where(version: "ReportVersion", filename: str) -> str:
    """A random name: no address of a file can be guessed."""
    name = secrets.token_hex(16)
    return f"reports/{name[:2]}/{name}"


class Report(models.Model):
    """日报或期间通报: one per slot of time, whether the clock or a person asked for it.

    专报 (`special`) is about one matter in that slot: a leaf of the categories or a hot issue.
    """

    class Kind(models.TextChoices):
        DAY = "day", _("日报")
        ASSESSMENT = "assessment", _("考核期")
        MONTH = "month", _("自然月")
        WEEK = "week", _("自然周")
        CUSTOM = "custom", _("自定时段")
        SPECIAL = "special", _("专报")

    kind = models.CharField("类型", max_length=12, choices=Kind.choices)
    name = models.CharField("名称", max_length=60)
    day = models.DateField("所含日期")
    first_half = models.IntegerField()
    end_half = models.IntegerField()
    category = models.ForeignKey("routing.Category", models.PROTECT, null=True, related_name="+", verbose_name="事项")
    issue = models.ForeignKey("insight.HotIssue", models.PROTECT, null=True, related_name="+", verbose_name="热点")

    class Meta:
        verbose_name = verbose_name_plural = "通报"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "first_half", "end_half", "category", "issue"],
                nulls_distinct=False,
                name="report_once_per_slot",
            ),
            models.CheckConstraint(
                condition=(Q(kind="special") & (Q(category__isnull=False) ^ Q(issue__isnull=False)))
                | (~Q(kind="special") & Q(category__isnull=True, issue__isnull=True)),
                name="report_special_has_one_matter",
            ),
            models.CheckConstraint(condition=Q(first_half__lt=F("end_half")), name="report_has_length"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def window(self) -> Window:
        return Window(self.first_half, self.end_half)


class ReportVersion(models.Model):
    """One state of a report: figures and sentences. Nothing is overwritten; an edit is a further version.

    `content` (reports/content.py) is empty until the job has read the figures; an edit takes over those it began with.
    """

    class Origin(models.TextChoices):
        SCHEDULED = "scheduled", _("定时生成")
        ASKED = "asked", _("手动生成")
        EDITED = "edited", _("修改文字")

    report = models.ForeignKey(Report, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("版次")
    origin = models.CharField("来由", max_length=10, choices=Origin.choices)
    by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+", verbose_name="制作人")
    at = models.DateTimeField("制作时间")
    job = models.ForeignKey("petitions.Job", models.PROTECT, related_name="+")
    content = models.JSONField(default=dict, blank=True)
    texts = models.JSONField("文字", default=dict, blank=True)
    docx = models.FileField(upload_to=_where, max_length=120, blank=True)
    xlsx = models.FileField(upload_to=_where, max_length=120, blank=True)
    pdf = models.FileField(upload_to=_where, max_length=120, blank=True)
    missing = models.CharField("缺哪个文件、为什么", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通报版次"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="report_version_once"),
            models.UniqueConstraint(fields=["report"], condition=Q(origin="scheduled"), name="report_scheduled_once"),
            models.CheckConstraint(condition=~Q(origin="edited") | ~Q(content={}), name="edit_has_figures"),
        ]

    def __str__(self) -> str:
        return f"{self.report} 第 {self.number} 版"


class ReportApproval(models.Model):
    """审定: who answers for a version that goes out, and to whom. Without it, a version is a draft. Appended only."""

    version = models.OneToOneField(ReportVersion, models.PROTECT, related_name="approval")
    by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+", verbose_name="审定人")
    at = models.DateTimeField("审定时间")
    sent_to = models.CharField("报送对象", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "通报审定"
        constraints = [models.CheckConstraint(condition=~Q(sent_to=""), name="report_approval_says_to_whom")]
