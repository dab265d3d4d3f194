"""A month's cases into topics: found from the texts, numbered like those before, mended by people's edits."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from nlp import serve
from nlp.core.themes import finding
from nlp.core.themes.carrying import Carried, carry
from nlp.core.themes.naming import Theme
from petitions import errors
from petitions.insight.models import Topic, TopicMember, TopicRun
from petitions.insight.topics import counting, edits
from petitions.insight.topics.gathering import Case, gather, shifted
from petitions.insight.topics.limits import Limits
from petitions.insight.topics.titles import filed_as, title_of
from petitions.services import turns
from petitions.services.clock import local
from routing import rulebook

ALONE = "clustering a month"
SEED = 12345
BATCH = 5000
STEPS = 3  # the texts, the groups, the topics
HALFWAY = 20  # the day of the month


def run(
    month: date,
    *,
    now: datetime,
    engine: finding.Engine = finding.alone,
    called: str = "local",
    reached: Callable[[int], None] = lambda step: None,
) -> TopicRun:
    """Group the month that begins on `month`. Run again, cases of a continuing topic keep it but for a few.

    `reached` is told each step that is done before anything is written: it may stop the work by raising.
    Raises TopicsRunning where somebody is at it, NoCasesInMonth.
    """
    with turns.alone(ALONE) as is_ours:
        if not is_ours:
            raise errors.TopicsRunning
        return _run(month, now, engine, called, reached)


def run_due(*, now: datetime) -> int:
    """From the 20th on the current month so far, before that the month before. How many cases were grouped."""
    today = local(now).date()
    month = shifted(today, 0 if today.day >= HALFWAY else -1)
    try:
        return run(month, now=now).cases
    except (errors.TopicsRunning, errors.NoCasesInMonth):
        return 0


def _run(month: date, now: datetime, engine: finding.Engine, called: str, reached: Callable[[int], None]) -> TopicRun:
    started, limits = time.monotonic(), Limits.of(rulebook.current())
    cases = gather(month, limits.window_months)
    if not any(case.is_of_month for case in cases):
        raise errors.NoCasesInMonth
    reached(1)
    before = {str(case.pk): case.topic for case in cases if case.topic is not None}
    messages = [case.message for case in cases]
    found = finding.find(messages, serve.in_use().category, seed=SEED, start=before, engine=engine)
    reached(2)
    labels = {message.id: label for message, label in zip(messages, found.labels, strict=True)}
    old_words = dict(Topic.objects.exclude(words={}).values_list("pk", "words"))
    carried = carry(before, labels, [theme.words for theme in found.themes], old_words, limits.carrying)
    with transaction.atomic():
        turns.wait(edits.TURN)
        topics = _topics(found.themes, carried, _present(cases, found), _matters(cases, found), now)
        _place(month, cases, found, topics)
        edits.replay(month=month)
        counting.count_month(month, limits.course)
        return TopicRun.objects.create(
            month=month,
            at=now,
            engine=called,
            cases=sum(case.is_of_month for case in cases),
            window_cases=len(cases),
            topics=len(set(topics.values())),
            before=carried.before,
            kept=carried.kept,
            seconds=time.monotonic() - started,
        )


def _present(cases: Sequence[Case], found: finding.Found) -> list[int]:
    """The groups that have a case in the month itself."""
    return sorted({label for case, label in zip(cases, found.labels, strict=True) if case.is_of_month})


def _matters(cases: Sequence[Case], found: finding.Found) -> dict[int, str]:
    """Group → what its cases were filed as."""
    filed: dict[int, list[str]] = defaultdict(list)
    for case, label in zip(cases, found.labels, strict=True):
        filed[label].append(case.category)
    return {label: filed_as(names) for label, names in filed.items()}


def _topics(
    themes: Sequence[Theme], carried: Carried, present: Sequence[int], matters: Mapping[int, str], now: datetime
) -> Mapping[int, int]:
    """Group → topic. A continuing topic keeps its title: people know it."""
    kept = [carried.topic_of[at] for at in present if carried.topic_of[at] is not None]
    taken = set(Topic.objects.filter(pk__in=kept).values_list("found_title", flat=True))
    found: dict[int, int] = {}
    for at in present:
        theme, known = themes[at], carried.topic_of[at]
        said: dict[str, Any] = {"keywords": [word[:20] for word in theme.keywords], "words": dict(theme.words)}
        if known is None:
            title = title_of(
                theme.title, is_listed=theme.is_listed, filed=matters[at], keywords=theme.keywords, taken=taken
            )[:60]
            taken.add(title)
            found[at] = Topic.objects.create(found_title=title, title=title, made_at=now, **said).pk
        else:
            Topic.objects.filter(pk=known).update(**said)
            found[at] = int(str(known))
    return found


def _place(month: date, cases: Sequence[Case], found: finding.Found, topics: Mapping[int, int]) -> None:
    TopicMember.objects.filter(month=month).delete()
    TopicMember.objects.bulk_create(
        (
            TopicMember(
                petition_id=case.pk, found_id=topics[label], topic_id=topics[label], month=month, nearness=nearness
            )
            for case, label, nearness in zip(cases, found.labels, found.nearness, strict=True)
            if case.is_of_month
        ),
        batch_size=BATCH,
    )
