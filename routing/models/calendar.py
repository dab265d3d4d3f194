from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractYear


class HolidayYear(models.Model):
    """Where a year's table of days off comes from, and whether it has been announced."""

    year = models.PositiveSmallIntegerField("年份", primary_key=True)
    source = models.CharField("来源", max_length=300)
    announced = models.BooleanField("已公布", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "节假日年表"
        ordering = ["year"]

    def __str__(self) -> str:
        return f"{self.year}年{'' if self.announced else '（未公布）'}"


class Holiday(models.Model):
    """A day that differs from its weekday: a day off, or a weekend worked to make up for one (调休)."""

    date = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("调休上班")
    name = models.CharField("名称", max_length=40)
    year = models.ForeignKey(HolidayYear, verbose_name="年表", on_delete=models.CASCADE, related_name="days")

    class Meta:
        verbose_name = verbose_name_plural = "节假日"
        ordering = ["date"]
        constraints = [
            models.CheckConstraint(condition=Q(year=ExtractYear(F("date"))), name="holiday_in_its_year"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}{'上班' if self.is_workday else '放假'}"


class SeasonQuerySet(models.QuerySet):
    def running(self, on: date) -> SeasonQuerySet:
        return self.filter(starts_on__lte=on, ends_on__gte=on)


class Season(models.Model):
    """A yearly window such as heating or flood season; a row per year, because the dates move."""

    code = models.CharField("编码", max_length=20)
    name = models.CharField("名称", max_length=40)
    starts_on = models.DateField("开始")
    ends_on = models.DateField("末日")
    note = models.CharField("说明", max_length=200, blank=True)

    objects = SeasonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "季节"
        ordering = ["starts_on", "code"]
        constraints = [
            models.UniqueConstraint(fields=["code", "starts_on"], name="season_once_per_start"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="season_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.starts_on}—{self.ends_on}"
