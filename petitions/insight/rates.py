"""The three rates (响应率, 解决率, 满意率), the composite score and the order of units. Pure; see docs/metrics.md.

Every rate carries its numerator, its denominator and a Wilson interval; every figure names its calibre:
A 全口径 (all valid call-backs), B 考核口径 (without excluded cases and those not counted; "response only" cases enter
the response rate alone), C 不计入总量 (only what is not counted, listed apart).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from math import sqrt

CALIBRES = {"A": "全口径", "B": "考核口径(剔除后)", "C": "不计入诉求总量"}
Z = 1.959964  # two-sided 95 %


@dataclass(frozen=True)
class Formula:
    """Weights and cut-offs in force; a row of insight.Formula as a value."""

    version: int = 1
    response: float = 0.10
    solved: float = 0.50
    satisfied: float = 0.40
    basically: float = 0.9
    partly: float = 0.0
    min_n: int = 30
    prior_n: int = 30
    bands: tuple[tuple[str, float], ...] = (("优秀", 95.0), ("良好", 90.0), ("合格", 80.0), ("待改进", 0.0))


@dataclass(frozen=True)
class Counts:
    """How many of what in one window, for one unit or group, in one calibre. Verdict fields: M-02 … M-04."""

    received: int = 0
    closed: int = 0
    valid: int = 0
    contacted: int = 0
    assessed: int = 0  # valid call-backs whose outcome counts: without "response only"
    solved: int = 0
    partly: int = 0
    satisfied: int = 0
    basically: int = 0
    signed: int = 0
    signed_in_time: int = 0
    closed_in_time: int = 0
    first_time_solved: int = 0
    contacts: int = 0
    contact_minutes: int = 0
    returned: int = 0
    returned_unfounded: int = 0
    rehandled: int = 0
    repeats: int = 0
    false_replies: int = 0
    direct: int = 0
    on_ledger: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in NAMES))

    @classmethod
    def sum(cls, many: Iterable[Counts]) -> Counts:
        total = cls()
        for one in many:
            total = total + one
        return total


NAMES = tuple(field.name for field in fields(Counts))
# The counts among the 13 columns of the sheet (M-08).
SHEET_COUNTS = ("received", "closed", "valid", "contacted", "solved", "satisfied", "basically")


@dataclass(frozen=True)
class Rate:
    """hits / n with its 95 % Wilson interval; value None where n is 0: no figure instead of a zero."""

    hits: float
    n: int

    @property
    def value(self) -> float | None:
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.hits, self.n) if self.n else None

    def shrunk(self, towards: float, prior_n: int) -> float:
        """The rate pulled to the group's as if `prior_n` average answers had been given beside the real ones."""
        return (self.hits + prior_n * towards) / (self.n + prior_n) if self.n + prior_n else towards


@dataclass(frozen=True)
class Scores:
    """What one line of the scorecard says."""

    response: Rate
    solved: Rate
    satisfied: Rate
    composite: float | None
    interval: tuple[float, float] | None
    signed_in_time: Rate
    closed_in_time: Rate
    first_time_solved: Rate
    unfounded_returns: Rate
    repeats: Rate
    false_replies: Rate
    direct: Rate
    contact_minutes: float | None


