"""Teach the name recogniser and try it: samples → candidates → logistic regression → the heavier weights."""

import math
from collections import Counter
from collections.abc import Callable, Iterable
from importlib import util
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from nlp.core import names, person
from nlp.core.clean import fold
from nlp.core.name_samples import TEACH, Marked, seed_texts, surnames
from nlp.core.person import Model

# Features seen less often than this say more about the exercises than about names.
LEAST_SEEN = 4
SHARED_BY = 2
SMALLEST_WEIGHT = 0.05
REGULARISATION = 1.0
# A name that is shown does more harm than a word that is masked.
NAME_WEIGHT = 6.0


def untaught() -> Model:
    """Surnames and given names as the segmenter's dictionary has them, and no weights yet."""
    people = _people(set(surnames()))
    family = Counter({name: 0 for name in surnames()})
    given: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for surname, rest in people:
        family[surname] += 1
        given.update(rest)
        whole[rest] += len(rest) == 2
    background = Counter("".join(seed_texts(TEACH)))
    return Model(
        weights={}, surnames=_ratios(family, background), given=_ratios(given, background), usual=_usual(whole)
    )


def _usual(whole: Counter[str]) -> dict[str, float]:
    """Given names that several people of the dictionary share: 建国 and 志强 are words too, but 景观 is nobody's."""
    return {name: round(math.log2(count)) for name, count in whole.items() if count >= SHARED_BY}


def _ratios(people: Counter[str], background: Counter[str]) -> dict[str, float]:
    """How much commoner a character (of a compound surname the first) is in names than in complaints."""
    names, texts = sum(people.values()), sum(background.values())
    return {
        each: math.log((count + 1) / names) - math.log((background[each[0]] + 5) / texts)
        for each, count in people.items()
    }


def _people(family: set[str]) -> list[tuple[str, str]]:
    """Surname and given name of the people in the segmenter's dictionary."""
    found = util.find_spec("jieba")
    assert found and found.origin, "jieba is a requirement: its dictionary is read here"
    people = []
    for line in Path(found.origin).with_name("dict.txt").read_text(encoding="utf-8").splitlines():
        word, _, tag = [*line.split(), ""][:3]
        surname = word[:2] if word[:2] in family else word[:1]
        if tag == "nr" and surname in family and 1 <= len(word) - len(surname) <= 2:
            people.append((surname, word[len(surname) :]))
    return people


def teach(marked: Iterable[Marked], progress: Callable[[int], None] = lambda _: None) -> Model:
    """A model from texts with known names."""
    model = untaught()
    features, right = [], []
    for at, each in enumerate(marked):
        for span, known in candidates(model, each):
            features.append(dict.fromkeys(span, 1.0))
            right.append(known)
        if at % 1000 == 0:
            progress(at)
    seen = Counter(name for row in features for name in row)
    kept = [{name: 1.0 for name in row if seen[name] >= LEAST_SEEN} for row in features]
    table = DictVectorizer()
    fitted = LogisticRegression(C=REGULARISATION, max_iter=400, solver="liblinear")
    rows = table.fit_transform(kept)
    rows.indices, rows.indptr = rows.indices.astype(np.int32), rows.indptr.astype(np.int32)  # liblinear reads no others
    fitted.fit(rows, right, sample_weight=[NAME_WEIGHT if each else 1.0 for each in right])
    weights = dict(zip(table.get_feature_names_out(), fitted.coef_[0], strict=True))
    heavy = {name: float(weight) for name, weight in weights.items() if abs(weight) >= SMALLEST_WEIGHT}
    heavy[person.ALWAYS] = float(fitted.intercept_[0])
    return Model(heavy, model.surnames, model.given, model.usual)


def candidates(model: Model, marked: Marked) -> Iterable[tuple[list[str], bool]]:
    """The features of each candidate of a text, and whether it is one of the names.

    A candidate that only overlaps a name teaches that it is not the whole of it.
    """
    for cut, (start, end), rule in names.candidates(model, fold(marked.text)):
        yield model.features(cut, start, end, rule), (start, end) in marked.names
