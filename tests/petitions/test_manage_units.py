"""Units: what may be changed, what is written down, and that no case is left with a unit that is closed."""

import pytest

from petitions import errors
from petitions.queries.manage import units as found
from petitions.services import dispatch
from petitions.services.manage import units
from petitions.services.manage.acting import By, latest
from petitions.services.manage.units import Said
from petitions.states import CaseState
from routing import rulebook
from routing.models import Area, AuditEntry, Department
from tests import make

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture
def by():
    admin = make.a_person("admin")
    return lambda **more: By(admin, **({"reason": "机构改革", "now": make.NOW} | more))


def said_of(unit: Department, **more) -> Said:
    kept = {"name": unit.name, "kind": unit.kind_id, "short_name": unit.short_name, "area": unit.area_id}
    return Said(**(kept | {"parent": unit.parent_id} | more))


def known_units() -> set[int]:
    """Units that the rules may dispatch to."""
    return set(rulebook.current().snapshot(make.NOW.date()).units_by_id)


def test_a_new_unit_is_known_to_the_rules_at_once_and_written_down(by):
    street = Area.objects.filter(level="street").first()
    made = units.add(Said("试验办事处", "street.office", area=street.pk, phone="8555"), code="T-1", by=by())

    assert made.pk in known_units()
    entry = AuditEntry.objects.get(subject=units.subject_of(made.pk))
    assert (entry.kind, entry.after["name"], entry.after["area"]) == ("unit", "试验办事处", street.pk)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": " "}, "名称要填"),
        ({"name": "长" * 121}, "最多 120 字"),
        ({"kind": "nothing"}, "单位类别"),
        ({"email": "nobody"}, "写法不对"),
        ({"area": 999999}, "负责区域不存在"),
        ({"parent": 999999}, "上级单位不存在"),
    ],
)
def test_a_unit_is_not_saved_with_what_is_wrong(by, more, words):
    unit = make.a_unit()
    with pytest.raises(errors.BadUnit, match=words):
        units.change(unit.pk, said_of(unit, **more), by=by())
    assert not AuditEntry.objects.exists()


def test_a_name_is_taken_once_and_no_unit_hangs_below_itself(by):
    unit, other = make.a_unit(), make.a_unit()
    with pytest.raises(errors.BadUnit, match="已经有单位叫"):
        units.change(unit.pk, said_of(unit, name=other.name), by=by())
    units.change(other.pk, said_of(other, parent=unit.pk), by=by())
    with pytest.raises(errors.BadUnit, match="在它自己下面"):
        units.change(unit.pk, said_of(unit, parent=other.pk), by=by())
    with pytest.raises(errors.BadUnit, match="已经有了"):
        units.add(said_of(unit, name="另一个"), code=unit.code, by=by())


def test_a_contact_needs_no_reason_a_name_does_and_who_was_slower_saves_nothing(by):
    unit = make.a_unit()
    units.change(unit.pk, said_of(unit, phone="8555"), by=by(reason=""))
    with pytest.raises(errors.NoReason):
        units.change(unit.pk, said_of(unit, phone="8555", name="新名"), by=by(reason=""))
    with pytest.raises(errors.ChangedMeanwhile):
        units.change(unit.pk, said_of(unit, name="新名"), by=by(seen=0))
    units.change(unit.pk, said_of(unit, name="新名", phone="8555"), by=by(seen=latest(units.subject_of(unit.pk))))
    assert Department.objects.get(pk=unit.pk).name == "新名"


def test_a_unit_with_open_work_stays_until_it_is_handed_over(by):
    unit, heir = make.a_unit(), make.a_unit()
    case = make.a_case(state=CaseState.IN_PROGRESS, unit=unit)
    with pytest.raises(errors.UnitStillUsed, match="1 件没办结的工单"):
        units.close(unit.pk, by=by())

    dispatch.take_back(case.pk, actor=make.a_dispatcher(), reason="单位撤并", now=make.NOW)
    order = dispatch.Order(heir.pk)
    dispatch.dispatch(case.pk, order, actor=make.a_dispatcher(), now=make.NOW)
    units.close(unit.pk, by=by())

    assert (Department.objects.get(pk=unit.pk).is_active, found.holds(heir).open_parts) == (False, 1)
    assert unit.pk not in known_units()


def test_what_else_hangs_on_a_unit_is_named_and_nothing_is_changed(by):
    unit = make.a_unit()
    make.a_handler(of=unit)
    below = make.a_unit()
    Department.objects.filter(pk=below.pk).update(parent=unit)

    with pytest.raises(errors.UnitStillUsed) as refusal:
        units.close(unit.pk, by=by())

    assert "1 个启用的账号" in refusal.value.message and "1 个启用的下级单位" in refusal.value.message
    assert Department.objects.get(pk=unit.pk).is_active


def test_a_unit_comes_back_after_the_one_above_it(by):
    above = make.a_unit()
    unit = make.a_unit()
    Department.objects.filter(pk=unit.pk).update(parent=above)
    units.close(unit.pk, by=by())
    units.close(above.pk, by=by())

    with pytest.raises(errors.BadUnit, match="上级单位还停用着"):
        units.reopen(unit.pk, by=by())
    units.reopen(above.pk, by=by())
    units.reopen(unit.pk, by=by())

    assert Department.objects.get(pk=unit.pk).is_active
    with pytest.raises(errors.NoReason):
        units.close(unit.pk, by=by(reason=" "))
    with pytest.raises(errors.Unknown):
        units.close(999999, by=by())


def test_only_administrators_change_units(city):
    unit = make.a_unit()
    for role in ("center", "unit_head"):
        with pytest.raises(errors.NotYours):
            units.close(unit.pk, by=By(make.a_person(role, of=unit), reason="试"))


def test_units_whose_work_nobody_can_do_are_counted():
    unit = make.a_unit()
    before = found.without_people()
    make.a_case(state=CaseState.IN_PROGRESS, unit=unit)
    assert found.without_people() == before + 1
    make.a_handler(of=unit)
    assert found.without_people() == before
    Department.objects.filter(pk=unit.pk).update(is_active=False)
    assert found.closed_with_work() == 1
