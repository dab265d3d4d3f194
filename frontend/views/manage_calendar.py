"""日历: a year at a glance, its days off and worked weekends; what a change would move is shown before it is kept."""

from calendar import Calendar as Weeks
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.administering import by, frame
from frontend.forms.manage import ReasonForm
from frontend.forms.manage_rules import DaysForm, YearForm
from frontend.guards import staff_with
from frontend.refusals import refuse, valid
from petitions import rules
from petitions.errors import PetitionError
from petitions.queries.manage import trail
from petitions.row_keys import row_key
from petitions.services.manage import workdays
from petitions.services.manage.acting import latest
from routing.models import Holiday, HolidayYear

NEXT_YEAR_FROM = 10  # the month from which next year's table should be there
SATURDAY = 5
WEEKDAYS = [
    gettext_lazy("一"),
    gettext_lazy("二"),
    gettext_lazy("三"),
    gettext_lazy("四"),
    gettext_lazy("五"),
    gettext_lazy("六"),
    gettext_lazy("日"),
]


@dataclass(frozen=True)
class Day:
    """One square of the year; `look` is off, work, rest (a plain weekend) or plain."""

    date: date
    look: str
    name: str
    is_today: bool


@staff_with(*rules.SEE_RULES)
def page(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    year = _year(request.GET.get("year", ""), today.year)
    act = ACTS.get(request.POST.get("do", "")) if request.method == "POST" else None
    return act(request, year) if act else _shown(request, year)


def missing_year(today: date) -> int | None:
    """The year whose table is missing or not announced although it is time; None where all is well."""
    known = dict(HolidayYear.objects.values_list("year", "announced"))
    if not known.get(today.year):
        return today.year
    return today.year + 1 if today.month >= NEXT_YEAR_FROM and not known.get(today.year + 1) else None


# ── what can be done ──
def _preview(request: HttpRequest, year: int) -> HttpResponse:
    """The reason may still be missing: a look costs nothing."""
    form = DaysForm(request.POST)
    form.fields["reason"].required = False
    if not valid(request, form):
        return _shown(request, year, form=form, status=422)
    try:
        effect = workdays.preview(form.span().days())
    except PetitionError as refusal:
        return _shown(request, year, form=form, status=refuse(request, form, refusal))
    return _shown(request, year, form=form, effect=effect)


def _keep(request: HttpRequest, year: int) -> HttpResponse:
    form = DaysForm(request.POST)
    if not valid(request, form):
        return _shown(request, year, form=form, status=422)
    said = form.cleaned_data
    try:
        workdays.set_days(form.span().days(), by=by(request, reason=said["reason"], seen=said["seen"]))
    except PetitionError as refusal:
        return _shown(request, year, form=form, status=refuse(request, form, refusal))
    messages.success(request, _("日历已保存：已经承诺的时限不变，之后开始的按新日历算。"))
    return _back(said["first"].year)


def _keep_year(request: HttpRequest, year: int) -> HttpResponse:
    form = YearForm(request.POST)
    if not valid(request, form):
        return _shown(request, year, year_form=form, status=422)
    said = form.cleaned_data
    who = by(request, reason=said["source"][:200], seen=said["seen"])
    try:
        workdays.set_year(year, source=said["source"], announced=said["announced"], by=who)
    except PetitionError as refusal:
        return _shown(request, year, year_form=form, status=refuse(request, form, refusal))
    messages.success(request, _("%(year)s 年表已保存。") % {"year": year})
    return _back(year)


def _undo(request: HttpRequest, year: int) -> HttpResponse:
    form, key = ReasonForm(request.POST, auto_id="undo_%s"), request.POST.get("entry", "")
    if not valid(request, form):
        return _shown(request, year, undo_form=form, status=422)
    try:
        workdays.undo(row_key(key) or 0, by=by(request, **form.cleaned_data))
    except PetitionError as refusal:
        return _shown(request, year, undo_form=form, status=refuse(request, form, refusal))
    messages.success(request, _("已恢复到那次改动之前。"))
    return _back(year)


ACTS = {"preview": _preview, "keep": _keep, "year": _keep_year, "undo": _undo}


# ── what is shown ──
def _shown(request: HttpRequest, year: int, *, effect: Any = None, status: int = 200, **forms: Any) -> HttpResponse:
    today, subject = timezone.localdate(), workdays.subject_of(year)
    table = HolidayYear.objects.filter(year=year).first()
    days = {day.date: day for day in Holiday.objects.filter(year=year)} if table else {}
    seen = latest(subject)
    context = {
        "year": year,
        "table": table,
        "weekdays": WEEKDAYS,
        "months": [(month, _month(year, month, days, today)) for month in range(1, 13)],
        "runs": _runs(list(days.values())),
        "worked": sum(day.look in ("work", "plain") for day in _all_days(year, days, today)),
        "missing": missing_year(today),
        "effect": effect,
        "history": trail.history(subject),
        "subject": subject,
        "form": forms.get("form") or DaysForm(initial={"seen": seen}),
        "year_form": forms.get("year_form") or YearForm(initial=_year_initial(table, seen)),
        "undo_form": forms.get("undo_form") or ReasonForm(initial={"seen": seen}, auto_id="undo_%s"),
    }
    return render(request, "manage_calendar.html", context | frame(request, "manage-calendar"), status=status)


def _month(year: int, month: int, days: dict[date, Holiday], today: date) -> Sequence[Sequence[Day | None]]:
    """Weeks from Monday; None where a day belongs to the month beside."""
    weeks = Weeks().monthdatescalendar(year, month)
    return [[_square(day, days, today) if day.month == month else None for day in week] for week in weeks]


def _all_days(year: int, days: dict[date, Holiday], today: date) -> Sequence[Day]:
    first, end = date(year, 1, 1), date(year + 1, 1, 1)
    return [_square(first + timedelta(days=n), days, today) for n in range((end - first).days)]


def _square(day: date, days: dict[date, Holiday], today: date) -> Day:
    special = days.get(day)
    look = "rest" if day.weekday() >= SATURDAY else "plain"
    if special:
        look = "work" if special.is_workday else "off"
    return Day(day, look, special.name if special else "", day == today)


def _runs(days: Sequence[Holiday]) -> Sequence[tuple[Holiday, Holiday]]:
    """Special days of one kind and name that follow each other, as first and last."""
    ordered = sorted(days, key=lambda day: day.date)
    keyed = [(day.date.toordinal() - n, day.is_workday, day.name) for n, day in enumerate(ordered)]
    groups = groupby(zip(keyed, ordered, strict=True), key=lambda pair: pair[0])
    return [(run[0], run[-1]) for run in ([day for _key, day in group] for _key, group in groups)]


def _year_initial(table: HolidayYear | None, seen: int) -> dict[str, Any]:
    return {"source": table.source if table else "", "announced": bool(table and table.announced), "seen": seen}


def _year(text: str, this: int) -> int:
    return int(text) if text.isdecimal() and len(text) == 4 and int(text) in workdays.YEARS else this


def _back(year: int) -> HttpResponse:
    return redirect(f"{reverse('manage-calendar')}?year={year}")
