"""回访台: one citizen after the other, answered by digits; afterwards somebody else listens to the recordings."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend import presence
from frontend.forms.callback import CallbackForm, HeardForm
from frontend.guards import staff_with
from frontend.places import CALLING, LISTENING
from frontend.refusals import refuse, valid
from frontend.views.calls import dial_for
from petitions.errors import PetitionError
from petitions.models import Petition
from petitions.queries import callbacks, casefile
from petitions.rules import may_reveal_caller
from petitions.services import callback, listening
from routing import rulebook
from routing.rulebook import Rulebook


@staff_with(*CALLING)
def desk(request: HttpRequest) -> HttpResponse:
    rules, now = rulebook.current(), timezone.now()
    form = CallbackForm(request.POST or None, reasons=_listed(rules.parameter("callback.reasons", [])))
    waiting = callbacks.waiting(request.user, now=now)
    case, status = _chosen(request, waiting), 200
    if request.method == "POST" and case:
        status = 422
        if valid(request, form):
            try:
                _record(form, case, request)
                return redirect(reverse("callback"))
            except PetitionError as refusal:
                status = refuse(request, form, refusal)
    context = {"form": form, "waiting": waiting, "case": case, "now": now, **callbacks.counts(request.user, now=now)}
    context["present"] = presence.beside(request.user, [row.pk for row in waiting])
    if case:
        context |= _asked_about(case, request, rules)
    return render(request, "callback.html", context, status=status)


@staff_with(*CALLING)
def rows(request: HttpRequest) -> HttpResponse:
    waiting = callbacks.waiting(request.user, now=timezone.now())
    chosen = request.GET.get("case", "")
    present = presence.beside(request.user, [row.pk for row in waiting])
    context = {"waiting": waiting, "chosen": chosen, "present": present, "now": timezone.now()}
    return render(request, "callback.html#rows", context)


@staff_with(*LISTENING)
def to_hear(request: HttpRequest) -> HttpResponse:
    """录音倾听: calls of others that nobody has listened to; what disagreed, for supervision."""
    is_disagreed = request.GET.get("tab") == "disagreed"
    listed = callbacks.disagreed if is_disagreed else callbacks.to_hear
    found = listed(request.user, after=request.GET.get("after", ""))
    following = urlencode({"tab": request.GET.get("tab", ""), "after": found.next})
    context = {"rows": found.rows, "is_disagreed": is_disagreed, "next": f"?{following}" if found.next else ""}
    return render(request, "callback_listening.html", context)


@staff_with(*LISTENING)
@require_POST
def heard(request: HttpRequest, pk: int) -> HttpResponse:
    form = HeardForm(request.POST)
    try:
        if not valid(request, form):
            raise PetitionError(next(iter(form.errors.values()))[0])
        said = form.cleaned_data
        listening.note(pk, actor=request.user, agrees=said["agrees"] == "yes", note=said["note"])
        messages.success(request, _("已记下：录音已倾听。"))
    except PetitionError as refusal:
        messages.error(request, refusal.message)
    return redirect("callback-listening")


def _chosen(request: HttpRequest, waiting: tuple[Petition, ...]) -> Petition | None:
    """The case in ?case=, else the one whose time runs out first."""
    wanted = request.POST.get("case") or request.GET.get("case") or (waiting[0].no if waiting else "")
    return casefile.of(wanted, request.user) if wanted else None


def _asked_about(case: Petition, request: HttpRequest, rules: Rulebook) -> dict[str, Any]:
    """What the desk shows of the case: nobody who handled it is named."""
    script = rules.parameter("callback.script", {})
    number = callback.round_of(case)
    return {
        "script": script if isinstance(script, dict) else {},
        "said": callbacks.blinded(case, case.redacted_text or case.text),
        "answer": callbacks.blinded(case, case.answer),
        "attempts": callbacks.attempts(case.shown_callbacks, number),
        "may_reveal": may_reveal_caller(case, request.user),
        **dial_for(request.user, case),
    }


def _listed(value: Any) -> list[str]:
    return [str(word)[:200] for word in value] if isinstance(value, list) else []


def _record(form: CallbackForm, case: Petition, request: HttpRequest) -> None:
    result, again = form.outcome_of_call(), form.wants_rehandling()
    after = callback.record(case.pk, actor=request.user, result=result, said=form.said(), rehandle=again)
    messages.success(request, _("%(no)s 已记录：%(state)s。") % {"no": after.no, "state": after.get_state_display()})
