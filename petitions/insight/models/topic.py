from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Topic(models.Model):
    """A coarse matter that many cases share wherever it happens. It keeps its number from month to month.

    `found_title` and `keywords` are what the texts say; `title` and `note` are what people made of it
    (petitions/insight/topics/edits.py folds their edits). `words` (word → weight) recognises it again next season.
    """

    found_title = models.CharField("自动标题", max_length=60)
    title = models.CharField("标题", max_length=60)
    note = models.TextField("批注", blank=True)
    keywords = ArrayField(models.CharField(max_length=20), verbose_name="关键词", default=list)
    words = models.JSONField(default=dict)
    made_at = models.DateTimeField("首次发现")

    class Meta:
        verbose_name = verbose_name_plural = "月度主题"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title


class TopicMonth(models.Model):
    """A topic in one month, counted over the cases that are in it after people's edits."""

    class State(models.TextChoices):
        BORN = "born", _("新出现")
        GROWING = "growing", _("上升")
        RECURRING = "recurring", _("季节性重现")
        STEADY = "steady", _("平稳")
        FADING = "fading", _("回落")
        SOLVED = "solved", _("已平息")

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="months")
    month = models.DateField("月份（当月第一天）")
    cases = models.PositiveIntegerField("件数")
    citizens = models.PositiveIntegerField("人数")
    repeated = models.PositiveIntegerField("同一人再次反映的件数")
    judged = models.PositiveIntegerField("有评价的件数")
    dissatisfied = models.PositiveIntegerField("不满意的件数")
    areas = models.JSONField("各区域件数", default=dict)  # key of the area (empty: not known) → cases
    state = models.CharField("走势", max_length=10, choices=State.choices, default=State.STEADY)
    representatives = ArrayField(models.BigIntegerField(), verbose_name="代表诉求", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "主题的一个月"
        ordering = ["-month", "-cases", "topic"]
        constraints = [
            models.UniqueConstraint(fields=["topic", "month"], name="topic_month_once"),
            models.CheckConstraint(
                condition=Q(citizens__lte=F("cases"), repeated__lte=F("cases"), dissatisfied__lte=F("judged")),
                name="topic_month_parts_of_the_whole",
            ),
        ]
        indexes = [models.Index(fields=["month", "-cases", "topic"], name="topic_month_by_size")]


class TopicMember(models.Model):
    """A case in its topic: `found` by the texts alone, `topic` after people's edits.

    `nearness`: cosine between the case and the middle of the topic it was found in; the highest are representative.
    """

    petition = models.OneToOneField("petitions.Petition", models.CASCADE, related_name="+")
    found = models.ForeignKey(Topic, models.PROTECT, related_name="+")
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="members")
    month = models.DateField()
    nearness = models.FloatField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(nearness__gte=-1, nearness__lte=1), name="topic_nearness_is_a_cosine")
        ]
        indexes = [
            models.Index(fields=["topic", "month", "-nearness", "petition"], name="topic_member_nearest"),
            models.Index(fields=["topic", "-petition"], name="topic_member_list"),
            models.Index(fields=["month", "petition"], name="topic_member_of_a_month"),
        ]


class TopicEdit(models.Model):
    """What a person made of a topic, and why. Appended, never changed; an undo is one more row."""

    class Kind(models.TextChoices):
        RENAME = "rename", _("改名")
        MERGE = "merge", _("并入")
        SPLIT = "split", _("拆分")
        ANNOTATE = "annotate", _("批注")
        UNDO = "undo", _("撤销")

    kind = models.CharField("操作", max_length=10, choices=Kind.choices)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="edits")
    other = models.ForeignKey(Topic, models.PROTECT, null=True, related_name="+", verbose_name="并入或拆出的主题")
    text = models.TextField("新标题或批注", blank=True)
    words = ArrayField(models.CharField(max_length=20), verbose_name="拆出含有这些词的工单", default=list)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone", verbose_name="撤销了哪一步")
    reason = models.CharField("理由", max_length=300)
    by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "主题修订"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="topic_edit_has_reason"),
            models.CheckConstraint(
                condition=Q(kind="undo", undoes__isnull=False) | ~Q(kind="undo") & Q(undoes__isnull=True),
                name="topic_undo_undoes_something",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["merge", "split"], other__isnull=False) & ~Q(topic=F("other"))
                | ~Q(kind__in=["merge", "split"]),
                name="topic_edit_names_the_other",
            ),
        ]


class TopicRun(models.Model):
    """One clustering of a month: what it read, what it kept of the topics before. Appended."""

    month = models.DateField("月份")
    at = models.DateTimeField("时间")
    engine = models.CharField("计算引擎", max_length=10)
    cases = models.PositiveIntegerField("当月件数")
    window_cases = models.PositiveIntegerField("参与归类的件数")
    topics = models.PositiveIntegerField("主题数")
    before = models.PositiveIntegerField("此前已在延续主题中的件数")
    kept = models.PositiveIntegerField("其中主题不变的件数")
    seconds = models.FloatField("用时（秒）")

    class Meta:
        verbose_name = verbose_name_plural = "主题归类"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cases__lte=F("window_cases"), kept__lte=F("before")), name="topic_run_adds_up"
            )
        ]
