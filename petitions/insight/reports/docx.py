"""The editable document, laid out as official papers are (GB/T 9704—2012): A4, 版心 156 × 225 mm, 三号仿宋, 28 磅行距.

The prescribed typefaces are named but not shipped: they are not free. Where a machine lacks them, the font table names
open ones to stand in.
"""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE as RELATIONSHIP
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from petitions.insight.reports import blocks
from petitions.insight.reports.blocks import Annex, Heading, Paper, Table, Text
from petitions.insight.reports.citing import Cell, Cited
from petitions.insight.reports.content import Content, moment
from petitions.insight.reports.sentences import Texts

FANGSONG, XIAOBIAOSONG, HEI, SONG = "仿宋_GB2312", "方正小标宋简体", "黑体", "宋体"
LATIN = "Times New Roman"
# typeface → what Word and LibreOffice take instead, open ones among them
STAND_INS = {
    FANGSONG: "仿宋;FangSong;Noto Serif CJK SC;Source Han Serif SC",
    XIAOBIAOSONG: "FZXiaoBiaoSong-B05S;华文中宋;Noto Serif CJK SC;Source Han Serif SC",
    HEI: "SimHei;Noto Sans CJK SC;Source Han Sans SC",
    SONG: "SimSun;Noto Serif CJK SC;Source Han Serif SC",
}
TITLE, BODY, SMALL, PAGE_NUMBER = Pt(22), Pt(16), Pt(12), Pt(14)  # 二号, 三号, 小四, 四号
CELL, CELL_WIDE = Pt(10.5), Pt(9)  # 五号, 小五
LINK = RGBColor(0x1F, 0x3F, 0x7A)  # dark enough to print as black
TEXT_WIDTH, TEXT_WIDTH_WIDE = 156.0, 257.0  # millimetres between the margins, upright and on its side


def draw(content: Content, texts: Texts, *, site: str) -> bytes:
    """DOCX. `site`: the address before those of the lists."""
    return drawn(blocks.paper_of(content, texts), site=site)


def drawn(paper: Paper, *, site: str = "") -> bytes:
    document = docx.Document()
    links = Links(document, site)
    _set_up(document, paper)
    _line(document, paper.title, "公文标题")
    for line in paper.subtitle.splitlines():
        _line(document, line, "公文副题")
    is_wide = False
    for block in paper.blocks:
        if isinstance(block, Heading):
            _line(document, block.text, "Heading 1")
        elif isinstance(block, Text):
            _paragraph(document, block, links)
        elif isinstance(block, Table):
            _table(document, block, links, is_wide=is_wide)
        elif isinstance(block, Annex):
            _line(document, paper.date, "公文落款")
            _turn(document)
            _line(document, block.title, "Heading 1")
            is_wide = True
    if not is_wide:
        _line(document, paper.date, "公文落款")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


# ── pages and styles ──
def _set_up(document: Document, paper: Paper) -> None:
    told = document.core_properties
    told.title, told.subject = paper.title, paper.name
    told.author, told.language = "12345 热线", "zh-CN"
    told.created = told.modified = moment(paper.made_at)
    _upright(document.sections[0])
    document.settings.odd_and_even_pages_header_footer = True
    _styles(document)
    _page_numbers(document.sections[0])
    _name_stand_ins(document)


def _upright(section: Any) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)


def _turn(document: Document) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin, section.bottom_margin = Mm(28), Mm(26)
    section.left_margin, section.right_margin = Mm(20), Mm(20)


def _styles(document: Document) -> None:
    normal = document.styles["Normal"]
    _face(normal, FANGSONG, BODY)
    _spaced(normal, Pt(28), ALIGN.JUSTIFY)
    _indented(normal)
    heading = document.styles["Heading 1"]
    _face(heading, HEI, BODY)
    _spaced(heading, Pt(28), ALIGN.LEFT)
    heading.font.color.rgb, heading.paragraph_format.keep_with_next = None, True
    for name, face, size, spacing, align in (
        ("公文标题", XIAOBIAOSONG, TITLE, Pt(36), ALIGN.CENTER),
        ("公文副题", FANGSONG, SMALL, Pt(22), ALIGN.CENTER),
        ("公文落款", FANGSONG, BODY, Pt(40), ALIGN.RIGHT),
        ("公文说明", FANGSONG, SMALL, Pt(20), ALIGN.JUSTIFY),
        ("公文表题", HEI, SMALL, Pt(24), ALIGN.CENTER),
        ("公文表格", SONG, CELL, None, ALIGN.LEFT),
    ):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _face(style, face, size)
        _spaced(style, spacing, align)
    _indented(document.styles["公文说明"])
    cell = document.styles["公文表格"].paragraph_format
    cell.space_before = cell.space_after = Pt(2)
    for name in ("公文表题", "公文说明"):  # a caption stays with its table, the date never stands on a page alone
        document.styles[name].paragraph_format.keep_with_next = True


