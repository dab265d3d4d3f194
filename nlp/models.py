from django.db import models


class TrainedModel(models.Model):
    """A model file that was trained here: where it lies, what it scored, and whether it answers now."""

    class Kind(models.TextChoices):
        CATEGORY = "category", "类别"
        REQUEST_TYPE = "request_type", "诉求类型"
        UNIT = "unit", "承办单位类型"

    kind = models.CharField("用途", max_length=20, choices=Kind.choices)
    version = models.PositiveIntegerField("版本")
    file = models.CharField("文件", max_length=200, help_text="模型目录中的文件名")
    checksum = models.CharField("校验和", max_length=64, help_text="整个文件的 SHA-256")
    format_version = models.PositiveIntegerField("格式版本")
    scores = models.JSONField("得分", default=dict)
    trained_on = models.JSONField("训练数据", default=dict, help_text="来源与条数")
    is_active = models.BooleanField("在用", default=False)
    created_at = models.DateTimeField("训练时间")
    promoted_at = models.DateTimeField("启用时间", null=True, blank=True)
    replaced = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="替换了")
    reason = models.TextField("启用理由", blank=True, help_text="得分低于在用模型时必须写明")

    class Meta:
        verbose_name = verbose_name_plural = "训练模型"
        ordering = ("kind", "-version")
        constraints = (
            models.UniqueConstraint(fields=("kind", "version"), name="nlp_one_model_per_version"),
            models.UniqueConstraint(
                fields=("kind",), condition=models.Q(is_active=True), name="nlp_one_active_model_per_kind"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} v{self.version}"
