"""What is usual and what is to come: made anew every night from the counters, so that the hourly look is cheap."""

from django.db import models
from django.db.models import Q


class Usual(models.Model):
    """How much of a matter (a leaf) a place usually has; see alerts/usual.py for the meaning of the figures."""

    area = models.ForeignKey("routing.Area", models.PROTECT, related_name="+")
    category = models.ForeignKey("routing.Category", models.PROTECT, related_name="+")
    per_day = models.FloatField()
    spread = models.FloatField()
    weight = models.FloatField()
    made_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "category"], name="usual_once")]


class Rhythm(models.Model):
    """How a branch of matters spreads over the week: 24 shares for each weekday, days off counting as Sundays."""

    category = models.OneToOneField("routing.Category", models.PROTECT, related_name="+")
    shares = models.JSONField()
    made_on = models.DateField()


class Forecast(models.Model):
    """Cases to expect of a matter in a place in one week, with the interval that nine weeks in ten fall into.

    `method` as in alerts/forecast.py; "mean" says that nothing beat a smoothed mean, and is drawn as no line.
    """

    area = models.ForeignKey("routing.Area", models.PROTECT, related_name="+")
    category = models.ForeignKey("routing.Category", models.PROTECT, related_name="+")
    week = models.DateField("周一")
    expected = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    method = models.CharField(max_length=10)
    made_on = models.DateField()

    class Meta:
        ordering = ["week"]
        constraints = [
            models.UniqueConstraint(fields=["area", "category", "week"], name="forecast_once"),
            models.CheckConstraint(
                condition=Q(low__lte=models.F("expected")) & Q(high__gte=models.F("expected")),
                name="forecast_inside_its_interval",
            ),
        ]


class Look(models.Model):
    """How far a detector that follows the events has read: the next look starts a little before it."""

    name = models.CharField(max_length=20, primary_key=True)
    until = models.DateTimeField()
