import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def _where(attachment: "Attachment", filename: str) -> str:
    """A random name: nothing a person typed reaches the file system, and no address can be guessed."""
    name = secrets.token_hex(16)
    return f"attachments/{name[:2]}/{name}"


def _where_small(attachment: "Attachment", filename: str) -> str:
    return _where(attachment, filename).replace("attachments/", "thumbnails/", 1)


class AttachmentQuerySet(models.QuerySet):
    def shown(self) -> "AttachmentQuerySet":
        return self.filter(hidden_at__isnull=True)


class Attachment(models.Model):
    """A picture, recording or document that belongs to a case.

    `file` is the copy that may be shown: a photo or film without the place it was taken at. What the device had written
    down is kept in `facts`: taken_at (ISO 8601), lat, lon (degrees), width, height (pixels), each only where known.
    """

    class Kind(models.TextChoices):
        CITIZEN = "citizen", _("诉求材料")
        CONTACT = "contact", _("联系凭证")
        HANDLING = "handling", _("办理材料")
        EVIDENCE = "evidence", _("申请依据")

    petition = models.ForeignKey("petitions.Petition", models.PROTECT, related_name="attachments")
    assignment = models.ForeignKey("petitions.Assignment", models.PROTECT, null=True, related_name="attachments")
    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    file = models.FileField("文件", upload_to=_where, max_length=160)
    thumbnail = models.FileField("缩略图", upload_to=_where_small, max_length=160, blank=True)
    name = models.CharField("文件名", max_length=160)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField("字节")
    sha256 = models.CharField("原件指纹", max_length=64)
    client_key = models.CharField(max_length=64, blank=True)
    facts = models.JSONField("拍摄信息", default=dict, blank=True)
    added_by = models.ForeignKey("routing.Staff", models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField("上传时间")
    hidden_at = models.DateTimeField("隐藏时间", null=True, blank=True)
    hidden_by = models.ForeignKey("routing.Staff", models.PROTECT, null=True, blank=True, related_name="+")

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["petition", "sha256"],
                condition=Q(hidden_at__isnull=True),
                name="attachment_shown_once_per_case",
            ),
            models.UniqueConstraint(
                fields=["petition", "client_key"], condition=~Q(client_key=""), name="attachment_sent_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def family(self) -> str:
        """image, audio, video or application, as a page shows it."""
        return self.content_type.partition("/")[0]
