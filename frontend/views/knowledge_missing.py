"""缺少的口径: what people ask and no item answers; one click makes a draft of it."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.guards import staff_with
from frontend.views.knowledge import REVIEW_DAYS
from petitions import rules
from petitions.errors import PetitionError
from petitions.queries import missing
from petitions.services import knowledge
from routing import rulebook

TITLE_LENGTH = 40
QUESTIONS = 5


@staff_with(*rules.EDIT_KNOWLEDGE)
def page(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _draft(request)
    rulebook_now = rulebook.current()
    found = missing.listing(rules=rulebook_now, now=timezone.now(), today=timezone.localdate())
    context = {"found": found, "tab": "missing", "may_edit": True, "may_manage_events": True}
    return render(request, "knowledge_missing.html", context)


def _draft(request: HttpRequest) -> HttpResponse:
    """The group's questions become the usual questions of a new item."""
    questions = missing.chosen(request.POST.getlist("key"))
    if not questions:
        messages.error(request, _("这些问题已经不在了，请刷新页面。"))
        return redirect("knowledge-missing")
    book = rulebook.current()
    leaf = book.leaves.get(questions[0].leaf)
    days = int(book.parameter("knowledge.review_days", REVIEW_DAYS))
    said = knowledge.Said(
        title=questions[0].text.splitlines()[0][:TITLE_LENGTH],
        question="\n".join(dict.fromkeys(question.text for question in questions[:QUESTIONS])),
        category_id=leaf.id if leaf else None,
        review_by=timezone.localdate() + timedelta(days=days),
    )
    try:
        made = knowledge.add(said, actor=request.user, note=_("由市民的提问整理"))
    except PetitionError as refusal:
        messages.error(request, refusal.message)
        return redirect("knowledge-missing")
    messages.success(request, _("已建草稿：请写答复、定责任单位，再发布。"))
    return redirect("knowledge-item", made.pk)
