"""考核成绩表: the lines of one group in one calibre, from the tally (live) or from what was published.

A constant number of statements; no statement touches a case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from petitions import rules
from petitions.insight import rates, scorecard
from petitions.insight.models import Publication, Score
from petitions.insight.queries.spans import Span
from petitions.insight.rates import Counts, Formula, Scores
from petitions.insight.scorecard import Unit


@dataclass(frozen=True)
class Line:
    """One unit, or the whole group where `unit` is None; `before` are the rates of the period before."""

    counts: Counts
    scores: Scores
    unit: Unit | None = None
    rank: int | None = None
    grade: str = ""
    before: Scores | None = None
    before_received: int | None = None

    @property
    def change(self) -> float | None:
        """Points of the composite against the period before."""
        if self.before is None or self.before.composite is None or self.scores.composite is None:
            return None
        return round(self.scores.composite - self.before.composite, 1)


@dataclass(frozen=True)
class Sheet:
    """`lines` are those that the reader may see; `pooled`, `mean` and `ranked` (how many have a rank) are of all."""

    calibre: str
    group: str
    formula: Formula
    lines: tuple[Line, ...]
    pooled: Line
    mean: Mapping[str, float | None]
    ranked: int
    units: int
    groups: Mapping[str, int]
    publication: Publication | None = None


def departments_seen_by(staff: Any) -> frozenset[int] | None:
    """Whose live figures somebody sees: None for all, else those of the own unit."""
    if staff.has_role(*rules.SEE_SCORES):
        return None
    return frozenset([staff.department_id] if staff.department_id else [])


def live(
    span: Span,
    *,
    calibre: str,
    group: str,
    formula: Formula,
    known: Mapping[int, Unit] | None = None,
    only: Collection[int] | None = None,
    calibres: Collection[str] = (),
) -> tuple[Sheet, scorecard.Lines]:
    """As the events stand now, and the group's counts in `calibre` and `calibres` beside it.

    Two statements over the tally rows of the group, and those of units() where the caller does not know them.
    """
    known = known or scorecard.units()
    of_group = [unit.id for unit in known.values() if unit.group == group]
    now = scorecard.from_tally(span.window, units=of_group, calibres={calibre, *calibres})
    members = {pk: counts for pk, counts in now[calibre].items() if pk is not None}
    earlier = scorecard.from_tally(span.before().window, units=of_group, calibres=[calibre])[calibre]
    placed = rates.place(members, formula)
    lines = [
        _line(members[p.unit], formula, earlier.get(p.unit), unit=known[p.unit], rank=p.rank, grade=p.grade)
        for p in placed
    ]
    pooled = _line(Counts.sum(members.values()), formula, Counts.sum(earlier.values()) if earlier else None)
    sizes = Counter(unit.group for unit in known.values())
    return _sheet(calibre, group, formula, lines, pooled, sizes, only), now


def published(publication: Publication, *, calibre: str, group: str) -> Sheet:
    """What was sealed, ranks and grades as sealed; compared with what was published for the period before."""
    formula = publication.formula.value()
    rows = list(_scores(publication, calibre))
    earlier = _before(publication)
    past = {row.department_id: _counts(row) for row in _scores(earlier, calibre)} if earlier else {}
    sizes = Counter(row.group for row in rows if row.department_id)
    lines = [
        _line(_counts(row), formula, past.get(row.department_id), unit=_unit_of(row), rank=row.rank, grade=row.grade)
        for row in rows
        if row.group == group and row.department_id
    ]
    lines.sort(key=lambda line: (line.rank is None, line.rank or -line.counts.assessed))
    pooled = _line(Counts.sum(line.counts for line in lines), formula, None)
    return _sheet(calibre, group, formula, lines, pooled, sizes, None, publication)


def _sheet(
    calibre: str,
    group: str,
    formula: Formula,
    lines: list[Line],
    pooled: Line,
    sizes: Mapping[str, int],
    only: Collection[int] | None,
    publication: Publication | None = None,
) -> Sheet:
    return Sheet(
        calibre=calibre,
        group=group,
        formula=formula,
        lines=tuple(line for line in lines if only is None or (line.unit and line.unit.id in only)),
        pooled=pooled,
        mean=rates.mean_of_units(line.scores for line in lines),
        ranked=sum(line.rank is not None for line in lines),
        units=len(lines),
        groups=dict(sizes),
        publication=publication,
    )


def _line(counts: Counts, formula: Formula, earlier: Counts | None, **more: Any) -> Line:
    before = rates.scores(earlier, formula) if earlier else None
    received = earlier.received if earlier else None
    return Line(counts, rates.scores(counts, formula), before=before, before_received=received, **more)


def _scores(publication: Publication, calibre: str):
    return publication.scores.filter(calibre=calibre).select_related("department")


def _before(publication: Publication) -> Publication | None:
    period = publication.period
    found = Publication.objects.filter(period__kind=period.kind, period__end_half=period.first_half)
    return found.order_by("-number").first()


def _counts(row: Score) -> Counts:
    return Counts(**{name: row.counts.get(name, 0) for name in rates.NAMES})


def _unit_of(row: Score) -> Unit:
    unit = row.department
    assert unit is not None  # lines of whole groups are left out
    return Unit(unit.pk, unit.short_name or unit.name, row.group)
