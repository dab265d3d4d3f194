"""Who calls when, about what, from where: days with their seasons, and the bursts on top of them. Pure."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate

from petitions.management.simulate.calendar import ZONE, about, moment, within
from petitions.management.simulate.life import City, Contact, Place
from petitions.management.simulate.parameters import Parameters

FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜"
GIVEN = "伟芳娜敏静强磊洋艳勇军杰娟涛明超霞平刚桂英玉兰"
SHOPS = ("阳光健身", "悦动游泳馆", "乐学培训", "丽人美发", "禾苗早教", "清风瑜伽")
GONE = (
    "{shop}昨天突然关门了，我办的卡里还有钱，电话也打不通，要求退费。",
    "{shop}的门店搬空了，会员都在门口，老板联系不上，请帮我们追回预付的钱。",
    "我在{shop}充了值，今天去发现已经停业，没有任何通知，要求核实并退款。",
)


@dataclass(frozen=True)
class Burst:
    """What breaks out: so many more calls about these leaves in these places between two moments."""

    kind: str
    begins: datetime
    ends: datetime
    leaves: tuple[str, ...]
    places: tuple[Place, ...]
    calls: float
    object: str = ""


class Crowd:
    """Everybody who may call. Numbers begin with 100, which no telephone in China does."""

    def __init__(self, rng: random.Random, city: City, parameters: Parameters, *, days: int, scale: float):
        self.rng, self.city, self.parameters = rng, city, parameters
        self.per_day = parameters.volume["contacts_per_day"] * scale
        self.size = max(50, round(self.per_day * days / parameters.volume["contacts_per_caller"]))
        self.leaves = sorted(leaf for leaf in city.tiers if city.texts.get(leaf))
        self.channels = tuple(parameters.channels), tuple(parameters.channels.values())
        self.in_branch = Counter(leaf[:2] for leaf in self.leaves)
        self._weights: dict[date, list[float]] = {}

    # ── one contact ──
    def contact(self, at: datetime, **given) -> Contact:
        """A contact at this moment; what is not given is drawn."""
        rng = self.rng
        number = int(self.size * rng.random() ** (1 / (1 - self.parameters.volume["caller_skew"])))
        leaf = given.pop("leaf", "") or self.leaf(at)
        place = given.pop("place", None) or rng.choice(self.city.places)
        text, request_type = rng.choice(self.city.texts[leaf])
        told = {
            "phone": f"100{number:08d}",
            "name": FAMILY[number % len(FAMILY)] + GIVEN[number % len(GIVEN)],
            "address": f"{rng.choice(place.spots)}{rng.randint(1, 28)}号楼附近",
            "text": text,
            "request_type": request_type,
            "channel": rng.choices(*self.channels)[0],
            "is_case": rng.random() < self.parameters.volume["case_share"],
            "confidential": rng.random() < 0.08,
        }
        return Contact(at=at, leaf=leaf, place=place, **(told | given))

    def leaf(self, at: datetime) -> str:
        return self.rng.choices(self.leaves, cum_weights=self._weights_on(at.astimezone(ZONE).date()))[0]

    def _weights_on(self, day: date) -> list[float]:
        if day not in self._weights:
            seasons = [s for s in self.parameters.seasons if within(day, s["begins"], s["ends"])]
            self._weights[day] = list(accumulate(self._share(leaf, seasons) for leaf in self.leaves))
        return self._weights[day]

    def _share(self, leaf: str, seasons: list[Mapping]) -> float:
        share = self.parameters.branches.get(leaf[:2], 0.0) / self.in_branch[leaf[:2]]
        for season in seasons:
            if leaf.startswith(tuple(season["leaves"])):
                share *= season["times"]
        return share

    # ── a day ──
    def day(self, day: date) -> Iterator[Contact]:
        """The usual contacts of one day. Those who call again about their case are not counted here."""
        volume = self.parameters.volume
        again = volume["repeats"] * volume["case_share"]
        mean = self.per_day * volume["weekdays"][day.weekday()] * (1 - again)
        for _ in range(about(self.rng, mean)):
            yield self.contact(moment(self.rng, day, volume["hours"]))

    def outbreak(self, burst: Burst) -> Iterator[Contact]:
        """The contacts of a burst, each about a case."""
        length = (burst.ends - burst.begins).total_seconds()
        for _ in range(about(self.rng, burst.calls)):
            at = burst.begins + timedelta(seconds=round(self.rng.random() * length))
            said = {"leaf": self.rng.choice(burst.leaves), "place": self.rng.choice(burst.places)}
            if burst.object:
                said |= {"text": self.rng.choice(GONE).format(shop=burst.object), "address": burst.object}
            yield self.contact(at, is_case=True, burst=burst.kind, **said)


def bursts(rng: random.Random, crowd: Crowd, first: date, days: int) -> list[Burst]:
    """The bursts of these days, in the order of their beginning."""
    found = [
        *_heating(crowd, first, days),
        *_rainstorms(rng, crowd, first, days),
        *_bankruptcies(rng, crowd, first, days),
    ]
    return sorted(found, key=lambda burst: (burst.begins, burst.kind))


def _heating(crowd: Crowd, first: date, days: int) -> Iterator[Burst]:
    table = crowd.parameters.bursts.get("heating")
    for day in (first + timedelta(days=n) for n in range(days)):
        if table and f"{day:%m-%d}" == table["starts"]:
            leaves = tuple(table["leaves"])
            begins = datetime.combine(day, time(), tzinfo=ZONE)
            share = len(leaves) * crowd.parameters.branches["02"] / crowd.in_branch["02"] / 100
            usual = crowd.per_day * crowd.parameters.volume["case_share"] * share * _season_times(crowd, leaves[0], day)
            calls = usual * table["days"] * (table["times"] - 1)
            yield Burst("heating", begins, begins + timedelta(days=table["days"]), leaves, crowd.city.places, calls)


def _season_times(crowd: Crowd, leaf: str, day: date) -> float:
    times = 1.0
    for season in crowd.parameters.seasons:
        if within(day, season["begins"], season["ends"]) and leaf.startswith(tuple(season["leaves"])):
            times *= season["times"]
    return times


def _rainstorms(rng: random.Random, crowd: Crowd, first: date, days: int) -> Iterator[Burst]:
    table = crowd.parameters.bursts.get("rainstorm")
    wet = [day for day in _days(first, days) if table and within(day, table["begins"], table["ends"])]
    streets = sorted({place.street for place in crowd.city.places})
    for day in _some(rng, wet, table, 107):
        hit = set(rng.sample(streets, min(len(streets), rng.randint(*table["streets"]))))
        places = tuple(place for place in crowd.city.places if place.street in hit)
        begins = datetime.combine(day, time(rng.randint(9, 16)), tzinfo=ZONE)
        share = len(places) / len(crowd.city.places) * 0.1 * table["hours"]  # a busy hour has a tenth of the day
        usual = crowd.per_day * crowd.parameters.volume["case_share"] * share
        ends = begins + timedelta(hours=table["hours"])
        yield Burst("rainstorm", begins, ends, tuple(table["leaves"]), places, usual * (table["times"] - 1))


def _bankruptcies(rng: random.Random, crowd: Crowd, first: date, days: int) -> Iterator[Burst]:
    table = crowd.parameters.bursts.get("merchant")
    for number, day in enumerate(_some(rng, _days(first, days) if table else [], table, 365)):
        place = rng.choice(crowd.city.places)
        shop = f"{SHOPS[number % len(SHOPS)]}({place.spots[0]}店)"
        begins = datetime.combine(day, time(rng.randint(8, 11)), tzinfo=ZONE)
        ends = begins + timedelta(hours=table["hours"])
        yield Burst("merchant", begins, ends, (table["leaf"],), (place,), table["people"], object=shop)


def _days(first: date, days: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(days)]


def _some(rng: random.Random, days: list[date], table: Mapping | None, in_year: int) -> list[date]:
    """Some of these days, as often as the table says for a year (that has `in_year` days of this kind)."""
    if not days or not table:
        return []
    times = about(rng, table["per_year"] * len(days) / in_year)
    return sorted(rng.sample(days, min(times, len(days))))
