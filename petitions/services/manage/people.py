"""Accounts: who may come in, as what, for which unit; and what happens to the work of one who leaves."""

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import transaction

from petitions import errors, rules
from petitions.models import Draft
from petitions.queries.manage.left import left_by
from petitions.services.manage.acting import By
from petitions.storable import storable
from routing import audit
from routing.models import Department, Role, Staff

# Nobody types a letter that looks like another.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GIVEN = tuple(role for role in Role.values if role != Role.SYSTEM)
OF_A_UNIT = (Role.HANDLER, Role.UNIT_HEAD)
UNUSABLE = "!"  # the mark by which Django refuses every password


@dataclass(frozen=True)
class Account:
    """What an administrator says about a person; `unit` is the key of a department."""

    username: str
    name: str
    roles: tuple[str, ...]
    unit: int | None
    phone: str = ""
    email: str = ""


def subject_of(staff_id: int) -> str:
    return f"staff:{staff_id}"


@transaction.atomic
def add(said: Account, *, by: By) -> tuple[Staff, str]:
    """A new account and the password that is told once. Raises NotYours, BadAccount."""
    by.allowed()
    said = checked(said)
    if Staff.objects.filter(username__iexact=said.username).exists():
        raise errors.BadAccount(f"工号“{said.username}”已经有人用了。")
    person = Staff(username=said.username, must_change_password=True)
    _fill(person, said)
    password = _new_password(person)
    person.save()
    by.note(audit.Kind.ACCOUNT, subject_of(person.pk), f"新增账号 {person.username}", after=_facts(person))
    return person, password


@transaction.atomic
def add_many(accounts: Iterable[Account], *, by: By) -> int:
    """Accounts of a table that has been checked. They cannot log in before each has been given a password."""
    by.allowed()
    people = []
    for said in accounts:
        person = Staff(username=said.username, must_change_password=True, password=UNUSABLE)
        _fill(person, said)
        people.append(person)
    for person in Staff.objects.bulk_create(people):
        by.note(audit.Kind.ACCOUNT, subject_of(person.pk), f"导入账号 {person.username}", after=_facts(person))
    return len(people)


@transaction.atomic
def change(staff_id: int, said: Account, *, by: By) -> Staff:
    """Name, roles, unit, telephone; the user name stays. Raises NotYours, OwnAccount, BadAccount, ChangedMeanwhile."""
    person = _opened(staff_id, by)
    before, said = _facts(person), checked(said)
    _fill(person, said)
    after = _facts(person)
    if after == before:
        return person
    if set(before["roles"]) != set(after["roles"]) or before["unit"] != after["unit"]:
        by.explained("改动角色或单位")
    person.save(update_fields=["name", "roles", "department", "phone", "email"])
    kind = (
        audit.Kind.RIGHTS
        if before["roles"] != after["roles"] or before["unit"] != after["unit"]
        else audit.Kind.ACCOUNT
    )
    by.note(kind, subject_of(person.pk), f"修改账号 {person.username}", before, after)
    return person


@transaction.atomic
def close(staff_id: int, *, successor_id: int | None, by: By) -> Staff:
    """停用. Whatever was begun goes to the successor; where something is left and nobody takes it: WorkLeft."""
    person = _opened(staff_id, by)
    by.explained("停用账号")
    left = left_by(person)
    if left.orphans:
        raise errors.WorkLeft(
            f"他是本单位最后一个能办理的账号，单位还有 {left.orphans} 件没办完：请先给单位另设一个承办人。"
        )
    heir = _heir(person, successor_id) if left.needs_heir else None
    if left.needs_heir and heir is None:
        raise errors.WorkLeft
    given = _hand_over(person, heir) if heir else 0
    person.is_active = False
    person.save(update_fields=["is_active"])
    words = f"停用账号 {person.username}" + (f"，{given} 份未提交的内容交给 {heir.username}" if heir else "")
    by.note(audit.Kind.ACCOUNT, subject_of(person.pk), words, {"is_active": True}, {"is_active": False})
    return person


@transaction.atomic
def reopen(staff_id: int, *, by: By) -> Staff:
    """启用 again, with the roles and the unit it had."""
    person = _opened(staff_id, by)
    by.explained("重新启用账号")
    person.is_active = True
    person.save(update_fields=["is_active"])
    words = f"启用账号 {person.username}"
    by.note(audit.Kind.ACCOUNT, subject_of(person.pk), words, {"is_active": False}, {"is_active": True})
    return person


