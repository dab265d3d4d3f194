from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware

from petitions.alarms import Kind
from petitions.services import clock, deadlines


class Command(BaseCommand):
    help = "Do what has come due (the worker does it every few seconds); --dry-run says in words what that would be."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="change nothing, explain case by case")
        parser.add_argument("--most", type=int, default=1000, help="explain at most so many cases (with --dry-run)")
        parser.add_argument("--at", default="", help="explain another moment, e.g. 2026-12-01T09:00 (with --dry-run)")
        parser.add_argument(
            "--recheck",
            action="store_true",
            help="look at every open case again: needed once after thresholds were changed",
        )

    def handle(self, *args, **options):
        if options["dry_run"]:
            self._explain(_moment(options["at"]), options["most"])
            return
        if options["at"]:
            raise CommandError("--at 只能和 --dry-run 一起用：不能假装现在是别的时间去改工单。")
        if options["recheck"]:
            looked = deadlines.look_at_all_again(now=clock.now())
            self.stdout.write(f"将重新查看 {looked} 件工单")
        swept = deadlines.sweep(now=clock.now())
        for kind, count in swept.kinds.most_common():
            self.stdout.write(f"{Kind(kind).label} {count}")
        self.stdout.write(f"查看 {swept.visited} 件，处理 {swept.done} 项，留待下次 {swept.left} 件")

    def _explain(self, now, most: int) -> None:
        count = 0
        for count, foreseen in enumerate(deadlines.foresee(now=now, most=most), start=1):  # noqa: B007 (used below)
            due = f"{clock.local(foreseen.due_at):%Y-%m-%d %H:%M}"
            self.stdout.write(f"{foreseen.no}  应于 {due}（{_length(foreseen.late)}前）：{foreseen.words}")
        self.stdout.write(f"到 {clock.local(now):%Y-%m-%d %H:%M} 为止共 {count} 项；没有作任何改动")


def _moment(text: str):
    if not text:
        return clock.now()
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"看不懂时间“{text}”，请写成 2026-12-01T09:00。")
    return make_aware(moment) if is_naive(moment) else moment


def _length(late) -> str:
    days, minutes = late.days, late.seconds // 60
    parts = [(days, "天"), (minutes // 60, "小时"), (minutes % 60, "分钟")]
    return " ".join(f"{number} {word}" for number, word in parts if number) or "刚刚"