def wilson(hits: float, n: int) -> tuple[float, float]:
    """Wilson score interval (Wilson 1927). `hits` may be a weighted sum (基本满意 counts as 0.9)."""
    share = hits / n
    centre, spread = share + Z * Z / (2 * n), Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def scores(counts: Counts, formula: Formula) -> Scores:
    """All rates of one line."""
    response = Rate(counts.contacted, counts.valid)
    solved = Rate(counts.solved + formula.partly * counts.partly, counts.assessed)
    satisfied = Rate(counts.satisfied + formula.basically * counts.basically, counts.assessed)
    parts = ((formula.response, response), (formula.solved, solved), (formula.satisfied, satisfied))
    return Scores(
        response=response,
        solved=solved,
        satisfied=satisfied,
        composite=_composite(parts),
        interval=_composite_interval(parts),
        signed_in_time=Rate(counts.signed_in_time, counts.signed),
        closed_in_time=Rate(counts.closed_in_time, counts.closed),
        first_time_solved=Rate(counts.first_time_solved, counts.assessed),
        unfounded_returns=Rate(counts.returned_unfounded, counts.returned),
        repeats=Rate(counts.repeats, counts.received + counts.repeats),
        false_replies=Rate(counts.false_replies, counts.valid),
        direct=Rate(counts.direct, counts.received),
        contact_minutes=counts.contact_minutes / counts.contacts if counts.contacts else None,
    )


def _composite(parts: tuple[tuple[float, Rate], ...]) -> float | None:
    """100 × the weighted sum, one decimal (M-05); None unless all three rates exist."""
    values = [(weight, rate.value) for weight, rate in parts]
    if any(value is None for _, value in values):
        return None
    return round(100 * sum(weight * (value or 0.0) for weight, value in values), 1)


def _composite_interval(parts: tuple[tuple[float, Rate], ...]) -> tuple[float, float] | None:
    """The weighted ends of the three intervals: wider than the truth, since the three answers go together."""
    ends = [(weight, rate.interval) for weight, rate in parts]
    if any(interval is None for _, interval in ends):
        return None
    low, high = (round(100 * sum(w * i[side] for w, i in ends if i), 1) for side in (0, 1))
    return low, high


@dataclass(frozen=True)
class Placed:
    """A unit in the order of its group. `rank` None: too few valid call-backs to be ranked (min_n)."""

    unit: int
    rank: int | None
    ordered_by: float | None
    grade: str


def place(lines: Mapping[int, Counts], formula: Formula) -> list[Placed]:
    """Order one group (streets, or departments; never both) by the shrunken composite, most cases first in a tie."""
    mean = scores(Counts.sum(lines.values()), formula)
    keys = {unit: _ordering(scores(counts, formula), mean, formula) for unit, counts in lines.items()}
    known = [unit for unit in lines if keys[unit] is not None and lines[unit].assessed >= formula.min_n]
    known.sort(key=lambda unit: (-(keys[unit] or 0.0), -lines[unit].received, unit))
    ranks = {unit: number for number, unit in enumerate(known, start=1)}
    rest = sorted(set(lines) - set(known), key=lambda unit: (-lines[unit].assessed, unit))
    return [
        Placed(unit, ranks.get(unit), keys[unit], _grade(lines[unit], formula) if unit in ranks else "")
        for unit in (*known, *rest)
    ]


def _ordering(own: Scores, group: Scores, formula: Formula) -> float | None:
    weights = (formula.response, formula.solved, formula.satisfied)
    pairs = zip((own.response, own.solved, own.satisfied), (group.response, group.solved, group.satisfied), strict=True)
    pulled = [rate.shrunk(mean.value or 0.0, formula.prior_n) for rate, mean in pairs]
    if own.composite is None:
        return None
    return 100 * sum(weight * value for weight, value in zip(weights, pulled, strict=True))


def _grade(counts: Counts, formula: Formula) -> str:
    composite = scores(counts, formula).composite
    return next((name for name, least in formula.bands if composite is not None and composite >= least), "")


def mean_of_units(lines: Iterable[Scores]) -> dict[str, float | None]:
    """The unweighted mean of the units' rates (M-09), shown beside the pooled one and named so."""
    found: dict[str, list[float]] = {"response": [], "solved": [], "satisfied": [], "composite": []}
    for line in lines:
        for name, values in found.items():
            value = line.composite if name == "composite" else getattr(line, name).value
            if value is not None:
                values.append(value)
    return {name: sum(values) / len(values) if values else None for name, values in found.items()}


def as_json(counts: Counts) -> dict[str, int]:
    return asdict(counts)
