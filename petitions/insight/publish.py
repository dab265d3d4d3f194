"""Publishing a period: figures, formula and the last event they rest on under one hash; corrected by appending."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from petitions import errors
from petitions.insight import formulas, rates, rollup, scorecard
from petitions.insight.models import Formula, Period, Publication, Score
from petitions.insight.rates import Counts
from petitions.models import Event

WHOLE_GROUP = None


def publish(period: Period, *, actor: Any, now: datetime, reason: str = "") -> Publication:
    """Seal the figures as they are now. A second time appends a correction, which needs its reason.

    Raises NotYours, PeriodStillRuns, NoReason.
    """
    if not actor.has_role("supervisor", "admin"):
        raise errors.NotYours
    if now < period.window.ends:
        raise errors.PeriodStillRuns
    with transaction.atomic():
        rollup.wait_for_turn()
        number = period.publications.count()
        if number and not reason.strip():
            raise errors.NoReason("更正已公布的成绩要写明原因。")
        cutoff = _stand_still()
        formula = formulas.in_force(period.window.last_day)
        return _seal(period, number, formula, cutoff, actor, now, reason)


def _stand_still() -> int:
    """Wait for writers in flight, then take the last event: everything up to it is in, nothing slips in below it."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE petitions_event IN SHARE MODE")
    rollup.refresh_all()
    return Event.objects.aggregate(last=Max("id"))["last"] or 0


def _seal(
    period: Period, number: int, formula: Formula, cutoff: int, actor: Any, now: datetime, reason: str
) -> Publication:
    rows = list(_rows(scorecard.from_tally(period.window), formula))
    before = Publication.objects.order_by("-id").first()
    publication = Publication(
        period=period,
        number=number,
        formula=formula,
        cutoff_event=cutoff,
        by=actor,
        at=now,
        reason=reason,
        prev_hash=before.hash if before else "",
    )
    publication.hash = digest(publication, rows)
    publication.save()
    for row in rows:
        row.publication = publication
    Score.objects.bulk_create(rows)
    return publication


def _rows(lines: scorecard.Lines, formula: Formula) -> Iterator[Score]:
    """One row per unit and calibre, and one for each whole group."""
    known, value = scorecard.units(), formula.value()
    for calibre in rates.CALIBRES:
        for group, members in scorecard.grouped(lines[calibre], known).items():
            yield _score(group, WHOLE_GROUP, calibre, Counts.sum(members.values()), value)
            for placed in rates.place(members, value):
                row = _score(group, placed.unit, calibre, members[placed.unit], value)
                row.rank, row.grade = placed.rank, placed.grade
                yield row


def _score(group: str, unit: int | None, calibre: str, counts: Counts, formula: rates.Formula) -> Score:
    composite = rates.scores(counts, formula).composite
    return Score(group=group, department_id=unit, calibre=calibre, counts=rates.as_json(counts), composite=composite)


def digest(publication: Publication, rows: list[Score]) -> str:
    """SHA-256 over the period, the formula, the cut-off, every line, and the publication before it: 64 hex digits."""
    formula = publication.formula.value()
    facts = [
        [publication.period.kind, publication.period.first_half, publication.period.end_half, publication.number],
        [publication.cutoff_event, repr(formula), publication.reason, publication.by_id, publication.prev_hash],
        sorted(
            [row.group, row.department_id or 0, row.calibre, row.counts, row.composite, row.rank, row.grade]
            for row in rows
        ),
    ]
    canonical = json.dumps(facts, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def verify(publication: Publication, *, progress: scorecard.Progress = lambda done, of: None) -> Iterator[str]:
    """What does not hold, in words: a changed line, or a figure that the events do not give. Nothing: all is well."""
    kept = list(publication.scores.all())
    if digest(publication, kept) != publication.hash:
        yield f"{publication.period}：封存校验不符，公布后有改动"
    lines = scorecard.from_events(publication.period.window, until_event=publication.cutoff_event, progress=progress)
    wanted = {_line_key(row): row for row in _rows(lines, publication.formula)}
    for row in kept:
        now = wanted.pop(_line_key(row), None)
        if now is None or (now.counts, now.composite, now.rank) != (row.counts, row.composite, row.rank):
            yield f"{publication.period} {row.group} {row.department_id} 口径{row.calibre}：重算结果不同"
    for key in wanted:
        yield f"{publication.period} {key}：公布时缺少这一行"


def _line_key(row: Score) -> tuple:
    return row.group, row.department_id, row.calibre
