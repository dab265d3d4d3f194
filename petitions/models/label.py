from django.db import models
from django.utils.translation import gettext_lazy as _


class Label(models.Model):
    """The leaf that an analyst gave a case, for the next training. Nobody sees another's before giving their own."""

    class Kind(models.TextChoices):
        UNSURE = "unsure", _("拿不准")
        DISPUTED = "disputed", _("有争议")
        SECOND = "second", _("另一人复核")
        OTHER = "other", _("自选")

    petition = models.ForeignKey("petitions.Petition", models.PROTECT, related_name="labels")
    staff = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+", verbose_name="标注人")
    category = models.ForeignKey("routing.Category", models.PROTECT, related_name="+", verbose_name="分类")
    kind = models.CharField("因何标注", max_length=10, choices=Kind.choices)
    second_wanted = models.BooleanField("抽中复核", default=False)
    made_at = models.DateTimeField("标注时间")

    class Meta:
        verbose_name = verbose_name_plural = "标注"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["made_at"], name="label_time"),
            models.Index(fields=["-id"], condition=models.Q(second_wanted=True), name="label_second_wanted"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["petition", "staff"], name="label_once_per_person"),
            models.CheckConstraint(
                condition=~models.Q(kind="second") | models.Q(second_wanted=False), name="label_second_is_the_last"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.petition_id} {self.category_id} ({self.staff_id})"
