"""指挥事件: several units, one event, one timeline."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CommandEvent(models.Model):
    """An emergency that several units deal with together, led by one person of the centre."""

    title = models.CharField("事件", max_length=80)
    alert = models.ForeignKey("insight.Alert", models.PROTECT, null=True, related_name="events", verbose_name="预警")
    area = models.ForeignKey("routing.Area", models.PROTECT, related_name="+", verbose_name="地点")
    opened_by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+", verbose_name="指挥")
    opened_at = models.DateTimeField("启动时间")
    closed_by = models.ForeignKey("routing.Staff", models.PROTECT, null=True, related_name="+", verbose_name="结束人")
    closed_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "指挥事件"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="event_has_title"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="event_closed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CommandUnit(models.Model):
    """A unit called to an event."""

    event = models.ForeignKey(CommandEvent, models.PROTECT, related_name="units")
    unit = models.ForeignKey("routing.Department", models.PROTECT, related_name="+")
    called_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["event", "unit"], name="event_unit_once")]


class CommandEntry(models.Model):
    """One line of the timeline. The database refuses to change or delete it.

    An order is to one unit; its receipt is the entry that `answers` it, as are the reports on it.
    """

    class Kind(models.TextChoices):
        OPENED = "opened", _("启动")
        CALLED = "called", _("调入单位")
        ORDER = "order", _("指令")
        RECEIPT = "receipt", _("签收")
        REPORT = "report", _("反馈")
        NOTE = "note", _("记录")
        CLOSED = "closed", _("结束")

    event = models.ForeignKey(CommandEvent, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    unit = models.ForeignKey("routing.Department", models.PROTECT, null=True, related_name="+")
    answers = models.ForeignKey("self", models.PROTECT, null=True, related_name="answered_by")
    text = models.TextField(blank=True)
    by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(kind="order") | Q(unit__isnull=False), name="order_names_its_unit"),
            models.CheckConstraint(
                condition=~Q(kind="receipt") | Q(answers__isnull=False), name="receipt_answers_an_order"
            ),
            models.UniqueConstraint(fields=["answers"], condition=Q(kind="receipt"), name="order_receipt_once"),
        ]
