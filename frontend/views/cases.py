"""工单列表: filters in the address, saved views, the columns that a person chose, 催办 of what is ticked."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend import presence
from frontend.case_columns import columns_of, known
from frontend.case_filters import chips, query_of
from frontend.forms.listing import FilterForm, ViewForm
from frontend.forms.supervision import UrgeForm
from frontend.guards import signed_in, staff_with
from frontend.refusals import refuse, valid
from petitions.errors import PetitionError
from petitions.models import Petition
from petitions.phones import looks_like_phone
from petitions.queries import listing, saved_views
from petitions.queries.listing import Filters
from petitions.row_keys import row_key
from petitions.services import saved_views as habits
from petitions.services import supervision
from routing.models import Role

LONGEST = 4000  # characters of a list's address
WHOLE = "view=all"  # the address of the whole list for somebody whose list opens with a view


@dataclass(frozen=True)
class Asked:
    """What an address asks of the list."""

    form: FilterForm
    filters: Filters
    after: str
    picked: tuple[str, ...]

    @classmethod
    def of(cls, request: HttpRequest, said: QueryDict) -> "Asked":
        # A caller is never named in an address; the search box leaves their key in the session.
        caller = request.session.get("searched_caller") if said.get("caller") == "1" else None
        form = FilterForm(said)
        return cls(form, form.filters(caller=caller), said.get("after", ""), tuple(said.getlist("pick")))

    @property
    def query(self) -> str:
        return query_of(self.filters)

    @property
    def here(self) -> str:
        """This very page of the list."""
        after = urlencode({"after": self.after}) if self.after else ""
        return "&".join(filter(None, [self.query or WHOLE, after]))


@signed_in
def cases(request: HttpRequest) -> HttpResponse:
    if looks_like_phone(request.GET.get("q", "")):
        messages.info(request, _("电话号码不能写在筛选里（会留在网址中），请用页面上方的搜索框查找。"))
        return _to_list("")
    asked = Asked.of(request, request.GET)
    views = saved_views.offered_to(request.user)
    habit = saved_views.habit_of(request.user)
    first = habit.first_view if habit and habit.first_view in views.all else None
    if not request.GET and first and first.query:
        return _to_list(first.query)
    if "" in request.GET.values() and asked.form.is_valid():
        return _to_list(asked.query)  # as a form sends it; the address that stays says each thing once
    return _page(request, asked, views, habit)


@staff_with(Role.SUPERVISOR)
@require_POST
def urge(request: HttpRequest) -> HttpResponse:
    """催办: what is ticked gets a supervision with a receipt; each case answers for itself."""
    asked, form, status = Asked.of(request, _list_of(request)), UrgeForm(request.POST), 422
    if valid(request, form):
        try:
            chosen = [key for key in map(row_key, request.POST.getlist("pick")) if key is not None]
            urged = supervision.urge(chosen, actor=request.user, reason=form.cleaned_data["reason"])
        except PetitionError as refusal:
            status = refuse(request, form, refusal)
        else:
            if urged.done:
                messages.success(request, _("已催办 %(n)s 家，等待签收。") % {"n": urged.done})
            for number, why in urged.refused:
                messages.error(request, f"{number}：{why}")
            return redirect(f"{reverse('cases')}?{asked.here}")
    views, habit = saved_views.offered_to(request.user), saved_views.habit_of(request.user)
    ticked = Asked(asked.form, asked.filters, asked.after, tuple(request.POST.getlist("pick")))
    return _page(request, ticked, views, habit, urge_form=form, status=status)


@signed_in
@require_POST
def columns(request: HttpRequest) -> HttpResponse:
    """显示列: kept for this person, on every machine."""
    habits.choose_columns(known(request.POST.getlist("column")), owner=request.user)
    return redirect(f"{reverse('cases')}?{Asked.of(request, _list_of(request)).here}")


# ── inside ──
def _page(request, asked: Asked, views, habit, *, urge_form: UrgeForm | None = None, status: int = 200) -> HttpResponse:
    now = timezone.now()
    found = listing.page(request.user, asked.filters, after=asked.after, now=now)
    may_urge = request.user.has_role(Role.SUPERVISOR)
    columns = columns_of(habit)
    context = {
        "form": asked.form,
        "unread": [asked.form[name].label for name in asked.form.errors if name != "__all__"],
        "chips": chips(asked.form, asked.filters),
        "views": views,
        "query": asked.query,
        "here": asked.here,
        "is_first": not asked.after,
        "columns": columns,
        "shown": {column.code for column in columns if column.is_shown},
        "view_form": ViewForm(person=request.user),
        "urge_form": urge_form or UrgeForm() if may_urge else None,
        "rows": _rows(found.rows, asked.picked, may_urge=may_urge),
        "next": "?" + "&".join([asked.query or WHOLE, urlencode({"after": found.next})]) if found.next else "",
        "present": presence.beside(request.user, [case.pk for case in found.rows]),
        "now": now,
    }
    return render(request, "cases.html" + ("#rows" if request.htmx else ""), context, status=status)


def _rows(cases, picked: tuple[str, ...], *, may_urge: bool) -> list[Petition]:
    """The cases, with the main unit's part where this person may urge it."""
    parts = listing.main_parts(case.pk for case in cases) if may_urge else {}
    for case in cases:
        case.main_part = parts.get(case.pk)
        case.is_picked = str(case.main_part) in picked
    return list(cases)


def _list_of(request: HttpRequest) -> QueryDict:
    """The list that a posted form came from."""
    return QueryDict(request.POST.get("list", "")[:LONGEST])


def _to_list(query: str) -> Any:
    return redirect(f"{reverse('cases')}?{query or WHOLE}")
