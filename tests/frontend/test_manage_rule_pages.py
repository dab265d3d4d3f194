"""Areas, days, limits, parameters on their pages: what is shown before it is kept, what is said, and the way back."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from petitions.states import CaseState
from routing.models import Area, AuditEntry, Holiday, HolidayYear, Parameter
from tests import make
from tests.frontend.managing import a_limit


# ── areas ──
def test_areas_leave_as_a_table_that_can_come_back(desk):
    answer = desk.get(reverse("manage-areas-file"))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert (len(rows) - 1, rows[0]) == (Area.objects.count(), ["编码", "名称", "层级", "上级", "别名"])

    back = SimpleUploadedFile("areas.csv", answer.content)
    said = desk.post(reverse("manage-areas-sheet"), {"file": back}, follow=True).content.decode()

    assert f"新增 0，更改 0，不变 {Area.objects.count()}" in said
    assert AuditEntry.objects.filter(kind="area").count() == 1
    broken = SimpleUploadedFile("areas.csv", "名称,层级,上级\n甲,月亮,\n".encode())
    assert "层级“月亮”不认识" in desk.post(reverse("manage-areas-sheet"), {"file": broken}).content.decode()


def test_a_place_is_added_changed_and_closed_on_its_page(desk):
    street = Area.objects.filter(level="street").first()
    here = reverse("manage-area", args=[street.pk])
    said = {"do": "add", "new-name": "新里", "new-code": "T-9", "new-level": "community", "new-aliases": "大院\n\n大院"}
    assert desk.post(here, said).status_code == 302
    made = Area.objects.get(code="T-9")
    assert made.aliases == ["大院"]
    there = reverse("manage-area", args=[made.pk])

    changed = desk.post(there, {"do": "change", "name": "新新里", "aliases": "", "parent": street.pk, "reason": ""})
    assert "请写明改名或迁移的原因" in changed.content.decode()
    desk.post(there, {"do": "change", "name": "新新里", "aliases": "", "parent": street.pk, "reason": "撤并"})
    desk.post(there, {"do": "switch", "reason": "撤并"})

    made.refresh_from_db()
    assert (made.name, made.is_active, made.full_name) == ("新新里", False, f"{street.full_name} 新新里")
    assert "停用" in desk.get(there).content.decode()
    assert desk.get(reverse("manage-areas") + "?q=新新").context["rows"][0] == made


def test_one_place_or_many_cost_the_same_statements(desk):
    def statements(query: str) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as captured:
            rows = desk.get(reverse("manage-areas") + query).context["rows"]
        return len(captured), len(rows)

    (one, few), (many, more) = statements("?q=LJ0101"), statements("?q=社区")
    assert (one, few, more > 20) == (many, 1, True)


# ── days ──
def some_days(first: date, **said) -> dict:
    return {"first": first, "last": first, "kind": "off", "name": "试验假", "reason": "通知"} | said


def test_the_calendar_shows_before_it_keeps_and_goes_back(desk):
    here = reverse("manage-calendar") + "?year=2026"
    make.a_case(state=CaseState.REPLY_REVIEW, now=timezone.now())
    day = next(d for d in days_after(timezone.localdate()) if d.weekday() == 2 and d.year == 2026)

    shown = desk.post(here, some_days(day, do="preview", reason=""))
    assert (shown.status_code, shown.context["effect"] is not None) == (200, True)
    assert not Holiday.objects.filter(name="试验假").exists()
    assert desk.post(here, some_days(day, do="keep")).status_code == 302
    assert Holiday.objects.get(name="试验假").date == day

    entry = AuditEntry.objects.get(kind="calendar")
    desk.post(here, {"do": "undo", "entry": entry.pk, "reason": "发错了"})
    assert not Holiday.objects.filter(name="试验假").exists()


def days_after(day: date):
    return (day + timedelta(days=n) for n in range(1, 30))


@pytest.mark.parametrize(
    "said",
    [
        {"do": "keep"},
        some_days(date(2026, 5, 5), do="keep", reason=""),
        some_days(date(2026, 5, 5), do="keep", last="gestern"),
        some_days(date(2026, 5, 5), do="keep", kind="dance"),
        some_days(date(2026, 5, 5), do="preview", last=date(2026, 5, 1)),
        {"do": "undo", "entry": "9" * 30, "reason": "试"},
        {"do": "year"},
    ],
)
def test_the_calendar_says_what_is_wrong(desk, said):
    answer = desk.post(reverse("manage-calendar") + "?year=2026", said)
    assert answer.status_code in (404, 422)
    assert 'role="alert"' in answer.content.decode()


def test_a_year_without_a_table_is_missed_where_people_look(desk):
    HolidayYear.objects.filter(year=timezone.localdate().year).update(announced=False)
    assert "正式公布" in desk.get(reverse("manage")).content.decode()
    assert "正式公布" in desk.get(reverse("manage-calendar")).content.decode()
    assert desk.get(reverse("manage-calendar") + "?year=99999").context["year"] == timezone.localdate().year


# ── limits ──
def test_a_limit_is_tried_on_last_week_kept_and_withdrawn(desk):
    make.a_case(state=CaseState.IN_PROGRESS, now=timezone.now() - timedelta(days=1))
    here = reverse("manage-limits")

    tried = desk.post(here, a_limit(do="preview", reason=""))
    assert [line.clocks for _word, line in tried.context["outcomes"]] == [1]
    assert desk.post(here, a_limit(do="keep")).status_code == 302
    rule = desk.get(here).context["coming"].get()
    assert (rule.stage, rule.amount) == ("sign", 1)
    assert desk.get(here + f"?rule={rule.pk}").context["form"].initial["amount"] == 1

    desk.post(here, {"do": "withdraw", "rule": rule.pk, "reason": "发错了"})
    assert not desk.get(here).context["coming"].exists()
    assert AuditEntry.objects.filter(kind="deadline").count() == 2


@pytest.mark.parametrize(
    "said",
    [
        {"do": "keep"},
        {"do": "withdraw", "rule": "x", "reason": "试"},
        {"do": "withdraw"},
        {"do": "preview", "stage": "lunch"},
    ],
)
def test_a_limit_that_makes_no_sense_is_said(desk, said):
    answer = desk.post(reverse("manage-limits"), said)
    assert answer.status_code in (404, 422) and 'role="alert"' in answer.content.decode()


# ── parameters ──
@pytest.mark.parametrize("key", ["callback.max_attempts", "office.hours", "callback.script", "alert.strength"])
def test_a_parameter_saved_as_it_is_shown_stays_the_same(desk, key):
    here = reverse("manage-parameter", args=[key])
    before = Parameter.objects.get(key=key).value
    form = desk.get(here).context["form"]
    shown = {bound.html_name: bound.value() for bound in form if bound.value() is not None}

    assert desk.post(here, shown | {"do": "change", "reason": "照旧"}).status_code == 302
    assert (Parameter.objects.get(key=key).value, AuditEntry.objects.filter(kind="parameter").count()) == (before, 0)


def test_every_parameter_has_its_page(desk):
    for key in Parameter.objects.values_list("key", flat=True):
        assert desk.get(reverse("manage-parameter", args=[key])).status_code == 200, key


def test_a_parameter_is_changed_with_its_history_and_goes_back(desk):
    here = reverse("manage-parameter", args=["callback.max_attempts"])
    refused = desk.post(here, {"do": "change", "value": "99", "reason": "试"})
    assert (refused.status_code, "要在 1 和 10 之间，现在是 99" in refused.content.decode()) == (422, True)
    desk.post(here, {"do": "change", "value": "5", "reason": "试行"})
    assert "本市设定" in desk.get(here).content.decode()
    assert [
        line.parameter.key for _, _, lines in desk.get("/manage/parameters/?own=1").context["groups"] for line in lines
    ]

    entry = AuditEntry.objects.get(kind="parameter")
    desk.post(here, {"do": "undo", "entry": entry.pk, "reason": "试行结束"})
    assert Parameter.objects.get(key="callback.max_attempts").value == 3
    desk.post(here, {"do": "change", "value": "4", "reason": "试行"})
    desk.post(here, {"do": "reset", "reason": "恢复"})
    assert Parameter.objects.get(key="callback.max_attempts").value == 3


@pytest.mark.parametrize("value", ["{", "[1", "NaN", '{"a": Infinity}', "[" * 5000, ""])
def test_a_text_that_is_no_json_is_said(desk, value):
    answer = desk.post(
        reverse("manage-parameter", args=["alert.strength"]), {"do": "change", "value": value, "reason": "x"}
    )
    assert answer.status_code == 422
