"""样式库: every component in every state. The axe and screenshot suites run here, on figures made up for the page."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from frontend.collision import Difference
from frontend.forms.entry import LoginForm
from frontend.guards import signed_in
from frontend.notices import NOTICES
from frontend.presence import Here
from frontend.timeline import Step
from petitions.errors import Conflict
from petitions.models import Event, Petition
from petitions.queries.missed import Missed
from petitions.states import AssignmentState, CaseState

SHOWN = Petition(no="LJ20260101000001", title="路灯不亮")


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
        "people": (Here(1, "刘工", is_editing=True), Here(2, "李工", is_editing=False)),
        "event": Event(action="urge", reason="来电人询问进展。"),
        "case": SHOWN,
        "word": NOTICES["urge"][0],
        "missed": Missed(4, (SHOWN,)),
        "refusal": Conflict(),
        "differences": (
            Difference(
                "answer", "给市民的答复", ("已修好。",), ("明日维修。",), "明日维修。已修好。", "已修好。", "明日维修。"
            ),
            Difference("solved", "是否解决", ("yes",), ("no",), "", "已解决", "未解决"),
        ),
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
