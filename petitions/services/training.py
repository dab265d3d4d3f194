"""What the installation's own cases teach: labelled texts for the category model, corrections weighing more.

Only what a person decided is learnt from; a model that learns from its own guesses only grows surer of them.
Texts are the redacted ones, so a model file carries nobody's name or number.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from nlp import training
from nlp.core import corpus
from nlp.core.corpus import Sample
from nlp.models import TrainedModel
from petitions.models import Label, Petition, Suggestion
from petitions.states import CaseState
from routing import rulebook


class NothingToLearn(ValueError):
    """没有可学习的工单：还没有办结并经人工确认分类的工单，也没有标注。"""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


SETTLED = (CaseState.CLOSED, CaseState.ARCHIVED, CaseState.ANSWERED)
LABELLED, CORRECTED, CLOSED = "label", "corrected", "closed"
WEIGHTS = {LABELLED: 3.0, CORRECTED: 2.0, CLOSED: 1.0}
NEWEST = 100_000


@dataclass(frozen=True)
class Lesson:
    """One text to learn from, and where its label comes from: label, corrected or closed."""

    sample: Sample
    origin: str


def lessons(*, weights: Mapping[str, float] | None = None, most: int = NEWEST) -> Iterator[Lesson]:
    """The newest labelled and settled cases, at most `most` of each, oldest first within each kind.

    Weights come from the parameter `training.weights` unless given. 体验件 are never learnt from, and a case on
    which two labellers disagree waits until they agree.
    """
    weights = {**WEIGHTS, **rulebook.current().parameter("training.weights", {}), **(weights or {})}
    yield from _labelled(weights, most)
    yield from _settled(weights, most)


def _labelled(weights: Mapping[str, float], most: int) -> Iterator[Lesson]:
    other = Label.objects.filter(petition=OuterRef("petition")).exclude(category=OuterRef("category"))
    agreed = Label.objects.filter(~Exists(other), petition__is_probe=False, category__is_active=True)
    once = agreed.order_by("petition_id", "pk").distinct("petition_id").values("pk")
    rows = Label.objects.filter(pk__in=once).select_related("petition", "category").order_by("-pk")[:most]
    for label in reversed(rows.defer("petition__search", "petition__text")):
        yield _lesson(label.petition, label.category.code, LABELLED, weights)


def _settled(weights: Mapping[str, float], most: int) -> Iterator[Lesson]:
    """Cases that ended with a leaf that a person chose or confirmed; corrections count before the end too."""
    chosen = Suggestion.objects.filter(petition=OuterRef("pk"), kind=Suggestion.Kind.CATEGORY).exclude(chosen="")
    corrected = chosen.filter(accepted=False)
    rows = _learnable().filter(Q(Exists(chosen), state__in=SETTLED) | Q(Exists(corrected)))
    rows = rows.annotate(is_corrected=Exists(corrected)).order_by("-pk")[:most]
    for case in reversed(rows):
        yield _lesson(case, case.category.code, CORRECTED if case.is_corrected else CLOSED, weights)


def _learnable() -> QuerySet:
    cases = Petition.objects.filter(is_probe=False, category__is_active=True).exclude(redacted_text="")
    cases = cases.exclude(state__in=[CaseState.DRAFT, CaseState.INVALID])
    unlabelled = cases.filter(~Exists(Label.objects.filter(petition=OuterRef("pk"))))
    return unlabelled.select_related("category").defer("text", "search")


def _lesson(case: Petition, code: str, origin: str, weights: Mapping[str, float]) -> Lesson:
    return Lesson(Sample(case.redacted_text, code, title=case.title, weight=float(weights[origin])), origin)


def train(
    *,
    now: datetime,
    with_seed: bool = True,
    most: int = NEWEST,
    progress: training.Progress = lambda done, total, message: None,
) -> TrainedModel:
    """Train the category model on the shipped corpus and the installation's own cases. It still has to be promoted.

    Raises NothingToLearn when there is neither.
    """
    learnt = list(lessons(most=most))
    samples = [*(corpus.seed_samples() if with_seed else []), *(lesson.sample for lesson in learnt)]
    if not samples:
        raise NothingToLearn
    origins = {name: sum(lesson.origin == name for lesson in learnt) for name in WEIGHTS}
    source = "+".join(name for name, count in {"seed": with_seed, "cases": len(learnt)}.items() if count)
    model = training.train_category(samples, corpus.leaves(), source=source, now=now, progress=progress)
    model.trained_on |= {"cases": origins}
    model.save(update_fields=["trained_on"])
    return model
