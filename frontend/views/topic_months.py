"""月度主题: what a month was about wherever it happened; one topic with its months, places, cases and edits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend import topic_words as words
from frontend.csv_files import csv_file
from frontend.forms.topics import FORMS, EditForm
from frontend.guards import staff_with
from frontend.job_lines import waited_for
from frontend.refusals import refuse, valid
from frontend.topic_pictures import TileMap, river, tile_map
from petitions import rules
from petitions.errors import PetitionError
from petitions.insight.board.tiles import tiles
from petitions.insight.models import Topic, TopicEdit, TopicMonth
from petitions.insight.queries import topics
from petitions.insight.queries.topics import Filters, Standing
from petitions.insight.topics import asking
from petitions.services import jobs
from routing import rulebook


@dataclass(frozen=True)
class Line:
    """A topic as the list shows it."""

    row: TopicMonth
    state: tuple[str, Any]
    change: tuple[str, str]


@dataclass(frozen=True)
class Tab:
    code: str
    word: Any
    count: int


@staff_with(*rules.SEE_TOPICS)
def page(request: HttpRequest) -> HttpResponse:
    months = topics.months()
    month = _month(request.GET.get("month", ""), months)
    job = asking.newest(month) if month else None
    is_grouping = job is not None and job.state in jobs.UNFINISHED
    if request.htmx and not is_grouping:
        response = HttpResponse()
        response["HX-Refresh"] = "true"  # done: the page has the topics as they are now
        return response
    context: dict[str, Any] = {
        "months": months,
        "month": month,
        "tabs_here": "months",
        "line": waited_for(job, request.user, now=timezone.now()),
        "may_group": request.user.has_role(*rules.EDIT_TOPICS) and not is_grouping,
    }
    if month:
        asked = request.GET.get("state", "")
        state = asked if asked in words.STATES else ""
        counts = topics.states(month)
        span, streams = topics.river(month)
        context |= {
            "state": state,
            "states": [
                Tab("", _("全部"), counts.total()),
                *(Tab(code, word, counts[code]) for code, (_lamp, word) in words.STATES.items() if counts[code]),
            ],
            "lines": [_line(each) for each in topics.standings(month, state)],
            "river": river(span, streams),
            "span": span,
            "streams": streams,
            "map": _map(topics.places(month)),
            "run": topics.last_run(month),
        }
    return render(request, "topic_months.html", context)


@staff_with(*rules.EDIT_TOPICS)
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Group a month anew; what people edited stays as they left it. Only months that have been grouped are offered."""
    asked = request.POST.get("month", "")
    month = next((each for each in topics.months() if f"{each:%Y-%m}" == asked), None)
    if month is None:
        raise Http404
    asking.ask(month, actor=request.user)
    messages.success(request, _("正在重新归类，改名、合并、拆分都会保留。"))
    return redirect(f"{reverse('topic-months')}?{urlencode({'month': asked})}")


@staff_with(*rules.SEE_TOPICS)
def topic(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, _found(pk), {}, 200)


@staff_with(*rules.EDIT_TOPICS)
@require_POST
def change(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Rename, annotate, merge, split or undo; a refusal comes back with the form beside the topic."""
    if code not in FORMS:
        raise Http404
    found = _found(pk)
    form, status = FORMS[code](request.POST, topic=found, month=_month_of(request, found)), 422
    if valid(request, form):
        try:
            form.carry_out(request.user)
            messages.success(request, form.done)
            return redirect("topic-month", pk)
        except PetitionError as refusal:
            status = refuse(request, form, refusal)
    return _detail(request, found, {code: form}, status)


@staff_with(*rules.SEE_TOPICS)
def sheet(request: HttpRequest) -> HttpResponse:
    """The figures of the river as a file that spreadsheets open."""
    month = _month(request.GET.get("month", ""), topics.months())
    if month is None:
        raise Http404
    span, streams = topics.river(month)
    head = [_("主题"), *(f"{each:%Y-%m}" for each in span)]
    rows = ([stream.topic or _("其余主题"), *stream.counts] for stream in streams)
    return csv_file(_("月度主题%(month)s.csv") % {"month": f"{month:%Y-%m}"}, [head, *rows])


# ── inside ──
def _found(pk: int) -> Topic:
    found = topics.one(pk)
    if found is None:
        raise Http404
    return found


def _month(asked: str, months: list[date]) -> date | None:
    """The month asked for if it was grouped, or else the newest one."""
    return next((month for month in months if f"{month:%Y-%m}" == asked), months[0] if months else None)


def _month_of(request: HttpRequest, found: Topic) -> date | None:
    """The month being looked at: the one asked for, or the topic's newest."""
    own = [row.month for row in topics.history(found)]
    return _month(request.GET.get("month", ""), own[::-1])


def _line(standing: Standing) -> Line:
    row = standing.row
    return Line(row, words.STATES[row.state], words.change(row.cases, standing.before))


def _map(counts: Any) -> TileMap:
    book = rulebook.current()
    root = min(book.places, key=lambda place: place.path.count("/"))
    shown = tiles(book.places, root, book.parameter("board.tiles", {}))
    return tile_map(counts, shown, {place.id: place for place in book.places})


def _detail(request: HttpRequest, found: Topic, bound: dict[str, EditForm], status: int) -> HttpResponse:
    rows = topics.history(found)
    month = _month(request.GET.get("month", ""), [row.month for row in reversed(rows)])
    at = next((place for place, row in enumerate(rows) if row.month == month), None)
    row = rows[at] if at is not None else None
    filters = _filters(request, month)
    listed = topics.cases(found, filters, request.GET.get("after", ""))
    may_edit = request.user.has_role(*rules.EDIT_TOPICS)
    context = {
        "topic": found,
        "row": row,
        "month": month,
        "rows": [(each, words.STATES[each.state]) for each in reversed(rows)],
        "look": words.STATES[row.state] if row else None,
        "change": words.change(row.cases, rows[at - 1].cases if at else None) if row else ("", ""),
        "map": _map(topics.places(month, found.pk)) if month else None,
        "quoted": topics.quoted(row) if row else [],
        "cases": listed.rows,
        "n": topics.count(found, filters),
        "filter_words": words.filters(filters),
        "next": _address(filters, listed.next) if listed.next else "",
        "edits": [(edit, words.KINDS[edit.kind], words.said(edit)) for edit in topics.edits(found)],
        "merged_into": None if row else topics.merged_into(found),
        "may_edit": may_edit,
        "is_wrong": any(form.errors for form in bound.values()),
        "undo": TopicEdit.Kind.UNDO,
    }
    if may_edit:
        context["forms"] = {code: bound.get(code) or form(topic=found, month=month) for code, form in FORMS.items()}
    return render(request, "topic_month.html", context, status=status)


def _filters(request: HttpRequest, month: date | None) -> Filters:
    """What makes no sense narrows nothing. `all` asks for the cases of every month."""
    only, area = request.GET.get("only", ""), request.GET.get("area", "")
    is_known = area == "-" or any(place.path == area for place in rulebook.kept().places)
    return Filters(
        month=None if request.GET.get("month") == "all" else month,
        area=area if is_known else "",
        only=only if only in (topics.UNHAPPY, topics.AGAIN) else "",
    )


def _address(filters: Filters, after: str) -> str:
    month = f"{filters.month:%Y-%m}" if filters.month else "all"
    wanted = {"month": month, "area": filters.area, "only": filters.only, "after": after}
    return "?" + urlencode({name: value for name, value in wanted.items() if value}) + "#cases"
