"""Before a citizen's matter becomes a case: is it known already, did neighbours report it? Reads only."""

from dataclasses import dataclass
from datetime import datetime

from nlp import serve
from petitions.models import KnownEvent
from petitions.queries import known_events, neighbours
from petitions.queries.neighbours import Neighbour
from petitions.services import suggest


@dataclass(frozen=True)
class Beforehand:
    """Events that this falls under, and open matters nearby that may be the same; false when there is neither."""

    events: tuple[KnownEvent, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.events or self.neighbours)


def look(text: str, *, address: str, now: datetime) -> Beforehand:
    """For a text and a place as the citizen wrote them."""
    seen = suggest.preview(text, address=address, now=now, with_similar=False)
    area = seen.rules.area(seen.area_id)
    code = seen.category_code
    told = known_events.fitting(area.path if area else "", [code] if code else [], now=now)
    near = neighbours.like(
        seen.reading.tokens,
        area=area,
        category_code=code,
        weights=serve.term_weights(),
        rules=seen.rules,
        now=now,
    )
    return Beforehand(tuple(told), tuple(near))
