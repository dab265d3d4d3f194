import csv
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from nlp import shipped
from nlp.core import area_file, artefact, cores, labels, modelfile, textfile
from nlp.core.levels import LEVELS, Answer, of_model, of_shipped, of_unit
from nlp.core.unit_kind import Catalogue, UnitModel

ADDED = ("predicted", "confidence", "second", "third", "answered", "evidence")


class Command(BaseCommand):
    help = "用 text_train 训练的模型(或随项目提供的模型:shipped)给一份 CSV 的每一行加上类别;不读写数据库。"
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--model", required=True, help="text_train 写的模型文件,或 shipped")
        parser.add_argument("--file", type=Path, required=True, help="CSV(UTF-8、带 BOM 的 UTF-8 或 GBK)")
        parser.add_argument("--out", type=Path, required=True, help="结果写到这个文件(UTF-8 带 BOM)")
        parser.add_argument("--tokens", help="已分词文本所在的列(词间空格)")
        parser.add_argument("--level", choices=LEVELS, help="shipped 模型预测什么:1、2、3 级类别或 unit 承办单位类型")
        parser.add_argument("--areas", type=Path, help="区域表 CSV(name、parent、level),供单位类型的模型找地点")
        parser.add_argument("--processes", type=int, help="用几个进程（默认按行数和处理器定），结果相同")

    def handle(
        self,
        *,
        model: str,
        file: Path,
        out: Path,
        tokens: str | None,
        level: str | None,
        areas: Path | None = None,
        processes: int | None = None,
        **options,
    ):
        try:
            answering = self._answering(model, level, areas)
            texts = textfile.read(file, tokens=tokens)
            answers = cores.mapped(lambda text: answering(text.document()), texts.texts, processes=processes)
            _write(out, texts, answers)
        except (labels.BadFile, OSError) as problem:
            raise CommandError(str(problem)) from problem
        except (modelfile.NotAModel, modelfile.Damaged, artefact.UnknownFormat) as problem:
            raise CommandError(f"{model}:{problem.__doc__}") from problem
        answered = sum(answer.answered for answer in answers)
        self.stdout.write(f"{len(answers)} 条,其中有把握的 {answered} 条({answered / len(answers):.1%}),写入 {out}。")

    def _answering(self, model: str, level: str | None, areas: Path | None):
        if model == "shipped":
            return of_shipped(shipped.category_model(say=self.stdout.write), level or "3", shipped.duties())
        stored = modelfile.read(Path(model))
        if artefact.is_unit(stored):
            return self._of_unit(artefact.unit_from_bytes(stored), areas)
        if level:
            raise CommandError("--level 只用于 --model shipped;自己训练的模型只有一层标签。")
        return of_model(artefact.topic_from_bytes(stored))

    def _of_unit(self, model: UnitModel, areas: Path | None):
        catalogue = Catalogue(shipped.category_model(say=self.stdout.write), shipped.duties())
        if not model.fits(catalogue):
            raise CommandError("这个单位类型模型是按另一版分类和派单目录训练的,请用 text_train 重新训练。")
        return of_unit(model, catalogue, area_file.read(areas) if areas else None)


def _write(out: Path, texts: textfile.TextFile, answers: list[Answer]) -> None:
    kept = [name for name in texts.columns if name not in ADDED]
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, [*kept, *ADDED], extrasaction="ignore")
        writer.writeheader()
        for row, answer in zip(texts.rows, answers, strict=True):
            writer.writerow({**row, **answer.cells()})
