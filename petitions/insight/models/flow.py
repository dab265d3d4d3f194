from django.db import models
from django.db.models import Q


class Result(models.TextChoices):
    """How far a case that came in has got: the right-hand side of 渠道 → 类别 → 结果."""

    OPEN = "open", "在办"
    SENT_BACK = "sent_back", "退回待重派"
    ANSWERED = "answered", "当场答复"
    CONTENT = "content", "办结满意"
    DISCONTENT = "discontent", "办结不满意"
    UNRATED = "unrated", "办结未评"
    ELSEWHERE = "elsewhere", "并案、转告或撤回"


class HourCount(models.Model):
    """How many cases came in, ended or broke their limit in one hour, by place, matter, channel, unit and result.

    Kept by differences (counters.py), equal to counting CountedCase. `area` is the street, or what is known above it;
    `category` the leaf; `department` the main unit of today; `result` where the case stands now. Every case that was
    submitted counts, merged and referred ones too; drafts, invalid ones and probes (体验件) do not. A row that has come
    down to nothing is deleted.
    """

    hour = models.DateTimeField("小时")
    area = models.ForeignKey("routing.Area", models.PROTECT, null=True, related_name="+", db_index=False)
    category = models.ForeignKey("routing.Category", models.PROTECT, null=True, related_name="+", db_index=False)
    channel = models.CharField(max_length=16)
    department = models.ForeignKey("routing.Department", models.PROTECT, null=True, related_name="+", db_index=False)
    result = models.CharField(max_length=12, choices=Result.choices)
    received = models.IntegerField("受理", default=0)
    closed = models.IntegerField("办结", default=0)
    overdue = models.IntegerField("超期", default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hour", "area", "category", "channel", "department", "result"],
                nulls_distinct=False,
                name="hour_count_once",
            )
        ]
        indexes = [
            # What is still open is few rows of many: 在办 is their sum.
            models.Index(fields=["result", "area"], condition=Q(result__in=["open", "sent_back"]), name="hour_open"),
            models.Index(fields=["department", "hour"], name="hour_of_a_unit"),
        ]


class CountedCase(models.Model):
    """How one case was counted last: what is taken away again when it changes."""

    petition = models.OneToOneField("petitions.Petition", models.CASCADE, primary_key=True, related_name="+")
    area = models.ForeignKey("routing.Area", models.PROTECT, null=True, related_name="+", db_index=False)
    category = models.ForeignKey("routing.Category", models.PROTECT, null=True, related_name="+", db_index=False)
    channel = models.CharField(max_length=16)
    department = models.ForeignKey("routing.Department", models.PROTECT, null=True, related_name="+", db_index=False)
    result = models.CharField(max_length=12, choices=Result.choices)
    received = models.DateTimeField("受理的小时")
    closed = models.DateTimeField("办结的小时", null=True)
    overdue = models.DateTimeField("超期的小时", null=True)

    class Meta:
        indexes = [
            models.Index(fields=["received", "petition"], name="counted_by_hour"),
            models.Index(fields=["department", "received"], name="counted_of_a_unit"),
        ]
