"""考核申请: what waits for which tier, decided one by one or together; the register of who approved what."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from frontend.forms.requests import DecideForm, RegisterForm
from frontend.guards import signed_in, staff_with
from frontend.places import REQUESTING
from frontend.refusals import refuse, valid
from frontend.timeline import BESIDE
from frontend.uploads import keep, say_kept
from petitions import rules
from petitions.errors import PetitionError
from petitions.models import Attachment, Event, Petition, Request
from petitions.queries import keyset
from petitions.queries import requests as asked
from petitions.row_keys import row_key
from petitions.services import many_requests
from petitions.states import RequestState

WORDS = {
    "waiting": gettext_lazy("待我审核"),
    "open": gettext_lazy("审核中"),
    "decided": gettext_lazy("已有结论"),
}
LOOKS = {RequestState.GRANTED: "done", RequestState.REFUSED: "over", RequestState.CANCELLED: "idle"}
STEP_WORDS = BESIDE[Event.Subject.REQUEST]


@staff_with(*REQUESTING)
def desk(request: HttpRequest) -> HttpResponse:
    return page(request)


@staff_with(*REQUESTING)
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Agree to or refuse what is ticked; each request answers for itself."""
    form = DecideForm(request.POST)
    if not valid(request, form):
        return page(request, form, status=422)
    try:
        decided = _decide(request, form.cleaned_data)
    except PetitionError as refusal:
        return page(request, form, status=refuse(request, form, refusal))
    for sentence in decided.refused:
        messages.error(request, sentence)
    if decided.requests:
        messages.success(request, _("已审核 %(n)s 件，每件都留有审核人和意见。") % {"n": len(decided.requests)})
    query = urlencode({"tab": "waiting", "kind": request.POST.get("kind", "")})
    return redirect(f"{reverse('requests')}?{query}")


@staff_with(*rules.UNIT)
@require_POST
def add_files(request: HttpRequest, pk: int) -> HttpResponse:
    """Grounds for a request that is still looked at."""
    row = get_object_or_404(asked.seen_by(request.user), pk=pk)
    try:
        if not row.is_open:
            raise PetitionError(_("这项申请已有结论，不能再补充材料。"))
        kind = Attachment.Kind.EVIDENCE
        taken = keep(request, row.petition_id, actor=request.user, kind=kind, assignment_id=row.assignment_id)
    except PetitionError as refusal:
        messages.error(request, refusal.message)
    else:
        say_kept(request, taken)
    return redirect(f"{reverse('requests')}?tab=open")


@signed_in
def register(request: HttpRequest) -> HttpResponse:
    """剔除等申请登记簿: by unit and by approver, for all staff; no citizen is named in it."""
    form = RegisterForm(request.GET)
    wanted = form.narrowed(timezone.now())
    rows = asked.register(wanted)
    found = keyset.by_id(rows.select_related("petition", "department"), request.GET.get("after", ""))
    here = [(name, value) for name, values in request.GET.lists() if name != "after" for value in values]
    context = {
        "form": form,
        "kinds": [kind.label for kind in asked.KINDS],
        "units": asked.by_unit(rows),
        "approvers": asked.by_approver(rows),
        "rows": _rows(found, request.user),
        "next": "?" + urlencode([*here, ("after", found.next)]) if found.next else "",
        "stretch": wanted if wanted.until else None,
    }
    return render(request, "requests_register.html", context)


def page(request: HttpRequest, form: DecideForm | None = None, *, status: int = 200) -> HttpResponse:
    said = request.POST if request.method == "POST" else request.GET
    counts = asked.tabs(request.user)
    which = said.get("tab", "") if said.get("tab", "") in WORDS else ("waiting" if counts["waiting"] else "open")
    of_kind = asked.kinds_waiting(request.user, which)
    kind = _kind(said.get("kind", ""), of_kind, which)
    found = asked.page(request.user, which, kind=kind, after=said.get("after", ""))
    here = {"tab": which, "kind": kind}
    context = {
        "tabs": [{"code": code, "word": word, "count": counts.get(code)} for code, word in WORDS.items()],
        "which": which,
        "kinds": [{"code": k.value, "word": k.label, "count": of_kind[k]} for k in asked.KINDS if k in of_kind],
        "kind": kind,
        "rows": _rows(found, request.user),
        "may_tick": which == "waiting" and bool(kind) and bool(found.rows),
        "is_ledger": kind == Request.Kind.LEDGER,
        "form": form or DecideForm(),
        "ticked": said.getlist("pick"),
        "next": "?" + urlencode(here | {"after": found.next}) if found.next else "",
        "now": timezone.now(),
    }
    return render(request, "requests.html", context, status=status)


def _kind(wanted: str, of_kind: dict[str, int], which: str) -> str:
    """The kind that is asked for; where only one waits it is chosen by itself, so that it can be ticked at once."""
    if wanted in of_kind:
        return wanted
    return next(iter(of_kind)) if which == "waiting" and len(of_kind) == 1 else ""


def _decide(request: HttpRequest, said: dict[str, Any]) -> many_requests.Decided:
    picked = [key for key in map(row_key, request.POST.getlist("pick")) if key is not None]
    if said["decision"] == "no":
        return many_requests.refuse(picked, actor=request.user, note=said["note"])
    told = said["citizen_told"]
    return many_requests.approve(picked, actor=request.user, note=said["note"], citizen_told=told)


def _rows(found: keyset.Page, person: Any) -> list[dict[str, Any]]:
    climbed = asked.ladders(found.rows)
    return [row_of(row, climbed[row.pk], person) for row in found.rows]


def of_case(case: Petition) -> list[dict[str, Any]]:
    """The requests of a prefetched case, newest first: no statement of its own."""
    found = [row for row in case.requests.all() if row.climbs]
    return [
        {"row": row, "look": _look(row), "rungs": _worded(asked.ladder_of(row, case.events.all()))} for row in found
    ]


def row_of(row: Request, rungs: list[asked.Rung], person: Any) -> dict[str, Any]:
    """One request as pages show it: how far it is, and each tier with its name."""
    is_own = row.department_id == person.department_id
    return {
        "row": row,
        "look": _look(row),
        "rungs": _worded(rungs),
        "sees_case": is_own or person.has_role(*rules.SEE_ALL),
        "may_add": row.is_open and is_own and person.has_role(*rules.UNIT),
    }


def _look(row: Request) -> str:
    return LOOKS.get(RequestState(row.state), "doing")


def _worded(rungs: list[asked.Rung]) -> list[dict[str, Any]]:
    return [{"word": STEP_WORDS[rung.action], "rung": rung} for rung in rungs]
