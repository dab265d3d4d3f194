"""诚信核查 in words: what each rule looks at, what may innocently explain it, and a finding's figures as a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from petitions.insight.models import Finding

Rule = Finding.Rule
# Minus the logarithm of the chance, or how many times the threshold.
STRONG, VERY_STRONG = 4, 6
MANY_TIMES = 2


@dataclass(frozen=True)
class Words:
    """`looks_at`: what the rule counts. `innocent`: what to check first. `when`: heading of the time column."""

    name: str
    looks_at: str
    innocent: str
    when: str


RULES: dict[Any, Words] = {
    Rule.OWN_NUMBER: Words(
        _("本单位号码的好评"),
        _("诉求号码是本单位值班电话或工作人员电话，而且答复已联系、已解决、满意的工单。"),
        _("工作人员也是市民，可能在反映自己的事；也可能替邻居代打。"),
        _("评价时间"),
    ),
    Rule.OWN_NETWORK: Words(
        _("本单位网络的好评"),
        _("网上评价来自本单位办公网络所在网段的好评。只留网段的加密摘要，不留地址。"),
        _("群众可能在办事大厅用公共网络评价。"),
        _("评价时间"),
    ),
    Rule.ONE_NETWORK: Words(
        _("同一网络好评集中"),
        _("一个单位的网上好评有很多来自同一个网段，超过其他单位的评价里这个网段的占比。"),
        _("大型小区、学校、单位宿舍可能共用一个出口。"),
        _("评价时间"),
    ),
    Rule.BURST: Words(
        _("好评短时集中"),
        _("一天内的网上好评，明显多于按本单位以往情况和发出的评价链接推算的数量。"),
        _("可能是一批同类工单同时办结，或当天统一提醒了评价。"),
        _("评价时间"),
    ),
    Rule.LATE_REHANDLED: Words(
        _("临期答复后又重办"),
        _("在时限最后阶段答复、随后很快又重新办理的工单，占比明显高于同组单位。"),
        _("难办的事可能确实拖到期限前，市民对结果又有新的要求。"),
        _("答复时间"),
    ),
    Rule.EXCLUSION_SHARE: Words(
        _("剔除比例偏高"),
        _("批准剔除、只评响应率或不计入的工单，占比明显高于同组单位。"),
        _("本单位的诉求可能多属职责以外或依政策不能办理。"),
        _("申请时间"),
    ),
    Rule.EXCLUSION_PICKED: Words(
        _("差评之后剔除集中"),
        _("市民答复未解决或不满意之后才申请并获批剔除的工单，占全部差评的比例明显高于同组单位。"),
        _("不合理诉求的评价往往也不好，先看材料是否充分。"),
        _("申请时间"),
    ),
    Rule.EXCLUSION_APPROVER: Words(
        _("审批中差评后剔除偏多"),
        _("同一审批人批准的剔除里，差评之后才申请的比例明显高于其他审批人。"),
        _("审批人可能专门负责这一类申请。"),
        _("申请时间"),
    ),
    Rule.ONE_NUMBER: Words(
        _("同一号码多件满意"),
        _("同一个号码对同一单位很多件工单的答复全部是已联系、已解决、满意。"),
        _("可能是热心市民、网格员或物业代为反映。"),
        _("评价时间"),
    ),
    Rule.FALSE_REPLY: Words(
        _("联系记录与市民说法不一"),
        _("单位记录已联系上，市民回访时说没有人联系，占比明显高于同组单位。"),
        _("可能联系的是家人，或市民记不清是哪一件。"),
        _("回访时间"),
    ),
}


def figures(finding: Finding) -> str:
    """What was counted beside what is usual: '12 件（共 80 件），同组推算约 3.1 件'."""
    if finding.p is None:
        return say("%(observed)s 件，达到 %(threshold)s 件即提示") % {
            "observed": finding.observed,
            "threshold": round(finding.expected),
        }
    if finding.rule == Rule.BURST:
        return say("这些天好评 %(observed)s 件，按以往推算约 %(expected).1f 件") % {
            "observed": finding.observed,
            "expected": finding.expected,
        }
    return say("%(n)s 件中有 %(observed)s 件，按通常情况推算约 %(expected).1f 件") % {
        "n": finding.n,
        "observed": finding.observed,
        "expected": finding.expected,
    }


def chance(finding: Finding) -> str:
    """How likely so many would be without any reason; '' for a plain count."""
    if finding.p is None:
        return ""
    if finding.p < 1e-6:
        return say("不到百万分之一")
    return say("约 %(n)s 次中 1 次") % {"n": f"{round(1 / finding.p):,}"}


def strength(finding: Finding) -> tuple[str, str]:
    """(lamp, word): how much it stands out, which is not how grave it is."""
    very, strong = (2 * MANY_TIMES, MANY_TIMES) if finding.p is None else (VERY_STRONG, STRONG)
    if finding.strength >= very:
        return "soon", say("十分突出")
    if finding.strength >= strong:
        return "soon", say("突出")
    return "idle", say("略为突出")


THRESHOLDS = {
    "q": _("每条规则每期误报比例上限"),
    "ratio": _("至少为通常情况的几倍"),
    "differ": _("同组单位之间本来就有的差异"),
    "least": _("至少几件工单"),
    "own_cases": _("本单位号码或网络几件"),
    "number_cases": _("同一号码几件"),
    "network_share": _("同一网络占比"),
    "late_share": _("时限最后多大比例"),
    "rehandled_days": _("几天内重办"),
    "burst_least": _("一天至少几件好评"),
    "history_days": _("与此前多少天比较"),
}
# Which thresholds a rule used.
USED = {
    Rule.OWN_NUMBER: ("own_cases",),
    Rule.OWN_NETWORK: ("own_cases",),
    Rule.ONE_NETWORK: ("q", "least", "network_share"),
    Rule.BURST: ("q", "burst_least", "history_days"),
    Rule.LATE_REHANDLED: ("q", "ratio", "differ", "least", "late_share", "rehandled_days"),
    Rule.ONE_NUMBER: ("number_cases",),
}
COMPARED = ("q", "ratio", "differ", "least")


def thresholds(finding: Finding) -> list[tuple[str, float]]:
    """The thresholds in force when the figures were taken, in words."""
    used = USED.get(Rule(finding.rule), COMPARED)
    return [(str(THRESHOLDS[name]), finding.thresholds[name]) for name in used if name in finding.thresholds]
