"""模型监测: whether what comes in still looks like what the model learnt from, and whether people go along with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.charts import Sparkline, sparkline
from frontend.guards import staff_with
from nlp.core.agreement import Share
from nlp.core.drift import ANOTHER_MIX, WORTH_A_LOOK
from petitions import rules
from petitions.queries import drift
from petitions.queries.drift import Drift, Week
from routing.models import Category

MOST_INDEX = 0.5


@dataclass(frozen=True)
class Panel:
    """One figure over the weeks; `share` (with n and interval) or `value` is that of the last week."""

    word: str
    note: str
    line: Sparkline
    share: Share | None = None
    value: float | None = None


@dataclass(frozen=True)
class BranchRow:
    name: str
    training: float
    recent: float
    latest: float
    line: Sparkline


@staff_with(*rules.WATCH_MODELS)
def page(request: HttpRequest) -> HttpResponse:
    found = drift.weekly(now=timezone.now())
    context = {
        "drift": found,
        "panels": _panels(found.weeks) if found.weeks else [],
        "branches": _branches(found),
        "shift": _shift(found.latest.from_training if found.latest else None),
        "worth_a_look": WORTH_A_LOOK,
        "another_mix": ANOTHER_MIX,
        "enough": drift.ENOUGH,
    }
    return render(request, "drift.html", context)


def _panels(weeks: Sequence[Week]) -> list[Panel]:
    return [
        _share_panel(weeks, _("分类建议被采纳"), _("审核员、话务员没有改动的占比"), lambda week: week.category),
        _share_panel(weeks, _("派单建议被采纳"), _("派给了建议的单位的占比"), lambda week: week.route),
        _share_panel(weeks, _("有把握的占比"), _("达到模型自己门槛的建议"), lambda week: week.sure),
        _value_panel(weeks, _("平均置信度"), _("首选分类的置信度"), lambda week: week.mean_confidence, 1.0),
        _value_panel(
            weeks,
            _("与训练时的差异（PSI）"),
            _("小于 0.1 稳定，大于 0.25 已是另一种构成"),
            lambda week: week.from_training,
            MOST_INDEX,
        ),
    ]


def _share_panel(weeks: Sequence[Week], word: str, note: str, of: Callable[[Week], Share]) -> Panel:
    shares = [of(week) for week in weeks]
    label = _("%(word)s：%(count)s 周，最近一周 %(value)s") % {
        "word": word,
        "count": len(weeks),
        "value": _percent(shares[-1].value),
    }
    line = sparkline(
        [share.value for share in shares],
        label=label,
        lows=[share.low for share in shares],
        highs=[share.high for share in shares],
        marks=_model_changes(weeks),
    )
    return Panel(word, note, line, share=shares[-1])


def _value_panel(weeks: Sequence[Week], word: str, note: str, of: Callable[[Week], float | None], top: float) -> Panel:
    values = [of(week) for week in weeks]
    shown = "—" if values[-1] is None else f"{values[-1]:.2f}"
    label = _("%(word)s：%(count)s 周，最近一周 %(value)s") % {"word": word, "count": len(weeks), "value": shown}
    return Panel(word, note, sparkline(values, label=label, marks=_model_changes(weeks), top=top), value=values[-1])


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.0%}"


def _model_changes(weeks: Sequence[Week]) -> list[str]:
    """The versions that answered for the first time in each week; nothing in the first week, where all are old."""
    seen = set(weeks[0].models)
    marks = [""]
    for week in weeks[1:]:
        marks.append(" ".join(version for version in week.models if version not in seen))
        seen |= set(week.models)
    return marks


def _branches(found: Drift) -> list[BranchRow]:
    names = dict(Category.objects.filter(level=1).values_list("code", "name"))
    rows = []
    for code in found.branches():
        shares = [_part(week.mix, code) for week in found.weeks]
        name = names.get(code, code)
        label = _("%(word)s：%(count)s 周，最近一周 %(value)s") % {
            "word": name,
            "count": len(shares),
            "value": _percent(shares[-1] if shares else None),
        }
        line = sparkline(shares, label=label, top=max([0.05, *(share or 0 for share in shares)]))
        latest = shares[-1] if shares else None
        rows.append(BranchRow(name, _part(found.training, code), _part(found.recent_mix, code), latest, line))
    return rows


def _part(counts: Any, code: str) -> float | None:
    whole = counts.total()
    return counts[code] / whole if whole else None


def _shift(index: float | None) -> str:
    """How the last week's index reads: '', calm, look or other."""
    if index is None:
        return ""
    return "calm" if index < WORTH_A_LOOK else "look" if index < ANOTHER_MIX else "other"
