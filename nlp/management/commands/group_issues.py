import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from nlp.core import cores, labels, textfile
from nlp.core.issues import Issue, Message, Read, Reader, group, titles
from nlp.core.written_times import NotATime, parse_time

NEEDED = ("id", "title", "body", "time")
ADDED = ("issue_id", "issue_title")
# Without a limit a file whose times are all of an unknown form would bury what was found.
SHOWN = 10


class Command(BaseCommand):
    help = "把一份 CSV 里说同一件事(同一地点、同一对象、同一问题)的诉求归为热点问题;不读写数据库。"
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument(
            "--file", type=Path, required=True, help="CSV(id、title、body、time,可有 user;UTF-8 或 GBK)"
        )
        parser.add_argument("--out", type=Path, required=True, help="结果写到这个文件(UTF-8 带 BOM)")
        parser.add_argument("--seed", type=int, default=0, help="同一个数得到同样的结果(默认 0)")
        parser.add_argument("--processes", type=int, help="用几个进程(默认按行数和处理器定),结果相同")

    def handle(self, *, file: Path, out: Path, seed: int, processes: int | None = None, **options):
        try:
            texts = textfile.read(file, needed=NEEDED)
            messages = list(self._messages(texts))
            reads = cores.mapped(Reader().read, messages, processes=processes)
            issues = [issue for issue in group(reads, seed=seed, processes=processes) if len(issue.members) > 1]
            _write(out, texts, reads, issues)
        except (labels.BadFile, OSError) as problem:
            raise CommandError(str(problem)) from problem
        except csv.Error as problem:
            raise CommandError(f"{file.name} 不是可以读取的 CSV:{problem}。") from problem
        grouped = sum(len(issue.members) for issue in issues)
        self.stdout.write(f"{len(reads)} 条中有 {grouped} 条归入 {len(issues)} 个问题,写入 {out}。")

    def _messages(self, texts: textfile.TextFile) -> Iterator[Message]:
        """Every row, also one whose time cannot be read: that is said, and the row stays without a time."""
        unread = 0
        for number, (row, text) in enumerate(zip(texts.rows, texts.texts, strict=True), start=1):
            when, written = None, (row["time"] or "").strip()
            try:
                when = _when(written)
            except NotATime:
                unread += 1
                if unread <= SHOWN:
                    self.stderr.write(f"第 {number} 条(id {row['id']})的时间看不懂,按没有时间处理:{written[:40]}")
            yield Message(row["id"] or "", text.title, text.body, when, (row.get("user") or "").strip())
        if unread > SHOWN:
            self.stderr.write(f"共有 {unread} 条的时间看不懂。")


def _when(written: str) -> datetime | None:
    return parse_time(written, timezone.get_default_timezone()) if written else None


def _titles(texts: textfile.TextFile, reads: Sequence[Read], issues: Sequence[Issue]) -> Iterator[str]:
    for issue in issues:
        members, middle = [reads[at] for at in issue.members], issue.members.index(issue.middle)
        yield titles.title(members, middle, texts.texts[issue.middle].body)


def _write(out: Path, texts: textfile.TextFile, reads: Sequence[Read], issues: Sequence[Issue]) -> None:
    added = {
        at: {"issue_id": number, "issue_title": title}
        for number, (issue, title) in enumerate(zip(issues, _titles(texts, reads, issues), strict=True), start=1)
        for at in issue.members
    }
    kept = [name for name in texts.columns if name not in ADDED]
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, [*kept, *ADDED], extrasaction="ignore")
        writer.writeheader()
        for at, row in enumerate(texts.rows):
            writer.writerow({**row, **added.get(at, dict.fromkeys(ADDED, ""))})
