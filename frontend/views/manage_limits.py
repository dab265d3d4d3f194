"""时限: what each step may take, now and from a day to come, and what the last week would have looked like."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.administering import by, frame
from frontend.forms.manage import ReasonForm
from frontend.forms.manage_rules import LimitForm
from frontend.guards import staff_with
from frontend.refusals import refuse, valid
from petitions import rules
from petitions.errors import PetitionError
from petitions.queries.manage import last_week
from petitions.row_keys import row_key
from petitions.services.manage import limits
from routing import audit
from routing.models import AuditEntry, DeadlineRule, Stage, Tier

MOST_CHANGES = 20


@dataclass(frozen=True)
class Line:
    """One step and tier: the limit in force, what comes after it, what was before."""

    stage: str
    tier: str
    now: DeadlineRule | None
    coming: Sequence[DeadlineRule]
    past: Sequence[DeadlineRule]


@staff_with(*rules.SEE_RULES)
def page(request: HttpRequest) -> HttpResponse:
    act = ACTS.get(request.POST.get("do", "")) if request.method == "POST" else None
    return act(request) if act else _shown(request, form=LimitForm(initial=_initial(request)))


def _preview(request: HttpRequest) -> HttpResponse:
    """The reason may still be missing: a look costs nothing."""
    form = LimitForm(request.POST)
    form.fields["reason"].required = False
    if not valid(request, form):
        return _shown(request, form=form, status=422)
    try:
        outcomes = limits.preview(form.wish())
    except PetitionError as refusal:
        return _shown(request, form=form, status=refuse(request, form, refusal))
    return _shown(request, form=form, previewed=form.wish(), outcomes=[(_tier(o.tier), o) for o in outcomes])


def _keep(request: HttpRequest) -> HttpResponse:
    form = LimitForm(request.POST)
    if not valid(request, form):
        return _shown(request, form=form, status=422)
    try:
        rule = limits.set_rule(form.wish(), by=by(request, reason=form.cleaned_data["reason"]))
    except PetitionError as refusal:
        return _shown(request, form=form, status=refuse(request, form, refusal))
    messages.success(request, _("已保存，%(day)s 起开始的按新时限；已经开始的不变。") % {"day": rule.effective_from})
    return redirect("manage-limits")


def _withdraw(request: HttpRequest) -> HttpResponse:
    form, key = ReasonForm(request.POST, auto_id="act_%s"), request.POST.get("rule", "")
    if not valid(request, form):
        return _shown(request, form=LimitForm(initial=_initial(request)), act_form=form, status=422)
    try:
        limits.withdraw(row_key(key) or 0, by=by(request, **form.cleaned_data))
    except PetitionError as refusal:
        status = refuse(request, form, refusal)
        return _shown(request, form=LimitForm(initial=_initial(request)), act_form=form, status=status)
    messages.success(request, _("已撤回，没有生效过。"))
    return redirect("manage-limits")


ACTS = {"preview": _preview, "keep": _keep, "withdraw": _withdraw}


def _shown(request: HttpRequest, *, form: LimitForm, status: int = 200, **more: Any) -> HttpResponse:
    today = timezone.localdate()
    changes = AuditEntry.objects.filter(kind=audit.Kind.DEADLINE).select_related("actor").order_by("-at", "-id")
    context = {
        "lines": _lines(today),
        "coming": DeadlineRule.objects.filter(effective_from__gt=today).order_by("effective_from", "stage", "tier"),
        "form": form,
        "history": changes[:MOST_CHANGES],
        "act_form": more.pop("act_form", None) or ReasonForm(auto_id="act_%s"),
        "can_tell": "previewed" in more and last_week.can_tell(more["previewed"].stage),
    }
    return render(request, "manage_limits.html", context | more | frame(request, "manage-limits"), status=status)


def _lines(today: date) -> Sequence[tuple[str, Sequence[Line]]]:
    """Every step in the order of a case's life, with its tiers. One statement."""
    found: dict[tuple[str, str], list[DeadlineRule]] = {}
    for rule in DeadlineRule.objects.order_by("tier", "effective_from"):
        found.setdefault((rule.stage, rule.tier), []).append(rule)
    return [
        (label, [_line(stage, tier, rows, today) for (of, tier), rows in found.items() if of == stage])
        for stage, label in Stage.choices
    ]


def _line(stage: str, tier: str, rows: Sequence[DeadlineRule], today: date) -> Line:
    begun = [rule for rule in rows if rule.effective_from <= today]
    return Line(
        stage=stage,
        tier=_tier(tier),
        now=begun[-1] if begun else None,
        coming=[rule for rule in rows if rule.effective_from > today],
        past=begun[:-1],
    )


def _initial(request: HttpRequest) -> dict[str, Any]:
    """The limit that the page was asked to change, else an empty one; from tomorrow on."""
    rule = DeadlineRule.objects.filter(pk=row_key(request.GET.get("rule", ""))).first()
    day = timezone.localdate() + timedelta(days=1)
    if rule is None:
        return {"effective_from": day}
    said = {name: getattr(rule, name) for name in ("stage", "tier", "amount", "unit", "mode", "note")}
    return said | {"effective_from": day}


def _tier(tier: str) -> str:
    return str(Tier(tier).label) if tier else _("所有档位")
