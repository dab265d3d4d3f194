from django.db import models


class ContactLog(models.Model):
    """One attempt of a unit to reach the citizen: logged by the system where it can, never retyped."""

    class How(models.TextChoices):
        PHONE = "phone", "电话"
        VISIT = "visit", "上门/见面"
        SITE = "site", "现场"
        MESSAGE = "message", "短信/消息"

    petition = models.ForeignKey("petitions.Petition", models.PROTECT, related_name="contacts")
    assignment = models.ForeignKey("petitions.Assignment", models.PROTECT, null=True, related_name="contacts")
    by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+", verbose_name="联系人")
    at = models.DateTimeField("联系时间")
    how = models.CharField("方式", max_length=10, choices=How.choices)
    reached = models.BooleanField("联系上", default=True)
    note = models.TextField("联系情况", blank=True)
    seconds = models.PositiveIntegerField("通话秒数", null=True, blank=True)
    recording = models.CharField("录音编号", max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "联系记录"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.get_how_display()} {self.at:%m-%d %H:%M}"
