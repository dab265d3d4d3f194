"""What a board, and a list behind one of its numbers, is asked for by the address."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.moves import IN
from frontend.forms.scorecard import EARLIEST, LATEST, day_field
from petitions.insight.board.behind import Wanted
from petitions.insight.board.scope import MOST_DAYS, Scope, scope_of
from petitions.insight.models import Result
from petitions.insight.scorecard import Unit
from petitions.insight.windows import SHANGHAI
from petitions.states import Channel
from routing.models import Area
from routing.places import Place

RANGES = {"day": _("今日"), "week": _("近 7 日"), "month": _("近 30 日"), "custom": _("自定")}
METRICS = {"received": _("件数"), "content": _("满意率"), "residents": _("每万人")}
VIEWS = {"": _("方格"), "map": _("地图")}
COLUMNS = {"received": _("受理"), "closed": _("办结"), "overdue": _("超期")}
SHOWN_LEVELS = (Area.Level.DISTRICT, Area.Level.STREET)


class ScopeForm(forms.Form):
    """Whatever makes no sense is left out: a board on a wall must not show an error for ever."""

    range = forms.ChoiceField(required=False, choices=list(RANGES.items()), widget=forms.HiddenInput)
    metric = forms.ChoiceField(required=False, choices=list(METRICS.items()), widget=forms.HiddenInput)
    view = forms.ChoiceField(required=False, choices=list(VIEWS.items()), widget=forms.HiddenInput)
    area = forms.ChoiceField(label=_("区域"), required=False, widget=forms.Select(attrs=IN))
    unit = forms.ChoiceField(label=_("单位"), required=False, widget=forms.Select(attrs=IN))
    first = day_field(_("自定：起"))
    last = day_field(_("自定：止"))

    def __init__(self, *args, places: tuple[Place, ...], units: dict[int, Unit], **kwargs):
        super().__init__(*args, **kwargs)
        self.places = places
        every = [("", _("全市"))]
        known = [(place.code, place.full_name) for place in places if place.level in SHOWN_LEVELS]
        self.fields["area"].choices = every + known
        self.fields["unit"].choices = [("", _("全部")), *((str(unit.id), unit.name) for unit in units.values())]
        for name in ("first", "last"):
            self.fields[name].help_text = _("最多 %(n)s 天") % {"n": MOST_DAYS}

    def chosen(self, name: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(name) or ""

    def scope(self, now: datetime, own_unit: int | None = None) -> Scope:
        """`own_unit`: the only unit that this person's board may be about."""
        today = now.astimezone(SHANGHAI).date()
        first, last = self._day("first"), self._day("last")
        wanted = "custom" if first and last and not self.chosen("range") else self.chosen("range")
        name, first, last = scope_of(wanted, first, last, today)
        place = self.place()
        inside = tuple(each.id for each in self.places if place and each.path.startswith(place.path))
        unit = own_unit or (int(self.chosen("unit")) if self.chosen("unit") else None)
        return Scope(name, first, last, today, place.id if place else None, inside, unit)

    def place(self) -> Place | None:
        return next((place for place in self.places if place.code == self.chosen("area")), None)

    def shown(self) -> list:
        return [self[name] for name in ("area", "unit", "first", "last")]

    def _day(self, name: str) -> date | None:
        day = self.chosen(name) or None
        return day if day and EARLIEST <= day <= LATEST else None


class BehindForm(ScopeForm):
    """A number of the board: what it counts beside the board's own place and days."""

    column = forms.ChoiceField(required=False, choices=list(COLUMNS.items()))
    category = forms.RegexField(r"^[0-9A-Za-z.\-]{1,20}$", required=False)
    channel = forms.ChoiceField(required=False, choices=Channel.choices)
    result = forms.MultipleChoiceField(required=False, choices=Result.choices)
    weekday = forms.IntegerField(required=False, min_value=1, max_value=7)
    clock = forms.IntegerField(required=False, min_value=0, max_value=23)
    issue = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def wanted(self, own_unit: int | None = None) -> Wanted:
        place = self.place()
        inside = tuple(each.id for each in self.places if place and each.path.startswith(place.path))
        said = self.cleaned_data if self.is_valid() else self.cleaned_data
        return Wanted(
            column=said.get("column") or "received",
            first=self._day("first"),
            last=self._day("last"),
            areas=inside if place else None,
            unit=own_unit or (int(said["unit"]) if said.get("unit") else None),
            category=said.get("category") or "",
            channel=said.get("channel") or "",
            results=tuple(said.get("result") or ()),
            weekday=said.get("weekday"),
            clock=said.get("clock"),
            issue=said.get("issue"),
        )
