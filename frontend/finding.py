"""What the search box offers for a few characters: groups of places to go to, each bounded, each only what one may see.

A phone number is not looked up here, however far it has been typed: it is found when somebody asks for it, once, by
POST, and leaves a row (petitions/services/finding.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.looks import WORDS
from frontend.places import DESK, places_for
from petitions import rules
from petitions.insight.queries import issues
from petitions.models import Petition
from petitions.phones import looks_like_phone
from petitions.queries import finding
from petitions.storable import storable
from routing.models import Area
from routing.rulebook import Rulebook

MOST = 6
LEVELS = dict(Area.Level.choices)


@dataclass(frozen=True)
class Hit:
    """One thing to go to. `is_own_text`: words of the interface, not of a case."""

    word: Any
    url: str
    note: Any = ""
    is_own_text: bool = False


@dataclass(frozen=True)
class Group:
    code: str
    word: Any
    icon: str
    hits: tuple[Hit, ...]
    more: str = ""  # where the rest of this kind is


@dataclass(frozen=True)
class Action:
    word: Any
    name: str
    query: str
    roles: tuple[str, ...]  # empty: everybody


ACTIONS = (
    Action(gettext_lazy("登记新工单"), "intake", "", DESK),
    Action(gettext_lazy("看超期的工单"), "cases", "lamp=over", ()),
    Action(gettext_lazy("看临期的工单"), "cases", "lamp=soon", ()),
    Action(gettext_lazy("看我登记的工单"), "cases", "mine=1", DESK),
    Action(gettext_lazy("管理常用视图"), "case-views", "", ()),
    Action(gettext_lazy("看未提交的内容"), "drafts", "", ()),
)


def groups(person: Any, wanted: str, book: Rulebook) -> list[Group]:
    """The groups that have something; for no words, pages and actions."""
    word = storable(wanted).strip()
    if looks_like_phone(word):
        return _filled([_cases(person, word)] if finding.is_number(word) else [])
    return _filled(
        [
            _cases(person, word),
            *([_places(book, word), _units(word), _answers(person, word), _issues(person, word)] if word else []),
            _pages(person, word),
            _actions(person, word),
        ]
    )


def may_ask_by_phone(person: Any, wanted: str) -> bool:
    return looks_like_phone(wanted) and person.has_role(*rules.FIND_BY_PHONE)


# ── the groups ──
def _cases(person: Any, word: str) -> Group:
    found = finding.cases(person, word) if word else []
    more = f"{reverse('cases')}?{urlencode({'q': word})}" if len(found) == MOST and not looks_like_phone(word) else ""
    return Group("cases", _("工单"), "inbox", tuple(map(_case, found)), more)


def _case(case: Petition) -> Hit:
    note = " · ".join(filter(None, [case.no, str(WORDS[case.state]), str(case.main_department or "")]))
    return Hit(case.title, reverse("case", args=[case.no]), note)


def _places(book: Rulebook, word: str) -> Group:
    found = finding.places(book.places, word)
    hits = [Hit(_name(place, word), _list(area=place.path), _where(place)) for place in found]
    return Group("places", _("地址、小区、网格"), "map-pin", tuple(hits))


def _name(place: Any, word: str) -> str:
    alias = next((name for name in place.aliases if word in name), "")
    return place.name if word in place.name or not alias else f"{alias}（{place.name}）"


def _where(place: Any) -> str:
    return f"{LEVELS[place.level]} · {place.full_name}"


def _units(word: str) -> Group:
    hits = [Hit(unit.name, _list(unit=unit.pk), _("主办的工单")) for unit in finding.units(word)]
    return Group("units", _("单位"), "building-2", tuple(hits))


def _answers(person: Any, word: str) -> Group:
    found = finding.answers(person, word, timezone.localdate())
    hits = [
        Hit(item.title, reverse("knowledge-item", args=[item.pk]), _("复核日期 %(day)s") % {"day": item.review_by})
        for item in found
    ]
    more = f"{reverse('knowledge')}?{urlencode({'q': word})}" if len(hits) == MOST else ""
    return Group("answers", _("答复口径"), "file-text", tuple(hits), more)


def _issues(person: Any, word: str) -> Group:
    found = issues.named(word, MOST) if person.has_role(*rules.SEE_ISSUES) else []
    hits = [
        Hit(str(issue), reverse("issue", args=[issue.pk]), _("%(n)s 件") % {"n": issue.messages}) for issue in found
    ]
    return Group("issues", _("热点"), "flame", tuple(hits))


def _pages(person: Any, word: str) -> Group:
    theirs = [page for page in places_for(person) if not word or word in str(page["word"])]
    return Group("pages", _("页面"), "layout-dashboard", tuple(Hit(p["word"], p["url"], "", True) for p in theirs))


def _actions(person: Any, word: str) -> Group:
    theirs = [act for act in ACTIONS if not act.roles or person.has_role(*act.roles)]
    fitting = [act for act in theirs if not word or word in str(act.word)]
    hits = [Hit(act.word, "?".join(filter(None, [reverse(act.name), act.query])), "", True) for act in fitting]
    return Group("actions", _("动作"), "zap", tuple(hits))


def _list(**filters: Any) -> str:
    return f"{reverse('cases')}?{urlencode(filters)}"


def _filled(every: Iterable[Group]) -> list[Group]:
    return [group for group in every if group.hits]
