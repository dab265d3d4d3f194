from django.db import models


class Reply(models.Model):
    """What one unit did and answers. The public answer and the internal note are two fields, never one."""

    assignment = models.ForeignKey("petitions.Assignment", models.PROTECT, related_name="replies")
    petition = models.ForeignKey("petitions.Petition", models.PROTECT, related_name="replies")
    author = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+", verbose_name="承办人")
    at = models.DateTimeField("提交时间")
    round = models.PositiveSmallIntegerField("第几次办理", default=1)
    verified = models.BooleanField("属实", null=True)
    in_remit = models.BooleanField("属职责范围", default=True)
    solved = models.BooleanField("已解决", null=True)
    unsolved_reason = models.CharField("未解决原因", max_length=300, blank=True)
    measures = models.TextField("办理情况")
    legal_basis = models.CharField("办理依据", max_length=300, blank=True)
    public_answer = models.TextField("公开答复")
    internal_note = models.TextField("内部备注", blank=True)
    not_contacted_because = models.CharField("未联系原因", max_length=300, blank=True)
    # The sender's own key of a report that may be sent twice, from a phone that lost its signal.
    client_key = models.CharField(max_length=64, unique=True, null=True, blank=True)
    approved_by = models.ForeignKey("routing.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField("单位审核时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "答复"
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(public_answer=""), name="reply_has_public_answer"),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("author")),
                name="reply_not_approved_by_author",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} 第 {self.round} 次答复"
