"""Where a text names a private person: rules and dictionary propose, a linear model judges, `nlp.core.person`."""

import re
from collections.abc import Iterator

from nlp.core import name_rules, name_text, person

# Log-odds from which on a candidate counts as a name, and the length from which on it is looked for again.
LEAST_SCORE = 0.0
WHOLE_NAME = 3
# Longer than any letter that a person writes; behind it the rules decide alone, so that time stays bounded.
READ_CHARACTERS = 20_000
# What a surname that is mostly a word, such as 和 or 时, costs when no rule sees a name.
SCARCE = 2.5
# How much a rule's word counts on top of what the model makes of it: exercises have fewer cues than letters have.
_TRUST = {
    "cue": 3.0,
    "number": 3.0,
    "clause": 3.0,
    "act": 3.0,
    "pair": 2.0,
    "role": 2.0,
    "familiar": 2.0,
    "title": 0.0,
    "-": 0.0,
}


def names(text: str) -> Iterator[tuple[int, int]]:
    """Where names stand in a folded text, as [start, end), in order."""
    read, rest = text[:READ_CHARACTERS], len(text) - READ_CHARACTERS
    model, taken = person.shipped_model(), bytearray(len(text))
    scored = ((_judged(model, cut, span, rule), *span) for cut, span, rule in candidates(model, read))
    found = person.best(scored, LEAST_SCORE, taken)
    if rest > 0:
        found += person.best(((0.0, *span) for span in name_rules.proposals(text)), LEAST_SCORE, taken)
    yield from sorted({*found, *_again(text, found, taken)})


def _judged(model: person.Model, cut: name_text.Cut, span: tuple[int, int], rule: str) -> float:
    doubted = rule == "-" and cut.text[span[0]] in name_text.scarce()
    return model.score(cut, *span, rule) + _TRUST[rule] - (SCARCE if doubted else 0.0)


def candidates(model: person.Model, text: str) -> Iterator[tuple[name_text.Cut, tuple[int, int], str]]:
    """Every stretch that may be a name, with the rule that proposed it, or -."""
    cut = name_text.cut(text)
    known = name_text.renowned(text)
    proposed = name_rules.proposals(text)
    for start, end in {*proposed, *person.candidates(model, cut)}:
        rule = proposed.get((start, end), "-")
        renowned = rule != "cue" and any(begins < end and start < ends for begins, ends in known)
        if not renowned and (rule != "-" or end > start + 1 or not name_rules.refuses(text, start)):
            yield cut, (start, end), rule


def _again(text: str, found: list[tuple[int, int]], taken: bytearray) -> Iterator[tuple[int, int]]:
    """A whole name that was recognised once is the same person's wherever it stands."""
    whole = {text[start:end] for start, end in found if end - start >= WHOLE_NAME}
    if whole:
        longest_first = sorted(whole, key=lambda name: (-len(name), name))
        for match in re.finditer("|".join(map(re.escape, longest_first)), text):
            if not any(taken[match.start() : match.end()]):
                yield match.span()
