"""Train on labelled samples and keep the result; whoever has more samples than the seed corpus passes them in."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from nlp import store
from nlp.core import artefact, category, corpus, request_type
from nlp.core.category import Progress
from nlp.core.corpus import Leaf, Sample
from nlp.core.evaluate import Report
from nlp.models import TrainedModel

SEED = 20240601


def _silent(done: int, total: int, message: str) -> None:
    pass


def train_category(
    samples: Sequence[Sample],
    leaves: Sequence[Leaf],
    *,
    source: str,
    now: datetime,
    progress: Progress = _silent,
    processes: int = 1,
) -> TrainedModel:
    """Train the category model; its scores are of held-out texts. It has to be activated to answer."""
    model, report = category.fit(samples, leaves, seed=SEED, progress=progress, processes=processes)
    return store.keep(
        TrainedModel.Kind.CATEGORY,
        artefact.category_to_bytes(model),
        scores={**figures(report), "sure_from": model.sure_from},
        trained_on={
            "source": source,
            "texts": len(samples),
            "leaves": len(model.linear.labels),
            # What drift is measured against.
            "mix": dict(Counter(category.branch_of(sample.label) for sample in samples)),
        },
        now=now,
    )


def train_request_type(samples: Sequence[Sample], *, source: str, now: datetime) -> TrainedModel:
    """As `train_category`, for the request type of the samples that have one."""
    model, report = request_type.fit(samples, seed=SEED)
    return store.keep(
        TrainedModel.Kind.REQUEST_TYPE,
        artefact.linear_to_bytes(model),
        scores=figures(report),
        trained_on={"source": source, "texts": report.texts},
        now=now,
    )


def keep_units(payload: bytes, report: Report, *, source: str, now: datetime) -> TrainedModel:
    """Register a model of unit kinds (`artefact.unit_to_bytes`), signed; it answers once it is promoted."""
    scores, trained_on = figures(report), {"source": source, "texts": report.texts}
    return store.keep(TrainedModel.Kind.UNIT, payload, scores=scores, trained_on=trained_on, now=now)


def train_on_seed(*, now: datetime, progress: Progress = _silent, processes: int = 1) -> list[TrainedModel]:
    """Both models from the corpus that the project ships; the same ones in several processes."""
    samples = corpus.seed_samples()
    return [
        train_category(samples, corpus.leaves(), source="seed", now=now, progress=progress, processes=processes),
        train_request_type(samples, source="seed", now=now),
    ]


def figures(report: Report) -> dict[str, Any]:
    """The report without its long per-label table, rounded for storing and printing."""
    kept = {name: value for name, value in report.as_dict().items() if name not in ("per_label", "coverage")}
    return {name: round(value, 4) for name, value in kept.items()} | {"coverage": report.coverage}
