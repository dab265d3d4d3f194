from typing import Any

from routing.loading import calendar
from routing.loading.sync import Outcome
from routing.management.tables import TableCommand
from routing.tables import Row


class Command(TableCommand):
    help = "载入一年或几年的节假日和调休：date,kind,name"
    columns = calendar.COLUMNS

    def load(self, rows: list[Row], options: dict[str, Any]) -> Outcome:
        return calendar.load_calendar(rows, partial=options["partial"])
