"""The pages of the rail, who has them, and where each role lands after login."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from frontend.administering import EVERYBODY_HERE
from petitions import rules
from routing.models import Role

DESK = (Role.OPERATOR, Role.WEB_AGENT)
SORTING = (Role.REVIEWER, Role.DISPATCHER, Role.CENTER)
CALLING = (Role.CALLBACK,)
LISTENING = (Role.CALLBACK, Role.SUPERVISOR)
SUPERVISING = (Role.SUPERVISOR, Role.CENTER)
HANDLING = (Role.HANDLER, Role.UNIT_HEAD)
REQUESTING = (*HANDLING, Role.REVIEWER, Role.CENTER, Role.SUPERVISOR)


@dataclass(frozen=True)
class Place:
    name: str
    icon: str
    word: str
    roles: tuple[str, ...]  # empty: everybody who may log in


# In the order of the rail; a person lands on the first page that is theirs.
PLACES = (
    Place("intake", "headset", _("接线"), DESK),
    Place("dispatch", "route", _("派单"), SORTING),
    Place("contested", "users", _("会商"), SORTING),
    Place("supervise", "flag", _("督办"), SUPERVISING),
    Place("callback", "message-square-text", _("回访"), CALLING),
    Place("unit", "house", _("办理"), HANDLING),
    Place("requests", "shield-check", _("申请"), REQUESTING),
    Place("board", "activity", _("态势"), (*rules.SEE_SCORES, *HANDLING)),
    Place("knowledge", "file-text", _("知识"), rules.SEE_KNOWLEDGE),
    Place("cases", "inbox", _("工单"), ()),
    Place("scorecard", "layout-dashboard", _("成绩"), (*rules.SEE_SCORES, *HANDLING)),
    Place("alerts", "bell", _("预警"), (*rules.SEE_ALERTS, *HANDLING)),
    Place("issues", "flame", _("热点"), rules.SEE_ISSUES),
    Place("monthly", "star", _("每月一题"), (*rules.SEE_MONTHLY, *HANDLING)),
    Place("integrity", "eye", _("核查"), rules.SEE_FINDINGS),
    Place("catalogue", "book-open", _("目录"), rules.SEE_CATALOGUE),
    Place("learn", "sparkles", _("标注"), rules.LABEL),
    Place("deliveries", "send", _("通知"), rules.MANAGE_NOTICES),
    Place("drift", "history", _("模型"), rules.WATCH_MODELS),
    Place("jobs", "hourglass", _("作业"), ()),
    Place("manage", "list-checks", _("管理"), EVERYBODY_HERE),
)


def _is_theirs(place: Place, person) -> bool:
    return not place.roles or person.has_role(*place.roles)


def places_for(person, path: str = "") -> list[dict]:
    if not person.is_authenticated:
        return []
    theirs = [(place, reverse(place.name)) for place in PLACES if _is_theirs(place, person)]
    return [{"icon": p.icon, "word": p.word, "url": url, "is_here": path.startswith(url)} for p, url in theirs]


@dataclass(frozen=True)
class Bar:
    """What stands in a bar of limited length, and what opens under 更多."""

    first: list[dict]
    rest: list[dict]

    @property
    def is_in_rest(self) -> bool:
        return any(page["is_here"] for page in self.rest)


def bar(pages: list[dict], most: int) -> Bar:
    """All pages where they fit; otherwise one place of the bar is 更多's."""
    return Bar(pages, []) if len(pages) <= most else Bar(pages[: most - 1], pages[most - 1 :])


def landing(person) -> str:
    """Where this person's day begins."""
    if person.has_role(Role.ADMIN) and not person.has_role(*DESK, *SORTING, *CALLING):
        return reverse("manage")
    return places_for(person)[0]["url"]
