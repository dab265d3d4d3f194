"""Put the demo together: rules, people, ready answers, and the stories in the order in which they began."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Count

from petitions.errors import PetitionError
from petitions.insight import rollup
from petitions.insight.issues import nightly
from petitions.management.demo import months, phones, questions, themes, warnings
from petitions.management.demo.play import Play
from petitions.management.demo.setting import Setting, load_knowledge
from petitions.management.demo.stories import STORIES, Story
from petitions.models import Assignment, DaySeal
from petitions.services import clock, deadlines
from petitions.states import UNIT_OWES
from routing.loading.defaults import UNUSABLE_PASSWORD, load_defaults
from routing.models import Staff
from routing.models.staff import SYSTEM_USERNAME

USUAL = sum(story.times for story in STORIES)
# Calls per hour of the day: two peaks, eight in a hundred at night.
HOURS = (1, 1, 1, 1, 1, 1, 2, 4, 8, 13, 13, 10, 6, 7, 12, 13, 12, 8, 5, 4, 4, 3, 2, 1)
SWEEP_EVERY = timedelta(hours=2)
SHOWN_ROLES = (
    ("operator1", "话务员：登记来电"),
    ("reviewer1", "审核员：审核诉求和答复"),
    ("dispatcher1", "派单员：派单台"),
    ("handler1", "承办人：签收、联系、答复"),
    ("head1", "承办单位负责人：审核答复"),
    ("callback1", "回访员：回访台"),
    ("center1", "区分中心：裁定、挂账"),
    ("supervisor1", "督办员"),
    ("knowledge1", "知识管理员"),
    ("analyst1", "分析员"),
    ("leader1", "领导"),
    ("admin", "系统管理员"),
)


class Sealed(PetitionError):
    """这里已有封存的办理记录，演示数据的日期在过去，会破坏封存；请换一个空数据库。"""


@dataclass(frozen=True)
class Scene:
    """One story and the moment it begins."""

    story: Story
    begins: datetime


@transaction.atomic
def seed(
    *,
    now: datetime,
    number: int = 1,
    cases: int = USUAL,
    stage: str = "",
    password: str,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Build the demo and return how many stories were told. The same number gives the same city.

    One transaction: a start that is interrupted leaves an empty city behind, not half a one that looks complete.
    """
    if DaySeal.objects.exists():
        raise Sealed
    load_defaults(now=now)
    open_accounts(password)
    today = clock.local(now).date()
    load_knowledge(today)
    questions.asked(now)
    questions.announced(now)
    rng = random.Random(number)  # noqa: S311 - repeatable on purpose
    setting = Setting.load(rng, today)
    scenes = arranged(rng, now, cases, stage)
    for told, scene in enumerate(scenes, start=1):
        play = Play(setting, scene.begins, now, key=f"demo:{number}:{now:%Y%m%d%H%M%S}:{told}")
        scene.story.tell(play)
        play.messages_go_out()
        progress(told, len(scenes))
    questions.rejected()
    _let_time_pass(min((scene.begins for scene in scenes), default=now), now)
    rollup.refresh_all()
    nightly.run(now=now)
    months.grouped(now)
    themes.taken_up(now)
    phones.connected(now)
    if not stage:
        warnings.raised(now)
    return len(scenes)


def open_accounts(password: str) -> None:
    """All demo people share one password; one hash for all, because a slow hash for each would take a minute."""
    people = Staff.objects.exclude(username=SYSTEM_USERNAME).filter(password=UNUSABLE_PASSWORD)
    people.update(password=make_password(password))


def arranged(rng: random.Random, now: datetime, cases: int, stage: str) -> list[Scene]:
    """Stories in the order of their beginning, so that younger cases have higher numbers."""
    stories = [story for story in STORIES if stage in ("", story.name)]
    usual = sum(story.times for story in stories)
    chosen = list(_spread(stories, cases, usual))
    return sorted((Scene(story, _begin(rng, story, now)) for story in chosen), key=lambda scene: scene.begins)


def _spread(stories: list[Story], cases: int, usual: int) -> Iterator[Story]:
    """Every story as often as its share says; rounding is carried on, so that the number comes out."""
    owed = 0.0
    for story in stories:
        owed += story.times * cases / usual
        times, owed = int(owed + 1e-9), owed - int(owed + 1e-9)
        yield from [story] * times


def _begin(rng: random.Random, story: Story, now: datetime) -> datetime:
    begins = now - timedelta(hours=rng.uniform(*story.hours_ago))
    if story.hours_ago[0] < 24:
        return begins
    hour = rng.choices(range(24), weights=HOURS)[0]
    at_that_hour = clock.local(begins).replace(hour=hour)
    oldest, youngest = (now - timedelta(hours=hours) for hours in reversed(story.hours_ago))
    return min(max(at_that_hour, oldest), youngest)


def _let_time_pass(start: datetime, now: datetime) -> None:
    """What nobody did in time happened by itself, at its time: signing, expiry."""
    at = start
    while at < now:
        at = min(at + SWEEP_EVERY, now)
        deadlines.sweep(now=at)


def logins(password: str) -> str:
    """The sheet that `make run` prints."""
    names = dict(Staff.objects.values_list("username", "name"))
    shown = [*SHOWN_ROLES, *_busiest()]
    lines = [f"  {username:<13}{names.get(username, ''):<5}\t{what}" for username, what in shown]
    return "\n".join([f"  演示账号(密码都是 {password}):", *lines, ""])


def _busiest() -> Iterator[tuple[str, str]]:
    """Who can be watched at work: the people of the unit with most to do. The stories send cases where rules say."""
    counted = Assignment.objects.filter(state__in=UNIT_OWES).values("department").annotate(n=Count("pk"))
    for found in counted.order_by("-n", "department")[:1]:
        people = Staff.objects.active().of_department(found["department"]).select_related("department")
        for person in people.order_by("username"):
            yield person.username, f"{'、'.join(person.role_words)}：{person.department}，演示里工单最多的单位"
