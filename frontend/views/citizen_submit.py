"""我要反映 in four steps. Each is a full form post: it works without JavaScript and survives the back button."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from frontend.forms.citizen import FIELDS_OF, STEPS, SubmitForm
from frontend.guards import citizen_page
from frontend.refusals import FormInvalid, refuse, wants_json
from frontend.uploads import keep
from frontend.views.citizen import opened_by, remember
from petitions.access import query_code
from petitions.errors import BadPhone, PetitionError
from petitions.models import Attachment
from petitions.phones import normal_phone
from petitions.services import intake
from petitions.services.contact import Contact
from petitions.services.door import system
from petitions.services.intake import Matter


@citizen_page
def submit(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, SubmitForm(initial={"key": uuid4().hex}), "text")
    form = SubmitForm(request.POST)
    if request.POST.get("back") in STEPS:
        return _page(request, form, STEPS[max(0, STEPS.index(request.POST["back"]) - 1)])
    step = request.POST.get("step") if request.POST.get("step") in STEPS else "text"
    if _has_problems(form, step):
        if wants_json(request):
            raise FormInvalid(form)
        return _page(request, form, _first_bad(form, step), status=422)
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


def _send(request: HttpRequest, form: SubmitForm) -> HttpResponse:
    said = form.cleaned_data
    try:
        case = intake.submit(
            Matter(text=said["text"], address=said["address"], confidential=said["confidential"]),
            Contact(name=said["name"], phone=said["phone"]),
            key=f"web-{said['key']}",
        )
    except PetitionError as refusal:
        return _page(request, form, "check", status=refuse(request, form, refusal))
    # The case is safe by now; a file that is refused is named on the receipt, where another can be added.
    keep(request, case.pk, actor=system(), kind=Attachment.Kind.CITIZEN)
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
    context = {"form": form, "step": step, "number": number, "share": 25 * number}
    return render(request, "citizen/submit.html", context, status=status)
