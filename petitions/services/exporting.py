"""导出: the cases of a list as a file. What is in it is what the list shows to whoever asks; who took it is kept.

Few rows are written while the page waits; many become a job, whose file its owner can fetch for some days.
"""

from __future__ import annotations

import io
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, NamedTuple

from petitions import errors
from petitions.models import Job, Lookup
from petitions.queries import listing
from petitions.queries.listing import Filters
from petitions.services import case_sheet, clock, job_files, jobs
from routing import rulebook

KIND = "case_export"
AT_ONCE, MOST = 5_000, 200_000


class File(NamedTuple):
    """`form` is csv or xlsx."""

    name: str
    form: str
    content: bytes


def export(filters: Filters, form: str, *, actor: Any, address: str | None, now: datetime) -> File | Job:
    """The file, or the job that will make it. Raises ExportEmpty, ExportTooLarge."""
    rules = rulebook.current()
    at_once, most = (int(rules.parameter(f"export.{key}", n)) for key, n in (("at_once", AT_ONCE), ("most", MOST)))
    rows = listing.count(actor, filters, now=now, most=most + 1)
    if not rows:
        raise errors.ExportEmpty
    if rows > most:
        raise errors.ExportTooLarge
    if rows > at_once:
        said = {"form": form, "at": now.isoformat(), "address": address, "filters": as_json(filters)}
        return jobs.start(KIND, owner_id=actor.pk, total=rows, params=said)
    sheet = case_sheet.Sheet(form, reader=actor)
    for batch in listing.batches(actor, filters, now=now):
        sheet.add(batch)
    _note(actor, filters, form, sheet.rows, now, address)
    return File(f"{name_at(now)}.{form}", form, sheet.content())


def run_waiting() -> int:
    return jobs.run_waiting(KIND, _write)


def name_at(moment: datetime) -> str:
    return f"工单_{clock.local(moment):%Y%m%d_%H%M}"


# ── inside ──
def _write(running: jobs.Running) -> dict[str, Any]:
    job = running.job
    now, filters, form = datetime.fromisoformat(job.params["at"]), from_json(job.params["filters"]), job.params["form"]
    sheet = case_sheet.Sheet(form, reader=job.owner)
    for batch in listing.batches(job.owner, filters, now=now):
        sheet.add(batch)
        running.reached(sheet.rows)
    running.expect(sheet.rows)
    _note(job.owner, filters, form, sheet.rows, clock.now(), job.params["address"])
    return {"file": job_files.keep(io.BytesIO(sheet.content()), form), "rows": sheet.rows}


def _note(actor: Any, filters: Filters, form: str, rows: int, at: datetime, address: str | None) -> None:
    said = {"form": form, "filters": as_json(filters)}
    Lookup.objects.create(
        staff=actor, what=Lookup.What.EXPORT, said=said, found=rows, caller_id=filters.caller, at=at, address=address
    )


def as_json(filters: Filters) -> dict[str, Any]:
    said = {name: value for name, value in asdict(filters).items() if value}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}


def from_json(said: dict[str, Any]) -> Filters:
    days = {name: date.fromisoformat(said[name]) for name in ("since", "until") if name in said}
    return Filters(**said | days)
