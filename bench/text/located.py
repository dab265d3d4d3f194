"""How many messages name a city, a district and a street of the gazetteer, and where it leaves a choice."""

import time
from collections import Counter
from typing import Any

from bench.text.sources import Sources
from nlp.core import area_file
from nlp.core.features import whole_text
from nlp.core.places import Place

LEVELS = ("city", "district", "street")


def measure(sources: Sources) -> dict[str, Any]:
    places, seconds = located(sources)
    found = Counter(place.level for place in places)
    n = len(places)
    at_least = {level: sum(found[deeper] for deeper in LEVELS[at:]) / n for at, level in enumerate(LEVELS)}
    return {
        "messages": n,
        **{f"names a {level} or deeper": share for level, share in at_least.items()},
        "choices left": sum(bool(place.candidates) for place in places) / n,
        "less sure than .5": sum(0 < place.confidence < 0.5 for place in places) / n,
        "milliseconds per message": 1000 * seconds / n,
    }


def located(sources: Sources) -> tuple[list[Place], float]:
    gazetteer = area_file.read(sources.folder / "areas.csv")
    texts = [whole_text(line["body"], line["title"]) for line in sources.unlabelled]
    started = time.process_time()
    places = [gazetteer.locate(text) for text in texts]
    return places, time.process_time() - started
