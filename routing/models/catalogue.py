from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from .category import Tier


class Assessment(models.TextChoices):
    """What of a case counts in the score (domain.md M-13)."""

    THREE_RATES = "three_rates", _("三率全考")
    RESPONSE_ONLY = "response_only", _("只评响应率")
    NONE = "none", _("不评")


class CatalogueVersionQuerySet(models.QuerySet):
    def published(self) -> CatalogueVersionQuerySet:
        return self.filter(published_at__isnull=False)

    def drafts(self) -> CatalogueVersionQuerySet:
        return self.filter(published_at=None)

    def in_force(self, on: date) -> CatalogueVersionQuerySet:
        """The published version of that day; at most one, the database sees to it."""
        ends_later = Q(effective_to=None) | Q(effective_to__gte=on)
        return self.published().filter(ends_later, effective_from__lte=on)


class CatalogueVersion(models.Model):
    """One edition of the dispatch catalogue; a case keeps the number of the one that routed it."""

    number = models.PositiveIntegerField("版本号", unique=True)
    name = models.CharField("名称", max_length=80)
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("末日", help_text="最后一个有效日；留空表示一直有效", null=True, blank=True)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    note = models.TextField("说明", blank=True)
    created_by = models.ForeignKey(
        "routing.Staff", verbose_name="编制人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_by = models.ForeignKey(
        "routing.Staff", verbose_name="发布人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField("发布理由", blank=True)

    objects = CatalogueVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "派单目录版本"
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_to__gte=F("effective_from")),
                name="catalogue_version_ends_after_start",
            ),
            ExclusionConstraint(
                name="catalogue_one_version_in_force",
                expressions=[
                    (
                        Func(F("effective_from"), F("effective_to"), Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    )
                ],
                condition=Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"第{self.number}版 {self.name}"

    def holds_on(self, day: date) -> bool:
        """Whether the edition, once published, is the one of that day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


class CatalogueEntry(models.Model):
    """In this area and under these conditions, this kind of unit answers for this leaf.

    The database refuses every change of an entry whose edition is published (migration 0004).
    """

    version = models.ForeignKey(CatalogueVersion, verbose_name="版本", on_delete=models.CASCADE, related_name="entries")
    category = models.ForeignKey(
        "routing.Category", verbose_name="诉求分类", on_delete=models.PROTECT, related_name="entries"
    )
    area = models.ForeignKey(
        "routing.Area",
        verbose_name="适用区域",
        help_text="留空表示全域",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    conditions = models.JSONField(
        "条件",
        help_text='例：{"season": "heating", "hours": "22:00-06:00", "tags": ["无物业"]}',
        default=dict,
        blank=True,
    )
    main_kind = models.ForeignKey(
        "routing.UnitKind",
        verbose_name="主办单位类别",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    main_department = models.ForeignKey(
        "routing.Department",
        verbose_name="指定主办单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    assisting_kinds = ArrayField(models.CharField(max_length=40), verbose_name="协办单位类别", default=list, blank=True)
    tier = models.CharField("时限档位", max_length=1, choices=Tier.choices)
    assessment = models.CharField("考核类型", max_length=20, choices=Assessment.choices, default=Assessment.THREE_RATES)
    answer_template = models.TextField("答复模板", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "派单目录条目"
        ordering = ["version", "category", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "category", "area", "conditions"], name="catalogue_entry_once_per_area"
            ),
            models.UniqueConstraint(
                fields=["version", "category", "conditions"],
                condition=Q(area=None),
                name="catalogue_entry_once_everywhere",
            ),
            models.CheckConstraint(
                condition=Q(main_kind__isnull=False) | Q(main_department__isnull=False),
                name="catalogue_entry_names_someone",
            ),
            models.CheckConstraint(condition=Q(tier__in=Tier.values), name="catalogue_entry_tier_known"),
            models.CheckConstraint(
                condition=Q(assessment__in=Assessment.values), name="catalogue_entry_assessment_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} → {self.main_department or self.main_kind}"
