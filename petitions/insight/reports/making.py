"""Asking for a report, rewriting its sentences, and the job that makes the files. Nothing is overwritten.

A version and its job are one commit; the version has its figures once the job has read them, its files when it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction

from petitions import errors, rules
from petitions.insight.models import HotIssue, Report, ReportVersion
from petitions.insight.queries.spans import Cuts, Span, span
from petitions.insight.reports import blocks, docx, pdf, sentences, special, special_gathering, xlsx
from petitions.insight.reports.blocks import Paper
from petitions.insight.reports.content import as_json, from_json
from petitions.insight.reports.fonts import NoOpenFont
from petitions.insight.reports.gathering import gather
from petitions.insight.reports.sentences import Texts
from petitions.insight.windows import SHANGHAI
from petitions.services import clock, jobs, turns
from petitions.services.door import system
from routing import rulebook
from routing.models import Category

KIND = "report"
LIMIT = 4000  # characters of one section
FORMS = {"docx": docx, "xlsx": xlsx, "pdf": pdf}
STEPS = 1 + len(FORMS)
SPECIAL = Report.Kind.SPECIAL
SCHEDULED, CATCH_UP_HOURS = ("day", "week", "month", "assessment"), 48
Origin = ReportVersion.Origin


def ask(wanted: Span, *, actor: Any, now: datetime) -> ReportVersion:
    """A new version with the figures of now. Raises NotYours, ReportRunning."""
    if not rules.may_make_reports(None, actor):
        raise errors.NotYours
    with transaction.atomic():
        return _begin(_report_of(wanted), Origin.ASKED, actor, now)


def ask_special(
    wanted: Span, *, category: Category | None = None, issue: HotIssue | None = None, actor: Any, now: datetime
) -> ReportVersion:
    """专报 about one matter or one hot issue in whole days. Raises NotYours, ReportRunning."""
    if not rules.may_make_reports(None, actor):
        raise errors.NotYours
    subject = category.name if category else str(issue)
    with transaction.atomic():
        report, _ = Report.objects.get_or_create(
            kind=SPECIAL,
            first_half=wanted.window.first,
            end_half=wanted.window.end,
            category=category,
            issue=issue,
            defaults={"name": f"{subject[:30]} {wanted.name}", "day": wanted.day},
        )
        return _begin(report, Origin.ASKED, actor, now)


def again(report: Report, *, actor: Any, now: datetime) -> ReportVersion:
    """A new version of the same slot and matter, with the figures of now. Raises NotYours, ReportRunning."""
    if not rules.may_make_reports(None, actor):
        raise errors.NotYours
    with transaction.atomic():
        return _begin(report, Origin.ASKED, actor, now)


def sections_of(report: Report) -> Mapping[str, str]:
    """The sections whose sentences a person may rewrite, in their order."""
    return special.SECTIONS if report.kind == SPECIAL else sentences.SECTIONS


def rewrite(version: ReportVersion, said: Mapping[str, str], *, actor: Any, now: datetime) -> ReportVersion:
    """A further version with the same figures and other sentences.

    Raises NotYours, ReportMovedOn, ReportRunning, ReportNotMade.
    """
    if not rules.may_make_reports(None, actor):
        raise errors.NotYours
    with transaction.atomic():
        _wait_for_turn(version.report)
        if version.report.versions.filter(number__gt=version.number).exists():
            raise errors.ReportMovedOn
        if not version.content:
            raise errors.ReportNotMade
        texts = sentences.edited(version.texts, said, sections_of(version.report))
        return _begin(version.report, Origin.EDITED, actor, now, content=version.content, texts=texts)


def begin_due(*, now: datetime) -> int:
    """A version for each slot that has ended lately and has none since; safe to ring twice at once."""
    begun = 0
    for ended in _ended(now):
        with transaction.atomic():
            report = _report_of(ended)
            _wait_for_turn(report)
            if not report.versions.filter(at__gte=ended.window.ends).exists():
                _begin(report, Origin.SCHEDULED, system(), now)
                begun += 1
    return begun


def run_waiting() -> int:
    return jobs.run_waiting(KIND, _make)


def span_of(report: Report) -> Span:
    """Its slot as it was when it was asked for, whatever the city's cuts are now."""
    return Span(report.kind, report.day, report.window, report.name, Cuts.of(rulebook.current()))


