from datetime import date

from django.db import models


class KnowledgeQuerySet(models.QuerySet):
    def in_force(self, today: date) -> "KnowledgeQuerySet":
        return self.filter(is_published=True, review_by__gte=today)


class KnowledgeItem(models.Model):
    """A ready answer (答复口径): owned by a unit and good until its review date; a stale item says so."""

    title = models.CharField("标题", max_length=120)
    question = models.TextField("常见问法", blank=True)
    answer = models.TextField("答复口径")
    basis = models.CharField("依据", max_length=300, blank=True)
    category = models.ForeignKey("routing.Category", models.PROTECT, null=True, blank=True, related_name="knowledge")
    owner = models.ForeignKey(
        "routing.Department", models.PROTECT, null=True, related_name="+", verbose_name="责任单位"
    )
    review_by = models.DateField("复核日期")
    is_published = models.BooleanField("已发布", default=True)
    used = models.PositiveIntegerField("引用次数", default=0)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = KnowledgeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "知识库"
        ordering = ["title"]
        constraints = [models.UniqueConstraint(fields=["title"], name="knowledge_title_once")]

    def __str__(self) -> str:
        return self.title

    def is_stale(self, today: date) -> bool:
        return self.review_by < today
