"""What alerts are called: their rules in a sentence with figure and threshold, their states, their strength."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from petitions.insight.models import Alert, AlertAct, CommandEntry, ProactiveTask
from petitions.services.clock import local

KINDS: dict[str, tuple[str, Any, Any]] = {
    Alert.Kind.BURST: (
        "zap",
        gettext_lazy("异动"),
        gettext_lazy("与同一地方同样时段、同样季节的通常件数比较，多出许多即提示。"),
    ),
    Alert.Kind.FREQUENT: ("flame", gettext_lazy("高频"), gettext_lazy("一个街道同一事项连续几个考核期居首。")),
    Alert.Kind.ONE_CALLER: ("user", gettext_lazy("一人多诉"), gettext_lazy("同一诉求人就同一事项反复来电。")),
    Alert.Kind.MANY_CALLERS: (
        "users",
        gettext_lazy("多人同诉"),
        gettext_lazy("不同的人在短时间里反映同一地址、同一网格或相距 300 米以内的同一事项。"),
    ),
    Alert.Kind.SENSITIVE: (
        "triangle-alert",
        gettext_lazy("敏感"),
        gettext_lazy("紧急工单里出现危险词；同一事反复反映的，直报各级负责人。"),
    ),
    Alert.Kind.FORECAST: (
        "trending-up",
        gettext_lazy("预测"),
        gettext_lazy("往后几周预计明显高于近期，而且整个区间都高于近期。"),
    ),
}
STATES: dict[str, tuple[str, Any]] = {
    Alert.State.NEW: ("soon", gettext_lazy("待确认")),
    Alert.State.ACKNOWLEDGED: ("doing", gettext_lazy("已确认")),
    Alert.State.TASK: ("doing", gettext_lazy("已转任务")),
    Alert.State.FALSE: ("idle", gettext_lazy("误报")),
    Alert.State.CLOSED: ("done", gettext_lazy("已办结")),
}
LISTS = {"new": gettext_lazy("待确认"), "open": gettext_lazy("处置中"), "ended": gettext_lazy("已结束")}
ACTS: dict[str, Any] = {
    AlertAct.What.ACKNOWLEDGED: gettext_lazy("确认"),
    AlertAct.What.FALSE: gettext_lazy("判为误报"),
    AlertAct.What.TASK: gettext_lazy("转为任务"),
    AlertAct.What.EVENT: gettext_lazy("启动指挥"),
    AlertAct.What.CLOSED: gettext_lazy("办结"),
    AlertAct.What.CLIMBED: gettext_lazy("没有按时确认，报上一级"),
    AlertAct.What.UNDONE: gettext_lazy("撤销门槛调整"),
}
TASKS: dict[str, Any] = {
    ProactiveTask.Kind.INSPECT: gettext_lazy("排查"),
    ProactiveTask.Kind.PUBLISH: gettext_lazy("告知公众"),
    ProactiveTask.Kind.REPAIR: gettext_lazy("整改修复"),
}
ENTRIES: dict[str, tuple[str, Any]] = {
    CommandEntry.Kind.OPENED: ("", gettext_lazy("启动")),
    CommandEntry.Kind.CALLED: ("", gettext_lazy("调入单位")),
    CommandEntry.Kind.ORDER: ("is-over", gettext_lazy("指令")),
    CommandEntry.Kind.RECEIPT: ("is-done", gettext_lazy("签收")),
    CommandEntry.Kind.REPORT: ("is-done", gettext_lazy("反馈")),
    CommandEntry.Kind.NOTE: ("", gettext_lazy("记录")),
    CommandEntry.Kind.CLOSED: ("is-done", gettext_lazy("结束")),
}
GRADES = (
    ("frequency", gettext_lazy("频度")),
    ("breadth", gettext_lazy("广度")),
    ("fierceness", gettext_lazy("烈度")),
    ("hardness", gettext_lazy("难度")),
)
METHODS = {
    "pooled": gettext_lazy("按全市同类的季节推算"),
    "smoothed": gettext_lazy("按本地两年的季节推算"),
    "three": gettext_lazy("三种方法的平均"),
}
WINDOWS = {
    1: gettext_lazy("1 小时内"),
    4: gettext_lazy("4 小时内"),
    24: gettext_lazy("24 小时内"),
    72: gettext_lazy("3 天内"),
    168: gettext_lazy("7 天内"),
}
STRONG, FAIR = 11, 8
LEAST_SHOWN = 0.1


def figures(alert: Alert) -> str:
    """What was seen, beside what it is measured by."""
    return _SENTENCES[alert.kind](alert)


def strength(alert: Alert) -> tuple[str, str]:
    """Lamp and word; the sum of four grades goes from 4 to 16."""
    look = "over" if alert.strength >= STRONG else "soon" if alert.strength >= FAIR else "idle"
    return look, _("强度 %(n)s") % {"n": alert.strength}


def grades(alert: Alert) -> list[tuple[Any, int]]:
    told = alert.figures.get("strength", {})
    return [(word, told[name]) for name, word in GRADES if name in told]


def matter(alert: Alert) -> str:
    """The leaf, or the class of danger."""
    if alert.category:
        return alert.category.name
    return str(alert.figures.get("class", ""))


def usual(count: float) -> str:
    """One decimal; what hardly ever comes is not told as never."""
    return f"{count:.1f}" if count >= LEAST_SHOWN else f"<{LEAST_SHOWN}"


def _burst(alert: Alert) -> str:
    return _("%(span)s %(seen)s 件，通常 %(usual)s 件；偏离 %(figure)s 个标准差，达到 %(threshold)s 即提示") % {
        "span": WINDOWS.get(alert.figures.get("hours"), ""),
        "seen": alert.seen,
        "usual": usual(alert.expected or 0.0),
        "figure": f"{alert.figure:.1f}",
        "threshold": f"{alert.threshold:.1f}",
    }


def _frequent(alert: Alert) -> str:
    return _("连续 %(n)s 个考核期居首，达到 %(threshold)s 个即提示；最近一期 %(seen)s 件") % {
        "n": round(alert.figure),
        "threshold": round(alert.threshold),
        "seen": alert.seen,
    }


def _one(alert: Alert) -> str:
    return _("同一诉求人 %(n)s 次，达到 %(threshold)s 次即提示") % {
        "n": round(alert.figure),
        "threshold": round(alert.threshold),
    }


def _many(alert: Alert) -> str:
    return _("%(n)s 人反映同一处，达到 %(threshold)s 人即提示；共 %(seen)s 件") % {
        "n": round(alert.figure),
        "threshold": round(alert.threshold),
        "seen": alert.seen,
    }


def _sensitive(alert: Alert) -> str:
    return _("%(seen)s 件紧急工单里有：%(words)s；达到 %(threshold)s 件即提示") % {
        "seen": alert.seen,
        "words": "、".join(alert.figures.get("words", [])),
        "threshold": round(alert.threshold),
    }


def _forecast(alert: Alert) -> str:
    return _(
        "%(week)s 这一周预计 %(seen)s 件（%(low)s–%(high)s），近期每周 %(usual)s 件；达到 %(threshold)s 倍即提示"
    ) % {
        "week": date_format(local(alert.begins).date(), "n-j"),
        "seen": alert.seen,
        "low": round(alert.figures.get("low", 0)),
        "high": round(alert.figures.get("high", 0)),
        "usual": round(alert.expected or 0),
        "threshold": f"{alert.threshold:.1f}",
    }


_SENTENCES = {
    Alert.Kind.BURST: _burst,
    Alert.Kind.FREQUENT: _frequent,
    Alert.Kind.ONE_CALLER: _one,
    Alert.Kind.MANY_CALLERS: _many,
    Alert.Kind.SENSITIVE: _sensitive,
    Alert.Kind.FORECAST: _forecast,
}
