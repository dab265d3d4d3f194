from django.db import models


class Disclosure(models.Model):
    """Who saw a caller's full contact data, when, and why they said they needed it.

    The database refuses UPDATE and DELETE (migration 0015).
    """

    petition = models.ForeignKey("petitions.Petition", models.PROTECT, null=True, related_name="disclosures")
    call = models.ForeignKey("petitions.Call", models.PROTECT, null=True, related_name="disclosures")
    staff = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+")
    what = models.CharField("查看内容", max_length=20)
    reason = models.CharField("原因", max_length=200)
    at = models.DateTimeField("时间")
    address = models.GenericIPAddressField("来源地址", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "查看留痕"
        ordering = ["-id"]
        indexes = [models.Index(fields=["-at", "-id"], name="disclosure_time")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="disclosure_has_reason"),
            models.CheckConstraint(
                condition=models.Q(petition__isnull=False) | models.Q(call__isnull=False), name="disclosure_of_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.what}"
