from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Tier(models.TextChoices):
    """How fast a matter has to be dealt with (domain.md §9.1)."""

    EMERGENCY = "E", _("突发")
    UTILITY = "U", _("及时")
    NORMAL = "N", _("一般")
    COMPLEX = "C", _("疑难")


class CategoryQuerySet(models.QuerySet):
    def active(self) -> CategoryQuerySet:
        return self.filter(is_active=True)

    def leaves(self) -> CategoryQuerySet:
        return self.filter(level=3)


class Category(models.Model):
    """A node of the three-level tree of matters; cases carry leaves."""

    code = models.CharField("编码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=40)
    level = models.PositiveSmallIntegerField("层级")
    parent = models.ForeignKey(
        "self", verbose_name="上级", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    tier = models.CharField("时限档位", max_length=1, choices=Tier.choices, blank=True)
    description = models.CharField("说明", max_length=300, blank=True)
    keywords = ArrayField(models.CharField(max_length=30), verbose_name="关键词", default=list, blank=True)
    is_active = models.BooleanField("启用", default=True)
    full_name = models.CharField("全称", max_length=140, editable=False)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "诉求分类"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(level__range=(1, 3)), name="category_three_levels"),
            models.CheckConstraint(
                condition=Q(level=1, parent__isnull=True) | Q(level__gt=1, parent__isnull=False),
                name="category_first_level_is_root",
            ),
            models.CheckConstraint(
                condition=Q(level=3, tier__in=Tier.values) | Q(level__lt=3, tier=""), name="category_leaf_has_tier"
            ),
            models.UniqueConstraint(fields=["parent", "name"], name="category_name_once_per_parent"),
            models.UniqueConstraint(fields=["name"], condition=Q(parent=None), name="category_root_name_once"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.name

    def save(self, *args, **kwargs) -> None:
        self.place_under(self.parent)
        super().save(*args, **kwargs)

    def place_under(self, parent: Category | None) -> None:
        """Set the parent and the columns that follow from it."""
        self.parent = parent
        self.level = parent.level + 1 if parent else 1
        self.full_name = f"{parent.full_name} › {self.name}" if parent else self.name
