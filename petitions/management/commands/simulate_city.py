import json
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from petitions.errors import PetitionError
from petitions.management.demo.city import Sealed
from petitions.management.simulate.cast import cast
from petitions.management.simulate.in_bulk import InBulk
from petitions.management.simulate.life import Life
from petitions.management.simulate.parameters import SHIPPED, BadParameters, read_parameters
from petitions.management.simulate.plan import Plan
from petitions.management.simulate.through_services import ByServices
from petitions.management.simulate.told import told
from petitions.models import DaySeal, Outbox, Petition
from petitions.services import clock
from routing.loading.defaults import load_defaults

SAY_EVERY = 5000


class Command(BaseCommand):
    help = "模拟一座城市若干天的来电、办理、回访和考核；同一个 --seed 得到同样的计划。只用于没有真实数据的数据库。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=30)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--scale", type=float, default=1.0, help="1 是一个区(每天一千次来电)，60 是一座城市")
        parser.add_argument("--start", type=date.fromisoformat, help="第一天(默认：使最后一天是昨天)")
        parser.add_argument("--mode", choices=["bulk", "services"], default="bulk", help="bulk 快；services 逐件走流程")
        parser.add_argument("--parameters", type=Path, default=SHIPPED, help="另一份模拟参数(TOML)")
        parser.add_argument("--cheats", default="", help="弄虚作假的种类，逗号分开；all 是全部")
        parser.add_argument("--no-bursts", action="store_true", help="不要突发事件")
        parser.add_argument("--truth", type=Path, help="把埋入的突发和作假写到这个 JSON 文件")

    def handle(self, **options: Any) -> None:
        try:
            self._simulate(**options)
        except (PetitionError, BadParameters) as refusal:
            raise CommandError(getattr(refusal, "message", str(refusal))) from refusal

    def _simulate(
        self,
        *,
        days: int,
        seed: int,
        scale: float,
        start: date | None,
        mode: str,
        parameters: Path,
        cheats: str,
        no_bursts: bool,
        truth: Path | None,
        **options: Any,
    ) -> None:
        if days < 1 or scale <= 0:
            raise CommandError("天数和规模要大于零。")
        if DaySeal.objects.exists():
            raise Sealed
        figures = read_parameters(parameters)
        first = start or clock.local(clock.now()).date() - timedelta(days=days)
        load_defaults(now=clock.now())
        stage = cast(longest_text=figures.volume["longest_text"], at=clock.now())
        kinds = tuple(figures.cheats) if cheats == "all" else tuple(kind for kind in cheats.split(",") if kind)
        if unknown := set(kinds) - set(figures.cheats):
            raise CommandError(f"没有这种作假：{'、'.join(sorted(unknown))}。可选：{'、'.join(figures.cheats)}。")
        plan = Plan(stage.city, figures, first, days, seed, scale, kinds, bursts=not no_bursts)
        if Petition.objects.filter(idempotency_key__startswith=plan.prefix).exists():
            raise CommandError("这个种子和起始日已经模拟过；请换一个 --seed，或换一个空数据库。")
        player = (InBulk if mode == "bulk" else ByServices)(stage, until=plan.ends)
        begun = time.perf_counter()
        done = player.play(self._counted(plan.lives()))
        seconds = time.perf_counter() - begun
        _nobody_is_told(plan.prefix)
        self.stdout.write(f"{done} 次来电，用时 {seconds:.1f} 秒，每秒 {done / max(seconds, 0.001):.0f} 件")
        if truth:
            truth.write_text(json.dumps(told(plan, player.numbers), ensure_ascii=False, indent=1), encoding="utf-8")

    def _counted(self, lives: Iterator[Life]) -> Iterator[Life]:
        for number, life in enumerate(lives, start=1):
            if number % SAY_EVERY == 0:
                self.stdout.write(f"  {number}，{life.contact.at:%Y-%m-%d}")
            yield life


def _nobody_is_told(prefix: str) -> None:
    """Notices of a simulation must not go out to anybody."""
    waiting = Outbox.objects.filter(state=Outbox.State.WAITING, petition__idempotency_key__startswith=prefix)
    for notice in waiting.iterator():
        notice.state = Outbox.State.DROPPED
        notice.save(update_fields=["state"])
