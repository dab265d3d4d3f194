from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from petitions.insight.windows import Window


class Period(models.Model):
    """A stretch of time whose figures are published: 考核期, month, week or any other."""

    class Kind(models.TextChoices):
        ASSESSMENT = "assessment", _("考核期")
        MONTH = "month", _("自然月")
        WEEK = "week", _("自然周")
        CUSTOM = "custom", _("自定义")

    kind = models.CharField("类型", max_length=12, choices=Kind.choices)
    name = models.CharField("名称", max_length=60)
    first_half = models.IntegerField()
    end_half = models.IntegerField()

    class Meta:
        verbose_name = verbose_name_plural = "考核期"
        ordering = ["-first_half", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "first_half", "end_half"], name="period_once"),
            models.CheckConstraint(condition=Q(first_half__lt=F("end_half")), name="period_has_length"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def window(self) -> Window:
        return Window(self.first_half, self.end_half)


class Publication(models.Model):
    """The figures of a period, sealed. Number 0 is the first; a correction is appended, nothing is ever overwritten.

    `cutoff_event`: figures are those of all events up to this one, so anybody can recompute them later.
    """

    period = models.ForeignKey(Period, models.PROTECT, related_name="publications")
    number = models.PositiveSmallIntegerField("第几次更正", default=0)
    formula = models.ForeignKey("insight.Formula", models.PROTECT, related_name="+")
    cutoff_event = models.BigIntegerField()
    by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+", verbose_name="发布人")
    at = models.DateTimeField("发布时间")
    reason = models.CharField("说明", max_length=300, blank=True)
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "发布"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["period", "number"], name="publication_number_once"),
            models.CheckConstraint(condition=Q(number=0) | ~Q(reason=""), name="correction_has_reason"),
        ]


class Score(models.Model):
    """One line of a published scorecard: one unit in one calibre. `department` null: the whole group."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="scores")
    group = models.CharField(max_length=20)
    department = models.ForeignKey("routing.Department", models.PROTECT, null=True, related_name="+")
    calibre = models.CharField(max_length=1)
    counts = models.JSONField()
    composite = models.FloatField("综合成绩", null=True)
    rank = models.PositiveIntegerField("名次", null=True)
    grade = models.CharField("等次", max_length=20, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "成绩"
        ordering = ["publication", "group", "calibre", F("rank").asc(nulls_last=True), "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "group", "department", "calibre"], nulls_distinct=False, name="score_line_once"
            )
        ]
