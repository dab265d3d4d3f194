"""The figures of a report as a workbook: one sheet per group and calibre, all counts, all lists in full."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from urllib.parse import urljoin

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from petitions.insight.rates import NAMES, Counts
from petitions.insight.reports import blocks
from petitions.insight.reports.blocks import Annex, Behind, Heading, Paper, Table
from petitions.insight.reports.citing import Cell, Cited
from petitions.insight.reports.content import BEHIND_RATES, LAPSES, Content, Group, Line, Volume
from petitions.insight.reports.sentences import SECTIONS, Texts, label, method
from routing.sheets import UNWRITABLE

LINK = Font(color="1F3F7A")
BOLD, SUNK = Font(bold=True), PatternFill("solid", fgColor="F1F2F4")
UNNAMABLE = re.compile(r"[\\/*?:\[\]]")
ONE, SHARE = "0.0", "0.0%"
COUNT_WORDS = {
    "received": "受理量",
    "closed": "办结量",
    "valid": "有效回访",
    "contacted": "联系数",
    "assessed": "参评数",
    "solved": "解决数",
    "partly": "部分解决",
    "satisfied": "满意数",
    "basically": "基本满意",
    "signed": "签收数",
    "signed_in_time": "按时签收",
    "closed_in_time": "按时办结",
    "first_time_solved": "一次解决",
    "contacts": "首次联系",
    "contact_minutes": "首次联系分钟合计",
    "returned": "已裁定退单",
    "returned_unfounded": "退单不成立",
    "rehandled": "重新办理",
    "repeats": "重复来电",
    "false_replies": "虚假联系",
    "direct": "直接答复",
    "on_ledger": "挂账",
}
# The 13 columns, then what is needed to judge them.
COLUMNS = (
    *blocks.SHEET,
    "名次",
    "等次",
    "比上期",
    "参评数 n",
    *(f"{name}区间{side}" for name in ("响应率", "解决率", "满意率", "综合成绩") for side in ("下限", "上限")),
)
FORMATS = {"响应率": SHARE, "解决率": SHARE, "满意率": SHARE, "综合成绩": ONE, "比上期": "+0.0;-0.0;0.0"}


def draw(content: Content, texts: Texts, *, site: str) -> bytes:
    """XLSX. `site`: the address before those of the lists."""
    book = Workbook()
    _about(book.active, content, texts)
    for group in content.groups:
        _scores(book.create_sheet(sheet_name(group)), content, group)
    _counts(book.create_sheet("原始计数"), content)
    for title, volumes, name in (
        ("来件渠道", content.channels, "channel"),
        ("诉求类型", content.types, "type"),
        ("诉求事项", content.leaves, "category"),
    ):
        _volumes(book.create_sheet(title), title, volumes, name, content)
    _lapses(book.create_sheet("超期与退单"), content)
    _exclusions(book.create_sheet("剔除明细"), content)
    return _closed(book, site)


def _closed(book: Workbook, site: str) -> bytes:
    """The file; figures lead to their lists, now that the site is known."""
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.hyperlink:
                    cell.hyperlink.target = urljoin(site, cell.hyperlink.target)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def drawn(paper: Paper, *, site: str = "") -> bytes:
    """XLSX of any paper: its words on the first sheet, each table on one of its own."""
    book = Workbook()
    words = book.active
    words.title = "说明"
    words.column_dimensions["A"].width = 120
    _row(words, [paper.title], is_head=True)
    _row(words, [paper.subtitle])
    for block in paper.blocks:
        if isinstance(block, Table):
            _table(book, block)
        else:
            _row(words, [block.title if isinstance(block, Annex) else block.text], is_head=isinstance(block, Heading))
    for row in words.iter_rows(max_col=1):
        row[0].alignment = Alignment(wrap_text=True, vertical="top")
    return _closed(book, site)


def _table(book: Workbook, block: Table) -> None:
    sheet = book.create_sheet(UNNAMABLE.sub(" ", block.title)[:31])
    _heads(sheet, block.columns)
    for cells in block.rows:
        _row(sheet, cells)
    sheet.column_dimensions["A"].width = 40
    sheet.freeze_panes = "A2"


def sheet_name(group: Group) -> str:
    """“成绩B 街道（乡镇）”; at most 31 characters, without those that a sheet's name cannot have."""
    return UNNAMABLE.sub(" ", f"成绩{group.calibre} {group.name}")[:31]


# ── sheets ──
def _about(sheet: Worksheet, content: Content, texts: Texts) -> None:
    sheet.title = "说明"
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 14, 110
    _row(sheet, [blocks.title_of(content)], is_head=True)
    _row(sheet, ["时段", blocks.subtitle_of(content)])
    _row(sheet, ["制表时间", content.made_at])
    for name, word in SECTIONS.items():
        _row(sheet, [word, texts.get(name, "")])
    for number, line in enumerate(method(content), start=1):
        _row(sheet, [f"统计说明 {number}", line])
    for row in sheet.iter_rows(min_col=2, max_col=2):
        row[0].alignment = Alignment(wrap_text=True, vertical="top")


