"""The citizen's own verdict, by a link that works once."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from frontend.forms.citizen import RatingForm
from frontend.guards import citizen_page
from frontend.refusals import refuse, valid, wants_json
from petitions.errors import AnswersMissing, PetitionError
from petitions.services import clock, rating


@citizen_page
def rate(request: HttpRequest, token: str) -> HttpResponse:
    form = RatingForm(request.POST or None)
    try:
        case = rating.invitation(token, now=clock.now()).petition
        if request.method == "POST" and valid(request, form):
            rating.rate(token, form.said(), form.extra(), address=request.META.get("REMOTE_ADDR"))
            return _message(request, _("谢谢您的评价"), _("我们已经记下。问题如有反复，请打 12345。"))
    except AnswersMissing as refusal:
        refuse(request, form, refusal)
    except PetitionError as refusal:
        if wants_json(request):
            raise
        return _message(request, _("这个链接现在不能评价"), refusal.message, status=409)
    return render(request, "citizen/rate.html", {"form": form, "case": case}, status=422 if form.errors else 200)


def _message(request: HttpRequest, title: str, text: str, *, status: int = 200) -> HttpResponse:
    return render(request, "citizen/message.html", {"title": title, "text": text}, status=status)
