"""Where a case is and who would handle it: what the text engine finds, in the words and rows of routing.

Neither floor knows the other, so their values meet here.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from nlp.core.clean import clean
from nlp.core.places import Area, Gazetteer
from nlp.core.places import Place as FoundPlace
from nlp.core.unit_kind import Duty
from nlp.serve import Reading
from routing.places import Found, Resolution, resolve
from routing.rulebook import Rulebook

FLOOR = 0.5
MOST_KINDS = 3


@lru_cache(maxsize=2)
def gazetteer(rules: Rulebook) -> Gazetteer:
    """The city's place names, built once per state of the rules."""
    return Gazetteer(Area(p.id, p.code, p.name, p.level, p.path, p.aliases) for p in rules.places if p.is_active)


def where(in_text: FoundPlace, address: str, rules: Rulebook) -> Resolution:
    """The place of a case. An address decides; the text may decide between its meanings or say it more exactly."""
    found = _with_address(in_text, clean(address).text, gazetteer(rules)) if address.strip() else in_text
    told = Found(
        found.area_id,
        found.confidence,
        found.candidates,
        found.candidate_confidence,
        found.missing,
        found.unknown_grid,
    )
    places = {pk: rules.area(pk) for pk in (found.area_id, *found.candidates) if pk}
    known = {pk: place for pk, place in places.items() if place}
    return resolve(told, known, floor=float(rules.parameter("place.floor", FLOOR)))


def _with_address(in_text: FoundPlace, address: str, names: Gazetteer) -> FoundPlace:
    found = names.locate(address)
    if found.area_id is None and found.unknown_grid is None:
        return in_text
    if found.candidates and in_text.area_path and not in_text.candidates:
        return names.locate(address, known_path=in_text.area_path)
    is_closer = in_text.area_path != found.area_path and in_text.area_path.startswith(found.area_path)
    return in_text if is_closer and not found.candidates and found.area_path else found


@lru_cache(maxsize=4)
def duties(rules: Rulebook, on: date) -> Mapping[str, Duty]:
    """Leaf → kinds of units, by the day's entries that hold everywhere and always."""
    everywhere = {
        code: next((c for c in claims if c.main_kind and not c.area_path and not c.conditions.weight), None)
        for code, claims in rules.snapshot(on).claims.items()
    }
    return {
        code: Duty(claim.main_kind or "", tuple(claim.assisting_kinds)) for code, claim in everywhere.items() if claim
    }


def likely_kinds(reading: Reading, rules: Rulebook, on: date) -> tuple[str, ...]:
    """Names of the kinds of unit that the engine finds likeliest, for a person who has to decide."""
    kinds = rules.snapshot(on).kinds
    return tuple(kinds[guess.label] for guess in reading.units if guess.label in kinds)[:MOST_KINDS]
