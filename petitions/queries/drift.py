"""模型监测: week by week, what comes in, how sure the machine is, and how often people go along with it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache

from django.db.models import Avg, BooleanField, Case, Count, Q, Value, When
from django.db.models.functions import Substr, TruncWeek

from nlp.core import corpus, drift
from nlp.core.agreement import Share
from nlp.models import TrainedModel
from petitions.models import Suggestion

WEEKS = 12
# "Now" is compared with this many weeks before it, too.
RECENT = 4
# Below this many texts a week's index mostly measures the draw.
ENOUGH = 100
BRANCH_LENGTH = 2
KIND = Suggestion.Kind


@dataclass(frozen=True)
class Week:
    """One calendar week from its Monday. Shares carry their n and interval; the index is None without texts."""

    monday: date
    guesses: int
    mean_confidence: float | None
    sure: Share
    category: Share
    route: Share
    mix: Counter = field(default_factory=Counter)
    models: tuple[str, ...] = ()
    from_training: float | None = None
    from_recent: float | None = None

    @property
    def is_enough(self) -> bool:
        return self.mix.total() >= ENOUGH


@dataclass(frozen=True)
class Drift:
    weeks: tuple[Week, ...]
    training: Counter
    trained_on: TrainedModel | None

    @property
    def latest(self) -> Week | None:
        return self.weeks[-1] if self.weeks else None

    @property
    def recent_mix(self) -> Counter:
        return sum((week.mix for week in self.weeks[-1 - RECENT : -1]), Counter())

    def branches(self) -> list[str]:
        """All first-level categories that occur, by code."""
        return sorted({*self.training, *(branch for week in self.weeks for branch in week.mix)})


def weekly(*, now: datetime, weeks: int = WEEKS) -> Drift:
    """The last weeks that have suggestions, oldest first. Three statements, whatever the number of cases."""
    models = list(TrainedModel.objects.filter(kind=TrainedModel.Kind.CATEGORY).order_by("version"))
    active = next((model for model in models if model.is_active), None)
    training = Counter(active.trained_on.get("mix") or seed_mix()) if active else Counter()
    since = now - timedelta(weeks=weeks)
    made = Suggestion.objects.filter(made_at__gte=since, made_at__lte=now, petition__is_probe=False)
    made = made.annotate(week=TruncWeek("made_at"))
    mixes: dict[date, Counter] = defaultdict(Counter)
    for week, branch, count in _branches(made):
        mixes[week.date()][branch] += count
    rows: dict[date, list[dict]] = defaultdict(list)
    for row in _sums(made, models):
        rows[row["week"].date()].append(row)
    return Drift(
        tuple(_with_indexes([_week(day, rows[day], mixes[day]) for day in sorted(rows)], training)), training, active
    )


def _branches(made) -> Iterable[tuple[datetime, str, int]]:
    guessed = made.filter(kind=KIND.CATEGORY).exclude(label="")
    return guessed.values_list("week", Substr("label", 1, BRANCH_LENGTH)).annotate(Count("pk")).order_by()


def _sums(made, models: Sequence[TrainedModel]) -> Iterable[dict]:
    sums = {
        "guesses": Count("pk", filter=~Q(label="")),
        "mean": Avg("confidence"),
        "answered": Count("pk", filter=Q(confidence__isnull=False)),
        "sure": Count("pk", filter=Q(is_sure=True)),
        "decided": Count("pk", filter=Q(accepted__isnull=False) & ~Q(label="")),
        "taken": Count("pk", filter=Q(accepted=True) & ~Q(label="")),
    }
    kinds = made.filter(kind__in=[KIND.CATEGORY, KIND.ROUTE]).annotate(is_sure=_sure(models))
    return kinds.values("week", "kind", "model_version").annotate(**sums).order_by()


def _sure(models: Sequence[TrainedModel]) -> Case:
    """Whether the model that made a suggestion was sure of it, by that model's own threshold."""
    cases = [
        When(
            kind=KIND.CATEGORY,
            model_version__regex=rf"\mcategory-{model.version}\M",
            confidence__gte=model.scores.get("sure_from", 1.01),
            then=Value(True),
        )
        for model in models
    ]
    return Case(*cases, default=Value(False), output_field=BooleanField())


def _week(monday: date, rows: list[dict], mix: Counter) -> Week:
    guesses = [row for row in rows if row["kind"] == KIND.CATEGORY]
    routes = [row for row in rows if row["kind"] == KIND.ROUTE]
    answered = _sum(guesses, "answered")
    weighted = sum((row["mean"] or 0.0) * row["answered"] for row in guesses)
    return Week(
        monday=monday,
        guesses=_sum(guesses, "guesses"),
        mean_confidence=weighted / answered if answered else None,
        sure=Share(_sum(guesses, "sure"), answered),
        category=Share(_sum(guesses, "taken"), _sum(guesses, "decided")),
        route=Share(_sum(routes, "taken"), _sum(routes, "decided")),
        mix=mix,
        models=tuple(sorted({_category_version(row["model_version"]) for row in guesses} - {""})),
    )


def _sum(rows: list[dict], name: str) -> int:
    return sum(row[name] for row in rows)


def _category_version(name: str) -> str:
    """'category-3 request_type-1' → 'v3'."""
    found = [part.removeprefix("category-") for part in name.split() if part.startswith("category-")]
    return f"v{found[0]}" if found else ""


def _with_indexes(weeks: list[Week], training: Counter) -> Iterable[Week]:
    for at, week in enumerate(weeks):
        recent = sum((each.mix for each in weeks[max(0, at - RECENT) : at]), Counter())
        indexes = {
            "from_training": drift.stability(training, week.mix),
            "from_recent": drift.stability(recent, week.mix),
        }
        yield replace(week, **indexes)


@cache
def seed_mix() -> Counter:
    """First-level categories of the shipped corpus: the training mix of a model that says nothing else."""
    return Counter(sample.label[:BRANCH_LENGTH] for sample in corpus.seed_samples())
