"""样式库: every component in every state, on figures made up for the page; what it lacks, tests/frontend say."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from frontend.collision import Difference
from frontend.forms.entry import LoginForm
from frontend.guards import citizen_page, signed_in
from frontend.notices import NOTICES
from frontend.presence import Here
from frontend.timeline import WORDS, Step
from frontend.tokens import themes
from petitions.errors import Conflict
from petitions.models import Event, Petition
from petitions.queries.missed import Missed
from petitions.states import AssignmentState, CaseState, Satisfaction

SHOWN = Petition(no="LJ20260101000001", title="路灯不亮")
PARTS = tuple(
    (anchor, word, f"styleguide/{anchor}.html")
    for anchor, word in (
        ("tokens", _("颜色和字")),
        ("icons", _("图标")),
        ("buttons", _("按钮")),
        ("forms", _("表单")),
        ("states", _("状态和提示")),
        ("live", _("实时")),
        ("lists", _("列表")),
        ("tables", _("表格")),
        ("desks", _("工作台")),
        ("figures", _("数字")),
        ("charts", _("图")),
        ("finding", _("查找和作业")),
        ("manage", _("管理")),
        ("layouts", _("版式")),
        ("frame", _("外框和打印")),
    )
)
SPACES = (4, 8, 12, 16, 20, 24, 32, 40)
TILES = (
    (2, 2, 0, "江南区", 330),
    (162, 2, 2, "江北区", 980),
    (2, 102, 3, "临港区", 2310),
    (162, 102, 4, "新城区", 4120),
)


@signed_in
def gallery(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    context = {
        "parts": PARTS,
        "themes": themes(),
        "icons": (settings.BASE_DIR / "frontend" / "icons.txt").read_text().split(),
        "steps": [(sum(SPACES[:at]) + 24 * at, size) for at, size in enumerate(SPACES)],
        "tiles": TILES,
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
        "wrong": LoginForm(request, {"username": "", "password": ""}),
        "timeline": [
            Step(now, WORDS["close"], "回访员", "", "is-done"),
            Step(now, WORDS["hand_in"], "承办人", "", "", "已到现场，责令停工。", "施工方已承诺夜间停工。"),
            Step(now, WORDS["expire"], "系统", "", "is-over"),
        ],
        **_met(),
    }
    return render(request, "styleguide.html", context)


def _met() -> dict:
    """What other people's acts bring to an open page: who is here, a notice, a collision."""
    return {
        "people": (Here(1, "刘工", is_editing=True), Here(2, "李工", is_editing=False)),
        "event": Event(action="urge", reason="来电人询问进展。"),
        "case": SHOWN,
        "word": NOTICES["urge"][0],
        "missed": Missed(4, (SHOWN,)),
        "refusal": Conflict(),
        "differences": (
            Difference(
                "answer",
                _("给市民的答复"),
                ("已修好。",),
                ("明日维修。",),
                "明日维修。已修好。",
                "已修好。",
                "明日维修。",
            ),
            Difference("solved", _("是否解决"), ("yes",), ("no",), "", "已解决", "未解决"),
        ),
    }


@signed_in
@citizen_page
def citizen(request: HttpRequest) -> HttpResponse:
    """The citizens' components, which have a style sheet of their own; ?care=1 shows 大字版."""
    return render(request, "styleguide/citizen.html", {"faces": Satisfaction.choices})
