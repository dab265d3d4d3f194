from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OutboxQuerySet(models.QuerySet):
    def ready(self, now: datetime) -> "OutboxQuerySet":
        return self.filter(state=Outbox.State.WAITING, next_try_at__lte=now)


class Outbox(models.Model):
    """An effect that waits for its commit: written in the same transaction, delivered afterwards, at least once.

    `key` makes it idempotent: the same effect cannot be queued twice, and receivers can tell a repeat. Rows are marked
    done rather than followed by id, because ids become visible out of order under concurrent commits.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待发送")
        DONE = "done", _("已发送")
        FAILED = "failed", _("发送失败")
        DROPPED = "dropped", _("未发先撤")

    key = models.CharField(max_length=120, unique=True)
    topic = models.CharField(max_length=40)
    petition = models.ForeignKey("petitions.Petition", models.PROTECT, null=True, related_name="outbox")
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "待发通知"
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="waiting"), name="outbox_waiting"),
            models.Index(fields=["-id"], condition=Q(state="failed"), name="outbox_failed"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(state="done") | Q(done_at__isnull=False), name="outbox_done_has_time")
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.state}"


class Message(models.Model):
    """A notice that was delivered (or shown, where no SMS gateway is connected): what, to whom, when.

    The recipient's number is not copied here; it stays in `Caller`.
    """

    class Via(models.TextChoices):
        SMS = "sms", _("短信")
        DESK = "desk", _("站内通知")

    outbox = models.OneToOneField(Outbox, models.PROTECT, related_name="message")
    petition = models.ForeignKey("petitions.Petition", models.PROTECT, null=True, related_name="messages")
    via = models.CharField(max_length=8, choices=Via.choices)
    department = models.ForeignKey("routing.Department", models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering = ["-id"]
        indexes = [models.Index(fields=["department", "-id"], name="message_unit")]

    def __str__(self) -> str:
        return self.text[:40]
