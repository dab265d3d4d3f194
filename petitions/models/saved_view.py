from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class SavedView(models.Model):
    """Filters of the case list under a name: one person's own, or shown to a unit or to a role as well.

    `query` is the list's address without its "?". A deleted view keeps its row, so that deleting can be undone.
    """

    owner = models.ForeignKey("routing.Staff", models.CASCADE, related_name="saved_views", verbose_name="所有人")
    name = models.CharField("名称", max_length=40)
    query = models.CharField("筛选条件", max_length=4000, blank=True)
    shared_unit = models.ForeignKey(
        "routing.Department", models.CASCADE, null=True, blank=True, related_name="+", verbose_name="共享给单位"
    )
    shared_role = models.CharField("共享给岗位", max_length=20, blank=True)
    place = models.PositiveSmallIntegerField("次序", default=0)
    removed_at = models.DateTimeField("删除时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "常用视图"
        ordering = ["place", "id"]
        indexes = [
            models.Index(fields=["shared_unit"], condition=Q(shared_unit__isnull=False), name="view_of_unit"),
            models.Index(fields=["shared_role"], condition=~Q(shared_role=""), name="view_of_role"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], condition=Q(removed_at=None), name="view_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="view_has_name"),
            models.CheckConstraint(condition=Q(shared_unit=None) | Q(shared_role=""), name="view_shared_one_way"),
        ]

    def __str__(self) -> str:
        return self.name


class ListHabit(models.Model):
    """How one person wants the case list: which columns, and which view it opens with."""

    owner = models.OneToOneField("routing.Staff", models.CASCADE, related_name="list_habit", primary_key=True)
    columns = ArrayField(models.CharField(max_length=20), verbose_name="显示列")
    first_view = models.ForeignKey(SavedView, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "列表习惯"

    def __str__(self) -> str:
        return f"{self.owner}"
