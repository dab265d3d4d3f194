"""What is heard every minute in the cases that something happened to: danger, and people who come again or together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import Q

from nlp.core.urgency import kinds_by_word
from petitions.insight.alerts import judged, raising
from petitions.insight.alerts.people import Told, many_callers, one_caller
from petitions.insight.alerts.places import Tree
from petitions.insight.alerts.raising import Signal
from petitions.insight.alerts.sensitive import Sensitive, sensitive
from petitions.insight.alerts.strictness import stricter_count
from petitions.insight.models import Alert, Look
from petitions.models import Attachment, Event, Petition
from petitions.services.clock import local
from petitions.states import Urgency
from routing import rulebook
from routing.rulebook import Rulebook

DAY = timedelta(days=1)
OVERLAP = timedelta(minutes=2)  # a commit may become visible later than the moment it names
NAME = "listening"
BATCH = 2000  # cases at once; after a night without a worker there may be many
GRID = "grid"
FIELDS = ("pk", "caller_id", "category_id", "area_id", "received_at", "address")
COUNTED = Q(is_probe=False) & ~Q(state__in=("draft", "invalid"))


def listen(*, now: datetime) -> int:
    """Returns how many alerts are new. Ringing twice, or late, changes nothing: it starts where the last one ended."""
    look, _ = Look.objects.get_or_create(name=NAME, defaults={"until": now - DAY})
    events = Event.objects.filter(at__gte=look.until - OVERLAP, at__lte=now).order_by()
    touched = sorted(set(events.values_list("petition_id", flat=True)))
    raised = sum(hear(touched[first : first + BATCH], now=now) for first in range(0, len(touched), BATCH))
    Look.objects.filter(name=NAME, until__lte=now).update(until=now)
    return raised


def hear(touched: Collection[int], *, now: datetime) -> int:
    """What these cases add up to with those they belong to."""
    rules = rulebook.current()
    tree = Tree.of(rules)
    fresh = list(Petition.objects.filter(COUNTED, pk__in=touched).values_list("caller_id", "category_id", "risk_words"))
    callers = {caller for caller, leaf, _ in fresh if caller and leaf}
    leaves = {leaf for _, leaf, _ in fresh if leaf}
    signals = [*_by_one(callers, now, rules, tree), *_by_many(leaves, now, rules, tree)]
    if any(words for *_, words in fresh):
        signals += _dangers(now, rules, tree)
    return raising.keep(signals, now=now)


def _by_one(callers: Collection[int], now: datetime, rules: Rulebook, tree: Tree) -> Iterable[Signal]:
    if not callers:
        return
    within = timedelta(days=float(rules.parameter("repeat.same_caller_days", 30)))
    base, strict = int(rules.parameter("repeat.same_caller_count", 3)), judged.strictness_of("one_caller", rules)
    cases = _told(Q(caller__in=callers, received_at__gte=now - within), rules)
    for group in one_caller(cases, count=base, within=within):
        place = tree.counting(group[-1].area, rules)[0]
        needed = stricter_count(base, strict.get(place, 1.0))
        if len(group) >= needed:
            yield _signal(Alert.Kind.ONE_CALLER, place, group, len(group), needed, f"caller-{group[-1].caller}", strict)


def _by_many(leaves: Collection[int], now: datetime, rules: Rulebook, tree: Tree) -> Iterable[Signal]:
    if not leaves:
        return
    within = timedelta(hours=float(rules.parameter("alert.people_hours", 24)))
    base, strict = int(rules.parameter("alert.people", 5)), judged.strictness_of("many_callers", rules)
    cases = _told(Q(category__in=leaves, received_at__gte=now - within, received_at__lte=now), rules)
    for group in many_callers(cases, people=base, within=within):
        place = tree.counting(group[-1].area, rules)[0]
        people = len({each.caller for each in group if each.caller is not None})
        needed = stricter_count(base, strict.get(place, 1.0))
        if people >= needed:
            yield _signal(Alert.Kind.MANY_CALLERS, place, group, people, needed, _spot_key(group[0]), strict)


def _dangers(now: datetime, rules: Rulebook, tree: Tree) -> list[Signal]:
    """Today's sensitive cases, gathered by place and class."""
    watched = rules.parameter("alert.sensitive_classes", [])
    instant, strict = int(rules.parameter("alert.instant_repeats", 3)), judged.strictness_of("sensitive", rules)
    today = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = list(
        Petition.objects.filter(COUNTED, received_at__gte=today, received_at__lte=now, risk_words__len__gt=0)
        .exclude(urgency=Urgency.NORMAL)
        .order_by("pk")
        .values_list("pk", "area_id", "caller_id", "category_id", "risk_words", "urgency", "urged")
    )
    repeats = _repeats({(caller, leaf) for _, _, caller, leaf, *_ in rows if caller and leaf}, now, rules)
    gathered: dict[tuple[int, str], list[tuple[int, Sensitive]]] = defaultdict(list)
    for pk, area, caller, leaf, words, urgency, urged in rows:
        often = urged + repeats.get((caller, leaf), 1)
        found = sensitive(words, kinds_by_word(), watched, urgency=urgency, repeats=often, instant=instant)
        for kind in found.classes if found else ():
            gathered[tree.counting(area, rules)[0], kind].append((pk, found))
    signals = []
    for (place, kind), hits in sorted(gathered.items()):
        needed = stricter_count(1, strict.get(place, 1.0))
        if len(hits) >= needed:
            signals.append(
                Signal(
                    *(Alert.Kind.SENSITIVE, place, None, today, now),
                    seen=len(hits),
                    figure=len(hits),
                    threshold=needed,
                    strictness=strict.get(place, 1.0),
                    cases=tuple(pk for pk, _ in hits),
                    about=f"{kind}:{today:%Y-%m-%d}",
                    is_instant=any(found.is_instant for _, found in hits),
                    figures={"class": kind, "words": sorted({word for _, found in hits for word in found.words})},
                )
            )
    answered = raising.answered_since(Alert.Kind.SENSITIVE, today)
    return [signal for signal in signals if signal.key not in answered]


