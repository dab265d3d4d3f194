"""指标对照: the frameworks by which digital government is judged, and which of their questions our figures answer."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from frontend.guards import staff_with
from frontend.score_words import decimal, interval, tabs
from frontend.views.scorecard import asked
from petitions import rules
from petitions.insight import formulas, rates
from petitions.insight.queries import evaluation
from petitions.insight.queries.evaluation import Evaluation
from petitions.insight.rates import Rate, Scores


@dataclass(frozen=True)
class Item:
    """One thing that is looked at. Without a text it is not measured here, and `note` says why."""

    word: Any
    text: str = ""
    small: str = ""
    note: str = ""


@dataclass(frozen=True)
class Dimension:
    word: Any
    items: tuple[Item, ...]


@staff_with(*rules.SEE_SCORES)
def page(request: HttpRequest) -> HttpResponse:
    wanted = asked(request)
    found = evaluation.evaluation(wanted.span.window)
    scores = rates.scores(found.total, formulas.in_force(wanted.span.last_day).value())
    context = {"asked": wanted, "dimensions": _dimensions(found, scores)}
    return render(request, "scorecard_evaluation.html", context | tabs(request, "scorecard-evaluation"))


def _dimensions(found: Evaluation, scores: Scores) -> list[Dimension]:
    """The six of the second framework, in its order."""
    return [
        Dimension(_("基础准备"), _foundations(found)),
        Dimension(_("环境支撑"), _surroundings()),
        Dimension(_("服务成熟"), _service(scores)),
        Dimension(_("协同治理"), _together(scores)),
        Dimension(_("公众参与"), _public(found, scores)),
        Dimension(_("技术使用"), _technology(found)),
    ]


def _foundations(found: Evaluation) -> tuple[Item, ...]:
    return (
        Item(_("接入的承办单位"), str(found.units)),
        Item(_("诉求分类末级项"), str(found.leaves)),
        Item(_("网络与硬件"), note=_("不在本系统的数据里")),
    )


def _surroundings() -> tuple[Item, ...]:
    return (
        Item(_("制度与经费"), note=_("不在本系统的数据里")),
        Item(_("部门数据共享清单"), note=_("本系统还没有登记共享清单")),
    )


def _service(scores: Scores) -> tuple[Item, ...]:
    return (
        _share(_("解决率"), scores.solved),
        _share(_("满意率"), scores.satisfied),
        _share(_("一次解决率"), scores.first_time_solved),
        _share(_("按时办结率"), scores.closed_in_time),
        _share(_("直接答复率"), scores.direct),
    )


def _together(scores: Scores) -> tuple[Item, ...]:
    minutes = scores.contact_minutes
    contact = "—" if minutes is None else _("%(n)s 分钟") % {"n": f"{minutes:.0f}"}
    return (
        _share(_("按时签收率"), scores.signed_in_time),
        _share(_("退单不成立率"), scores.unfounded_returns),
        Item(_("首次联系时长（平均）"), contact),
    )


def _public(found: Evaluation, scores: Scores) -> tuple[Item, ...]:
    return (
        Item(_("受理量"), str(found.total.received)),
        _share(_("响应率"), scores.response),
        _share(_("有效回访占办结"), found.asked_back),
        _share(_("市民自己评价的占比"), found.own_rating),
        _share(_("重复来电率"), scores.repeats),
    )


def _technology(found: Evaluation) -> tuple[Item, ...]:
    return (
        _share(_("有智能分类建议的占比"), found.read_by_machine),
        Item(_("建议被采纳的占比"), note=_("见“模型”页，按周统计")),
    )


def _share(word: Any, rate: Rate) -> Item:
    if not rate.n:
        return Item(word, "—", "n=0")
    return Item(word, decimal(rate.value), f"{interval(rate.interval)} · n={rate.n}")
