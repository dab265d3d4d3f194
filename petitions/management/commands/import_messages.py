import os
import re
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from petitions import rules
from petitions.errors import PetitionError
from petitions.services import clock
from petitions.services.importing.batches import Orders
from petitions.services.importing.columns import read_mapping
from petitions.services.importing.reading import reader
from petitions.services.importing.run import Report, run_import, table_and_columns
from routing.models import Staff

BAR = 30
# Below this many rows starting other processes takes longer than they save.
WORTH_SHARING = 1_000
MOST_SHOWN = 5


class Command(BaseCommand):
    help = "导入其他系统的留言或工单(CSV/XLSX):每一行成为一件工单，或带着原因进入问题文件；重复运行不会重复导入。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV(UTF-8、GBK/GB18030)或 XLSX")
        parser.add_argument("--map", type=Path, help='列对应文件(JSON/TOML):{"body": "留言详情", …}')
        parser.add_argument("--source", help="来源系统名；同一来源的同一编号只导入一次(默认：文件名)")
        parser.add_argument("--as", dest="person", metavar="USERNAME", help="以谁的名义(--dispatch 时必须)")
        parser.add_argument("--dispatch", action="store_true", help="目录找到单位的，随批派单；默认只给建议，等人审核")
        parser.add_argument("--problems", type=Path, help="问题文件(默认 var/imports/来源-problems.csv)")
        parser.add_argument("--limit", type=_positive, help="只处理前 N 行")
        parser.add_argument("--batch", type=_positive, default=500, help="每批行数，一批一个事务(默认 500)")
        parser.add_argument("--processes", type=_positive, help="分析文字用几个进程(默认按行数和处理器定)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._import(options)
        except PetitionError as refusal:
            raise CommandError(refusal.message) from refusal

    def _import(self, options: dict[str, Any]) -> None:
        path = options["file"]
        table, columns = table_and_columns(path, read_mapping(options["map"]) if options["map"] else None)
        orders = Orders(_source(options), _person(options), options["dispatch"])
        problems = options["problems"] or settings.VAR_DIR / "imports" / f"{_file_name(orders.source)}-problems.csv"
        if problems.is_dir():
            raise CommandError(f"--problems 应是文件名，{problems} 是一个文件夹。")
        self.stdout.write(f"{table.form}，来源“{orders.source}”")
        if columns.extra:
            self.stdout.write(f"不认识的列（随工单留存，不另作处理）：{'、'.join(columns.extra)}")
        with reader(options["processes"] or _processes(table.count())) as read:
            report = run_import(
                table,
                columns,
                orders,
                read=read,
                problems_to=problems,
                now=clock.now(),
                batch_size=options["batch"],
                limit=options["limit"],
                progress=self._progress,
            )
        self._say(report, problems)

    def _progress(self, done: int, total: int) -> None:
        if not self.stderr.isatty():
            return
        filled = BAR * done // max(total, 1)
        end = "\n" if done >= total else ""
        self.stderr.write(f"\r[{'█' * filled}{'·' * (BAR - filled)}] {done}/{total}", ending=end)
        self.stderr.flush()

    def _say(self, report: Report, problems: Path) -> None:
        say = self.stdout.write
        say(
            f"共 {report.rows} 行：新增 {report.new}，以前已导入 {report.there_already}，有问题 {report.problems}；"
            f"用时 {report.seconds:.1f} 秒，每秒 {report.rows / max(report.seconds, 0.001):.0f} 行"
        )
        if report.new:
            say(f"已分类 {_share(report.classified, report.new)}；目录找到单位 {_share(report.routed, report.new)}")
            say("  " + "，".join(f"{STEPS[step]} {n}" for step, n in report.steps.most_common()))
            for what, count in report.lacking.most_common(MOST_SHOWN):
                say(f"  交人工：{what} {count}")
        if report.dispatched or report.answered:
            say(f"随批派单 {report.dispatched}，已有答复而办结 {report.answered}")
        if report.problems:
            say(f"有问题的行连同原因在 {problems}；改好后可直接再导入这个文件。")


STEPS = {"direct": "直派", "district": "区兜底", "person": "交人工"}


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _share(part: int, whole: int) -> str:
    return f"{part}({part / whole:.1%})"


def _source(options: dict[str, Any]) -> str:
    source = options["source"] or options["file"].stem
    if len(source) > 40 or not source.isprintable():
        raise CommandError("来源系统名最多 40 字，请用 --source 给出。")
    return source


def _file_name(source: str) -> str:
    return re.sub(r"[^\w.-]", "_", source)


def _person(options: dict[str, Any]) -> Staff | None:
    if not options["person"]:
        if options["dispatch"]:
            raise CommandError("--dispatch 要同时用 --as 指明由谁决定派单。")
        return None
    person = Staff.objects.active().filter(username=options["person"]).first()
    if person is None:
        raise CommandError(f"没有用户“{options['person']}”。")
    if options["dispatch"] and not rules.may_dispatch(None, person):
        raise CommandError(f"{person}没有派单的权限。")
    return person


def _processes(rows: int) -> int:
    return 1 if rows < WORTH_SHARING else len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
