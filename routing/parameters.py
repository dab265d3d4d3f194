"""What each parameter is: its group, unit, allowed range and default; and whether a value may be its value.

Defaults and meanings stand in data/parameters.csv, units and ranges in data/parameter_limits.csv. A key that has no
line there takes its kind from its default, and any number that is not negative.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

DATA = Path(__file__).resolve().parent / "data"
HOURS, FIXED, SUM, ELSEWHERE = "hours", "fixed", "sum", "elsewhere"
LONGEST_TEXT, MOST_ITEMS, DEEPEST = 500, 500, 4
ROUNDING = 1e-6
KINDS: dict[Any, str] = {
    bool: "“是”或“否”",
    (int, float): "数字",
    str: "文字",
    list: "一个列表",
    dict: "名称和值的对照",
}
GROUPS = {
    "office": _("办公时间与期次"),
    "intake": _("接线"),
    "dispatch": _("派单"),
    "handle": _("办理、退单与延期"),
    "supervision": _("督办"),
    "callback": _("回访"),
    "request": _("挂账、剔除与归档"),
    "similar": _("相似与归并"),
    "notify": _("通知"),
    "knowledge": _("知识库"),
    "score": _("成绩与通报"),
    "board": _("态势"),
    "alert": _("预警"),
    "issues": _("热点与月度主题"),
    "monthly": _("每月一题"),
    "detect": _("异常线索"),
    "learn": _("标注与训练"),
    "attachment": _("附件"),
    "finding": _("查找与导出"),
    "other": _("其他"),
}
# The first part of a key → its group, where the two differ.
GROUP_OF = {
    "period": "office",
    "auto_dispatch": "dispatch",
    "routing": "dispatch",
    "catalogue": "dispatch",
    "place": "dispatch",
    "import": "dispatch",
    "undo": "dispatch",
    "emergency": "dispatch",
    "return": "handle",
    "extension": "handle",
    "rehandle": "handle",
    "deadline": "handle",
    "telephony": "intake",
    "reply": "handle",
    "drafts": "handle",
    "urge": "supervision",
    "ledger": "request",
    "archive": "request",
    "merge": "similar",
    "repeat": "alert",
    "day_report": "score",
    "report": "score",
    "topics": "issues",
    "label": "learn",
    "training": "learn",
    "export": "finding",
}


@dataclass(frozen=True)
class Spec:
    """One parameter. `lowest` and `highest` bound every number in the value; `default` is None for a city's own key."""

    key: str
    words: str
    default: Any
    unit: str = ""
    lowest: float | None = None
    highest: float | None = None
    shape: str = ""

    @property
    def group(self) -> str:
        first = self.key.partition(".")[0]
        known = GROUP_OF.get(first, first)
        return known if known in GROUPS else "other"

    @property
    def is_elsewhere(self) -> bool:
        """Edited on another page, which keeps versions of it."""
        return self.shape == ELSEWHERE

    def problem(self, value: Any) -> str:
        """The sentence that says why this cannot be the value; '' if it can."""
        return next(self._problems(value), "")

    def _problems(self, value: Any) -> Iterator[str]:
        if self.shape == HOURS:
            yield from _hours_problems(value)
            return
        if self.default is not None:
            yield from _shape_problems(value, self.default, is_fixed=self.shape in (FIXED, SUM))
        yield from self._leaf_problems(value, 0)
        if self.shape == SUM and isinstance(value, dict):
            total, wanted = _total(value), _total(self.default)
            if abs(total - wanted) > ROUNDING:
                yield f"各项合计要等于 {wanted:g}，现在是 {total:g}。"

    def _leaf_problems(self, value: Any, depth: int) -> Iterator[str]:
        if isinstance(value, dict | list):
            if depth == DEEPEST or len(value) > MOST_ITEMS:
                yield f"内容太多或套得太深：最多 {MOST_ITEMS} 项，{DEEPEST} 层。"
                return
            for each in value.values() if isinstance(value, dict) else value:
                yield from self._leaf_problems(each, depth + 1)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield from self._number_problems(value)
        elif value is None or (isinstance(value, str) and not 0 < len(value.strip()) <= LONGEST_TEXT):
            yield f"不能为空，文字最多 {LONGEST_TEXT} 字。"

    def _number_problems(self, value: float) -> Iterator[str]:
        lowest = 0 if self.lowest is None else self.lowest
        if self.highest is not None and not lowest <= value <= self.highest:
            yield f"要在 {lowest:g} 和 {self.highest:g} 之间，现在是 {value:g}。"
        elif not lowest <= value < float("inf"):
            yield f"不能小于 {lowest:g}，现在是 {value:g}。"