@transaction.atomic
def reset_password(staff_id: int, *, by: By) -> tuple[Staff, str]:
    """A password that is told once and must be changed at the first login; open sessions end."""
    person = _opened(staff_id, by)
    by.explained("重设密码")
    password = _new_password(person)
    person.must_change_password = True
    person.save(update_fields=["password", "must_change_password"])
    by.note(audit.Kind.PASSWORD, subject_of(person.pk), f"重设 {person.username} 的密码")
    return person, password


@transaction.atomic
def unlock(staff_id: int, *, by: By) -> Staff:
    """The row of it; the counters of tries are the pages' (frontend/limits.py)."""
    person = _opened(staff_id, by)
    by.note(audit.Kind.PASSWORD, subject_of(person.pk), f"解除 {person.username} 的试错限制")
    return person


def own_password_changed(person: Staff, *, by: By) -> None:
    """The person has chosen a password themselves."""
    if person.must_change_password:
        person.must_change_password = False
        person.save(update_fields=["must_change_password"])
    by.note(audit.Kind.PASSWORD, subject_of(person.pk), "本人修改密码")


def checked(said: Account) -> Account:
    """The account as it is kept. Raises BadAccount with the first thing that is wrong."""
    clean = {key: storable(text).strip() for key, text in asdict(said).items() if isinstance(text, str)}
    said = replace(said, **clean)
    problem = problem_of(said)
    if problem:
        raise errors.BadAccount(problem)
    return said


def problem_of(said: Account, *, unit_is_known: bool = False) -> str:
    """What is wrong with it as it stands, '' if nothing. One statement where a unit has to be looked up."""
    try:
        UnicodeUsernameValidator()(said.username)
    except ValidationError:
        return "工号只能用字母、数字和 @ . + - _。"
    if not said.username or len(said.username) > 40 or not said.name or len(said.name) > 40:
        return "工号和姓名都要填，最多 40 字。"
    if not said.roles or set(said.roles) - set(GIVEN):
        return "至少选一个角色，并且只能从列表里选。"
    if len(said.phone) > 30:
        return "电话最多 30 字。"
    if said.unit is None and not set(said.roles).isdisjoint(OF_A_UNIT):
        return "承办人和承办单位负责人要写明所在单位。"
    if said.unit is not None and not unit_is_known and not Department.objects.active().filter(pk=said.unit).exists():
        return "没有这个单位，或者它已经停用。"
    return ""


# ── inside ──
def _opened(staff_id: int, by: By) -> Staff:
    """The row, locked, as long as this administrator may change it."""
    by.allowed()
    person = Staff.objects.select_for_update(of=("self",)).filter(pk=staff_id).first()
    if person is None:
        raise errors.Unknown("没有找到这个账号。")
    if person.pk == by.actor.pk:
        raise errors.OwnAccount
    if not rules.may_manage_account(person, by.actor):
        raise errors.NotYours("系统账号和超级管理员的账号不能在这里改。")
    by.up_to_date(subject_of(staff_id))
    return person


def _fill(person: Staff, said: Account) -> None:
    person.name, person.roles, person.department_id = said.name, list(said.roles), said.unit
    person.phone, person.email = said.phone, said.email


def _facts(person: Staff) -> dict:
    return {
        "name": person.name,
        "roles": list(person.roles),
        "unit": person.department_id,
        "phone": person.phone,
        "email": person.email,
    }


def _new_password(person: Staff) -> str:
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))
    person.set_password(password)
    return password


def _heir(person: Staff, successor_id: int | None) -> Staff | None:
    """Somebody active who may do the same work: of the same unit where the work belongs to a unit."""
    found = Staff.objects.active().filter(pk=successor_id).exclude(pk=person.pk).first() if successor_id else None
    if found is None or found.is_system:
        return None
    if person.has_role(*OF_A_UNIT) and found.department_id != person.department_id:
        raise errors.WorkLeft("接手的人要在同一个单位。")
    return found


def _hand_over(person: Staff, heir: Staff) -> int:
    """Texts that were begun; of one form an account can have only one."""
    if Draft.objects.filter(owner=heir, place__in=Draft.objects.filter(owner=person).values("place")).exists():
        raise errors.WorkLeft("接手的人在同一张表单上也有没提交的内容：请换一个人，或请他先提交。")
    return Draft.objects.filter(owner=person).update(owner=heir)
