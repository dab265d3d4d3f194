"""How a notice reaches somebody: its words, who listens in from outside, and every delivery with its attempts."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from petitions.models.fields import EncryptedTextField


class Way(models.TextChoices):
    DESK = "desk", _("站内通知")
    SMS = "sms", _("短信")
    EMAIL = "email", _("电子邮件")
    WEBHOOK = "webhook", _("接口推送")


class NoticeTemplate(models.Model):
    """The words of one kind of notice by one way, where a city changed them (the rest: services/notify/words.py)."""

    topic = models.CharField("通知", max_length=40)
    way = models.CharField("方式", max_length=8, choices=Way.choices)
    subject = models.CharField("标题", max_length=120, blank=True)
    text = models.TextField("内容", max_length=1000)
    is_on = models.BooleanField("发送", default=True)
    changed_by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+", verbose_name="修改人")
    changed_at = models.DateTimeField("修改时间")

    class Meta:
        verbose_name = verbose_name_plural = "通知模板"
        ordering = ["topic", "way"]
        constraints = [
            models.UniqueConstraint(fields=["topic", "way"], name="notice_template_once"),
            models.CheckConstraint(condition=~Q(text=""), name="notice_template_has_text"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.get_way_display()}"


class Webhook(models.Model):
    """Another system that is told what happens: signed, without personal data."""

    name = models.CharField("名称", max_length=60, unique=True)
    url = models.URLField("地址", max_length=500)
    secret = EncryptedTextField("签名密钥")
    topics = ArrayField(
        models.CharField(max_length=40), verbose_name="订阅的通知", help_text="留空表示全部", default=list, blank=True
    )
    is_on = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "接口推送接收方"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(url__startswith="http"), name="webhook_is_http"),
            models.CheckConstraint(condition=~Q(secret=""), name="webhook_has_secret"),
        ]

    def __str__(self) -> str:
        return self.name


class DeliveryQuerySet(models.QuerySet):
    def ready(self, now: datetime) -> "DeliveryQuerySet":
        return self.filter(state=Delivery.State.WAITING, next_try_at__lte=now)


class Delivery(models.Model):
    """One notice on its way to one recipient by one way; the recipient's number is looked up when it is sent.

    A worker that takes it moves `next_try_at` behind its lease first, so that a killed one leaves it to the next.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待发送")
        DONE = "done", _("已送达")
        DEAD = "dead", _("发送失败")

    outbox = models.ForeignKey("petitions.Outbox", models.PROTECT, related_name="deliveries")
    petition = models.ForeignKey("petitions.Petition", models.PROTECT, null=True, related_name="deliveries")
    topic = models.CharField("通知", max_length=40)
    way = models.CharField("方式", max_length=8, choices=Way.choices)
    department = models.ForeignKey("routing.Department", models.PROTECT, null=True, blank=True, related_name="+")
    webhook = models.ForeignKey(Webhook, models.PROTECT, null=True, blank=True, related_name="deliveries")
    subject = models.CharField("标题", max_length=200, blank=True)
    text = models.TextField("内容", blank=True)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    tries = models.JSONField("经过", default=list, blank=True)
    resent = models.PositiveSmallIntegerField("补发次数", default=0)
    next_try_at = models.DateTimeField("下次尝试")
    made_at = models.DateTimeField("生成时间")
    sent_at = models.DateTimeField("送达时间", null=True, blank=True)
    error = models.CharField("原因", max_length=300, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知投递"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="waiting"), name="delivery_waiting"),
            models.Index(fields=["state", "way", "-id"], name="delivery_log"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["outbox", "way"], condition=Q(webhook__isnull=True), name="delivery_once_per_way"
            ),
            models.UniqueConstraint(
                fields=["outbox", "webhook"], condition=Q(webhook__isnull=False), name="delivery_once_per_webhook"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(sent_at__isnull=False), name="delivery_done_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.get_way_display()} {self.get_state_display()}"

    @property
    def key(self) -> str:
        """What the receiver tells a repeat by: the same for every attempt, another one when a person sends it anew."""
        receiver = f":{self.webhook_id}" if self.webhook_id else ""
        return f"{self.outbox.key}:{self.way}{receiver}" + (f"#{self.resent}" if self.resent else "")
