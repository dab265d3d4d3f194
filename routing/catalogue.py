"""The dispatch catalogue (派单目录) in use: which edition holds, what it decides, how a new one takes over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations

from django.db import transaction

from routing.conditions import Conditions
from routing.decide import decide
from routing.facts import Claim, Decision, Facts, Snapshot
from routing.models import CatalogueVersion, Category
from routing.rulebook import Rulebook, current
from routing.snapshots import read_version


class AlreadyPublished(ValueError):
    """这一版目录已经发布，不能再次发布；请另建新版。"""


class NotPublishable(ValueError):
    """目录还有问题，不能发布。"""

    def __init__(self, problems: tuple[Problem, ...]):
        super().__init__(f"{self.__doc__}{'；'.join(problem.text for problem in problems[:5])}")
        self.problems = problems


class StartsTooEarly(ValueError):
    """新版的生效日期必须晚于现行版本的生效日期。"""


@dataclass(frozen=True)
class Problem:
    """Something an editor should see; only errors stop publication."""

    text: str
    is_error: bool


def snapshot_in_force(on: date, *, rules: Rulebook | None = None) -> Snapshot:
    """The catalogue of that day, cached per process; one statement, none when `rules` is given."""
    return (rules or current()).snapshot(on)


def decide_for(
    category_code: str | None,
    area_path: str,
    at: datetime,
    *,
    said_at: datetime | None = None,
    tags: Iterable[str] = (),
    urgency: Iterable[str] = (),
    confidence: float | None = None,
    rules: Rulebook | None = None,
) -> Decision:
    """Who answers a case of this category at this place, by the catalogue of the local day of `at` (aware).

    Season and time of day are judged at `said_at`, when the citizen turned to us: noise at night that is dispatched
    in the morning was noise at night.
    """
    rules = rules or current()
    said = (said_at or at).astimezone(rules.calendar.zone)
    facts = Facts(category_code, area_path, said, frozenset(tags), frozenset(urgency), confidence)
    return decide(facts, rules.snapshot(at.astimezone(rules.calendar.zone).date()))


@transaction.atomic
def publish(version: CatalogueVersion, *, now: datetime) -> CatalogueVersion:
    """Let a draft take over on its first day; the edition before it ends the day before.

    Raises AlreadyPublished, NotPublishable (with its problems) or StartsTooEarly.
    """
    version = CatalogueVersion.objects.select_for_update().get(pk=version.pk)
    if version.published_at:
        raise AlreadyPublished(AlreadyPublished.__doc__)
    errors = tuple(problem for problem in problems(version) if problem.is_error)
    if errors:
        raise NotPublishable(errors)
    _end_the_one_before(version)
    version.published_at = now
    version.save(update_fields=["published_at"])
    return version


def _end_the_one_before(version: CatalogueVersion) -> None:
    before = CatalogueVersion.objects.published().filter(effective_to=None).select_for_update().first()
    if before is None:
        return
    if version.effective_from <= before.effective_from:
        raise StartsTooEarly(StartsTooEarly.__doc__)
    before.effective_to = version.effective_from - timedelta(days=1)
    before.save(update_fields=["effective_to"])


def problems(version: CatalogueVersion) -> tuple[Problem, ...]:
    """What is wrong with an edition: leaves nobody owns, kinds without a unit (errors); rival claims (shown)."""
    snapshot = read_version(version, {})
    leaves = Category.objects.leaves().active().values_list("code", "full_name")
    names = dict(leaves)
    unowned = [Problem(f"“{name}”没有单位认领", True) for code, name in leaves if not _owned(snapshot, code)]
    unknown = [Problem(f"没有任何“{kind}”单位，目录却要派给它", False) for kind in _kinds_without_units(snapshot)]
    return (*unowned, *unknown, *_rivals(snapshot, names))


def _owned(snapshot: Snapshot, code: str) -> bool:
    """A leaf is owned when some claim holds everywhere and always."""
    return any(not c.area_path and not c.conditions.weight for c in snapshot.claims.get(code, ()))


def _kinds_without_units(snapshot: Snapshot) -> list[str]:
    wanted = {claim.main_kind for claims in snapshot.claims.values() for claim in claims if claim.main_kind}
    return sorted(snapshot.kinds.get(kind, kind) for kind in wanted - set(snapshot.units))


def _rivals(snapshot: Snapshot, names: dict[str, str]) -> list[Problem]:
    """Leaves with claims of equal weight that may hold at one moment, so that a person would have to decide."""
    return [
        Problem(f"“{names.get(code, code)}”有同等的条目互相重叠", False)
        for code, claims in snapshot.claims.items()
        if any(_are_rivals(*pair) and not _settled(*pair, claims) for pair in combinations(claims, 2))
    ]


def _are_rivals(one: Claim, other: Claim) -> bool:
    same_unit = (one.main_kind, one.main_department_id) == (other.main_kind, other.main_department_id)
    seasons = {one.conditions.season, other.conditions.season} - {""}
    return not same_unit and one.weight == other.weight and one.area_path == other.area_path and len(seasons) < 2


def _settled(one: Claim, other: Claim, claims: Iterable[Claim]) -> bool:
    """A third entry asks for what both ask for, and so wins wherever they meet."""
    season = one.conditions.season or other.conditions.season
    hours = one.conditions.hours or other.conditions.hours
    both = Conditions(season, hours, one.conditions.tags | other.conditions.tags)
    return any(claim.area_path == one.area_path and claim.conditions == both for claim in claims)
