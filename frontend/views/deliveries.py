"""通知投递: the log with retry and resend, and the words of each notice with their preview."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from frontend.forms.deliveries import DeliveryFilter, TemplateForm
from frontend.guards import staff_with
from frontend.paging import next_page
from frontend.refusals import refuse, valid
from petitions import rules
from petitions.errors import PetitionError
from petitions.models import Petition
from petitions.models.delivery import Way
from petitions.queries import deliveries
from petitions.row_keys import row_key
from petitions.services import notify
from petitions.services.notify import templates

ACTS = {"retry": notify.retry_now, "resend": notify.resend, "replan": notify.plan_again}


@staff_with(*rules.MANAGE_NOTICES)
def page(request: HttpRequest) -> HttpResponse:
    form = DeliveryFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    if request.method == "POST":
        _act(request)
        return redirect(request.get_full_path())
    labels = {code: topic.label for code, topic in notify.TOPICS.items()}
    log = deliveries.page(deliveries.Filters(**chosen), after=request.GET.get("after", ""), labels=labels)
    context = {"form": form, "log": log, "next": next_page(request, log.next), "tab": "log"}
    return render(request, "deliveries.html" + ("#rows" if request.htmx else ""), context)


def _act(request: HttpRequest) -> None:
    act, key = ACTS.get(request.POST.get("do", "")), row_key(request.POST.get("id", ""))
    if act is None or key is None:
        messages.error(request, _("没有找到这条通知，请刷新页面。"))
        return
    try:
        act(key, now=timezone.now())
        messages.success(request, _("已排队，马上再发送一次。"))
    except PetitionError as refusal:
        messages.error(request, refusal.message)


@staff_with(*rules.MANAGE_NOTICES)
def words(request: HttpRequest) -> HttpResponse:
    """One notice by one way: its words, what they may name, and how they read."""
    code, way = request.GET.get("topic", "case-received"), request.GET.get("way", "")
    topic = notify.TOPICS.get(code)
    if topic is None or (way and way not in topic.ways):
        return redirect("notice-words")
    way = way or topic.ways[0]
    stored = templates.words_of(code, way)
    shown = {"subject": stored.subject, "text": stored.text, "is_on": stored.is_on}
    form = TemplateForm(request.POST or None, initial=shown, way=way)
    if request.method == "POST":
        answer = _edit(request, form, code, way)
        if answer:
            return answer
    context = {
        "tab": "words",
        "topics": [(each, known.label, known.audience) for each, known in notify.TOPICS.items()],
        "topic": topic,
        "code": code,
        "way": way,
        "ways": [(each, Way(each).label) for each in topic.ways],
        "stored": stored,
        "form": form,
        "preview": _preview(form, code, way, shown),
    }
    part = "#preview" if request.htmx else ""
    return render(request, "notice_words.html" + part, context, status=422 if form.errors and not part else 200)


def _edit(request: HttpRequest, form: TemplateForm, code: str, way: str) -> HttpResponse | None:
    """Save or reset and go back to the page; None where there is something to show on it."""
    here = f"{reverse('notice-words')}?{urlencode({'topic': code, 'way': way})}"
    do = request.POST.get("do")
    try:
        if do == "reset":
            templates.reset(code, way, actor=request.user)
            messages.success(request, _("已恢复为系统默认的内容。"))
            return redirect(here)
        if do == "save" and valid(request, form):
            said = form.cleaned_data
            templates.save(
                code, way, subject=said.get("subject", ""), text=said["text"], is_on=said["is_on"], actor=request.user
            )
            messages.success(request, _("已保存，之后生成的通知用新的内容。"))
            return redirect(here)
    except PetitionError as refusal:
        refuse(request, form, refusal)
    return None


def _preview(form: TemplateForm, code: str, way: str, shown: dict) -> dict:
    """Subject and text as they would read, or what is wrong with them."""
    said = form.cleaned_data if form.is_bound and form.is_valid() else None
    words = said or (form.data if form.is_bound else shown)
    case = Petition.objects.filter(no=words.get("case", "").strip().upper()).first() if words.get("case") else None
    try:
        subject, text = templates.preview(code, way, words.get("subject", ""), words.get("text", ""), case=case)
    except PetitionError as problem:
        return {"problem": problem.message}
    return {"subject": subject, "text": text, "case": case}
