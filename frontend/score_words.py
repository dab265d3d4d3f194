"""What figures, calibres, groups and kinds of periods are called on the pages of the scorecard."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from petitions import rules
from petitions.insight.scorecard import GROUP_NAMES

KINDS = {
    "assessment": _("考核期"),
    "month": _("自然月"),
    "week": _("自然周"),
    "day": _("日报"),
    "custom": _("自定时段"),
}
CALIBRES = {"A": _("A 全口径"), "B": _("B 考核口径（剔除后）"), "C": _("C 不计入诉求总量")}
CALIBRE_NOTES = {
    "A": _("所有有效回访"),
    "B": _("不含剔除、不计入和申诉成立的工单；“只评响应率”的只进响应率"),
    "C": _("只有不计入诉求总量的工单，单独列出"),
}
GROUPS = {code: _(name) for code, name in GROUP_NAMES.items()}
FIGURES = {
    "received": _("受理量"),
    "closed": _("办结量"),
    "valid": _("有效回访"),
    "contacted": _("联系数"),
    "not_contacted": _("未联系数"),
    "assessed": _("参评数"),
    "solved": _("解决数"),
    "unsolved": _("未解决数"),
    "satisfied": _("满意数"),
    "basically": _("基本满意"),
    "dissatisfied": _("不满意数"),
    "first_time_solved": _("一次解决数"),
    "signed_late": _("超时签收"),
    "closed_late": _("超期办结"),
    "contacts": _("首次联系"),
    "returned": _("退单"),
    "returned_unfounded": _("退单不成立"),
    "rehandled": _("重新办理"),
    "repeats": _("重复来电"),
    "false_replies": _("虚假联系"),
    "on_ledger": _("挂账数"),
}
RATES = {"response": _("响应率"), "solved": _("解决率"), "satisfied": _("满意率"), "composite": _("综合成绩")}
# A rate leads to the answers that are missing in it.
BEHIND_RATES = {"response": "not_contacted", "solved": "unsolved", "satisfied": "dissatisfied"}
PAGES = (
    ("scorecard", _("成绩表"), ()),
    ("scorecard-publications", _("公布记录"), ()),
    ("reports", _("日报和通报"), rules.SEE_SCORES),
    ("scorecard-formulas", _("考核公式"), rules.SEE_SCORES),
    ("scorecard-evaluation", _("指标对照"), rules.SEE_SCORES),
)
READERS = (*rules.SEE_SCORES, *rules.UNIT)


def tabs(request: HttpRequest, here: str) -> dict[str, Any]:
    """The pages of the scorecard that this person may open."""
    return {
        "tabs": [
            {"url": reverse(name), "word": word, "is_here": name == here}
            for name, word, roles in PAGES
            if not roles or request.user.has_role(*roles)
        ],
        "may_publish": request.user.has_role(*rules.PUBLISH_SCORES),
    }


def decimal(share: float | None) -> str:
    """A share as a percentage with one decimal; '—' where nothing was measured."""
    return "—" if share is None else f"{100 * share:.1f}%"


def interval(ends: tuple[float, float] | None, *, scale: float = 100) -> str:
    return "" if ends is None else f"{scale * ends[0]:.1f}–{scale * ends[1]:.1f}"