def _face(style: Any, face: str, size: Pt) -> None:
    style.font.name, style.font.size, style.font.bold, style.font.italic = LATIN, size, False, False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)  # a theme's typeface would win over the one named here
    fonts.set(qn("w:eastAsia"), face)


def _spaced(style: Any, spacing: Pt | None, align: Any) -> None:
    shape = style.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.alignment = align
    shape.line_spacing_rule = WD_LINE_SPACING.SINGLE if spacing is None else WD_LINE_SPACING.AT_LEAST
    if spacing is not None:
        shape.line_spacing, shape.line_spacing_rule = spacing, WD_LINE_SPACING.AT_LEAST


def _indented(style: Any) -> None:
    """首行缩进两字, in characters: it follows the size of the text."""
    indent = style.element.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), "200")
    indent.set(qn("w:firstLine"), str(int(style.font.size.pt * 2 * 20)))


def _page_numbers(section: Any) -> None:
    """“— 1 —”, outside on both sides of a sheet."""
    for footer, align in ((section.footer, ALIGN.RIGHT), (section.even_page_footer, ALIGN.LEFT)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        for piece in ("— ", None, " —"):
            run = paragraph.add_run(piece or "")
            run.font.size = PAGE_NUMBER
            run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), SONG)
            if piece is None:
                _field(run, "PAGE")


def _field(run: Any, code: str) -> None:
    for kind in ("begin", "separate", "end"):
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        run.element.append(mark)
        if kind == "begin":
            said = OxmlElement("w:instrText")
            said.text = code
            run.element.append(said)


def _name_stand_ins(document: Document) -> None:
    """The library has no door to the font table: its part is replaced as a whole."""
    part = next(part for part in document.part.package.iter_parts() if part.partname == "/word/fontTable.xml")
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for name, others in STAND_INS.items()
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    part._blob = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts xmlns:w="{space}">{fonts}</w:fonts>'.encode()
    )


# ── what stands on them ──
class Links:
    """Figures as hyperlinks. The library would look through all links of a document for each new one."""

    def __init__(self, document: Document, site: str) -> None:
        self.part, self.site = document.part, site
        self.known: dict[str, str] = {}

    def add(self, paragraph: Any, piece: Cell) -> Any:
        """The run that says it."""
        run = paragraph.add_run(str(piece))
        if isinstance(piece, Cited):
            link = OxmlElement("w:hyperlink")
            link.set(qn("r:id"), self._id(piece.under(self.site)))
            link.set(qn("w:history"), "1")
            link.append(run._r)  # taken out of the paragraph and put into the link
            paragraph._p.append(link)
            run.font.color.rgb = LINK
        return run

    def _id(self, address: str) -> str:
        if address not in self.known:
            self.known[address] = f"list{len(self.known)}"
            self.part.load_rel(RELATIONSHIP.HYPERLINK, address, self.known[address], is_external=True)
        return self.known[address]


def _line(document: Document, text: str, style: str) -> None:
    document.add_paragraph(text, style=style)


def _paragraph(document: Document, block: Text, links: Links) -> None:
    paragraph = document.add_paragraph(style="公文说明" if block.is_small else "Normal")
    for piece in block.pieces:
        links.add(paragraph, piece)


def _table(document: Document, block: Table, links: Links, *, is_wide: bool) -> None:
    _line(document, block.title, "公文表题")
    table = document.add_table(rows=1, cols=len(block.columns), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    width = TEXT_WIDTH_WIDE if is_wide else TEXT_WIDTH
    widths = [Mm(width * weight / sum(block.weights)) for weight in block.weights]
    for column, column_width in zip(table.columns, widths, strict=True):
        column.width = column_width
    _fill(table.rows[0], block.columns, widths, links, words=len(block.columns), is_wide=is_wide)
    _mark(table.rows[0], "w:tblHeader")
    for cells in block.rows:
        _fill(table.add_row(), cells, widths, links, words=block.words, is_wide=is_wide)
    document.add_paragraph(style="公文表格")


def _fill(row: Any, cells: tuple[Cell, ...], widths: list, links: Links, *, words: int, is_wide: bool) -> None:
    """The cells of one row; figures stand in the middle. Rows do not break across pages."""
    _mark(row, "w:cantSplit")
    style_id = row.part.document.styles["公文表格"].style_id
    for place, (cell, said, width) in enumerate(zip(row.cells, cells, widths, strict=True)):
        cell.width, cell.vertical_alignment = width, WD_CELL_VERTICAL_ALIGNMENT.CENTER
        paragraph = cell.paragraphs[0]
        paragraph._p.style = style_id  # by its name the library would search all styles for every cell
        links.add(paragraph, said).font.size = CELL_WIDE if is_wide else CELL
        if place >= words or words == len(cells):
            paragraph.alignment = ALIGN.CENTER


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))
