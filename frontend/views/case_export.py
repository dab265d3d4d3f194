"""导出: what the list shows, as a file at once or as a job."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.guards import signed_in
from frontend.job_lines import TYPES
from frontend.refusals import wants_json
from frontend.views.cases import LONGEST, Asked
from petitions.errors import PetitionError
from petitions.services import exporting
from petitions.services.exporting import File


@signed_in
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    form = request.POST.get("form", "")
    if form not in TYPES:
        raise Http404
    asked = Asked.of(request, QueryDict(request.POST.get("list", "")[:LONGEST]))
    address = request.META.get("REMOTE_ADDR")
    try:
        made = exporting.export(asked.filters, form, actor=request.user, address=address, now=timezone.now())
    except PetitionError as refusal:
        if wants_json(request):
            raise
        messages.error(request, refusal.message)
        return redirect(f"{reverse('cases')}?{asked.here}")
    if isinstance(made, File):
        return _download(made)
    messages.success(request, _("共 %(n)s 件，正在后台生成文件，完成后在这里下载。") % {"n": made.total})
    return redirect("jobs")


def _download(file: File) -> HttpResponse:
    response = HttpResponse(file.content, content_type=TYPES[file.form])
    response["Content-Disposition"] = content_disposition_header(True, file.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
