from django.db import models
from django.db.models import Q

from petitions.insight import rates


class Formula(models.Model):
    """One version of the score: weights, discounts, cut-offs. A published period keeps the version it was made with."""

    version = models.PositiveIntegerField("版本", unique=True)
    response = models.FloatField("响应率权重", default=0.10)
    solved = models.FloatField("解决率权重", default=0.50)
    satisfied = models.FloatField("满意率权重", default=0.40)
    basically = models.FloatField("基本满意折算", default=0.9)
    partly = models.FloatField("部分解决折算", default=0.0)
    min_n = models.PositiveIntegerField("有效回访少于此数不排名", default=30)
    prior_n = models.PositiveIntegerField("排序收缩强度(件)", default=30)
    bands = models.JSONField("等次", default=list, help_text="从高到低的 [名称, 最低分]")
    effective_from = models.DateField("生效日期")
    reason = models.CharField("修改说明", max_length=300)
    made_by = models.ForeignKey("routing.Staff", models.PROTECT, null=True, related_name="+", verbose_name="修改人")
    made_at = models.DateTimeField("修改时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "考核公式"
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(
                condition=Q(response__gte=0, solved__gte=0, satisfied__gte=0)
                & Q(basically__gte=0, basically__lte=1, partly__gte=0, partly__lte=1),
                name="formula_weights_are_shares",
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.version} 版"

    def value(self) -> rates.Formula:
        # As the database gives them back: a seal must not change because a weight was written as 1 and read as 1.0.
        return rates.Formula(
            version=self.version,
            response=float(self.response),
            solved=float(self.solved),
            satisfied=float(self.satisfied),
            basically=float(self.basically),
            partly=float(self.partly),
            min_n=int(self.min_n),
            prior_n=int(self.prior_n),
            bands=tuple((name, least) for name, least in self.bands) or rates.Formula.bands,
        )
