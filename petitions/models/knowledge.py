from datetime import date

from django.db import models
from django.db.models import Q


class KnowledgeQuerySet(models.QuerySet):
    def in_force(self, today: date) -> "KnowledgeQuerySet":
        return self.filter(is_published=True, review_by__gte=today)


class Wording(models.Model):
    """What an item says, for whom, and until when it may be said; an item and its versions have the same columns."""

    title = models.CharField("标题", max_length=120)
    question = models.TextField("常见问法", blank=True)
    answer = models.TextField("答复口径", blank=True)
    basis = models.CharField("依据", max_length=300, blank=True)
    category = models.ForeignKey("routing.Category", models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(
        "routing.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任单位"
    )
    review_by = models.DateField("复核日期")
    for_enterprises = models.BooleanField("面向企业", default=False)
    is_published = models.BooleanField("已发布", default=False)

    class Meta:
        abstract = True


class KnowledgeItem(Wording):
    """A ready answer (答复口径): owned by a unit and good until its review date; a stale item answers nobody.

    The row is the newest version; what was said before stands in KnowledgeVersion. Written by services/knowledge.py.
    """

    version = models.PositiveIntegerField("版次", default=0)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = KnowledgeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "知识库"
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(fields=["title"], name="knowledge_title_once"),
            models.CheckConstraint(
                condition=Q(is_published=False) | ~Q(answer="") & Q(owner__isnull=False),
                name="knowledge_published_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_stale(self, today: date) -> bool:
        return self.review_by < today


class KnowledgeVersion(Wording):
    """An item as it stood after one edit. What was said to somebody is kept by the version, so it never changes."""

    item = models.ForeignKey(KnowledgeItem, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField("版次")
    note = models.CharField("改动说明", max_length=200, blank=True)
    # Nobody is known for what stood in the table before versions were kept.
    made_by = models.ForeignKey("routing.Staff", models.PROTECT, null=True, related_name="+", verbose_name="修改人")
    made_at = models.DateTimeField("修改时间")

    class Meta:
        verbose_name = verbose_name_plural = "知识条目版次"
        ordering = ["item_id", "-number"]
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="knowledge_version_once")]

    def __str__(self) -> str:
        return f"{self.title} #{self.number}"
