"""Accounts: who may change whom, what a closed account leaves, and the row that every change leaves behind."""

import pytest
from django.db import DatabaseError, transaction

from petitions import errors
from petitions.models import Draft
from petitions.services import drafts
from petitions.services.manage import people, people_sheet
from petitions.services.manage.acting import By, latest
from petitions.services.manage.people import Account
from petitions.states import CaseState
from routing.models import AuditEntry, Role, Staff
from tests import make

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture
def admin():
    return make.a_person("admin")


def by(admin, **more) -> By:
    return By(admin, **({"reason": "工作调整", "now": make.NOW} | more))


def an_account(**said) -> Account:
    return Account(**({"username": "new1", "name": "新人", "roles": ("operator",), "unit": None} | said))


def trail_of(person) -> list[tuple]:
    rows = AuditEntry.objects.filter(subject=f"staff:{person.pk}").order_by("id")
    return [(row.kind, row.actor_id) for row in rows]


def test_a_new_account_comes_in_once_with_the_password_that_was_told_and_must_change_it(admin):
    person, password = people.add(an_account(), by=by(admin))

    assert (person.check_password(password), person.must_change_password) == (True, True)
    assert trail_of(person) == [("account", admin.pk)]
    assert password not in str(AuditEntry.objects.get().after)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"username": "有 空格"}, "工号"),
        ({"username": ""}, "工号"),
        ({"name": " "}, "姓名"),
        ({"roles": ()}, "角色"),
        ({"roles": ("system",)}, "角色"),
        ({"roles": ("handler",)}, "所在单位"),
        ({"unit": 0}, "没有这个单位"),
    ],
)
def test_what_is_wrong_with_an_account_is_said_and_nothing_kept(admin, said, words):
    with pytest.raises(errors.BadAccount, match=words):
        people.add(an_account(**said), by=by(admin))
    assert not AuditEntry.objects.exists()


def test_a_user_name_is_one_persons_whatever_its_case(admin):
    people.add(an_account(), by=by(admin))
    with pytest.raises(errors.BadAccount, match="已经有人用了"):
        people.add(an_account(username="NEW1"), by=by(admin))


@pytest.mark.parametrize("act", ["change", "close", "reset", "reopen", "unlock"])
def test_nobody_administers_their_own_account(admin, act):
    acts = {
        "change": lambda: people.change(admin.pk, an_account(roles=("leader",)), by=by(admin)),
        "close": lambda: people.close(admin.pk, successor_id=None, by=by(admin)),
        "reset": lambda: people.reset_password(admin.pk, by=by(admin)),
        "reopen": lambda: people.reopen(admin.pk, by=by(admin)),
        "unlock": lambda: people.unlock(admin.pk, by=by(admin)),
    }
    with pytest.raises(errors.OwnAccount):
        acts[act]()
    admin.refresh_from_db()
    assert (admin.roles, admin.is_active, AuditEntry.objects.count()) == (["admin"], True, 0)


@pytest.mark.parametrize("role", [role for role in Role.values if role not in ("admin", "system")])
def test_only_administrators_change_accounts(role):
    other, stranger = make.a_person("operator"), make.a_person(role, of=make.a_unit())
    for act in (
        lambda: people.add(an_account(), by=by(stranger)),
        lambda: people.change(other.pk, an_account(), by=by(stranger)),
        lambda: people.reset_password(other.pk, by=by(stranger)),
        lambda: people.close(other.pk, successor_id=None, by=by(stranger)),
    ):
        with pytest.raises(errors.NotYours):
            act()


def test_superusers_and_the_system_are_out_of_an_administrators_reach(admin):
    chief = Staff.objects.create(username="chief", roles=["admin"], is_superuser=True, password="!")
    for person in (chief, Staff.objects.system()):
        with pytest.raises(errors.NotYours):
            people.reset_password(person.pk, by=by(admin))
    assert people.reset_password(admin.pk, by=by(chief))[0] == admin


def test_a_change_of_rights_needs_a_reason_and_shows_both_sides(admin):
    person, unit = make.a_person("operator", name="甲"), make.a_unit()
    said = an_account(name="甲", roles=("handler",), unit=unit.pk)
    with pytest.raises(errors.NoReason):
        people.change(person.pk, said, by=by(admin, reason=" "))

    people.change(person.pk, said, by=by(admin))

    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.before["roles"], entry.after["roles"]) == ("rights", ["operator"], ["handler"])
    assert (entry.after["unit"], entry.reason) == (unit.pk, "工作调整")


