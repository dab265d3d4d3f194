"""Texts with known names, to teach and to try the name recogniser: templates filled, and names put into seed texts.

Teaching and trying draw from different surnames, given names, titles, templates and seed texts, so that what is
tried was never taught. Nothing here is about real people: parts are drawn at random.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from nlp.core.corpus import BAR, CORPUS, SEED, read_seed

TEACH, TRY = "学", "考"
Span = tuple[int, int]


@dataclass(frozen=True)
class Marked:
    """A text and where the names stand in it."""

    text: str
    names: tuple[Span, ...] = ()


def samples(side: str, seed: int, *, per_template: int, per_text: int) -> Iterator[Marked]:
    """Filled templates, then the seed texts of this side: as they are, and `per_text` times with names put in."""
    draw = random.Random(f"{side} {seed}")  # noqa: S311 - makes exercises, no secrets
    for template in _lines("name_templates.txt")[side]:
        for _ in range(per_template if "[" in template or "{" in template else 1):
            yield _filled(template, side, draw)
    for text in seed_texts(side):
        yield known(text)
        for _ in range(per_text):
            changed = _with_names(text, side, draw)
            if changed is not None:
                yield changed
        for _ in range(per_text if not known(text).names else 0):
            renamed = _PLACE.sub(lambda _: _place(side, draw), text)
            if renamed != text:
                yield Marked(renamed)


def seed_texts(side: str) -> Iterator[str]:
    """Every fifth seed text is kept for trying."""
    texts = (each.text for path in sorted(SEED.glob("*.txt")) for each in read_seed(path))
    return (text for at, text in enumerate(texts) if (at % 5 == 0) == (side == TRY))


def known(text: str) -> Marked:
    """A seed text with the names that its author put there."""
    spans = {
        (match.start() + offset, match.start() + offset + length)
        for phrase, offset, length in _names_in_seed()
        for match in re.finditer(re.escape(phrase), text)
    }
    return Marked(text, tuple(sorted(spans)))


@cache
def _names_in_seed() -> tuple[tuple[str, int, int], ...]:
    lines = (CORPUS / "names_in_seed.txt").read_text(encoding="utf-8").splitlines()
    marked = [line for line in lines if line and not line.startswith("#")]
    return tuple(
        (re.sub(r"[\[\]]", "", line), line.index("["), line.index("]") - line.index("[") - 1) for line in marked
    )


def _filled(template: str, side: str, draw: random.Random) -> Marked:
    text, spans = "", []
    for part in re.split(r"(\[[^\]]+\]|\{[^}]+\})", template.replace("\\n", "\n")):
        word = _PARTS[part[1:-1]](side, draw) if part[:1] in ("[", "{") else part
        if part[:1] == "[":
            spans.append((len(text), len(text) + len(word)))
        text += word
    return Marked(text, tuple(spans))


def _with_names(text: str, side: str, draw: random.Random) -> Marked | None:
    """One to three mentions of persons become names; None when the text mentions nobody."""
    mentions = [match for match in _MENTIONS[side].finditer(text)]
    if not mentions or known(text).names:
        return None
    chosen = sorted(draw.sample(mentions, min(len(mentions), draw.randint(1, 3))), key=lambda match: match.start())
    made, spans, at = "", [], 0
    for match in chosen:
        made += text[at : match.start()]
        before, name, after = _mention(match.group(), side, draw)
        spans.append((len(made) + len(before), len(made) + len(before) + len(name)))
        made += before + name + after
        at = match.end()
    return Marked(made + text[at:], tuple(spans))


def _mention(word: str, side: str, draw: random.Random) -> tuple[str, str, str]:
    """What stands before the name, the name, and what stands behind it."""
    role = word not in ("他", "她", "对方", "邻居", "我妈", "我爸", "老公", "老婆")
    forms = [("", full, "")] * 5 if (full := _full(side, draw)) else []
    surname, title = _surname(side, draw), _title(side, draw)
    forms += [
        ("", surname, title),
        (draw.choice("老小"), surname, ""),
        ("", full, title),
        ("", _foreign(side, draw), ""),
    ]
    if word not in ("他", "她"):
        forms += [(word, full, "")] * 4
    if role:
        forms += [("", surname, word)] * 2 + [("", full, word)]
    return draw.choice(forms)


_HE = "(?<![其吉])(?:他|她)(?![们人俩])"
_MENTIONS = {
    TEACH: re.compile(rf"{_HE}|房东|老板(?!娘)|司机|邻居|中介|包工头|师傅|保安|班主任|我妈|老公"),
    TRY: re.compile(rf"{_HE}|经理|店主|老师|医生|对方|主任|队长|我爸|老婆"),
}


def surnames() -> list[str]:
    """All surnames that are known, of both sides."""
    return [*_parts()["姓", TEACH], *_parts()["姓", TRY], *_parts()["复姓", TEACH], *_parts()["复姓", TRY]]


def _surname(side: str, draw: random.Random) -> str:
    return draw.choice(_parts()["复姓" if draw.random() < 0.08 else "姓", side])


def _full(side: str, draw: random.Random) -> str:
    given = _parts()["名", side]
    surname, one = _surname(side, draw), draw.choice(given)
    if draw.random() < 0.35:
        return surname + draw.choice(_parts()["常名", side])
    if draw.random() < 0.25:
        return surname + one
    return surname + one + (one if draw.random() < 0.08 else draw.choice(given))


def _foreign(side: str, draw: random.Random) -> str:
    return draw.choice(_parts()["族名", side])


def _title(side: str, draw: random.Random) -> str:
    return draw.choice(_parts()["尊称", side])


def _place(side: str, draw: random.Random) -> str:
    """The name of no place there is: of the same characters as names of people."""
    given = _parts()["名", side]
    front = _surname(side, draw) if draw.random() < 0.6 else draw.choice(given)
    return (
        front
        + "".join(draw.choices(given, k=draw.choice((1, 1, 1, 2, 3))))
        + draw.choice(("", "", *_parts()["地尾", side]))
    )


# A name of a place or a shop, as far as one can be told by what stands behind it.
_PLACE = re.compile(
    r"(?<=[区县镇市住在到从去叫对过给找][\u4e00-\u9fff])?(?<=[区县镇市住在到从去叫对过给找，。、“])[\u4e00-\u9fff]{2,3}"
    r"(?=小区|社区|花园|家园|公寓|大厦|广场|公园|新村|大道|路|街|村|镇|超市|商场|酒店|饭店|药房|公司|集团|学校|小学|中学"
    r"|幼儿园|医院|诊所|物业|工地|业主|[一二三四五]期|\d+[栋号期])"
)
_PARTS = {"地名": _place, "全名": _full, "姓": _surname, "族名": _foreign, "尊称": _title}


@cache
def _parts() -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for line in _rows("name_parts.txt"):
        label, _, words = line.partition(BAR)
        kind, side = label.split()
        found[kind, side] = words.split()
    return found


@cache
def _lines(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for line in _rows(name):
        side, _, sentence = line.partition(BAR)
        found[side].append(sentence)
    return found


def _rows(name: str) -> Iterable[str]:
    lines = (CORPUS / "lexicon" / name).read_text(encoding="utf-8").splitlines()
    return (line for line in lines if line.strip() and not line.startswith("#"))
