"""Accounts from a table: every row is read and judged before any is kept."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from petitions.services.manage import people
from petitions.services.manage.acting import By
from petitions.services.manage.people import Account
from routing.models import Department, Role, Staff
from routing.tables import Columns, Problem, Row, read_table

COLUMNS = Columns.of(
    {"username": "工号", "name": "姓名", "roles": "角色"}, {"unit": "单位", "phone": "电话", "email": "邮箱"}
)
ROLE_NAMES = {str(Role(role).label): role for role in people.GIVEN} | {role: role for role in people.GIVEN}
NO_UNIT = -1  # a unit that was named and does not exist


@dataclass(frozen=True)
class Checked:
    accounts: tuple[Account, ...]
    problems: tuple[Problem, ...]


def take(path: Path, *, partial: bool, by: By) -> tuple[int, tuple[Problem, ...]]:
    """How many were added, and the rows that were not. With problems nothing is added, unless `partial`.

    Raises NotYours, and a BadTable of routing.tables where the file cannot be read.
    """
    by.allowed()
    found = check(read_table(path, COLUMNS))
    if found.problems and not partial:
        return 0, found.problems
    return people.add_many(found.accounts, by=by), found.problems


def check(rows: list[Row]) -> Checked:
    """Three statements, however many rows."""
    units = _units()
    taken = set(Staff.objects.values_list("username", flat=True))
    known = {name.casefold() for name in taken}
    times = Counter(row["username"].casefold() for row in rows)
    good, problems = [], []
    for row in rows:
        account = _account(row, units)
        text = _problem(row, account, known, times)
        if text:
            problems.append(Problem(row.number, text))
        else:
            good.append(account)
    return Checked(tuple(good), tuple(problems))


def _units() -> dict[str, int]:
    """Active units by code and by name."""
    rows = list(Department.objects.active().values_list("pk", "code", "name"))
    return {name: pk for pk, _, name in rows} | {code: pk for pk, code, _ in rows}


def _account(row: Row, units: dict[str, int]) -> Account:
    return Account(
        username=row["username"],
        name=row["name"],
        roles=tuple(ROLE_NAMES.get(word, word) for word in row.words("roles")),
        unit=units.get(row["unit"], NO_UNIT) if row["unit"] else None,
        phone=row["phone"],
        email=row["email"],
    )


def _problem(row: Row, account: Account, known: set[str], times: Counter) -> str:
    name = account.username.casefold()
    if name in known:
        return f"工号“{account.username}”已经有了，改动请在页面上办"
    if times[name] > 1:
        return f"工号“{account.username}”在表里出现了 {times[name]} 次"
    if account.unit == NO_UNIT:
        return f"没有“{row['unit']}”这个单位，请填名称全称或编码"
    unknown = [word for word in account.roles if word not in people.GIVEN]
    if unknown:
        return f"角色“{'、'.join(unknown)}”不认识"
    return people.problem_of(account, unit_is_known=True)
