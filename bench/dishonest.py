"""A small district of ratings, verdicts, answers and exclusions, honest or with units that cheat. Pure: a seed, rows.

Honest units differ (how many answer, how content they are, how late they answer, how much they exclude), close cases in
batches, have people who call again and again, and share the networks of carriers and of their own neighbourhoods.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from math import exp
from random import Random

from petitions.insight.detectors import bursts, ratings, shares
from petitions.insight.detectors.found import Found, Thresholds
from petitions.insight.detectors.ratings import Invitation, Verdict
from petitions.insight.detectors.shares import Answered, Claimed, Judged

FIRST = date(2026, 10, 19)
DAYS, HISTORY = 31, 84
DAY = timedelta(days=1)
UNITS = range(1, 17)
GROUPS = {unit: "street" for unit in UNITS}
CHEAT = 7  # the unit that cheats
CROOKED = 103  # the approver who lets it pass
APPROVERS = range(100, 108)
RULES = (
    *("own_number", "own_network", "one_network", "one_number", "burst", "late_rehandled"),
    *("exclusion_share", "exclusion_picked", "exclusion_approver", "false_reply"),
)
# rule → how much of it: light, plain, brazen. Counts of faked answers in the period, or shares of cases.
DOSES: Mapping[str, tuple[float, ...]] = {
    "own_number": (4, 6, 12),
    "own_network": (4, 6, 12),
    "one_network": (10, 20, 40),
    "one_number": (8, 12, 20),
    "burst": (8, 12, 20),
    "late_rehandled": (0.05, 0.10, 0.20),
    "exclusion_share": (0.20, 0.30, 0.45),
    "exclusion_picked": (0.40, 0.60, 0.85),
    "exclusion_approver": (0.45, 0.60, 0.85),
    "false_reply": (0.03, 0.06, 0.12),
}


@dataclass
class World:
    """The rows of a period and of the history before it."""

    invitations: list[Invitation] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    answers: list[Answered] = field(default_factory=list)
    cases: list[Judged] = field(default_factory=list)
    claims: list[Claimed] = field(default_factory=list)
    numbers: dict[int, set[str]] = field(default_factory=dict)
    networks: dict[int, set[str]] = field(default_factory=dict)

    def until(self, last: date) -> World:
        """What was known at the end of a day."""
        sent = [row for row in self.invitations if row.invited <= last]
        known = [row if row.rated is None or row.rated <= last else _unanswered(row) for row in sent]
        return World(
            known,
            [row for row in self.verdicts if row.at.date() <= last],
            [row for row in self.answers if row.at.date() <= last],
            [row for row in self.cases if row.at.date() <= last],
            [row for row in self.claims if row.at.date() <= last],
            self.numbers,
            self.networks,
        )


@dataclass(frozen=True)
class Unit:
    """How one unit usually is."""

    id: int
    daily: float
    answering: float
    content: float
    late: float
    again: float
    bad: float
    excluding: float
    denied: float


def look(world: World, limits: Thresholds | None = None, *, last: date = FIRST + (DAYS - 1) * DAY) -> list[Found]:
    """All detectors, as the daily run asks them."""
    limits = limits or Thresholds()
    inside = [row for row in world.invitations if row.rated and row.rated >= FIRST]
    return [
        *ratings.own_numbers(world.verdicts, world.numbers, limits),
        *ratings.own_networks(inside, world.networks, limits),
        *ratings.crowded_networks(inside, limits, looks=DAYS),
        *ratings.one_number(world.verdicts, limits),
        *bursts.bursts(world.invitations, first=FIRST, last=last, limits=limits, looks=DAYS),
        *shares.late_and_again(world.answers, GROUPS, limits, looks=DAYS),
        *shares.many_exclusions(world.cases, GROUPS, limits, looks=DAYS),
        *shares.picked_exclusions(world.cases, GROUPS, limits, looks=DAYS),
        *shares.approvers(world.cases, limits, looks=DAYS),
        *shares.false_replies(world.claims, GROUPS, limits, looks=DAYS),
    ]


def is_caught(found: list[Found], rule: str) -> bool:
    return any(each.rule == rule and (each.unit == CHEAT or each.person == CROOKED) for each in found)


def make(seed: int, *, cheat: str = "", dose: float = 0.0) -> World:
    """A district of one seed; `cheat` names the rule that CHEAT (or the approver CROOKED) breaks, `dose` how much."""
    random = Random(seed)  # noqa: S311 - a simulation
    world = World(
        numbers={unit: {f"staff-{unit}-{n}" for n in range(40)} for unit in UNITS},
        networks={unit: {f"office-{unit}"} for unit in UNITS},
    )
    number = 0
    for unit in [_unit(random, each) for each in UNITS]:
        asked: list[str] = []
        for offset in range(-HISTORY, DAYS):
            for _ in range(_cases_of_day(random, unit, offset)):
                number += 1
                _case(random, world, unit, number, FIRST + offset * DAY, asked, cheat, dose)
    if cheat in {"own_number", "one_number", "own_network", "one_network", "burst"}:
        _fake(random, world, cheat, int(dose))
    return world


def _unit(random: Random, unit: int) -> Unit:
    def share(mean: float, strength: float) -> float:
        return random.betavariate(mean * strength, (1 - mean) * strength)

    return Unit(
        unit,
        daily=8 * exp(random.gauss(0, 0.4)),
        answering=share(0.25, 60),
        content=share(0.85, 80),
        late=share(0.12, 60),
        again=share(0.07, 150),
        bad=share(0.10, 100),
        excluding=share(0.08, 150),
        denied=share(0.005, 800),
    )


def _cases_of_day(random: Random, unit: Unit, offset: int) -> int:
    """Fewer at weekends; now and then a batch is closed at once."""
    factor = (0.5 if (FIRST + offset * DAY).weekday() >= 5 else 1.1) * (5 if random.random() < 0.02 else 1)
    return _poisson(random, unit.daily * factor)


def _case(
    random: Random, world: World, unit: Unit, case: int, day: date, asked: list[str], cheat: str, dose: float
) -> None:
    crooked = cheat if unit.id == CHEAT else ""
    at = datetime.combine(day, time(9), tzinfo=UTC) + timedelta(minutes=random.randrange(600))
    world.invitations.append(_link(random, unit, case, day))
    if day < FIRST:
        return
    bad = random.random() < unit.bad
    world.verdicts.append(Verdict(unit.id, case, at, _number(random, unit, asked, case), not bad))
    world.answers.append(_answer(random, unit, case, at, dose if crooked == "late_rehandled" else 0.0))
    world.cases.append(_judged(random, unit, case, at, bad, crooked, cheat, dose))
    denied = random.random() < max(unit.denied, dose if crooked == "false_reply" else 0.0)
    world.claims.append(Claimed(unit.id, case, at, denied))


def _link(random: Random, unit: Unit, case: int, day: date) -> Invitation:
    if random.random() >= unit.answering:
        return Invitation(unit.id, case, day)
    age = min(int(random.expovariate(1.0)), 6)
    at = datetime.combine(day + age * DAY, time(12), tzinfo=UTC)
    return Invitation(unit.id, case, day, at, at.date(), random.random() < unit.content, _network(random, unit))


def _network(random: Random, unit: Unit) -> str:
    """A third goes through gateways of carriers that everybody shares; at home, some networks are large."""
    if random.random() < 0.35:
        return f"carrier-{random.randrange(6)}"
    return f"home-{unit.id}-{min(int(random.paretovariate(0.9)), 200)}-{random.randrange(8)}"


def _number(random: Random, unit: Unit, asked: list[str], case: int) -> str:
    """17 % call again, those who called often more often; one in a thousand works for the unit."""
    chance = random.random()
    if chance < 0.001:
        return f"staff-{unit.id}-{random.randrange(40)}"
    number = random.choice(asked) if asked and chance < 0.171 else f"number-{case}"
    asked.append(number)
    return number


def _answer(random: Random, unit: Unit, case: int, at: datetime, hurried: float) -> Answered:
    if random.random() < hurried:
        return Answered(unit.id, case, at, random.uniform(0.95, 1.0), True)
    used = random.uniform(0.9, 1.0) if random.random() < unit.late else random.uniform(0.05, 0.9)
    return Answered(unit.id, case, at, used, random.random() < unit.again)


def _judged(
    random: Random, unit: Unit, case: int, at: datetime, bad: bool, crooked: str, cheat: str, dose: float
) -> Judged:
    """Honest exclusions, too, are asked for more often where the citizen is not content: unreasonable demands."""
    approver = random.choice(APPROVERS)
    if crooked == "exclusion_picked" and bad and random.random() < dose:
        return Judged(unit.id, case, at, bad, True, True, approver)
    chance = dose if crooked == "exclusion_share" else unit.excluding * (1.5 if bad else 0.9)
    excluded = random.random() < chance
    after = excluded and random.random() < 0.5
    if cheat == "exclusion_approver" and bad and not excluded and random.random() < 0.25 * dose:
        return Judged(unit.id, case, at, bad, True, True, CROOKED)
    return Judged(unit.id, case, at, bad, excluded, after, approver if excluded else None)


def _fake(random: Random, world: World, cheat: str, count: int) -> None:
    """The unit answers links, or has cases of its own making, `count` times in the period."""
    if cheat in {"own_number", "one_number"}:
        number = f"staff-{CHEAT}-1" if cheat == "own_number" else "number-of-a-friend"
        for each in range(count):
            at = datetime.combine(FIRST + random.randrange(DAYS) * DAY, time(15), tzinfo=UTC)
            world.verdicts.append(Verdict(CHEAT, 10**9 + each, at, number, True))
        return
    one_day = FIRST + 12 * DAY
    open_links = [
        place
        for place, row in enumerate(world.invitations)
        if row.unit == CHEAT
        and row.rated is None
        and row.invited >= (one_day - 4 * DAY if cheat == "burst" else FIRST)
        and row.invited <= (one_day if cheat == "burst" else FIRST + DAYS * DAY)
    ]
    network = {"own_network": f"office-{CHEAT}", "one_network": "shop"}.get(cheat, "")
    for place in random.sample(open_links, min(count, len(open_links))):
        row = world.invitations[place]
        day = one_day if cheat == "burst" else min(row.invited + DAY, FIRST + (DAYS - 1) * DAY)
        at = datetime.combine(day, time(16), tzinfo=UTC)
        where = network or _network(random, Unit(CHEAT, *[0.0] * 8))
        world.invitations[place] = Invitation(CHEAT, row.case, row.invited, at, day, True, where)


def _unanswered(row: Invitation) -> Invitation:
    return Invitation(row.unit, row.case, row.invited)


def _poisson(random: Random, mean: float) -> int:
    """Knuth's, for small means."""
    limit, product, count = exp(-mean), random.random(), 0
    while product > limit:
        product *= random.random()
        count += 1
    return count


def looks() -> Iterator[date]:
    return (FIRST + number * DAY for number in range(DAYS))
