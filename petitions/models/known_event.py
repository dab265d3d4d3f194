from datetime import datetime

from django.db import models
from django.db.models import F, Q


class KnownEventQuerySet(models.QuerySet):
    def in_force(self, now: datetime) -> "KnownEventQuerySet":
        return self.filter(begins_at__lte=now, until__gt=now, withdrawn_at=None)


class KnownEvent(models.Model):
    """Something that many will call about and the city knows already: where, what, until when, and what to say."""

    title = models.CharField("标题", max_length=120)
    script = models.TextField("告知内容", max_length=1000)
    area = models.ForeignKey("routing.Area", models.PROTECT, null=True, blank=True, related_name="+")
    category = models.ForeignKey("routing.Category", models.PROTECT, null=True, blank=True, related_name="+")
    begins_at = models.DateTimeField("开始")
    until = models.DateTimeField("预计结束")
    made_by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+", verbose_name="登记人")
    made_at = models.DateTimeField("登记时间")
    withdrawn_at = models.DateTimeField("提前结束", null=True, blank=True)
    withdrawn_by = models.ForeignKey("routing.Staff", models.PROTECT, null=True, blank=True, related_name="+")

    objects = KnownEventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "已知事件"
        ordering = ["-id"]
        indexes = [models.Index(fields=["until"], condition=Q(withdrawn_at=None), name="known_event_until")]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("begins_at")), name="known_event_ends_after_it_begins"),
            # An event everywhere and about everything would stand above every case.
            models.CheckConstraint(
                condition=Q(area__isnull=False) | Q(category__isnull=False), name="known_event_is_about_something"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class KnownEventCase(models.Model):
    """A case that was taken while an event was known, and is about it."""

    event = models.ForeignKey(KnownEvent, models.PROTECT, related_name="cases")
    petition = models.OneToOneField("petitions.Petition", models.PROTECT, related_name="known_event")
    linked_by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+")
    linked_at = models.DateTimeField("关联时间")

    class Meta:
        verbose_name = verbose_name_plural = "事件关联工单"

    def __str__(self) -> str:
        return f"{self.event_id} ← {self.petition_id}"