def _repeats(pairs: Collection[tuple[int, int]], now: datetime, rules: Rulebook) -> dict[tuple[int, int], int]:
    """(caller, leaf) → how often in the last days. One statement."""
    since = now - timedelta(days=float(rules.parameter("alert.repeat_days", 30)))
    found: dict[tuple[int, int], int] = defaultdict(int)
    rows = Petition.objects.filter(COUNTED, caller__in={caller for caller, _ in pairs}, received_at__gte=since)
    for caller, leaf in rows.order_by().values_list("caller_id", "category_id"):
        found[caller, leaf] += 1
    return found


def _told(wanted: Q, rules: Rulebook) -> list[Told]:
    rows = list(Petition.objects.filter(COUNTED, wanted).order_by("pk").values_list(*FIELDS))
    points = _points([row[0] for row in rows])
    return [
        Told(pk, caller, leaf, area, at, _spot(address, area, rules), points.get(pk))
        for pk, caller, leaf, area, at, address in rows
    ]


def _spot(address: str, area: int | None, rules: Rulebook) -> str:
    """The address as it was written down; without one a grid is small enough to be the object."""
    place = rules.area(area)
    return "".join(address.split()) or (place.path if place and place.level == GRID else "")


def _points(cases: Sequence[int]) -> dict[int, tuple[float, float]]:
    """Where the citizens' photos of these cases were taken. One statement."""
    rows = Attachment.objects.shown().filter(petition__in=cases, kind=Attachment.Kind.CITIZEN, facts__has_key="lat")
    told: dict[int, Any] = dict(rows.order_by("-pk").values_list("petition_id", "facts"))
    return {case: (float(facts["lat"]), float(facts["lon"])) for case, facts in told.items() if "lon" in facts}


def _spot_key(told: Told) -> str:
    """Tells two objects of one matter and place apart without naming either."""
    at = told.spot or ",".join(f"{each:.2f}" for each in told.at_point or ())
    return f"spot-{sha256(f'{told.area}|{at}'.encode()).hexdigest()[:16]}"


def _signal(
    kind: str, place: int, group: Sequence[Told], figure: int, needed: int, about: str, strict: dict[int, float]
) -> Signal:
    return Signal(
        *(kind, place, group[-1].leaf, group[0].at, group[-1].at),
        seen=len(group),
        figure=figure,
        threshold=needed,
        strictness=strict.get(place, 1.0),
        cases=tuple(each.case for each in group),
        about=about,
    )
