from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from petitions.states import Satisfaction, Solved


class Answers(models.Model):
    """What a citizen answers, by phone or by link: attitude and outcome asked apart, in neutral words."""

    contacted = models.BooleanField("是否联系", null=True, blank=True)
    solved = models.CharField("是否解决", max_length=8, choices=Solved.choices, blank=True)
    satisfaction = models.CharField("办理结果满意度", max_length=16, choices=Satisfaction.choices, blank=True)
    attitude = models.CharField("办理过程满意度", max_length=16, choices=Satisfaction.choices, blank=True)
    reason = models.CharField("不满意原因", max_length=200, blank=True)
    verbatim = models.TextField("原话", blank=True)

    class Meta:
        abstract = True

    @property
    def is_complete(self) -> bool:
        return self.contacted is not None and bool(self.solved and self.satisfaction)


COMPLETE = Q(contacted__isnull=False) & ~Q(solved="") & ~Q(satisfaction="")


class Callback(Answers):
    """One attempt to call the citizen back."""

    class Result(models.TextChoices):
        REACHED = "reached", _("接通并答复")
        NO_ANSWER = "no_answer", _("无人接听")
        REFUSED = "refused", _("拒绝回访")
        WRONG_NUMBER = "wrong_number", _("号码有误")

    petition = models.ForeignKey("petitions.Petition", models.PROTECT, related_name="callbacks")
    round = models.PositiveSmallIntegerField("第几次办理")
    attempt = models.PositiveSmallIntegerField("第几次拨打")
    by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+", verbose_name="回访员")
    at = models.DateTimeField("回访时间")
    result = models.CharField("接通情况", max_length=16, choices=Result.choices)
    is_valid = models.BooleanField("有效回访", default=False)
    # 录音已倾听: a second person heard the recording and says whether what was written down is what was said.
    heard_by = models.ForeignKey(
        "routing.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="倾听人"
    )
    heard_at = models.DateTimeField("倾听时间", null=True, blank=True)
    heard_agrees = models.BooleanField("与录音一致", null=True, blank=True)
    heard_note = models.CharField("倾听说明", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "回访"
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["petition", "round", "attempt"], name="callback_attempt_once"),
            models.CheckConstraint(condition=Q(is_valid=False) | COMPLETE, name="callback_valid_is_complete"),
            models.CheckConstraint(
                condition=Q(heard_by__isnull=True) | ~Q(heard_by=models.F("by")), name="callback_heard_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.attempt} 次回访"


class Rating(Answers):
    """An invitation to rate by link, and the answer to it. The token is kept as a digest; it works once."""

    petition = models.ForeignKey("petitions.Petition", models.PROTECT, related_name="ratings")
    round = models.PositiveSmallIntegerField("第几次办理")
    token_digest = models.CharField(max_length=64, unique=True)
    invited_at = models.DateTimeField("邀请时间")
    expires_at = models.DateTimeField("有效期至")
    used_at = models.DateTimeField("评价时间", null=True, blank=True)
    # Goes to supervision only, never to the unit (domain.md §10).
    pressed = models.BooleanField("有人要求好评", null=True, blank=True)
    wants_rehandling = models.BooleanField("要求重办", default=False)
    # A keyed hash of the /24 the answer came from (petitions/networks.py); the address itself is nowhere kept.
    network = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "市民评价"
        ordering = ["invited_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["petition", "round"], condition=Q(used_at__isnull=False), name="rating_once_per_round"
            ),
            models.CheckConstraint(condition=Q(used_at__isnull=True) | COMPLETE, name="rating_used_is_complete"),
        ]

    def __str__(self) -> str:
        return f"第 {self.round} 次办理的评价"
