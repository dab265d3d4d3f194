"""Areas, days, limits, parameters: what may be changed, what stays as it was promised, and the way back."""

from datetime import date, timedelta

import pytest

from petitions import errors
from petitions.models import Petition
from petitions.services import where
from petitions.services.manage import areas, limits, parameters, workdays
from petitions.services.manage.acting import By, latest
from petitions.services.manage.limits import Wish
from petitions.services.manage.workdays import OFF, PLAIN, WORK, Span
from petitions.states import CaseState
from routing import rulebook
from routing.clock import SHANGHAI
from routing.models import Area, AuditEntry, DeadlineRule, Holiday, HolidayYear, Parameter
from routing.parameters import specs
from tests import make

pytestmark = pytest.mark.usefixtures("city")
MONDAY = date(2026, 11, 23)  # the first working day after make.NOW, a Friday


@pytest.fixture
def by():
    admin = make.a_person("admin")
    return lambda **more: By(admin, **({"reason": "按通知调整", "now": make.NOW} | more))


@pytest.fixture
def at_now(monkeypatch):
    """Previews ask the services' clock."""
    monkeypatch.setattr("petitions.services.clock.now", lambda: make.NOW)


# ── areas ──
def a_street() -> Area:
    return Area.objects.filter(level="street").order_by("path").first()


def test_a_place_that_moves_takes_along_what_is_inside_and_what_points_at_it(by):
    community = Area.objects.filter(level="community").order_by("path").first()
    below = areas.add(community.pk, code="T-GRID", name="试验网格", level="grid", by=by())
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    Petition.objects.filter(pk=case.pk).update(area=below)
    goal = Area.objects.filter(level="street").exclude(pk=community.parent_id).order_by("path").first()

    areas.change(community.pk, name="新名社区", aliases=["老名"], parent_id=goal.pk, by=by())

    below.refresh_from_db()
    assert below.path == f"{goal.path}{community.code}/T-GRID/"
    assert below.full_name.endswith("新名社区 试验网格")
    assert Petition.objects.get(area__path__startswith=goal.path).pk == case.pk
    assert AuditEntry.objects.filter(subject=f"area:{community.pk}").get().after["parent"] == goal.code


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"code": "", "name": "甲"}, "编码要填"),
        ({"code": "a/b", "name": "甲"}, "不能含"),
        ({"code": "LJ01", "name": "甲"}, "已经有了"),
        ({"code": "T1", "name": " "}, "名称要填"),
        ({"code": "T1", "name": "甲", "level": "city"}, "层级要低于上级"),
        ({"code": "T1", "name": "甲", "level": "moon"}, "层级要低于上级"),
    ],
)
def test_a_place_that_would_not_fit_is_refused(by, said, words):
    Area.objects.get_or_create(code="LJ01", defaults={"name": "占用", "level": "city"})
    with pytest.raises(errors.BadArea, match=words):
        areas.add(a_street().pk, **({"level": "community"} | said), by=by())


def test_a_place_is_not_moved_into_itself(by):
    street = a_street()
    inside = Area.objects.filter(parent=street).first()
    with pytest.raises(errors.BadArea, match="自己的下级"):
        areas.change(street.pk, name=street.name, aliases=[], parent_id=inside.pk, by=by())


def test_a_place_closes_only_when_nothing_goes_on_inside_and_no_new_case_is_placed_there(by):
    street = a_street()
    grid = areas.add(street.pk, code="T-C", name="幸福试验里", level="community", aliases=["试验大院"], by=by())
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    Petition.objects.filter(pk=case.pk).update(area=grid)
    for area in (street, grid):
        with pytest.raises(errors.AreaStillUsed):
            areas.close(area.pk, by=by())
    Petition.objects.filter(pk=case.pk).update(area=None)

    areas.close(grid.pk, by=by())

    book = rulebook.current()
    assert book.area(grid.pk).is_active is False
    assert grid.path not in where.gazetteer(book).areas
    assert areas.reopen(grid.pk, by=by()).is_active


# ── days ──
def days_of(first: date, last: date, kind: str, name: str = "试验假") -> workdays.Days:
    return Span(first, last, kind, name).days()


