"""诚信核查: what looks unusual, for supervision alone. The page says what stands out, never who did wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import integrity_words as words
from frontend.forms.integrity import AnswerForm
from frontend.guards import staff_with
from frontend.integrity_words import Words
from frontend.refusals import refuse, valid
from petitions import rules
from petitions.errors import PetitionError
from petitions.insight import findings
from petitions.insight.models import Finding
from petitions.insight.queries import integrity
from petitions.insight.queries.integrity import MOST_PROOFS, Record

# Lamp and word of each state.
STATES: dict[Any, tuple[str, Any]] = {
    Finding.State.OPEN: ("soon", gettext_lazy("待核实")),
    Finding.State.EXPLAINED: ("idle", gettext_lazy("有合理解释")),
    Finding.State.CONFIRMED: ("done", gettext_lazy("核实属实")),
}


@dataclass(frozen=True)
class Line:
    """A finding as the list shows it."""

    row: Finding
    words: Words
    figures: str
    strength: tuple[str, str]

    @classmethod
    def of(cls, row: Finding) -> Line:
        return cls(row, words.RULES[row.rule], words.figures(row), words.strength(row))


@dataclass(frozen=True)
class Tab:
    code: str
    word: str
    count: int


@dataclass(frozen=True)
class RuleLine:
    words: Words
    record: Record


@staff_with(*rules.SEE_FINDINGS)
def page(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("state", "")
    state = asked if asked in STATES else str(Finding.State.OPEN)
    found, counts = integrity.listing(state, request.GET.get("after", "")), integrity.counts()
    query = urlencode({"state": state, "after": found.next})
    context = {
        "lines": [Line.of(row) for row in found.rows],
        "state": state,
        "tabs": [Tab(code, word, counts.get(code, 0)) for code, (_lamp, word) in STATES.items()],
        "rules": [RuleLine(words.RULES[record.rule], record) for record in integrity.records()],
        "next": f"{reverse('integrity')}?{query}" if found.next else "",
    }
    return render(request, "integrity.html", context)


@staff_with(*rules.SEE_FINDINGS)
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    found = integrity.one(pk)
    if found is None:
        raise Http404
    form, status = AnswerForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if valid(request, form):
            try:
                findings.answer(
                    pk, actor=request.user, state=request.POST.get("state", ""), reason=form.cleaned_data["reason"]
                )
                messages.success(request, _("已记下核实结论。"))
                return redirect("integrity-finding", pk)
            except PetitionError as refusal:
                status = refuse(request, form, refusal)
    proofs = integrity.proofs(found)
    context = {
        "line": Line.of(found),
        "chance": words.chance(found),
        "thresholds": words.thresholds(found),
        "proofs": proofs,
        "is_cut": len(proofs) == MOST_PROOFS,
        "state": STATES[found.state],
        "answers": [(STATES[answer.state], answer) for answer in found.answers.all()],
        "form": form,
    }
    return render(request, "integrity_finding.html", context, status=status)
