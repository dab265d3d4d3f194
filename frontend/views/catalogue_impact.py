"""影响预览: how many cases of the last weeks the draft would send elsewhere, from whom to whom."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from frontend.forms.catalogue import PreviewForm
from frontend.guards import staff_with
from frontend.job_lines import seconds_left
from frontend.refusals import refuse, valid
from frontend.views.catalogue import frame
from petitions import rules
from petitions.errors import PetitionError
from petitions.models import Job
from petitions.services import catalogue_impact, jobs
from routing import drafts, rulebook
from routing.models import CatalogueVersion, Tier


@staff_with(*rules.SEE_CATALOGUE)
def page(request: HttpRequest) -> HttpResponse:
    """The last preview of the draft; by POST a new one, which many cases turn into a job."""
    context, draft, status = frame(request, "catalogue-impact"), drafts.the_draft(), 200
    if draft is None:
        return render(request, "catalogue_impact.html", context)
    days = rulebook.current().parameter("catalogue.preview_days", catalogue_impact.DAYS)
    form = PreviewForm(request.POST or None, initial={"days": days})
    if request.method == "POST":
        status = 422
        if valid(request, form):
            try:
                catalogue_impact.start(draft.pk, days=form.cleaned_data["days"], actor=request.user)
                return redirect("catalogue-impact")
            except PetitionError as refusal:
                status = refuse(request, form, refusal)
    template = "catalogue_impact.html" + ("#preview" if request.htmx else "")
    return render(request, template, context | {"form": form} | _preview(draft), status=status)


@staff_with(*rules.EDIT_CATALOGUE)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    catalogue_impact.cancel(pk, actor=request.user)
    return redirect("catalogue-impact")


def _preview(draft: CatalogueVersion) -> dict[str, Any]:
    job = catalogue_impact.of_version(draft.pk).first()
    if job is None:
        return {"job": None}
    result = job.result
    names = dict(Tier.choices)
    return {
        "job": job,
        "is_running": job.state in jobs.UNFINISHED,
        "seconds_left": seconds_left(job, timezone.now()),
        "is_stale": job.state == Job.State.DONE and result.get("stamp") != rulebook.current().stamp,
        "tiers": [
            (names.get(one, one), names.get(other, other), count) for one, other, count in result.get("tiers", [])
        ],
        "agreement": _agreement(result),
    }


def _agreement(result: dict) -> dict | None:
    """How often each edition names the unit that really had the case."""
    if not result.get("sent"):
        return None
    sent = result["sent"]
    return {"of": sent, "before": result["right_before"] / sent, "after": result["right_after"] / sent}
