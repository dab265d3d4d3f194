from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Alert(models.Model):
    """Something that happens more, or more often, than it should: seen by a rule, to be looked at by people.

    `seen` cases where `expected` would be usual (null: a plain count). `figure` is what the rule weighs (a count, or z
    for a burst) and has reached `threshold`, which is the rule's own times `strictness`. `about` tells alerts of one
    rule, place and matter apart. While an alert is open, a rule that sees the same again only brings its figures up to
    date; `figures` carries what else the page explains.
    """

    class Kind(models.TextChoices):
        FREQUENT = "frequent", _("高频")
        BURST = "burst", _("异动")
        ONE_CALLER = "one_caller", _("一人多诉")
        MANY_CALLERS = "many_callers", _("多人同诉")
        SENSITIVE = "sensitive", _("敏感")
        FORECAST = "forecast", _("预测")

    class State(models.TextChoices):
        NEW = "new", _("待确认")
        ACKNOWLEDGED = "acknowledged", _("已确认")
        TASK = "task", _("已转任务")
        FALSE = "false", _("误报")
        CLOSED = "closed", _("已办结")

    kind = models.CharField("规则", max_length=12, choices=Kind.choices)
    area = models.ForeignKey("routing.Area", models.PROTECT, related_name="+", verbose_name="地点")
    category = models.ForeignKey("routing.Category", models.PROTECT, null=True, related_name="+", verbose_name="事项")
    about = models.CharField(max_length=64, blank=True)
    begins = models.DateTimeField("时段起")
    ends = models.DateTimeField("时段止")
    seen = models.PositiveIntegerField("件数")
    expected = models.FloatField("通常", null=True)
    figure = models.FloatField()
    threshold = models.FloatField()
    strictness = models.FloatField(default=1.0)
    strength = models.PositiveSmallIntegerField("强度")
    figures = models.JSONField(default=dict, blank=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.NEW)
    found_at = models.DateTimeField("发现时间")
    seen_at = models.DateTimeField("最近一次发现")
    acknowledge_by = models.DateTimeField("应确认时间", null=True)
    acknowledged_by = models.ForeignKey(
        "routing.Staff", models.PROTECT, null=True, related_name="+", verbose_name="确认人"
    )
    acknowledged_at = models.DateTimeField("确认时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "预警"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "area", "category", "about"],
                condition=Q(state__in=["new", "acknowledged", "task"]),
                nulls_distinct=False,
                name="alert_open_once",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True) | Q(acknowledged_by__isnull=False),
                name="alert_acknowledged_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="new") | Q(acknowledged_at__isnull=True), name="alert_new_is_unread"
            ),
            models.CheckConstraint(condition=Q(strength__range=(4, 16)), name="alert_strength_is_four_grades"),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="alert_to_look_at"),
            models.Index(fields=["acknowledge_by"], condition=Q(acknowledge_by__isnull=False), name="alert_climbs"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.area.name} {self.category or ''}".strip()

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.NEW, self.State.ACKNOWLEDGED, self.State.TASK}


class AlertCase(models.Model):
    """A case that an alert rests on."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="proofs")
    petition = models.ForeignKey("petitions.Petition", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-petition_id"]
        constraints = [models.UniqueConstraint(fields=["alert", "petition"], name="alert_case_once")]


class AlertReceiver(models.Model):
    """A unit that was told, and when: the first ones at once, the next level up when nobody acknowledged in time."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="receivers")
    unit = models.ForeignKey("routing.Department", models.PROTECT, related_name="+")
    told_at = models.DateTimeField()
    climbed = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["alert", "unit"], name="alert_receiver_once")]


class AlertAct(models.Model):
    """What people (or the clock) did about an alert. Appended, never changed.

    A judgement moves the threshold of its kind and place by `step` (petitions/insight/alerts/tuning.py) until a person
    takes it back: then `undoes` of a later act names it.
    """

    class What(models.TextChoices):
        ACKNOWLEDGED = "acknowledged", _("确认")
        FALSE = "false", _("误报")
        TASK = "task", _("转为任务")
        EVENT = "event", _("转为指挥事件")
        CLOSED = "closed", _("办结")
        CLIMBED = "climbed", _("逐级上报")
        UNDONE = "undone", _("撤销调整")

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="acts")
    what = models.CharField("动作", max_length=12, choices=What.choices)
    reason = models.TextField("说明", blank=True)
    step = models.SmallIntegerField(default=0)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(what="false") | ~Q(reason=""), name="false_alarm_has_reason"),
            models.CheckConstraint(
                condition=Q(what="undone", undoes__isnull=False) | (~Q(what="undone") & Q(undoes__isnull=True)),
                name="alert_undo_names_its_act",
            ),
        ]
