import time

from django.core.management.base import BaseCommand

from nlp.core import modelfile, name_samples, name_training, person
from nlp.training import SEED

PER_TEMPLATE, PER_TEXT = 20, 3


class Command(BaseCommand):
    help = "用本项目自编的文本、姓名部件和句式训练人名识别器,写入 nlp/corpus/names.model;不读写数据库。"
    requires_system_checks = ()

    def handle(self, **options):
        started = time.monotonic()
        texts = list(name_samples.samples(name_samples.TEACH, SEED, per_template=PER_TEMPLATE, per_text=PER_TEXT))
        payload = person.to_bytes(name_training.teach(texts))
        modelfile.write(person.WEIGHTS, payload)
        names = sum(len(text.names) for text in texts)
        self.stdout.write(
            f"{len(texts)} 条文本,{names} 处人名;写入 {person.WEIGHTS}({len(payload) / 1e3:.0f} kB),"
            f"用时 {time.monotonic() - started:.0f} 秒。"
        )
