"""Who has a case open, looking or writing: a courtesy that prevents double work. The version check is what protects.

It is kept in the cache and nowhere else. A beat every 20 s from every open page would be a needless load of writes for
the database; a row would outlive the process that wrote it, while a cache entry ends by itself; and with REDIS_URL all
processes share one cache. Two pages that write the same entry in the same moment may hide one of them until its next
beat: a lock would cost more than that is worth.
"""

import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from redis.exceptions import RedisError

LASTS = 50  # seconds; a page says that it is there every 20 s, so one beat may be lost
EDITING, VIEWING = "editing", "viewing"


@dataclass(frozen=True)
class Here:
    """Somebody at a case; is_editing when they have typed something that is not sent."""

    person: int
    name: str
    is_editing: bool


def enter(case: int, page: str, person: Any, doing: str, *, now: float) -> bool:
    """Say that this page shows the case. Returns whether others see something new. `now` in seconds."""
    with suppress(RedisError):
        there = _read(case, now)
        entry = [person.pk, person.name, doing == EDITING]
        is_news = there.get(page, [None])[:3] != entry
        cache.set(_key(case), {**there, page: [*entry, now + LASTS]}, LASTS)
        return is_news
    return False


def leave(case: int, page: str, *, now: float) -> None:
    with suppress(RedisError):
        there = _read(case, now)
        if there.pop(page, None):
            cache.set(_key(case), there, LASTS)


def on(cases: Iterable[int], *, besides: Any, now: float) -> Mapping[int, tuple[Here, ...]]:
    """Everybody else at these cases, those who write first: one look into the cache for a whole list."""
    keys = {_key(case): case for case in cases}
    with suppress(RedisError):
        found = {keys[key]: _people(there, besides, now) for key, there in cache.get_many(keys).items()}
        return {case: people for case, people in found.items() if people}
    return {}


def beside(person: Any, cases: Iterable[int]) -> Mapping[int, tuple[Here, ...]]:
    """Who else is at these cases now, for a page of this person."""
    return on(cases, besides=person, now=time.time())


def _people(there: dict[str, list], besides: Any, now: float) -> tuple[Here, ...]:
    """One entry per person: whoever writes on one screen and looks on another is writing."""
    people: dict[int, Here] = {}
    for person, name, is_editing, until in there.values():
        if until > now and person != besides.pk:
            before = people.get(person)
            people[person] = Here(person, name, is_editing or bool(before and before.is_editing))
    return tuple(sorted(people.values(), key=lambda here: (not here.is_editing, here.name)))


def _read(case: int, now: float) -> dict[str, list]:
    return {page: entry for page, entry in cache.get(_key(case), {}).items() if entry[3] > now}


def _key(case: int) -> str:
    return f"here:{case}"
