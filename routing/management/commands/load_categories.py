from typing import Any

from routing.loading import categories
from routing.loading.sync import Outcome
from routing.management.tables import TableCommand
from routing.tables import Row


class Command(TableCommand):
    help = "载入诉求分类：level1,level2,level3（可加 code,tier,description,keywords）"
    columns = categories.COLUMNS

    def load(self, rows: list[Row], options: dict[str, Any]) -> Outcome:
        return categories.load_categories(rows, partial=options["partial"])
