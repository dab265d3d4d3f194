"""Two monthly themes of the demo city: one in the middle of its work, one that was measured and goes on."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from petitions.insight.models import MonthlyIssue
from petitions.insight.monthly import candidates, deciding, lists, measuring
from petitions.insight.monthly.deciding import Choice
from petitions.insight.monthly.lists import Line
from petitions.services import clock
from routing.models import Category, Department, Staff


@dataclass(frozen=True)
class Theme:
    """`lines`: (list, what, unit, days until due); the first `done` of them are reported with evidence."""

    name: str
    questions: tuple[str, ...]
    leaves: tuple[str, ...]
    lead: str
    assisting: tuple[str, ...]
    reason: str
    plan: str
    days_ago: int
    lines: tuple[tuple[str, str, str, int], ...]
    done: tuple[str, ...]
    progress: str


LIGHTS = Theme(
    name="背街小巷路灯不亮",
    questions=("背街小巷的路灯长期不亮，没人认领", "报修以后多久能修好说不清"),
    leaves=("12.03.01",),
    lead="LJ0101-OFFICE",
    assisting=("LJ01-URBAN",),
    reason="几个区都有，量不大但反复；望河街道一周内能修好，说明办得到。",
    plan="先把无主路灯摸清，逐盏明确养护单位；再按报修时间限时修复，修好后回访。",
    days_ago=40,
    lines=(
        ("task", "逐条巷子排查，列出不亮的路灯和权属", "LJ0101-OFFICE", -20),
        ("task", "无主路灯全部修复并移交养护", "LJ01-URBAN", 30),
        ("responsibility", "一巷一名养护责任人，电话上墙", "LJ0101-OFFICE", -5),
        ("policy", "无主路灯接管办法", "LJ01-URBAN", 60),
    ),
    done=("排查台账 126 盏，41 盏无主。", "责任人名单已张贴。"),
    progress="排查完成，修复 63 盏，其余等配件。",
)
HEATING = Theme(
    name="供暖不热集中解决",
    questions=("同一栋楼上下温差大", "报修后多次上门仍不热"),
    leaves=("02.01.01",),
    lead="LJ01-URBAN",
    assisting=("LJ01-HEATING",),
    reason="每年供暖开始都集中出现，换热站平衡调试后就能好。",
    plan="供暖前完成重点小区换热站平衡调试，开栓后一周内入户测温。",
    days_ago=20,
    lines=(
        ("task", "重点小区换热站平衡调试", "LJ01-URBAN", -10),
        ("responsibility", "每个小区一名供热管家", "LJ01-HEATING", 5),
    ),
    done=("12 个小区调试记录。",),
    progress="入户测温 300 户，18 户不达标，已逐户排查。",
)


def taken_up(now: datetime) -> None:
    """As the people would do it; the second theme is measured, and what was found stands as it is."""
    month = (clock.local(now).date().replace(day=1) - timedelta(days=1)).replace(day=1)
    candidates.rank_last_month(now=now)
    for theme in (LIGHTS, HEATING):
        _told(theme, month, now)
    issue = MonthlyIssue.objects.get(theme=HEATING.name)
    keeper = _one("analyst")
    measuring.measure(issue.pk, actor=keeper, now=now)
    deciding.conclude(
        issue.pk,
        what="continued",
        reason="开栓才几周，数据还少，看不出效果；继续推进，满一个季度再测。",
        actor=keeper,
        now=now,
    )


def _told(theme: Theme, month: date, now: datetime) -> None:
    keeper, begins = _one("analyst"), now - timedelta(days=theme.days_ago)
    units = {unit.code: unit for unit in Department.objects.filter(code__in=[theme.lead, *theme.assisting])}
    choice = Choice(
        theme.name,
        month,
        theme.questions,
        list(Category.objects.filter(code__in=theme.leaves)),
        units[theme.lead],
        theme.reason,
        [units[code] for code in theme.assisting],
    )
    issue = deciding.choose(choice, actor=keeper, now=begins)
    today = clock.local(now).date()
    starts_on = today - timedelta(days=theme.days_ago - 5)
    deciding.plan(issue.pk, text=theme.plan, starts_on=starts_on, reason="已与各单位会商", actor=keeper, now=begins)
    for kind, what, unit, days in theme.lines:
        lists.add(issue.pk, Line(kind, what, units[unit], today + timedelta(days=days)), actor=keeper)
    deciding.start(issue.pk, reason="清单齐全，责任到单位", actor=keeper, now=begins)
    _reported(issue, theme, now)


def _reported(issue: MonthlyIssue, theme: Theme, now: datetime) -> None:
    head = Staff.objects.active().with_role("unit_head").filter(department=issue.lead).order_by("pk")[0]
    own = issue.items.filter(unit=issue.lead).order_by("pk")
    for item, evidence in zip(own, theme.done, strict=False):
        on = min(item.due_on, clock.local(now).date())
        lists.done(item.pk, on=on, evidence=evidence, actor=head, now=now)
    lists.report_progress(issue.pk, month=clock.local(now).date(), text=theme.progress, actor=head, now=now)


def _one(role: str) -> Staff:
    return Staff.objects.active().with_role(role).order_by("pk")[0]
