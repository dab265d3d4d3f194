"""月度主题 in words: the way a topic goes, how much it changed, what an edit did."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from petitions.insight.models import TopicEdit, TopicMonth
from petitions.insight.queries.topics import AGAIN, UNHAPPY, Filters
from routing import rulebook

State, Kind = TopicMonth.State, TopicEdit.Kind

# Lamp and word of each state.
STATES: dict[Any, tuple[str, Any]] = {
    State.GROWING: ("over", _("上升")),
    State.BORN: ("soon", _("新出现")),
    State.RECURRING: ("soon", _("季节性重现")),
    State.STEADY: ("doing", _("平稳")),
    State.FADING: ("idle", _("回落")),
    State.SOLVED: ("done", _("已平息")),
}
KINDS: dict[Any, Any] = {
    Kind.RENAME: _("改名"),
    Kind.MERGE: _("并入"),
    Kind.SPLIT: _("拆分"),
    Kind.ANNOTATE: _("批注"),
    Kind.UNDO: _("撤销"),
}


def change(cases: int, before: int | None) -> tuple[str, str]:
    """Glyph and words against the month before; nothing where that month was not grouped."""
    if before is None:
        return "", "—"
    if cases == before:
        return "", say("持平")
    return ("▲" if cases > before else "▼"), f"{abs(cases - before)}"


def said(edit: TopicEdit) -> str:
    if edit.kind == Kind.RENAME:
        return edit.text or say("恢复自动标题")
    if edit.kind == Kind.ANNOTATE:
        return edit.text or say("删去批注")
    if edit.kind == Kind.MERGE:
        return say("“%(one)s”并入“%(other)s”") % {"one": edit.topic.found_title, "other": edit.other}
    if edit.kind == Kind.SPLIT:
        return say("含“%(words)s”的拆为“%(other)s”") % {"words": "、".join(edit.words), "other": edit.other}
    return say("撤销了“%(kind)s”：%(reason)s") % {"kind": KINDS[edit.undoes.kind], "reason": edit.undoes.reason}


def filters(wanted: Filters) -> list[str]:
    """What the list of cases is narrowed to."""
    found = [f"{wanted.month:%Y-%m}" if wanted.month else say("所有月份")]
    if wanted.area == "-":
        found.append(say("地点不明"))
    elif wanted.area:
        found.extend(place.name for place in rulebook.kept().places if place.path == wanted.area)
    found.extend({UNHAPPY: [say("不满意或未解决")], AGAIN: [say("同一人再次反映")]}.get(wanted.only, []))
    return found
