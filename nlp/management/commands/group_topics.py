import csv
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from nlp import shipped
from nlp.core import cores, labels, textfile
from nlp.core.issues import Message as IssueMessage
from nlp.core.issues import Reader, group
from nlp.core.themes import finding
from nlp.core.themes.reading import Message

ADDED = ("topic_id", "topic_title")


class Command(BaseCommand):
    help = "把一份 CSV 里的诉求归为若干主题（粗粒度，与地点无关），每一行都有主题；不读写数据库。"
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--file", type=Path, required=True, help="CSV（id、title、body、time；UTF-8 或 GBK）")
        parser.add_argument("--out", type=Path, required=True, help="结果写到这个文件（UTF-8 带 BOM）")
        parser.add_argument("--seed", type=int, default=0, help="同一个数得到同样的结果（默认 0）")
        parser.add_argument("--processes", type=int, help="用几个进程（默认按行数和处理器定），结果相同")

    def handle(self, *, file: Path, out: Path, seed: int, processes: int | None = None, **options):
        try:
            texts = textfile.read(file, needed=("id",))
            model = shipped.category_model(say=self.stdout.write)
            messages = _messages(texts, Reader(model), seed)
            found = finding.find(messages, model, seed=seed, engine=_on_cores(processes))
            _write(out, texts, found)
        except (labels.BadFile, OSError) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{len(messages)} 条归为 {len(found.themes)} 个主题，写入 {out}。")


def _messages(texts: textfile.TextFile, reader: Reader, seed: int) -> list[Message]:
    """The rows, those about one concrete problem marked as such: a heated case does not become a topic of its own."""
    ids = texts.column("id")
    told = [IssueMessage(name, text.title, text.body) for name, text in zip(ids, texts.texts, strict=True)]
    issue_of = {
        at: f"{number}"
        for number, issue in enumerate(group([reader.read(message) for message in told], seed=seed))
        for at in issue.members
    }
    return [
        Message(f"{name} {at}", text.title, text.body, issue_of.get(at, ""))
        for at, (name, text) in enumerate(zip(ids, texts.texts, strict=True))
    ]


def _on_cores(processes: int | None) -> finding.Engine:
    def carried_out(work, pieces):
        count = processes or cores.sensible(sum(map(len, pieces)))
        return cores.mapped(work, pieces, processes=count, piece=1)

    return carried_out


def _write(out: Path, texts: textfile.TextFile, found: finding.Found) -> None:
    kept = [name for name in texts.columns if name not in ADDED]
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, [*kept, *ADDED], extrasaction="ignore")
        writer.writeheader()
        for row, label in zip(texts.rows, found.labels, strict=True):
            writer.writerow({**row, "topic_id": label + 1, "topic_title": found.themes[label].title})
