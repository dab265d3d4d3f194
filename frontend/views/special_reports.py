"""专报: asking for one about a matter or a hot issue, and the approval without which no report counts as sent."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.forms.special_report import ApproveForm, SpecialForm
from frontend.guards import staff_with
from frontend.refusals import refuse, valid
from frontend.score_words import tabs
from petitions import rules
from petitions.errors import PetitionError
from petitions.insight.models import ReportVersion
from petitions.insight.queries.spans import Cuts
from petitions.insight.reports import approving, making
from routing import rulebook


@staff_with(*rules.MAKE_REPORTS)
def new(request: HttpRequest) -> HttpResponse:
    """`?issue=` and `?category=` choose what it is about."""
    asked = {name: request.GET.get(name, "") for name in ("issue", "category")}
    today = timezone.localdate()
    form, status = (
        SpecialForm(request.POST or None, initial=asked | {"first": today.replace(day=1), "last": today}),
        200,
    )
    if request.method == "POST":
        status = 422
        if valid(request, form):
            try:
                said = form.cleaned_data
                span = form.span(Cuts.of(rulebook.current()))
                matter = {"category": said["category"], "issue": said["issue"]}
                version = making.ask_special(span, **matter, actor=request.user, now=timezone.now())
                return redirect("report", version.report_id)
            except PetitionError as refusal:
                status = refuse(request, form, refusal)
    return render(request, "report_special.html", {"form": form} | tabs(request, "reports"), status=status)


@staff_with(*rules.APPROVE_REPORTS)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """To whom a version goes, under one's own name."""
    version = get_object_or_404(ReportVersion.objects.select_related("report", "by").defer("content"), pk=pk)
    form, status = ApproveForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if valid(request, form):
            try:
                approving.approve(version, **form.cleaned_data, actor=request.user, now=timezone.now())
                messages.success(request, _("已审定报送。"))
                return redirect("report", version.report_id)
            except PetitionError as refusal:
                status = refuse(request, form, refusal)
    context = {"form": form, "version": version, "report": version.report}
    return render(request, "report_approve.html", context | tabs(request, "reports"), status=status)
