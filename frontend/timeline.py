"""What happened to a case, in words. The events are the truth; this only translates them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from petitions.models import Event, Petition

WORDS = {
    "create": _("登记"),
    "submit": _("提交审核"),
    "answer_directly": _("直接答复"),
    "ask_for_info": _("请诉求人补充"),
    "complete_info": _("补充内容"),
    "expire_info": _("补充期满"),
    "merge_into": _("并入其他工单"),
    "merged_in": _("并入了一件工单"),
    "urge": _("催办"),
    "refer_elsewhere": _("告知其他渠道"),
    "mark_invalid": _("判为无效"),
    "recategorise": _("调整分类"),
    "pass_review": _("审核通过"),
    "dispatch": _("派单"),
    "redispatch": _("重新派单"),
    "assign": _("分派"),
    "take_back": _("退回派单"),
    "undo_dispatch": _("撤销派单"),
    "recall": _("撤回"),
    "confer": _("提请会商"),
    "rule": _("会商裁定"),
    "sign": _("签收"),
    "auto_sign": _("到时自动签收"),
    "contact": _("联系诉求人"),
    "hand_in": _("提交内部审核"),
    "approve_reply": _("单位负责人同意答复"),
    "send_back": _("退回承办人修改"),
    "submit_reply": _("提交答复"),
    "accept_reply": _("答复核准"),
    "reject_reply": _("答复驳回"),
    "answer_again": _("重新答复"),
    "request_return": _("申请退单"),
    "grant_return": _("准予退单"),
    "refuse_return": _("不准退单"),
    "request_extension": _("申请延期"),
    "grant_extension": _("准予延期"),
    "refuse_extension": _("不准延期"),
    "delegate": _("下派"),
    "take_up": _("收回下派"),
    "whistle": _("吹哨"),
    "end_whistle": _("吹哨结果"),
    "escalate": _("提级"),
    "finish": _("完结"),
    "expire": _("到期转回访"),
    "call": _("回访"),
    "rated": _("市民评价"),
    "left_out": _("未抽中电话回访，等市民评价"),
    "heard": _("录音已倾听"),
    "reopen_wanted": _("市民请求重开"),
    "reopen_refused": _("不予重开"),
    "close": _("结案"),
    "order_rehandling": _("重新办理"),
    "put_on_ledger": _("挂账"),
    "resume": _("恢复办理"),
    "settle": _("销账"),
    "withdraw": _("撤单"),
    "reopen": _("重开"),
    "archive": _("归档"),
    "supervise": _("督办"),
    "issue": _("督办下发"),
    "acknowledge": _("督办签收"),
    "unread": _("督办逾期未签收"),
    "position": _("会商陈述意见"),
    "notify_by_phone": _("电话通知"),
    "arrive": _("报到"),
    "drop_request": _("撤回申请"),
    "split": _("拆分"),
    "lead_changed": _("改并入另一件"),
    "answered_with_lead": _("随牵头工单答复"),
    "closed_with_lead": _("随牵头工单办结"),
    "instruct": _("领导批示"),
    "mark_hard": _("列为疑难"),
    "unmark_hard": _("取消疑难"),
    "rehandling_wanted": _("回访要求重办，待督办员决定"),
    "sign_late": _("未按时签收"),
    "notice_late": _("逾期未电话通知"),
    "contact_late": _("未按时联系诉求人"),
    "due_soon": _("临近办理时限"),
    "overdue": _("超过办理时限"),
    "yellow": _("超时多倍，转黄牌督办"),
    "red": _("超时多倍，转红牌督办"),
    "ruling_late": _("申请逾期未裁定"),
    "supervision_late": _("督办逾期未反馈"),
    "stage_late": _("环节超时"),
    "ledger": _("挂账到期提醒"),
    "known_event": _("因已知事件登记"),
    "said_same": _("诉求人说与另一件相同"),
}
# The side machines use plain verbs that mean something else for the case itself.
BESIDE = {
    Event.Subject.SUPERVISION: {
        "report": _("督办反馈"),
        "ask_to_return": _("申请退回督办"),
        "keep": _("督办不准退回"),
        "reject": _("督办整改不到位"),
        "accept": _("督办整改到位"),
        "close": _("督办办结"),
    },
    Event.Subject.REQUEST: {
        "file_request": _("提出申请"),
        "approve_for_unit": _("承办单位同意申请"),
        "approve_for_department": _("主管部门同意申请"),
        "grant": _("申请获批"),
        "refuse": _("申请未获批"),
        "cancel": _("申请撤回"),
    },
}
# Bookkeeping beside another step that already says it.
SILENT = {"grant_at_once", "finish"}
GOOD = {"close", "approve_reply", "accept_reply", "answer_directly", "settle"}
BAD = {
    "expire",
    "auto_sign",
    "reject_reply",
    "order_rehandling",
    "reopen",
    "supervise",
    "unread",
    "contact_late",
    "overdue",
    "yellow",
    "red",
    "notice_late",
    "supervision_late",
    "stage_late",
    "ruling_late",
}
# Calls and ratings stay with the hotline until the case is over: nobody shall press a citizen (interface.md §5.5).
CITIZENS_WORDS = {"call", "rated"}


@dataclass(frozen=True)
class Step:
    at: datetime
    word: Any
    who: str
    note: str
    mark: str  # is-done | is-over | ""
    inner: str = ""
    public: str = ""
    unit: str = ""  # whose part it concerns, where that is not clear from the case


def timeline_of(case: Petition) -> list[Step]:
    """Newest first."""
    replies = {reply.assignment_id: reply for reply in case.replies.all()}
    requests = {request.pk: request for request in case.requests.all()}
    shown = [event for event in reversed(case.shown_events) if not _is_silent(event, requests)]
    return [_step(event, replies, requests) for event in shown]


def steps_beside(events: Iterable[Event]) -> list[Step]:
    """The steps of one supervision, newest first."""
    return [_step(event, {}, {}) for event in reversed(list(events))]


def _is_silent(event: Event, requests: dict) -> bool:
    """A return and an extension are told by the steps of the part itself."""
    request = requests.get(event.subject_id) if event.subject == Event.Subject.REQUEST else None
    return event.action in SILENT or (request is not None and not request.climbs)


def _step(event: Event, replies: dict, requests: dict) -> Step:
    unit = event.data.get("unit") or (str(event.department) if event.department else "")
    word = BESIDE.get(event.subject, {}).get(event.action) or WORDS.get(event.action, event.action)
    if event.subject == Event.Subject.REQUEST and event.subject_id in requests:
        word = f"{word} · {requests[event.subject_id].get_kind_display()}"
    reply = replies.get(event.subject_id) if event.action == "hand_in" else None
    return Step(
        at=event.at,
        word=word,
        unit=unit if event.subject != Event.Subject.CASE or event.action == "position" else "",
        who=str(event.actor),
        note=_note(event),
        mark="is-done" if event.action in GOOD else "is-over" if event.action in BAD else "",
        inner="\n".join(filter(None, [reply.measures, reply.internal_note])) if reply else "",
        public=reply.public_answer if reply else "",
    )


def _note(event: Event) -> str:
    """The reason, with the persons that the step names."""
    data = event.data
    named = {
        "instruct": f"{data.get('leader', '')}（{data.get('post', '')}）：",
        "escalate": f"{data.get('to', '')}（{data.get('post', '')}）：",
        "notify_by_phone": str(data.get("person", "")),
    }
    return named.get(event.action, "") + event.reason
