import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from petitions.errors import PetitionError
from petitions.management.demo import city
from petitions.management.demo.stories import STORIES
from petitions.models import Petition
from petitions.services import clock


class Command(BaseCommand):
    help = "装入虚构城市和一批走过真实流程的演示工单；同一个 --seed 得到同样的数据。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--if-empty", action="store_true", help="已有工单时什么也不做")
        parser.add_argument("--cases", type=int, default=city.USUAL, help=f"几件工单(默认 {city.USUAL})")
        parser.add_argument("--stage", default="", choices=["", *(story.name for story in STORIES)], help="只要这一种")

    def handle(self, *, seed: int, if_empty: bool, cases: int, stage: str, **options: Any) -> None:
        if if_empty and Petition.objects.exists():
            return
        password = settings.DEMO_PASSWORD
        if not password:
            raise CommandError("没有演示密码：生产环境不装演示数据，确实需要时请设 DEMO_PASSWORD。")
        started = time.monotonic()
        try:
            told = city.seed(now=clock.now(), number=seed, cases=cases, stage=stage, password=password)
        except PetitionError as refusal:
            raise CommandError(refusal.message) from refusal
        sheet = settings.VAR_DIR / "demo_logins.txt"
        sheet.parent.mkdir(parents=True, exist_ok=True)
        sheet.write_text(city.logins(password), encoding="utf-8")
        self.stdout.write(f"演示数据：{told} 件诉求，用时 {time.monotonic() - started:.1f} 秒。账号见 {sheet}")
