"""知识库: what may be said, by whom, until when; each edit kept, and how each item serves."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.forms.knowledge import STATES, ConfirmForm, ItemForm, KnowledgeFilter, WithdrawForm
from frontend.guards import staff_with
from frontend.paging import next_page
from frontend.refusals import refuse, valid
from petitions import rules
from petitions.errors import PetitionError
from petitions.insight.rates import Rate
from petitions.models import KnowledgeItem
from petitions.queries import knowledge as base
from petitions.services import knowledge
from routing import rulebook
from routing.rulebook import Rulebook

LAMPS = {"in_force": "done", "near": "soon", "expired": "over", "draft": "wait"}
REVIEW_DAYS = 180
DIRECT, DIRECT_SECONDS = "knowledge.direct", 300


@staff_with(*rules.SEE_KNOWLEDGE)
def page(request: HttpRequest) -> HttpResponse:
    form = KnowledgeFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    book, today = rulebook.current(), timezone.localdate()
    found = base.listing(base.Filters(**chosen), request.GET.get("after", ""), rules=book, today=today)
    context = {
        "form": form,
        "lines": [(item, LAMPS[state], STATES[state], figures) for item, state, figures in found.lines],
        "next": next_page(request, found.next),
        "states": [(state, LAMPS[state], word, found.counts[state]) for state, word in STATES.items()],
        "direct": _direct(book),
        "tab": "items",
    }
    return render(request, "knowledge.html", context | _may(request))


@staff_with(*rules.SEE_KNOWLEDGE)
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item; who keeps the base edits it here, the head of its unit says that it still holds."""
    found = base.one(pk)
    if found is None:
        raise Http404
    forms = {"edit": ItemForm.of(found), "withdraw": WithdrawForm(), "confirm": ConfirmForm()}
    status = 200
    if request.method == "POST":
        do = request.POST.get("do", "")
        answer = _act(request, found, do, forms)
        if isinstance(answer, HttpResponse):
            return answer
        status = answer
    book, today = rulebook.current(), timezone.localdate()
    state = base.state_of(found, today, base.near_of(book))
    context = {
        "item": found,
        "lamp": (LAMPS[state], STATES[state]),
        "figures": _shares(base.figures([pk], rules=book)[pk]),
        "versions": base.versions(found),
        "rejected": base.latest_rejected(found),
        "forms": forms,
        "may_confirm": rules.may_confirm_item(found, request.user),
        "tab": "items",
    }
    return render(request, "knowledge_item.html", context | _may(request), status=status)


@staff_with(*rules.EDIT_KNOWLEDGE)
def new(request: HttpRequest) -> HttpResponse:
    book = rulebook.current()
    days = int(book.parameter("knowledge.review_days", REVIEW_DAYS))
    form = ItemForm(request.POST) if request.method == "POST" else ItemForm.empty(timezone.localdate(), days)
    status = 200
    if request.method == "POST":
        status = 422
        if valid(request, form):
            try:
                made = knowledge.add(form.said(), actor=request.user, note=form.cleaned_data["note"])
                messages.success(request, _("已存为草稿，核对后发布。"))
                return redirect("knowledge-item", made.pk)
            except PetitionError as refusal:
                status = refuse(request, form, refusal)
    return render(request, "knowledge_new.html", {"form": form, "tab": "items"} | _may(request), status=status)


def _act(request: HttpRequest, found: KnowledgeItem, do: str, forms: dict[str, Any]) -> HttpResponse | int:
    """Carry out what the page asks for; the status of the page where it was refused."""
    acts: dict[str, tuple[Callable[[Any], Any], str]] = {
        "edit": (lambda form: _edit(request, found, form), _("已保存为新的一版。")),
        "confirm": (lambda form: _confirm(request, found, form), _("已记下：仍然有效。")),
        "withdraw": (lambda form: _withdraw(request, found, form), _("已撤下，不再用来答复。")),
        "publish": (lambda form: knowledge.publish(found.pk, actor=request.user), _("已发布，现在起用来答复。")),
    }
    if do not in acts:
        messages.error(request, _("没有找到这一步，请刷新页面。"))
        return redirect("knowledge-item", found.pk)
    bound = {"edit": ItemForm, "withdraw": WithdrawForm, "confirm": ConfirmForm}
    forms[do] = form = bound[do](request.POST) if do in bound else forms["edit"]
    if do in bound and not valid(request, form):
        return 422
    act, said = acts[do]
    try:
        act(form)
    except PetitionError as refusal:
        if do in bound:
            return refuse(request, form, refusal)
        messages.error(request, refusal.message)
        return redirect("knowledge-item", found.pk)
    messages.success(request, said)
    return redirect("knowledge-item", found.pk)


def _edit(request: HttpRequest, found: KnowledgeItem, form: ItemForm) -> None:
    opened = form.cleaned_data["version"] or 0
    knowledge.edit(found.pk, form.said(), version=opened, actor=request.user, note=form.cleaned_data["note"])


def _confirm(request: HttpRequest, found: KnowledgeItem, form: ConfirmForm) -> None:
    knowledge.confirm(found.pk, review_by=form.cleaned_data["review_by"], actor=request.user)


def _withdraw(request: HttpRequest, found: KnowledgeItem, form: WithdrawForm) -> None:
    knowledge.withdraw(found.pk, reason=form.cleaned_data["reason"], actor=request.user)


def _direct(book: Rulebook) -> dict[str, Any]:
    """A month of consultations is counted once in a while, not for every reader."""
    found = cache.get_or_set(DIRECT, lambda: base.direct(rules=book, now=timezone.now()), DIRECT_SECONDS)
    shares = {name: share(*getattr(found, name)) for name in ("hotline", "online", "out_of_hours")}
    return shares | {"since": found.since, "at": found.at}


def _shares(figures: base.Figures) -> dict[str, Any]:
    return {
        "figures": figures,
        "again": share(figures.called_again, figures.cited),
        "answered": share(figures.answered, figures.asked),
        "rejected": share(figures.rejected, figures.asked),
        "reopened": share(figures.reopened, figures.answered),
    }


def share(hits: int, n: int) -> dict[str, Any]:
    """A share with its interval, as parts/share.html shows it."""
    rate = Rate(hits, n)
    low, high = rate.interval or (None, None)
    return {"value": rate.value, "low": low, "high": high, "of": n}


def _may(request: HttpRequest) -> dict[str, bool]:
    return {
        "may_edit": rules.may_edit_knowledge(None, request.user),
        "may_manage_events": rules.may_manage_events(None, request.user),
    }