def test_two_administrators_do_not_overwrite_each_other(admin):
    person, other = make.a_person("operator"), make.a_person("admin")
    seen = latest(people.subject_of(person.pk))
    people.change(person.pk, an_account(roles=("reviewer",)), by=by(other, seen=seen))

    with pytest.raises(errors.ChangedMeanwhile):
        people.change(person.pk, an_account(roles=("leader",)), by=by(admin, seen=seen))
    person.refresh_from_db()
    assert person.roles == ["reviewer"]


def test_nothing_begun_is_lost_when_an_account_is_closed(admin):
    person, heir = make.an_operator(), make.an_operator()
    drafts.keep(person.pk, "intake", [("text", "话说到一半")], seen=0, now=make.NOW)
    with pytest.raises(errors.WorkLeft):
        people.close(person.pk, successor_id=None, by=by(admin))
    drafts.keep(heir.pk, "intake", [("text", "自己的")], seen=0, now=make.NOW)
    with pytest.raises(errors.WorkLeft, match="同一张表单"):
        people.close(person.pk, successor_id=heir.pk, by=by(admin))
    person.refresh_from_db()
    assert person.is_active
    drafts.forget(heir.pk, "intake")

    people.close(person.pk, successor_id=heir.pk, by=by(admin))

    person.refresh_from_db()
    assert (person.is_active, Draft.objects.get().owner) == (False, heir)


def test_the_last_who_can_handle_a_units_cases_stays_until_there_is_another(admin):
    unit = make.a_unit()
    person = make.a_handler(of=unit)
    make.a_case(state=CaseState.IN_PROGRESS, unit=unit)
    with pytest.raises(errors.WorkLeft, match="最后一个"):
        people.close(person.pk, successor_id=None, by=by(admin))

    make.a_head(of=unit)
    people.close(person.pk, successor_id=None, by=by(admin))
    assert not Staff.objects.get(pk=person.pk).is_active
    assert people.reopen(person.pk, by=by(admin)).is_active
    assert trail_of(person) == [("account", admin.pk)] * 2


# ── a table of accounts ──
HEAD = "工号,姓名,角色,单位,电话\n"


def a_sheet(tmp_path, text: str):
    path = tmp_path / "people.csv"
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def test_each_wrong_row_has_its_sentence_and_nothing_is_kept(admin, tmp_path):
    unit = make.a_unit(name="某街道")
    make.a_person("operator")
    taken = Staff.objects.filter(roles=["operator"]).first().username
    rows = (
        f"a1,甲,话务员,,\n{taken},乙,话务员,,\na3,丙,不知道,,\na4,丁,承办人,没有的,\n"
        "a5,戊,承办人,,\na6,己,话务员,,\na6,庚,话务员,,\n"
    )

    added, problems = people_sheet.take(a_sheet(tmp_path, rows), partial=False, by=by(admin))

    assert (added, [problem.row for problem in problems]) == (0, [3, 4, 5, 6, 7, 8])
    assert not Staff.objects.filter(username="a1").exists()
    added, problems = people_sheet.take(a_sheet(tmp_path, rows), partial=True, by=by(admin))
    assert (added, len(problems), Staff.objects.get(username="a1").has_usable_password()) == (1, 6, False)
    assert unit.staff.count() == 0


def test_a_table_brings_roles_and_units(admin, tmp_path):
    unit = make.a_unit(name="某街道")

    added, problems = people_sheet.take(
        a_sheet(tmp_path, f"b1,甲,承办人；承办单位负责人,某街道,1\nb2,乙,leader,{unit.code},\n"),
        partial=False,
        by=by(admin),
    )

    assert (added, problems) == (2, ())
    assert Staff.objects.get(username="b1").roles == ["handler", "unit_head"]
    assert {person.department for person in Staff.objects.filter(username__in=["b1", "b2"])} == {unit}


def test_audit_rows_cannot_be_changed_or_taken_away(admin):
    people.add(an_account(), by=by(admin))
    for act in (lambda: AuditEntry.objects.update(reason="x"), lambda: AuditEntry.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()
