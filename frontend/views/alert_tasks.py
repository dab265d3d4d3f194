"""未诉先办任务: a unit's own with a field for what was done; for the hotline everybody's, with their effects."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend import alert_words as words
from frontend.forms.alerts import TaskReport
from frontend.guards import staff_with
from frontend.refusals import refuse, valid
from petitions import rules
from petitions.errors import PetitionError
from petitions.insight.alerts import proactive
from petitions.insight.models import ProactiveTask
from petitions.insight.queries import alerts


@staff_with(*rules.SEE_ALERTS, *rules.UNIT)
def page(request: HttpRequest) -> HttpResponse:
    return _page(request, None, 0, 200)


@staff_with(*rules.UNIT)
@require_POST
def report(request: HttpRequest, pk: int) -> HttpResponse:
    form, status = TaskReport(request.POST, auto_id=f"task-{pk}-%s"), 422
    if valid(request, form):
        try:
            proactive.report(pk, actor=request.user, words=form.cleaned_data["words"])
            messages.success(request, _("已反馈。"))
            return redirect("alert-tasks")
        except PetitionError as refusal:
            status = refuse(request, form, refusal)
    return _page(request, form, pk, status)


def _page(request: HttpRequest, wrong: TaskReport | None, pk: int, status: int) -> HttpResponse:
    is_done = request.GET.get("list") == "done"
    found = alerts.tasks(request.user, is_done=is_done, after=request.GET.get("after", ""))
    today = timezone.localdate()
    context = {
        "is_done": is_done,
        "lines": [_line(row, wrong if row.pk == pk else None, request.user, today) for row in found.rows],
        "wrong": wrong,
        "sees_all": request.user.has_role(*rules.SEE_ALERTS),
        "next": "?" + urlencode({"list": "done" if is_done else "", "after": found.next}) if found.next else "",
    }
    return render(request, "alert_tasks.html", context, status=status)


def _line(row: ProactiveTask, wrong: TaskReport | None, person: Any, today: Any) -> dict[str, Any]:
    may_report = person.has_role(*rules.UNIT) and rules.works_for_unit(row.unit_id, person) and not row.reported_at
    form = wrong or TaskReport(auto_id=f"task-{row.pk}-%s")
    lamp = ("done", _("已反馈")) if row.reported_at else ("doing", _("办理中"))
    if not row.reported_at and row.due_on < today:
        lamp = ("over", _("超期"))
    return {"row": row, "kind": words.TASKS[row.kind], "form": form if may_report else None, "lamp": lamp}
