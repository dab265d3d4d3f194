"""The shape that all loading commands share: a file, --partial, an outcome or row-numbered problems."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from routing.loading.sync import NothingSaved, Outcome
from routing.tables import BadTable, Columns, Problem, Row, read_table

# Enough to see what is wrong; a file with the wrong columns would fill the screen.
SHOWN = 50


class TableCommand(BaseCommand):
    """Reads one table and hands its rows to `load`."""

    columns: Columns

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="CSV (UTF-8 or GBK) or XLSX")
        parser.add_argument("--partial", action="store_true", help="load the good rows although others have problems")

    def handle(self, *args: Any, **options: Any) -> None:
        self.load_file(options["file"], self.columns, lambda rows: self.load(rows, options))

    def load(self, rows: list[Row], options: dict[str, Any]) -> Outcome:
        raise NotImplementedError

    def load_file(self, path: str, columns: Columns, load: Callable[[list[Row]], Outcome]) -> None:
        try:
            outcome = load(read_table(path, columns))
        except NothingSaved as refusal:
            self.show(refusal.problems)
            raise CommandError(str(refusal)) from refusal
        except BadTable as error:
            raise CommandError(str(error)) from error
        self.show(outcome.problems)
        self.stdout.write(str(outcome))

    def show(self, problems: Sequence[Problem]) -> None:
        for problem in problems[:SHOWN]:
            self.stderr.write(str(problem))
        if len(problems) > SHOWN:
            self.stderr.write(f"…还有 {len(problems) - SHOWN} 个问题")
