"""The citizen's own verdict, by a link that works once; and their wish to have a closed case opened again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from frontend import limits
from frontend.forms.citizen import RatingForm
from frontend.forms.feedback import WishForm
from frontend.guards import citizen_page
from frontend.refusals import refuse, status_of, valid, wants_json
from frontend.views.citizen import opened_by
from petitions.errors import AnswersMissing, LinkUnknown, PetitionError, StaffMayNotRate, TooManyTries
from petitions.models import Petition
from petitions.queries import progress
from petitions.services import clock, rating, wishes

GUESSES = "rate"


@citizen_page
def rate(request: HttpRequest, token: str) -> HttpResponse:
    form = RatingForm(request.POST or None)
    try:
        case = _invited(request, token)
        if request.method == "POST" and valid(request, form):
            rating.rate(token, form.said(), form.extra(), address=request.META.get("REMOTE_ADDR"))
            return _message(request, _("谢谢您的评价"), _("我们已经记下。问题如有反复，请打 12345。"))
    except AnswersMissing as refusal:
        refuse(request, form, refusal)
    except PetitionError as refusal:
        if wants_json(request):
            raise
        return _message(request, _("这个链接现在不能评价"), refusal.message, status=status_of(refusal))
    return render(request, "citizen/rate.html", {"form": form, "case": case}, status=422 if form.errors else 200)


@citizen_page
def reopen(request: HttpRequest, no: str) -> HttpResponse:
    """From the progress page of a closed case, for the browser that may open it."""
    if no not in opened_by(request):
        messages.info(request, _("请先输入工单号和查询码。"))
        return redirect("citizen-track")
    case, form, status = progress.of(no), WishForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if valid(request, form):
            try:
                wishes.ask(case.pk, reason=form.cleaned_data["reason"])
            except PetitionError as refusal:
                status = refuse(request, form, refusal)
            else:
                return _message(request, _("已收到您的请求"), _("督办人员研究后会告诉您结果和原因。"))
    return render(request, "citizen/reopen.html", {"form": form, "case": case}, status=status)


def _invited(request: HttpRequest, token: str) -> Petition:
    """The case behind the link. Staff who are logged in may not speak for a citizen; guesses are counted by address.

    Once an address has guessed too often the right link is refused there too: it must not learn which one was right.
    """
    if request.user.is_authenticated:
        raise StaffMayNotRate
    if limits.used_up(request, GUESSES):
        raise TooManyTries
    try:
        return rating.invitation(token, now=clock.now()).petition
    except LinkUnknown:
        limits.too_many(request, GUESSES)
        raise


def _message(request: HttpRequest, title: str, text: str, *, status: int = 200) -> HttpResponse:
    return render(request, "citizen/message.html", {"title": title, "text": text}, status=status)
