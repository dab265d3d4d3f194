"""Has this been reported already? Open cases about the same thing nearby, for the citizen and for the operator.

A citizen learns what everybody may know: the kind of matter, the street, the state, the day. What was said, by whom
and under which number stays between each citizen and the hotline.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q

from petitions.models import Petition
from petitions.queries import similar as similar_cases
from petitions.queries.similar import SimilarCase
from petitions.states import OPEN, CaseState, RequestType, Urgency
from routing.places import Place
from routing.rulebook import Rulebook

# FixMyStreet looks 250 m around a citizen and 1,000 m around staff; our areas have no coordinates, so the street
# stands for the first and the whole district, with the distance in words, for the second.
LEVELS = ("province", "city", "district", "street", "community", "grid")
STREET = LEVELS.index("street")
SAME_FROM = 0.30
LOOKED_AT = 20
OFFERED = 3
WORDS = {"grid": "同一网格", "community": "同一社区", "street": "同一街道", "district": "同一区县"}
ELSEWHERE = "其他地方"
PRIVATE = Q(state=CaseState.DRAFT) | Q(request_type=RequestType.REPORT) | Q(urgency=Urgency.CRITICAL) | Q(is_probe=True)
MERGED = Q(merged_cases__state=CaseState.MERGED)


@dataclass(frozen=True)
class Neighbour:
    """An open matter that others reported, in public words. `people` counts who reported it, each once."""

    lead_id: int
    kind: str
    street: str
    state: str
    since: datetime
    people: int


@dataclass(frozen=True)
class Beside:
    """A similar case as the operator sees it: how far away in words, where, and how many belong to it."""

    case: SimilarCase
    distance: str
    place: str
    members: int


def like(
    terms: Sequence[str],
    *,
    area: Place | None,
    category_code: str | None,
    weights: Any,
    rules: Rulebook,
    now: datetime,
) -> list[Neighbour]:
    """Open matters in the same street that this text may repeat, the likeliest first. Three statements at most.

    Nothing is offered where the street is not known, and never a confidential case, a report of wrongdoing (举报),
    an emergency, or a kind of matter that is between people: that it exists is nobody else's business, and an
    emergency must not wait for a question.
    """
    street = _street_of(area, rules)
    if street is None or not category_code or _is_private(category_code, rules):
        return []
    found = similar_cases.for_text(
        terms,
        area_path=area.path,
        category_code=category_code,
        weights=weights,
        at_least=float(rules.parameter("similar.same_threshold", SAME_FROM)),
        most=LOOKED_AT,
    )
    rank = _leads(found)
    since = now - timedelta(days=float(rules.parameter("similar.window_days", 90)))
    rows = Petition.objects.filter(
        pk__in=rank, state__in=OPEN, received_at__gte=since, area__path__startswith=street.path
    )
    rows = rows.filter(category__code=category_code, confidential=False).exclude(state=CaseState.DRAFT)
    rows = rows.exclude(PRIVATE)
    others = Count("merged_cases__caller", filter=MERGED & ~Q(merged_cases__caller=F("caller")), distinct=True)
    rows = rows.select_related("category").annotate(others=others).defer("text", "search")
    return [_neighbour(row, street) for row in sorted(rows, key=lambda row: rank[row.pk])[:OFFERED]]


def may_be_joined(lead: Petition, *, area: Place | None, category_code: str | None, rules: Rulebook) -> bool:
    """Whether a citizen may still be taken to mean this case: asked again, under its lock, when they submit."""
    street = _street_of(area, rules)
    there = rules.area(lead.area_id)
    is_near = street is not None and there is not None and there.path.startswith(street.path)
    is_alike = category_code is not None and lead.category is not None and lead.category.code == category_code
    is_public = not (lead.confidential or lead.request_type == RequestType.REPORT or _is_private(category_code, rules))
    return is_near and is_alike and is_public and lead.state in OPEN and lead.state != CaseState.DRAFT


def beside(cases: Sequence[SimilarCase], *, area: Place | None, rules: Rulebook) -> list[Beside]:
    """Similar cases for the operator, open ones first. One statement, none where there are no cases."""
    if not cases:
        return []
    rows = Petition.objects.filter(pk__in=[case.petition_id for case in cases]).annotate(
        n=Count("merged_cases", filter=MERGED)
    )
    places = {pk: (rules.area(area_id), members) for pk, area_id, members in rows.values_list("pk", "area_id", "n")}
    lines = [_beside(case, area, *places.get(case.petition_id, (None, 0))) for case in cases]
    return sorted(lines, key=lambda line: line.case.state not in OPEN)


def _beside(case: SimilarCase, area: Place | None, there: Place | None, members: int) -> Beside:
    return Beside(case, distance(area, there), there.full_name.split(" ", 1)[-1] if there else "", members)


def distance(here: Place | None, there: Place | None) -> str:
    """The smallest area that both lie in, in words; '' where one of the places is not known."""
    if here is None or there is None:
        return ""
    shared = 0
    for mine, theirs in zip(here.path.split("/"), there.path.split("/"), strict=False):
        if mine != theirs or not mine:
            break
        shared += 1
    first = LEVELS.index(here.level) - here.path.count("/") + 1  # a tree may begin with its city
    return WORDS.get(LEVELS[first + shared - 1], ELSEWHERE) if shared else ELSEWHERE


def _is_private(code: str | None, rules: Rulebook) -> bool:
    """Whether a kind of matter is left out by its code or the start of it."""
    return any((code or "").startswith(start) for start in rules.parameter("similar.private_categories", []))


def _leads(found: Iterable[SimilarCase]) -> dict[int, int]:
    """Cases by rank; one that was merged stands for its lead."""
    keys = [case.petition_id for case in found]
    leads = (
        dict(Petition.objects.filter(pk__in=keys, state=CaseState.MERGED).values_list("pk", "lead_id")) if keys else {}
    )
    rank: dict[int, int] = {}
    for place, key in enumerate(keys):
        rank.setdefault(leads.get(key) or key, place)
    return rank


def _street_of(area: Place | None, rules: Rulebook) -> Place | None:
    """The street that an area lies in, None for anything wider."""
    if area is None or LEVELS.index(area.level) < STREET:
        return None
    return next((p for p in rules.places if p.level == "street" and area.path.startswith(p.path)), None)


def _neighbour(row: Any, street: Place) -> Neighbour:
    return Neighbour(row.pk, row.category.name, street.name, row.state, row.received_at, 1 + row.others)
