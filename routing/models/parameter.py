from django.db import models
from django.db.models import Q


class Parameter(models.Model):
    """A number or switch that a city sets for itself."""

    key = models.CharField("名称", max_length=60, unique=True)
    value = models.JSONField("值")
    description = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "参数"
        ordering = ["key"]

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"


class Stamp(models.Model):
    """One row whose value changes with every change of a rule; caches compare it.

    Database triggers write it (migration 0002), so no loader, admin page or SQL console can forget to.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    value = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="stamp_is_one_row")]
