"""What the demo's citizens asked online, what they said to the answers, and two events that everybody calls about."""

from datetime import datetime, timedelta

from petitions.management.demo.setting import table
from petitions.models import Ask, Petition
from petitions.services import clock, known_events, self_service
from petitions.services.known_events import Notice
from petitions.states import Channel
from routing.models import Area, Category, Staff

# (what, words, area, category, hours until it is over)
EVENTS = (
    (
        "望河街道停水抢修",
        "望河街道滨河路一段主管爆裂，自来水集团正在抢修，预计今晚恢复供水；滨河路路口和柳荫里小区东门有送水车。",
        "LJ0101",
        "02.02",
        9,
    ),
    (
        "江南区部分小区供热检修",
        "江南区换热站检修，部分小区今天白天供热温度偏低，傍晚起逐步恢复；家中有老人和婴儿的可登记借用电暖器。",
        "LJ02",
        "02.01",
        20,
    ),
)
ONLINE = (Channel.WEB, Channel.WECHAT, Channel.APP)
MOST_REJECTED = 4


def asked(now: datetime) -> None:
    """Questions of the last week; some helped, some were left, to some there is no answer yet."""
    for row in table("questions.csv"):
        at = now - timedelta(hours=float(row["hours_ago"]))
        found = self_service.ask(row["question"], now=at)
        if row["said"] == "helped" and found.answers:
            self_service.helped(found.row.pk, version_id=found.row.version_id, now=at)


def rejected() -> None:
    """Cases filed online whose leaf has an item: their citizens asked first, and the answer was not enough."""
    left = Ask.objects.filter(outcome=Ask.Outcome.LEFT, petition=None).select_related("version")
    cases = Petition.objects.filter(channel__in=ONLINE, asked=None).order_by("pk")
    by_leaf = {case.category_id: case for case in cases}
    for ask in left.order_by("pk")[:MOST_REJECTED]:
        case = by_leaf.pop(ask.version.category_id, None)
        if case:
            self_service.filed(case, rejected=ask.pk, now=case.received_at)


def announced(now: datetime) -> None:
    keeper = Staff.objects.active().with_role("knowledge").order_by("pk")[0]
    begins = clock.local(now).replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
    for title, script, area, category, hours in EVENTS:
        said = Notice(
            title=title,
            script=script,
            begins_at=begins,
            until=begins + timedelta(hours=hours + 2),
            area_id=Area.objects.get(code=area).pk,
            category_id=Category.objects.get(code=category).pk,
        )
        known_events.announce(said, actor=keeper, now=now)
