"""Telephone calls: what the telephone system told, what became of each call, who waits to be called back."""

from django.db import models
from django.db.models import Q

from petitions import call_course
from petitions.masks import mask
from petitions.models.fields import EncryptedTextField, blind_index


class Extension(models.Model):
    """Whose telephone it is: calls at this extension are shown on the pages of this person."""

    number = models.CharField("分机号", max_length=20, unique=True)
    staff = models.OneToOneField("routing.Staff", models.CASCADE, related_name="extension", verbose_name="工作人员")

    class Meta:
        verbose_name = verbose_name_plural = "分机"
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number


class Numbered(models.Model):
    """A row with a telephone number: encrypted, found by its index, shown masked (as in Caller)."""

    number = EncryptedTextField("对方号码", blank=True)
    number_index = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(number="", number_index="") | (~Q(number="") & ~Q(number_index="")),
                name="%(class)s_number_is_indexed",
            ),
        ]

    def set_number(self, number: str) -> None:
        """Write the number (see petitions/phones.py) and its index; a number that stays is not encrypted anew."""
        if number != self.number:
            self.number, self.number_index = number, blind_index(number)

    @property
    def masked_number(self) -> str:
        return mask(self.number) if self.number else ""


class Dial(Numbered):
    """An order to the telephone system: ring this extension and connect it with this number."""

    class State(models.TextChoices):
        WAITING = "waiting", "等话务系统接收"
        TAKEN = "taken", "已开始拨号"
        FAILED = "failed", "没有拨出"

    by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="dials", verbose_name="拨打人")
    petition = models.ForeignKey("petitions.Petition", models.PROTECT, null=True, related_name="dials")
    extension = models.CharField("分机号", max_length=20)
    asked_at = models.DateTimeField("拨打时间")
    # Handed to an adapter that has not confirmed yet; after a while it is handed out again.
    sent_at = models.DateTimeField(null=True)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta(Numbered.Meta):
        verbose_name = verbose_name_plural = "外呼"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="waiting"), name="dial_waiting"),
            models.Index(fields=["by", "-id"], name="dial_by"),
        ]


