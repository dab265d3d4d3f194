"""民情月历: the seasons of the year, and what the next weeks are expected to bring."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from frontend import alert_words as words
from frontend.alert_charts import WIDTH, outlook, season_bars
from frontend.forms.moves import IN
from frontend.guards import staff_with
from petitions import rules
from petitions.insight.alerts.places import Tree
from petitions.insight.queries import alerts
from routing import rulebook
from routing.places import Place

ROW = 22


class PlaceForm(forms.Form):
    area = forms.ChoiceField(label=_("区域"), required=False, widget=forms.Select(attrs=IN))

    def __init__(self, *args, places: list[Place], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [(place.code, place.name) for place in places]


@staff_with(*rules.SEE_ALERTS)
def page(request: HttpRequest) -> HttpResponse:
    tree, today = Tree.of(rulebook.current()), timezone.localdate()
    places = [tree.root, *(place for place in tree.places.values() if place.level == "district")]
    form = PlaceForm(request.GET, places=places)
    asked = form.cleaned_data["area"] if form.is_valid() else ""
    place = next((each for each in places if each.code == asked), tree.root)
    bars = season_bars(alerts.seasons(today.year), today.year)
    rows = alerts.forecasts(place, today)
    context = {
        "form": PlaceForm({"area": place.code}, places=places),
        "place": place,
        "year": today.year,
        "months": [(round(WIDTH * number / 12, 1), number + 1) for number in range(12)],
        "today_x": round(WIDTH * (today.timetuple().tm_yday - 1) / 365, 1),
        "bars": bars,
        "width": WIDTH,
        "height": ROW * len(bars) + 24,
        "outlooks": [
            (leaf, outlook(past, coming, leaf.name), coming, words.METHODS.get(coming[0].method, ""))
            for leaf, past, coming in rows
        ],
    }
    return render(request, "alert_calendar.html", context)
