from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Finding(models.Model):
    """Something unusual that a detector saw in one assessment period. Not a judgement: a person looks and answers.

    `observed` of `n`, where `expected` would be usual; p and strength as in detectors/found.py. `thresholds` are those
    in force when the figures were taken. Once somebody has answered, the figures stay as that person saw them; if many
    more cases come, it is open again, and the answers stay.
    """

    class Rule(models.TextChoices):
        OWN_NUMBER = "own_number", _("本单位号码的评价")
        OWN_NETWORK = "own_network", _("本单位网络的评价")
        ONE_NETWORK = "one_network", _("同一网络评价集中")
        BURST = "burst", _("好评短时集中")
        LATE_REHANDLED = "late_rehandled", _("临期答复后又重办")
        EXCLUSION_SHARE = "exclusion_share", _("剔除比例偏高")
        EXCLUSION_PICKED = "exclusion_picked", _("差评后剔除集中")
        EXCLUSION_APPROVER = "exclusion_approver", _("审批人批准差评后剔除偏多")
        ONE_NUMBER = "one_number", _("同一号码多件满意")
        FALSE_REPLY = "false_reply", _("联系记录与市民说法不一")

    class State(models.TextChoices):
        OPEN = "open", _("待核实")
        EXPLAINED = "explained", _("有合理解释")
        CONFIRMED = "confirmed", _("核实属实")

    rule = models.CharField("规则", max_length=20, choices=Rule.choices)
    unit = models.ForeignKey("routing.Department", models.PROTECT, null=True, related_name="+", verbose_name="单位")
    person = models.ForeignKey("routing.Staff", models.PROTECT, null=True, related_name="+", verbose_name="审批人")
    about = models.CharField(max_length=12, blank=True)
    begins = models.DateField("考核期首日")
    ends = models.DateField("考核期末日")
    until = models.DateField("统计到")
    observed = models.PositiveIntegerField()
    n = models.PositiveIntegerField()
    expected = models.FloatField()
    p = models.FloatField(null=True)
    strength = models.FloatField()
    thresholds = models.JSONField(default=dict)
    more = models.JSONField(default=dict)
    found_at = models.DateTimeField("发现时间")
    seen_at = models.DateTimeField("最近一次发现")
    state = models.CharField("核实", max_length=12, choices=State.choices, default=State.OPEN)

    class Meta:
        verbose_name = verbose_name_plural = "异常线索"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "unit", "person", "about", "begins"], nulls_distinct=False, name="finding_once"
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=False) | Q(person__isnull=False), name="finding_is_about_somebody"
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="finding_to_look_into")]

    def __str__(self) -> str:
        return f"{self.get_rule_display()} {self.unit or self.person}"


class FindingCase(models.Model):
    """A case that a finding rests on; `at`: when the thing in question happened."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="proofs")
    petition = models.ForeignKey("petitions.Petition", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]


class FindingAnswer(models.Model):
    """What a person made of a finding, and why. Appended, never changed: the last one stands."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="answers")
    state = models.CharField("结论", max_length=12, choices=Finding.State.choices)
    reason = models.TextField("说明")
    by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="finding_answer_has_reason")]
