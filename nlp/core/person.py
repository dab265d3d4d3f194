"""How likely a stretch of text is a private person's name: a linear model of what it is made of and where it stands.

Candidates are a surname with one or two more characters, a surname alone where a title or 老/小 stands by it, and runs
of the characters that write Uyghur, Tibetan, Mongolian and other names. Rules (`nlp.core.names`) propose stretches too;
which rule did is a feature. The weights come from `manage.py train_names`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache

from nlp.core import modelfile
from nlp.core.corpus import CORPUS
from nlp.core.name_text import Cut, foreign, site_at, sites, size, title_at
from nlp.core.segment import frequency

WEIGHTS = CORPUS / "names.model"
# A common word that covers a surname is looked at only when a title follows: 时间, 方便, 全部.
COMMON_WORD = 1_000
LISTED = 5
COMMON_NICKNAME = 50
ALWAYS = "always"
# How much rarer a character is in names than in complaints when no name is known to have it.
NO_NAME = -4.0
# Candidates less likely than this by their characters alone are not looked at: 2 % of the finds, 40 % of the work.
LEAST_LIKELY = -2.0
_HAN = re.compile("[\u4e00-\u9fff]")
_RUN = re.compile("[\u4e00-\u9fff]+")


@dataclass(frozen=True)
class Model:
    """Weights of features, how telling characters are in surnames and given names (natural logarithms), and how many
    people share a given name of two characters (logarithm to 2)."""

    weights: Mapping[str, float]
    surnames: Mapping[str, float]
    given: Mapping[str, float]
    usual: Mapping[str, float]

    def likely(self, name: str) -> float:
        """How much commoner its characters are in names than in complaints, all together."""
        surname, given = self.parts(name)
        return self.surnames.get(surname, NO_NAME) + sum(self.given.get(each, NO_NAME) for each in given)

    def parts(self, name: str) -> tuple[str, str]:
        """Surname and given name."""
        length = 2 if name[:2] in self.surnames else 1
        return name[:length], name[length:]

    def score(self, cut: Cut, start: int, end: int, rule: str) -> float:
        """Log-odds that [start, end) is a name."""
        weights = self.weights
        return weights.get(ALWAYS, 0.0) + sum(weights.get(each, 0.0) for each in self.features(cut, start, end, rule))

    def features(self, cut: Cut, start: int, end: int, rule: str) -> list[str]:
        """What is known of a candidate, as strings."""
        return [*self._inside(cut, start, end, rule), *_around(cut, start, end)]

    def _inside(self, cut: Cut, start: int, end: int, rule: str) -> list[str]:
        name = cut.text[start:end]
        surname, given = self.parts(name)
        shape = f"{len(surname)}{len(given)}"
        prior = round(self.surnames.get(surname, NO_NAME))
        likely = sum(self.given.get(each, NO_NAME) for each in given)
        whole, rest = size(frequency(name)), size(frequency(given)) if len(given) > 1 else -1
        front = size(frequency(name[:2])) if len(surname) == 1 and len(given) == 2 else -1
        crossed = cut.crossed(start), cut.crossed(end)
        fits = f"{int(cut.begins[start] == start)}{int(cut.ends[end - 1] == end)}"
        return [
            f"size {shape}",
            f"sur {shape} {prior}",
            f"given {shape} {round(likely)}",
            f"last {round(self.given.get(name[-1], NO_NAME))}",
            f"sur {prior} given {round(likely / max(1, len(given)))}",
            f"ends {name[-1] if sites().match(name, len(name) - 1) else '-'}",
            f"whole {whole}",
            f"usual {self.usual.get(given, '-')} rest {min(rest, 3)}",
            f"front {front}",
            f"crossed {crossed[0]} {crossed[1]}",
            f"longer {size(frequency(cut.text[start : end + 1]))} {size(frequency(cut.text[start : end + 2]))}",
            f"fits {fits} {shape}",
            f"fits {fits} whole {min(whole, 2)} rest {min(rest, 3)}",
            f"rule {rule} {shape}",
            f"rule {rule} whole {min(whole, 2)} crossed {crossed[1]}",
        ]


def _around(cut: Cut, start: int, end: int) -> list[str]:
    text = cut.text
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    left = text[cut.begins[start - 1] : start] if start else "^"
    right = text[end : cut.ends[end]] if end < len(text) else "$"
    length = min(end - start, 4)
    return [
        f"< {before[-1:] or '^'}",
        f"<< {before}",
        f"> {after[:1] or '$'}",
        f">> {after}",
        f"left {left[-4:]}",
        f"right {right[:4]}",
        f"right {right[:4]} {length}",
        f"between {_sort(before[-1:])}{_sort(after[:1])} {length}",
        f"title {title_at(text, end)} {length}",
        f"site {site_at(text, end)}",
    ]


def _sort(character: str) -> str:
    if not character:
        return "^"
    return "c" if _HAN.match(character) else "d" if character.isalnum() else "p"


def candidates(model: Model, cut: Cut) -> Iterator[tuple[int, int]]:
    """Where names may stand, each [start, end)."""
    for run in _RUN.finditer(cut.text):
        for start in range(run.start(), run.end()):
            if cut.text[start] in model.surnames:
                yield from _with_surname(model, cut, start, run.end())
    for match in foreign().finditer(cut.text):
        yield match.span()


def _with_surname(model: Model, cut: Cut, start: int, limit: int) -> Iterator[tuple[int, int]]:
    text = cut.text
    familiar = text[start - 1 : start] in _FAMILIAR and frequency(text[start - 1 : start + 1]) < COMMON_NICKNAME
    if title_at(text, start + 1) not in "-某" or familiar:
        yield start, start + 1
    compound = text[start : start + 2] in model.surnames
    covering = text[cut.begins[start] : cut.ends[start]]
    if not compound and _hides(cut, start, covering):
        return
    for end in range(start + 2 + compound, min(start + 4 + compound, limit + 1)):
        if (
            model.likely(text[start:end]) >= LEAST_LIKELY
            and not _UNNAMED.search(text, start, end)
            and len(set(text[start:end])) > 1
            and len(title_at(text, start + 1 + compound)) < 2
        ):
            yield start, end


# 王某 is written so that nobody is named; 张姓女士 gives the surname only, 刘局长 an office.
_UNNAMED = re.compile("[某姓氏与及的了是在不把被]|书记|[局市县区镇乡省州处部厅]长|高[一二三]")


def _hides(cut: Cut, start: int, covering: str) -> bool:
    """Whether a common word, or a longer one that begins before, is all that stands here.

    全部业主 names no 全部, but 高峰老师 may be somebody: there the word begins with the surname and a title follows.
    """
    inside = cut.begins[start] != start
    if len(covering) < 2 or frequency(covering) < (LISTED if inside and len(covering) > 2 else COMMON_WORD):
        return False
    return inside or title_at(cut.text, start + 3) == title_at(cut.text, start + 2) == "-"


_FAMILIAR = tuple("老小姓")


def best(scored: Iterable[tuple[float, int, int]], least: float, taken: bytearray) -> list[tuple[int, int]]:
    """The stretches scored at least so high, the highest first, none over another or what is `taken`; in order."""
    kept: list[tuple[int, int]] = []
    for _, start, end in sorted((each for each in scored if each[0] >= least), reverse=True):
        if not any(taken[start:end]):
            taken[start:end] = b"\x01" * (end - start)
            kept.append((start, end))
    return sorted(kept)


@cache
def shipped_model() -> Model:
    """The model that the project ships. Raises modelfile.Damaged when the file was altered."""
    return from_bytes(modelfile.read(WEIGHTS))


def to_bytes(model: Model) -> bytes:
    """Plain JSON: loading a model cannot run anything."""
    tables = {name: {key: round(value, 3) for key, value in sorted(table.items())} for name, table in _tables(model)}
    return json.dumps(tables, ensure_ascii=False, separators=(",", ":")).encode()


def from_bytes(stored: bytes) -> Model:
    return Model(**json.loads(stored))


def _tables(model: Model) -> Iterable[tuple[str, Mapping[str, float]]]:
    return ((field.name, getattr(model, field.name)) for field in fields(model))
