"""The words of 每月一题: states, lists, terms of the score, decisions, and what a measured effect says."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from petitions.insight.monthly.measuring import Measured

# Lamp and word of each state.
STATES: dict[str, tuple[str, Any]] = {
    "chosen": ("soon", gettext_lazy("已选定")),
    "planned": ("soon", gettext_lazy("已有方案")),
    "running": ("doing", gettext_lazy("推进中")),
    "exited": ("done", gettext_lazy("已退出")),
}
KINDS: dict[str, Any] = {
    "task": gettext_lazy("任务清单"),
    "responsibility": gettext_lazy("责任清单"),
    "policy": gettext_lazy("政策清单"),
}
DECISIONS: dict[str, Any] = {
    "chosen": gettext_lazy("选定"),
    "planned": gettext_lazy("定方案"),
    "started": gettext_lazy("开始推进"),
    "continued": gettext_lazy("继续推进"),
    "exited": gettext_lazy("退出"),
}
# Name of a term → its word and what its two figures are.
TERMS: dict[str, tuple[Any, Any]] = {
    "volume": (gettext_lazy("高频"), gettext_lazy("本月件数，与件数最多的事项比")),
    "breadth": (gettext_lazy("覆盖面"), gettext_lazy("有诉求的街道数，占全部有诉求的街道")),
    "lasting": (gettext_lazy("持续"), gettext_lazy("近几个月里有几个月达到件数")),
    "unsolved": (gettext_lazy("未解决"), gettext_lazy("没有解决的，占有评价的")),
    "solvable": (gettext_lazy("有单位能解决"), gettext_lazy("解决得好的单位，占评价够多的单位")),
}


# Lamp and word of what was found: fewer cases are good, more are bad, anything else says nothing.
NOTHING_SHOWN = ("idle", gettext_lazy("看不出效果"))
FEWER, MORE = ("done", gettext_lazy("件数减少")), ("over", gettext_lazy("件数增加"))


def look(found: Measured) -> tuple[str, Any]:
    if not found.is_shown:
        return NOTHING_SHOWN
    return FEWER if (found.change or 0) < 0 else MORE


def effect(found: Measured) -> str:
    """One sentence with the interval."""
    if found.change is None or found.low is None or found.high is None:
        return _("数据还太少。")
    ends = {"low": f"{found.low:+.0f}", "high": f"{found.high:+.0f}", "n": f"{abs(found.change):.0f}"}
    if not found.is_shown:
        return _("95%% 区间 %(low)s%% 至 %(high)s%%，包含 0。") % ends
    if found.change < 0:
        return _("比没有采取措施时约少 %(n)s%%（95%% 区间 %(low)s%% 至 %(high)s%%）。") % ends
    return _("比没有采取措施时约多 %(n)s%%（95%% 区间 %(low)s%% 至 %(high)s%%）。") % ends
