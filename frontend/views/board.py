"""运行态势: the whole city, an area or a unit on one screen; on a wall with ?wall=1; the cases behind every number."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.board_figures import TARGETS, figures
from frontend.board_links import Links
from frontend.board_pictures import WEEKDAYS, kinds, result_word, river, ways, week
from frontend.board_places import Here, bars, leaves, outline_map, places_here, tile_map
from frontend.board_tables import Picture
from frontend.charts import hill
from frontend.csv_files import csv_file
from frontend.forms.board import COLUMNS, METRICS, RANGES, VIEWS, BehindForm, ScopeForm
from frontend.guards import staff_with
from frontend.views.scorecard import lists_of
from petitions import rules
from petitions.errors import NotYours
from petitions.insight import scorecard
from petitions.insight.board import behind, map_file, reading
from petitions.insight.board.outlines import Drawing, draw
from petitions.insight.board.tiles import Tile, tiles
from petitions.states import Channel
from routing import rulebook
from routing.models import Area
from routing.places import Place
from routing.rulebook import Rulebook

READERS = (*rules.SEE_SCORES, *rules.UNIT)
MOST_LEAVES = 6
# Title and icon of the pictures that the script draws; their notes are the pictures' own.
PANELS = {
    "river": (gettext_lazy("话题河"), "trending-up"),
    "ways": (gettext_lazy("流转"), "route"),
    "week": (gettext_lazy("来电时段"), "clock-3"),
}
# What a refresh puts in place; the drawn charts stay and take their new figures from #board-data.
LIVE_PARTS = (
    *("board-figures", "board-hot", "board-places", "board-intime", "board-ticker"),
    *("map-table", "bars-table", "river-table", "ways-table", "week-table", "board-data"),
)


@dataclass(frozen=True)
class Panel:
    picture: Picture
    title: Any
    icon: str

    @property
    def note(self) -> str:
        return self.picture.note


@staff_with(*READERS)
def page(request: HttpRequest) -> HttpResponse:
    if request.GET.get("wall") == "1":
        _stay_signed_in(request)
    return render(request, "board.html", _context(request))


@staff_with(*READERS)
def sheet(request: HttpRequest, chart: str) -> HttpResponse:
    """The figures of one picture as CSV."""
    found: dict[str, Picture] = {picture.code: picture for picture in _context(request)["pictures"]}
    if chart not in found:
        raise Http404
    picture = found[chart]
    rows = [[cell.text for cell in row] for row in picture.rows]
    return csv_file(f"board-{chart}-{timezone.localdate():%Y%m%d}.csv", [picture.head, *rows])


@staff_with(*READERS)
def listing(request: HttpRequest) -> HttpResponse:
    """The cases that a number counts. A unit opens its own, the hotline all. Raises NotYours."""
    if not request.user.has_role(*rules.SEE_ALL, *rules.UNIT):
        raise NotYours
    places = rulebook.current().places
    form = BehindForm(request.GET, places=places, units=scorecard.units())
    wanted = form.wanted(_own_unit(request.user))
    found = behind.page(wanted, request.GET.get("after", ""))
    here = [(name, value) for name, value in request.GET.lists() if name != "after"]
    context = {
        "page": found,
        "said": _said(form, wanted),
        "back": reverse("board"),
        "next": "?" + urlencode([*here, ("after", found.next)], doseq=True) if found.next else "",
        "now": timezone.now(),
    }
    return render(request, "board_list.html", context)


def _stay_signed_in(request: HttpRequest) -> None:
    """Nobody stands at a wall to sign in again: it keeps its session, written anew twice a life and not every 30 s.

    A session that was never given a date is always as old as sessions get: that is the first look of a wall.
    """
    longest = settings.SESSION_COOKIE_AGE
    if not longest / 2 <= request.session.get_expiry_age() < longest:
        request.session.set_expiry(timezone.now() + timedelta(seconds=longest))


def _context(request: HttpRequest) -> dict[str, Any]:
    now, rulebook_now, own = timezone.now(), rulebook.current(), _own_unit(request.user)
    units = scorecard.units()
    form = ScopeForm(request.GET, places=rulebook_now.places, units=units)
    scope, place = form.scope(now, own), form.place()
    is_wall = request.GET.get("wall") == "1"
    links = Links(scope, place.code if place else "", form.chosen("metric"), is_wall, form.chosen("view"))
    targets = TARGETS | rulebook_now.parameter("board.targets", {})
    board = reading.board(scope, now=now, sees_all=own is None, units=units)
    known = kinds(board)
    area_map = _map(board, links, rulebook_now, place, targets["satisfied"])
    bar_picture = bars(board, links, targets["closed_in_time"], lists_of(request.user))
    drawn = [river(board, links, known), ways(board, links, known), week(board, links)]
    return {
        "form": form,
        "board": board,
        "links": links,
        "figures": figures(board, links, targets, place.path if place else ""),
        "map": area_map["map"],
        "bars": bar_picture,
        "panels": [Panel(picture, *PANELS[picture.code]) for picture in drawn],
        "pictures": [area_map["map"].picture, bar_picture.picture, *drawn],
        "data": json.dumps({picture.code: {"label": picture.label, **(picture.data or {})} for picture in drawn}),
        "live_parts": LIVE_PARTS,
        "issues": [(issue, hill(issue.days)) for issue in board.issues],
        "alerts": board.alerts,
        "may_open": {
            "issues": request.user.has_role(*rules.SEE_ISSUES),
            "alerts": request.user.has_role(*rules.SEE_ALERTS),
        },
        "leaves": [] if board.issues else leaves(board, links, MOST_LEAVES),
        "ranges": _choices(RANGES, scope.name, links, "range"),
        "metrics": area_map["metrics"],
        "views": area_map["views"],
        "whereabouts": _whereabouts(board, place),
        "steps_up": _steps_up(rulebook_now.places, place, links) if own is None else [],
        "wall_url": links.board(wall=1),
        "rate_days": _("近 %(days)s 日") % {"days": (scope.rates.end - scope.rates.first) // 2},
        "targets": {name: f"{100 * share:g}" for name, share in targets.items()},
        "is_wall": is_wall,
        "is_own": own is not None,
        "now": now,
    }


def _map(board: reading.Board, links: Links, book: Rulebook, place: Place | None, target: float) -> dict[str, Any]:
    """Tiles, or the city's own map where it is asked for and there is one; and what else can be asked for."""
    city = place or (book.places[0] if book.places else None)
    shown = tiles(book.places, city, book.parameter("board.tiles", {})) if city else []
    here, elsewhere = places_here(board, shown, {each.id: each for each in book.places})
    drawing = _drawing(shown)
    if drawing and links.view == "map":
        found = outline_map(here, elsewhere, links, drawing, target)
    else:
        found = tile_map(here, elsewhere, links, shown, target)
    return {
        "map": found,
        "metrics": _choices(_metrics(here), links.metric or "received", links, "metric"),
        "views": _choices(VIEWS, "map" if found.caption else "", links, "view") if drawing else [],
    }


