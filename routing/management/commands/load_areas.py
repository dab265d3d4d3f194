from typing import Any

from routing.loading import areas
from routing.loading.sync import Outcome
from routing.management.tables import TableCommand
from routing.tables import Row


class Command(TableCommand):
    help = "载入区域：name,level,parent（可加 code,aliases）"
    columns = areas.COLUMNS

    def load(self, rows: list[Row], options: dict[str, Any]) -> Outcome:
        return areas.load_areas(rows, partial=options["partial"])
