from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .category import Tier


class Stage(models.TextChoices):
    """The steps that somebody owes by a certain time (domain.md §9.1)."""

    ACCEPT = "accept", _("网络受理")
    REVIEW = "review", _("审核")
    DISPATCH = "dispatch", _("派单")
    SIGN = "sign", _("签收")
    FIRST_CONTACT = "first_contact", _("首次联系")
    HANDLE = "handle", _("办理")
    CONSULTATION = "consultation", _("咨询件办理")
    RETURN_WINDOW = "return_window", _("可退单时间")
    RETURN_RULING = "return_ruling", _("退单裁定")
    CONFERENCE = "conference", _("会商")
    EXTENSION_TOTAL = "extension_total", _("延期后总时限")
    WHISTLE = "whistle", _("吹哨报到")
    REPLY_REVIEW = "reply_review", _("答复审核")
    CALLBACK = "callback", _("回访")
    REHANDLE = "rehandle", _("重新办理")
    APPEAL_FILE = "appeal_file", _("提出申诉")
    APPEAL_DECIDE = "appeal_decide", _("申诉裁定")
    AWAITING_INFO = "awaiting_info", _("等待补充")
    REOPEN = "reopen", _("可重开时间")
    RATING_LINK = "rating_link", _("评价链接有效期")


class Unit(models.TextChoices):
    MINUTE = "minute", _("分钟")
    HOUR = "hour", _("小时")
    DAY = "day", _("天")


class Mode(models.TextChoices):
    """Which minutes count; the meanings are those of routing/clock.py."""

    NATURAL = "natural", _("自然时间")
    WORKING_DAY = "working_day", _("工作日")
    OFFICE_HOURS = "office_hours", _("办公时间")


class DeadlineRule(models.Model):
    """From this day on, this step may take this long."""

    stage = models.CharField("环节", max_length=20, choices=Stage.choices)
    tier = models.CharField("时限档位", help_text="留空表示所有档位", max_length=1, choices=Tier.choices, blank=True)
    amount = models.PositiveIntegerField("数值")
    unit = models.CharField("单位", max_length=10, choices=Unit.choices)
    mode = models.CharField("计时方式", max_length=20, choices=Mode.choices, default=Mode.NATURAL)
    effective_from = models.DateField("生效日期")
    note = models.CharField("来源说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "时限规则"
        ordering = ["stage", "tier", "-effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["stage", "tier", "effective_from"], name="deadline_rule_once_per_day"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="deadline_rule_positive"),
            models.CheckConstraint(condition=Q(unit__in=Unit.values), name="deadline_rule_unit_known"),
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="deadline_rule_mode_known"),
            models.CheckConstraint(
                condition=~Q(mode="working_day") | Q(unit="day"), name="deadline_rule_working_days_are_whole"
            ),
            models.CheckConstraint(condition=Q(tier__in=["", *Tier.values]), name="deadline_rule_tier_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}{self.tier} {self.amount}{self.get_unit_display()}"
