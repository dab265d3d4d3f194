from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class HotIssue(models.Model):
    """热点: the cases about one concrete problem at one place or object. Every case read belongs to exactly one.

    What is counted is derived from the members (issues/counting.py) and can be counted anew at any time.
    `citizens`: people, however often each of them wrote; `recent` and `before`: citizens of the last and of the
    previous span. `terms` are the parts of the heat, in the order shown; they add up to it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("持续关注中")
        WATCHED = "watched", _("重点关注")
        IGNORED = "ignored", _("已忽略")
        MERGED = "merged", _("已并入")

    title = models.CharField("话题", max_length=200)
    name = models.CharField("人工命名", max_length=60, blank=True)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name="并入")
    category = models.ForeignKey("routing.Category", models.PROTECT, null=True, related_name="+")
    area = models.ForeignKey("routing.Area", models.PROTECT, null=True, related_name="+", verbose_name="地点")
    object = models.CharField("对象", max_length=60, blank=True)
    words = models.JSONField("关键词", default=list)
    first_at = models.DateTimeField("首现", null=True)
    last_at = models.DateTimeField("最近", null=True)
    messages = models.PositiveIntegerField("件", default=0)
    citizens = models.PositiveIntegerField("人", default=0)
    returning = models.PositiveIntegerField("多次反映的人", default=0)
    recent = models.PositiveIntegerField(default=0)
    before = models.PositiveIntegerField(default=0)
    units = models.PositiveIntegerField("承办单位数", default=0)
    districts = models.PositiveIntegerField("涉及区数", default=0)
    judged = models.PositiveIntegerField("已评价", default=0)
    unhappy = models.PositiveIntegerField("不满意", default=0)
    heat = models.DecimalField("热度", max_digits=5, decimal_places=1, default=0)
    terms = models.JSONField(default=list)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "热点"
        ordering = ["-heat", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False) | ~Q(state="merged") & Q(merged_into=None),
                name="issue_merged_says_where",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="issue_not_into_itself"),
        ]
        indexes = [
            models.Index(fields=["-heat", "-id"], condition=Q(citizens__gt=1), name="issue_by_heat"),
            models.Index(fields=["counted_at"], condition=Q(citizens__gt=1), name="issue_counted_long_ago"),
            models.Index(fields=["last_at"], name="issue_last_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.title

    @property
    def in_short(self) -> str:
        """Where and what, for a narrow list; the title where that is not known, or what people called it."""
        where = self.object or (self.area.name if self.area else "")
        return f"{where} {self.category.name}" if where and self.category and not self.name else str(self)


class IssueMember(models.Model):
    """Why a case belongs to its issue. `is_pinned`: a person put it there, so that no run may move it.

    `reading` is what nlp.core.issues made of its words (issues/readings.py), kept because reading is the costly part.
    """

    class How(models.TextChoices):
        STARTED = "started", _("新话题的第一件")
        JOINED = "joined", _("受理后自动归入")
        NIGHTLY = "nightly", _("夜间重新聚类")
        PERSON = "person", _("人工归入")

    petition = models.OneToOneField("petitions.Petition", models.CASCADE, related_name="+")
    issue = models.ForeignKey(HotIssue, models.PROTECT, related_name="members")
    chance = models.FloatField("把握")
    reasons = models.JSONField("依据", default=list)
    how = models.CharField("方式", max_length=8, choices=How.choices)
    by = models.ForeignKey("routing.Staff", models.PROTECT, null=True, related_name="+", verbose_name="归入人")
    at = models.DateTimeField("归入时间")
    is_pinned = models.BooleanField(default=False)
    received_at = models.DateTimeField("受理时间")
    reading = models.BinaryField()

    class Meta:
        verbose_name = verbose_name_plural = "热点工单"
        ordering = ["-petition_id"]
        indexes = [
            models.Index(fields=["issue", "-petition"], name="member_newest_first"),
            models.Index(fields=["received_at"], name="member_by_time"),
        ]


class IssueEdit(models.Model):
    """What a person changed, and why. Appended, never changed (a trigger refuses): undoing is a further row.

    `before` is what undoing puts back: for each case moved [case, its issue, whether it was pinned], or the former
    name or state.
    """

    class Kind(models.TextChoices):
        MERGE = "merge", _("合并")
        SPLIT = "split", _("拆分")
        RENAME = "rename", _("改名")
        MARK = "mark", _("改状态")
        UNDO = "undo", _("撤销")

    kind = models.CharField("操作", max_length=8, choices=Kind.choices)
    issue = models.ForeignKey(HotIssue, models.PROTECT, related_name="edits")
    other = models.ForeignKey(HotIssue, models.PROTECT, null=True, related_name="edits_beside")
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    said = models.CharField("内容", max_length=60, blank=True)
    before = models.JSONField(default=dict)
    reason = models.CharField("原因", max_length=300)
    by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "热点人工修改"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="issue_edit_has_reason"),
            models.CheckConstraint(
                condition=Q(kind="undo", undoes__isnull=False) | ~Q(kind="undo") & Q(undoes=None),
                name="issue_undo_says_what",
            ),
        ]


class Unread(models.Model):
    """A case whose words or standing changed: written by a trigger in the same commit, taken by the next joining."""

    petition_id = models.BigIntegerField()


class IssueWeights(models.Model):
    """How telling words are, learned by the last nightly run; joining uses them all day. One row."""

    made_at = models.DateTimeField()
    messages = models.PositiveIntegerField()
    content = models.BinaryField()
