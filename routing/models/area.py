from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _


class AreaQuerySet(models.QuerySet):
    def under(self, area: Area) -> AreaQuerySet:
        """The area itself and everything inside it."""
        return self.filter(path__startswith=area.path)

    def active(self) -> AreaQuerySet:
        return self.filter(is_active=True)

    def at_level(self, level: str) -> AreaQuerySet:
        return self.filter(level=level)


class Area(models.Model):
    """A node of the area tree, from the province down to the grid of a community."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("省")
        CITY = "city", _("市")
        DISTRICT = "district", _("区县")
        STREET = "street", _("街道乡镇")
        COMMUNITY = "community", _("社区村")
        GRID = "grid", _("网格")

    code = models.CharField("编码", max_length=32, unique=True)
    name = models.CharField("名称", max_length=60)
    aliases = ArrayField(
        models.CharField(max_length=60), verbose_name="别名（小区、道路、地标）", default=list, blank=True
    )
    level = models.CharField("层级", max_length=10, choices=Level.choices)
    parent = models.ForeignKey(
        "self", verbose_name="上级", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    # Codes from the root, each closed by "/": one prefix comparison answers "is this inside that".
    path = models.CharField("路径", max_length=240, unique=True, editable=False)
    full_name = models.CharField("全称", max_length=240, editable=False)
    # Cases that point at it keep it; no new case is placed there.
    is_active = models.BooleanField("启用", default=True)
    # For figures per resident; nobody has to know it.
    population = models.PositiveIntegerField("常住人口", null=True, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "区域"
        ordering = ["path"]
        indexes = [models.Index(fields=["path"], name="area_path_prefix", opclasses=["text_pattern_ops"])]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="area_name_once_per_parent"),
            models.UniqueConstraint(fields=["name"], condition=Q(parent=None), name="area_root_name_once"),
            models.CheckConstraint(
                condition=Q(level__in=["province", "city", "district", "street", "community", "grid"]),
                name="area_level_known",
            ),
            models.CheckConstraint(
                condition=Q(level__in=["province", "city"]) | Q(parent__isnull=False), name="area_below_city_has_parent"
            ),
            models.CheckConstraint(
                condition=~Q(level="province") | Q(parent__isnull=True), name="area_province_is_a_root"
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="area_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(path__endswith=Concat(F("code"), models.Value("/"))), name="area_path_ends_in_code"
            ),
            models.CheckConstraint(condition=~Q(code__contains="/") & ~Q(code=""), name="area_code_without_slash"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.name

    def save(self, *args, **kwargs) -> None:
        self.place_under(self.parent)
        super().save(*args, **kwargs)

    def place_under(self, parent: Area | None) -> None:
        """Set the parent and the two columns that follow from it."""
        self.parent = parent
        self.path = (parent.path if parent else "") + self.code + "/"
        self.full_name = " ".join(filter(None, [parent.full_name if parent else "", self.name]))
