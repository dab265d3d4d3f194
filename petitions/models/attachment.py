from django.db import models


def _where(attachment: "Attachment", filename: str) -> str:
    # The stored name is the content's own hash: nothing a person typed reaches the file system.
    return f"attachments/{attachment.sha256[:2]}/{attachment.sha256}"


class Attachment(models.Model):
    """A picture, recording or document that belongs to a case."""

    class Kind(models.TextChoices):
        CITIZEN = "citizen", "诉求材料"
        CONTACT = "contact", "联系凭证"
        HANDLING = "handling", "办理材料"
        EVIDENCE = "evidence", "退单、延期依据"

    petition = models.ForeignKey("petitions.Petition", models.PROTECT, related_name="attachments")
    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    file = models.FileField("文件", upload_to=_where, max_length=160)
    name = models.CharField("文件名", max_length=160)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField("字节")
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey("routing.Staff", models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        constraints = [models.UniqueConstraint(fields=["petition", "sha256"], name="attachment_once_per_case")]

    def __str__(self) -> str:
        return self.name
