"""What the placeholders of a notice stand for, read from the case as it is when the notice is made."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from petitions import access
from petitions.models import Assignment, Outbox, Petition
from petitions.services import clock
from petitions.states import CaseState, Outcome, Referral

ANSWER_LENGTH = 200  # characters of an answer that go into a short message
Fact = Callable[[Outbox, Petition], str]


def value(name: str, row: Outbox) -> str:
    """The fact, '' where the case has none. Raises KeyError for a name that no template may use."""
    return FACTS[name](row, row.petition)


def _moment(row: Outbox, field: str) -> str:
    said = row.payload.get(field)
    return _day(datetime.fromisoformat(said)) if said else ""


def _day(at: datetime) -> str:
    return f"{clock.local(at):%m月%d日 %H:%M}"


def _unit(row: Outbox, p: Petition) -> str:
    return row.payload.get("unit") or (p.main_department.name if p.main_department else "")


def _outcome(row: Outbox, p: Petition) -> str:
    said = row.payload.get("outcome") or p.outcome
    return str(Outcome(said).label) if said else ""


def _link(row: Outbox, p: Petition) -> str:
    return f"{settings.SITE_URL}/c/rate/{access.rating_token(row.payload['rating'])}/"


def _label(kinds: type, said: str | None) -> str:
    return str(kinds(said).label) if said else ""


FACTS: dict[str, Fact] = {
    "工单号": lambda row, p: p.no,
    "标题": lambda row, p: p.title,
    "承办单位": _unit,
    "办理时限": lambda row, p: _day(p.promised_at) if p.promised_at else "",
    "网址": lambda row, p: settings.SITE_URL,
    "查询码": lambda row, p: access.query_code(p.no),
    "缺少": lambda row, p: "、".join(row.payload.get("missing", [])),
    "答复": lambda row, p: p.answer[:ANSWER_LENGTH],
    "评价链接": _link,
    "结果": _outcome,
    "渠道": lambda row, p: _label(Referral, row.payload.get("referral")),
    "延至": lambda row, p: _moment(row, "until"),
    "时限": lambda row, p: _moment(row, "limit"),
    "次数": lambda row, p: str(p.urged),
    "理由": lambda row, p: row.payload.get("reason", ""),
    "说明": lambda row, p: row.payload.get("said", ""),
    "结论": lambda row, p: "已准予" if row.payload.get("granted") else "未获准",
    "角色": lambda row, p: _label(Assignment.Part, row.payload.get("part")),
    "申请": lambda row, p: row.payload.get("kind", ""),
    "预警": lambda row, p: row.payload.get("about", ""),
    "口径": lambda row, p: row.payload.get("item", ""),
    "复核日期": lambda row, p: row.payload.get("review_by", ""),
    "环节": lambda row, p: _label(CaseState, row.payload.get("state")),
}
EXAMPLES = {
    "工单号": "LJ202611200000010",
    "标题": "小区北门外路灯不亮",
    "承办单位": "望河街道办事处",
    "办理时限": "11月27日 10:00",
    "网址": "https://12345.example",
    "查询码": "K7QX2M",
    "缺少": "门牌号、时间",
    "答复": "路灯已修好，请您放心出行。",
    "评价链接": "https://12345.example/c/rate/…/",
    "结果": "已解决",
    "渠道": "信访渠道",
    "延至": "12月04日 10:00",
    "时限": "11月27日 10:00",
    "次数": "2",
    "理由": "没有写明办理情况",
    "说明": "修好后又坏了，已请原单位再去",
    "结论": "未获准",
    "角色": "协办",
    "申请": "退单",
    "预警": "望河街道 下水道堵塞 异动",
    "环节": "待审核",
    "口径": "室温不达标怎么办",
    "复核日期": "2026-12-20",
}
