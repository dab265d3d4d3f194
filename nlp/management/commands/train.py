import time

from django.core.management.base import BaseCommand
from django.utils import timezone

from nlp import store, training
from nlp.core import cores
from nlp.models import TrainedModel

# A model of unit kinds comes from a file of answered messages (text_train --level unit), not from the corpus.
SHIPPED = {TrainedModel.Kind.CATEGORY.value, TrainedModel.Kind.REQUEST_TYPE.value}


class Command(BaseCommand):
    help = "用随项目提供的语料训练类别模型和诉求类型模型，并打印在留出文本上的得分。"

    def add_arguments(self, parser):
        parser.add_argument("--if-none", action="store_true", help="已有在用模型时什么也不做")
        parser.add_argument("--activate", action="store_true", help="训练完立即启用(没有在用模型时总是启用)")

    def handle(self, *, if_none: bool, activate: bool, **options):
        active = set(TrainedModel.objects.filter(is_active=True).values_list("kind", flat=True))
        if if_none and active >= SHIPPED:
            self.stdout.write("已有在用模型，无需训练。")
            return
        started = time.monotonic()
        processes = cores.available()
        for model in training.train_on_seed(now=timezone.now(), progress=self._progress, processes=processes):
            if activate or model.kind not in active:
                store.activate(model)
            self._say(model)
        self.stdout.write(f"用时 {time.monotonic() - started:.1f} 秒。")

    def _progress(self, done: int, total: int, message: str) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"  {done + 1}/{total} {message}…")

    def _say(self, model: TrainedModel) -> None:
        scores = model.scores
        self.stdout.write(
            f"{model}{'(在用)' if model.is_active else ''}：语料 {model.trained_on['texts']} 条，"
            f"留出准确率 {scores['accuracy']:.3f}，宏平均 F1 {scores['macro_f1']:.3f}，"
            f"前三命中 {scores['top_3']:.3f}，校准误差 {scores['calibration_error']:.3f}。"
        )
