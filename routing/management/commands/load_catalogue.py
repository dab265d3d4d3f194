from datetime import date
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db.models import Max
from django.utils import timezone

from routing.catalogue import publish
from routing.checks import problems
from routing.loading import catalogue
from routing.loading.sync import Outcome
from routing.management.tables import TableCommand
from routing.models import CatalogueVersion
from routing.refusals import CatalogueRefusal
from routing.tables import Row


class Command(TableCommand):
    help = "载入一版派单目录；不加 --publish 时为草稿"
    columns = catalogue.COLUMNS

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--number", type=int, help="版本号；默认为下一号")
        parser.add_argument("--name", default="载入的目录")
        parser.add_argument("--from", dest="effective_from", type=date.fromisoformat, help="生效日期，默认今天")
        parser.add_argument("--publish", action="store_true", help="载入后发布")

    def load(self, rows: list[Row], options: dict[str, Any]) -> Outcome:
        number = options["number"] or (CatalogueVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        effective_from = options["effective_from"] or timezone.localdate()
        try:
            outcome = catalogue.load_catalogue(
                rows, number=number, name=options["name"], effective_from=effective_from, partial=options["partial"]
            )
            self._finish(CatalogueVersion.objects.get(number=number), options["publish"])
        except CatalogueRefusal as refusal:
            raise CommandError(str(refusal)) from refusal
        return outcome

    def _finish(self, version: CatalogueVersion, wanted: bool) -> None:
        for problem in problems(version):
            self.stderr.write(f"{'错误' if problem.is_error else '提示'}：{problem.text}")
        if wanted and version.published_at is None:
            publish(version, now=timezone.now())
        self.stdout.write(f"{version}，{'已发布' if version.published_at or wanted else '草稿'}")
