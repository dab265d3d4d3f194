"""公布成绩: what is still open, the figures as they would be sealed, publishing, corrections, verification."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend import score_rows
from frontend.forms.scorecard import PublishForm
from frontend.guards import staff_with
from frontend.refusals import refuse, valid
from frontend.score_words import CALIBRES, GROUPS, READERS, tabs
from frontend.views.scorecard import Asked, asked
from petitions import rules
from petitions.errors import PetitionError
from petitions.insight import checking, formulas, periods, publish, rates, scorecard
from petitions.insight.models import Formula
from petitions.insight.queries import publishing, sheet
from petitions.insight.queries.spans import Span
from petitions.insight.rates import Counts
from petitions.models import Request
from petitions.services import jobs

# A day is reported, not published: it is too short to be ranked.
PUBLISHED_KINDS = ("assessment", "month", "week", "custom")


@staff_with(*rules.PUBLISH_SCORES)
def page(request: HttpRequest) -> HttpResponse:
    """The period that was asked for; without a word, the assessment period that ended last."""
    wanted, now = asked(request), timezone.now()
    span = _span(request, wanted)
    ready = publishing.readiness(span, now=now)
    form = PublishForm(request.POST or None, is_correction=ready.published is not None)
    status = 200
    if request.method == "POST":
        status = 422
        if valid(request, form):
            try:
                return _publish(request, span, form)
            except PetitionError as refusal:
                status = refuse(request, form, refusal)
    formula = formulas.in_force(span.last_day)
    context = {
        "span": span,
        "ready": ready,
        "waiting": [(Request.Kind(kind).label, count) for kind, count in ready.requests.items()],
        "form": form,
        "formula": formula,
        "preview": _preview(span, formula),
        "sheet_url": f"{reverse('scorecard')}?{urlencode(span.address)}",
        "earlier": "?" + urlencode(span.before().address),
        "later": "?" + urlencode(span.after().address),
        "may_be_published": span.kind in PUBLISHED_KINDS,
    }
    return render(request, "scorecard_publish.html", context | tabs(request, "scorecard-publications"), status=status)


def _span(request: HttpRequest, wanted: Asked) -> Span:
    return wanted.span if request.GET.get("kind") else wanted.span.before()


def _publish(request: HttpRequest, span: Span, form: PublishForm) -> HttpResponse:
    found = publish.publish(
        periods.period_of(span), actor=request.user, now=timezone.now(), reason=form.cleaned_data["reason"].strip()
    )
    messages.success(request, _("%(period)s的成绩已公布并封存。") % {"period": span.name})
    return redirect(f"{reverse('scorecard')}?published={found.pk}")


def _preview(span: Span, formula: Formula) -> list[dict[str, Any]]:
    """Each group in each calibre, pooled: what the sealed sheet will say at its foot. Two statements."""
    lines, known, value = scorecard.from_tally(span.window), scorecard.units(), formula.value()
    rows = []
    for calibre, word in CALIBRES.items():
        groups = scorecard.grouped(lines[calibre], known, GROUPS)
        for group, name in GROUPS.items():
            members = groups.get(group, {})
            total = Counts.sum(members.values())
            placed = rates.place(members, value)
            rows.append(
                {
                    "calibre": word,
                    "group": name,
                    "units": len(members),
                    "unranked": sum(each.rank is None for each in placed),
                    "counts": total,
                    "cells": score_rows.cells_of(sheet.Line(total, rates.scores(total, value)), lambda figure: "")[7:],
                }
            )
    return rows


@staff_with(*READERS)
def publications(request: HttpRequest) -> HttpResponse:
    found = publishing.publications(request.GET.get("after", ""))
    checks = checking.newest(row.pk for row in found.rows)
    context = {
        "rows": [(row, checks.get(row.pk)) for row in found.rows],
        "is_running": any(job.state in jobs.UNFINISHED for job in checks.values()),
        "next": "?" + urlencode({"after": found.next}) if found.next else "",
        "may_check": request.user.has_role(*rules.SEE_SCORES),
    }
    return render(request, "scorecard_publications.html", context | tabs(request, "scorecard-publications"))


@staff_with(*rules.SEE_SCORES)
@require_POST
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Recompute from the events up to the cut-off: anybody who reads the figures may have them checked."""
    checking.ask(pk, actor=request.user)
    messages.success(request, _("已开始从记录重算核对，结果显示在这一行。"))
    return redirect("scorecard-publications")
