"""核对发布: what the draft changes, what is wrong with it, and letting it take over; the editions so far."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.catalogue_words import Names, said
from frontend.forms.catalogue import PublishForm, first_day
from frontend.guards import staff_with
from frontend.refusals import refuse, valid
from frontend.views.catalogue import frame
from petitions import rules
from petitions.errors import PetitionError
from petitions.queries import catalogue as entries
from petitions.services import catalogue, catalogue_proposals
from routing import drafts
from routing.checks import problems
from routing.differences import between
from routing.models import CatalogueVersion


@staff_with(*rules.SEE_CATALOGUE)
def changes(request: HttpRequest) -> HttpResponse:
    """Everything that somebody should read before publishing, on one page with the button."""
    context, draft, status = frame(request, "catalogue-changes"), drafts.the_draft(), 200
    if draft is None:
        return render(request, "catalogue_changes.html", context)
    today = timezone.localdate()
    given = {"name": draft.name, "effective_from": first_day(today, draft.effective_from)}
    form = PublishForm(request.POST or None, initial=given)
    if request.method == "POST":
        status = 422
        if valid(request, form):
            try:
                return _publish(request, draft, form)
            except PetitionError as refusal:
                status = refuse(request, form, refusal)
    return render(request, "catalogue_changes.html", context | _said_of(draft) | {"form": form}, status=status)


def _publish(request: HttpRequest, draft: CatalogueVersion, form: PublishForm) -> HttpResponse:
    edition = catalogue.publish(draft.pk, actor=request.user, **form.cleaned_data)
    said = {"number": edition.number, "day": edition.effective_from.isoformat()}
    messages.success(request, _("第%(number)s版已发布，%(day)s 零点起新工单按它派；已派的工单不受影响。") % said)
    return redirect("catalogue-editions")


def _said_of(draft: CatalogueVersion) -> dict[str, Any]:
    base, names = drafts.latest_published(), Names.read()
    found = between(base, draft)
    kinds = ("added", "changed", "removed")
    counts = {kind: sum(change.kind == kind for change in found) for kind in kinds}
    wrong = problems(draft)
    return {
        "base": base,
        "changes": [said(change, names) for change in found],
        "counts": counts,
        "stopping": [problem for problem in wrong if problem.is_error],
        "worth_a_look": [problem for problem in wrong if not problem.is_error],
    }


@staff_with(*rules.EDIT_CATALOGUE)
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    draft = drafts.the_draft()
    if draft:
        catalogue_proposals.discard_draft(draft.pk, actor=request.user)
        messages.success(request, _("草案已放弃；采纳过的改动建议重新等待处理。"))
    return redirect("catalogue")


@staff_with(*rules.SEE_CATALOGUE)
def editions(request: HttpRequest) -> HttpResponse:
    found = entries.editions()
    context = {"editions": found, "today": timezone.localdate()}
    return render(request, "catalogue_editions.html", frame(request, "catalogue-editions") | context)


@staff_with(*rules.EDIT_CATALOGUE)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    edition = catalogue.withdraw(pk, actor=request.user)
    messages.success(request, _("第%(number)s版已撤回，又是草案了。") % {"number": edition.number})
    return redirect("catalogue-editions")
