from django.db import models
from django.utils.translation import gettext_lazy as _


class Suggestion(models.Model):
    """What the machine proposed for a case, with its evidence: kept whether it was accepted or not."""

    class Kind(models.TextChoices):
        CATEGORY = "category", _("分类")
        ROUTE = "route", _("承办单位")
        SIMILAR = "similar", _("相似工单")

    petition = models.ForeignKey("petitions.Petition", models.PROTECT, related_name="suggestions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    label = models.CharField("建议", max_length=40, blank=True)
    confidence = models.FloatField("置信度", null=True)
    alternatives = models.JSONField("备选", default=list)
    evidence = models.JSONField("依据", default=list)
    model_version = models.CharField("模型版本", max_length=40, blank=True)
    made_at = models.DateTimeField()
    accepted = models.BooleanField("采纳", null=True)
    chosen = models.CharField("人工选择", max_length=40, blank=True)
    decided_by = models.ForeignKey("routing.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "智能建议"
        indexes = [models.Index(fields=["kind", "made_at"], name="suggestion_kind_time")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confidence__isnull=True) | models.Q(confidence__range=(0, 1)),
                name="suggestion_confidence_is_probability",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.label}"
