"""The order of a report: headings, paragraphs and tables, the same for the editable document and the PDF. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from petitions.insight.rates import CALIBRES, SHEET_COUNTS, Counts, Rate
from petitions.insight.reports.content import ASSESSED, LAPSES, SHOWN, Content, Group, Line, Volume, moment
from petitions.insight.reports.sentences import (
    NUMERALS,
    SECTIONS,
    Texts,
    change_of,
    interval,
    label,
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
    text: str


@dataclass(frozen=True)
class Text:
    text: str
    is_small: bool = False


@dataclass(frozen=True)
class Table:
    """`weights`: relative widths; columns from the second on are figures unless `words` says how many are words."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    weights: tuple[float, ...]
    words: int = 1


@dataclass(frozen=True)
class Annex:
    """What follows stands on landscape pages."""

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
    for number, (name, word) in enumerate(SECTIONS.items()):
        yield Heading(f"{NUMERALS[number]}、{word}")
        yield from (Text(line) for line in texts.get(name, "").splitlines() if line.strip())
        yield from _TABLES[name](content)
    yield Heading(f"{NUMERALS[len(SECTIONS)]}、统计说明")
    yield from (Text(f"{number}. {line}", is_small=True) for number, line in enumerate(method(content), start=1))
    groups = content.of(ASSESSED)
    if groups:
        yield Annex(f"附件  考核成绩表（{label(ASSESSED)}）")
        yield from (_sheet(content, group) for group in groups)


# ── tables ──
def _volumes(title: str, volumes: tuple[Volume, ...], total: int) -> Table:
    rows = tuple(
        (
            volume.name,
            str(volume.now),
            f"{100 * volume.now / total:.1f}%" if total else "—",
            str(volume.before),
            change_of(volume),
        )
        for volume in volumes
    )
    return Table(
        f"{title}（{label('A')}）", ("名称", "本期件数", "占比", "上期件数", "变化"), rows, (4.6, 1.4, 1.2, 1.4, 1.4)
    )


def _overview(content: Content) -> Iterator[Table]:
    total = content.received.now
    for title, volumes in (("来件渠道", content.channels), ("诉求类型", content.types)):
        if volumes:
            yield _volumes(title, volumes, total)


def _rates(content: Content) -> Iterator[Table]:
    rows = tuple((label(calibre), *rate_cells(content, content.total(calibre))) for calibre in CALIBRES)
    columns = ("口径（各组合计）", "有效回访", "响应率", "解决率", "满意率", "综合成绩")
    yield Table("三率（95% 区间，n）", columns, rows, (2.6, 1.4, 2, 2, 2, 2))


def _ranking(content: Content) -> Iterator[Table]:
    rows = []
    for group in content.of(ASSESSED):
        up, down = content.movers(group)
        rows += [
            (line.name, group.name, word, *_moved(content, line))
            for word, lines in (("进步", up), ("下降", down))
            for line in lines
        ]
    if rows:
        columns = ("承办单位", "分组", "类别", "综合成绩", "比上期", "参评数")
        yield Table(
            f"进步和下降较大的单位（{label(ASSESSED)}）", columns, tuple(rows), (3.4, 2, 1.2, 1.4, 1.2, 1.2), words=3
        )


def _moved(content: Content, line: Line) -> tuple[str, str, str]:
    return _score(content, line.counts), points(line.change), str(line.counts.assessed)


def _hot(content: Content) -> Iterator[Table]:
    top = content.matters[:SHOWN]
    if top:
        yield _volumes("诉求最集中的事项", top, content.received.now)
    if content.rising:
        yield _volumes("上升较多的事项", content.rising, content.received.now)


def _lapses(content: Content) -> Iterator[Table]:
    lines = content.late()[:SHOWN]
    if lines:
        columns = ("承办单位", *(word for word, _ in LAPSES))
        rows = tuple((line.name, *(str(of(line.counts)) for _, of in LAPSES)) for line in lines)
        yield Table(f"超期与退单较多的单位（{label('A')}）", columns, rows, (3, *[1.4] * len(LAPSES)))


def _exclusions(content: Content) -> Iterator[Table]:
    rows = tuple((row.unit, row.kind, row.subtype or "—", row.approver, str(row.count)) for row in content.exclusions)
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


def counts_cells(counts: Counts) -> tuple[int, ...]:
    """The seven counts of the sheet."""
    return tuple(getattr(counts, name) for name in SHEET_COUNTS)


def _sheet(content: Content, group: Group) -> Table:
    rows = [_sheet_row(content, str(line.rank or "—"), line) for line in group.lines]
    rows.append(_sheet_row(content, "", Line("汇总（全部工单合计）", group.pooled)))
    note = f"序号“—”：参评数不足 {content.formula.min_n} 件，不排名"
    return Table(
        f"{group.name} · {label(group.calibre)} · {content.name}（{note}）", SHEET, tuple(rows), SHEET_WEIGHTS, words=2
    )


def _sheet_row(content: Content, place: str, line: Line) -> tuple[str, ...]:
    rates = rate_cells(content, line.counts)[1:]
    return (place, line.name, *(str(number) for number in counts_cells(line.counts)), *rates)


def rate_cells(content: Content, counts: Counts) -> tuple[str, ...]:
    """Valid call-backs, the three rates and the composite, each with its n, the interval on a line of its own."""
    found = content.scores(counts)
    score = _score(content, counts)
    if found.interval:
        score += f"\n[{found.interval[0]:.1f}–{found.interval[1]:.1f}]"
    return (str(counts.valid), *(_rate(rate) for rate in (found.response, found.solved, found.satisfied)), score)


def _rate(rate: Rate) -> str:
    return f"{share(rate)} n={rate.n}\n[{interval(rate)}]" if rate.n else "—"


def _score(content: Content, counts: Counts) -> str:
    composite = content.scores(counts).composite
    return "—" if composite is None else f"{composite:.1f}"
