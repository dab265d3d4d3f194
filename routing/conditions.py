"""When a catalogue entry applies: season, time of day, tags of the case. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

KEYS = {"season", "hours", "tags"}


class BadCondition(ValueError):
    """条件只能有 season（季节编码）、hours（如 "22:00-06:00"）和 tags（标签列表）三项。"""


@dataclass(frozen=True)
class SeasonWindow:
    """One yearly run of a season; both days belong to it."""

    code: str
    name: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Conditions:
    """All given parts must hold; an empty one always does."""

    season: str = ""
    hours: tuple[time, time] | None = None
    tags: frozenset[str] = frozenset()

    @property
    def weight(self) -> int:
        """How narrow the claim is: the number of things it asks for."""
        return bool(self.season) + (self.hours is not None) + len(self.tags)

    def hold(self, at: datetime, tags: frozenset[str], seasons: Iterable[SeasonWindow]) -> bool:
        """Whether the entry applies at this local time to a case with these tags."""
        in_season = not self.season or any(
            window.code == self.season and window.starts_on <= at.date() <= window.ends_on for window in seasons
        )
        return in_season and self.is_at(at.time()) and self.tags <= tags

    def words(self, seasons: Iterable[SeasonWindow]) -> str:
        """The condition as an operator would say it, e.g. "采暖季、22:00—06:00"."""
        parts = [next((window.name for window in seasons if window.code == self.season), self.season)]
        if self.hours:
            parts.append(f"{self.hours[0]:%H:%M}—{self.hours[1]:%H:%M}")
        return "、".join(filter(None, [*parts, *sorted(self.tags)]))

    def is_at(self, moment: time) -> bool:
        """Whether the hours hold at this time of day; over midnight too."""
        if self.hours is None:
            return True
        opens, closes = self.hours
        if opens <= closes:
            return opens <= moment < closes
        return moment >= opens or moment < closes


def parse(value: Mapping[str, object]) -> Conditions:
    """The JSON of a catalogue entry as Conditions; raises BadCondition."""
    if not isinstance(value, Mapping) or set(value) - KEYS:
        raise BadCondition(BadCondition.__doc__)
    season, hours, tags = value.get("season", ""), value.get("hours", ""), value.get("tags", [])
    if not isinstance(season, str) or not isinstance(hours, str) or not _all_words(tags):
        raise BadCondition(BadCondition.__doc__)
    return Conditions(season, _hours(hours), frozenset(tags))  # type: ignore[arg-type]


def _all_words(tags: object) -> bool:
    return isinstance(tags, list) and all(isinstance(tag, str) and tag for tag in tags)


def _hours(text: str) -> tuple[time, time] | None:
    if not text:
        return None
    try:
        opens, closes = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError as error:
        raise BadCondition(BadCondition.__doc__) from error
    if opens == closes:
        raise BadCondition(BadCondition.__doc__)
    return opens, closes
