"""Two people wrote the same thing: both texts side by side, field by field, to pick from or to merge.

The panel is part of the form that comes back (parts/collision.html), so it needs no script: `pick-<field>` says mine,
theirs or merge, and the three texts travel along.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import Any

from django import forms
from django.http import QueryDict

from petitions.errors import PetitionError

MINE, THEIRS, MERGE = "mine", "theirs", "merge"
PREFIXES = ("pick-", f"{MINE}-", f"{THEIRS}-", f"{MERGE}-")
SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]+|[^。！？；\n]+")


@dataclass(frozen=True)
class Difference:
    """One field that says two things, each as the values to post and in words.

    `merged` is '' for a choice, which cannot be both.
    """

    name: str
    label: str
    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    merged: str
    mine_word: str
    theirs_word: str


class AgainstOthers:
    """Mixed into a form whose texts somebody else may have written meanwhile."""

    differences: tuple[Difference, ...] = ()
    refusal: PetitionError | None = None
    # How the person settled it the time before, for the audit row.
    picked: Mapping[str, str] = MappingProxyType({})

    def meet(self, refusal: PetitionError, *, theirs: Mapping[str, Any], marks: Mapping[str, Any]) -> None:
        """Show both texts; `marks` are the hidden fields that say which version the next try goes on from."""
        self.refusal, self.differences = refusal, differences(self, theirs)
        self.data = self.data.copy()
        for name, value in marks.items():
            self.data[name] = value
        for each in self.differences:
            if not hasattr(self.fields[each.name], "choices"):  # templates draw each choice of a list themselves
                self.fields[each.name].widget = forms.HiddenInput()


def differences(form: forms.Form, theirs: Mapping[str, Any]) -> tuple[Difference, ...]:
    """The fields of a bound form that others have written differently meanwhile."""
    return compared(form.fields, {name: form[name].data for name in form.fields}, theirs)


def compared(
    fields: Mapping[str, forms.Field], mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> tuple[Difference, ...]:
    found = []
    for name, field in fields.items():
        one, other = _said(mine.get(name)), _said(theirs.get(name))
        if name not in theirs or field.widget.is_hidden or one == other:
            continue
        choices = dict(_flat(getattr(field, "choices", ())))
        both = "" if choices else merged("".join(one), "".join(other))
        words = ("、".join(str(choices.get(text, text)) for text in texts) for texts in (one, other))
        found.append(Difference(name, str(field.label), one, other, both, *words))
    return tuple(found)


def merged(mine: str, theirs: str) -> str:
    """Every sentence of both, what they share once; theirs first where they differ."""
    ours, others = SENTENCE.findall(mine), SENTENCE.findall(theirs)
    parts: list[str] = []
    for _tag, a, b, c, d in SequenceMatcher(None, others, ours, autojunk=False).get_opcodes():
        parts += others[a:b]
        parts += [] if others[a:b] == ours[c:d] else ours[c:d]
    return "".join(parts)


def resolved(data: QueryDict) -> QueryDict:
    """What was posted with each picked text in its field."""
    if not picks(data):
        return data
    settled = data.copy()
    for name, pick in picks(data).items():
        settled.setlist(name, data.getlist(f"{pick}-{name}"))
    return settled


def picks(data: QueryDict) -> dict[str, str]:
    """Field → mine, theirs or merge: what the audit row says of how it was settled."""
    said = {key.removeprefix("pick-"): data[key] for key in data if key.startswith("pick-")}
    return {name: pick for name, pick in said.items() if pick in (MINE, THEIRS, MERGE)}


def _said(value: Any) -> tuple[str, ...]:
    """As texts with the database's line ends; several only where several were ticked."""
    values = value if isinstance(value, list | tuple) else ["" if value is None else value]
    return tuple(str(each).replace("\r\n", "\n").strip() for each in values)


def _flat(choices: Any) -> list[tuple[str, Any]]:
    """Choices without their groups."""
    pairs = []
    for value, word in choices:
        pairs += _flat(word) if isinstance(word, list | tuple) else [(str(value), word)]
    return pairs
