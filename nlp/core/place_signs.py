"""What of a place tells who is in charge: the level that is named, the district, and signs of town, village or estate.

A matter of a village goes to its town, one of an estate rather to a bureau; which districts send what where is learnt.
"""

import re
from collections.abc import Sequence

import numpy as np

from nlp.core.linear import Scores
from nlp.core.places import LEVELS, Place

SIGNS = (
    r"(?<!城)[\u4e00-\u9fff](?:镇|乡)", "街道", "社区", r"[\u4e00-\u9fff]村", r"[\u4e00-\u9fff\d]组",
    "小区|花园|苑|家园", r"[\u4e00-\u9fff]路",
)  # fmt: skip
_SIGNS = tuple(map(re.compile, SIGNS))
# Areas of the two uppermost levels below the root are worth a weight of their own once they occur this often.
FEWEST = 3
DEEPEST = 3


def signs(text: str, place: Place, areas: Sequence[str]) -> Scores:
    """Zeros and ones: each sign in the title and below, the level found, and which of `areas` (paths) it lies in.

    The text's first line is the title. Shape (2 * signs + levels + areas,).
    """
    title, _, body = text.partition("\n")
    found = [bool(sign.search(part)) for part in (title, body) for sign in _SIGNS]
    found += [level == place.level for level in LEVELS]
    found += [place.area_path.startswith(area) for area in areas]
    return np.array(found, dtype=np.float32)


def frequent_areas(places: Sequence[Place]) -> tuple[str, ...]:
    """Paths of at most `DEEPEST` codes that at least `FEWEST` of the places lie in."""
    counts: dict[str, int] = {}
    for place in places:
        codes = place.area_path.split("/")[:-1]
        for depth in range(1, min(DEEPEST, len(codes)) + 1):
            path = "".join(f"{code}/" for code in codes[:depth])
            counts[path] = counts.get(path, 0) + 1
    return tuple(sorted(path for path, count in counts.items() if count >= FEWEST))
