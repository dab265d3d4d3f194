"""我要反映 in four steps. Each is a full form post: it works without JavaScript and survives the back button.

Between place and contact a fifth page may come: what is known already, and what neighbours have reported.
"""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from frontend.forms.citizen import FIELDS_OF, STEPS, SubmitForm
from frontend.guards import citizen_page
from frontend.limits import too_many
from frontend.refusals import FormInvalid, refuse, wants_json
from frontend.uploads import keep
from frontend.views.citizen import opened_by, remember
from frontend.views.citizen_ask import solved_by
from petitions import access
from petitions.access import query_code
from petitions.errors import BadPhone, PetitionError
from petitions.models import Attachment
from petitions.phones import normal_phone
from petitions.services import beforehand, intake, self_service
from petitions.services.contact import Contact
from petitions.services.door import system
from petitions.services.intake import Matter
from routing import rulebook

PLACE, KNOWN, CONTACT = "place", "known", "contact"
# Looking for neighbours' reports is the dearest step; no family needs more in a quarter of an hour.
MOST_LOOKS = 30


@citizen_page
def submit(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, SubmitForm(initial={"key": uuid4().hex}), "text")
    form = SubmitForm(request.POST)
    if request.POST.get("back") in STEPS:
        return _page(request, form, STEPS[max(0, STEPS.index(request.POST["back"]) - 1)])
    if request.POST.get("step") == KNOWN:
        return _page(request, form, CONTACT)
    step = request.POST.get("step") if request.POST.get("step") in STEPS else "text"
    if _has_problems(form, step):
        if wants_json(request):
            raise FormInvalid(form)
        return _page(request, form, _first_bad(form, step), status=422)
    if step == PLACE:
        return _known(request, form) or _page(request, form, CONTACT)
    if step != STEPS[-1]:
        return _page(request, form, STEPS[STEPS.index(step) + 1])
    return _send(request, form)


@citizen_page
def done(request: HttpRequest) -> HttpResponse:
    """The receipt; a reload shows it again, another browser does not."""
    opened = opened_by(request)
    if not opened:
        return redirect("citizen")
    files = Attachment.objects.shown().filter(petition__no=opened[-1], kind=Attachment.Kind.CITIZEN)
    receipt = {"no": opened[-1], "code": query_code(opened[-1])}
    return render(request, "citizen/done.html", {"receipt": receipt, "files": files})


def _known(request: HttpRequest, form: SubmitForm) -> HttpResponse | None:
    """What is known already about this text at this place; None where there is nothing to say."""
    if too_many(request, KNOWN, most=MOST_LOOKS):  # nobody is refused: the form goes on without the offer
        return None
    said = form.cleaned_data
    found = beforehand.look(said["text"], address=said["address"], now=timezone.now())
    if not found:
        return None
    form.carried_here = [form[name] for name in form.fields if name not in ("same", "event")]
    offered = [(neighbour, access.same_token(neighbour.lead_id)) for neighbour in found.neighbours]
    return render(request, "citizen/known.html", {"form": form, "events": found.events, "offered": offered})


def _send(request: HttpRequest, form: SubmitForm) -> HttpResponse:
    said = form.cleaned_data
    try:
        case = intake.submit(
            Matter(
                text=said["text"],
                address=said["address"],
                confidential=said["confidential"],
                event_id=said.get("event"),
            ),
            Contact(name=said["name"], phone=said["phone"]),
            key=f"web-{said['key']}",
            same_as=access.offered_same(said.get("same", "")),
        )
    except PetitionError as refusal:
        return _page(request, form, "check", status=refuse(request, form, refusal))
    # The case is safe by now; a file that is refused is named on the receipt, where another can be added.
    keep(request, case.pk, actor=system(), kind=Attachment.Kind.CITIZEN)
    self_service.filed(case, rejected=access.asked(said.get("ask", "")), answered=solved_by(request))
    return remember(request, redirect("citizen-done"), case.no)


def _has_problems(form: SubmitForm, step: str) -> bool:
    form.full_clean()
    form.forget_later_errors(step)
    try:
        normal_phone(form.cleaned_data.get("phone", ""))
    except BadPhone as refusal:
        form.add_error("phone", refusal.message)
    return bool(form.errors)


def _first_bad(form: SubmitForm, step: str) -> str:
    """The earliest step with a problem: a hidden field must not hide its error."""
    return next((name for name in STEPS if any(field in form.errors for field in FIELDS_OF[name])), step)


def _page(request: HttpRequest, form: SubmitForm, step: str, *, status: int = 200) -> HttpResponse:
    if form.is_bound and status == 200:
        form.forget_all_errors()
    form.visible_here, form.carried_here = form.visible(step), form.carried(step)
    number = STEPS.index(step) + 1
    context = {"form": form, "step": step, "number": number, "share": 25 * number, "ask_first": False}
    if step == STEPS[0] and not form.is_bound:
        context["ask_first"] = self_service.is_out_of_hours(rulebook.current(), timezone.now())
    return render(request, "citizen/submit.html", context, status=status)
