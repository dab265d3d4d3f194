"""An open Chinese typeface for embedding: the glyphs that a text needs, cut out of a font that is installed here.

Noto and Source Han (SIL Open Font License 1.1) may be embedded. Their outlines are cubic; PDF writers want TrueType,
so the few hundred glyphs of a report are turned into quadratic ones.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, newTable

from petitions.errors import PetitionError

# In the order of preference; a file may hold several faces, of which the simplified Chinese one is taken.
NAMES = {
    False: ("NotoSerifCJK-Regular.ttc", "NotoSerifCJKsc-Regular.otf", "NotoSerifSC-Regular.otf",
            "SourceHanSerifSC-Regular.otf", "NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf",
            "NotoSansSC-Regular.otf", "SourceHanSansSC-Regular.otf"),
    True: ("NotoSansCJK-Bold.ttc", "NotoSansCJKsc-Bold.otf", "NotoSansSC-Bold.otf", "SourceHanSansSC-Bold.otf",
           "NotoSerifCJK-Bold.ttc", "NotoSerifCJKsc-Bold.otf", "NotoSerifSC-Bold.otf", "SourceHanSerifSC-Bold.otf"),
}  # fmt: skip
SIMPLIFIED = " SC"
ERROR = 0.001  # largest distance between the cubic outline and the quadratic one, in ems


class NoOpenFont(PetitionError):
    """服务器上没有可以嵌入的中文字体，没有做 PDF；装上 Noto CJK 或思源字体后重新生成即可。其他文件不受影响。"""


def cut(text: str, *, is_bold: bool = False) -> bytes:
    """TrueType with the characters of `text`. Raises NoOpenFont."""
    path = found(is_bold=is_bold)
    with path.open("rb") as file:
        return _cut(_opened(file, is_collection=path.suffix == ".ttc"), text)


def _cut(font: TTFont, text: str) -> bytes:
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True)
    options.drop_tables += ["GSUB", "GPOS", "BASE", "VORG", "vhea", "vmtx", "GDEF"]
    cutter = subset.Subsetter(options)
    cutter.populate(text=text)
    cutter.subset(font)
    if "CFF " in font:
        _make_quadratic(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def found(*, is_bold: bool = False) -> Path:
    """The first of the names in the folders of fonts; a plain face where there is no bold one. Raises NoOpenFont."""
    for name in (*NAMES[is_bold], *NAMES[False]):
        for folder in settings.FONT_DIRS:
            path = next(Path(folder).rglob(name), None)
            if path:
                return path
    raise NoOpenFont


def _opened(file: BinaryIO, *, is_collection: bool) -> TTFont:
    if not is_collection:
        return TTFont(file, lazy=True)
    faces = TTCollection(file, lazy=True).fonts
    return next((face for face in faces if (face["name"].getDebugName(1) or "").endswith(SIMPLIFIED)), faces[0])


def _make_quadratic(font: TTFont) -> None:
    shapes, order = font.getGlyphSet(), font.getGlyphOrder()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(None)
        shapes[name].draw(Cu2QuPen(pen, ERROR * font["head"].unitsPerEm, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, glyphs
    _say_true_type(font)


def _say_true_type(font: TTFont) -> None:
    """The tables that know which kind of outlines there are."""
    del font["CFF "]
    for name, glyph in font["glyf"].glyphs.items():
        glyph.recalcBounds(font["glyf"])
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(glyph, "xMin", 0))
    most = font["maxp"]
    most.tableVersion = 0x00010000
    for name in ("maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements"):
        setattr(most, name, 0)
    most.maxZones, most.maxSizeOfInstructions, most.maxComponentElements = 1, 0, 0
    font["post"].formatType, font["post"].extraNames, font["post"].mapping = 3.0, [], {}
    font.sfntVersion = "\000\001\000\000"
