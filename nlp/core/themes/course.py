"""Which way a topic goes, by rules on its monthly counts that anybody can check with a pencil."""

from collections.abc import Sequence
from dataclasses import dataclass

BORN, GROWING, RECURRING, STEADY, FADING, SOLVED = "born", "growing", "recurring", "steady", "fading", "solved"
YEAR = 12


@dataclass(frozen=True)
class Rules:
    """`least`: cases from which on a month counts. `before`: months that the current one is compared with. `more`
    and `less`: shares of their mean. `quiet`: months below `least` in a row after which a topic is over. `peak`: a
    month was high in its year if it had so many times that year's mean."""

    least: int = 5
    before: int = 3
    more: float = 1.3
    less: float = 0.6
    quiet: int = 2
    peak: float = 1.5


def course(counts: Sequence[int], rules: Rules = Rules()) -> str:
    """The state in the last of these consecutive months, oldest first (0 where the topic had no case).

    solved: quiet for `quiet` months after it had counted. born: never counted before this month or never had a case.
    recurring: low in the months before, high now and high in the same season (±1 month) of the year before.
    """
    now, past = counts[-1], counts[:-1]
    alive = [at for at, count in enumerate(counts) if count >= rules.least]
    if now < rules.least:
        return SOLVED if alive and len(counts) - 1 - alive[-1] >= rules.quiet else _by_mean(now, past, rules)
    if _recurs(counts, rules):
        return RECURRING
    if not any(count >= rules.least for count in past):
        return BORN
    return _by_mean(now, past, rules)


def _by_mean(now: int, past: Sequence[int], rules: Rules) -> str:
    recent = past[-rules.before :]
    if not any(recent):
        return BORN if now and not any(past) else STEADY
    mean = sum(recent) / len(recent)
    if now >= rules.more * mean and now - mean >= rules.least:
        return GROWING
    if now <= rules.less * mean and mean - now >= rules.least:
        return FADING
    return STEADY


def _recurs(counts: Sequence[int], rules: Rules) -> bool:
    now, recent = counts[-1], counts[-1 - rules.before : -1]
    season = counts[-1 - YEAR - 1 : -1 - YEAR + 2]
    if len(counts) <= YEAR or not recent or not any(recent) and not any(season):
        return False
    year = counts[-1 - YEAR : -1]
    was_high = max(season) >= max(rules.peak * sum(year) / len(year), rules.least)
    return was_high and now >= rules.peak * sum(recent) / len(recent)
