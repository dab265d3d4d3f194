"""接线台: one call, one form, what the text suggests beside it."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from frontend.forms.intake import WAYS, IntakeForm
from frontend.guards import staff_with
from frontend.intake_beside import beside
from frontend.places import DESK
from frontend.refusals import refuse, valid
from frontend.uploads import keep
from frontend.views.calls import strip_for
from frontend.views.queue import queue_for
from nlp.serve import Reading
from petitions.access import query_code
from petitions.errors import AlreadyEntered, PetitionError
from petitions.models import TEXT_LIMIT, Attachment, Petition
from petitions.queries import caller_card
from petitions.services import calls, intake, suggest
from petitions.states import OWING
from routing import rulebook
from routing.models import Tier
from routing.rulebook import Rulebook

# Below this a suggestion is only offered, above it the empty field is filled with it; a person confirms either way.
SURE = 0.5
# Three characters say nothing yet; a suggestion for them would only flicker.
SHORTEST = 4
# City, district, street: a place above the street is too wide to send anybody to.
STREET_DEPTH = 3


@staff_with(*DESK)
@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    rules = rulebook.current()
    form = IntakeForm(request.POST or None, initial={"key": uuid4().hex}, rules=rules)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and valid(request, form):
        try:
            case = _taken(form, request, rules)
            messages.success(request, _done(case))
            keep(request, case.pk, actor=request.user, kind=Attachment.Kind.CITIZEN)
            return redirect("intake")
        except AlreadyEntered as refusal:
            status = refuse(request, form, refusal)
            form.meet(refusal, theirs={}, marks={"key": uuid4().hex})  # sent again, it is a case of its own
        except PetitionError as refusal:
            refuse(request, form, refusal)
    context = {"form": form, "ways": WAYS, "limit": TEXT_LIMIT} | queue_for(request) | strip_for(request, rules)
    return render(request, "intake.html", context, status=status)


@staff_with(*DESK)
@require_POST
def suggestions(request: HttpRequest) -> HttpResponse:
    """What the text says so far; asked by the page each time typing pauses."""
    text = request.POST.get("text", "").strip()
    if len(text) < SHORTEST:
        return render(request, "intake.html#assist", {"seen": None})
    chosen = request.POST.get("category", "") if request.POST.get("picked_by") == "hand" else ""
    who, now = caller_card.known(request.POST.get("phone", "")), timezone.now()
    seen = suggest.preview(
        text[:TEXT_LIMIT],
        address=request.POST.get("address", "")[:200],
        category_code=chosen or None,
        caller_id=who.pk if who else None,
        now=now,
    )
    context = {"seen": seen} | _in_words(seen) | beside(seen, text, request.POST, now=now)
    return render(request, "intake.html#assist", context)


def _taken(form: IntakeForm, request: HttpRequest, rules: Rulebook) -> Petition:
    """A form that belongs to a call needs no number: the call has it."""
    said = {"actor": request.user, "key": form.cleaned_data["key"], "handling": form.handling()}
    if call := form.cleaned_data["call"]:
        return calls.register(call, form.matter(), form.contact(), rulebook=rules, **said)
    return intake.take_call(form.matter(), form.contact(), rules=rules, **said)


def _done(case: Petition) -> str:
    """What the operator tells the caller at the end."""
    said = {"no": case.no, "state": case.get_state_display(), "code": query_code(case.no)}
    return _("%(no)s 已提交：%(state)s。请告诉市民工单号和查询码 %(code)s。") % said


def _in_words(seen: suggest.Preview) -> dict:
    """What the fragments need beside the preview itself."""
    area = seen.rules.area(seen.area_id)
    return {
        "tier": Tier(seen.decision.tier).label if seen.decision.tier else "",
        "chips": _chips(seen.reading),
        "is_place_known": area is not None and area.path.count("/") >= STREET_DEPTH,
        "sure": SURE,
        "is_answer": True,
        "open_states": OWING,
    }


def _chips(reading: Reading) -> list[tuple[str, str]]:
    """What the text says of time, object, demand and mood, as the operator would note it; empty ones are left out."""
    facts = reading.facts
    chips = [
        (_("时间"), [time.text for time in facts.times[:1]]),
        (_("对象"), [thing.text for thing in facts.objects[:1]]),
        (_("诉求"), [demand.phrase for demand in facts.demands[:1]]),
        (_("情绪"), [feeling.text for feeling in facts.feelings[:1]]),
        (_("诉求类型"), [reading.request_type.label] if reading.request_type else []),
        (_("风险"), list(reading.urgency.reasons[:2])),
    ]
    return [(label, "、".join(words)) for label, words in chips if words]
