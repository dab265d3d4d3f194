from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from routing.loading.defaults import load_defaults


class Command(BaseCommand):
    help = "载入自带的示范城市、单位、分类、目录、日历和参数；重复运行不改变什么"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--without-city", action="store_true", help="不载入示范城市的区域、单位和人员")

    def handle(self, *args: Any, **options: Any) -> None:
        for name, outcome in load_defaults(now=timezone.now(), with_city=not options["without_city"]):
            self.stdout.write(f"{name}: {outcome}")
