"""Days on which a unit got many more perfect ratings by link than its own history and the links sent let expect.

Only ratings by link: a call-back is made by the hotline, and a unit cannot hurry it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from petitions.insight.detectors.found import Found, Proof, Thresholds
from petitions.insight.detectors.ratings import Invitation
from petitions.insight.detectors.tails import adjusted, negative_binomial

# Most people answer within days; older links count with the last age.
AGES = 7
# A unit without a history is taken for an average one, with the weight of this many perfect ratings.
PRIOR = 5.0
DAY = timedelta(days=1)


def bursts(
    invitations: Iterable[Invitation], *, first: date, last: date, limits: Thresholds, looks: int = 1
) -> list[Found]:
    """One finding per unit with all its unusual days from `first` to `last`; days before `first` are its history."""
    told = list(invitations)
    sent, perfect = _sent(told), _perfect(told)
    ages = _answered_at_age(told, first)
    chances, usual = {}, {}
    for unit in sorted(sent):
        links = sent[unit]
        start = min(links)
        history = [(perfect[unit, day], _open(links, ages, day)) for day in _days(start, first - DAY)]
        seen, likely = sum(x for x, _ in history), sum(e for _, e in history)
        factor = (seen + PRIOR) / (likely + PRIOR)
        noise = _noise([(x, factor * e) for x, e in history])
        for day in _days(max(first, start), last):
            mean = factor * _open(links, ages, day)
            usual[unit, day] = mean
            variance = noise * mean + mean * mean / (seen + PRIOR)
            if perfect[unit, day] >= limits.burst_least:
                chances[unit, day] = negative_binomial(perfect[unit, day], max(mean, 0.1), max(variance, 0.1))
    p = adjusted(chances, questions=len(usual))
    return _findings(told, {key: p[key] for key in chances if p[key] <= limits.per_look(looks)}, perfect, usual)


def _findings(told, unusual, perfect, usual) -> list[Found]:
    days: dict[int, list[date]] = defaultdict(list)
    for unit, day in sorted(unusual):
        days[unit].append(day)
    return [
        Found(
            "burst",
            unit,
            sum(perfect[unit, day] for day in which),
            sum(perfect[unit, day] for day in which),
            sum(usual[unit, day] for day in which),
            tuple(Proof(i.case, i.rated_at) for i in told if i.unit == unit and i.perfect and i.rated in which),
            min(unusual[unit, day] for day in which),
            more={"days": [day.isoformat() for day in which]},
        )
        for unit, which in days.items()
    ]


def _sent(told: Iterable[Invitation]) -> dict[int, Counter]:
    """unit → day → links sent."""
    found: dict[int, Counter] = defaultdict(Counter)
    for invitation in told:
        found[invitation.unit][invitation.invited] += 1
    return found


def _perfect(told: Iterable[Invitation]) -> Counter:
    return Counter((i.unit, i.rated) for i in told if i.perfect and i.rated)


def _answered_at_age(told: Iterable[Invitation], before: date) -> list[float]:
    """Of the links sent before a day (all, where there are too few): the share answered perfectly at each age."""
    past = [i for i in told if i.invited < before - AGES * DAY] or list(told)
    ages = Counter(min((i.rated - i.invited).days, AGES) for i in past if i.perfect and i.rated)
    return [(ages[age] + 0.1) / (len(past) + 1) for age in range(AGES + 1)]


def _open(links: Counter, ages: list[float], day: date) -> float:
    """Perfect ratings to expect of an average unit on a day, by the links it sent that day and before."""
    return sum(links[day - age * DAY] * share for age, share in enumerate(ages[:AGES]))


def _noise(pairs: list[tuple[int, float]]) -> float:
    """How many times a Poisson count's variance the days of the past had: at least once."""
    pairs = [(x, e) for x, e in pairs if e > 0]
    if len(pairs) < 2 * AGES:
        return 1.5
    return max(1.0, sum((x - e) ** 2 for x, e in pairs) / max(sum(e for _, e in pairs), 1e-9))


def _days(first: date, last: date) -> list[date]:
    return [first + number * DAY for number in range((last - first).days + 1)]
