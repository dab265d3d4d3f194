"""热点 in words: its state, how fast it grows, what each term of the heat rests on, how a case came to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.timesince import timesince
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from frontend.issue_charts import Bar, waterfall
from petitions.insight.issues.heat import Limits
from petitions.insight.models import HotIssue, IssueEdit, IssueMember

State, How, Kind = HotIssue.State, IssueMember.How, IssueEdit.Kind

LISTS = {"living": _("全部热点"), "watched": _("重点关注"), "ignored": _("已忽略")}
# Lamp and word of each state.
STATES: dict[Any, tuple[str, Any]] = {
    State.OPEN: ("doing", _("持续关注中")),
    State.WATCHED: ("soon", _("重点关注")),
    State.IGNORED: ("idle", _("已忽略")),
    State.MERGED: ("idle", _("已并入")),
}
HOW: dict[Any, Any] = {
    How.STARTED: _("最先归入的一件"),
    How.JOINED: _("受理后自动归入"),
    How.NIGHTLY: _("夜间重新归类"),
    How.PERSON: _("人工归入"),
}
KINDS: dict[Any, Any] = {
    Kind.MERGE: _("合并"),
    Kind.SPLIT: _("拆分"),
    Kind.RENAME: _("改名"),
    Kind.MARK: _("改状态"),
    Kind.UNDO: _("撤销"),
}
TERMS = {
    "citizens": _("数量"),
    "growth": _("增速"),
    "returning": _("重复"),
    "recency": _("时效"),
    "unhappy": _("不满意"),
}


@dataclass(frozen=True)
class Term:
    """A bar of the waterfall with its word and what it rests on."""

    bar: Bar
    word: Any
    why: str


def terms(issue: HotIssue, limits: Limits) -> list[Term]:
    why = {
        "citizens": say("%(n)s 人反映，%(full)s 人得满分") % {"n": issue.citizens, "full": limits.full_citizens},
        "growth": say("近 %(days)s 天 %(recent)s 人，之前 %(days)s 天 %(before)s 人")
        % {"days": limits.span_days, "recent": issue.recent, "before": issue.before},
        "returning": say("%(n)s 人多次反映，每人只算一次") % {"n": issue.returning},
        "recency": say("最近一件在 %(time)s前") % {"time": timesince(issue.last_at, issue.counted_at, depth=1)},
        "unhappy": say("%(judged)s 人已评价，%(unhappy)s 人不满意或未解决")
        % {"judged": issue.judged, "unhappy": issue.unhappy},
    }
    return [Term(bar, TERMS[bar.name], why[bar.name]) for bar in waterfall(issue.terms)]


def growth(issue: HotIssue) -> tuple[str, str]:
    """(sign, text): ▲ 150%, ▼ 40%, 新 where nobody said it in the span before."""
    if not issue.before:
        return ("", say("新出现")) if issue.recent else ("", "—")
    change = round(100 * (issue.recent - issue.before) / issue.before)
    return ("▲" if change > 0 else "▼" if change < 0 else "", f"{abs(change)}%")


def reach(issue: HotIssue) -> str:
    """How far it goes: '2 个区 · 3 个单位'."""
    parts = [
        say("%(n)s 个区") % {"n": issue.districts},
        say("%(n)s 个单位") % {"n": issue.units},
    ]
    return " · ".join(part for part, count in zip(parts, (issue.districts, issue.units), strict=True) if count) or "—"


def said(edit: IssueEdit, issue: HotIssue) -> str:
    """What an edit did, as read on the page of one of its issues."""
    other = edit.other if edit.issue_id == issue.pk else edit.issue
    about = {"name": edit.said, "no": other.pk if other else ""}
    if edit.kind == Kind.RENAME:
        return say("改名为“%(name)s”") % about if edit.said else say("恢复自动得出的名称")
    if edit.kind == Kind.MARK:
        return str(STATES[edit.said][1])
    if edit.kind == Kind.UNDO:
        return say("撤销前面的修改")
    if edit.kind == Kind.MERGE:
        return (say("并入热点 %(no)s") if edit.other_id == issue.pk else say("热点 %(no)s 并入本热点")) % about
    return (say("从热点 %(no)s 拆出") if edit.other_id == issue.pk else say("拆出热点 %(no)s")) % about


def chance(value: float) -> str:
    return f"{round(100 * value)}%"
