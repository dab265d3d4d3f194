from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from nlp import promotion, store
from nlp.models import TrainedModel


class Command(BaseCommand):
    help = "启用一个训练好的模型（默认：该用途最新的一个）；得分低于在用模型时须写明理由，理由随模型保存。"

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=TrainedModel.Kind.values, help="用途")
        parser.add_argument("--number", type=int, help="模型的版本号")
        parser.add_argument("--reason", default="", help="为什么启用得分更低的模型")

    def handle(self, *, kind: str, number: int | None, reason: str, **options):
        rows = TrainedModel.objects.filter(kind=kind, **({"version": number} if number else {}))
        challenger = rows.order_by("-version").first()
        if challenger is None:
            raise CommandError("没有这个模型。")
        try:
            comparison = promotion.promote(challenger, now=timezone.now(), reason=reason)
        except (promotion.ReasonMissing, store.ModelRefused) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{challenger} 已启用。{comparison}")
