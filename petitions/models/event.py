"""The history of a case: append-only, each row carrying the hash of the one before it.

The database refuses UPDATE and DELETE on events, and refuses a case whose state changed without its event
(migration 0002). `manage.py verify_events` recomputes every chain.
"""

import hashlib
import json
from datetime import UTC

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

GENESIS = ""  # what the first event of a case follows
PLAIN = frozenset({str, int, bool, type(None)})
CANONICAL = DjangoJSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def as_stored(data: dict) -> dict:
    """What the database will hand back: JSON knows no datetimes, tuples or lazy labels."""
    if all(type(value) in PLAIN for value in data.values()):
        return data
    return json.loads(json.dumps(data, cls=DjangoJSONEncoder))


class Event(models.Model):
    class Subject(models.TextChoices):
        CASE = "case", _("工单")
        ASSIGNMENT = "assignment", _("承办")
        SUPERVISION = "supervision", _("督办")
        REQUEST = "request", _("申请")

    petition = models.ForeignKey("petitions.Petition", models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField("时间")
    actor = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+", verbose_name="经办人")
    subject = models.CharField(max_length=12, choices=Subject.choices)
    subject_id = models.BigIntegerField(null=True)
    department = models.ForeignKey("routing.Department", models.PROTECT, null=True, related_name="+")
    action = models.CharField("动作", max_length=32)
    before = models.CharField("原状态", max_length=20, blank=True)
    after = models.CharField("新状态", max_length=20, blank=True)
    reason = models.TextField("说明", blank=True)
    data = models.JSONField("要素", default=dict, blank=True, encoder=DjangoJSONEncoder)
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "办理记录"
        ordering = ["petition_id", "seq"]
        indexes = [models.Index(fields=["at", "id"], name="event_time")]
        constraints = [
            models.UniqueConstraint(fields=["petition", "seq"], name="event_seq_once"),
            models.CheckConstraint(condition=~models.Q(hash=""), name="event_is_hashed"),
        ]

    def __str__(self) -> str:
        return f"{self.petition_id}#{self.seq} {self.action}"

    def digest(self) -> str:
        """SHA-256 over every fact of the row and the hash before it: 64 hex digits."""
        facts = [
            self.petition_id,
            self.seq,
            self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.actor_id,
            self.subject,
            self.subject_id,
            self.department_id,
            self.action,
            self.before,
            self.after,
            self.reason,
            as_stored(self.data),
            self.prev_hash,
        ]
        return hashlib.sha256(CANONICAL.encode(facts).encode()).hexdigest()


class DaySeal(models.Model):
    """All events of one day (Asia/Shanghai) under one hash, each seal carrying the one before it.

    Per-case chains show that no row of a case was changed; the seal shows that no whole case was taken away.
    """

    day = models.DateField(unique=True)
    events = models.PositiveIntegerField()
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "日封存"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.events} 条"
