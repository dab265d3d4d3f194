"""What belongs to calls on the desks: the call strip, its one-key ending, 待回拨, dialling out, one's own shift."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from frontend import call_keys, telephony
from frontend.guards import staff_with
from frontend.places import CALLING, DESK
from frontend.refusals import status_of, wants_json
from petitions.errors import NoAdapter, PetitionError
from petitions.models import Call, Petition
from petitions.queries import caller_card, calls, casefile, extensions, shift
from petitions.services import calls as work
from petitions.services import clock, dialling, waiting_callers
from routing import rulebook
from routing.rulebook import Rulebook

TARGET_SECONDS = 288
A_DAY = timedelta(days=1)


# ── the strip of the call desk ──
@staff_with(*DESK)
@require_POST
def strip(request: HttpRequest) -> HttpResponse:
    """The strip again. By POST: numbers stay out of addresses."""
    return render(request, "parts/call_strip.html", strip_for(request))


@staff_with(*DESK)
@require_POST
def wrap_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Why this call made no case: one key, and the desk is free for the next."""
    return on_strip(request, lambda: work.wrap_up(pk, reason=request.POST.get("reason", ""), actor=request.user))


def on_strip(request: HttpRequest, act: Callable[[], object]) -> HttpResponse:
    """Do it and show the strip again, with the refusal if there is one."""
    refusal = ""
    try:
        act()
    except PetitionError as problem:
        if wants_json(request):
            raise
        refusal = problem.message
    if request.htmx:
        return render(request, "parts/call_strip.html", strip_for(request) | {"refusal": refusal})
    if refusal:
        messages.error(request, refusal)
    return redirect("intake")


def strip_for(request: HttpRequest, rules: Rulebook | None = None) -> dict[str, Any]:
    """Context of the strip: the call of this desk, else the caller of the number that is being typed."""
    said, now = request.POST, timezone.now()
    chosen = request.GET.get("call", "")
    is_writing = bool(chosen or said.get("text", "").strip())
    desk = calls.at_desk(request.user, wanted=chosen or said.get("call", ""), is_writing=is_writing, now=now)
    number = desk.call.number if desk.call else said.get("phone", "")
    return {
        "desk": desk,
        "call": desk.call,
        "card": caller_card.by_phone(number, now=now) if number else None,
        "longest": _minutes(desk.line.longest(now)),
        "keys": call_keys.keys_for(desk.call, request.user),
        "group": extensions.groups().get(desk.call.passing_to) if desk.call and desk.call.passing_to else None,
        "reasons": list(enumerate(Call.WrapUp.choices, start=5)),
        "target": _minutes(timedelta(seconds=_target(rules))),
        "now": now,
    }


def _target(rules: Rulebook | None) -> float:
    value = (rules or rulebook.current()).parameter("intake.target_seconds", TARGET_SECONDS)
    return float(value) if isinstance(value, int | float) else TARGET_SECONDS


def _minutes(span: timedelta | None) -> str:
    """4′12″."""
    seconds = int(span.total_seconds()) if span else 0
    return f"{seconds // 60}′{seconds % 60:02}″"


@staff_with(*DESK)
@never_cache
def own_shift(request: HttpRequest) -> HttpResponse:
    """下班小结 of whoever asks: there is no address that shows another person's."""
    found = shift.of(request.user, since=clock.midnight(timezone.localdate()))
    entry = [_minutes(span) if span else "" for span in (found.entry, found.entry_of_all)]
    context = {"shift": found, "entry": entry[0], "entry_of_all": entry[1]}
    return render(request, "parts/shift.html" if request.htmx else "shift.html", context)


# ── 待回拨 ──
@staff_with(*DESK)
def missed(request: HttpRequest) -> HttpResponse:
    return _missed(request)


@staff_with(*DESK)
@require_POST
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """The number in full, for a handset: audited."""
    try:
        number = waiting_callers.reveal(pk, actor=request.user, address=request.META.get("REMOTE_ADDR"))
    except PetitionError as refusal:
        return _refused(request, refusal)
    return _missed(request, revealed=pk, number=number)


@staff_with(*DESK)
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        waiting_callers.settle(pk, how=request.POST.get("how", ""), actor=request.user)
    except PetitionError as refusal:
        return _refused(request, refusal)
    messages.success(request, _("已记下，这位市民不再排在待回拨里。"))
    return redirect("missed-calls")


@staff_with(*DESK)
@require_POST
def call_back(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        _must_be_connected()
        dialling.call_back(pk, actor=request.user, address=request.META.get("REMOTE_ADDR"))
    except PetitionError as refusal:
        return _refused(request, refusal)
    messages.success(request, _("正在拨打，请拿起您的话机。"))
    return redirect("missed-calls")


def _missed(request: HttpRequest, *, status: int = 200, **shown: Any) -> HttpResponse:
    hours = rulebook.current().parameter("telephony.hours", calls.ALL_DAY)
    page = calls.to_call_back(after=request.GET.get("after", ""), hours=hours)
    context = {
        "rows": page.rows,
        "next": f"?{urlencode({'after': page.next})}" if page.next else "",
        "can_dial": telephony.is_connected(),
        "how": waiting_callers.HOW,
        "last": calls.last_dial(request.user, since=timezone.now() - dialling.lifetime()),
        **shown,
    }
    return render(request, "missed_calls.html", context, status=status)


def _refused(request: HttpRequest, refusal: PetitionError) -> HttpResponse:
    if wants_json(request):
        raise refusal
    messages.error(request, refusal.message)
    return _missed(request, status=status_of(refusal))


# ── dialling for a call-back ──
@staff_with(*CALLING)
def dial(request: HttpRequest) -> HttpResponse:
    """拨打 on the call-back desk: a press orders the call, looking again shows how far it is.

    With `call`, a key of the telephone was pressed in the call that came of it.
    """
    case = casefile.of((request.POST or request.GET).get("case", ""), request.user)
    context: dict[str, Any] = {}
    if request.method == "POST":
        try:
            _dial_or_press(request, case)
        except PetitionError as refusal:
            if wants_json(request):
                raise
            context = {"dial_refusal": refusal.message}
        if not request.htmx and not context:
            return redirect(f"/callback/?{urlencode({'case': case.no})}")
    return render(request, "parts/dial.html", context | {"case": case} | dial_for(request.user, case))


def _dial_or_press(request: HttpRequest, case: Petition) -> None:
    pressed = request.POST.get("call", "")
    if pressed.isdecimal():
        call_keys.press(request, int(pressed))
    else:
        _must_be_connected()
        dialling.call_citizen(case, actor=request.user, address=request.META.get("REMOTE_ADDR"))


def dial_for(person: Any, case: Petition) -> dict[str, Any]:
    """How far the last call to this citizen is, and whether the next can be dialled from here."""
    now = timezone.now()
    last = calls.last_dial(person, petition=case, since=now - A_DAY)
    return {
        "last": last,
        "keys": call_keys.keys_for(last.call, person) if last else [],
        "is_dialling": bool(last and dialling.is_running(last.dial, now=now)),
        "can_dial": telephony.is_connected(),
        "extension": calls.extension_of(person),
        "now": now,
    }


def _must_be_connected() -> None:
    if not telephony.is_connected():
        raise NoAdapter
