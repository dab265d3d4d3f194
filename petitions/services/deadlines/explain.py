"""What a sweep would do now, case by case and in words. Only reads, and locks nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions import alarms
from petitions.alarms import MOVES, Alarm, Kind, Thresholds
from petitions.models import Assignment, Petition
from petitions.services import clock
from petitions.services.deadlines import batch
from routing import rulebook

CHUNK = 500
WORDS = {
    Kind.SIGN: "{who}未在 {limit} 前签收，将自动签收并记“未按时签收”，通知该单位",
    Kind.NOTICE: "{who}未在 {limit} 前接到电话通知，将提醒热线补打",
    Kind.CONTACT: "{who}未在 {limit} 前联系诉求人，将登记并催促该单位",
    Kind.DUE_SOON: "{who}的时限 {limit} 临近，将登记并提醒该单位",
    Kind.OVERDUE: "{who}的时限 {limit} 已过，将登记超期并通知该单位",
    Kind.YELLOW: "{who}的时限 {limit} 已超时多倍，将转黄牌督办",
    Kind.RED: "{who}的时限 {limit} 已超时多倍，将转红牌督办",
    Kind.RULING: "{who}的{what}应在 {limit} 前裁定，将登记逾期并提醒热线",
    Kind.UNREAD: "{who}未在 {limit} 前签收督办单，将提高一级督办",
    Kind.UNANSWERED: "{who}未在 {limit} 前反馈督办，将登记并通知该单位",
    Kind.LEDGER: "挂账期限 {limit} 还有 {days} 天以内，将提醒主办单位",
    Kind.STAGE: "“{what}”应在 {limit} 前完成，将登记环节超时并提醒热线",
    Kind.INFO: "诉求人未在 {limit} 前补充，将转回审核",
    Kind.UNRATED: "未抽中电话回访，{limit} 前没有收到评价，将按“未回访”结案",
    Kind.EXPIRED: "办理时限 {limit} 已过，将记超时并转入回访，邀请诉求人评价",
}


@dataclass(frozen=True)
class Foreseen:
    """One thing that the next sweep would do: to which case, since when it is due, and in words."""

    no: str
    due_at: datetime
    words: str
    late: timedelta


def foresee(*, now: datetime, most: int = 1000) -> Iterator[Foreseen]:
    """In the order of the sweep; what follows from an act (a new clock, a card that climbs) is not foreseen."""
    limits = Thresholds.of(rulebook.current().parameters)
    due = Petition.objects.filter(next_check_at__lte=now).defer(*batch.UNREAD).order_by("next_check_at")[:most]
    petitions = list(due)
    for start in range(0, len(petitions), CHUNK):
        yield from _some(petitions[start : start + CHUNK], limits, now)


def _some(petitions: list[Petition], limits: Thresholds, now: datetime) -> Iterator[Foreseen]:
    ids = [petition.pk for petition in petitions]
    parts = batch.by_case(Assignment.objects.select_related("department"), ids)
    around, rung = batch.beside_all(ids), batch.rung_all(ids)
    for petition in petitions:
        pk = petition.pk
        found = alarms.of_rows(petition, [*parts[pk], *around[pk]], limits)
        due = [a for a in found if a.at <= now and (a.kind in MOVES or a.key not in rung[pk])]
        for alarm in sorted(due, key=lambda alarm: alarm.order):
            yield Foreseen(petition.no, alarm.at, _words(alarm), now - alarm.at)


def _words(alarm: Alarm) -> str:
    row = alarm.row
    is_case = isinstance(row, Petition)
    return WORDS[alarm.kind].format(
        who="" if is_case else f"{row.department}",
        what=row.get_state_display() if is_case else row.get_kind_display() if hasattr(row, "kind") else "",
        limit=f"{clock.local(alarm.limit_at):%Y-%m-%d %H:%M}",
        days=alarm.step,
    )