def _scores(sheet: Worksheet, content: Content, group: Group) -> None:
    _row(sheet, [f"{group.name} · {label(group.calibre)} · {content.name}"], is_head=True)
    _row(sheet, [f"率 = 分子 ÷ 分母，分母见“有效回访”（响应率）和“参评数 n”（解决率、满意率）；{_formula(content)}"])
    _heads(sheet, COLUMNS)
    formats = [FORMATS.get(name, _format(name)) for name in COLUMNS]
    for number, line in enumerate(group.lines, start=1):
        behind = Behind(content, group.calibre, unit=line.unit)
        _row(sheet, _score_cells(number, line, behind), formats=formats)
    pooled = Line("汇总（全部工单合计）", group.pooled)
    behind = Behind(content, group.calibre, group=group.code)
    _row(sheet, _score_cells("", pooled, behind), formats=formats)
    sheet.freeze_panes = "C4"


def _score_cells(number: int | str, line: Line, behind: Behind) -> list:
    found = behind.content.scores(line.counts)
    rates = {"response": found.response, "solved": found.solved, "satisfied": found.satisfied}
    ends = [end for rate in rates.values() for end in (rate.interval or (None, None))]
    values = {name: rate.value for name, rate in rates.items()} | {"composite": found.composite}
    return [
        *(number, line.name, *blocks.cited_counts(line.counts, behind)),
        *(behind.of(value, BEHIND_RATES[name]) for name, value in values.items()),
        *(line.rank, line.grade, line.change, behind.of(line.counts.assessed, "assessed")),
        *(*ends, *(found.interval or (None, None))),
    ]


def _formula(content: Content) -> str:
    formula = content.formula
    return (
        f"综合成绩 = 100×(响应率×{formula.response:g} + 解决率×{formula.solved:g} + 满意率×{formula.satisfied:g})，"
        f"满意率分子 = 满意数 + {formula.basically:g}×基本满意，解决率分子 = 解决数 + {formula.partly:g}×部分解决"
        f"（公式第 {formula.version} 版）"
    )


def _format(name: str) -> str:
    if "区间" not in name:
        return "General"
    return ONE if name.startswith("综合成绩") else SHARE


def _counts(sheet: Worksheet, content: Content) -> None:
    _heads(sheet, ["口径", "分组", "承办单位", *(COUNT_WORDS[name] for name in NAMES)])
    for group in content.groups:
        for line in group.lines:
            _row(sheet, [label(group.calibre), group.name, line.name, *_all(line.counts)])
    sheet.freeze_panes = "D2"


def _all(counts: Counts) -> list[int]:
    """Without lists: they are behind the same counts on the sheets of the groups, and 65,530 links are the most."""
    return [getattr(counts, name) for name in NAMES]


def _volumes(sheet: Worksheet, title: str, volumes: tuple[Volume, ...], name: str, content: Content) -> None:
    total = content.received.now
    _row(sheet, [f"{title} · 受理量 · {label('A')} · {content.name}，上期为{content.before_name}"], is_head=True)
    _heads(sheet, ["名称", "本期件数", "占比", "上期件数", "变化"])
    for volume in volumes:
        now, before = blocks.volume_cells(content, volume, name)
        cells = [volume.name, now, volume.now / total if total else None, before, volume.change]
        _row(sheet, cells, formats=["General", "General", SHARE, "General", "+0.0%;-0.0%;0.0%"])
    sheet.column_dimensions["A"].width = 40


def _lapses(sheet: Worksheet, content: Content) -> None:
    _row(sheet, [f"超期与退单 · {label('A')} · {content.name}"], is_head=True)
    _heads(sheet, ["承办单位", *(word for word, *_ in LAPSES)])
    for line in content.late():
        _row(sheet, [line.name, *blocks.lapse_cells(content, line)])
    sheet.column_dimensions["A"].width = 24


def _exclusions(sheet: Worksheet, content: Content) -> None:
    _row(sheet, [f"本期批准的剔除、只评响应率、不计入和考核申诉 · {content.name}"], is_head=True)
    _heads(sheet, ["承办单位", "类型", "具体类别", "终审人", "件数"])
    for row in content.exclusions:
        _row(sheet, [row.unit, row.kind, row.subtype, row.approver, blocks.granted_cell(content, row)])
    sheet.column_dimensions["A"].width = 24


# ── cells ──
def _heads(sheet: Worksheet, words: Sequence[str]) -> None:
    _row(sheet, words, is_head=True)
    for place, word in enumerate(words, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = max(10, 2 * len(word) + 2, 22 * ("单位" in word))


def _row(sheet: Worksheet, cells: Iterable[Cell], *, is_head: bool = False, formats: Sequence[str] = ()) -> None:
    """Texts are texts: a name that begins with “=” never becomes a formula."""
    at = sheet.max_row + 1 if sheet.max_row > 1 or sheet["A1"].value is not None else 1
    for place, said in enumerate(cells, start=1):
        cell, value = sheet.cell(at, place), said.value if isinstance(said, Cited) else said
        cell.value = UNWRITABLE.sub("", value) if isinstance(value, str) else value
        if isinstance(value, str):
            cell.data_type = "s"
        if is_head:
            cell.font, cell.fill = BOLD, SUNK
        if place <= len(formats) and isinstance(value, float):
            cell.number_format = formats[place - 1]
        if isinstance(said, Cited):
            cell.hyperlink, cell.font = said.address, LINK
