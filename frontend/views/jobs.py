"""作业: all long works on one page, how far each is, what it made; stopping one, fetching its file."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from frontend.guards import signed_in
from frontend.job_lines import file_name, lines_of
from frontend.refusals import wants_json
from petitions import rules
from petitions.errors import PetitionError
from petitions.queries import jobs
from petitions.services import job_files
from petitions.services import jobs as working

ALL = "all"


@signed_in
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    may_see_all = request.user.has_role(*rules.SEE_ALL_JOBS)
    everybody = may_see_all and request.GET.get("whose") == ALL
    found = jobs.page(request.user, request.GET.get("after", ""), everybody=everybody)
    whose = {"whose": ALL} if everybody else {}
    context = {
        "lines": lines_of(found.rows, request.user, now=timezone.now()),
        "everybody": everybody,
        "may_see_all": may_see_all,
        "here": "?" + urlencode(whose | {"after": request.GET.get("after", "")}),
        "next": "?" + urlencode(whose | {"after": found.next}) if found.next else "",
    }
    return render(request, "jobs.html" + ("#lines" if request.htmx else ""), context)


@signed_in
@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """The count in the bar, by itself."""
    return render(request, "parts/jobs_now.html", {"running": jobs.running(request.user)})


@signed_in
@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        working.stop(pk, actor=request.user)
        messages.success(request, _("已取消；正在做的一步做完就停。"))
    except PetitionError as refusal:
        if wants_json(request):
            raise
        messages.error(request, refusal.message)
    return redirect("jobs")


@signed_in
@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """What one's own job has made: the cases of an export, the rows that an import could not take."""
    job, content = job_files.take(pk, actor=request.user, address=request.META.get("REMOTE_ADDR"))
    name, kind = file_name(job)
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
