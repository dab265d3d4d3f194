import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from nlp import store
from petitions.services import clock, training


class Command(BaseCommand):
    help = "用随项目提供的语料和本单位已办结、已标注的工单训练类别模型;人工纠正的权重更高,体验件不参与。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--without-seed", action="store_true", help="只用本单位的工单")
        parser.add_argument("--most", type=int, default=training.NEWEST, help="最多学习最近多少件")
        parser.add_argument("--activate", action="store_true", help="训练完立即启用,不经比较")

    def handle(self, *, without_seed: bool, most: int, activate: bool, **options: Any) -> None:
        started = time.monotonic()
        try:
            model = training.train(now=clock.now(), with_seed=not without_seed, most=most)
        except training.NothingToLearn as refusal:
            raise CommandError(str(refusal or type(refusal).__doc__)) from refusal
        if activate:
            store.activate(model)
        cases, scores = model.trained_on["cases"], model.scores
        self.stdout.write(
            f"{model}{'(在用)' if model.is_active else ''}:共 {model.trained_on['texts']} 条,"
            f"其中标注 {cases['label']}、人工改类 {cases['corrected']}、办结 {cases['closed']} 件;留出宏平均 F1 {scores['macro_f1']:.3f},"
            f"用时 {time.monotonic() - started:.1f} 秒。"
        )
