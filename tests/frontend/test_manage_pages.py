"""管理: who has which page; accounts on their pages, and nobody comes in past a password that must be changed."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from petitions.states import CaseState
from routing.models import Area, AuditEntry, Department, Role, Staff
from tests import make
from tests.frontend.logging_in import client_of
from tests.frontend.managing import a_limit

# Page → the roles that have it; everybody else reads who does.
RULES = {"admin", "center"}
PAGES = {
    "manage": {"admin", "center", "unit_head"},
    "manage-people": {"admin", "unit_head"},
    "manage-person": {"admin", "unit_head"},
    "manage-person-new": {"admin"},
    "manage-people-sheet": {"admin"},
    "manage-units": RULES,
    "manage-unit": RULES,
    "manage-unit-new": {"admin"},
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


def address(name: str, colleague: Staff) -> str:
    arguments = {
        "manage-person": [colleague.pk],
        "manage-unit": [colleague.department_id],
        "manage-area": [Area.objects.get(parent=None).pk],
        "manage-parameter": ["callback.max_attempts"],
    }
    return reverse(name, args=arguments.get(name, []))


@pytest.mark.parametrize("role", [role for role in Role.values if role != "system"])
def test_every_page_is_its_roles_and_nobody_elses(city, role):
    unit = make.a_unit()
    person, colleague = make.a_person(role, of=unit), make.a_handler(of=unit)
    client = client_of(person)

    found = {name: client.get(address(name, colleague)).status_code for name in PAGES}

    assert found == {name: 200 if role in roles else 403 for name, roles in PAGES.items()}


@pytest.mark.parametrize("role", ["center", "unit_head"])
def test_who_only_looks_changes_nothing(city, role):
    unit = make.a_unit()
    colleague = make.a_handler(of=unit)
    client = client_of(make.a_person(role, of=unit))
    tries = {
        "manage-person": {"do": "reset", "reason": "试"},
        "manage-area": {"do": "switch", "reason": "试"},
        "manage-unit": {"do": "switch", "reason": "试"},
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
    client = client_of(make.a_head(of=unit))

    words = client.get(reverse("manage-people")).content.decode()

    assert own.username in words and other.username not in words
    assert client.get(reverse("manage-person", args=[other.pk])).status_code == 404


# ── units ──
def a_unit_said(**more) -> dict:
    return {"name": "试验中心", "code": "T-1", "kind": "street.office", "phone": "85550000"} | more


def test_a_unit_is_made_found_renamed_and_closed_on_its_pages(desk):
    page = desk.post(reverse("manage-unit-new"), a_unit_said()).headers["Location"]
    assert "试验中心" in desk.get(f"{reverse('manage-units')}?q=试验").content.decode()

    renamed = {"do": "change"} | a_unit_said(name="试验服务中心")
    assert desk.post(page, renamed).status_code == 422, "a new name needs its reason"
    assert desk.post(page, renamed | {"reason": "机构改革"}).status_code == 302
    desk.post(page, {"do": "switch", "reason": "撤并"})

    text = desk.get(page).content.decode()
    assert all(word in text for word in ("试验服务中心", "机构改革", "重新启用"))
    assert "试验服务中心" not in desk.get(f"{reverse('manage-units')}?state=active&q=试验").content.decode()
    assert "试验服务中心" in desk.get(f"{reverse('manage-units')}?state=closed").content.decode()


def test_a_unit_with_work_says_how_much_and_where_it_can_go(desk, city):
    unit, other = make.a_unit(), make.a_unit()
    make.a_case(state=CaseState.IN_PROGRESS, unit=unit)
    page = reverse("manage-unit", args=[unit.pk])

    answer = desk.post(page, {"do": "switch", "reason": "撤并"})

    assert answer.status_code == 409
    assert "1 件没办结的工单" in answer.content.decode()
    assert f"?unit={unit.pk}&amp;state=open" in answer.content.decode()
    assert desk.get(reverse("manage-unit", args=[other.pk])).content.decode().count("件没办结的工单") == 0


@pytest.mark.parametrize("said", [{"name": ""}, {"kind": "none"}, {"code": ""}, {"email": "x"}, {"parent": "999999"}])
def test_a_unit_that_is_not_whole_is_shown_again(desk, said):
    before = Department.objects.count()
    assert desk.post(reverse("manage-unit-new"), a_unit_said(**said)).status_code == 422
    assert Department.objects.count() == before


def test_the_list_of_units_costs_the_same_statements_for_few_and_for_many(desk):
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get(f"{reverse('manage-units')}?q=计数")
        return len(captured)

    make.a_unit(name="计数一")
    few = statements()
    for number in range(35):
        make.a_unit(name=f"计数{number}号")
    assert statements() == few
    assert desk.get(f"{reverse('manage-units')}?kind=zzz&area=%00&state=x&after=%00").status_code == 200


def test_the_overview_of_who_only_reads_rules_shows_changes_and_leads_nowhere_forbidden(city, desk):
    desk.post(reverse("manage-unit-new"), a_unit_said())
    client = client_of(make.a_center())

    text = client.get(reverse("manage")).content.decode()

    assert "新增单位 试验中心" in text
    own = set(re.findall(r'<a [^>]*href="(/[^"#?]*)', text[text.index("<main") : text.index("</main>")]))
    assert {address: client.get(address).status_code for address in own} == dict.fromkeys(own, 200)


# ── people ──
def test_a_new_account_shows_its_password_once_and_lets_nobody_pass_before_it_is_changed(desk):
    said = {"username": "new1", "name": "新人", "roles": ["operator"]}
    answer = desk.post(reverse("manage-person-new"), said)
    password = answer.context["password"]
    assert (answer.status_code, password in answer.content.decode()) == (201, True)
    assert password not in desk.get(reverse("manage-person", args=[answer.context["person"].pk])).content.decode()

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
    client, other = client_of(person), client_of(person)
    wrong = {"old_password": "no", "new_password1": "another-52", "new_password2": "another-53"}

    answer = client.post("/account/password/", wrong)

    assert answer.status_code == 422
    assert "现在的密码不对" in answer.content.decode() and "两次填的新密码不一样" in answer.content.decode()
    right = {"old_password": PASSWORD, "new_password1": "another-52", "new_password2": "another-52"}
    assert client.post("/account/password/", right).status_code == 302
    assert (client.get("/intake/").status_code, other.get("/intake/").status_code) == (200, 302)


def test_who_guessed_too_often_is_let_in_again_by_an_administrator(desk):
    person = Staff.objects.create_user(username="tired", password=PASSWORD, name="甲", roles=["operator"])
    guesser = Client()
    for number in range(7):
        guesser.post("/login/", {"username": "tired", "password": f"no{number}"})
    right = {"username": "tired", "password": PASSWORD}
    assert guesser.post("/login/", right).status_code == 429

    desk.post(reverse("manage-person", args=[person.pk]), {"do": "unlock", "reason": "本人来电核实"})

    assert guesser.post("/login/", right).status_code == 302
    kinds = AuditEntry.objects.filter(subject=f"staff:{person.pk}").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["login_failed"] * 5 + ["login_stopped", "password", "login"]


def test_a_name_that_is_no_account_is_not_kept_because_it_may_be_a_password(city):
    Client().post("/login/", {"username": "my-secret-password", "password": "x"})
    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.subject, "secret" in entry.words) == ("login_failed", "", False)


def test_closing_an_account_ends_its_session(desk):
    person = make.a_person("operator")
    theirs = client_of(person)
    desk.post(reverse("manage-person", args=[person.pk]), {"do": "close", "reason": "离职"})
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
def test_a_form_that_is_not_whole_is_shown_again(desk, said):
    person = make.a_person("operator")
    answer = desk.post(reverse("manage-person", args=[person.pk]), said)
    assert (answer.status_code, Staff.objects.get(pk=person.pk).is_active) == (422, True)


def test_a_table_of_accounts_says_which_rows_are_wrong(desk):
    def sent(**more):
        file = SimpleUploadedFile("人员.csv", "工号,姓名,角色\nx1,甲,话务员\nx2,乙,国王\n".encode())
        return desk.post(reverse("manage-people-sheet"), {"file": file} | more, follow=True)

    refused, taken = sent(), sent(partial="on")

    assert "第3行：角色“国王”不认识" in refused.content.decode()
    assert "已导入 1 个账号" in taken.content.decode()
    assert list(Staff.objects.filter(username__in=["x1", "x2"]).values_list("username", flat=True)) == ["x1"]
    bad = SimpleUploadedFile("x.xlsx", b"\0\1")
    assert desk.post(reverse("manage-people-sheet"), {"file": bad}).status_code == 422


def test_the_list_narrows_and_goes_on_by_key_with_the_same_statements(desk):
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get(reverse("manage-people"))
        return len(captured)

    few = statements()
    for _ in range(40):
        make.a_person("operator", of=None)
    assert statements() == few
    seen, following = [], reverse("manage-people") + "?role=operator&state=active"
    while following:
        answer = desk.get(following)
        seen += [person.username for person in answer.context["rows"]]
        following = answer.context["next"]
    wanted = Staff.objects.active().with_role("operator").order_by("username").values_list("username", flat=True)
    assert seen == list(wanted)
    assert desk.get(reverse("manage-people") + "?unit=abc&state=zzz&after=%00").status_code == 200
