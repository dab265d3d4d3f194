"""A line of the scorecard as the cells that its table draws: figure, interval with n, and the list behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from frontend.score_words import BEHIND_RATES, FIGURES, RATES, decimal, interval
from petitions.insight.queries.sheet import Line, Sheet
from petitions.insight.rates import SHEET_COUNTS


@dataclass(frozen=True)
class Cell:
    word: Any
    text: str
    small: str = ""
    href: str = ""
    says: str = ""  # what a link leads to, where the figure alone does not say it


@dataclass(frozen=True)
class Row:
    line: Line
    name: str
    href: str
    place: str
    why_no_place: str
    cells: tuple[Cell, ...]
    change: str


Where = Callable[[str], str]  # figure → address of its list, '' where the reader may not see it


def rows_of(sheet: Sheet, here: dict[str, str], may_list: Callable[[int], bool]) -> list[Row]:
    """`here`: what addresses carry to stay in this window and calibre."""
    return [_row(sheet, line, here, may_list) for line in sheet.lines]


def _row(sheet: Sheet, line: Line, here: dict[str, str], may_list: Callable[[int], bool]) -> Row:
    unit = line.unit
    assert unit is not None  # pooled lines have a row of their own
    is_open = may_list(unit.id)
    base = f"{reverse('scorecard-list')}?{urlencode(here | {'unit': str(unit.id)})}"
    where = (lambda figure: f"{base}&figure={figure}") if is_open else _nowhere
    kept = {name: value for name, value in here.items() if name != "published"}
    page = f"{reverse('scorecard-unit', args=[unit.id])}?{urlencode(kept)}" if is_open else ""
    why = "" if line.rank else _why(line, sheet)
    return Row(line, unit.name, page, str(line.rank or "—"), why, cells_of(line, where), change_of(line.change))


def _nowhere(figure: str) -> str:
    return ""


def _why(line: Line, sheet: Sheet) -> str:
    return _("参评 %(n)s 件，不足 %(least)s 件，不排名") % {"n": line.counts.assessed, "least": sheet.formula.min_n}


def pooled_cells(sheet: Sheet, here: dict[str, str], *, may_list: bool) -> tuple[Cell, ...]:
    """The whole group: all cases in one heap."""
    base = f"{reverse('scorecard-list')}?{urlencode(here | {'group': sheet.group})}"
    return cells_of(sheet.pooled, (lambda figure: f"{base}&figure={figure}") if may_list else _nowhere)


def mean_cells(sheet: Sheet) -> tuple[Cell, ...]:
    """The unweighted mean of the units' rates: counts have none."""
    blank = tuple(Cell(FIGURES[name], "") for name in SHEET_COUNTS)
    shares = tuple(Cell(RATES[name], decimal(sheet.mean[name])) for name in BEHIND_RATES)
    composite = sheet.mean["composite"]
    return (*blank, *shares, Cell(RATES["composite"], "—" if composite is None else f"{composite:.1f}"))


def cells_of(line: Line, where: Where) -> tuple[Cell, ...]:
    """The eleven figures of M-08 behind 序号 and 承办单位."""
    counts = [
        Cell(FIGURES[name], str(getattr(line.counts, name)), href=where(name) if getattr(line.counts, name) else "")
        for name in SHEET_COUNTS
    ]
    shares = [_share(name, line, where) for name in BEHIND_RATES]
    composite = line.scores.composite
    ends = interval(line.scores.interval, scale=1)
    return (*counts, *shares, Cell(RATES["composite"], "—" if composite is None else f"{composite:.1f}", ends))


def _share(name: str, line: Line, where: Where) -> Cell:
    rate = getattr(line.scores, name)
    small = f"{interval(rate.interval)} · n={rate.n}" if rate.n else "n=0"
    missing = BEHIND_RATES[name]
    return Cell(RATES[name], decimal(rate.value), small, where(missing) if rate.n else "", str(FIGURES[missing]))


def change_of(points: float | None) -> str:
    """With its sign; a real minus, as figures are set."""
    return "" if points is None else f"{points:+.1f}".replace("-", "−")
