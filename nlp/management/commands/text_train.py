import json
import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from nlp import shipped, training
from nlp.core import area_file, artefact, labels, modelfile, textfile, topic, unit_kind
from nlp.core.evaluate import Report
from nlp.core.places import Place
from nlp.core.unit_kind import Catalogue


class Command(BaseCommand):
    help = "用自己的带标签文本训练一个分类模型,写成文件;不读写数据库。打印的得分来自留出文本(分组五折)。"
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--file", type=Path, required=True, help="CSV(UTF-8、带 BOM 的 UTF-8 或 GBK)")
        parser.add_argument("--label", required=True, help="标签所在的列")
        parser.add_argument("--out", type=Path, required=True, help="模型写到这个文件")
        parser.add_argument("--tokens", help="已分词文本所在的列(词间空格);不给时读 title、body(或 text)两列")
        parser.add_argument("--group", help="分组列:同组文本(同一来信的副本)不会分在训练和留出两边")
        parser.add_argument("--level", choices=("unit",), help="标签是承办单位类型:连同类别、地点和派单目录一起学")
        parser.add_argument("--areas", type=Path, help="区域表 CSV(name、parent、level),供 --level unit 找地点")
        parser.add_argument("--register", action="store_true", help="把 --level unit 的模型签名登记,待 promote 启用")
        parser.add_argument("--json", type=Path, help="把完整报告写到这个文件")

    def handle(self, *, file: Path, label: str, out: Path, tokens: str | None, group: str | None, **options):
        started = time.monotonic()
        try:
            stored, report = self._trained(file, label, tokens, group, options["level"], options["areas"])
            modelfile.write(out, stored)
        except (labels.BadFile, OSError) as problem:
            raise CommandError(str(problem)) from problem
        except topic.TooLittle as problem:
            raise CommandError(str(problem.__doc__)) from problem
        if options["register"]:
            self._register(stored, report, file, options["level"])
        if options["json"]:
            options["json"].write_text(json.dumps(report.as_dict(), ensure_ascii=False, indent=1), encoding="utf-8")
        self.stdout.write(
            f"{report.texts} 条文本,{report.labels} 个标签:留出准确率 {report.accuracy:.4f},"
            f"宏平均 F1 {report.macro_f1:.4f},校准误差 {report.calibration_error:.4f},"
            f"98% 精度(95% 置信下限)下可回答 {report.coverage['0.98']:.1%}。\n"
            f"模型写入 {out}({out.stat().st_size / 1e6:.1f} MB),用时 {time.monotonic() - started:.0f} 秒。"
        )

    def _trained(self, file, label, tokens, group, level, areas) -> tuple[bytes, Report]:  # noqa: PLR0913
        needed = [label, *([group] if group else [])]
        texts = textfile.read(file, tokens=tokens, needed=needed)
        given = texts.column(label)
        if "" in given:
            raise labels.BadFile(f"{file.name} 第 {given.index('') + 2} 行没有标签({label})。")
        how = {"seed": training.SEED, "progress": self._progress}
        matters = shipped.category_model(say=self.stdout.write)
        if level is None:
            model, report = topic.fit(texts.documents, given, texts.groups(group), known=matters.linear, **how)
            return artefact.topic_to_bytes(model), report
        catalogue = Catalogue(matters, shipped.duties())
        gazetteer = area_file.read(areas) if areas else None
        places = [gazetteer.locate(each.text) if gazetteer else Place() for each in texts.documents]
        units, report = unit_kind.fit(
            catalogue.cases(texts.documents, places), given, texts.groups(group), catalogue, **how
        )
        return artefact.unit_to_bytes(units), report

    def _register(self, stored: bytes, report: Report, file: Path, level: str | None) -> None:
        if level != "unit":
            raise CommandError("--register 只用于 --level unit;类别模型由 manage.py train 训练和登记。")
        model = training.keep_units(stored, report, source=file.name, now=timezone.now())
        self.stdout.write(f"已登记为{model},用 manage.py promote unit --number {model.version} 启用。")

    def _progress(self, done: int, total: int, message: str) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"  {done + 1}/{total} {message}…")
