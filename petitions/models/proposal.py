from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CatalogueProposal(models.Model):
    """A ruling went against the catalogue: it named one unit, and another had to take the case.

    A person accepts it, and then a draft of the catalogue carries the change, or rejects it with a reason.
    """

    class Kind(models.TextChoices):
        RETURN = "return", _("退单成立")
        RULING = "ruling", _("会商裁定")

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("采纳")
        REJECTED = "rejected", _("不采纳")

    petition = models.ForeignKey("petitions.Petition", models.PROTECT, related_name="catalogue_proposals")
    kind = models.CharField("来自", max_length=8, choices=Kind.choices)
    category = models.ForeignKey("routing.Category", models.PROTECT, related_name="+", verbose_name="诉求分类")
    area = models.ForeignKey("routing.Area", models.PROTECT, null=True, related_name="+", verbose_name="区域")
    named = models.ForeignKey(
        "routing.Department", models.PROTECT, null=True, related_name="+", verbose_name="目录所指的单位"
    )
    to = models.ForeignKey("routing.Department", models.PROTECT, related_name="+", verbose_name="实际承办的单位")
    reason = models.TextField("裁定理由", blank=True)
    made_at = models.DateTimeField("提出时间")
    verdict = models.CharField("处理", max_length=8, choices=Verdict.choices, blank=True)
    decided_by = models.ForeignKey("routing.Staff", models.PROTECT, null=True, related_name="+", verbose_name="处理人")
    decided_at = models.DateTimeField("处理时间", null=True)
    note = models.TextField("处理说明", blank=True)
    # The edition that carries the change; it may be thrown away as long as it is a draft.
    edition = models.ForeignKey(
        "routing.CatalogueVersion", models.SET_NULL, null=True, related_name="+", verbose_name="写入的草案"
    )

    class Meta:
        verbose_name = verbose_name_plural = "目录改动建议"
        ordering = ["-id"]
        indexes = [models.Index(fields=["category"], condition=Q(verdict=""), name="proposal_open")]
        constraints = [
            models.UniqueConstraint(fields=["petition"], condition=Q(verdict=""), name="proposal_open_once_per_case"),
            models.CheckConstraint(
                condition=Q(verdict="", decided_at=None) | (~Q(verdict="") & Q(decided_at__isnull=False)),
                name="proposal_decided_has_time",
            ),
            models.CheckConstraint(condition=~Q(verdict="rejected") | ~Q(note=""), name="proposal_rejected_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.category}：{self.named or '无'}改为{self.to}"
