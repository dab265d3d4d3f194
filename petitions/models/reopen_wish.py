from django.db import models
from django.db.models import Q


class ReopenWish(models.Model):
    """A citizen says that a closed case is not done, and why; a supervisor answers, the citizen reads the answer."""

    petition = models.ForeignKey("petitions.Petition", models.PROTECT, related_name="reopen_wishes")
    reason = models.TextField("市民说明")
    asked_at = models.DateTimeField("提出时间")
    due_at = models.DateTimeField("应答复时间")
    decided_by = models.ForeignKey("routing.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    accepted = models.BooleanField("同意重开", null=True, blank=True)
    decision = models.TextField("给市民的说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "重开请求"
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["petition"], condition=Q(decided_at__isnull=True), name="reopen_wish_open_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="reopen_wish_has_reason"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, accepted__isnull=True)
                | Q(decided_at__isnull=False, accepted__isnull=False) & ~Q(decision=""),
                name="reopen_wish_answer_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(decided_at__isnull=True), name="reopen_wish_waiting")]

    def __str__(self) -> str:
        return f"{self.petition_id} 重开请求"
