"""标注台: cases whose category the machine was unsure of, or people disputed; one key labels and shows the next."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.forms.labels import LabelForm
from frontend.guards import staff_with
from frontend.marks import marked
from frontend.refusals import refuse, valid
from petitions import rules
from petitions.errors import PetitionError
from petitions.models import Label, Petition, Suggestion
from petitions.queries import labels, lessons
from petitions.services import labels as labelling
from routing import rulebook

WORDS = {
    Label.Kind.UNSURE: gettext_lazy("拿不准"),
    Label.Kind.DISPUTED: gettext_lazy("有争议"),
    Label.Kind.SECOND: gettext_lazy("待另一人复核"),
}
SCORES = {"macro_f1": gettext_lazy("宏平均 F1"), "top_3": gettext_lazy("前三命中")}
GUESSES = 3


@dataclass(frozen=True)
class Guess:
    number: int
    code: str
    name: str
    confidence: float


@staff_with(*rules.LABEL)
def desk(request: HttpRequest) -> HttpResponse:
    form = LabelForm(request.POST or None)
    which, after = request.GET.get("part", ""), request.GET.get("after", "")
    if request.method == "POST" and valid(request, form):
        try:
            label = labelling.give(form.cleaned_data["case"], category_code=form.code, actor=request.user)
            messages.success(
                request, _("%(no)s 已标为“%(leaf)s”。") % {"no": label.petition.no, "leaf": label.category}
            )
            return redirect(
                f"{reverse('learn')}?{urlencode({'part': which, 'after': after, 'last': label.petition.no})}"
            )
        except PetitionError as refusal:
            refuse(request, form, refusal)
    found = labels.queue(request.user, which, after=after)
    context = _list(found, after) | _current(request, found) | _learning() | {"form": form}
    return render(request, "learn.html", context, status=422 if form.errors else 200)


def _list(found: labels.Waiting, after: str) -> dict:
    known = rulebook.current().leaves
    rows = [(row, known[row.guess_code].full_name if row.guess_code in known else "") for row in found.page.rows]
    tabs = [
        {"code": part, "word": word, "count": f"{labels.MOST_COUNTED - 1}+" if count >= labels.MOST_COUNTED else count}
        for part, word in WORDS.items()
        for count in [found.counts[part]]
    ]
    return {"which": found.which, "tabs": tabs, "rows": rows, "next": found.page.next, "after": after}


def _current(request: HttpRequest, found: labels.Waiting) -> dict:
    """The case in ?case= (or the posted one), else the first of the list."""
    wanted = request.GET.get("case") or (found.page.rows[0].no if found.page.rows else "")
    shown = labels.case(wanted) if wanted else None
    if shown is None:
        return {"case": None}
    case, suggestion = shown
    return {
        "case": case,
        "pieces": marked(case.redacted_text, suggestion.evidence if suggestion else ()),
        "suggestion": suggestion,
        "guesses": _guesses(suggestion),
        "mine": Label.objects.filter(petition=case, staff=request.user).select_related("category").first(),
        "chosen": _chosen(case, suggestion, found.which),
    }


def _guesses(suggestion: Suggestion | None) -> list[Guess]:
    if suggestion is None or not suggestion.label:
        return []
    known = rulebook.current().leaves
    offered = [
        (suggestion.label, suggestion.confidence or 0.0),
        *((code, share) for code, share in suggestion.alternatives),
    ]
    offered = [(code, share) for code, share in offered if code in known][:GUESSES]
    return [Guess(at, code, known[code].full_name, share) for at, (code, share) in enumerate(offered, start=1)]


def _chosen(case: Petition, suggestion: Suggestion | None, which: str) -> Any:
    """What the desk made of a disputed case; never shown where a second labeller has to judge alone."""
    leaf = rulebook.current().leaves.get(suggestion.chosen) if suggestion else None
    return leaf if which == Label.Kind.DISPUTED and not suggestion.accepted else None


def _learning() -> dict:
    effect = lessons.effect()
    rows = [(SCORES[name], before, after) for name, before, after in effect.rows()]
    return {"agreement": labels.agreement(), "effect": effect, "scores": rows}
