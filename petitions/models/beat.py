from django.db import models


class Beat(models.Model):
    """When a bell of the schedule last rang to its end, and what went wrong when it last did not.

    Written at most once in a quarter of a minute for each bell (petitions/services/beats.py).
    """

    name = models.CharField("任务", max_length=80, primary_key=True)
    rung_at = models.DateTimeField("最近完成", null=True)
    failed_at = models.DateTimeField("最近出错", null=True)
    problem = models.CharField("错误", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "定时任务"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
