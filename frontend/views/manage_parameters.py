"""参数: every number and switch of the city by group; one of them with its range, its history, and the way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from frontend.administering import by, frame
from frontend.forms.manage import ReasonForm
from frontend.forms.manage_rules import ValueForm
from frontend.guards import staff_with
from frontend.parameter_words import unit_word, written
from frontend.refusals import refuse, valid
from petitions import rules
from petitions.errors import PetitionError
from petitions.queries.manage import trail
from petitions.row_keys import row_key
from petitions.services.manage import parameters
from petitions.services.manage.acting import latest
from petitions.storable import storable
from routing.models import Parameter
from routing.parameters import GROUPS, Spec, spec_of

LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Line:
    """One parameter as the list shows it."""

    parameter: Parameter
    spec: Spec
    value: str
    default: str

    @property
    def unit(self) -> str:
        return unit_word(self.spec.unit)

    @property
    def bounds(self) -> str:
        """0.5 — 1, or nothing where any number that is not negative will do."""
        lowest, highest = self.spec.lowest, self.spec.highest
        return "" if lowest is None or highest is None else f"{lowest:g} — {highest:g}"

    @property
    def is_own(self) -> bool:
        """Whether the city has set it differently from the product."""
        return self.spec.default is not None and self.parameter.value != self.spec.default


@staff_with(*rules.SEE_RULES)
def page(request: HttpRequest) -> HttpResponse:
    words, own = request.GET.get("q", "").strip()[:60], request.GET.get("own") == "1"
    lines = [line for line in _lines() if _fits(line, words) and (line.is_own or not own)]
    grouped = [(code, word, [line for line in lines if line.spec.group == code]) for code, word in GROUPS.items()]
    context = {"groups": [group for group in grouped if group[2]], "words": words, "own": own, "count": len(lines)}
    return render(request, "manage_parameters.html", context | frame(request, "manage-parameters"))


@staff_with(*rules.SEE_RULES)
def parameter(request: HttpRequest, key: str) -> HttpResponse:
    found = get_object_or_404(Parameter, key=storable(key))
    spec = spec_of(found.key, found.description)
    act = ACTS.get(request.POST.get("do", "")) if request.method == "POST" else None
    return act(request, found, spec) if act else _shown(request, found, spec)


def _change(request: HttpRequest, found: Parameter, spec: Spec) -> HttpResponse:
    form = ValueForm(request.POST, spec=spec, stored=found.value)
    if not valid(request, form):
        return _shown(request, found, spec, form=form, status=422)
    said = form.cleaned_data
    try:
        parameters.change(found.key, form.value(), by=by(request, reason=said["reason"], seen=said["seen"]))
    except PetitionError as refusal:
        return _shown(request, found, spec, form=form, status=refuse(request, form, refusal))
    messages.success(request, _("参数已保存，马上生效。"))
    return redirect("manage-parameter", found.key)


def _reset(request: HttpRequest, found: Parameter, spec: Spec) -> HttpResponse:
    return _back_to(request, found, spec, lambda who: parameters.change(found.key, spec.default, by=who))


def _undo(request: HttpRequest, found: Parameter, spec: Spec) -> HttpResponse:
    entry = row_key(request.POST.get("entry", "")) or 0
    return _back_to(request, found, spec, lambda who: parameters.undo(entry, by=who))


def _back_to(request: HttpRequest, found: Parameter, spec: Spec, service: Any) -> HttpResponse:
    form = ReasonForm(request.POST, auto_id="undo_%s")
    if not valid(request, form):
        return _shown(request, found, spec, undo_form=form, status=422)
    try:
        service(by(request, **form.cleaned_data))
    except PetitionError as refusal:
        return _shown(request, found, spec, undo_form=form, status=refuse(request, form, refusal))
    messages.success(request, _("已恢复，马上生效。"))
    return redirect("manage-parameter", found.key)


ACTS = {"change": _change, "reset": _reset, "undo": _undo}


def _shown(request: HttpRequest, found: Parameter, spec: Spec, *, status: int = 200, **forms: Any) -> HttpResponse:
    subject = parameters.subject_of(found.key)
    seen = latest(subject)
    initial = ValueForm.initial_of(spec, found.value) | {"seen": seen}
    context = {
        "line": _line(found, spec),
        "group": GROUPS[spec.group],
        "value": written(found.value),
        "default": "" if spec.default is None else written(spec.default),
        "history": [
            (entry, written((entry.before or {}).get("value")), written((entry.after or {}).get("value")))
            for entry in trail.history(subject)
        ],
        "form": forms.get("form") or ValueForm(spec=spec, stored=found.value, initial=initial),
        "undo_form": forms.get("undo_form") or ReasonForm(initial={"seen": seen}, auto_id="undo_%s"),
    }
    return render(request, "manage_parameter.html", context | frame(request, "manage-parameters"), status=status)


def _lines() -> Sequence[Line]:
    return [_line(row, spec_of(row.key, row.description)) for row in Parameter.objects.all()]


def _line(row: Parameter, spec: Spec) -> Line:
    return Line(row, spec, _short(row.value), "" if spec.default is None else _short(spec.default))


def _fits(line: Line, words: str) -> bool:
    return words.casefold() in line.parameter.key.casefold() or words in line.spec.words


def _short(value: Any) -> str:
    text = written(value)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
