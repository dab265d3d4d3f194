"""Sentences made from the figures of a report, in the order of its sections. A person may rewrite each; pure.

Figures are written as they stand in the tables: rates with one decimal, their n and their 95 % interval. The writers
put marks (citing.py) round what a list can be shown for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from petitions.insight.rates import CALIBRES, Counts, Rate
from petitions.insight.reports.citing import mark, plain
from petitions.insight.reports.content import (
    ASSESSED,
    BEHIND_RATES,
    LAPSES,
    SHOWN,
    Content,
    Group,
    Line,
    Volume,
    moment,
)
from petitions.insight.reports.lists import EVERY_UNIT, OVERDUE

SECTIONS = {
    "overview": "总体情况",
    "rates": "三率情况",
    "ranking": "考核排名",
    "hot": "热点诉求",
    "lapses": "超期与退单",
    "exclusions": "剔除与不计入",
}
NUMERALS = "一二三四五六七八九十"
Texts = dict[str, str]


def texts_of(content: Content) -> Texts:
    """One text per section, several paragraphs separated by line breaks."""
    return {name: plain(text) for name, text in marked(content).items()}


def marked(content: Content) -> Texts:
    """The same with marks round the figures (citing.py)."""
    return {name: "\n".join(_WRITERS[name](content)) for name in SECTIONS}


def edited(texts: Texts, said: Mapping[str, str], sections: Iterable[str] = SECTIONS) -> Texts:
    """The texts with what a person wrote instead; an emptied section goes without words, its tables stay."""
    return {name: said.get(name, texts.get(name, "")).replace("\r\n", "\n").strip() for name in sections}


def label(calibre: str) -> str:
    """Every figure names its calibre: “B 考核口径(剔除后)”."""
    return f"{calibre} {CALIBRES[calibre]}"


def when(text: str) -> str:
    return f"{_day(moment(text))} {moment(text).hour} 时"


def share(rate: Rate) -> str:
    return "—" if rate.value is None else f"{100 * rate.value:.1f}%"


def interval(rate: Rate) -> str:
    ends = rate.interval
    return "" if ends is None else f"{100 * ends[0]:.1f}–{100 * ends[1]:.1f}"


def method(content: Content) -> list[str]:
    """What has to be known to check the figures. Not to be rewritten."""
    formula = content.formula
    return [
        f"统计时段：{when(content.begins)}至 {when(content.ends)}（北京时间，含起不含止）。"
        "受理按来件时间，办结按办结时间，三率按回访作答时间计入。"
        f"对比的是{content.before_name}。",
        f"口径：{'；'.join(f'{label(code)}，{what}' for code, what in CALIBRE_NOTES.items())}。",
        f"响应率=联系数÷有效回访；解决率=（解决数+部分解决×{formula.partly:g}）÷参评数；"
        f"满意率=（满意数+基本满意×{formula.basically:g}）÷参评数；"
        f"综合成绩=100×（响应率×{formula.response:g}+解决率×{formula.solved:g}+满意率×{formula.satisfied:g}），"
        f"保留一位小数。公式第 {formula.version} 版。",
        "率后方括号内为 95% 置信区间（Wilson），n 为分母；综合成绩的区间由三率区间加权而成，偏宽。"
        "没有回访的不出数，不按零计。",
        f"参评数不足 {formula.min_n} 件的单位列出但不排名；名次按向本组平均收缩 {formula.prior_n} 件后的成绩排列，"
        "表中所列为原值；街道、部门和企业分组排列，互不比较。",
        _source(content),
    ]


def _source(content: Content) -> str:
    """Sealed figures with their hash; others are those of the moment, which may still change."""
    if content.seal:
        correction = f"第 {content.seal.number} 次更正，" if content.seal.number else ""
        day = _day(moment(content.seal.at))
        return f"成绩取自 {day}公布并封存的结果（{correction}校验值 {content.seal.hash}）。"
    still = "时段尚未结束，" if moment(content.made_at) < moment(content.ends) else ""
    return f"成绩为 {_stamp(content.made_at)} 的实时数据，{still}尚未公布，之后的回访和剔除会改变它。"


CALIBRE_NOTES = {
    "A": "所有有效回访",
    "B": "不含剔除、不计入和申诉成立的工单，“只评响应率”的只进响应率",
    "C": "只有不计入诉求总量的工单，单独列出",
}


# ── one writer per section ──
def _overview(content: Content) -> list[str]:
    received, counts = content.received, content.total("A")
    by_units = {
        name: mark(getattr(counts, name), content.lists.figure(name, "A", group=EVERY_UNIT))
        for name in ("received", "closed", "valid")
    }
    lines = [
        f"{when(content.begins)}至 {when(content.ends)}，共受理诉求 {mark(received.now, content.lists.received())} 件"
        f"（A 全口径，含未派单位的），{_against(received, content)}。"
        f"各承办单位受理 {by_units['received']} 件，办结 {by_units['closed']} 件，"
        f"有效回访 {by_units['valid']} 件（以上为 A 全口径）。"
    ]
    for word, volumes, name in (("来件渠道", content.channels, "channel"), ("诉求类型", content.types, "type")):
        if received.now:
            said = "、".join(_part(volume, content, name) for volume in volumes[:3] if volume.now)
            lines.append(f"按{word}看，{said}。")
    return lines


def _rates(content: Content) -> list[str]:
    return [_rates_in(content, calibre) for calibre in CALIBRES]


def _rates_in(content: Content, calibre: str) -> str:
    counts = content.total(calibre)
    if not counts.valid:
        return f"{label(calibre)}：本期没有有效回访，不出数。"
    found, before = content.scores(counts), content.scores(content.before.get(calibre, Counts()))
    named = (("响应率", "response"), ("解决率", "solved"), ("满意率", "satisfied"))
    lists = content.lists
    said = "，".join(
        f"{word} {mark(share(rate), lists.figure(BEHIND_RATES[name], calibre, group=EVERY_UNIT))}{_basis(rate)}"
        for word, name, rate in ((*each, getattr(found, each[1])) for each in named)
    )
    if found.composite is None:
        return f"{label(calibre)}：{said}；没有参评的回访，不出综合成绩。"
    change = (
        "" if before.composite is None else f"，比 {content.before_name}{_points(found.composite - before.composite)}"
    )
    score = mark(f"{found.composite:.1f}", lists.figure(BEHIND_RATES["composite"], calibre, group=EVERY_UNIT))
    return f"{label(calibre)}：{said}；综合成绩 {score}{change}。"


def _ranking(content: Content) -> list[str]:
    groups = content.of(ASSESSED)
    if not groups:
        return [f"本期没有可列出的单位（{label(ASSESSED)}）。"]
    return [_ranking_of(content, group) for group in groups]


def _ranking_of(content: Content, group: Group) -> str:
    least = content.formula.min_n
    if not group.ranked:
        return f"{group.name}（{label(ASSESSED)}）：{len(group.lines)} 家，参评数均不足 {least} 件，不排名。"
    ranked = [line for line in group.lines if line.rank is not None]
    said = [
        f"{group.name}（{label(ASSESSED)}）：{len(group.lines)} 家，{len(ranked)} 家有名次",
        f"前列为{_names(content, group, ranked[:3])}",
    ]
    if len(ranked) > 3:
        said.append(f"末位为{_names(content, group, ranked[-min(3, len(ranked) - 3) :])}")
    up, down = content.movers(group)
    said += [f"{word}的有{_moved(lines)}" for word, lines in (("进步大", up), ("下降大", down)) if lines]
    return "；".join(said) + "。"


def _hot(content: Content) -> list[str]:
    top = content.matters[:5]
    if not top:
        return ["本期没有已分类的诉求（A 全口径）。"]
    lines = [f"诉求最集中的是{'、'.join(_part(leaf, content, 'category') for leaf in top)}（A 全口径）。"]
    rising = content.rising[:3]
    if rising:
        lines.append(f"比 {content.before_name}上升较多的是{'、'.join(_rise(leaf, content) for leaf in rising)}。")
    return lines


def _lapses(content: Content) -> list[str]:
    counts, found = content.total("A"), content.scores(content.total("A"))

    def said(value: object, behind: str) -> str:
        return mark(value, content.lists.figure(behind, "A", group=EVERY_UNIT))

    return [
        f"按时签收率 {said(share(found.signed_in_time), 'signed_late')}{_basis(found.signed_in_time)}，"
        f"按时办结率 {said(share(found.closed_in_time), 'closed_late')}{_basis(found.closed_in_time)}；"
        f"已裁定退单 {said(counts.returned, 'returned')} 件，"
        f"不成立 {said(counts.returned_unfounded, 'returned_unfounded')} 件；"
        f"重新办理 {said(counts.rehandled, 'rehandled')} 件，重复来电 {said(counts.repeats, 'repeats')} 次，"
        f"虚假联系 {said(counts.false_replies, 'false_replies')} 件（以上为 A 全口径）。"
        f"截至 {_stamp(content.made_at)}，超期未办的工单 {mark(content.overdue_now, OVERDUE)} 件。"
    ]


def _exclusions(content: Content) -> list[str]:
    total = sum(row.count for row in content.exclusions)
    if not total:
        return ["本期没有批准剔除、只评响应率、不计入或考核申诉。"]
    per_approver: Counter[tuple[str, int]] = Counter()
    for row in content.exclusions:
        per_approver[row.approver, row.approver_id] += row.count
    kinds = tuple(sorted({row.code for row in content.exclusions if row.code}))
    said = "、".join(
        f"{name} {mark(n, content.lists.granted(kinds, by=pk) if pk else '')} 件"
        for (name, pk), n in per_approver.most_common()
    )
    return [
        f"本期批准剔除、只评响应率、不计入和考核申诉共 {mark(total, content.lists.granted(kinds))} 件，终审人：{said}。"
        "按单位和类型的明细见表。"
    ]


_WRITERS = {
    "overview": _overview,
    "rates": _rates,
    "ranking": _ranking,
    "hot": _hot,
    "lapses": _lapses,
    "exclusions": _exclusions,
}


# ── words ──
def change_of(volume: Volume) -> str:
    """+12.5% with a true minus sign; “新增” where there was nothing before."""
    if volume.change is None:
        return "新增" if volume.now else "—"
    return f"{100 * volume.change:+.1f}%".replace("-", "−")


def points(change: float | None) -> str:
    return "" if change is None else f"{change:+.1f}".replace("-", "−")


def _against(volume: Volume, content: Content) -> str:
    if volume.change is None:
        return f"{content.before_name}没有受理记录，无从比较"
    if volume.now == volume.before:
        return f"与 {content.before_name}持平"
    return f"比 {content.before_name}{'上升' if volume.change > 0 else '下降'} {abs(100 * volume.change):.1f}%"


def _basis(rate: Rate) -> str:
    return f"（n={rate.n}，[{interval(rate)}]）" if rate.n else ""


def _part(volume: Volume, content: Content, name: str) -> str:
    """Its share of all that came in, and its change where there was a period before. `name`: what it is one of."""
    whole = content.received
    change = f"，{change_of(volume)}" if whole.before else ""
    now = mark(volume.now, content.lists.received(**{name: volume.code}))
    return f"{_short(volume)} {now} 件（占 {100 * volume.now / whole.now:.1f}%{change}）"


def _rise(leaf: Volume, content: Content) -> str:
    before = mark(leaf.before, content.lists_before.received(category=leaf.code))
    now = mark(leaf.now, content.lists.received(category=leaf.code))
    return f"{_short(leaf)}（{before} 件升至 {now} 件）"


def _short(volume: Volume) -> str:
    """A matter by its own name; the tables say where it stands in the tree."""
    return volume.name.rpartition(" › ")[2]


def _points(change: float) -> str:
    change = round(change, 1)
    if not change:
        return "持平"
    return f"{'上升' if change > 0 else '下降'} {abs(change):.1f} 分"


def _names(content: Content, group: Group, lines: list[Line]) -> str:
    def score(line: Line) -> str:
        return mark(
            f"{content.scores(line.counts).composite:.1f}",
            content.lists.figure(BEHIND_RATES["composite"], group.calibre, unit=line.unit),
        )

    return "、".join(f"{line.name}（{score(line)}）" for line in lines)


def _moved(lines: list[Line]) -> str:
    return "、".join(f"{line.name}（{points(line.change)} 分）" for line in lines)


def _day(at: datetime) -> str:
    return f"{at.year} 年 {at.month} 月 {at.day} 日"


def _stamp(text: str) -> str:
    return f"{_day(moment(text))} {moment(text):%H:%M}"


__all__ = ["LAPSES", "NUMERALS", "SECTIONS", "SHOWN", "Texts", "edited", "method", "texts_of"]
