"""Where an item of the knowledge base was said: to a citizen who asked online, or by an operator in a case."""

from django.db import models
from django.db.models import Q


class Ask(models.Model):
    """A question that somebody asked online, redacted: what it was answered with, and what they said to that.

    Nothing here leads to a person; only if they file a case does the row name it.
    """

    class Outcome(models.TextChoices):
        UNANSWERED = "unanswered", "没有口径"
        LEFT = "left", "看后离开"
        ANSWERED = "answered", "解决了"
        REJECTED = "rejected", "没有解决"

    text = models.TextField("问题（脱敏）")
    asked_at = models.DateTimeField("提问时间")
    for_enterprise = models.BooleanField("企业", default=False)
    out_of_hours = models.BooleanField("非办公时间", default=False)
    category = models.ForeignKey("routing.Category", models.PROTECT, null=True, related_name="+")
    version = models.ForeignKey("petitions.KnowledgeVersion", models.PROTECT, null=True, related_name="asks")
    score = models.FloatField("相似度", null=True)
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices)
    said_at = models.DateTimeField("反馈时间", null=True, blank=True)
    petition = models.OneToOneField("petitions.Petition", models.PROTECT, null=True, blank=True, related_name="asked")
    reopened_at = models.DateTimeField("解决后又反映", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "自助问答"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["asked_at"], name="ask_time"),
            models.Index(fields=["-id"], condition=Q(version__isnull=True), name="ask_unanswered"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(version__isnull=True, outcome="unanswered")
                | Q(version__isnull=False) & ~Q(outcome="unanswered"),
                name="ask_answered_by_an_item",
            ),
            models.CheckConstraint(
                condition=Q(reopened_at__isnull=True) | Q(outcome="answered"), name="ask_reopened_was_answered"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class Citation(models.Model):
    """An operator answered a case at once with an item."""

    petition = models.OneToOneField("petitions.Petition", models.PROTECT, related_name="citation")
    version = models.ForeignKey("petitions.KnowledgeVersion", models.PROTECT, related_name="citations")
    cited_by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+")
    cited_at = models.DateTimeField("引用时间")

    class Meta:
        verbose_name = verbose_name_plural = "口径引用"
        indexes = [models.Index(fields=["cited_at"], name="citation_time")]

    def __str__(self) -> str:
        return f"{self.petition_id} → {self.version_id}"
