"""A case in the citizen's words: one sentence for now, the steps so far, what comes next. No names of staff."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from petitions.models import Event, Petition
from petitions.states import ENDED, CaseState, Referral

S = CaseState

NOW = {
    S.DRAFT: (_("正在登记"), ""),
    S.AWAITING_INFO: (_("请您补充情况"), _("打 12345，报工单号，告诉我们缺的内容。")),
    S.PENDING_REVIEW: (_("已收到，正在核对"), _("核对后派给负责的单位。")),
    S.PENDING_DISPATCH: (_("正在派给负责的单位"), _("一般 30 分钟内派出。")),
    S.IN_PROGRESS: (_("正在办理"), _("负责的单位会主动联系您。")),
    S.IN_CONFERENCE: (_("正在商定由谁办理"), _("几家单位一起商定，不用您做什么。")),
    S.REPLY_REVIEW: (_("已办理，正在核对答复"), _("核对后告诉您结果。")),
    S.PENDING_CALLBACK: (_("已答复，请您评价"), _("我们会打电话问您，也可以在这里评价。")),
    S.REHANDLING: (_("重新办理"), _("您的意见已收到，正在重新派单。")),
    S.LONG_TERM: (_("需要较长时间解决"), _("已列入计划，有进展会告诉您。")),
    S.CLOSED: (_("已办结"), _("谢谢您的反映。")),
    S.ARCHIVED: (_("已办结"), _("谢谢您的反映。")),
    S.ANSWERED: (_("已当场答复"), ""),
    S.WITHDRAWN: (_("已按您的要求撤回"), ""),
    S.INVALID: (_("没有受理"), _("如有疑问请打 12345。")),
    S.MERGED: (_("已与同一件事合并办理"), _("结果会一并告诉您。")),
    S.REFERRED: (_("已告诉您其他渠道"), ""),
}
# Not drawn for a call: nobody shall wait for one.
NO_CALL = _("请在这里评价，您的评价就是办理结果的依据。")
PAST = {
    "create": _("已登记"),
    "ask_for_info": _("请您补充情况"),
    "complete_info": _("您补充了情况"),
    "dispatch": _("已派单"),
    "redispatch": _("已重新派单"),
    "sign": _("单位已签收"),
    "grant_extension": _("办理时间已延长"),
    "rule": _("已商定负责的单位"),
    "accept_reply": _("已答复"),
    "answer_directly": _("已当场答复"),
    "order_rehandling": _("重新办理"),
    "put_on_ledger": _("已列入计划"),
    "rated": _("您已评价"),
    "close": _("已办结"),
    "reopen": _("重新打开"),
    "merge_into": _("已合并办理"),
    "refer_elsewhere": _("已告诉您其他渠道"),
    "withdraw": _("已撤回"),
}
REPLIES = {"accept_reply", "answer_directly"}
AHEAD = (_("办理"), _("答复"), _("请您评价"))


@dataclass(frozen=True)
class Step:
    word: Any
    when: str  # past | cur | todo
    at: datetime | None = None
    note: Any = ""
    reply: str = ""


@dataclass(frozen=True)
class Progress:
    no: str
    title: str
    received_at: datetime
    unit: str
    now_word: Any
    now_note: Any
    is_done: bool
    steps: tuple[Step, ...]
    answer: str
    rating_token: str


def progress_of(case: Petition, *, rating_token: str = "") -> Progress:
    word, note = NOW[CaseState(case.state)]
    if case.state == S.PENDING_CALLBACK and case.is_left_out:
        note = NO_CALL
    done = case.state in {S.PENDING_CALLBACK, *ENDED}
    return Progress(
        no=case.no,
        title=case.title,
        received_at=case.received_at,
        unit=case.main_department.name if case.main_department else "",
        now_word=word,
        now_note=_missing(case) or note,
        is_done=done,
        steps=(*_past(case), *_ahead(case, word)),
        answer=case.answer,
        rating_token=rating_token,
    )


def _past(case: Petition) -> list[Step]:
    return [_step(case, event) for event in case.events.all() if event.action in PAST or _is_contact(event)]


def _step(case: Petition, event: Event) -> Step:
    if _is_contact(event):
        return Step(_("已联系您"), "past", event.at)
    note = ""
    if event.action in {"dispatch", "redispatch"}:
        note = event.data.get("main", "")
    if event.action == "refer_elsewhere" and case.referral:
        note = Referral(case.referral).label
    return Step(PAST[event.action], "past", event.at, note, case.answer if event.action in REPLIES else "")


def _is_contact(event: Event) -> bool:
    return event.action == "contact" and bool(event.data.get("reached"))


def _ahead(case: Petition, word: Any) -> list[Step]:
    if case.state in ENDED:
        return []
    done = {S.PENDING_CALLBACK: 3, S.REPLY_REVIEW: 1}.get(case.state, 1 if case.state == S.IN_PROGRESS else 0)
    return [Step(word, "cur"), *(Step(later, "todo") for later in AHEAD[done:])]


def _missing(case: Petition) -> str:
    if case.state == S.AWAITING_INFO and case.missing:
        return str(_("还缺：")) + "、".join(case.missing)
    return ""
