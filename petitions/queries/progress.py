"""The citizen's page: where their matter is, in one sentence and a few steps. No names, no numbers, no inner notes."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from petitions import errors
from petitions.models import Petition
from petitions.services import intake, rating
from petitions.states import CaseState, Outcome

# What a citizen reads for each state: plain words, who acts next.
SENTENCES = {
    CaseState.DRAFT: "已登记",
    CaseState.AWAITING_INFO: "还缺一些信息,请您补充",
    CaseState.ANSWERED: "已经当场答复您",
    CaseState.PENDING_REVIEW: "已登记,正在审核",
    CaseState.PENDING_DISPATCH: "正在确定由哪家单位办理",
    CaseState.IN_PROGRESS: "正在办理",
    CaseState.IN_CONFERENCE: "正在由多家单位会商",
    CaseState.REPLY_REVIEW: "单位已答复,正在核对",
    CaseState.PENDING_CALLBACK: "已办好,请您评价",
    CaseState.REHANDLING: "按您的意见重新办理",
    CaseState.LONG_TERM: "暂时办不了,已列入长期台账",
    CaseState.CLOSED: "已结案",
    CaseState.ARCHIVED: "已结案",
    CaseState.WITHDRAWN: "您已撤回",
    CaseState.INVALID: "未受理",
    CaseState.MERGED: "已并入同一件事一起办理",
    CaseState.REFERRED: "请通过其他渠道办理",
}
STEPS = {
    "create": "已登记",
    "dispatch": "已派给{unit}",
    "redispatch": "已重新派给{unit}",
    "sign": "{unit}已签收",
    "contact": "{unit}已联系您",
    "submit_reply": "{unit}已答复",
    "accept_reply": "答复已核对",
    "order_rehandling": "重新办理",
    "grant_extension": "办理时间已延长",
    "put_on_ledger": "列入长期台账",
    "answer_directly": "已当场答复",
    "merge_into": "已并入同一件事",
    "refer_elsewhere": "请通过其他渠道办理",
    "withdraw": "已撤回",
    "close": "已结案",
    "settle": "已结案",
    "reopen": "重新打开",
}


@dataclass(frozen=True)
class Step:
    at: datetime
    text: str


@dataclass(frozen=True)
class Progress:
    no: str
    title: str
    received_at: datetime
    channel: str
    state: str
    sentence: str
    unit: str
    promised_at: datetime | None
    answer: str
    outcome: str
    steps: tuple[Step, ...]
    rating_token: str
    missing: tuple[str, ...]
    petition_id: int


def of(no: str, code: str, *, now: datetime) -> Progress:
    """The progress of a case for whoever holds its number and query code. Raises WrongQueryCode; three statements."""
    no, code = no.strip().upper(), code.strip().upper()
    if not hmac.compare_digest(intake.query_code(no).encode(), code.encode()):
        raise errors.WrongQueryCode
    rows = Petition.objects.select_related("main_department").defer("search")
    petition = rows.filter(no=no).first()
    if petition is None:
        raise errors.WrongQueryCode
    return Progress(
        no=petition.no,
        title=petition.title,
        received_at=petition.received_at,
        channel=petition.get_channel_display(),
        state=petition.state,
        sentence=SENTENCES[CaseState(petition.state)],
        unit=petition.main_department.name if petition.main_department else "",
        promised_at=petition.promised_at,
        answer=petition.answer,
        outcome=Outcome(petition.outcome).label if petition.outcome else "",
        steps=_steps(petition),
        rating_token=rating.open_invitation(petition, now=now),
        missing=tuple(petition.missing),
        petition_id=petition.pk,
    )


def _steps(petition: Petition) -> tuple[Step, ...]:
    events = petition.events.select_related("department").filter(action__in=STEPS)
    return tuple(Step(event.at, _words(event, petition)) for event in events)


def _words(event, petition: Petition) -> str:
    unit = event.department or None
    name = event.data.get("main") or (unit.name if unit else "") or _main_name(petition)
    return STEPS[event.action].format(unit=name)


def _main_name(petition: Petition) -> str:
    return petition.main_department.name if petition.main_department else "承办单位"
