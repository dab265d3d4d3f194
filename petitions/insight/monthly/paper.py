"""The file of a theme as a paper: 方案、三清单、进展、成效、决定. Drawn as DOCX and PDF like the reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from petitions.insight.models import MonthlyIssue, MonthlyItem
from petitions.insight.monthly.measuring import Measured
from petitions.insight.monthly.ranking import WEIGHTS
from petitions.insight.queries.monthly import File
from petitions.insight.reports.blocks import Block, Heading, Paper, Table, Text
from petitions.insight.windows import SHANGHAI

TERMS = dict(zip(WEIGHTS, ("高频", "覆盖面", "持续", "未解决", "有单位能解决"), strict=True))


def paper_of(file: File, *, now: datetime) -> Paper:
    issue = file.issue
    subtitle = f"{issue.theme}\n（{issue.month.year} 年 {issue.month.month} 月选题，{issue.get_state_display()}）"
    return Paper("每月一题工作档案", subtitle, issue.theme, now.astimezone(SHANGHAI).isoformat(), tuple(_blocks(file)))


def _blocks(file: File) -> Iterator[Block]:
    issue = file.issue
    yield Heading("一、选题")
    yield from (Text(f"{number}. {question}") for number, question in enumerate(issue.questions, start=1))
    yield Text(f"事项：{_names(str(each) for each in issue.categories.all())}。")
    yield Text(f"实施范围：{_names(each.name for each in issue.areas.all()) or '全市'}。")
    yield Text(f"主责单位：{issue.lead}。配合单位：{_names(str(each) for each in issue.assisting.all()) or '无'}。")
    if issue.terms:
        yield _terms(issue)
    yield Heading("二、方案")
    yield from (Text(line) for line in issue.plan.splitlines() if line.strip())
    if issue.starts_on:
        yield Text(f"措施自 {issue.starts_on.isoformat()} 开始。")
    yield Heading("三、三张清单")
    yield from (_list(kind.label, file.of(kind)) for kind in MonthlyItem.Kind)
    yield Heading("四、进展")
    for row in issue.progress.all():
        figures = row.figures
        yield Text(
            f"{row.month.year} 年 {row.month.month} 月：{row.text}"
            f"（当月受理 {figures['cases']} 件，有评价 {figures['judged']} 件，"
            f"其中解决 {figures['solved']} 件；{row.by}）"
        )
    yield Heading("五、成效")
    yield from _effect(file.measured)
    yield Heading("六、决定")
    rows = tuple(
        (f"{row.at.astimezone(SHANGHAI):%Y-%m-%d}", row.get_what_display(), row.reason, str(row.by))
        for row in issue.decisions.all()
    )
    yield Table("历次决定", ("日期", "决定", "理由", "决定人"), rows, (1.6, 1.4, 5, 1.4), words=4)


def _terms(issue: MonthlyIssue) -> Table:
    rows = tuple(
        (TERMS[term["name"]], f"{term['count']} / {term['of']}", f"{term['weight']:.0f}", f"{term['points']:.1f}")
        for term in issue.terms
    )
    return Table("选题时的得分", ("标准", "数字", "满分", "得分"), rows, (3, 2, 1.5, 1.5))


def _list(name: str, items: list[MonthlyItem]) -> Table:
    rows = tuple(
        (
            item.text,
            str(item.unit),
            item.due_on.isoformat(),
            f"{item.done_on.isoformat()} {item.evidence}" if item.done_on else "未完成",
        )
        for item in items
    )
    return Table(name, ("内容", "责任单位", "期限", "完成日期和依据"), rows, (4, 2.2, 1.6, 3.4), words=4)


def _effect(found: Measured | None) -> Iterator[Block]:
    if found is None:
        yield Text("尚未测算。")
        return
    yield Text(found.words)
    if found.expected:
        yield Text(
            f"与措施前 {found.since} 周比较，对照为{'其他街道（乡镇）' if found.by_place else '其他事项'}"
            f"（{_names(f'{name} {weight:.0%}' for name, weight in found.controls)}）。"
        )
        rows = tuple(
            (week, str(count), f"{expected:.0f}", "后" if number >= found.since else "前")
            for number, (week, count, expected) in enumerate(
                zip(found.weeks, found.treated, found.expected, strict=True)
            )
        )
        yield Table("逐周件数", ("周（首日）", "实际", "按对照推算", "措施前后"), rows, (2, 1.4, 1.8, 1.4))


def _names(names: Iterable[str]) -> str:
    return "、".join(names)
