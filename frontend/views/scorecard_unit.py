"""One unit's figures: its place, twelve periods with their intervals, what was excluded, what people minded."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import score_rows
from frontend.charts import Sparkline, sparkline
from frontend.guards import staff_with
from frontend.score_words import CALIBRES, RATES, READERS, decimal, interval, tabs
from frontend.views.scorecard import Asked, asked, lists_of
from petitions import rules
from petitions.errors import NotYours
from petitions.insight import formulas, rates, scorecard
from petitions.insight.models import Formula
from petitions.insight.queries import sheet, unit
from petitions.insight.queries.spans import Span
from petitions.insight.rates import Counts, Rate, Scores
from petitions.models import Request

PERIODS = 12
SIDE = (
    ("signed_in_time", gettext_lazy("按时签收率"), "signed_late"),
    ("closed_in_time", gettext_lazy("按时办结率"), "closed_late"),
    ("first_time_solved", gettext_lazy("一次解决率"), "first_time_solved"),
    ("unfounded_returns", gettext_lazy("退单不成立率"), "returned_unfounded"),
    ("repeats", gettext_lazy("重复来电率"), "repeats"),
    ("false_replies", gettext_lazy("虚假联系率"), "false_replies"),
)


@dataclass(frozen=True)
class Panel:
    word: Any
    text: str
    small: str
    line: Sparkline
    note: str


@dataclass(frozen=True)
class Past:
    """One period of the trend as its table shows it."""

    span: Span
    counts: Counts
    cells: tuple[score_rows.Cell, ...]


@staff_with(*READERS)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit opens its own page only. Raises NotYours."""
    wanted, known = asked(request), scorecard.units()
    own = known.get(pk)
    if own is None:
        raise Http404(_("没有这个单位。"))
    if not (request.user.has_role(*rules.SEE_SCORES) or lists_of(request.user)(pk)):
        raise NotYours
    formula = formulas.in_force(wanted.span.last_day)
    found, counted = sheet.live(
        wanted.span,
        calibre=wanted.calibre,
        group=own.group,
        formula=formula.value(),
        known=known,
        calibres=tuple(CALIBRES),
    )
    line = next((line for line in found.lines if line.unit and line.unit.id == pk), None)
    context = {
        "asked": wanted,
        "unit": own,
        "line": line,
        "sheet": found,
        "calibre_word": CALIBRES[wanted.calibre],
        "calibres": _calibres(counted, pk, wanted, formula),
        "side": _side(line.scores, request, wanted, pk) if line else [],
        "exclusions": _exclusions(pk, wanted),
        "causes": unit.causes(pk, wanted.span.window),
        "back": "?" + urlencode(wanted.here | {"group": own.group}),
        "now": timezone.now(),
    }
    return render(request, "scorecard_unit.html", context | _trend(pk, wanted, formula) | tabs(request, "scorecard"))


def _trend(pk: int, wanted: Asked, formula: Formula) -> dict[str, Any]:
    """All periods with one formula, so that a step in the line is a step in the work."""
    spans = wanted.span.trail(PERIODS)
    counts = unit.trend(pk, spans, wanted.calibre)
    scores = [rates.scores(each, formula.value()) for each in counts]
    past = [
        Past(span, each, score_rows.cells_of(sheet.Line(each, score), lambda figure: "")[7:])
        for span, each, score in zip(spans, counts, scores, strict=True)
    ]
    return {"panels": [_panel(name, scores) for name in RATES], "past": past[::-1]}


def _panel(name: str, scores: Sequence[Scores]) -> Panel:
    values, ends = zip(*(_value(score, name) for score in scores), strict=True)
    lows, highs = ([end[side] if end else 0.0 for end in ends] for side in (0, 1))
    floor = _floor([end[0] for end in ends if end])
    shown = decimal(values[-1]) if name != "composite" else _points(values[-1])
    label = _("%(word)s：近 %(count)s 期，本期 %(value)s") % {"word": RATES[name], "count": len(scores), "value": shown}
    line = sparkline(values, label=label, lows=lows, highs=highs, bottom=floor)
    scale = _("纵轴 %(low)s–100，色带是 95%% 区间") % {"low": f"{100 * floor:.0f}"}
    return Panel(RATES[name], shown, interval(ends[-1]), line, scale)


def _value(score: Scores, name: str) -> tuple[float | None, tuple[float, float] | None]:
    """A rate and its interval as shares; the composite, which counts to 100, as well."""
    if name != "composite":
        rate: Rate = getattr(score, name)
        return rate.value, rate.interval
    if score.composite is None or score.interval is None:
        return None, None
    return score.composite / 100, (score.interval[0] / 100, score.interval[1] / 100)


def _points(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:.1f}"


def _floor(lows: Sequence[float]) -> float:
    """Where the axis begins: the next full ten below the lowest end, and said beside the line."""
    return min(0.9, int(min(lows, default=0.0) * 10) / 10)


def _calibres(counted: scorecard.Lines, pk: int, wanted: Asked, formula: Formula) -> list[dict[str, Any]]:
    """The same unit in all three: what the exclusions change."""
    rows = []
    for code, word in CALIBRES.items():
        counts = counted[code].get(pk, Counts())
        line = sheet.Line(counts, rates.scores(counts, formula.value()))
        url = "?" + urlencode(wanted.window | {"calibre": code})
        rows.append(
            {
                "word": word,
                "counts": counts,
                "cells": score_rows.cells_of(line, lambda figure: "")[7:],
                "url": url,
                "is_here": code == wanted.calibre,
            }
        )
    return rows


def _side(scores: Scores, request: HttpRequest, wanted: Asked, pk: int) -> list[dict[str, Any]]:
    may_list = lists_of(request.user)(pk)
    base = urlencode(wanted.here | {"unit": str(pk)})
    rows = []
    for name, word, figure in SIDE:
        rate: Rate = getattr(scores, name)
        small = f"{interval(rate.interval)} · n={rate.n}" if rate.n else "n=0"
        href = f"{base}&figure={figure}" if may_list and rate.n else ""
        rows.append({"word": word, "text": decimal(rate.value), "small": small, "href": href})
    minutes = scores.contact_minutes
    text = "—" if minutes is None else _("%(n)s 分钟") % {"n": f"{minutes:.0f}"}
    return [*rows, {"word": _("首次联系时长（平均）"), "text": text, "small": "", "href": ""}]


def _exclusions(pk: int, wanted: Asked) -> list[dict[str, Any]]:
    found = unit.exclusions(pk, wanted.span.window)
    return [
        {"kind": Request.Kind(row.kind).label, "subtype": row.subtype, "approver": row.approver, "count": row.count}
        for row in found
    ]
