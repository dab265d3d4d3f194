from django.db import models


class Lookup(models.Model):
    """Who looked for a person by phone number, or took a list of cases away as a file. Appended only.

    `said` tells what was asked for: of a number only its keyed hash, of a list its filters and the form of the file.
    """

    class What(models.TextChoices):
        PHONE = "phone", "按号码查找"
        EXPORT = "export", "导出工单"

    staff = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+", verbose_name="工作人员")
    what = models.CharField("行为", max_length=10, choices=What.choices)
    said = models.JSONField("内容", default=dict, blank=True)
    found = models.PositiveIntegerField("件数")
    caller = models.ForeignKey("petitions.Caller", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField("时间")
    address = models.GenericIPAddressField("来源地址", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "查找和导出留痕"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["staff", "-at", "-id"], name="lookup_staff_time"),
            models.Index(fields=["-at", "-id"], name="lookup_time"),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(what__in=["phone", "export"]), name="lookup_known")]

    def __str__(self) -> str:
        return f"{self.staff} {self.get_what_display()}"
