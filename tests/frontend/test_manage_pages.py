"""管理: who has which page, what the pages keep and refuse, and that nobody comes or takes something away unseen."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from petitions.models import Beat, Disclosure, Lookup
from petitions.services import beats
from petitions.states import CaseState
from routing.models import Area, AuditEntry, Holiday, HolidayYear, Parameter, Role, Staff
from tests import make

# Page → the roles that have it; everybody else reads who does.
RULES = {"admin", "center"}
PAGES = {
    "manage": {"admin", "center", "unit_head"},
    "manage-people": {"admin", "unit_head"},
    "manage-person": {"admin", "unit_head"},
    "manage-person-new": {"admin"},
    "manage-people-sheet": {"admin"},
    "manage-areas": RULES,
    "manage-area": RULES,
    "manage-areas-file": RULES,
    "manage-areas-sheet": {"admin"},
    "manage-calendar": RULES,
    "manage-limits": RULES,
    "manage-parameters": RULES,
    "manage-parameter": RULES,
    "manage-texts": {"admin"},
    "manage-audit": {"admin"},
    "manage-audit-file": {"admin"},
    "manage-health": {"admin"},
}
PASSWORD = "right-one-42"


@pytest.fixture
def admin(city):
    cache.clear()
    return make.a_person("admin", name="管理员")


@pytest.fixture
def page(admin):
    return logged_in(admin)


def logged_in(person: Staff) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(name: str, colleague: Staff) -> str:
    arguments = {
        "manage-person": [colleague.pk],
        "manage-area": [Area.objects.get(parent=None).pk],
        "manage-parameter": ["callback.max_attempts"],
    }
    return reverse(name, args=arguments.get(name, []))


@pytest.mark.parametrize("role", [role for role in Role.values if role != "system"])
def test_every_page_is_its_roles_and_nobody_elses(city, role):
    unit = make.a_unit()
    person, colleague = make.a_person(role, of=unit), make.a_handler(of=unit)
    client = logged_in(person)

    found = {name: client.get(address(name, colleague)).status_code for name in PAGES}

    assert found == {name: 200 if role in roles else 403 for name, roles in PAGES.items()}


@pytest.mark.parametrize("role", ["center", "unit_head"])
def test_who_only_looks_changes_nothing(city, role):
    unit = make.a_unit()
    colleague = make.a_handler(of=unit)
    client = logged_in(make.a_person(role, of=unit))
    tries = {
        "manage-person": {"do": "reset", "reason": "试"},
        "manage-area": {"do": "switch", "reason": "试"},
        "manage-calendar": {"do": "year", "year-source": "试"},
        "manage-limits": a_limit(do="keep"),
        "manage-parameter": {"do": "change", "value": "5", "reason": "试"},
    }
    allowed = {name: said for name, said in tries.items() if role in PAGES[name]}

    answers = [client.post(address(name, colleague), said).status_code for name, said in allowed.items()]

    assert answers == [403] * len(allowed)
    assert not AuditEntry.objects.exclude(kind="login").exists()


def test_a_head_sees_the_people_of_the_unit_and_no_others(city):
    unit = make.a_unit()
    own, other = make.a_handler(of=unit), make.a_handler(of=make.a_unit())
    client = logged_in(make.a_head(of=unit))

    words = client.get(reverse("manage-people")).content.decode()

    assert own.username in words and other.username not in words
    assert client.get(reverse("manage-person", args=[other.pk])).status_code == 404


# ── people ──
def test_a_new_account_shows_its_password_once_and_lets_nobody_pass_before_it_is_changed(page):
    said = {"username": "new1", "name": "新人", "roles": ["operator"]}
    answer = page.post(reverse("manage-person-new"), said)
    password = answer.context["password"]
    assert (answer.status_code, password in answer.content.decode()) == (201, True)
    assert password not in page.get(reverse("manage-person", args=[answer.context["person"].pk])).content.decode()

    fresh = Client()
    fresh.post("/login/", {"username": "new1", "password": password})
    assert fresh.get("/intake/").headers["Location"] == "/account/password/"
    assert fresh.get("/intake/", HTTP_ACCEPT="application/json").status_code == 403
    assert fresh.get("/intake/", HTTP_HX_REQUEST="true").headers["HX-Redirect"] == "/account/password/"
    own = {"old_password": password, "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert fresh.post("/account/password/", own).status_code == 302
    assert fresh.get("/intake/").status_code == 200


def test_ones_own_password_asks_for_the_old_one_and_says_what_is_wrong(city):
    person = Staff.objects.create_user(username="own", password=PASSWORD, name="甲", roles=["operator"])
    client, other = logged_in(person), logged_in(person)
    wrong = {"old_password": "no", "new_password1": "another-52", "new_password2": "another-53"}

    answer = client.post("/account/password/", wrong)

    assert answer.status_code == 422
    assert "现在的密码不对" in answer.content.decode() and "两次填的新密码不一样" in answer.content.decode()
    right = {"old_password": PASSWORD, "new_password1": "another-52", "new_password2": "another-52"}
    assert client.post("/account/password/", right).status_code == 302
    assert (client.get("/intake/").status_code, other.get("/intake/").status_code) == (200, 302)


def test_who_guessed_too_often_is_let_in_again_by_an_administrator(page):
    person = Staff.objects.create_user(username="tired", password=PASSWORD, name="甲", roles=["operator"])
    guesser = Client()
    for number in range(7):
        guesser.post("/login/", {"username": "tired", "password": f"no{number}"})
    right = {"username": "tired", "password": PASSWORD}
    assert guesser.post("/login/", right).status_code == 429

    page.post(reverse("manage-person", args=[person.pk]), {"do": "unlock", "reason": "本人来电核实"})

    assert guesser.post("/login/", right).status_code == 302
    kinds = AuditEntry.objects.filter(subject=f"staff:{person.pk}").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["login_failed"] * 5 + ["login_stopped", "password", "login"]


def test_a_name_that_is_no_account_is_not_kept_because_it_may_be_a_password(city):
    Client().post("/login/", {"username": "my-secret-password", "password": "x"})
    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.subject, "secret" in entry.words) == ("login_failed", "", False)


def test_closing_an_account_ends_its_session(page):
    person = make.a_person("operator")
    theirs = logged_in(person)
    page.post(reverse("manage-person", args=[person.pk]), {"do": "close", "reason": "离职"})
    assert theirs.get("/intake/").headers["Location"].startswith("/login/")


@pytest.mark.parametrize(
    "said",
    [
        {"do": "reset"},
        {"do": "change"},
        {"do": "change", "name": "甲", "roles": ["king"]},
        {"do": "change", "name": "甲", "roles": ["operator"], "unit": "x"},
        {"do": "close", "reason": "离职", "successor": "99999999999999999999"},
        {"do": "close"},
    ],
)
def test_a_form_that_is_not_whole_is_shown_again(page, said):
    person = make.a_person("operator")
    answer = page.post(reverse("manage-person", args=[person.pk]), said)
    assert (answer.status_code, Staff.objects.get(pk=person.pk).is_active) == (422, True)


def test_a_table_of_accounts_says_which_rows_are_wrong(page):
    def sent(**more):
        file = SimpleUploadedFile("人员.csv", "工号,姓名,角色\nx1,甲,话务员\nx2,乙,国王\n".encode())
        return page.post(reverse("manage-people-sheet"), {"file": file} | more, follow=True)

    refused, taken = sent(), sent(partial="on")

    assert "第3行：角色“国王”不认识" in refused.content.decode()
    assert "已导入 1 个账号" in taken.content.decode()
    assert list(Staff.objects.filter(username__in=["x1", "x2"]).values_list("username", flat=True)) == ["x1"]
    bad = SimpleUploadedFile("x.xlsx", b"\0\1")
    assert page.post(reverse("manage-people-sheet"), {"file": bad}).status_code == 422


def test_the_list_narrows_and_goes_on_by_key_with_the_same_statements(page):
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            page.get(reverse("manage-people"))
        return len(captured)

    few = statements()
    for _ in range(40):
        make.a_person("operator", of=None)
    assert statements() == few
    seen, following = [], reverse("manage-people") + "?role=operator&state=active"
    while following:
        answer = page.get(following)
        seen += [person.username for person in answer.context["rows"]]
        following = answer.context["next"]
    wanted = Staff.objects.active().with_role("operator").order_by("username").values_list("username", flat=True)
    assert seen == list(wanted)
    assert page.get(reverse("manage-people") + "?unit=abc&state=zzz&after=%00").status_code == 200


# ── areas ──
def test_areas_leave_as_a_table_that_can_come_back(page):
    answer = page.get(reverse("manage-areas-file"))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert (len(rows) - 1, rows[0]) == (Area.objects.count(), ["编码", "名称", "层级", "上级", "别名"])

    back = SimpleUploadedFile("areas.csv", answer.content)
    said = page.post(reverse("manage-areas-sheet"), {"file": back}, follow=True).content.decode()

    assert f"新增 0，更改 0，不变 {Area.objects.count()}" in said
    assert AuditEntry.objects.filter(kind="area").count() == 1
    broken = SimpleUploadedFile("areas.csv", "名称,层级,上级\n甲,月亮,\n".encode())
    assert "层级“月亮”不认识" in page.post(reverse("manage-areas-sheet"), {"file": broken}).content.decode()


def test_a_place_is_added_changed_and_closed_on_its_page(page):
    street = Area.objects.filter(level="street").first()
    here = reverse("manage-area", args=[street.pk])
    said = {"do": "add", "new-name": "新里", "new-code": "T-9", "new-level": "community", "new-aliases": "大院\n\n大院"}
    assert page.post(here, said).status_code == 302
    made = Area.objects.get(code="T-9")
    assert made.aliases == ["大院"]
    there = reverse("manage-area", args=[made.pk])

    changed = page.post(there, {"do": "change", "name": "新新里", "aliases": "", "parent": street.pk, "reason": ""})
    assert "请写明改名或迁移的原因" in changed.content.decode()
    page.post(there, {"do": "change", "name": "新新里", "aliases": "", "parent": street.pk, "reason": "撤并"})
    page.post(there, {"do": "switch", "reason": "撤并"})

    made.refresh_from_db()
    assert (made.name, made.is_active, made.full_name) == ("新新里", False, f"{street.full_name} 新新里")
    assert "停用" in page.get(there).content.decode()
    assert page.get(reverse("manage-areas") + "?q=新新").context["rows"][0] == made


# ── days ──
def some_days(first: date, **said) -> dict:
    return {"first": first, "last": first, "kind": "off", "name": "试验假", "reason": "通知"} | said


def test_the_calendar_shows_before_it_keeps_and_goes_back(page):
    here = reverse("manage-calendar") + "?year=2026"
    make.a_case(state=CaseState.REPLY_REVIEW, now=timezone.now())
    day = next(d for d in days_after(timezone.localdate()) if d.weekday() == 2 and d.year == 2026)

    shown = page.post(here, some_days(day, do="preview", reason=""))
    assert (shown.status_code, shown.context["effect"] is not None) == (200, True)
    assert not Holiday.objects.filter(name="试验假").exists()
    assert page.post(here, some_days(day, do="keep")).status_code == 302
    assert Holiday.objects.get(name="试验假").date == day

    entry = AuditEntry.objects.get(kind="calendar")
    page.post(here, {"do": "undo", "entry": entry.pk, "reason": "发错了"})
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
def test_the_calendar_says_what_is_wrong(page, said):
    answer = page.post(reverse("manage-calendar") + "?year=2026", said)
    assert answer.status_code in (404, 422)
    assert 'role="alert"' in answer.content.decode()


def test_a_year_without_a_table_is_missed_where_people_look(page):
    HolidayYear.objects.filter(year=timezone.localdate().year).update(announced=False)
    assert "正式公布" in page.get(reverse("manage")).content.decode()
    assert "正式公布" in page.get(reverse("manage-calendar")).content.decode()
    assert page.get(reverse("manage-calendar") + "?year=99999").context["year"] == timezone.localdate().year


# ── limits ──
def a_limit(**said) -> dict:
    tomorrow = timezone.localdate() + timedelta(days=1)
    usual = {"stage": "sign", "tier": "", "amount": 1, "unit": "hour", "mode": "natural", "effective_from": tomorrow}
    return usual | {"reason": "通知"} | said


def test_a_limit_is_tried_on_last_week_kept_and_withdrawn(page):
    make.a_case(state=CaseState.IN_PROGRESS, now=timezone.now() - timedelta(days=1))
    here = reverse("manage-limits")

    tried = page.post(here, a_limit(do="preview", reason=""))
    assert [line.clocks for _word, line in tried.context["outcomes"]] == [1]
    assert page.post(here, a_limit(do="keep")).status_code == 302
    rule = page.get(here).context["coming"].get()
    assert (rule.stage, rule.amount) == ("sign", 1)
    assert page.get(here + f"?rule={rule.pk}").context["form"].initial["amount"] == 1

    page.post(here, {"do": "withdraw", "rule": rule.pk, "reason": "发错了"})
    assert not page.get(here).context["coming"].exists()
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
def test_a_limit_that_makes_no_sense_is_said(page, said):
    answer = page.post(reverse("manage-limits"), said)
    assert answer.status_code in (404, 422) and 'role="alert"' in answer.content.decode()


# ── parameters ──
@pytest.mark.parametrize("key", ["callback.max_attempts", "office.hours", "callback.script", "alert.strength"])
def test_a_parameter_saved_as_it_is_shown_stays_the_same(page, key):
    here = reverse("manage-parameter", args=[key])
    before = Parameter.objects.get(key=key).value
    form = page.get(here).context["form"]
    shown = {bound.html_name: bound.value() for bound in form if bound.value() is not None}

    assert page.post(here, shown | {"do": "change", "reason": "照旧"}).status_code == 302
    assert (Parameter.objects.get(key=key).value, AuditEntry.objects.filter(kind="parameter").count()) == (before, 0)


def test_every_parameter_has_its_page(page):
    for key in Parameter.objects.values_list("key", flat=True):
        assert page.get(reverse("manage-parameter", args=[key])).status_code == 200, key


def test_a_parameter_is_changed_with_its_history_and_goes_back(page):
    here = reverse("manage-parameter", args=["callback.max_attempts"])
    refused = page.post(here, {"do": "change", "value": "99", "reason": "试"})
    assert (refused.status_code, "要在 1 和 10 之间，现在是 99" in refused.content.decode()) == (422, True)
    page.post(here, {"do": "change", "value": "5", "reason": "试行"})
    assert "本市设定" in page.get(here).content.decode()
    assert [
        line.parameter.key for _, _, lines in page.get("/manage/parameters/?own=1").context["groups"] for line in lines
    ]

    entry = AuditEntry.objects.get(kind="parameter")
    page.post(here, {"do": "undo", "entry": entry.pk, "reason": "试行结束"})
    assert Parameter.objects.get(key="callback.max_attempts").value == 3
    page.post(here, {"do": "change", "value": "4", "reason": "试行"})
    page.post(here, {"do": "reset", "reason": "恢复"})
    assert Parameter.objects.get(key="callback.max_attempts").value == 3


@pytest.mark.parametrize("value", ["{", "[1", "NaN", '{"a": Infinity}', "[" * 5000, ""])
def test_a_text_that_is_no_json_is_said(page, value):
    answer = page.post(
        reverse("manage-parameter", args=["alert.strength"]), {"do": "change", "value": value, "reason": "x"}
    )
    assert answer.status_code == 422


# ── audit ──
def test_everything_that_is_traced_stands_in_one_list_and_nothing_is_lost_between_pages(page, admin):
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    for number in range(60):
        at = make.NOW + timedelta(minutes=number // 3)
        Disclosure.objects.create(petition=case, staff=admin, what="caller", reason=f"核实{number}", at=at)
        Lookup.objects.create(staff=admin, what="phone", found=1, at=at)
        AuditEntry.objects.create(actor=admin, kind="parameter", at=at)
    wanted = 180 + AuditEntry.objects.filter(kind="login").count()

    seen, following = [], reverse("manage-audit")
    while following:
        answer = page.get(following)
        seen += [(line.at, line.kind, line.reason) for line in answer.context["lines"]]
        following = answer.context["next"]

    assert len(seen) == wanted
    assert [at for at, *_ in seen] == sorted((at for at, *_ in seen), reverse=True)
    assert len({reason for _, _, reason in seen if reason}) == 60


def test_the_list_narrows_by_kind_person_and_day(page, admin):
    other = make.a_person("admin")
    AuditEntry.objects.create(actor=other, kind="parameter", at=make.NOW, words="甲")
    AuditEntry.objects.create(actor=None, kind="login_failed", at=make.NOW, subject=f"staff:{other.pk}")
    here = reverse("manage-audit")

    def kinds(query: str) -> list[str]:
        return [line.kind for line in page.get(f"{here}?{query}").context["lines"]]

    assert kinds("kind=parameter") == ["参数"]
    assert sorted(kinds(f"who={other.username}")) == ["参数", "登录失败"]
    assert kinds("since=2026-11-21&kind=parameter") == []
    assert kinds("until=2026-11-20&since=2026-11-20&kind=parameter") == ["参数"]
    assert page.get("/manage/parameters/%00/").status_code == 404
    assert page.get(reverse("manage-areas") + "?q=%00").status_code == 200
    assert page.get(f"{here}?since=0001-01-01&until=9999-12-31").status_code == 200
    assert page.get(f"{here}?kind=zzz&since=gestern&after=zzz~~&subject=%00").status_code == 200


def test_what_is_taken_away_is_in_the_list_too(page, admin):
    answer = page.get(reverse("manage-audit-file") + "?kind=login")

    assert answer.headers["Content-Disposition"].startswith("attachment")
    entry = AuditEntry.objects.get(kind="export")
    assert (entry.actor, entry.subject) == (admin, "page:manage-audit-file")
    assert "kind=login" in entry.words
    assert Client().get(reverse("citizen")).status_code == 200
    assert AuditEntry.objects.filter(kind="export").count() == 1


# ── health ──
def test_the_health_page_names_what_stands_still_and_what_to_do(page):
    Beat.objects.create(name="petitions.deliver_outbox", rung_at=timezone.now() - timedelta(hours=1))
    Beat.objects.create(name="petitions.seal_yesterday", failed_at=timezone.now(), problem="OSError")

    words = page.get(reverse("manage-health")).content.decode()

    assert "迟了" in words and "OSError" in words and "make worker" in words


def test_a_bell_is_written_down_now_and_then(city, monkeypatch):
    monkeypatch.setattr(beats, "_written", {})
    for number in range(3):
        beats.rang("x", now=make.NOW + timedelta(seconds=number))
    beats.failed("x", OSError("with a secret"), now=make.NOW)
    beat = Beat.objects.get(name="x")
    assert (beat.rung_at, beat.failed_at, beat.problem) == (make.NOW, make.NOW, "OSError")
