"""复核提醒: the unit that answers for an item is told before its review date, and when the date has passed."""

from datetime import date, datetime, timedelta

from petitions.models import KnowledgeItem, Outbox
from petitions.services import clock
from routing import rulebook

DAYS = (30, 7, 0)


def remind(*, now: datetime) -> int:
    """Queue what is due; rung twice, it queues nothing twice. Returns how many were new."""
    today = clock.local(now).date()
    days = sorted(int(each) for each in rulebook.current().parameter("knowledge.remind_days", DAYS))
    if not days:
        return 0
    near = KnowledgeItem.objects.filter(is_published=True, review_by__lte=today + timedelta(days=days[-1]))
    found = {_key(item, today, days): item for item in near.order_by("pk")}
    told = set(Outbox.objects.filter(key__in=found).values_list("key", flat=True))
    new = [_reminder(key, item, now) for key, item in found.items() if key not in told]
    Outbox.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _key(item: KnowledgeItem, today: date, days: list[int]) -> str:
    """One reminder for each step that has come; whoever was away hears the nearest one only."""
    left = (item.review_by - today).days
    step = next(each for each in days if left <= each)
    return f"knowledge:{item.pk}:{item.review_by:%Y%m%d}:{step}"


def _reminder(key: str, item: KnowledgeItem, now: datetime) -> Outbox:
    said = {"department": item.owner_id, "item": item.title, "review_by": f"{item.review_by:%Y-%m-%d}"}
    return Outbox(key=key, topic="knowledge-review", payload=said, next_try_at=now, made_at=now)
