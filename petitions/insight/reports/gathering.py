"""Reading everything that a report says at one moment, while no refresh of the statistics comes in between."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import override

from petitions.insight import formulas, rollup, scorecard
from petitions.insight.models import Publication
from petitions.insight.queries import publishing, report, sheet
from petitions.insight.queries.sheet import Sheet
from petitions.insight.queries.spans import Span
from petitions.insight.rates import CALIBRES, Counts
from petitions.insight.reports.content import Content, Group, Line, Seal
from petitions.insight.scorecard import Unit
from petitions.insight.windows import SHANGHAI


def gather(span: Span, *, now: datetime) -> Content:
    """The figures as published where this very period was published, else as the events stand."""
    with transaction.atomic(), override("zh-hans"):
        rollup.wait_for_turn()
        rollup.refresh_all()
        return _gathered(span, publishing.latest(span), now)


def _gathered(span: Span, publication: Publication | None, now: datetime) -> Content:
    formula = (publication.formula if publication else formulas.in_force(span.last_day)).value()
    known = scorecard.units()
    sheets = [_sheet(span, publication, calibre, group, known) for calibre in CALIBRES for group in scorecard.GROUPS]
    earlier, window = span.before(), span.window
    return Content(
        kind=span.kind,
        name=span.name,
        before_name=earlier.name,
        begins=window.begins.isoformat(),
        ends=window.ends.isoformat(),
        made_at=now.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        formula=formula,
        groups=tuple(_group(found) for found in sheets if found.lines),
        before=_totals(earlier),
        channels=report.channels(window, earlier.window),
        types=report.types(window, earlier.window),
        leaves=report.leaves(window, earlier.window),
        exclusions=report.exclusions(window),
        overdue_now=report.overdue(now),
        seal=_seal(publication) if publication else None,
        before_begins=earlier.window.begins.isoformat(),
        before_ends=earlier.window.ends.isoformat(),
    )


def _sheet(span: Span, publication: Publication | None, calibre: str, group: str, known: Mapping[int, Unit]) -> Sheet:
    if publication:
        return sheet.published(publication, calibre=calibre, group=group)
    formula = formulas.in_force(span.last_day).value()
    return sheet.live(span, calibre=calibre, group=group, formula=formula, known=known)[0]


def _group(found: Sheet) -> Group:
    lines = tuple(
        Line(
            name=line.unit.name if line.unit else "",
            counts=line.counts,
            rank=line.rank,
            grade=line.grade,
            change=line.change,
            n_before=line.before.solved.n if line.before else 0,
            unit=line.unit.id if line.unit else 0,
        )
        for line in found.lines
    )
    return Group(scorecard.GROUP_NAMES.get(found.group, found.group), found.calibre, lines, found.group)


def _totals(span: Span) -> dict[str, Counts]:
    """Per calibre, all units of all groups: published figures where there are some."""
    publication = publishing.latest(span)
    if publication:
        sheets = [sheet.published(publication, calibre=c, group=g) for c in CALIBRES for g in scorecard.GROUPS]
        return {c: Counts.sum(found.pooled.counts for found in sheets if found.calibre == c) for c in CALIBRES}
    lines, known = scorecard.from_tally(span.window), scorecard.units()
    return {
        calibre: Counts.sum(
            counts for members in scorecard.grouped(lines[calibre], known).values() for counts in members.values()
        )
        for calibre in CALIBRES
    }


def _seal(publication: Publication) -> Seal:
    at = publication.at.astimezone(SHANGHAI).isoformat(timespec="seconds")
    return Seal(publication.hash, at, publication.number)
