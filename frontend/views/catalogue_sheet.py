"""The catalogue as a workbook: taken out, edited in a spreadsheet, and read into the draft again."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from frontend.forms.catalogue import SheetForm
from frontend.guards import staff_with
from frontend.refusals import refuse, valid
from frontend.sheet_files import on_disk
from frontend.views.catalogue import frame
from petitions import rules
from petitions.errors import PetitionError
from petitions.queries import catalogue as entries
from petitions.services import catalogue
from routing.loading.sync import NothingSaved, Outcome
from routing.sheets import workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 100


@staff_with(*rules.SEE_CATALOGUE)
def download(request: HttpRequest, number: int) -> HttpResponse:
    version = entries.edition(str(number))
    if version is None:
        raise Http404
    response = HttpResponse(workbook(version), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, _("派单目录第%(n)s版.xlsx") % {"n": number})
    return response


@staff_with(*rules.EDIT_CATALOGUE)
def take(request: HttpRequest) -> HttpResponse:
    """Read a sheet into the draft. Nothing is saved while any of its rows has a problem; all are listed."""
    form, context, status = SheetForm(request.POST or None, request.FILES or None), {}, 200
    if request.method == "POST":
        status = 422
        if valid(request, form):
            try:
                outcome = _read(form.cleaned_data["file"], request.user)
                messages.success(request, _("表格已读入草案：%(what)s。请核对差别后再发布。") % {"what": outcome})
                return redirect("catalogue-changes")
            except NothingSaved as refusal:
                context = {"problems": refusal.problems[:MOST_SHOWN], "more": len(refusal.problems) - MOST_SHOWN}
            except PetitionError as refusal:
                status = refuse(request, form, refusal)
    context |= frame(request, "catalogue") | {"form": form}
    return render(request, "catalogue_sheet.html", context, status=status)


def _read(file: UploadedFile, actor) -> Outcome:
    with on_disk(file) as path:
        return catalogue.take_sheet(path, actor=actor)