def _drawing(shown: list[Tile]) -> Drawing | None:
    """The places shown, as the city's map file draws them; None where no map may be shown, or has none of them."""
    land = map_file.land()
    return draw(land, (tile.place.code for tile in shown)) if land else None


def _metrics(here: list[Here]) -> dict[str, Any]:
    """Figures per resident are offered where at least one place knows how many it has."""
    known = any(each.place.population for each in here)
    return {code: word for code, word in METRICS.items() if known or code != "residents"}


def _own_unit(person: Any) -> int | None:
    """The unit that somebody's board is about; None for those who see the city. Raises NotYours."""
    if person.has_role(*rules.SEE_SCORES):
        return None
    if person.department_id is None:
        raise NotYours
    return person.department_id


def _choices(words: dict[str, Any], here: str, links: Links, name: str) -> list[dict[str, Any]]:
    """A custom range is chosen by its days, not by a link."""
    return [
        {"code": code, "word": word, "url": links.board(**{name: code}), "is_here": code == here}
        for code, word in words.items()
        if code != "custom" or code == here
    ]


def _whereabouts(board: reading.Board, place: Place | None) -> str:
    unit = board.units.get(board.scope.unit) if board.scope.unit else None
    if unit:
        return unit.name
    return place.name if place else _("全市")


def _steps_up(places: tuple[Place, ...], place: Place | None, links: Links) -> list[tuple[str, str]]:
    """(name, board) of everything that the place lies in, the city first; and of the city for a unit's board."""
    if place is None:
        return [(_("全市"), links.board(unit="", area=""))] if links.scope.unit else []
    above = [each for each in places if place.path.startswith(each.path) and each is not place]
    whole = (Area.Level.PROVINCE, Area.Level.CITY)
    return [
        (_("全市"), links.board(area="")) if each.level in whole else (each.name, links.board(area=each.code))
        for each in above
    ]


def _said(form: BehindForm, wanted: behind.Wanted) -> list[str]:
    """What the list is narrowed to, in words."""
    place = form.place()
    days = [f"{day:%Y-%m-%d}" for day in (wanted.first, wanted.last) if day]
    said = [str(COLUMNS[wanted.column]), " – ".join(dict.fromkeys(days))]
    said += [place.name if place else "", str(Channel(wanted.channel).label) if wanted.channel else ""]
    said += [str(WEEKDAYS[wanted.weekday - 1]) if wanted.weekday else ""]
    said += [_("%(hour)s 时") % {"hour": wanted.clock} if wanted.clock is not None else ""]
    said += ["、".join(result_word(code) for code in wanted.results)]
    return [word for word in said if word]
