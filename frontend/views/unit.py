"""办理台: what this person's unit owes, most urgent first, and beside it the case with its next step.

On a phone the same address shows one or the other; the report is one form (src/islands/field.ts keeps it offline).
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from frontend import collision, moves, presence, refusals
from frontend.forms.report import ReportForm
from frontend.forms.unit_list import UnitFilterForm
from frontend.forms.unit_moves import as_typed, replies_of
from frontend.guards import staff_with
from frontend.places import HANDLING
from frontend.timeline import timeline_of
from frontend.uploads import keep
from petitions.errors import Conflict, PetitionError, Unknown
from petitions.models import Assignment, Attachment, Petition
from petitions.queries import casefile, joint, supervision, templates, unit
from petitions.rules import UNIT, may_reveal_caller, works_for
from petitions.services import compose, fieldwork, handling, reply_check
from petitions.states import AssignmentState

WORDS = {
    "sign": gettext_lazy("待签收"),
    "doing": gettext_lazy("办理中"),
    "approve": gettext_lazy("待内部审核"),
    "answered": gettext_lazy("已答复"),
}
# The moves that the report makes in one step.
IN_ONE = ("sign", "contact", "reply")


@staff_with(*HANDLING)
def desk(request: HttpRequest) -> HttpResponse:
    return page(request)


def page(request: HttpRequest, *, bound: ReportForm | None = None, no: str = "", status: int = 200) -> HttpResponse:
    context = _list(request)
    if request.htmx:
        return render(request, "unit.html#rows", context)
    case = _chosen(request, no, context["page"].rows)
    if case:
        context |= _current(request, case, bound) | {"is_open": bool(no or request.GET.get("case"))}
    return render(request, "unit.html", context, status=status)


@staff_with(*HANDLING)
@require_POST
def sign(request: HttpRequest) -> HttpResponse:
    """签收, all that are ticked; each answers for itself."""
    signed = 0
    for pk in filter(str.isdecimal, request.POST.getlist("pick")):
        try:
            handling.sign(int(pk), actor=request.user)
            signed += 1
        except PetitionError as refusal:
            messages.error(request, refusal.message)
    if signed:
        messages.success(request, _("已签收 %(n)s 件。") % {"n": signed})
    elif not request.POST.getlist("pick"):
        messages.info(request, _("请先勾选要签收的工单。"))
    return redirect(f"{reverse('unit')}?tab={'doing' if signed else 'sign'}")


@staff_with(*HANDLING)
@require_POST
def report(request: HttpRequest, no: str) -> HttpResponse:
    """签收、联系、照片、答复 in one form. A phone sends it again when the answer was lost: the key makes it one."""
    case = casefile.of(no, request.user)
    part = _own_part(case, request)
    if part is None:
        raise Unknown
    # Photos first: they are kept even when something in the form has to be mended.
    keep(request, case.pk, actor=request.user, kind=Attachment.Kind.HANDLING, assignment_id=part.pk)
    seen, status = handling.newest_reply_id(replies_of(case, part)), 422
    form = ReportForm(request.POST, part=part, opening=_opening(part, case), seen=seen)
    if refusals.valid(request, form):
        try:
            said = form.cleaned_data
            against = {"seen": said["seen"], "picked": collision.picks(request.POST)}
            fieldwork.report(part.pk, form.visit(), form.answer(), actor=request.user, key=said["key"], **against)
            return _reported(request, no)
        except Conflict as refusal:
            status = refusals.refuse(request, form, refusal)
            newest = replies_of(casefile.of(no, request.user), part)
            form.meet(refusal, theirs=as_typed(newest), marks={"seen": handling.newest_reply_id(newest)})
        except PetitionError as refusal:
            refusals.refuse(request, form, refusal)
    return page(request, bound=form, no=no, status=status)


def _reported(request: HttpRequest, no: str) -> HttpResponse:
    said = _("%(no)s 已交本单位负责人审核。") % {"no": no}
    onward = f"{reverse('unit')}?tab=doing"
    messages.success(request, said)  # also for a report that was sent in the background: the next page says it
    if refusals.wants_json(request):
        return JsonResponse({"said": said, "next": onward}, status=201)
    return redirect(onward)


def _list(request: HttpRequest) -> dict:
    now = timezone.now()
    counts = unit.counts(request.user, now=now)
    which = request.GET.get("tab") or next((tab for tab in WORDS if counts[tab]), "doing")
    form = UnitFilterForm(request.GET, leaves=unit.leaves(request.user))
    found = unit.queue(request.user, which, after=request.GET.get("after", ""), filters=form.filters(now))
    kept = {"tab": which} | form.chosen()
    return {
        "tabs": [{"code": code, "word": word, "count": counts[code]} for code, word in WORDS.items()],
        "which": which,
        "late": counts["late"],
        "unsigned": supervision.unsigned_by(request.user),
        "filter": form,
        "is_narrowed": bool(form.chosen()),
        "here": f"{reverse('unit')}?{urlencode(kept)}",
        "page": found,
        "present": presence.beside(request.user, [row.petition_id for row in found.rows]),
        "next": f"{reverse('unit')}?{urlencode(kept | {'after': found.next})}" if found.next else "",
        "chosen": request.GET.get("case", ""),
        "picked": request.GET.getlist("pick"),
        "now": now,
    }


def _chosen(request: HttpRequest, no: str, rows) -> Petition | None:
    """The case that was asked for, else the most urgent one of the list."""
    wanted = no or request.GET.get("case") or (rows[0].petition.no if rows else "")
    return casefile.of(wanted, request.user) if wanted else None


def _own_part(case: Petition, request: HttpRequest) -> Assignment | None:
    """The part that this person's unit works on; the one that still owes an answer first."""
    parts = [part for part in case.active_assignments if works_for(part, request.user)]
    return min(parts, key=lambda part: part.state == AssignmentState.ANSWERED, default=None)


def _opening(part: Assignment, case: Petition) -> str:
    """How the answer begins: the matter, and for the main unit what the units beside it have answered."""
    part.petition = case
    shares = joint.composed(case) if part.part == Assignment.Part.MAIN else ""
    return "\n".join(filter(None, [compose.opening(fieldwork.known_of(part)), shares]))


def _fresh_report(part: Assignment, case: Petition) -> ReportForm:
    seen = handling.newest_reply_id(replies_of(case, part))
    return ReportForm(part=part, opening=_opening(part, case), seen=seen)


def _current(request: HttpRequest, case: Petition, bound: ReportForm | None) -> dict:
    part = _own_part(case, request)
    offered = moves.offered(case, request.user)
    context = {
        "case": case,
        "part": part,
        "timeline": timeline_of(case),
        "offered": offered,
        "may_reveal": may_reveal_caller(case, request.user),
        "hints": reply_check.hints(case, request.user),
    }
    if part is None or part.state not in (AssignmentState.PENDING_SIGN, AssignmentState.SIGNED):
        return context
    if not request.user.has_role(*UNIT):
        return context
    part.petition = case
    known = fieldwork.known_of(part)
    texts = templates.of(case, timezone.localdate())
    return context | {
        "report": bound or _fresh_report(part, case),
        "templates": [{"name": each.name, "text": compose.filled(each.text, known)} for each in texts],
        "offered": moves.Offered(tuple(form for form in offered.forms if form.code not in IN_ONE)),
    }
