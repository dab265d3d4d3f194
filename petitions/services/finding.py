"""Finding the cases of one person by their phone number: exactly, never in part, and never without a trace."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from petitions import errors, rules
from petitions.models import Caller, Lookup
from petitions.models.fields import blind_index
from petitions.phones import normal_phone
from petitions.queries import listing
from petitions.services import clock
from routing import audit, rulebook
from routing.models import AuditEntry, Staff

MOST_COUNTED = 1_000
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# How often one person may ask within each span: the parameter and what holds where the city has none.
MOST_ASKED = ((HOUR, "finding.phones_an_hour", 60), (DAY, "finding.phones_a_day", 300))
SPANS = {HOUR: "一小时", DAY: "二十四小时"}


@dataclass(frozen=True)
class OfPhone:
    """The caller with this number and how many of their cases the person may see; both empty where there is nothing."""

    caller_id: int | None
    cases: int


def by_phone(raw: str, *, actor: Any, address: str | None = None, now: datetime | None = None) -> OfPhone:
    """Raises NotYours, BadPhone, TooManyLookups. A caller of whom this person may see no case is unknown to them."""
    if not actor.has_role(*rules.FIND_BY_PHONE):
        raise errors.NotYours("按号码查找由热线和承办单位的人员使用；您可以按内容或工单号查找。")
    now, phone = now or clock.now(), normal_phone(raw)
    with transaction.atomic():
        Staff.objects.select_for_update(no_key=True).get(pk=actor.pk)  # one after the other, so that the count holds
        refusal = _over_limit(actor, address, now)
        if not refusal:
            return _looked_up(phone, actor, address, now)
    raise errors.TooManyLookups(refusal)


def _over_limit(actor: Any, address: str | None, now: datetime) -> str:
    """The sentence of the limit that is reached, '' below all. The first refusal of an hour goes into the audit log."""
    book = rulebook.current()
    asked = Lookup.objects.filter(staff=actor, what=Lookup.What.PHONE)
    for span, key, usual in MOST_ASKED:
        most = int(book.parameter(key, usual))
        if asked.filter(at__gt=now - span)[:most].count() < most:
            continue
        _note_stopped(actor, address, now, f"{SPANS[span]} {most} 次")
        return (
            f"按电话查找已到上限：{SPANS[span]}最多 {most} 次，已记录。"
            "请过一会儿再查，或按工单号、内容查找；确有需要请联系管理员。"
        )
    return ""


def _note_stopped(actor: Any, address: str | None, now: datetime, limit: str) -> None:
    kind, subject = AuditEntry.Kind.PHONE_STOPPED, f"staff:{actor.pk}"
    if not AuditEntry.objects.filter(subject=subject, kind=kind, at__gt=now - HOUR).exists():
        audit.note(kind, actor=actor, subject=subject, words=f"上限 {limit}", address=address, now=now)


def _looked_up(phone: str, actor: Any, address: str | None, now: datetime) -> OfPhone:
    caller = Caller.objects.with_phone(phone).only("pk").first()
    filters = listing.Filters(caller=caller.pk) if caller else None
    seen = listing.count(actor, filters, now=now, most=MOST_COUNTED) if filters else 0
    Lookup.objects.create(
        staff=actor,
        what=Lookup.What.PHONE,
        said={"number": blind_index(phone)},
        found=seen,
        caller=caller,
        at=now,
        address=address,
    )
    return OfPhone(caller.pk if caller and seen else None, seen)
