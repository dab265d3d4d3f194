"""Ctrl K: a handful of each kind of thing that a few typed characters may mean. Each question is one statement."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Max, Q, QuerySet

from petitions.models import KnowledgeItem, Petition
from petitions.queries.search import matching
from petitions.rules import SEE_KNOWLEDGE
from petitions.storable import storable
from routing.models import Department
from routing.places import Place

MOST = 6
SHORTEST_NUMBER = 3
SERIAL = 6  # the last digits of a case number are those of its key (services/intake.case_number)
NEWEST = 300  # keys with the same ending that are looked at
LONGEST_NUMBER = 24


def cases(staff: Any, wanted: str) -> list[Petition]:
    """By number, its beginning or its end; by words otherwise, or where no number fits. At most three statements."""
    seen = Petition.objects.visible_to(staff).defer("text", "answer", "search")
    word = storable(wanted).strip()
    if is_number(word):
        found = _first(seen.filter(_numbered(word.upper())))
        if found:
            return found
    return _first(matching(seen, word)) if word else []


def is_number(word: str) -> bool:
    """Something that may be a case number or the end of one: 0417, LJ2026…"""
    letters = word.rstrip("0123456789")
    return (
        SHORTEST_NUMBER <= len(word) <= LONGEST_NUMBER and len(letters) <= 2 and letters.isascii() and letters != word
    )


def places(known: Iterable[Place], wanted: str) -> list[Place]:
    """Areas by name or alias (小区, 道路), those that begin so first, the larger before the smaller. No statement."""
    word = wanted.strip()
    if not word:
        return []
    fitting = [place for place in known if any(word in name for name in (place.name, *place.aliases))]
    return sorted(fitting, key=lambda place: (not place.name.startswith(word), place.path.count("/"), place.path))[
        :MOST
    ]


def answers(staff: Any, wanted: str, today: date) -> Sequence[KnowledgeItem]:
    """Ready answers in force, for those who may read them."""
    word = storable(wanted).strip()
    if not word or not staff.has_role(*SEE_KNOWLEDGE):
        return []
    items = KnowledgeItem.objects.filter(is_published=True, review_by__gte=today)
    items = items.filter(Q(title__icontains=word) | Q(question__icontains=word))
    return list(items.only("pk", "title", "review_by").order_by("-pk")[:MOST])


def units(wanted: str) -> Sequence[Department]:
    word = storable(wanted).strip()
    return list(Department.objects.active().filter(name__icontains=word).order_by("name")[:MOST]) if word else []


# ── inside ──
def _first(found: QuerySet) -> list[Petition]:
    return list(found.select_related("area", "main_department").order_by("-pk")[:MOST])


def _numbered(word: str) -> Q:
    begins = Q(no__startswith=word)
    if not word.isdecimal():
        return begins
    return begins | Q(pk__in=_keys_ending_in(word[-SERIAL:]), no__endswith=word)


def _keys_ending_in(digits: str) -> list[int]:
    """The newest keys with this ending: numbers end as keys do, so no index on endings is needed. One statement."""
    newest = Petition.objects.aggregate(newest=Max("pk"))["newest"] or 0
    step = 10 ** len(digits)
    last = newest - (newest - int(digits)) % step
    return [key for key in range(last, 0, -step)[:NEWEST] if key > 0]
