from typing import Any

from django.core.management.base import CommandError, CommandParser

from routing.loading import departments
from routing.loading.sync import Outcome
from routing.management.tables import TableCommand
from routing.models import Area
from routing.tables import Row


class Command(TableCommand):
    help = "载入单位：code,name,kind（可加 short_name,area,parent,phone,email,is_active），或按单位类别生成"
    columns = departments.COLUMNS

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", help="CSV (UTF-8 or GBK) or XLSX")
        parser.add_argument("--partial", action="store_true", help="load the good rows although others have problems")
        parser.add_argument(
            "--generate",
            metavar="KINDS",
            help='make one unit of each kind in each area that has none: "all" or "street.office,district.*"',
        )
        parser.add_argument("--under", metavar="AREA", help="with --generate: only inside the area of this code")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["file"]) == bool(options["generate"]):
            raise CommandError("请给出一个文件，或用 --generate 生成单位，二者选一")
        if options["file"]:
            super().handle(*args, **options)
            return
        outcome = departments.generate_departments(options["generate"].split(","), under=_area(options["under"]))
        self.stdout.write(str(outcome))

    def load(self, rows: list[Row], options: dict[str, Any]) -> Outcome:
        return departments.load_departments(rows, partial=options["partial"])


def _area(code: str | None) -> Area | None:
    if not code:
        return None
    area = Area.objects.filter(code=code).first()
    if area is None:
        raise CommandError(f"没有编码为“{code}”的区域")
    return area
