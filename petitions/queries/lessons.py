"""What the next training would learn, and what the last one changed."""

from dataclasses import dataclass

from nlp.models import TrainedModel
from petitions.models import Label, Suggestion


@dataclass(frozen=True)
class Effect:
    """`labels` and `overridden` came in since `latest` was trained; `before` is the model trained before it."""

    labels: int
    overridden: int
    latest: TrainedModel | None
    before: TrainedModel | None

    @property
    def waiting(self) -> int:
        return self.labels + self.overridden

    def rows(self) -> list[tuple[str, float | None, float | None]]:
        """(score, before, after) of the figures that both trainings may have."""
        return [(name, _score(self.before, name), _score(self.latest, name)) for name in ("macro_f1", "top_3")]


def effect() -> Effect:
    """Three statements. A case that was both overridden and labelled counts once, as a label."""
    models = list(TrainedModel.objects.filter(kind=TrainedModel.Kind.CATEGORY).order_by("-version")[:2])
    latest, before = [*models, None, None][:2]
    labels = Label.objects.filter(petition__is_probe=False)
    overridden = Suggestion.objects.filter(
        kind=Suggestion.Kind.CATEGORY, accepted=False, petition__is_probe=False, petition__labels__isnull=True
    )
    if latest:
        labels, overridden = (
            labels.filter(made_at__gt=latest.created_at),
            overridden.filter(made_at__gt=latest.created_at),
        )
    return Effect(labels.values("petition_id").distinct().count(), overridden.count(), latest, before)


def _score(model: TrainedModel | None, name: str) -> float | None:
    return model.scores.get(name) if model else None
