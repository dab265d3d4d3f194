"""并案: choose the lead and the members of a collective matter, and say why it is one matter."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.forms.grouping import GroupForm
from frontend.guards import signed_in
from frontend.refusals import refuse, valid
from frontend.targets import read_again
from petitions.errors import NotYours, PetitionError
from petitions.models import Petition
from petitions.queries import casefile, grouping
from petitions.rules import may_merge
from petitions.services import merging
from routing import rulebook


@signed_in
def group(request: HttpRequest, no: str) -> HttpResponse:
    case, rules, now = casefile.of(no, request.user), rulebook.current(), timezone.now()
    if not may_merge(case, request.user):
        raise NotYours
    found = grouping.candidates(case, request.user, rules, similar=_alike(case, now), now=now)
    lead_id = grouping.suggested_lead(found)
    form = GroupForm(request.POST or None, found=found, initial={"lead": lead_id})
    status = 200
    if request.method == "POST":
        if valid(request, form):
            try:
                return _merged(request, form)
            except PetitionError as refusal:
                status = refuse(request, form, refusal)
        status = max(status, 422)
    context = {"case": case, "found": found, "form": form, "lead_id": lead_id, "now": now}
    return render(request, "group.html", context, status=status)


def _alike(case: Petition, now: datetime) -> list[int]:
    seen = read_again(case, now=now)
    return [other.petition_id for other in seen.similar]


def _merged(request: HttpRequest, form: GroupForm) -> HttpResponse:
    said = form.cleaned_data
    merged = merging.merge_many(said["lead"], said["member"], actor=request.user, reason=said["reason"])
    if merged.done:
        messages.success(request, _("已并入 %(n)s 件。") % {"n": len(merged.done)})
    for number, why in merged.refused:
        messages.error(request, f"{number}：{why}")
    lead = Petition.objects.only("no").get(pk=said["lead"])
    return redirect("case", lead.no)
