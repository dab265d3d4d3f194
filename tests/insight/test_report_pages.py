"""Reports as they leave the house: the document opens in LibreOffice, the PDF carries its typefaces, pages are kept.

With SCREENSHOTS=1 the pictures of the pages go to docs/screenshots, otherwise to a folder of the test run.
"""

import random
import shutil
import subprocess
from pathlib import Path

import pytest

from backend import env
from petitions.insight.rates import Counts, Formula, place
from petitions.insight.reports import docx, fonts, pdf, sentences
from petitions.insight.reports.content import Content, Exclusion, Group, Line, Volume

OFFICE, PICTURES, WORDS = (shutil.which(name) for name in ("soffice", "pdftoppm", "pdftotext"))
needs_office = pytest.mark.skipif(
    not (OFFICE and PICTURES and WORDS), reason="install libreoffice-writer and poppler-utils to look at the pages"
)
SITE = "https://example.org"
STREETS = [f"{a}{b}街道" for a in "江石新文" for b in "北桥华苑"]
OFFICES = ["市城管局", "市住建局", "市交通局", "市市场监管局", "市人社局"]


def _counts(chance: random.Random, size: int) -> Counts:
    valid = chance.randint(size // 2, size)
    assessed = valid - chance.randint(0, 3)
    solved = round(assessed * chance.uniform(0.78, 0.97))
    satisfied = round(assessed * chance.uniform(0.75, 0.95))
    return Counts(
        received=size + chance.randint(0, 40),
        closed=size,
        valid=valid,
        contacted=round(valid * chance.uniform(0.93, 1)),
        assessed=assessed,
        solved=solved,
        satisfied=satisfied,
        basically=min(assessed - satisfied, chance.randint(0, 6)),
        signed=size,
        signed_in_time=size - chance.randint(0, 9),
        closed_in_time=size - chance.randint(0, 12),
        returned=chance.randint(0, 8),
        returned_unfounded=chance.randint(0, 2),
        rehandled=chance.randint(0, 6),
        repeats=chance.randint(0, 20),
        false_replies=chance.randint(0, 2),
    )


def _group(chance: random.Random, name: str, units: list[str], calibre: str, formula: Formula) -> Group:
    counts = {number: _counts(chance, 20 if number == 3 else 220) for number in range(len(units))}
    lines = tuple(
        Line(units[placed.unit], counts[placed.unit], placed.rank, placed.grade, round(chance.uniform(-6, 6), 1), 80)
        for placed in place(counts, formula)
    )
    return Group(name, calibre, lines)


@pytest.fixture(scope="module")
def shown() -> Content:
    """A period of a district: 16 streets, 5 departments, made up by chance from a fixed seed."""
    chance, formula = random.Random(5), Formula()
    groups = tuple(
        _group(chance, name, units, calibre, formula)
        for calibre in "AB"
        for name, units in (("街道（乡镇）", STREETS), ("部门", OFFICES))
    )
    leaves = tuple(
        Volume(name, chance.randint(20, 400), chance.randint(20, 400))
        for name in (
            "市政公用 › 路灯 › 路灯不亮",
            "住房物业 › 供暖 › 暖气不热",
            "环境 › 噪声 › 夜间施工",
            "交通 › 停车 › 占道停车",
            "环卫 › 垃圾 › 清运不及时",
        )
    )
    return Content(
        kind="assessment",
        name="2026 年 11 月考核期",
        before_name="2026 年 10 月考核期",
        begins="2026-10-19T00:00:00+08:00",
        ends="2026-11-19T00:00:00+08:00",
        made_at="2026-11-19T08:30:00+08:00",
        formula=formula,
        groups=groups,
        before={"B": _counts(chance, 4000)},
        channels=(Volume("电话", 4120, 3950), Volume("微信", 640, 655), Volume("网站", 88, 0)),
        types=(Volume("求助", 3100, 3000), Volume("投诉", 1200, 1250), Volume("咨询", 548, 355)),
        leaves=tuple(sorted(leaves, key=lambda leaf: -leaf.now)),
        exclusions=(
            Exclusion("石桥街道办事处", "剔除", "无事实依据", "赵一", 6),
            Exclusion("市住建局", "只评响应率", "政策类", "钱二", 4),
        ),
        overdue_now=17,
    )


@pytest.fixture(scope="module")
def shelf(tmp_path_factory) -> Path:
    wanted = env.flag("SCREENSHOTS", False)
    return env.BASE_DIR / "docs" / "screenshots" if wanted else tmp_path_factory.mktemp("report-pages")


def run(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout  # noqa: S603


def _pictures(file: Path, shelf: Path, name: str) -> int:
    run(PICTURES, "-r", "60", "-png", file, shelf / f"report-{name}")
    return len(list(shelf.glob(f"report-{name}-*.png")))


def flat(text: str) -> str:
    return "".join(text.split())


@needs_office
def test_the_document_opens_in_libreoffice_and_says_everything(shown, shelf, tmp_path):
    texts = sentences.texts_of(shown)
    (tmp_path / "report.docx").write_bytes(docx.draw(shown, texts, site=SITE))

    profile = f"-env:UserInstallation=file://{tmp_path}/office"
    run(OFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "report.docx")

    read = flat(run(WORDS, "-layout", tmp_path / "report.pdf", "-"))
    for line in shown.of("B")[0].lines:
        assert flat(line.name) in read
        assert f"{shown.scores(line.counts).composite:.1f}" in read
    assert "—1—" in read and "—2—" in read
    assert 5 <= _pictures(tmp_path / "report.pdf", shelf, "docx") <= 12


@pytest.mark.skipif(not (PICTURES and WORDS), reason="install poppler-utils to look into the PDF")
def test_the_pdf_carries_its_typefaces_and_its_words_can_be_searched(shown, shelf, tmp_path):
    try:
        data = pdf.draw(shown, sentences.texts_of(shown), site=SITE)
    except fonts.NoOpenFont as refusal:
        pytest.skip(refusal.message)
    file = tmp_path / "report.pdf"
    file.write_bytes(data)

    faces = [row.split() for row in run("pdffonts", file).splitlines()[2:]]
    assert faces and all(row[-5] == "yes" for row in faces), faces  # the column "emb"
    read = flat(run(WORDS, "-layout", file, "-"))
    assert "江北街道" in read and "考核成绩表" in read and "B考核口径(剔除后)" in read
    assert _pictures(file, shelf, "pdf") >= 4
    assert len(data) < 1_000_000
