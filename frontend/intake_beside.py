"""What stands beside a text on the intake desk besides its category: known events, cases nearby, words to read out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from petitions.queries import answers, known_events, neighbours
from petitions.row_keys import row_key
from petitions.services.suggest import Preview

READY = 2


def beside(seen: Preview, text: str, typed: Mapping[str, str], *, now: datetime) -> dict[str, Any]:
    """Three statements at most, whatever the number of cases, events and items."""
    area = seen.rules.area(seen.area_id)
    codes = [seen.category_code] if seen.category_is_chosen else [guess.code for guess in seen.guesses]
    today = timezone.localdate(now)
    return {
        "beside": neighbours.beside(seen.similar, area=area, rules=seen.rules),
        "events": known_events.fitting(area.path if area else "", filter(None, codes), now=now),
        "event_chosen": row_key(typed.get("event", "")),
        "ready": answers.for_text(text, seen.reading.category, rules=seen.rules, today=today, most=READY),
    }
