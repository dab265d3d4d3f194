"""The columns of the case list; the title is always there. What a person chose is kept on the server."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from petitions.models import ListHabit

WORDS = {
    "state": _("状态"),
    "due": _("剩余时间"),
    "category": _("分类"),
    "area": _("区域"),
    "address": _("地点"),
    "unit": _("主办单位"),
    "received": _("受理时间"),
    "channel": _("渠道"),
    "urgency": _("紧急程度"),
    "outcome": _("结果"),
    "closed": _("办结时间"),
    "urged": _("催办"),
    "tags": _("标签"),
}
USUAL = ("state", "due", "category", "area", "unit", "received")


@dataclass(frozen=True)
class Column:
    code: str
    word: Any
    is_shown: bool


def columns_of(habit: ListHabit | None) -> list[Column]:
    """Every column in the order of the list, with whether this person wants it."""
    wanted = habit.columns if habit else USUAL
    return [Column(code, word, code in wanted) for code, word in WORDS.items()]


def known(codes: Iterable[str]) -> list[str]:
    """Only columns that there are, each once, in the order of the list."""
    wanted = set(codes)
    return [code for code in WORDS if code in wanted]
