import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from petitions.services import clock, training


class Command(BaseCommand):
    help = (
        "用随项目提供的语料和本单位已办结、已标注的工单训练类别模型；人工纠正的权重更高，体验件不参与。"
        "训练出的模型要用 promote 与在用模型比较后才启用。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--without-seed", action="store_true", help="只用本单位的工单")
        parser.add_argument("--most", type=int, default=training.NEWEST, help="最多学习最近多少件")

    def handle(self, *, without_seed: bool, most: int, **options: Any) -> None:
        started = time.monotonic()
        try:
            model = training.train(now=clock.now(), with_seed=not without_seed, most=most)
        except training.NothingToLearn as refusal:
            raise CommandError(str(refusal)) from refusal
        cases = model.trained_on["cases"]
        learnt = f"标注 {cases['label']}、人工改类 {cases['corrected']}、办结 {cases['closed']} 件"
        self.stdout.write(f"{model}：共 {model.trained_on['texts']} 条，其中{learnt}。")
        self.stdout.write(
            f"留出宏平均 F1 {model.scores['macro_f1']:.3f}，前三命中 {model.scores['top_3']:.3f}，"
            f"用时 {time.monotonic() - started:.1f} 秒。"
        )
