"""A parameter's value as people read it, and the names inside it as they would say them."""

import json
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NAMES = {
    "opening": gettext_lazy("开场"),
    "closing": gettext_lazy("结束"),
    "label": gettext_lazy("标注"),
    "corrected": gettext_lazy("人工改类"),
    "closed": gettext_lazy("办结"),
    "response": gettext_lazy("响应率"),
    "solved": gettext_lazy("解决率"),
    "satisfied": gettext_lazy("满意率"),
    "closed_in_time": gettext_lazy("按时办结率"),
    "citizens": gettext_lazy("人数"),
    "growth": gettext_lazy("增速"),
    "returning": gettext_lazy("多次反映"),
    "recency": gettext_lazy("时效"),
    "unhappy": gettext_lazy("不满意"),
    "volume": gettext_lazy("高频"),
    "breadth": gettext_lazy("覆盖面"),
    "lasting": gettext_lazy("持续"),
    "unsolved": gettext_lazy("未解决"),
    "solvable": gettext_lazy("有单位能解决"),
    "street": gettext_lazy("街道乡镇"),
    "district": gettext_lazy("区县"),
    "city": gettext_lazy("市"),
    "usual": gettext_lazy("一般的"),
    "instant": gettext_lazy("直报的"),
}


def unit_word(unit: str) -> str:
    """The unit of a parameter (routing/data/parameter_limits.csv) in the language of the page."""
    return _(unit) if unit else ""


def name_word(name: str) -> str:
    return str(NAMES.get(name, name))


def written(value: Any) -> str:
    """是, 3, 无, 09:00-12:00、13:00-18:00, or 开场：…；结束：…; JSON only for what is nested deeper."""
    if value in ([], {}, ""):
        return _("无")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list) and value:
        return _listed(value)
    if isinstance(value, dict) and value and all(_is_plain(each) for each in value.values()):
        return "；".join(f"{name_word(name)}：{written(value[name])}" for name in sorted(value, key=_place))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _place(name: str) -> tuple[int, str]:
    """The database keeps names in an order of its own; people know the order above."""
    return (list(NAMES).index(name) if name in NAMES else len(NAMES), name)


def _listed(value: list[Any]) -> str:
    if all(_is_plain(each) for each in value):
        return "、".join(written(each) for each in value)
    if all(isinstance(each, list) and each and all(_is_plain(part) for part in each) for each in value):
        return "、".join("-".join(written(part) for part in each) for each in value)
    return json.dumps(value, ensure_ascii=False)


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float)
