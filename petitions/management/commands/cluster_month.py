from contextlib import AbstractContextManager, nullcontext
from datetime import date

from django.core.management.base import BaseCommand, CommandError

from nlp.core import cores
from nlp.core.themes import finding, on_dask
from petitions.errors import PetitionError
from petitions.insight.topics import running
from petitions.insight.topics.gathering import shifted
from petitions.services import clock


class Command(BaseCommand):
    help = "把一个月的工单归为主题，延续此前各月的主题编号；可以重复运行。工单很多时用 --engine dask 分给多台机器。"

    def add_arguments(self, parser):
        parser.add_argument("--month", default="", help="哪个月，如 2026-10（默认上个月）")
        parser.add_argument("--engine", choices=["local", "dask"], default="local", help="本机（默认）或 Dask")
        parser.add_argument("--address", default="", help="Dask 调度器的地址，如 tcp://10.0.0.5:8786")
        parser.add_argument("--processes", type=int, help="本机用几个进程（默认按件数和处理器定）")

    def handle(self, *, month: str, engine: str, address: str, processes: int | None = None, **options):
        if (engine == "dask") != bool(address):
            raise CommandError("--engine dask 要和 --address 一起用。")
        now = clock.now()
        wanted = _month(month) if month else shifted(clock.local(now).date(), -1)
        try:
            with _engine(address, processes) as carried_out_by:
                run = running.run(wanted, now=now, engine=carried_out_by, called=engine)
        except (PetitionError, on_dask.NotThere, on_dask.NotInstalled) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(
            f"{wanted:%Y-%m}：{run.cases} 件（连同前几个月 {run.window_cases} 件）归入 {run.topics} 个主题，"
            f"用时 {run.seconds:.1f} 秒。此前已有主题的 {run.before} 件中 {run.kept} 件主题不变。"
        )


def _engine(address: str, processes: int | None) -> AbstractContextManager[finding.Engine]:
    if address:
        return on_dask.workers(address)
    return nullcontext(
        lambda work, pieces: cores.mapped(work, pieces, processes=processes or _processes(pieces), piece=1)
    )


def _processes(pieces) -> int:
    return cores.sensible(sum(map(len, pieces)))


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as problem:
        raise CommandError(f"看不懂月份“{text}”，请写成 2026-10。") from problem