def test_the_preview_names_exactly_the_clocks_that_would_differ_and_saving_moves_none(by, at_now):
    """A case in conference is due after two working days; a week off in between would be four days more."""
    waiting = make.a_case(state=CaseState.REPLY_REVIEW)
    natural = make.a_case(state=CaseState.PENDING_REVIEW)
    promised = {case.pk: Petition.objects.get(pk=case.pk).due_at for case in (waiting, natural)}
    days = days_of(MONDAY, MONDAY, OFF)

    effect = workdays.preview(days)
    before = rulebook.current().due("reply_review", "N", make.NOW).at
    workdays.set_days(days, by=by())

    assert [(other.clock.no, other.clock.due_at) for other in effect.others] == [(waiting.no, promised[waiting.pk])]
    assert {pk: Petition.objects.get(pk=pk).due_at for pk in promised} == promised
    after = rulebook.current().due("reply_review", "N", make.NOW).at
    assert (effect.others[0].at, after - before) == (after, timedelta(days=1))


def test_days_go_back_to_what_they_were(by):
    golden = Holiday.objects.filter(date__year=2026).order_by("date").first()
    workdays.set_days(days_of(golden.date, golden.date, PLAIN, ""), by=by())
    assert not Holiday.objects.filter(date=golden.date).exists()

    workdays.undo(AuditEntry.objects.get().pk, by=by())

    kept = Holiday.objects.get(date=golden.date)
    assert (kept.name, kept.is_workday) == (golden.name, golden.is_workday)
    assert AuditEntry.objects.count() == 2


def test_a_weekend_can_be_worked(by):
    saturday = date(2026, 11, 28)
    workdays.set_days(days_of(saturday, saturday, WORK, "调休"), by=by())
    assert rulebook.current().calendar.is_workday(saturday)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (Span(MONDAY, MONDAY - timedelta(days=1), OFF, "甲"), "末日"),
        (Span(date(2026, 1, 1), date(2026, 6, 1), OFF, "甲"), "最多改"),
        (Span(date(2026, 12, 31), date(2027, 1, 1), OFF, "甲"), "同一年"),
        (Span(MONDAY, MONDAY, OFF, ""), "名称"),
        (Span(MONDAY, MONDAY, "dance", "甲"), "请选"),
    ],
)
def test_days_that_make_no_sense_are_refused(span, words):
    with pytest.raises(errors.BadDay, match=words):
        span.days()


def test_a_year_needs_its_table_first_and_says_where_it_comes_from(by):
    HolidayYear.objects.filter(year=2031).delete()
    days = days_of(date(2031, 5, 1), date(2031, 5, 3), OFF)
    with pytest.raises(errors.BadDay, match="还没有年表"):
        workdays.set_days(days, by=by())
    with pytest.raises(errors.BadDay, match="来源"):
        workdays.set_year(2031, source=" ", announced=False, by=by())

    workdays.set_year(2031, source="暂按往年", announced=False, by=by())
    workdays.set_days(days, by=by())

    assert Holiday.objects.filter(year=2031).count() == 3
    with pytest.raises(errors.ChangedMeanwhile):
        workdays.set_year(2031, source="通知", announced=True, by=by(seen=0))


# ── limits ──
def test_a_new_limit_holds_from_its_day_and_no_clock_that_runs_is_moved(by):
    case = make.a_case(state=CaseState.IN_PROGRESS)
    promised = Petition.objects.get(pk=case.pk).promised_at
    tomorrow = make.NOW.astimezone(SHANGHAI).date() + timedelta(days=1)

    limits.set_rule(Wish("handle", "N", 5, "day", "natural", tomorrow), by=by())

    later = make.NOW + timedelta(days=1)
    book = rulebook.current()
    assert book.due("handle", "N", make.NOW).at - make.NOW == timedelta(days=7)
    assert book.due("handle", "N", later).at - later == timedelta(days=5)
    assert Petition.objects.get(pk=case.pk).promised_at == promised
    entry = AuditEntry.objects.get()
    assert (entry.before["amount"], entry.after["amount"]) == (7, 5)


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 0},
        {"unit": "hour", "mode": "working_day"},
        {"amount": 9000},
        {"stage": "lunch"},
        {"tier": "Z"},
        {"effective_from": make.NOW.date()},
        {"effective_from": date(2040, 1, 1)},
    ],
)
def test_a_limit_that_cannot_be_is_refused(by, wrong):
    said = {"stage": "handle", "tier": "N", "amount": 5, "unit": "day", "mode": "natural"}
    with pytest.raises(errors.BadRule):
        limits.set_rule(Wish(**({"effective_from": MONDAY} | said | wrong)), by=by())
    assert not AuditEntry.objects.exists()


