import json
import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from nlp import serve, training
from nlp.core import category, copies, corpus, labels, report
from nlp.core.category import CategoryModel
from nlp.core.corpus import Sample
from nlp.core.features import document
from nlp.core.report import FullReport

TIMED = 200
NEWEST_SHARE = 0.2


class Command(BaseCommand):
    help = (
        "评估类别模型：默认在自有语料上做分组交叉验证（近似重复的文本同组）；给出 --file 时，"
        "用在用模型评估一份带标签的 CSV；再给出 --by-time 时，用其中较早的 80% 训练，在最新的 20% 上评估。"
    )

    def add_arguments(self, parser):
        parser.add_argument("--file", type=Path, help="带标签的 CSV（列：title、body 或 text、标签列）")
        parser.add_argument("--map", type=Path, help="类别编码前缀到标签的对照 CSV（列：code、label）")
        parser.add_argument("--label", default="label", help="标签所在的列")
        parser.add_argument("--by-time", dest="time_column", help="时间所在的列，按 ISO 格式可排序")
        parser.add_argument("--json", type=Path, help="把完整报告写到这个文件")
        parser.add_argument("--html", type=Path, help="把报告写成网页")

    def handle(self, *, file: Path | None, json: Path | None, html: Path | None, **options):
        try:
            found = self._on_file(file, options) if file else self._on_seed()
        except (labels.BadFile, corpus.BadCorpus, FileNotFoundError) as problem:
            raise CommandError(str(problem)) from problem
        self._say(found)
        if json:
            _write_json(json, found)
        if html:
            names = {leaf.code: leaf.full_name for leaf in corpus.leaves()}
            html.write_text(report.as_html(found, names), encoding="utf-8")

    def _on_seed(self) -> FullReport:
        samples = corpus.seed_samples()
        model, held = category.fit_and_hold_out(samples, corpus.leaves(), seed=training.SEED)
        texts = [sample.text for sample in samples]
        took = _milliseconds(model, texts)
        return report.full("自有语料，分组交叉验证", held.chances, held.labels, held.truth, texts, milliseconds=took)

    def _on_file(self, file: Path, options: dict) -> FullReport:
        if options["time_column"]:
            return _newest(file, options["label"], options["time_column"])
        model = serve.in_use().category
        if model is None:
            raise CommandError(serve.NO_MODEL)
        samples = labels.labelled_file(file, label=options["label"])
        if options["map"] is None:
            return _measured(f"在用模型，{file.name}", model, samples)
        theirs = labels.LabelMap.read(options["map"])
        chances = labels.mapped_chances(model, samples, theirs)
        texts = [sample.text for sample in samples]
        truth = [sample.label for sample in samples]
        took = _milliseconds(model, texts)
        return report.full(f"在用模型，{file.name}", chances, theirs.labels, truth, texts, milliseconds=took)

    def _say(self, found: FullReport) -> None:
        figures = found.figures
        self.stdout.write(
            f"{found.name}：文本 {figures.texts}，标签 {figures.labels}；准确率 {figures.accuracy:.3f}，"
            f"宏平均 F1 {figures.macro_f1:.3f}，前三命中 {figures.top_3:.3f}，"
            f"校准误差 {figures.calibration_error:.3f}，每条 {found.milliseconds:.1f} 毫秒；"
            f"可直接采纳的比例（精度下限 → 覆盖）"
            + "、".join(f"{floor} → {share:.2f}" for floor, share in figures.coverage.items())
        )
        self.stdout.write(found.verdict)
        for label, row in sorted(figures.per_label.items(), key=lambda item: item[1]["f1"])[:10]:
            self.stdout.write(f"  {label}：F1 {row['f1']:.2f}（查准 {row['precision']:.2f}，查全 {row['recall']:.2f}）")


def _newest(file: Path, label: str, column: str) -> FullReport:
    """Train on the earlier texts, evaluate on the newest; copies of a newer text are left out of training."""
    rows = sorted(labels.rows(file, needed=(label, column)), key=lambda row: row[column])
    samples = [
        Sample(row.get("body") or row.get("text") or "", row[label], title=row.get("title") or "") for row in rows
    ]
    groups = copies.groups([sample.text for sample in samples])
    first = round(len(samples) * (1 - NEWEST_SHARE))
    later = set(groups[first:])
    earlier = [sample for sample, group in zip(samples[:first], groups, strict=False) if group not in later]
    if len({sample.label for sample in earlier}) < 2:
        raise labels.BadFile(f"{file.name}：去掉与最新文本重复的之后，没有可用来训练的文本（至少两个标签）。")
    model, _ = category.fit(earlier, seed=training.SEED)
    known = [sample for sample in samples[first:] if sample.label in model.linear.labels]
    return _measured(f"按时间：{len(earlier)} 条训练，最新 {len(known)} 条评估", model, known)


def _measured(name: str, model: CategoryModel, samples: list[Sample]) -> FullReport:
    documents = [document(sample.text, sample.title) for sample in samples]
    chances = model.leaf_curve.bent(model.linear.chances_of_all(documents))
    texts, truth = [sample.text for sample in samples], [sample.label for sample in samples]
    took = _milliseconds(model, texts)
    return report.full(name, chances, model.linear.labels, truth, texts, milliseconds=took)


def _milliseconds(model: CategoryModel, texts: list[str]) -> float:
    timed = texts[:TIMED]
    started = time.process_time()
    for text in timed:
        model.suggest(document(text))
    return (time.process_time() - started) * 1000 / max(len(timed), 1)


def _write_json(path: Path, found: FullReport) -> None:
    path.write_text(json.dumps(found.as_dict(), ensure_ascii=False, indent=1), encoding="utf-8")
