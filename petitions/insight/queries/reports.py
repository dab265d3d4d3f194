"""通报: the reports with their newest version, and one report with all of its versions."""

from __future__ import annotations

from django.db.models import QuerySet

from petitions.insight.models import Report, ReportVersion
from petitions.queries import keyset
from petitions.queries.keyset import Page


def page(after: str) -> Page:
    """Newest first, each with `newest`: its last version. Two statements."""
    found = keyset.by_id(Report.objects.all(), after)
    newest = {version.report_id: version for version in _newest([report.pk for report in found.rows])}
    for report in found.rows:
        report.newest = newest.get(report.pk)
    return found


def versions(report: Report) -> list[ReportVersion]:
    """The newest first. One statement."""
    return list(_told(report.versions.all()).order_by("-number"))


def _newest(reports: list[int]) -> QuerySet[ReportVersion]:
    rows = ReportVersion.objects.filter(report__in=reports)
    return _told(rows).order_by("report_id", "-number").distinct("report_id")


def _told(rows: QuerySet[ReportVersion]) -> QuerySet[ReportVersion]:
    """With the people and the job, without the figures."""
    return rows.select_related("by", "job", "report", "approval__by").defer("content")