def test_a_limit_is_withdrawn_only_before_its_day(by):
    rule = limits.set_rule(Wish("sign", "E", 20, "minute", "natural", MONDAY), by=by())
    limits.withdraw(rule.pk, by=by())
    assert not DeadlineRule.objects.filter(pk=rule.pk).exists()
    with pytest.raises(errors.BadRule, match="已经生效"):
        limits.withdraw(DeadlineRule.objects.filter(stage="sign").first().pk, by=by())


def test_the_last_week_is_counted_by_both_limits(monkeypatch):
    """Three units that signed after an hour would all have been late under half an hour."""
    for _ in range(3):
        case = make.a_case(state=CaseState.IN_PROGRESS)
        case.assignments.update(signed_at=make.NOW + timedelta(hours=1))
    monkeypatch.setattr("petitions.services.clock.now", lambda: make.NOW + timedelta(days=1))

    (line,) = limits.preview(Wish("sign", "", 30, "minute", "natural", MONDAY))

    assert (line.tier, line.clocks, line.late, line.late_then, line.change) == ("N", 3, 0, 3, 3)


# ── parameters ──
def test_every_default_is_within_its_own_limits():
    assert {key: spec.problem(spec.default) for key, spec in specs().items() if spec.problem(spec.default)} == {}


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("callback.max_attempts", 0, "之间"),
        ("callback.max_attempts", 2.5, "整数"),
        ("callback.max_attempts", True, "数字"),
        ("callback.max_attempts", None, "数字"),
        ("auto_dispatch.floor", 0.2, "之间"),
        ("auto_dispatch.enabled", 1, "是"),
        ("issues.weights", {"citizens": 100}, "这些项"),
        ("issues.weights", {"citizens": 50, "growth": 25, "returning": 10, "recency": 15, "unhappy": 10}, "合计"),
        ("office.hours", [["09:00", "08:00"]], "先开后关"),
        ("office.hours", "九点", "09:00-12:00"),
        ("callback.reasons", ["", "甲"], "不能为空"),
        ("score.weights", {"response": 0.2, "solved": 0.4, "satisfied": 0.4}, "考核公式"),
        ("ledger.remind_days", [float("nan")], "整数"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_reason(by, key, value, words):
    before = Parameter.objects.get(key=key).value
    with pytest.raises(errors.BadValue, match=words):
        parameters.change(key, value, by=by())
    assert (Parameter.objects.get(key=key).value, AuditEntry.objects.count()) == (before, 0)


def test_a_parameter_changes_at_once_is_remembered_and_goes_back(by):
    parameters.change("callback.max_attempts", 5, by=by())
    parameters.change("callback.max_attempts", 6, by=by())
    assert rulebook.current().parameter("callback.max_attempts") == 6
    first = AuditEntry.objects.order_by("id").first()

    parameters.undo(first.pk, by=by())

    assert rulebook.current().parameter("callback.max_attempts") == 3
    pairs = [(entry.before["value"], entry.after["value"]) for entry in AuditEntry.objects.order_by("id")]
    assert pairs == [(3, 5), (5, 6), (6, 3)]


def test_a_parameter_needs_a_reason_and_the_latest_page(by):
    with pytest.raises(errors.NoReason):
        parameters.change("callback.max_attempts", 5, by=by(reason=""))
    seen = latest("parameter:callback.max_attempts")
    parameters.change("callback.max_attempts", 5, by=by(seen=seen))
    with pytest.raises(errors.ChangedMeanwhile):
        parameters.change("callback.max_attempts", 6, by=by(seen=seen))
