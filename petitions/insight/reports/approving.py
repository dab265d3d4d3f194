"""审定: a version goes out only under the name of somebody who did not write it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from petitions import errors, rules
from petitions.insight.models import ReportApproval, ReportVersion
from petitions.services import turns


def approve(version: ReportVersion, *, sent_to: str, actor: Any, now: datetime) -> ReportApproval:
    """Raises NotYours, NoReason, SecondPersonNeeded, ReportNotMade, ReportApproved, ReportMovedOn."""
    if not rules.may_approve_reports(None, actor):
        raise errors.NotYours
    if not sent_to.strip():
        raise errors.NoReason("请写明报送给谁。")
    if version.by_id == actor.pk:
        raise errors.SecondPersonNeeded("审定人不能是写这一版的人。")
    if not version.docx:
        raise errors.ReportNotMade
    with transaction.atomic():
        turns.wait(f"report:{version.report_id}")
        if version.report.versions.filter(number__gt=version.number).exists():
            raise errors.ReportMovedOn
        if ReportApproval.objects.filter(version=version).exists():
            raise errors.ReportApproved
        return ReportApproval.objects.create(version=version, by=actor, at=now, sent_to=sent_to.strip())
