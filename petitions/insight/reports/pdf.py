"""The same report as PDF, its typefaces embedded: reads and prints alike everywhere."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from reportlab.lib import colors, textsplit
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import BaseDocTemplate, Frame, NextPageTemplate, PageBreak, PageTemplate, Paragraph, Spacer
from reportlab.platypus import Table as Grid
from reportlab.platypus import paragraph as paragraphs

from petitions.insight.reports import blocks, fonts
from petitions.insight.reports.blocks import Annex, Block, Heading, Paper, Table, Text
from petitions.insight.reports.citing import Cell, Cited
from petitions.insight.reports.content import Content
from petitions.insight.reports.sentences import Texts

# 行首禁则: the library knows the Japanese marks only, and each of these modules has its own copy of the list.
for module in (textsplit, paragraphs):
    module.ALL_CANNOT_START += "，。；：、？！）》」』】”’％%"

UPRIGHT = {"left": 28 * mm, "right": 26 * mm, "top": 37 * mm, "bottom": 35 * mm}
WIDE = {"left": 20 * mm, "right": 20 * mm, "top": 22 * mm, "bottom": 22 * mm}
LINK = "#1f3f7a"  # dark enough to print as black
LINE, SUNK = colors.HexColor("#8a8f98"), colors.HexColor("#f1f2f4")


def draw(content: Content, texts: Texts, *, site: str) -> bytes:
    """PDF. `site`: the address before those of the lists. Raises NoOpenFont."""
    return drawn(blocks.paper_of(content, texts), site=site)


def drawn(paper: Paper, *, site: str = "") -> bytes:
    """PDF. Raises NoOpenFont."""
    heads = [paper.title, paper.subtitle, paper.date]
    with _faces("".join([*heads, *(_letters(block) for block in paper.blocks)])) as (plain, bold):
        styles = _styles(plain, bold)
        story = [Paragraph(escape(heads[0]), styles["title"]), Paragraph(_said(heads[1], site), styles["subtitle"])]
        for block in paper.blocks:
            story += _flow(block, styles, paper.date, site)
        if not any(isinstance(block, Annex) for block in paper.blocks):
            story.append(Paragraph(escape(paper.date), styles["date"]))
        return _built(story, heads, plain)


@contextmanager
def _faces(text: str) -> Iterator[tuple[str, str]]:
    """The library keeps typefaces for ever, by name: each report has its own, which leave with it."""
    names = [f"report-{secrets.token_hex(6)}-{face}" for face in ("plain", "bold")]
    everything = text + "0123456789— "  # and what page numbers are made of
    try:
        for name, is_bold in zip(names, (False, True), strict=True):
            pdfmetrics.registerFont(TTFont(name, io.BytesIO(fonts.cut(everything, is_bold=is_bold))))
        yield names[0], names[1]
    finally:
        for name in names:
            pdfmetrics._fonts.pop(name, None)


def _letters(block: Block) -> str:
    if isinstance(block, Table):
        return "".join([block.title, *block.columns, *(str(cell) for row in block.rows for cell in row)])
    return block.title if isinstance(block, Annex) else block.text


def _styles(plain: str, bold: str) -> dict[str, ParagraphStyle]:
    def style(name: str, face: str, size: float, leading: float, **more: Any) -> ParagraphStyle:
        return ParagraphStyle(name, fontName=face, fontSize=size, leading=leading, wordWrap="CJK", **more)

    return {
        "title": style("title", bold, 21, 32, alignment=TA_CENTER),
        "subtitle": style("subtitle", plain, 11, 18, alignment=TA_CENTER, spaceAfter=8),
        "heading": style("heading", bold, 14, 26, spaceBefore=6, keepWithNext=1),
        "text": style("text", plain, 13, 23, firstLineIndent=26),
        "small": style("small", plain, 10, 16, firstLineIndent=20, keepWithNext=1),
        "caption": style("caption", bold, 10.5, 18, alignment=TA_CENTER, spaceBefore=6, keepWithNext=1),
        "date": style("date", plain, 13, 26, alignment=TA_RIGHT, spaceBefore=14),
        "words": style("words", plain, 9, 12, alignment=TA_LEFT),
        "figures": style("figures", plain, 9, 12, alignment=TA_CENTER),
        "head": style("head", bold, 9, 12, alignment=TA_CENTER),
    }


def _flow(block: Block, styles: dict[str, ParagraphStyle], date: str, site: str) -> list:
    if isinstance(block, Heading):
        return [Paragraph(escape(block.text), styles["heading"])]
    if isinstance(block, Text):
        said = "".join(_said(piece, site) for piece in block.pieces)
        return [Paragraph(said, styles["small" if block.is_small else "text"])]
    if isinstance(block, Annex):
        heading = Paragraph(escape(block.title), styles["heading"])
        return [Paragraph(escape(date), styles["date"]), NextPageTemplate("wide"), PageBreak(), heading]
    return [Paragraph(escape(block.title), styles["caption"]), _grid(block, styles, site), Spacer(1, 8)]


def _grid(block: Table, styles: dict[str, ParagraphStyle], site: str) -> Grid:
    """The heading stands again on every page."""
    width = (A4[1] - 40 * mm) if block.columns == blocks.SHEET else (A4[0] - 54 * mm)
    rows = [[Paragraph(escape(word), styles["head"]) for word in block.columns]]
    rows += [
        [
            Paragraph(_said(cell, site), styles["words" if place < block.words else "figures"])
            for place, cell in enumerate(row)
        ]
        for row in block.rows
    ]
    grid = Grid(rows, [width * weight / sum(block.weights) for weight in block.weights], repeatRows=1)
    grid.setStyle(
        [
            ("FONTNAME", (0, 0), (-1, -1), styles["words"].fontName),  # else one that is not embedded is named
            ("GRID", (0, 0), (-1, -1), 0.5, LINE),
            ("BACKGROUND", (0, 0), (-1, 0), SUNK),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ]
    )
    return grid


def _said(piece: Cell, site: str) -> str:
    """In the library's own marks."""
    text = escape(str(piece)).replace("\n", "<br/>")
    if not isinstance(piece, Cited):
        return text
    return f"<a href={quoteattr(piece.under(site))} color={LINK!r}>{text}</a>"


def _built(story: list, heads: list[str], face: str) -> bytes:
    out = io.BytesIO()
    told = {"title": heads[0], "subject": heads[1], "author": "12345 热线", "lang": "zh-CN"}
    # Without `initialFontName` every page would begin with a typeface that is not embedded.
    document = BaseDocTemplate(out, pagesize=A4, initialFontName=face, **told)
    document.addPageTemplates([_pages("upright", A4, UPRIGHT, face), _pages("wide", landscape(A4), WIDE, face)])
    document.build(story)
    return out.getvalue()


def _pages(name: str, size: tuple[float, float], margins: dict[str, float], face: str) -> PageTemplate:
    def number(canvas: Any, document: Any) -> None:
        canvas.setFont(face, 12)
        said = f"— {document.page} —"
        if document.page % 2:
            canvas.drawRightString(size[0] - margins["right"], margins["bottom"] - 10 * mm, said)
        else:
            canvas.drawString(margins["left"], margins["bottom"] - 10 * mm, said)

    width, height = size[0] - margins["left"] - margins["right"], size[1] - margins["top"] - margins["bottom"]
    frame = Frame(margins["left"], margins["bottom"], width, height, 0, 0, 0, 0)
    return PageTemplate(name, [frame], onPage=number, pagesize=size)
