"""考核成绩表: one group in one calibre and window, live or as published; the list behind every figure."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from frontend import score_rows
from frontend.forms.scorecard import OnlyForm, SpanForm
from frontend.guards import staff_with
from frontend.score_words import CALIBRE_NOTES, CALIBRES, FIGURES, GROUPS, READERS, tabs
from petitions import rules
from petitions.errors import NotYours
from petitions.insight import formulas, scorecard
from petitions.insight.models import Mark, Publication
from petitions.insight.queries import behind, publishing, sheet
from petitions.insight.queries.sheet import Sheet
from petitions.insight.queries.spans import Cuts, Span, span_of_period
from petitions.insight.reports.lists import ANY_UNIT, EVERY_UNIT
from petitions.row_keys import row_key
from petitions.states import Satisfaction, Solved
from routing import rulebook
from routing.models import Assessment

USUAL = {"calibre": "B", "group": "street"}


@dataclass(frozen=True)
class Asked:
    """What the address asks for. `publication` set: the figures as they were sealed."""

    form: SpanForm
    span: Span
    calibre: str
    group: str
    publication: Publication | None

    @property
    def here(self) -> dict[str, str]:
        return self.window | {"calibre": self.calibre}

    @property
    def window(self) -> dict[str, str]:
        return {"published": str(self.publication.pk)} if self.publication else self.span.address


def asked(request: HttpRequest) -> Asked:
    form, cuts = SpanForm(request.GET), Cuts.of(rulebook.current())
    span, publication = form.span(timezone.localdate(), cuts), _published(request)
    if publication:
        period = publication.period
        span = span_of_period(period.kind, period.window, period.name, cuts)
    calibre = form.chosen("calibre") or USUAL["calibre"]
    return Asked(form, span, calibre, form.chosen("group") or _own_group(request) or USUAL["group"], publication)


def _published(request: HttpRequest) -> Publication | None:
    wanted = request.GET.get("published", "")
    if not wanted:
        return None
    key = row_key(wanted)
    if key is None:
        raise Http404
    return get_object_or_404(Publication.objects.select_related("period", "formula", "by"), pk=key)


def _own_group(request: HttpRequest) -> str:
    """People of a unit begin with the group that their unit is in."""
    if request.user.has_role(*rules.SEE_SCORES) or not request.user.department_id:
        return ""
    own = scorecard.units().get(request.user.department_id)
    return own.group if own else ""


@staff_with(*READERS)
def page(request: HttpRequest) -> HttpResponse:
    wanted = asked(request)
    found = _sheet(request, wanted)
    may_list = lists_of(request.user)
    context = _switches(wanted, found) | {
        "asked": wanted,
        "sheet": found,
        "rows": score_rows.rows_of(found, wanted.here, may_list),
        "pooled": score_rows.pooled_cells(found, wanted.here, may_list=request.user.has_role(*rules.SEE_ALL)),
        "mean": score_rows.mean_cells(found),
        "received_change": _received_change(found),
        "pooled_change": score_rows.change_of(found.pooled.change),
        "latest": publishing.latest(wanted.span),
        "now": timezone.now(),
        "is_print": request.GET.get("print") == "1",
    }
    return render(request, "scorecard.html", context | tabs(request, "scorecard"))


def _sheet(request: HttpRequest, wanted: Asked) -> Sheet:
    if wanted.publication:
        return sheet.published(wanted.publication, calibre=wanted.calibre, group=wanted.group)
    formula = formulas.in_force(wanted.span.last_day).value()
    only = sheet.departments_seen_by(request.user)
    known = scorecard.units()
    found, _lines = sheet.live(
        wanted.span, calibre=wanted.calibre, group=wanted.group, formula=formula, known=known, only=only
    )
    return found


def lists_of(person: Any):
    """unit → whether this person may see the cases of its figures: the hotline all, a unit its own."""
    if person.has_role(*rules.SEE_ALL):
        return lambda unit: True
    own = person.department_id if person.has_role(*rules.UNIT) else None
    return lambda unit: unit == own


def _switches(wanted: Asked, found: Sheet) -> dict[str, Any]:
    """Everything that leads to another view of the same figures."""
    here = wanted.here | {"group": wanted.group}
    return {
        "calibres": [
            {"code": code, "word": word, "url": _to(here | {"calibre": code}), "is_here": code == wanted.calibre}
            for code, word in CALIBRES.items()
        ],
        "calibre_word": CALIBRES[wanted.calibre],
        "calibre_note": CALIBRE_NOTES[wanted.calibre],
        "groups": [
            {
                "word": word,
                "url": _to(here | {"group": code}),
                "is_here": code == wanted.group,
                "n": found.groups.get(code, 0),
            }
            for code, word in GROUPS.items()
        ],
        "group_word": GROUPS.get(wanted.group, wanted.group),
        "earlier": _to(here | wanted.span.before().address, drop="published"),
        "later": _to(here | wanted.span.after().address, drop="published"),
        "print_url": _to(here | {"print": "1"}),
        "live_url": _to(here | wanted.span.address, drop="published"),
        "here": here,
    }


def _to(said: dict[str, str], drop: str = "") -> str:
    return "?" + urlencode({name: value for name, value in said.items() if name != drop})


def _received_change(found: Sheet) -> str:
    before = found.pooled.before_received
    if not before:
        return ""
    return f"{100 * (found.pooled.counts.received - before) / before:+.1f}%".replace("-", "−")


@staff_with(*READERS)
def listing(request: HttpRequest) -> HttpResponse:
    """The cases of one figure. A unit opens its own lists, the hotline all. Raises NotYours."""
    wanted = asked(request)
    name = request.GET.get("figure", "")
    if name not in behind.FIGURES:
        raise Http404
    units, title = _units_behind(request, wanted)
    part = OnlyForm(request.GET)
    only = part.only()
    if only is None:
        raise Http404
    window, figure = wanted.span.window, behind.FIGURES[name]
    rows = behind.marks(figure, window, calibre=wanted.calibre, units=units, only=only)
    found = behind.page(rows, after=request.GET.get("after", ""))
    here = {name: value for name, value in request.GET.dict().items() if name != "after"}
    context = {
        "asked": wanted,
        "figure": FIGURES[name],
        "calibre_word": CALIBRES[wanted.calibre],
        "title": " · ".join([title, *part.words()]),
        "count": rows.count() if only != behind.EVERYTHING or units is None else _counted(figure, wanted, units),
        "rows": [_said(mark) for mark in found.rows],
        "next": _to(here | {"after": found.next}) if found.next else "",
        "back": _to(wanted.here | {"group": wanted.group}),
    }
    return render(request, "scorecard_list.html", context | tabs(request, "scorecard"))


def _counted(figure: behind.Figure, wanted: Asked, units: list[int]) -> int:
    counts = scorecard.from_tally(wanted.span.window, units=units)[wanted.calibre]
    return sum(figure.of(counts[unit]) for unit in counts)


def _said(mark: Mark) -> Mark:
    """The row with its answers in words."""
    mark.solved_word = Solved(mark.solved).label if mark.solved in Solved.values else "—"
    mark.satisfaction_word = Satisfaction(mark.satisfaction).label if mark.satisfaction in Satisfaction.values else "—"
    mark.assessment_word = Assessment(mark.assessment).label if mark.assessment in Assessment.values else ""
    return mark


def _units_behind(request: HttpRequest, wanted: Asked) -> tuple[list[int] | None, str]:
    """The units whose marks are listed, None for all marks, and what they are called together. Raises NotYours."""
    known, asked_for = scorecard.units(), request.GET.get("unit", "")
    if not asked_for:
        if not request.user.has_role(*rules.SEE_ALL):
            raise NotYours
        if request.GET.get("units") == ANY_UNIT:
            return None, _("全部来件")
        if request.GET.get("units") == EVERY_UNIT:
            return [unit.id for unit in known.values() if unit.group in GROUPS], _("各承办单位")
        return [unit.id for unit in known.values() if unit.group == wanted.group], str(GROUPS[wanted.group])
    unit = known.get(row_key(asked_for))
    if unit is None:
        raise Http404(_("没有这个单位。"))
    if not lists_of(request.user)(unit.id):
        raise NotYours
    return [unit.id], unit.name
