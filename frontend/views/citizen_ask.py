"""先问一问: a question, at any hour, and the city's own answer to it; what does not help becomes a case with one tap.

The words of the question travel in the page; the database keeps them redacted (services/self_service).
"""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.forms.citizen import AskForm, SubmitForm
from frontend.guards import citizen_page
from frontend.limits import too_many
from frontend.refusals import refuse, valid
from petitions import access
from petitions.errors import PetitionError
from petitions.row_keys import row_key
from petitions.services import self_service

# Tokens of the questions that this browser called solved: if it files a case after all, that is counted.
SOLVED = "solved_asks"
MOST_SOLVED = 5
# A family behind one address asks a few things in a quarter of an hour; a script asks hundreds.
MOST_ASKED = 30
ENTERPRISE = "enterprise"


@citizen_page
def ask(request: HttpRequest) -> HttpResponse:
    """`?for=enterprise` is the enterprises' door: the same page over the items that are flagged for them."""
    door = request.POST.get("for") or request.GET.get("for", "")
    form = AskForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "door": ENTERPRISE if door == ENTERPRISE else ""}
    if request.method == "POST" and too_many(request, "ask", most=MOST_ASKED):
        messages.error(request, _("问得太多了，请过 15 分钟再试，或打 12345。"))
        return render(request, "citizen/ask.html", context | {"form": AskForm()}, status=429)
    if request.method == "POST" and valid(request, form):
        text = form.cleaned_data["text"]
        try:
            asked = self_service.ask(text, for_enterprise=door == ENTERPRISE)
        except PetitionError as refusal:
            return render(request, "citizen/ask.html", context, status=refuse(request, form, refusal))
        token = access.ask_token(asked.row.pk)
        return render(request, "citizen/answers.html", context | {"asked": asked, "on": on_to_submit(text, token)})
    return render(request, "citizen/ask.html", context, status=422 if form.errors else 200)


@citizen_page
@require_POST
def helped(request: HttpRequest) -> HttpResponse:
    """解决了. The question stays in the page, so that it is still one tap to a case."""
    token, version = request.POST.get("ask", ""), request.POST.get("version", "")
    asked = access.asked(token)
    try:
        self_service.helped(asked or 0, version_id=row_key(version) or 0)
    except PetitionError as refusal:
        messages.error(request, refusal.message)
        return redirect("citizen-ask")
    response = render(request, "citizen/helped.html", {"on": on_to_submit(request.POST.get("text", ""), token)})
    kept = [known for known in solved_by(request) if known != asked][1 - MOST_SOLVED :] + [asked]
    safely = {"httponly": True, "secure": request.is_secure(), "samesite": "Lax"}
    value = ".".join(map(str, kept))
    response.set_signed_cookie(SOLVED, value, salt=SOLVED, max_age=access.ASK_SECONDS, **safely)
    return response


def on_to_submit(text: str, token: str) -> dict:
    """Where "not solved" goes to, and what it takes along: the second step of the form, the first one filled in."""
    return {"url": reverse("citizen-submit"), "fields": SubmitForm.begun(text=text, ask=token, key=uuid4().hex)}


def solved_by(request: HttpRequest) -> list[int]:
    """The questions that this browser called solved, the newest last."""
    kept = request.get_signed_cookie(SOLVED, default="", salt=SOLVED, max_age=access.ASK_SECONDS)
    return [int(each) for each in kept.split(".")] if kept else []
