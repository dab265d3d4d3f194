"""The colours of tokens.css with their contrast, as WCAG 2.2 counts it: the style guide shows it, a test holds it."""

import re
from dataclasses import dataclass
from functools import cache

from django.conf import settings

TOKENS = settings.BASE_DIR / "frontend" / "src" / "styles" / "tokens.css"
TEXT, SHAPE = 4.5, 3.0  # level AA: words, and edges or marks that mean something
STATES = ("done", "info", "soon", "over", "call", "idle")
PAIRS = (
    *((ink, ground, TEXT) for ink in ("ink", "ink-2", "ink-3") for ground in ("page", "surface", "sunk")),
    *((state, ground, TEXT) for state in STATES for ground in (f"{state}-tint", "surface", "page")),
    *(("brand", ground, TEXT) for ground in ("surface", "page")),
    *((ink, "brand-tint", TEXT) for ink in ("brand-ink", "ink-2", "ink-3")),
    ("on-brand", "brand", TEXT),
    *((ink, "brand-deep", TEXT) for ink in ("on-deep", "on-deep-2")),
    *((mark, "surface", SHAPE) for mark in ("edge", "over-mark", "soon-mark", "focus")),
    *((mark, "page", SHAPE) for mark in ("edge", "focus")),
)


@dataclass(frozen=True)
class Pair:
    """One colour on another; `least` is what WCAG asks of this use."""

    ink: str
    ground: str
    ink_value: str
    ground_value: str
    ratio: float
    least: float

    @property
    def is_enough(self) -> bool:
        return self.ratio >= self.least


@dataclass(frozen=True)
class Theme:
    name: str
    colours: tuple[tuple[str, str], ...]  # name of the token, #rrggbb
    pairs: tuple[Pair, ...]


@cache
def themes() -> tuple[Theme, Theme]:
    """Light and dark as the style sheet has them."""
    text = TOKENS.read_text()
    light = _colours(text, ":root")
    return _theme("light", light), _theme("dark", light | _colours(text, '[data-theme="dark"]'))


def _colours(text: str, selector: str) -> dict[str, str]:
    block = re.search(re.escape(selector) + r" \{(.*?)\n\}", text, re.DOTALL)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block[1]))


def _theme(name: str, colours: dict[str, str]) -> Theme:
    pairs = [
        Pair(ink, ground, colours[ink], colours[ground], contrast(colours[ink], colours[ground]), least)
        for ink, ground, least in PAIRS
    ]
    return Theme(name, tuple(colours.items()), tuple(pairs))


def contrast(one: str, other: str) -> float:
    """Ratio of two #rrggbb colours, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
