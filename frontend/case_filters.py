"""Filters as an address and as chips: each says what it narrows, and carries the address without it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from frontend.forms.listing import FilterForm
from petitions.queries.listing import Filters


@dataclass(frozen=True)
class Chip:
    word: str
    value: str
    without: str  # the list's address when this one is taken away


def query_of(filters: Filters) -> str:
    """The one way to write these filters, '' for none. A caller is never named: only that there is one."""
    said = {name: _written(value) for name, value in asdict(filters).items() if value}
    return urlencode(said | ({"caller": "1"} if filters.caller else {}))


def chips(form: FilterForm, filters: Filters) -> list[Chip]:
    """What the list is narrowed to, in the order of the form; the order of the list narrows nothing."""
    shown = [name for name in form.fields if name != "sort" and getattr(filters, name)]
    listed = [Chip(str(form.fields[name].label), _said(form, name), _without(filters, name)) for name in shown]
    if filters.caller:
        listed.append(Chip(str(_("诉求人")), str(_("按号码查到的一位")), _without(filters, "caller")))
    return listed


def _said(form: FilterForm, name: str) -> str:
    return "" if name == "mine" else form.word_of(name)


def _without(filters: Filters, name: str) -> str:
    empty: Mapping[str, Any] = {"mine": False, "since": None, "until": None, "caller": None}
    return "?" + (query_of(replace(filters, **{name: empty.get(name, "")})) or "view=all")


def _written(value: Any) -> str:
    if value is True:
        return "1"
    return value.isoformat() if isinstance(value, date) else str(value)
