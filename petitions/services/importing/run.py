"""The whole import: one at a time per source, progress in a Job row, every row accounted for in the report."""

import csv
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import IntegrityError

from petitions.errors import PetitionError
from petitions.models import Job
from petitions.services import clock, job_files, turns
from petitions.services.importing.batches import (
    Orders,
    Prepared,
    Read,
    Written,
    in_batches,
    prepare_batch,
    write_batch,
)
from petitions.services.importing.columns import OURS, Columns, columns_of, is_known
from petitions.services.importing.drafts import Frame, Problem, read_rows
from petitions.services.importing.tables import Table, open_table
from routing import rulebook
from routing.rulebook import Rulebook

KIND = "import_messages"
LACKING = {
    "category": "没有分类",
    "confidence": "分类把握不足",
    "place": "没有地点",
    "claim": "目录没有或有多家单位认领",
    "unit": "该地没有对应单位",
    "catalogue": "没有生效的目录",
}
Progress = Callable[[int, int], None]


class AlreadyRunning(PetitionError):
    """同一来源的另一个导入正在进行，请等它结束。"""


@dataclass
class Report:
    """What became of the file; `rows` = new + there_already + problems."""

    form: str
    extra: tuple[str, ...] = ()
    rows: int = 0
    new: int = 0
    there_already: int = 0
    problems: int = 0
    dispatched: int = 0
    answered: int = 0
    classified: int = 0
    seconds: float = 0.0
    steps: Counter = field(default_factory=Counter)
    lacking: Counter = field(default_factory=Counter)

    def add(self, batch: Prepared, written: Written) -> None:
        self.rows += batch.rows
        self.new += len(written.cases)
        self.there_already += batch.there_already
        self.problems += len(batch.problems)
        self.dispatched += written.dispatched
        self.answered += written.answered
        self.classified += sum(case.category_id is not None for case in written.cases)
        self.steps.update(written.steps)
        self.lacking.update(LACKING.get(what, what) for what in written.lacking if what)

    @property
    def routed(self) -> int:
        return self.steps["direct"] + self.steps["district"]


def run_import(
    table: Table,
    columns: Columns,
    orders: Orders,
    *,
    read: Read,
    problems_to: Path,
    now: datetime,
    batch_size: int = 500,
    limit: int | None = None,
    progress: Progress = lambda done, total: None,
) -> Report:
    """Import a table. Killed at any moment and started again, it goes on where it was: a batch is one transaction."""
    started = time.perf_counter()
    rules = rulebook.current()
    report = Report(table.form, tuple(columns.extra))
    total = min(table.count(), limit or 10**9)
    with _alone(orders.source), _job(table, orders, total, now) as job, _problems_file(problems_to, table, job) as note:
        rows = read_rows(islice(table.rows(), limit), Frame.of(columns, now, rules))
        prepared = (prepare_batch(batch, orders, read=read) for batch in in_batches(rows, batch_size))
        for batch in _one_ahead(prepared):
            batch, written = _written(batch, orders, read, rules, now, job)
            for problem in batch.problems:
                note(problem)
            report.add(batch, written)
            progress(report.rows, total)
        report.seconds = time.perf_counter() - started
        job.result = {"new": report.new, "there_already": report.there_already, "problems": report.problems}
    return report


def _one_ahead(batches: Iterator[Prepared]) -> Iterator[Prepared]:
    """While a batch is written, the next one is being read. Rows of one file never meet: read_rows saw to that."""
    waiting = next(batches, None)
    while waiting is not None:
        following = next(batches, None)
        yield waiting
        waiting = following


def _written(
    batch: Prepared, orders: Orders, read: Read, rules: Rulebook, now: datetime, job: Job
) -> tuple[Prepared, Written]:
    done = job.done + batch.rows

    def also() -> None:
        job.done = done
        job.save(update_fields=["done"])

    try:
        return batch, write_batch(batch, orders, rules=rules, now=now, also=also)
    except IntegrityError:
        # A call that came in meanwhile made the same caller, or another door the same case: look again, once.
        again = prepare_batch(batch.given, orders, read=read)
        return again, write_batch(again, orders, rules=rules, now=now, also=also)


def table_and_columns(path: Path, mapping: dict[str, str | None] | None) -> tuple[Table, Columns]:
    """The file and what its columns hold. Raises BadFile with a sentence for the person."""
    named = {heading for heading in (mapping or {}).values() if heading}
    table = open_table(path, lambda heading: is_known(heading) or heading in named)
    return table, columns_of(table.headings, mapping)


# ── around it ──
@contextmanager
def _alone(source: str) -> Iterator[None]:
    with turns.alone(f"{KIND}:{source}") as is_mine:
        if not is_mine:
            raise AlreadyRunning
        yield


@contextmanager
def _job(table: Table, orders: Orders, total: int, now: datetime) -> Iterator[Job]:
    params = {"file": table.form, "source": orders.source}
    for dead in Job.objects.filter(kind=KIND, state=Job.State.RUNNING, params__source=orders.source):
        # We hold the lock, so whoever left this row is gone; its finished batches count as imported.
        _end(dead, Job.State.FAILED, "中断，已重新开始")
    job = Job.objects.create(
        kind=KIND, owner=orders.person, state=Job.State.RUNNING, params=params, total=total, started_at=now
    )
    try:
        yield job
    except BaseException as problem:  # Ctrl-C too: the row must not say "running" for ever
        _end(job, Job.State.FAILED, f"{type(problem).__name__}: {problem}"[:500])
        raise
    _end(job, Job.State.DONE, "")


def _end(job: Job, state: str, error: str) -> None:
    job.state, job.error, job.ended_at = state, error, clock.now()
    job.save(update_fields=["state", "error", "ended_at", "result"])


@contextmanager
def _problems_file(path: Path, table: Table, job: Job) -> Iterator[Callable[[Problem], None]]:
    """Row number, reason and the cells as they were. It takes its name when the import is through; none if empty.

    The job keeps a copy, for whoever is not at this machine.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft, count = path.with_name(path.name + ".part"), 0
    # Undecodable bytes go out as they came in. The mark lets a spreadsheet see that it is UTF-8.
    with draft.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write("\ufeff")
        writer = csv.writer(file)
        writer.writerow([*OURS, *table.headings])

        def note(problem: Problem) -> None:
            nonlocal count
            count += 1
            writer.writerow([problem.row, problem.what, *("" if c is None else c for c in problem.cells)])

        yield note
    if count:
        draft.replace(path)
        with path.open("rb") as done:
            job.result["file"] = job_files.keep(done, "csv")
    else:
        draft.unlink()
        path.unlink(missing_ok=True)
