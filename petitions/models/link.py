from django.db import models
from django.utils.translation import gettext_lazy as _


class Link(models.Model):
    """Two cases that belong together: one was merged into the other, repeats it, or is about the same thing."""

    class Kind(models.TextChoices):
        MERGED = "merged", _("并入")
        REPEAT = "repeat", _("重复来电")
        RELATED = "related", _("相关")

    from_case = models.ForeignKey("petitions.Petition", models.PROTECT, related_name="links_out")
    to_case = models.ForeignKey("petitions.Petition", models.PROTECT, related_name="links_in")
    kind = models.CharField("关系", max_length=8, choices=Kind.choices)
    score = models.FloatField("相似度", null=True, blank=True)
    reasons = models.JSONField("依据", default=list, blank=True)
    made_by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "关联工单"
        constraints = [
            models.UniqueConstraint(fields=["from_case", "to_case", "kind"], name="link_once"),
            models.CheckConstraint(condition=~models.Q(from_case=models.F("to_case")), name="link_not_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.from_case_id} → {self.to_case_id}"
