"""专报: what one matter or one hot issue has come to in a stretch of days. Its figures, sentences and paper; pure.

The system writes what figures can say and leaves causes and advice to the person: it names where and by whom, not why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from petitions.insight.reports.blocks import Block, Heading, Paper, Table, paragraphs
from petitions.insight.reports.citing import Cell, cited, mark, plain
from petitions.insight.reports.sentences import NUMERALS, Texts, when

SECTIONS = {"situation": "基本情况", "features": "主要特点", "causes": "原因分析", "advice": "工作建议"}
NAMED = 3  # in sentences; the tables have all


@dataclass(frozen=True)
class Row:
    """Cases of one place, unit or week. `before`: in the stretch before; content, discontent: ended and rated so.

    `address` opens the list of exactly these cases, the others those of their figures; '' where there is none.
    """

    name: str
    cases: int
    before: int
    content: int
    discontent: int
    address: str
    before_address: str = ""
    content_address: str = ""
    discontent_address: str = ""

    @property
    def judged(self) -> int:
        return self.content + self.discontent

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The four figures, each with its list."""
        return (
            cited(self.cases, self.address),
            cited(self.before, self.before_address),
            cited(self.content, self.content_address),
            cited(self.discontent, self.discontent_address),
        )


@dataclass(frozen=True)
class Special:
    """Times are ISO 8601. `total` is the whole; districts and units most first, weeks in their order."""

    matter: str
    name: str
    begins: str
    ends: str
    made_at: str
    total: Row
    open: Row
    districts: tuple[Row, ...]
    units: tuple[Row, ...]
    weeks: tuple[Row, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Special:
        """What as_json() gave, after a stay in the database."""
        ones = {name: Row(**kept[name]) for name in ("total", "open")}
        lists = {name: tuple(Row(**row) for row in kept[name]) for name in ("districts", "units", "weeks")}
        return cls(**kept | ones | lists)

    @property
    def tables(self) -> tuple[tuple[str, tuple[Row, ...]], ...]:
        return (("按区县", self.districts), ("按承办单位", self.units), ("按周", self.weeks))


def texts_of(content: Special) -> Texts:
    """One text per section, several paragraphs separated by line breaks."""
    return {name: plain(text) for name, text in marked(content).items()}


def marked(content: Special) -> Texts:
    """The same with marks round the figures (citing.py)."""
    return {name: "\n".join(_WRITERS[name](content)) for name in SECTIONS}


def paper_of(content: Special, texts: Texts) -> Paper:
    subtitle = f"{content.matter}\n（{when(content.begins)}至 {when(content.ends)}）"
    return Paper("民声热点专报", subtitle, content.name, content.made_at, tuple(_blocks(content, texts)))


def _blocks(content: Special, texts: Texts) -> Iterator[Block]:
    written = marked(content)
    for number, (name, word) in enumerate(SECTIONS.items()):
        yield Heading(f"{NUMERALS[number]}、{word}")
        yield from paragraphs(written[name], texts.get(name, ""))
    yield Heading("附表")
    columns = ("名称", "本期件数", "上期件数", "满意", "不满意")
    for title, rows in (("总数", (content.total, content.open)), *content.tables):
        if rows:
            yield Table(title, columns, tuple((row.name, *row.cells) for row in rows), (4, 1.4, 1.4, 1.2, 1.2))


# ── sentences ──
def _situation(content: Special) -> Iterator[str]:
    total = content.total
    yield (
        f"{when(content.begins)}至 {when(content.ends)}，"
        f"共受理“{content.matter}”诉求 {mark(total.cases, total.address)} 件，"
        f"上一个同样长的时段 {mark(total.before, total.before_address)} 件{_change(total)}。"
    )
    yield (
        f"目前在办 {mark(content.open.cases, content.open.address)} 件；已办结并有评价的 {total.judged} 件，"
        f"其中不满意 {mark(total.discontent, total.discontent_address)} 件。"
    )


def _features(content: Special) -> Iterator[str]:
    for word, rows in (("地区", content.districts), ("承办单位", content.units)):
        named = "、".join(f"{row.name} {mark(row.cases, row.address)} 件" for row in rows[:NAMED])
        if named:
            yield f"{word}上，较多的是{named}。"
    if len(content.weeks) > 1:
        most = max(content.weeks, key=lambda row: row.cases)
        yield f"时间上，{most.name}起的一周最多，为 {mark(most.cases, most.address)} 件。"


def _causes(content: Special) -> Iterator[str]:
    risen = [row for row in content.districts if row.cases > row.before]
    if risen:
        named = "、".join(
            f"{row.name}（{mark(row.before, row.before_address)} → {mark(row.cases, row.address)} 件）"
            for row in risen[:NAMED]
        )
        yield f"比上期增加的地区：{named}。"
    yield "【请核实后写明原因：系统只列数字，不推断原因。】"


def _advice(content: Special) -> Iterator[str]:
    poor = [row for row in content.units if row.discontent and row.discontent >= row.content]
    if poor:
        named = "、".join(
            f"{row.name}（不满意 {mark(row.discontent, row.discontent_address)} / {row.judged}）"
            for row in poor[:NAMED]
        )
        yield f"不满意不少于满意的单位：{named}，建议逐件复核。"
    yield "【请写明建议、责任单位和时限。】"


def _change(row: Row) -> str:
    if not row.before:
        return ""
    change = 100 * (row.cases - row.before) / row.before
    return f"，{'增加' if change >= 0 else '减少'} {abs(change):.1f}%"


_WRITERS = {"situation": _situation, "features": _features, "causes": _causes, "advice": _advice}
