from django.db import models


class Mark(models.Model):
    """One thing that counts, for one unit at one moment (fold.py). Derived from events: can be remade."""

    petition = models.ForeignKey("petitions.Petition", models.CASCADE, related_name="+")
    department = models.ForeignKey("routing.Department", models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    half = models.IntegerField()
    good = models.BooleanField(null=True)
    amount = models.IntegerField(null=True)
    contacted = models.BooleanField(null=True)
    solved = models.CharField(max_length=8, blank=True)
    satisfaction = models.CharField(max_length=16, blank=True)
    via = models.CharField(max_length=4, blank=True)
    assessment = models.CharField(max_length=16)
    excluded = models.BooleanField(default=False)
    not_counted = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["department", "kind", "half", "petition"], name="mark_behind_a_figure"),
            models.Index(fields=["kind", "half", "petition"], name="mark_behind_a_group"),
        ]


class Tally(models.Model):
    """How many marks of one class a half-day has: kept by differences (rollup.py), equal to counting the marks."""

    half = models.IntegerField()
    department = models.ForeignKey("routing.Department", models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=12)
    assessment = models.CharField(max_length=16)
    excluded = models.BooleanField()
    not_counted = models.BooleanField()
    n = models.IntegerField()
    good = models.IntegerField()
    amount = models.BigIntegerField()
    contacted = models.IntegerField()
    solved = models.IntegerField()
    partly = models.IntegerField()
    satisfied = models.IntegerField()
    basically = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["half", "department", "kind", "assessment", "excluded", "not_counted"],
                nulls_distinct=False,
                name="tally_row_once",
            )
        ]
        indexes = [models.Index(fields=["department", "half"], name="tally_of_a_unit")]


class Stale(models.Model):
    """A case with new events: written by a trigger in the same commit, taken by the next refresh. Rows, not a set:
    two commits on one case never wait for each other here."""

    petition_id = models.BigIntegerField()
