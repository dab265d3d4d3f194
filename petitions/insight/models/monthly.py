from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class MonthlyCandidate(models.Model):
    """A matter that could be taken up in a month, with the terms of its score as they were when it was ranked.

    `terms` (monthly/ranking.py): the parts of the score in the order shown; they add up to it.
    """

    month = models.DateField("月份（当月第一天）")
    category = models.ForeignKey("routing.Category", models.PROTECT, related_name="+", verbose_name="事项")
    place = models.PositiveSmallIntegerField("名次")
    score = models.DecimalField("得分", max_digits=5, decimal_places=1)
    terms = models.JSONField()
    made_at = models.DateTimeField("统计时间")

    class Meta:
        verbose_name = verbose_name_plural = "每月一题候选"
        ordering = ["-month", "place"]
        constraints = [
            models.UniqueConstraint(fields=["month", "category"], name="candidate_once"),
            models.UniqueConstraint(fields=["month", "place"], name="candidate_place_once"),
        ]


class MonthlyIssue(models.Model):
    """每月一题: a theme that the city takes up, from the choice to the exit.

    Its cases are those of `categories`; where `areas` names places, the measures are taken there alone and the streets
    elsewhere are the control. `terms`: what the chosen candidate scored. `starts_on`: when the measures begin.
    """

    class State(models.TextChoices):
        CHOSEN = "chosen", "已选定"
        PLANNED = "planned", "已有方案"
        RUNNING = "running", "推进中"
        EXITED = "exited", "已退出"

    theme = models.CharField("主题", max_length=60)
    month = models.DateField("月份（当月第一天）")
    questions = ArrayField(models.CharField(max_length=120), verbose_name="具体问题")
    categories = models.ManyToManyField("routing.Category", related_name="+", verbose_name="事项")
    areas = models.ManyToManyField("routing.Area", related_name="+", verbose_name="实施范围")
    topic = models.ForeignKey("insight.Topic", models.PROTECT, null=True, related_name="+", verbose_name="月度主题")
    lead = models.ForeignKey("routing.Department", models.PROTECT, related_name="+", verbose_name="主责单位")
    assisting = models.ManyToManyField("routing.Department", related_name="+", verbose_name="配合单位")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.CHOSEN)
    terms = models.JSONField(default=list)
    plan = models.TextField("方案", blank=True)
    starts_on = models.DateField("措施开始日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "每月一题"
        ordering = ["-month", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(questions=[]), name="monthly_names_its_problems"),
            models.CheckConstraint(
                condition=Q(state="chosen") | (~Q(plan="") & Q(starts_on__isnull=False)),
                name="monthly_planned_has_plan",
            ),
        ]

    def __str__(self) -> str:
        return self.theme


class MonthlyItem(models.Model):
    """A line of one of the three lists (任务清单、责任清单、政策清单). Done means: a day and the evidence."""

    class Kind(models.TextChoices):
        TASK = "task", "任务清单"
        RESPONSIBILITY = "responsibility", "责任清单"
        POLICY = "policy", "政策清单"

    issue = models.ForeignKey(MonthlyIssue, models.PROTECT, related_name="items")
    kind = models.CharField("清单", max_length=14, choices=Kind.choices)
    text = models.CharField("内容", max_length=300)
    unit = models.ForeignKey("routing.Department", models.PROTECT, related_name="+", verbose_name="责任单位")
    due_on = models.DateField("完成期限")
    done_on = models.DateField("完成日期", null=True)
    evidence = models.TextField("完成依据", blank=True)
    done_by = models.ForeignKey("routing.Staff", models.PROTECT, null=True, related_name="+", verbose_name="填报人")

    class Meta:
        verbose_name = verbose_name_plural = "每月一题清单"
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="monthly_item_says_what"),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True, evidence="", done_by__isnull=True)
                | (Q(done_on__isnull=False, done_by__isnull=False) & ~Q(evidence="")),
                name="monthly_item_done_with_evidence",
            ),
        ]
        indexes = [models.Index(fields=["unit", "due_on"], name="monthly_item_of_a_unit")]


class MonthlyProgress(models.Model):
    """What was done in a month, with the figures of that month as they stood. Appended, never changed."""

    issue = models.ForeignKey(MonthlyIssue, models.PROTECT, related_name="progress")
    month = models.DateField("月份（当月第一天）")
    text = models.TextField("进展")
    figures = models.JSONField()
    by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+", verbose_name="填写人")
    at = models.DateTimeField("填写时间")

    class Meta:
        verbose_name = verbose_name_plural = "每月一题进展"
        ordering = ["-month", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="monthly_progress_says_what")]


class MonthlyMeasure(models.Model):
    """What effects.compare() found, with the series it looked at. Appended, never changed: the last one stands.

    `content`: monthly/measuring.py, as_json().
    """

    issue = models.ForeignKey(MonthlyIssue, models.PROTECT, related_name="measures")
    content = models.JSONField()
    by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+", verbose_name="测算人")
    at = models.DateTimeField("测算时间")

    class Meta:
        verbose_name = verbose_name_plural = "每月一题成效"
        ordering = ["-id"]


class MonthlyDecision(models.Model):
    """A step that somebody decided on, and why. Appended, never changed."""

    class What(models.TextChoices):
        CHOSEN = "chosen", "选定"
        PLANNED = "planned", "定方案"
        STARTED = "started", "开始推进"
        CONTINUED = "continued", "继续推进"
        EXITED = "exited", "退出"

    issue = models.ForeignKey(MonthlyIssue, models.PROTECT, related_name="decisions")
    what = models.CharField("决定", max_length=10, choices=What.choices)
    reason = models.TextField("理由")
    measure = models.ForeignKey(MonthlyMeasure, models.PROTECT, null=True, related_name="+", verbose_name="依据的测算")
    by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+", verbose_name="决定人")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "每月一题决定"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="monthly_decision_has_reason"),
            models.CheckConstraint(
                condition=~Q(what__in=["continued", "exited"]) | Q(measure__isnull=False),
                name="monthly_end_rests_on_a_measure",
            ),
        ]
