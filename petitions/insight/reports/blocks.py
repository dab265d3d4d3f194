"""The order of a report: headings, paragraphs and tables, the same on the page, in the document and the PDF. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from petitions.insight.rates import CALIBRES, SHEET_COUNTS, Counts, Rate
from petitions.insight.reports.citing import Cell, Piece, cited, pieces
from petitions.insight.reports.content import (
    ALL,
    ASSESSED,
    BEHIND_RATES,
    LAPSES,
    SHOWN,
    Content,
    Exclusion,
    Group,
    Line,
    Volume,
    moment,
)
from petitions.insight.reports.lists import EVERY_UNIT
from petitions.insight.reports.sentences import (
    NUMERALS,
    SECTIONS,
    Texts,
    change_of,
    interval,
    label,
    marked,
    method,
    points,
    share,
    when,
)

HEADINGS = {
    "day": "12345 热线接诉即办情况日报",
    "week": "12345 热线接诉即办情况周报",
    "month": "12345 热线接诉即办情况月报",
}
USUAL_HEADING = "12345 热线接诉即办情况通报"


@dataclass(frozen=True)
class Heading:
    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True)
class Text:
    """A paragraph; `parts` are its letters where some of its figures lead to their lists."""

    kind: ClassVar[str] = "text"
    text: str
    is_small: bool = False
    parts: tuple[Piece, ...] = ()

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return self.parts or (self.text,)


@dataclass(frozen=True)
class Table:
    """`weights`: relative widths; columns from the second on are figures unless `words` says how many are words."""

    kind: ClassVar[str] = "table"
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    weights: tuple[float, ...]
    words: int = 1


@dataclass(frozen=True)
class Annex:
    """What follows stands on landscape pages."""

    kind: ClassVar[str] = "annex"
    title: str


Block = Heading | Text | Table | Annex


@dataclass(frozen=True)
class Paper:
    """A whole document, ready to be drawn. `made_at`: ISO 8601; `name`: what it is about."""

    title: str
    subtitle: str
    name: str
    made_at: str
    blocks: tuple[Block, ...]

    @property
    def date(self) -> str:
        made = moment(self.made_at)
        return f"{made.year} 年 {made.month} 月 {made.day} 日"


def paper_of(content: Content, texts: Texts) -> Paper:
    blocks = tuple(blocks_of(content, texts))
    return Paper(title_of(content), subtitle_of(content), content.name, content.made_at, blocks)


def title_of(content: Content) -> str:
    return HEADINGS.get(content.kind, USUAL_HEADING)


def subtitle_of(content: Content) -> str:
    return f"{content.name}\n（{when(content.begins)}至 {when(content.ends)}）"


def blocks_of(content: Content, texts: Texts) -> Iterator[Block]:
    """Everything under the title."""
    written = marked(content)
    for number, (name, word) in enumerate(SECTIONS.items()):
        yield Heading(f"{NUMERALS[number]}、{word}")
        yield from paragraphs(written[name], texts.get(name, ""))
        yield from _TABLES[name](content)
    yield Heading(f"{NUMERALS[len(SECTIONS)]}、统计说明")
    yield from (Text(f"{number}. {line}", is_small=True) for number, line in enumerate(method(content), start=1))
    groups = content.of(ASSESSED)
    if groups:
        yield Annex(f"附件  考核成绩表（{label(ASSESSED)}）")
        yield from (_sheet(content, group) for group in groups)


def paragraphs(written: str, said: str) -> Iterator[Text]:
    """The lines of a section as a person left them. `written`: as the system wrote it, with marks round its figures."""
    lines: list[list[Piece]] = [[]]
    for piece in pieces(written, said):
        first, *others = piece.split("\n") if isinstance(piece, str) else (piece,)
        lines[-1].append(first)
        lines += [[other] for other in others]
    for line in lines:
        text = "".join(str(piece) for piece in line)
        if text.strip():
            yield Text(text, parts=tuple(piece for piece in line if str(piece)))


# ── tables ──
def volume_cells(content: Content, volume: Volume, name: str) -> tuple[Cell, Cell]:
    """Now and before, each with its list. `name`: what it is one of: channel, type, category."""
    now = content.lists.received(**{name: volume.code})
    before = content.lists_before.received(**{name: volume.code})
    return cited(volume.now, now), cited(volume.before, before)


def _volumes(title: str, content: Content, volumes: tuple[Volume, ...], name: str) -> Table:
    rows = []
    total = content.received.now
    for volume in volumes:
        now, before = volume_cells(content, volume, name)
        share_of_all = f"{100 * volume.now / total:.1f}%" if total else "—"
        rows.append((volume.name, now, share_of_all, before, change_of(volume)))
    return Table(
        f"{title}（{label('A')}）",
        ("名称", "本期件数", "占比", "上期件数", "变化"),
        tuple(rows),
        (4.6, 1.4, 1.2, 1.4, 1.4),
    )


def _overview(content: Content) -> Iterator[Table]:
    for title, volumes, name in (("来件渠道", content.channels, "channel"), ("诉求类型", content.types, "type")):
        if volumes:
            yield _volumes(title, content, volumes, name)


def _rates(content: Content) -> Iterator[Table]:
    rows = tuple(
        (label(calibre), *rate_cells(content, content.total(calibre), Behind(content, calibre, group=EVERY_UNIT)))
        for calibre in CALIBRES
    )
    columns = ("口径（各组合计）", "有效回访", "响应率", "解决率", "满意率", "综合成绩")
    yield Table("三率（95% 区间，n）", columns, rows, (2.6, 1.4, 2, 2, 2, 2))


def _ranking(content: Content) -> Iterator[Table]:
    rows = []
    for group in content.of(ASSESSED):
        up, down = content.movers(group)
        rows += [
            (line.name, group.name, word, *_moved(content, group, line))
            for word, lines in (("进步", up), ("下降", down))
            for line in lines
        ]
    if rows:
        columns = ("承办单位", "分组", "类别", "综合成绩", "比上期", "参评数")
        yield Table(
            f"进步和下降较大的单位（{label(ASSESSED)}）", columns, tuple(rows), (3.4, 2, 1.2, 1.4, 1.2, 1.2), words=3
        )


def _moved(content: Content, group: Group, line: Line) -> tuple[Cell, ...]:
    behind = Behind(content, group.calibre, unit=line.unit)
    return (
        behind.of(_score(content, line.counts), "assessed"),
        points(line.change),
        behind.of(line.counts.assessed, "assessed"),
    )


def _hot(content: Content) -> Iterator[Table]:
    top = content.matters[:SHOWN]
    if top:
        yield _volumes("诉求最集中的事项", content, top, "category")
    if content.rising:
        yield _volumes("上升较多的事项", content, content.rising, "category")


def _lapses(content: Content) -> Iterator[Table]:
    lines = content.late()[:SHOWN]
    if lines:
        columns = ("承办单位", *(word for word, *_ in LAPSES))
        rows = tuple((line.name, *lapse_cells(content, line)) for line in lines)
        yield Table(f"超期与退单较多的单位（{label('A')}）", columns, rows, (3, *[1.4] * len(LAPSES)))


def lapse_cells(content: Content, line: Line) -> tuple[Cell, ...]:
    behind = Behind(content, ALL, unit=line.unit)
    return tuple(behind.of(of(line.counts), name) for _, of, name in LAPSES)


def granted_cell(content: Content, row: Exclusion) -> Cell:
    """How many, with those entries of the register."""
    if not row.code:
        return cited(row.count, "")
    narrowed = {"unit": row.unit_id, "by": row.approver_id, "subtype": row.subtype}
    known = {name: value for name, value in narrowed.items() if value}
    return cited(row.count, content.lists.granted((row.code,), **known))


def _exclusions(content: Content) -> Iterator[Table]:
    rows = tuple(
        (row.unit, row.kind, row.subtype or "—", row.approver, granted_cell(content, row)) for row in content.exclusions
    )
    if rows:
        yield Table(
            "批准情况", ("承办单位", "类型", "具体类别", "终审人", "件数"), rows, (3, 1.8, 2.6, 1.4, 1), words=4
        )


_TABLES = {
    "overview": _overview,
    "rates": _rates,
    "ranking": _ranking,
    "hot": _hot,
    "lapses": _lapses,
    "exclusions": _exclusions,
}

# ── the 13 columns ──
SHEET = (
    "序号",
    "承办单位",
    "受理量",
    "办结量",
    "有效回访",
    "联系数",
    "解决数",
    "满意数",
    "基本满意",
    "响应率",
    "解决率",
    "满意率",
    "综合成绩",
)
SHEET_WEIGHTS = (0.9, 2.6, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 2.2, 2.2, 2.2, 2.2)


@dataclass(frozen=True)
class Behind:
    """The lists behind the figures of one unit, one group or all units, in one calibre."""

    content: Content
    calibre: str
    unit: int = 0
    group: str = ""

    def of(self, value: Cell, figure: str) -> Cell:
        return cited(value, self.content.lists.figure(figure, self.calibre, unit=self.unit, group=self.group))


def counts_cells(counts: Counts) -> tuple[int, ...]:
    """The seven counts of the sheet."""
    return tuple(getattr(counts, name) for name in SHEET_COUNTS)


def cited_counts(counts: Counts, behind: Behind) -> tuple[Cell, ...]:
    """The same, each with its list."""
    return tuple(behind.of(getattr(counts, name), name) for name in SHEET_COUNTS)


def _sheet(content: Content, group: Group) -> Table:
    rows = [
        _sheet_row(content, str(line.rank or "—"), line, Behind(content, group.calibre, unit=line.unit))
        for line in group.lines
    ]
    pooled = Line("汇总（全部工单合计）", group.pooled)
    rows.append(_sheet_row(content, "", pooled, Behind(content, group.calibre, group=group.code)))
    note = f"序号“—”：参评数不足 {content.formula.min_n} 件，不排名"
    return Table(
        f"{group.name} · {label(group.calibre)} · {content.name}（{note}）", SHEET, tuple(rows), SHEET_WEIGHTS, words=2
    )


def _sheet_row(content: Content, place: str, line: Line, behind: Behind) -> tuple[Cell, ...]:
    return (place, line.name, *cited_counts(line.counts, behind), *rate_cells(content, line.counts, behind)[1:])


def rate_cells(content: Content, counts: Counts, behind: Behind) -> tuple[Cell, ...]:
    """Valid call-backs, the three rates and the composite, each with its n, the interval on a line of its own."""
    found = content.scores(counts)
    score = _score(content, counts)
    if found.interval:
        score += f"\n[{found.interval[0]:.1f}–{found.interval[1]:.1f}]"
    said = {name: _rate(getattr(found, name)) for name in ("response", "solved", "satisfied")} | {"composite": score}
    return (
        behind.of(counts.valid, "valid"),
        *(text if text == "—" else behind.of(text, BEHIND_RATES[name]) for name, text in said.items()),
    )


def _rate(rate: Rate) -> str:
    return f"{share(rate)} n={rate.n}\n[{interval(rate)}]" if rate.n else "—"


def _score(content: Content, counts: Counts) -> str:
    composite = content.scores(counts).composite
    return "—" if composite is None else f"{composite:.1f}"
