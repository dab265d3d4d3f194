"""Champion and challenger: which model answers, and why a worse one may."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from nlp import store
from nlp.models import TrainedModel

# Held-out figures move by this much when only the folds change.
NOISE = 0.005


class ReasonMissing(Exception):
    """新模型的得分低于在用模型；确要启用，请写明理由（--reason）。"""

    def __init__(self, comparison: "Comparison") -> None:
        super().__init__(f"{self.__doc__}{comparison}")


@dataclass(frozen=True)
class Comparison:
    """Held-out figures of two models of one kind, challenger less champion.

    Each was measured on its own training data in grouped folds, so the figures are one and the same yardstick only as
    long as the data are much the same: `evaluate --file` measures both on one file.
    """

    macro_f1: float = 0.0
    calibration_error: float = 0.0

    @property
    def is_worse(self) -> bool:
        return self.macro_f1 < -NOISE or self.calibration_error > 4 * NOISE

    def __str__(self) -> str:
        return f"宏平均 F1 {self.macro_f1:+.4f}，校准误差 {self.calibration_error:+.4f}。"


def compare(challenger: TrainedModel, champion: TrainedModel | None) -> Comparison:
    if champion is None:
        return Comparison()
    names = ("macro_f1", "calibration_error")
    return Comparison(*(challenger.scores.get(name, 0.0) - champion.scores.get(name, 0.0) for name in names))


@transaction.atomic
def promote(challenger: TrainedModel, *, now: datetime, reason: str = "") -> Comparison:
    """Let the challenger answer; a worse one needs a reason, which is kept. Raises ReasonMissing or ModelRefused."""
    store.load(challenger)  # a file that will not load must not replace one that does
    champion = TrainedModel.objects.select_for_update().filter(kind=challenger.kind, is_active=True).first()
    if champion == challenger:
        return Comparison()
    comparison = compare(challenger, champion)
    if comparison.is_worse and not reason.strip():
        raise ReasonMissing(comparison)
    store.activate(challenger)
    challenger.promoted_at, challenger.replaced, challenger.reason = now, champion, reason.strip()
    challenger.save(update_fields=["promoted_at", "replaced", "reason"])
    return comparison
