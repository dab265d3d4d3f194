from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from routing.loading.defaults import load_defaults


class Command(BaseCommand):
    help = "载入自带的示范城市、单位、分类、目录、日历和参数；重复运行不改变什么"

    def handle(self, *args: Any, **options: Any) -> None:
        for name, outcome in load_defaults(now=timezone.now()):
            self.stdout.write(f"{name}: {outcome}")
