"""Where the numbers of a board lead: the same board narrowed, the list behind a number, the scorecard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from petitions.insight.board.scope import Scope


@dataclass(frozen=True)
class Links:
    """`area` is a code. A person of a unit has no list of other units' cases, and `unit` is theirs."""

    scope: Scope
    area: str = ""
    metric: str = ""
    is_wall: bool = False
    view: str = ""

    def board(self, **changed: Any) -> str:
        """This board with something changed; '' takes it away."""
        said = {"range": self.scope.name, "area": self.area, "unit": self.scope.unit, "metric": self.metric}
        said["view"] = self.view
        if self.scope.name == "custom":
            said |= {"first": self.scope.first, "last": self.scope.last}
        if self.is_wall:
            said["wall"] = 1
        return f"{reverse('board')}?{_query(said | changed)}"

    def sheet(self, chart: str) -> str:
        """The figures of one picture as a file."""
        query = self.board(wall="").partition("?")[2]
        return f"{reverse('board-sheet', args=[chart])}?{query}"

    def cases(self, **wanted: Any) -> str:
        """The list behind a number; the days are those asked for unless others are given."""
        said = {"first": self.scope.first, "last": self.scope.last, "area": self.area, "unit": self.scope.unit}
        return f"{self._lists}?{_query(said | wanted)}"

    @cached_property
    def _lists(self) -> str:
        """Looked up once: a board has hundreds of such links."""
        return reverse("board-list")

    def clocks(self, lamp: str, path: str) -> str:
        """Running clocks are the case list's own filter."""
        said = {"lamp": lamp, "area": path, "unit": self.scope.unit}
        return f"{reverse('cases')}?{_query(said)}"

    def scores(self, figure: str, unit: int | None = None) -> str:
        """The cases of a rate of one unit, or the sheet where the rate is of many."""
        window = self.scope.rates
        said = {"kind": "custom", "first": window.begins.date(), "last": window.last_day, "calibre": "B"}
        one = unit or self.scope.unit
        if one is None:
            return f"{reverse('scorecard')}?{_query(said)}"
        return f"{reverse('scorecard-list')}?{_query(said | {'unit': one, 'figure': figure})}"


def _query(said: dict[str, Any]) -> str:
    return urlencode({name: _word(value) for name, value in said.items() if value not in ("", None)}, doseq=True)


def _word(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str) else value
