from django.db import models

from petitions.models.fields import EncryptedTextField


class Draft(models.Model):
    """What somebody has typed and not sent yet: not a case, no event, gone when the form was taken.

    `fields` is the form as JSON, [[name, value], …]. It holds what callers said, so it is encrypted like a caller.
    """

    owner = models.ForeignKey("routing.Staff", models.CASCADE, related_name="drafts", verbose_name="起草人")
    place = models.CharField("表单", max_length=80)
    fields = EncryptedTextField("内容")
    # Which saving this is: a page that goes on from an older one is told instead of overwriting the newer.
    version = models.PositiveIntegerField("版次", default=1)
    saved_at = models.DateTimeField("保存时间")

    class Meta:
        verbose_name = verbose_name_plural = "未提交的内容"
        ordering = ["-saved_at", "-id"]
        indexes = [models.Index(fields=["place", "-saved_at"], name="draft_place_time")]
        constraints = [models.UniqueConstraint(fields=["owner", "place"], name="draft_once_per_form")]

    def __str__(self) -> str:
        return f"{self.owner} {self.place}"
