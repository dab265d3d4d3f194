import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from nlp import serve, training
from nlp.core import category, corpus, evaluate, labels


class Command(BaseCommand):
    help = "评估类别模型:默认在自有语料上做分组交叉验证;给出 --file 与 --map 时,用在用模型评估一份带标签的 CSV。"

    def add_arguments(self, parser):
        parser.add_argument("--file", type=Path, help="带标签的 CSV(列:title、body 或 text、标签列)")
        parser.add_argument("--map", type=Path, help="类别编码前缀到标签的对照 CSV(列:code、label)")
        parser.add_argument("--label", default="label", help="标签所在的列")
        parser.add_argument("--json", type=Path, help="把完整报告写到这个文件")

    def handle(self, *, file: Path | None, label: str, json: Path | None, **options):
        try:
            report = self._on_file(file, options["map"], label) if file else self._on_seed()
        except (labels.BadFile, corpus.BadCorpus, FileNotFoundError) as problem:
            raise CommandError(str(problem)) from problem
        self._say(report)
        if json:
            _write(json, report)

    def _on_seed(self) -> evaluate.Report:
        return category.fit(corpus.seed_samples(), corpus.leaves(), seed=training.SEED)[1]

    def _on_file(self, file: Path, mapping: Path | None, label: str) -> evaluate.Report:
        model = serve.in_use().category
        if model is None:
            raise CommandError(serve.NO_MODEL)
        if mapping is None:
            raise CommandError("用 --file 评估时需要 --map。")
        theirs = labels.LabelMap.read(mapping)
        samples = labels.labelled_file(file, label=label)
        chances = labels.mapped_chances(model, samples, theirs)
        return evaluate.measure(chances, theirs.labels, [sample.label for sample in samples])

    def _say(self, report: evaluate.Report) -> None:
        self.stdout.write(
            f"文本 {report.texts},标签 {report.labels};准确率 {report.accuracy:.3f},宏平均 F1 {report.macro_f1:.3f},"
            f"前三命中 {report.top_3:.3f},校准误差 {report.calibration_error:.3f},"
            f"可直接采纳的比例(精度下限 → 覆盖)"
            + "、".join(f"{floor} → {share:.2f}" for floor, share in report.coverage.items())
        )
        weakest = sorted(report.per_label.items(), key=lambda item: item[1]["f1"])[:10]
        for label, row in weakest:
            self.stdout.write(f"  {label}:F1 {row['f1']:.2f}(查准 {row['precision']:.2f},查全 {row['recall']:.2f})")


def _write(path: Path, report: evaluate.Report) -> None:
    path.write_text(json.dumps(report.as_dict(), ensure_ascii=False, indent=1), encoding="utf-8")
