from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class UnitKind(models.Model):
    """A kind of unit ("区城管委"): a catalogue names kinds, the area tree turns them into units."""

    class Level(models.TextChoices):
        COMMUNITY = "community", _("社区村")
        STREET = "street", _("街道乡镇")
        DISTRICT = "district", _("区县")
        CITY = "city", _("市")
        COMPANY = "company", _("公共服务企业")

    code = models.CharField("编码", max_length=40, primary_key=True)
    name = models.CharField("名称", max_length=60)
    level = models.CharField("层级", max_length=10, choices=Level.choices)

    class Meta:
        verbose_name = verbose_name_plural = "单位类别"
        ordering = ["level", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=["community", "street", "district", "city", "company"]),
                name="unit_kind_level_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DepartmentQuerySet(models.QuerySet):
    def active(self) -> DepartmentQuerySet:
        return self.filter(is_active=True)

    def of_kind(self, code: str) -> DepartmentQuerySet:
        return self.filter(kind=code)

    def answering_for(self, area_path: str) -> DepartmentQuerySet:
        """Units whose area is the place itself or one that contains it."""
        codes = area_path.strip("/").split("/")
        return self.filter(Q(area=None) | Q(area__code__in=codes))


class Department(models.Model):
    """A unit that answers: street office, district department, public-service company, community."""

    code = models.CharField("编码", max_length=80, unique=True)
    name = models.CharField("名称", max_length=120, unique=True)
    short_name = models.CharField("简称", max_length=60, blank=True)
    kind = models.ForeignKey(UnitKind, verbose_name="单位类别", on_delete=models.PROTECT, related_name="departments")
    area = models.ForeignKey(
        "routing.Area",
        verbose_name="负责区域",
        help_text="留空表示不限区域",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="departments",
    )
    parent = models.ForeignKey(
        "self", verbose_name="上级单位", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    phone = models.CharField("值班电话", max_length=30, blank=True)
    email = models.EmailField("邮箱", blank=True)
    is_active = models.BooleanField("启用", default=True)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("id")), name="department_not_its_own_parent"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="department_is_named"),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name
