"""样式库: every component in every state. The axe and screenshot suites run here, on figures made up for the page."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from frontend.forms.entry import LoginForm
from frontend.guards import signed_in
from frontend.timeline import Step
from petitions.states import AssignmentState, CaseState


@signed_in
def gallery(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    wrong = LoginForm(request, {"username": "", "password": ""})
    context = {
        "now": now,
        "start": now - timedelta(hours=24),
        "clocks": [
            now + timedelta(days=4),
            now + timedelta(hours=20),
            now + timedelta(minutes=14),
            now - timedelta(hours=1),
        ],
        "case_states": CaseState.values,
        "part_states": AssignmentState.values,
        "form": LoginForm(request),
        "wrong": wrong,
        "timeline": [
            Step(now, "结案", "回访员", "", "is-done"),
            Step(now, "提交内部审核", "承办人", "", "", "已到现场，责令停工。", "施工方已承诺夜间停工。"),
            Step(now, "到期转回访", "系统", "", "is-over"),
        ],
    }
    return render(request, "styleguide.html", context)
