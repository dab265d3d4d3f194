"""Administration: people, areas, and the reason that every change asks for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from petitions.queries.manage import units
from petitions.queries.manage.people import STATES
from petitions.services.manage.people import GIVEN, Account
from petitions.services.manage.units import Said
from routing.models import Area, Department, Role, Staff, UnitKind

IN = {"class": "in"}
OFF = {"autocomplete": "off"}
EVERY = ("", _("全部"))
ROLES = [(role, Role(role).label) for role in GIVEN]
STATE_WORDS = {
    "active": _("启用"),
    "closed": _("停用"),
    "never": _("从未登录"),
    "unplaced": _("没有单位"),
    "waiting": _("待改密码"),
}
assert set(STATE_WORDS) == set(STATES)


class ReasonForm(forms.Form):
    """`seen`: the last audit row that the page knew of."""

    reason = forms.CharField(
        label=_("原因"),
        max_length=200,
        widget=forms.TextInput(attrs=IN | OFF),
        error_messages={"required": _("请写明原因，会记入审计。")},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class PeopleFilter(forms.Form):
    q = forms.CharField(label=_("工号或姓名"), required=False, max_length=60, widget=forms.TextInput(attrs=IN))
    role = forms.ChoiceField(label=_("角色"), required=False, widget=forms.Select(attrs=IN))
    unit = forms.ChoiceField(label=_("单位"), required=False, widget=forms.Select(attrs=IN))
    state = forms.ChoiceField(label=_("状态"), required=False, widget=forms.Select(attrs=IN))

    def __init__(self, *args, sees_all: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [EVERY, *ROLES]
        self.fields["state"].choices = [EVERY, *STATE_WORDS.items()]
        if sees_all:
            self.fields["unit"].choices = [EVERY, *Department.objects.values_list("pk", "name")]
        else:
            del self.fields["unit"]

    def said(self) -> dict[str, Any]:
        """Arguments of people.Filters; nothing where the address makes no sense."""
        if not self.is_valid():
            return {}
        unit = self.cleaned_data.get("unit")
        return self.cleaned_data | {"unit": int(unit) if unit else None}


class PersonForm(forms.Form):
    """`person` is there when an account is changed: its user name stays."""

    username = forms.CharField(
        label=_("工号"),
        max_length=40,
        widget=forms.TextInput(attrs=IN | OFF),
        error_messages={"required": _("请填工号。")},
    )
    name = forms.CharField(
        label=_("姓名"),
        max_length=40,
        widget=forms.TextInput(attrs=IN | OFF),
        error_messages={"required": _("请填姓名。")},
    )
    roles = forms.MultipleChoiceField(
        label=_("角色"),
        choices=ROLES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("至少选一个角色。")},
    )
    unit = forms.ModelChoiceField(
        label=_("所在单位"),
        queryset=Department.objects.none(),
        required=False,
        empty_label=_("不属于任何单位"),
        widget=forms.Select(attrs=IN),
    )
    phone = forms.CharField(label=_("办公电话"), required=False, max_length=30, widget=forms.TextInput(attrs=IN | OFF))
    email = forms.EmailField(label=_("邮箱"), required=False, max_length=120, widget=forms.EmailInput(attrs=IN | OFF))
    reason = forms.CharField(
        label=_("改动原因"), required=False, max_length=200, widget=forms.TextInput(attrs=IN | OFF)
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, person: Staff | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Department.objects.active()
        if person:
            del self.fields["username"]
            self.person = person
        else:
            del self.fields["reason"], self.fields["seen"]

    @staticmethod
    def initial_of(person: Staff, seen: int) -> dict[str, Any]:
        return {
            "name": person.name,
            "roles": person.roles,
            "unit": person.department_id,
            "phone": person.phone,
            "email": person.email,
            "seen": seen,
        }

    def account(self) -> Account:
        said = self.cleaned_data
        return Account(
            username=said.get("username") or self.person.username,
            name=said["name"],
            roles=tuple(said["roles"]),
            unit=said["unit"].pk if said["unit"] else None,
            phone=said["phone"],
            email=said["email"],
        )


class CloseForm(ReasonForm):
    successor = forms.ModelChoiceField(
        label=_("没办完的交给"),
        queryset=Staff.objects.none(),
        required=False,
        empty_label=_("请选接手的人"),
        widget=forms.Select(attrs=IN),
    )

    def __init__(self, *args, heirs, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = heirs


class SheetForm(forms.Form):
    file = forms.FileField(
        label=_("表格（CSV 或 XLSX）"),
        widget=forms.FileInput(attrs={"class": "in", "accept": ".csv,.xlsx"}),
        error_messages={"required": _("请选择文件。"), "empty": _("文件是空的。")},
    )
    partial = forms.BooleanField(label=_("有问题的行跳过，其余照样导入"), required=False)

    def __init__(self, *args, has_partial: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        if not has_partial:
            del self.fields["partial"]


UNIT_STATES = {"active": _("启用"), "closed": _("停用"), "idle": _("没有账号")}
assert set(UNIT_STATES) == set(units.STATES)


class UnitFilter(forms.Form):
    q = forms.CharField(label=_("名称或编码"), required=False, max_length=60, widget=forms.TextInput(attrs=IN))
    kind = forms.ChoiceField(label=_("类别"), required=False, widget=forms.Select(attrs=IN))
    area = forms.ChoiceField(label=_("区域"), required=False, widget=forms.Select(attrs=IN))
    state = forms.ChoiceField(label=_("状态"), required=False, widget=forms.Select(attrs=IN))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [EVERY, *UnitKind.objects.values_list("pk", "name")]
        places = Area.objects.filter(level__in=[Area.Level.DISTRICT, Area.Level.STREET]).order_by("path")
        self.fields["area"].choices = [EVERY, *places.values_list("path", "full_name")]
        self.fields["state"].choices = [EVERY, *UNIT_STATES.items()]

    def said(self) -> units.Filters:
        """Nothing where the address makes no sense."""
        return units.Filters(**self.cleaned_data) if self.is_valid() else units.Filters()


class _Place(forms.ModelChoiceField):
    """A place by its whole name: streets of different districts may share one."""

    def label_from_instance(self, obj: Area) -> str:
        return obj.full_name


class UnitForm(forms.Form):
    """`unit` is there when one is changed: its code stays."""

    name = forms.CharField(
        label=_("名称"),
        max_length=120,
        widget=forms.TextInput(attrs=IN | OFF),
        error_messages={"required": _("请填名称。")},
    )
    short_name = forms.CharField(
        label=_("简称，列表里显示"), required=False, max_length=60, widget=forms.TextInput(attrs=IN | OFF)
    )
    code = forms.CharField(
        label=_("编码"),
        max_length=80,
        widget=forms.TextInput(attrs=IN | OFF),
        error_messages={"required": _("请填编码，设定后不再改。")},
    )
    kind = forms.ModelChoiceField(
        label=_("类别"),
        queryset=UnitKind.objects.all(),
        empty_label=_("请选择"),
        widget=forms.Select(attrs=IN),
        error_messages={"required": _("请选择单位类别。")},
    )
    area = _Place(
        label=_("负责区域"),
        queryset=Area.objects.none(),
        required=False,
        empty_label=_("不限区域"),
        widget=forms.Select(attrs=IN),
    )
    parent = forms.ModelChoiceField(
        label=_("上级单位"),
        queryset=Department.objects.none(),
        required=False,
        empty_label=_("没有上级"),
        widget=forms.Select(attrs=IN),
    )
    phone = forms.CharField(label=_("值班电话"), required=False, max_length=30, widget=forms.TextInput(attrs=IN | OFF))
    email = forms.EmailField(label=_("邮箱"), required=False, max_length=254, widget=forms.EmailInput(attrs=IN | OFF))
    reason = forms.CharField(
        label=_("改动原因"), required=False, max_length=200, widget=forms.TextInput(attrs=IN | OFF)
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, unit: Department | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        places, above = units.areas_for(), units.parents_for(unit)
        if unit:  # what is so now stays to be chosen, closed or not
            places = places | Area.objects.filter(pk=unit.area_id)
            above = above | Department.objects.filter(pk=unit.parent_id)
            del self.fields["code"]
        else:
            del self.fields["reason"], self.fields["seen"]
        self.fields["area"].queryset, self.fields["parent"].queryset = places, above

    @staticmethod
    def initial_of(unit: Department, seen: int) -> dict[str, Any]:
        kept = ("name", "short_name", "phone", "email")
        placed = {"kind": unit.kind_id, "area": unit.area_id, "parent": unit.parent_id}
        return {name: getattr(unit, name) for name in kept} | placed | {"seen": seen}

    def unit_said(self) -> Said:
        said = self.cleaned_data
        return Said(
            name=said["name"],
            kind=said["kind"].pk,
            short_name=said["short_name"],
            area=said["area"].pk if said["area"] else None,
            parent=said["parent"].pk if said["parent"] else None,
            phone=said["phone"],
            email=said["email"],
        )


ALIASES = {"class": "in", "rows": 3}


class AreaForm(forms.Form):
    """A place that is there: another name, other names beside it, another parent."""

    name = forms.CharField(
        label=_("名称"),
        max_length=60,
        widget=forms.TextInput(attrs=IN | OFF),
        error_messages={"required": _("请填名称。")},
    )
    aliases = forms.CharField(
        label=_("别名：小区、道路、地标，每行一个"),
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs=ALIASES),
    )
    parent = forms.ModelChoiceField(
        label=_("上级"), queryset=Area.objects.none(), empty_label=None, widget=forms.Select(attrs=IN)
    )
    reason = forms.CharField(
        label=_("改名或迁移的原因"), required=False, max_length=200, widget=forms.TextInput(attrs=IN | OFF)
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, parents=None, **kwargs):
        super().__init__(*args, **kwargs)
        if parents:
            self.fields["parent"].queryset = parents
        else:
            del self.fields["parent"]

    def names(self) -> list[str]:
        return self.cleaned_data["aliases"].splitlines()


class NewAreaForm(forms.Form):
    name = forms.CharField(
        label=_("名称"),
        max_length=60,
        widget=forms.TextInput(attrs=IN | OFF),
        error_messages={"required": _("请填名称。")},
    )
    code = forms.CharField(
        label=_("编码"),
        max_length=32,
        widget=forms.TextInput(attrs=IN | OFF),
        error_messages={"required": _("请填编码，设定后不再改。")},
    )
    level = forms.ChoiceField(label=_("层级"), widget=forms.Select(attrs=IN))
    aliases = forms.CharField(
        label=_("别名，每行一个"), required=False, max_length=6000, widget=forms.Textarea(attrs=ALIASES)
    )

    def __init__(self, *args, levels, **kwargs):
        super().__init__(*args, prefix="new", **kwargs)
        self.fields["level"].choices = levels

    def names(self) -> list[str]:
        return self.cleaned_data["aliases"].splitlines()