def cancel(version: ReportVersion, *, actor: Any) -> None:
    """Raises NotYours."""
    if not rules.may_make_reports(None, actor):
        raise errors.NotYours
    jobs.cancel(version.job_id, kind=KIND)


# ── rows ──
def _report_of(wanted: Span) -> Report:
    found, _ = Report.objects.get_or_create(
        kind=wanted.kind,
        first_half=wanted.window.first,
        end_half=wanted.window.end,
        defaults={"name": wanted.name, "day": wanted.day},
    )
    return found


def _begin(
    report: Report, origin: str, actor: Any, now: datetime, *, content: dict | None = None, texts: Texts | None = None
) -> ReportVersion:
    _wait_for_turn(report)
    last = report.versions.select_related("job").order_by("-number").first()
    if last and last.job.state in jobs.UNFINISHED:
        raise errors.ReportRunning
    return ReportVersion.objects.create(
        report=report,
        number=last.number + 1 if last else 1,
        origin=origin,
        by_id=actor.pk,
        at=now,
        job=jobs.start(KIND, owner_id=actor.pk, total=STEPS, params={"report": report.pk}),
        content=content or {},
        texts=texts or {},
    )


def _wait_for_turn(report: Report) -> None:
    """Two who begin a version of the same report take turns."""
    turns.wait(f"{KIND}:{report.pk}")


def _ended(now: datetime) -> Iterator[Span]:
    """The slots that ended within the last hours, of the kinds that the city wants by themselves."""
    wanted = rulebook.current()
    cuts, today = Cuts.of(wanted), now.astimezone(SHANGHAI).date()
    since = now - timedelta(hours=float(wanted.parameter("report.catch_up_hours", CATCH_UP_HOURS)))
    for kind in wanted.parameter("report.kinds", SCHEDULED):
        slot = span(kind, today + timedelta(days=1), cuts)
        while slot.window.ends > since:
            if slot.window.ends <= now:
                yield slot
            slot = slot.before()


# ── the work ──
def _make(running: jobs.Running) -> dict:
    version = ReportVersion.objects.select_related("report__category", "report__issue").get(job=running.job)
    if version.docx:
        return {}  # made already; only the end of the job was lost
    drawn_in = _readied(version)
    running.reached(1)
    drawn: dict[str, bytes] = {}
    for number, (form, draw) in enumerate(drawn_in.items(), start=2):
        try:
            drawn[form] = draw()
        except NoOpenFont as refusal:
            version.missing = refusal.message
        running.reached(number)
    _keep(version, drawn)
    return {"files": sorted(drawn)}


def _readied(version: ReportVersion) -> dict[str, Callable[[], bytes]]:
    """Reads the figures where the version has none yet; form → what draws it."""
    if version.report.kind == SPECIAL:
        return _readied_special(version)
    if version.content:
        content = from_json(version.content)
    else:
        content = gather(span_of(version.report), now=clock.now())
        version.content, version.texts = as_json(content), sentences.texts_of(content)
    return {
        form: partial(drawer.draw, content, version.texts, site=settings.SITE_URL) for form, drawer in FORMS.items()
    }


def paper_of(version: ReportVersion) -> Paper:
    """The version as its files show it; it has to have its figures."""
    if version.report.kind == SPECIAL:
        return special.paper_of(special.Special.of(version.content), version.texts)
    return blocks.paper_of(from_json(version.content), version.texts)


def _readied_special(version: ReportVersion) -> dict[str, Callable[[], bytes]]:
    if version.content:
        content = special.Special.of(version.content)
    else:
        content = special_gathering.gather(version.report, now=clock.now())
        version.content, version.texts = content.as_json(), special.texts_of(content)
    paper = special.paper_of(content, version.texts)
    return {form: partial(drawer.drawn, paper, site=settings.SITE_URL) for form, drawer in FORMS.items()}


def _keep(version: ReportVersion, drawn: Mapping[str, bytes]) -> None:
    for form, data in drawn.items():
        getattr(version, form).save(form, ContentFile(data), save=False)
    version.save(update_fields=["content", "texts", "missing", *drawn])