class Call(Numbered):
    """One telephone call. Its course is folded from its messages (call_course.py) and written nowhere else."""

    class State(models.TextChoices):
        RINGING = call_course.RINGING, "振铃"
        ANSWERED = call_course.ANSWERED, "通话中"
        HELD = call_course.HELD, "保持"
        ENDED = call_course.ENDED, "已结束"
        MISSED = call_course.MISSED, "未接"
        ABANDONED = call_course.ABANDONED, "放弃"

    class Direction(models.TextChoices):
        INBOUND = call_course.INBOUND, "呼入"
        OUTBOUND = call_course.OUTBOUND, "呼出"

    class WrapUp(models.TextChoices):
        ANSWERED = "answered", "咨询已答复"
        ADDED = "added", "已有工单"
        WRONG = "wrong", "误拨"
        HARASSING = "harassing", "骚扰"
        SILENT = "silent", "无声"

    provider = models.CharField("话务系统", max_length=40)
    provider_id = models.CharField("通话编号", max_length=80)
    direction = models.CharField("方向", max_length=3, choices=Direction.choices, default=Direction.INBOUND)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.RINGING)
    line = models.CharField("热线号码", max_length=40, blank=True)
    queue = models.CharField("队列", max_length=40, blank=True)
    extension = models.CharField("分机号", max_length=20, blank=True)
    agent = models.ForeignKey("routing.Staff", models.PROTECT, null=True, related_name="calls", verbose_name="话务员")
    is_muted = models.BooleanField("已静音", default=False)
    # An extension or a queue where the call rings while somebody speaks in it, and whose telephone that is.
    passing_to = models.CharField("正在转接到", max_length=40, blank=True)
    offered_to = models.ForeignKey(
        "routing.Staff", models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="转接给"
    )
    ivr = models.CharField("按键", max_length=40, blank=True)
    queue_seconds = models.PositiveIntegerField("排队秒数", null=True)
    # What the telephone system calls its recording: never an address.
    recording = models.CharField("录音编号", max_length=80, blank=True)
    dial = models.ForeignKey(Dial, models.PROTECT, null=True, related_name="calls", verbose_name="外呼")
    started_at = models.DateTimeField("开始时间")
    answered_at = models.DateTimeField("接通时间", null=True)
    ended_at = models.DateTimeField("结束时间", null=True)
    petition = models.ForeignKey(
        "petitions.Petition", models.PROTECT, null=True, related_name="calls", verbose_name="工单"
    )
    wrap_up = models.CharField("没有建单的原因", max_length=10, choices=WrapUp.choices, blank=True)
    is_counted = models.BooleanField("已记为一次回访", default=False)

    class Meta(Numbered.Meta):
        verbose_name = verbose_name_plural = "通话"
        ordering = ["-started_at", "-id"]
        indexes = [
            models.Index(fields=["number_index", "-started_at"], condition=~Q(number_index=""), name="call_number"),
            models.Index(fields=["agent", "-started_at"], name="call_agent"),
            models.Index(fields=["offered_to"], condition=Q(offered_to__isnull=False), name="call_offered"),
            models.Index(fields=["started_at"], condition=Q(ended_at=None), name="call_not_over"),
            models.Index(fields=["answered_at"], condition=Q(petition__isnull=False), name="call_registered"),
        ]
        constraints = [
            *Numbered.Meta.constraints,
            models.UniqueConstraint(fields=["provider", "provider_id"], name="call_once"),
            models.CheckConstraint(
                condition=Q(state__in=sorted(call_course.OVER), ended_at__isnull=False)
                | (~Q(state__in=sorted(call_course.OVER)) & Q(ended_at__isnull=True)),
                name="call_over_has_end",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | ~Q(state__in=["missed", "abandoned", "ringing"]),
                name="call_answered_is_not_lost",
            ),
            models.CheckConstraint(
                condition=Q(is_muted=False, passing_to="", offered_to=None)
                | (Q(state__in=["answered", "held"]) & (Q(offered_to=None) | ~Q(passing_to=""))),
                name="call_muted_and_passed_while_spoken",
            ),
            models.CheckConstraint(condition=Q(wrap_up="") | Q(petition=None), name="call_has_one_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} {self.started_at:%m-%d %H:%M}"

    @property
    def seconds(self) -> int | None:
        """How long it was spoken, once it is over."""
        if self.answered_at is None or self.ended_at is None:
            return None
        return int((self.ended_at - self.answered_at).total_seconds())

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None


class CallMessage(models.Model):
    """One message of a telephone system as it was understood: kept, because the course is folded from all of them."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="messages")
    provider = models.CharField(max_length=40)
    key = models.CharField("消息编号", max_length=80)
    kind = models.CharField("内容", max_length=10)
    at = models.DateTimeField("发生时间")
    number = EncryptedTextField("对方号码", blank=True)
    facts = models.JSONField("其他内容", default=dict)
    heard_at = models.DateTimeField("收到时间")

    class Meta:
        verbose_name = verbose_name_plural = "话务消息"
        constraints = [models.UniqueConstraint(fields=["provider", "key"], name="call_message_once")]


class WaitingCaller(models.Model):
    """待回拨: one row per number that got through to nobody. Open while `call` is set; each person once."""

    number_index = models.CharField(max_length=64, unique=True)
    call = models.ForeignKey(Call, models.PROTECT, null=True, related_name="+", verbose_name="最近一次未接")
    since = models.DateTimeField("第一次未接", null=True)
    times = models.PositiveIntegerField("未接次数", default=0)
    tried = models.PositiveIntegerField("已回拨次数", default=0)
    # A colleague called back by another telephone, or found that there is nothing to call for.
    settled_at = models.DateTimeField("处理时间", null=True)
    settled_by = models.ForeignKey("routing.Staff", models.PROTECT, null=True, related_name="+", verbose_name="处理人")
    settled_how = models.CharField("处理结果", max_length=10, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "待回拨"
        indexes = [models.Index(fields=["since", "id"], condition=Q(call__isnull=False), name="waiting_caller_open")]
        constraints = [
            models.CheckConstraint(
                condition=Q(call__isnull=True, since__isnull=True, times=0)
                | Q(call__isnull=False, since__isnull=False, times__gt=0),
                name="waiting_caller_is_whole",
            ),
        ]