@cache
def specs() -> dict[str, Spec]:
    """Every parameter of the product by its key, in the order of the file."""
    limits = {row["key"]: row for row in _rows("parameter_limits.csv")}
    return {row["key"]: _spec(row, limits.get(row["key"], {})) for row in _rows("parameters.csv")}


def spec_of(key: str, words: str = "") -> Spec:
    """A key that is not the product's is a city's own: any value that keeps within bounds."""
    return specs().get(key) or Spec(key, words, None)


def _spec(row: dict[str, str], limit: dict[str, str]) -> Spec:
    return Spec(
        key=row["key"],
        words=row["description"],
        default=json.loads(row["value"]),
        unit=limit.get("unit", ""),
        lowest=_number(limit.get("lowest", "")),
        highest=_number(limit.get("highest", "")),
        shape=limit.get("shape", ""),
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def _number(text: str) -> float | None:
    return float(text) if text else None


def _total(values: dict[str, Any]) -> float:
    return sum(value for value in values.values() if isinstance(value, int | float))


def _shape_problems(value: Any, model: Any, *, is_fixed: bool) -> Iterator[str]:
    """A value is built like the default: the same kinds at the same places."""
    wanted = next(kind for kind in KINDS if isinstance(model, kind))
    # True is an int for Python, but no number for people.
    if not isinstance(value, wanted) or (wanted is not bool and isinstance(value, bool)):
        yield f"这里要填{KINDS[wanted]}。"
    elif isinstance(model, int) and model > 1 and isinstance(value, float) and not value.is_integer():
        yield "这里要填整数。"
    elif wanted is list:
        yield from _list_problems(value, model, is_fixed=is_fixed)
    elif wanted is dict:
        yield from _dict_problems(value, model, is_fixed=is_fixed)


def _list_problems(value: list, model: list, *, is_fixed: bool) -> Iterator[str]:
    """Items are like the first of the default; where those differ in kind, each is like the one at its place."""
    is_record = len({type(each) for each in model}) > 1
    if is_record and len(value) != len(model):
        yield f"这里要正好 {len(model)} 项。"
        return
    for number, each in enumerate(value if model else ()):
        yield from _shape_problems(each, model[number if is_record else 0], is_fixed=is_fixed)


def _dict_problems(value: dict, model: dict, *, is_fixed: bool) -> Iterator[str]:
    if is_fixed and set(value) != set(model):
        yield f"要正好有这些项：{'、'.join(model)}。"
        return
    for name, each in value.items():
        if name in model:
            yield from _shape_problems(each, model[name], is_fixed=is_fixed and isinstance(model[name], dict))


def _hours_problems(value: Any) -> Iterator[str]:
    """[["09:00", "12:00"], …]: each opens before it closes, and after the one before has closed."""
    try:
        spans = [(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in value]
    except (TypeError, ValueError):
        yield "时间写成 09:00-12:00，每行一段。"
        return
    moments = [moment for span in spans for moment in span]
    if not spans or any(a >= b for a, b in zip(moments, moments[1:], strict=False)):
        yield "每一段要先开后关，后一段在前一段之后。"
