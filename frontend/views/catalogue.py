"""派单目录: the entries of an edition; adding, changing and retiring them in the draft."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from frontend.catalogue_words import Names, said
from frontend.forms.catalogue import EntryForm, FilterForm, shown, unsealed
from frontend.guards import staff_with
from frontend.refusals import refuse, valid
from petitions import rules
from petitions.errors import PetitionError
from petitions.queries import catalogue as entries
from petitions.services import catalogue
from routing import drafts
from routing.drafts import Wording
from routing.models import CatalogueEntry, CatalogueVersion

TABS = (
    ("catalogue", gettext_lazy("条目")),
    ("catalogue-changes", gettext_lazy("核对发布")),
    ("catalogue-impact", gettext_lazy("影响预览")),
    ("catalogue-proposals", gettext_lazy("改动建议")),
    ("catalogue-editions", gettext_lazy("历次版本")),
)


@staff_with(*rules.SEE_CATALOGUE)
def page(request: HttpRequest) -> HttpResponse:
    """The draft, else the edition that holds; ?edition= shows any other."""
    version = _shown_edition(request)
    form = FilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    base = drafts.latest_published()
    found = entries.page(version, entries.Filters(**chosen), base=base, after=request.GET.get("after", ""))
    rows = _rows(found, Names.read())
    context = {"form": form, "rows": rows, "version": version, "next": _next(request, found.next)}
    return render(request, "catalogue.html", frame(request, "catalogue") | context)


def _rows(page: entries.Page, names: Names) -> list[dict[str, Any]]:
    return [
        {
            "entry": row.entry,
            "conditions": names.conditions(row.entry),
            "assisting": names.assisting(row.entry),
            "change": said(row.change, names) if row.change else None,
        }
        for row in page.rows
    ]


@staff_with(*rules.EDIT_CATALOGUE)
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    draft = catalogue.start(actor=request.user)
    messages.success(request, _("已从上一版复制出草案，可以开始改了；发布之前不影响派单。"))
    return redirect(f"{reverse('catalogue')}?edition={draft.number}")


@staff_with(*rules.EDIT_CATALOGUE)
def entry(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One entry of the draft. An entry of a published edition is shown by its twin in the draft, if there is one."""
    draft = _the_draft()
    found = get_object_or_404(CatalogueEntry.objects.filter(version=draft), pk=pk) if pk else None
    leaf = {"category": request.GET.get("leaf", "")}
    form = EntryForm(request.POST or None, entry=found, initial={} if found else leaf)
    status = 200
    if request.method == "POST":
        status = 422
        if valid(request, form):
            try:
                kept = catalogue.keep(draft.pk, form.wording, entry_id=pk, seen=form.was, actor=request.user)
                messages.success(request, _("草案已保存：%(entry)s。") % {"entry": kept})
                return redirect(f"{reverse('catalogue')}?edition={draft.number}&q={kept.category.code}")
            except PetitionError as refusal:
                status = refuse(request, form, refusal)
                _meet(form, found, refusal)
    context = {"form": form, "entry": found, "version": draft}
    return render(request, "catalogue_entry.html", frame(request, "catalogue") | context, status=status)


def _meet(form: EntryForm, found: CatalogueEntry | None, refusal: PetitionError) -> None:
    """Somebody else changed the same entry: both wordings side by side, and on from theirs."""
    now = CatalogueEntry.objects.select_related("category", "area").filter(pk=found.pk).first() if found else None
    if now and form.was != Wording.of(now):
        theirs = shown(now)
        form.meet(refusal, theirs={k: v for k, v in theirs.items() if k != "seen"}, marks={"seen": theirs["seen"]})


@staff_with(*rules.EDIT_CATALOGUE)
@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    draft = _the_draft()
    found = get_object_or_404(CatalogueEntry.objects.filter(version=draft).select_related("category"), pk=pk)
    catalogue.retire(draft.pk, pk, seen=unsealed(request.POST.get("seen", "")), actor=request.user)
    messages.success(request, _("已从草案里删去：%(entry)s。") % {"entry": found})
    return redirect(f"{reverse('catalogue')}?edition={draft.number}&q={found.category.code}")


# ── what the pages of the catalogue share ──
def frame(request: HttpRequest, here: str) -> dict[str, Any]:
    """Tabs, the draft and what the person may do."""
    return {
        "tabs": [{"url": reverse(name), "word": word, "is_here": name == here} for name, word in TABS],
        "draft": drafts.the_draft(),
        "may_edit": rules.may_edit_catalogue(None, request.user),
    }


def _the_draft() -> CatalogueVersion:
    found = drafts.the_draft()
    if found is None:
        raise Http404
    return found


def _shown_edition(request: HttpRequest) -> CatalogueVersion:
    wanted = request.GET.get("edition", "")
    found = entries.edition(wanted) if wanted else drafts.the_draft() or drafts.latest_published()
    if found is None:
        raise Http404
    return found


def _next(request: HttpRequest, after: str) -> str:
    if not after:
        return ""
    query = request.GET.copy()
    query["after"] = after
    return "?" + query.urlencode()
