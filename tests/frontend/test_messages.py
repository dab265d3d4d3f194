"""The English catalogue is complete, and Chinese copy is set in Chinese punctuation."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from backend import env

FRONTEND = env.BASE_DIR / "frontend"
CATALOGUE = FRONTEND / "locale" / "en" / "LC_MESSAGES" / "django.po"
TEMPLATES = sorted((FRONTEND / "templates").rglob("*.html"))
# The samples of the style guide are what a city would write there, in its language on every page (lang="zh-CN").
COPY = [path for path in TEMPLATES if path.parent.name != "styleguide"]
TRANSLATED = re.compile(r"""\{%\s*trans\s+"([^"]+)"(?:\s+context\s+"[^"]+")?\s*%\}|_\("([^"]+)"\)""")
CHINESE = "\u4e00-\u9fa5"


def known_messages() -> set[str]:
    """What the catalogue has English for; Django doubles the percent signs of {% trans %} before it looks there."""
    with CATALOGUE.open("rb") as source:
        ids = {m.id if isinstance(m.id, str) else m.id[0] for m in read_po(source) if m.id and all_said(m)}
    return ids | {known.replace("%%", "%") for known in ids}


def all_said(message) -> bool:
    return bool(message.string) if isinstance(message.string, str) else all(message.string)


def test_every_message_of_the_pages_has_its_english():
    sources = [*TEMPLATES, *FRONTEND.glob("*.py"), *FRONTEND.glob("forms/*.py"), *FRONTEND.glob("views/*.py")]
    said = {a or b for path in sources for a, b in TRANSLATED.findall(path.read_text(encoding="utf-8"))}
    assert sorted(said - known_messages()) == []


@pytest.mark.parametrize("path", COPY, ids=lambda path: path.name)
def test_no_copy_stands_outside_the_catalogue(path: Path):
    left = re.sub(
        r"\{%\s*blocktrans.*?endblocktrans\s*%\}|\{%.*?%\}|\{\{.*?\}\}",
        "",
        path.read_text(encoding="utf-8"),
        flags=re.S,
    )
    assert re.findall(rf'(?<!value=")[{CHINESE}]+(?![{CHINESE}]*")', left) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_chinese_copy_has_no_half_width_punctuation(path: Path):
    assert re.findall(rf"[{CHINESE}][,:;?!][{CHINESE}]", path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_carry_no_inline_style_or_script(path: Path):
    """The content policy would block them; this says so before a browser does."""
    assert re.findall(r"\sstyle=|<style|<script|\son[a-z]+=|hx-on", path.read_text(encoding="utf-8")) == []
