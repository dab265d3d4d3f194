"""管理: what needs somebody's attention, each with the page where it is put right; and where texts are kept."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.administering import EVERYBODY_HERE, frame
from frontend.guards import staff_with
from frontend.views.manage_calendar import missing_year
from petitions import rules
from petitions.models import KnowledgeItem, NoticeTemplate
from petitions.queries.manage import areas, health, people, units
from petitions.services import clock
from petitions.services.notify import TOPICS
from routing.models import AuditEntry, Parameter

SOON = timedelta(days=30)
MOST_CHANGES = 8
# Parameters that are texts or lists of words, by key.
TEXTS = {
    "callback.script": gettext_lazy("回访用语：开场和结束"),
    "callback.reasons": gettext_lazy("不满意原因"),
    "request.subtypes": gettext_lazy("剔除、挂账等申请的类型"),
}
BELLS = {
    "outbox": gettext_lazy("生成和发送通知"),
    "deadlines": gettext_lazy("时限提醒和升级"),
    "statistics": gettext_lazy("统计更新"),
    "hot issues": gettext_lazy("热点归并"),
    "reports that are due": gettext_lazy("到点的通报"),
    "reports and checks": gettext_lazy("通报和核查作业"),
    "catalogue previews": gettext_lazy("目录影响预览"),
    "hot issues anew": gettext_lazy("热点重新聚类"),
    "unusual figures": gettext_lazy("异常线索"),
    "old drafts": gettext_lazy("清理过期的未提交内容"),
    "monthly topics": gettext_lazy("月度主题"),
    "monthly candidates": gettext_lazy("每月一题候选"),
    "reviews of ready answers": gettext_lazy("口径复核提醒"),
    "alerts of the minute": gettext_lazy("每分钟的预警"),
    "alerts of the hour": gettext_lazy("每小时的预警"),
    "what is usual": gettext_lazy("常态基线"),
    "daily seal": gettext_lazy("每日封存"),
    "exports": gettext_lazy("后台导出"),
    "months grouped anew": gettext_lazy("月度主题重算"),
    "effects of themes": gettext_lazy("每月一题成效"),
    "old files of jobs": gettext_lazy("清理过期的作业文件"),
}


KIND = AuditEntry.Kind
NO_CHANGES = (KIND.LOGIN, KIND.LOGIN_FAILED, KIND.LOGIN_STOPPED, KIND.LOGOUT, KIND.PHONE_STOPPED, KIND.EXPORT)
RULE_CHANGES = (KIND.AREA, KIND.UNIT, KIND.CALENDAR, KIND.PARAMETER, KIND.DEADLINE)  # what SEE_RULES may read of
# What is maintained on other pages: who has the page, its address, its name, and where it stands.
ELSEWHERE = (
    (*rules.SEE_CATALOGUE, ("catalogue", gettext_lazy("派单目录"), gettext_lazy("按版次"))),
    (*rules.SEE_SCORES, ("scorecard-formulas", gettext_lazy("考核公式"), gettext_lazy("按版本"))),
    (*rules.MANAGE_NOTICES, ("notice-words", gettext_lazy("通知模板"), gettext_lazy("通知"))),
    (*rules.SEE_KNOWLEDGE, ("knowledge", gettext_lazy("答复口径"), gettext_lazy("知识库"))),
    (*rules.WATCH_MODELS, ("drift", gettext_lazy("模型监测"), gettext_lazy("模型"))),
)


@dataclass(frozen=True)
class Tile:
    """One thing to look at: `look` is done where there is nothing to do."""

    word: str
    value: str
    said: str
    url: str
    look: str


@staff_with(*EVERYBODY_HERE)
def page(request: HttpRequest) -> HttpResponse:
    context = {
        "tiles": list(_tiles(request)),
        "sees_changes": request.user.has_role(*rules.SEE_RULES),
        "changes": _changes(request),
        "elsewhere": [place for *roles, place in ELSEWHERE if request.user.has_role(*roles)],
    }
    return render(request, "manage.html", context | frame(request, "manage"))


@staff_with(*rules.MANAGE)
def texts(request: HttpRequest) -> HttpResponse:
    """Every text that the city words for itself, and where it is edited; each keeps its former versions."""
    own = NoticeTemplate.objects.count()
    items = KnowledgeItem.objects.count()
    known = dict(Parameter.objects.filter(key__in=TEXTS).values_list("key", "value"))
    context = {
        "topics": len(TOPICS),
        "own": own,
        "items": items,
        "parameters": [(key, word, len(known[key])) for key, word in TEXTS.items() if key in known],
    }
    return render(request, "manage_texts.html", context | frame(request, "manage-texts"))


@staff_with(*rules.MANAGE)
def state(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    bells = health.bells(settings.CELERY_BEAT_SCHEDULE, now=now)
    context: dict[str, Any] = {
        "now": now,
        "database": health.database(),
        "outbox": health.outbox(now=now),
        "deliveries": health.deliveries(now=now),
        "disk": health.disk(settings.VAR_DIR),
        "bells": [(BELLS.get(bell.name, bell.name), bell) for bell in bells],
        "late": sum(bell.is_late or bell.is_failing for bell in bells),
        "models": health.models(),
        "failed_jobs": health.failed_jobs(now=now),
        "standing_jobs": health.standing_jobs(now=now),
    }
    return render(request, "manage_health.html", context | frame(request, "manage-health"))


def _changes(request: HttpRequest):
    """The latest changes of what this person may read: administrators all, 区分中心 those of the rules."""
    if not request.user.has_role(*rules.SEE_RULES):
        return ()
    all_kinds = rules.may_manage(None, request.user)
    kinds = [kind for kind in KIND.values if kind not in NO_CHANGES] if all_kinds else RULE_CHANGES
    changes = AuditEntry.objects.filter(kind__in=kinds).select_related("actor").order_by("-at", "-id")
    return changes[:MOST_CHANGES]


def _tiles(request: HttpRequest):
    """In the order of how much it hurts when nobody looks."""
    if request.user.has_role(*rules.SEE_RULES):
        yield _calendar_tile()
    if rules.may_manage(None, request.user):
        yield from _running_tiles()
        yield from _text_tiles()
    if request.user.has_role(*rules.SEE_PEOPLE):
        yield from _people_tiles(request)
    if request.user.has_role(*rules.SEE_RULES):
        n = areas.without_unit()
        said = _("街道和社区没有承办单位，工单会落到上级") if n else _("每个街道和社区都有承办单位")
        yield Tile(_("没有单位的地区"), str(n), said, reverse("manage-areas"), "soon" if n else "done")
        yield from _unit_tiles()


def _unit_tiles():
    n, url = units.without_people(), reverse("manage-units")
    said = _("单位有没办结的工单，没有能登录的账号") if n else _("有工单的单位都有人能办")
    yield Tile(_("没人能办的单位"), str(n), said, f"{url}?state=idle", "over" if n else "done")
    n = units.closed_with_work()
    said = _("停用的单位还有没办结的工单") if n else _("停用的单位没有留下工单")
    yield Tile(_("停用的单位"), str(n), said, f"{url}?state=closed", "over" if n else "done")


def _calendar_tile() -> Tile:
    year, today = missing_year(timezone.localdate()), timezone.localdate()
    if year is None:
        return Tile(_("工作日历"), str(today.year), _("年表已公布"), reverse("manage-calendar"), "done")
    said = _("节假日还没有正式公布，跨年的时限是暂算")
    return Tile(_("工作日历"), str(year), said, f"{reverse('manage-calendar')}?year={year}", "soon")


def _running_tiles():
    now = clock.now()
    bells = health.bells(settings.CELERY_BEAT_SCHEDULE, now=now)
    late = sum(bell.is_late or bell.is_failing for bell in bells)
    said = _("定时任务迟了或出错") if late else _("定时任务都按时")
    yield Tile(_("运行"), str(late), said, reverse("manage-health"), "over" if late else "done")
    jobs = len(health.failed_jobs(now=now))
    said = _("最近 7 天失败的作业") if jobs else _("最近 7 天没有失败的作业")
    yield Tile(_("作业"), str(jobs), said, reverse("manage-health"), "soon" if jobs else "done")
    dead = health.deliveries(now=now).failed
    said = _("发送失败、等人处理的通知") if dead else _("没有发送失败的通知")
    yield Tile(_("通知"), str(dead), said, f"{reverse('deliveries')}?state=dead", "soon" if dead else "done")


def _text_tiles():
    today = timezone.localdate()
    due = KnowledgeItem.objects.filter(review_by__lte=today + SOON, is_published=True).count()
    said = _("口径 30 天内到复核日期") if due else _("30 天内没有口径到期")
    yield Tile(_("口径"), str(due), said, f"{reverse('knowledge')}?state=near", "soon" if due else "done")


def _people_tiles(request: HttpRequest):
    everybody = people.visible_to(request.user)
    unplaced = everybody.filter(people.STATES["unplaced"]).count()
    said = _("账号没有单位") if unplaced else _("每个账号都有单位")
    url = reverse("manage-people")
    yield Tile(_("用户"), str(unplaced), said, f"{url}?state=unplaced", "soon" if unplaced else "done")
    never = everybody.filter(people.STATES["never"]).count()
    said = _("账号从未登录过") if never else _("账号都登录过")
    yield Tile(_("未用的账号"), str(never), said, f"{url}?state=never", "idle" if never else "done")
