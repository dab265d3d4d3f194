"""日报和通报: making one, what was made, rewriting its sentences, the files."""

from dataclasses import replace
from itertools import takewhile
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from frontend.forms.report_texts import TextsForm
from frontend.forms.scorecard import SpanForm
from frontend.guards import staff_with
from frontend.refusals import refuse, valid
from frontend.score_words import KINDS, tabs
from petitions import rules
from petitions.errors import PetitionError, ReportMovedOn
from petitions.insight.models import Report, ReportVersion
from petitions.insight.queries import reports
from petitions.insight.queries.spans import Cuts
from petitions.insight.reports import making
from petitions.insight.reports.blocks import Annex, Paper
from petitions.models import Job
from petitions.services import jobs
from routing import rulebook

KIND_WORDS = KINDS | {
    "week": gettext_lazy("周报"),
    "month": gettext_lazy("月报"),
    making.SPECIAL: gettext_lazy("专报"),
}
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


@staff_with(*rules.SEE_SCORES)
def page(request: HttpRequest) -> HttpResponse:
    """All reports; by POST a new version of the period that is asked for."""
    form, status = SpanForm(request.POST or None, initial={"kind": "day", "day": timezone.localdate()}), 200
    if request.method == "POST":
        status = 422
        if valid(request, form):
            try:
                span = form.span(timezone.localdate(), Cuts.of(rulebook.current()))
                version = making.ask(span, actor=request.user, now=timezone.now())
                return redirect("report", version.report_id)
            except PetitionError as refusal:
                status = refuse(request, form, refusal)
    found = reports.page(request.GET.get("after", ""))
    rows = [_row(report) for report in found.rows]
    context = {
        "form": form,
        "rows": rows,
        "next": "?" + urlencode({"after": found.next}) if found.next else "",
        "may_make": rules.may_make_reports(None, request.user),
    }
    return render(request, "reports.html", context | tabs(request, "reports"), status=status)


@staff_with(*rules.SEE_SCORES)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report with its versions; by POST its sentences are rewritten into a further one."""
    found = get_object_or_404(Report, pk=pk)
    versions = reports.versions(found)
    is_running = any(version.job.state in jobs.UNFINISHED for version in versions)
    if request.htmx and request.method == "GET" and not is_running:
        response = HttpResponse()
        response["HX-Refresh"] = "true"  # done: the sentences can be rewritten now, and the page offers it
        return response
    newest = next((version for version in versions if version.docx), None)
    form, status = _texts_form(request, newest), 200
    if request.method == "POST":
        status = 422
        if form is None:
            raise Http404
        if valid(request, form):
            try:
                return _rewritten(request, found, form)
            except ReportMovedOn as refusal:
                status = refuse(request, form, refusal)
                form.meet(refusal, theirs=newest.texts, marks={"version": newest.pk})
            except PetitionError as refusal:
                status = refuse(request, form, refusal)
    context = {
        "report": found,
        "kind_word": KIND_WORDS[found.kind],
        "versions": [_said(version) for version in versions],
        "is_running": is_running,
        "form": None if is_running and request.method == "GET" else form,
        "span": making.span_of(found),
        "may_make": rules.may_make_reports(None, request.user),
        "may_approve": rules.may_approve_reports(None, request.user),
        "preview": _preview(newest),
        "may_list": request.user.has_role(*rules.SEE_ALL),
    }
    template = "report.html" + ("#versions" if request.htmx else "")
    return render(request, template, context | tabs(request, "reports"), status=status)


@staff_with(*rules.MAKE_REPORTS)
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """A new version with the figures of now."""
    found = get_object_or_404(Report, pk=pk)
    try:
        making.again(found, actor=request.user, now=timezone.now())
    except PetitionError as refusal:
        messages.error(request, refusal.message)
    return redirect("report", pk)


@staff_with(*rules.MAKE_REPORTS)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    version = get_object_or_404(ReportVersion, pk=pk)
    making.cancel(version, actor=request.user)
    return redirect("report", version.report_id)


@staff_with(*rules.SEE_SCORES)
def download(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    version = get_object_or_404(ReportVersion.objects.select_related("report").defer("content"), pk=pk)
    stored = getattr(version, form) if form in TYPES else None
    if not stored:
        raise Http404(_("这一版没有这个文件。"))
    with stored.open("rb") as file:
        response = HttpResponse(file.read(), content_type=TYPES[form])
    name = _("%(report)s 第%(n)s版") % {"report": version.report.name, "n": version.number}
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{form}")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response


# ── inside ──
def _texts_form(request: HttpRequest, newest: ReportVersion | None) -> TextsForm | None:
    if newest is None or not rules.may_make_reports(None, request.user):
        return None
    said, sections = request.POST or None, making.sections_of(newest.report)
    return TextsForm(said, texts=newest.texts, version=newest.pk, sections=sections)


def _rewritten(request: HttpRequest, found: Report, form: TextsForm) -> HttpResponse:
    """Raises the refusals of making.rewrite()."""
    version = get_object_or_404(found.versions.select_related("report"), pk=form.cleaned_data["version"])
    made = making.rewrite(version, form.said(), actor=request.user, now=timezone.now())
    messages.success(request, _("文字已存为第 %(n)s 版，文件正在生成。") % {"n": made.number})
    return redirect("report", found.pk)


def _row(report: Report) -> Report:
    report.kind_word = KIND_WORDS[report.kind]
    if report.newest:
        _said(report.newest)
    return report


def _preview(newest: ReportVersion | None) -> Paper | None:
    """The newest version as its files show it, its figures leading to their lists; annexes are the scorecard's."""
    if newest is None:
        return None
    paper = making.paper_of(newest)
    return replace(paper, blocks=tuple(takewhile(lambda block: not isinstance(block, Annex), paper.blocks)))


LOOKS = {Job.State.DONE: "done", Job.State.FAILED: "over", Job.State.CANCELLED: "idle"}


def _said(version: ReportVersion) -> Any:
    """What became of it, and the files that there are."""
    version.look = LOOKS.get(version.job.state, "doing")
    version.state_word = Job.State(version.job.state).label
    version.is_running = version.job.state in jobs.UNFINISHED
    version.files = [form for form in TYPES if getattr(version, form)]
    return version
