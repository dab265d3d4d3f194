"""Every refusal has a sentence, is spoken somewhere in the code, and is provoked by some test."""

import inspect
import re
from pathlib import Path

import pytest

from petitions import errors

ROOT = Path(__file__).resolve().parent.parent.parent
REFUSALS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.PetitionError)]
NAMED = [kind for kind in REFUSALS if kind is not errors.PetitionError]


def spoken_in(folder: str, pattern: str) -> set[str]:
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / folder).rglob("*.py"))
    return {name for text in texts for name in re.findall(pattern, text)}


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_refusal_is_a_chinese_sentence(kind):
    sentence = kind().message

    assert re.search(r"[\u4e00-\u9fff]{4}", sentence)
    assert sentence.endswith("。")
    assert "\n" not in sentence


def test_a_refusal_can_say_it_more_exactly():
    assert errors.NoReason("请写明退单理由。").message == "请写明退单理由。"


def test_every_refusal_is_spoken_by_the_code():
    """Raised; or its sentence is given for one of many, where the others go through (files, batches)."""
    spoken = spoken_in("petitions", r"raise errors\.(\w+)") | spoken_in("petitions", r"errors\.(\w+)\(\)\.message")
    spoken |= spoken_in("frontend", r"raise (?:errors\.)?(\w+)")

    assert sorted({kind.__name__ for kind in NAMED} - spoken) == []


def test_every_refusal_is_provoked_by_a_test():
    provoked = spoken_in("tests", r"errors\.(\w+)")

    assert sorted({kind.__name__ for kind in NAMED} - provoked) == []


def test_the_bare_refusal_is_never_raised_without_a_name():
    assert spoken_in("petitions", r"raise errors\.(PetitionError)\b") == set()
