"""Effects after commit: outbox rows become messages to citizens (SMS) and notices to units, at least once.

A row that fails is tried again with a growing pause and then stays visible as failed; `resend` puts it back. The text
is made at delivery, from the case as it is then, so a message never tells yesterday's state.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from petitions import access
from petitions.models import Message, Outbox, Petition
from petitions.services import clock
from petitions.states import Outcome, Referral

log = logging.getLogger(__name__)
MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=30)
Text = Callable[[Outbox, Petition], str]


def deliver_ready(*, now: datetime, batch: int = 100) -> int:
    """Deliver what is due; returns how many rows were handled (0: nothing waits). Several workers share the rows."""
    handled = 0
    while handled < batch:
        with transaction.atomic():
            row = Outbox.objects.ready(now).select_for_update(skip_locked=True).order_by("next_try_at").first()
            if row is None:
                break
            _deliver(row, now)
            handled += 1
    return handled


def resend(outbox_id: int, *, now: datetime) -> Outbox:
    """A person asks for another try of what failed."""
    with transaction.atomic():
        row = Outbox.objects.select_for_update().get(pk=outbox_id, state=Outbox.State.FAILED)
        row.state, row.attempts, row.next_try_at, row.error = Outbox.State.WAITING, 0, now, ""
        row.save()
    return row


def _deliver(row: Outbox, now: datetime) -> None:
    try:
        # A savepoint: what a failed try wrote is undone, the mark that it failed is not.
        with transaction.atomic():
            _send(row, now)
    except Exception as problem:  # noqa: BLE001 - one row that cannot be sent must not hold up all the others
        log.warning("message %s was not delivered", row.key, exc_info=not isinstance(problem, OSError))
        row.attempts += 1
        row.error = str(problem)[:300]
        row.state = Outbox.State.FAILED if row.attempts >= MAX_ATTEMPTS else Outbox.State.WAITING
        row.next_try_at = now + FIRST_PAUSE * 2**row.attempts
    else:
        row.state, row.done_at, row.error = Outbox.State.DONE, now, ""
    row.save()


def _send(row: Outbox, now: datetime) -> None:
    petition = row.petition
    if row.topic in TO_CITIZEN:
        text = TO_CITIZEN[row.topic](row, petition)
        caller = petition.caller
        if caller and caller.phone:
            gateway()(caller.phone, text, key=row.key)
        Message.objects.create(outbox=row, petition=petition, via=Message.Via.SMS, text=text, sent_at=now)
    elif row.topic in TO_UNIT:
        Message.objects.create(
            outbox=row,
            petition=petition,
            via=Message.Via.DESK,
            department_id=row.payload.get("department") or petition.main_department_id,
            text=TO_UNIT[row.topic](row, petition),
            sent_at=now,
        )


def gateway() -> Callable[..., None]:
    """The SMS gateway of the installation: a callable (number, text, *, key); OSError means "try again later"."""
    return import_string(settings.SMS_GATEWAY)


def no_gateway(number: str, text: str, *, key: str) -> None:
    """No SMS gateway is connected: the message is kept with the case, where staff can read it out."""


# ── words ──
def _received(row: Outbox, p: Petition) -> str:
    return f"您的诉求已登记，工单号 {p.no}，查询码 {access.query_code(p.no)}。查进度：{settings.SITE_URL}/c/"


def _dispatched(row: Outbox, p: Petition) -> str:
    by = f",最迟 {clock.local(p.promised_at):%m月%d日 %H:%M} 前答复您" if p.promised_at else ""
    return f"工单 {p.no} 已交 {row.payload.get('unit', '')} 办理{by}。"


def _info_wanted(row: Outbox, p: Petition) -> str:
    return f"工单 {p.no} 还缺：{'、'.join(row.payload.get('missing', []))}。请拨打 12345 或在线补充。"


def _replied(row: Outbox, p: Petition) -> str:
    return f"工单 {p.no} 已有答复：{p.answer[:200]}"


def _invited(row: Outbox, p: Petition) -> str:
    link = f"{settings.SITE_URL}/c/rate/{access.rating_token(row.payload['rating'])}/"
    return f"问题解决了吗？请为工单 {p.no} 作个评价（链接只能用一次）：{link}"


def _closed(row: Outbox, p: Petition) -> str:
    outcome = Outcome(p.outcome).label if p.outcome else ""
    return f"工单 {p.no} 已结案，结果：{outcome}。如有变化，请拨打 12345。"


def _referred(row: Outbox, p: Petition) -> str:
    where = Referral(row.payload["referral"]).label
    return f"工单 {p.no} 反映的事项请通过“{where}”办理，详情可拨打 12345 询问。"


def _extended(row: Outbox, p: Petition) -> str:
    until = datetime.fromisoformat(row.payload["until"])
    return f"工单 {p.no} 办理需要更多时间，延至 {until:%m月%d日 %H:%M}。"


TO_CITIZEN: dict[str, Text] = {
    "case-received": _received,
    "case-dispatched": _dispatched,
    "case-ruled": _dispatched,
    "info-wanted": _info_wanted,
    "case-replied": _replied,
    "rating-invited": _invited,
    "case-closed": _closed,
    "case-referred": _referred,
    "case-extended": _extended,
    "case-rehandled": lambda row, p: f"工单 {p.no} 已按您的意见安排重新办理。",
}
TO_UNIT: dict[str, Text] = {
    "unit-assigned": lambda row, p: f"新工单 {p.no}：{p.title}",
    "case-urged": lambda row, p: f"催办：工单 {p.no} 的诉求人再次来电(第 {p.urged} 次)",
    "reply-rejected": lambda row, p: f"工单 {p.no} 的答复被退回：{row.payload.get('reason', '')}",
    "return-ruled": lambda row, p: f"工单 {p.no} 的退单申请{'已准予' if row.payload.get('granted') else '未获准'}",
    "case-withdrawn": lambda row, p: f"工单 {p.no} 已由诉求人撤回，请停止办理",
    "signed-late": lambda row, p: f"工单 {p.no} 未按时签收，已自动签收",
    "case-overdue": lambda row, p: f"工单 {p.no} 已超期，转入回访",
    "supervision-issued": lambda row, p: f"督办：工单 {p.no}",
    "request-granted": lambda row, p: f"工单 {p.no} 的申请已批准",
    "request-refused": lambda row, p: f"工单 {p.no} 的申请未批准",
}
