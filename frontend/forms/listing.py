"""The filters of the case list: they live in the address, so a list can be bookmarked, sent, saved and gone back to."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from petitions.queries.listing import DUE, OLDEST, Filters
from petitions.states import CaseState, Channel, Outcome
from routing.models import Area, Category, Department

IN = {"class": "in"}
DAY = forms.DateInput(attrs={**IN, "type": "date"}, format="%Y-%m-%d")
SELECTABLE_AREAS = (Area.Level.DISTRICT, Area.Level.STREET)


class PlainSelect(forms.Select):
    """Hundreds of options in one go: Django's own select renders a template for each of them."""

    def render(self, name, value, attrs=None, renderer=None):
        chosen = str(value or "")
        marks = ((flatatt({"value": code, "selected": str(code) == chosen}), word) for code, word in self.choices)
        options = format_html_join("", "<option{}>{}</option>", marks)
        attributes = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", flatatt(attributes), options)


def _select() -> forms.Select:
    return PlainSelect(attrs=IN)


class FilterForm(forms.Form):
    """An address may be finer than the selects offer (a leaf category, a grid): what exists is taken."""

    q = forms.CharField(
        label=_("内容或工单号"), required=False, max_length=200, widget=forms.TextInput(attrs={**IN, "type": "search"})
    )
    state = forms.ChoiceField(label=_("状态"), required=False, widget=_select())
    lamp = forms.ChoiceField(
        label=_("时限"),
        required=False,
        choices=(("", _("全部")), ("soon", _("临期")), ("over", _("超期"))),
        widget=_select(),
    )
    sort = forms.ChoiceField(
        label=_("排序"),
        required=False,
        choices=(("", _("最新受理在前")), (OLDEST, _("最早受理在前")), (DUE, _("到期最近在前（只列计时中的）"))),
        widget=_select(),
    )
    category = forms.ChoiceField(label=_("分类"), required=False, widget=_select())
    area = forms.ChoiceField(label=_("区域"), required=False, widget=_select())
    unit = forms.ChoiceField(label=_("主办单位"), required=False, widget=_select())
    channel = forms.ChoiceField(label=_("渠道"), required=False, widget=_select())
    outcome = forms.ChoiceField(label=_("结果"), required=False, widget=_select())
    tag = forms.CharField(label=_("标签"), required=False, max_length=30, widget=forms.TextInput(attrs=IN))
    since = forms.DateField(label=_("受理起"), required=False, widget=DAY)
    until = forms.DateField(label=_("受理止"), required=False, widget=DAY)
    mine = forms.BooleanField(label=_("只看我登记的"), required=False)

    FIRST = ("q", "state", "lamp", "sort")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        categories = Category.objects.active().filter(level__lt=3).values_list("code", "full_name")
        areas = Area.objects.filter(level__in=SELECTABLE_AREAS).values_list("path", "full_name")
        self._offer("state", [("open", _("未办结")), *CaseState.choices])
        self._offer("channel", Channel.choices)
        self._offer("outcome", Outcome.choices)
        self._offer("category", categories, lambda code: Category.objects.filter(code=code).first())
        self._offer("area", areas, lambda path: Area.objects.filter(path=path).first())
        self._offer("unit", Department.objects.active().values_list("pk", "name"), _unit)

    def clean(self) -> None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _("止日早于起日。"))

    def first(self) -> list:
        return [self[name] for name in self.FIRST]

    def more(self) -> list:
        return [bound for bound in self if bound.name not in (*self.FIRST, "mine")]

    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.get(bound.name) for bound in [*self.more(), self["mine"]])

    def filters(self, *, caller: int | None = None) -> Filters:
        """What could be read; what could not is in `errors`, and narrows nothing."""
        self.is_valid()
        return Filters(**{name: value for name, value in self.cleaned_data.items() if value}, caller=caller)

    def word_of(self, name: str) -> str:
        """What the chosen value is called."""
        value = self.cleaned_data[name]
        words = {str(code): word for code, word in getattr(self.fields[name], "choices", ())}
        return str(words.get(str(value), value))

    def _offer(self, name: str, choices, find: Callable[[str], Any] = lambda value: None) -> None:
        offered = [(str(code), word) for code, word in choices]
        chosen = self.data.get(name, "")
        if chosen and chosen not in dict(offered) and "\x00" not in chosen:
            found = find(chosen)
            offered += [(chosen, str(found))] if found else []
        self.fields[name].choices = [("", _("全部")), *offered]


def _unit(value: str) -> Department | None:
    return Department.objects.filter(pk=value).first() if value.isdecimal() and len(value) < 10 else None


class ViewForm(forms.Form):
    """A name for the filters of now, and who else shall have them."""

    name = forms.CharField(
        label=_("视图名称"),
        max_length=40,
        widget=forms.TextInput(attrs=IN),
        error_messages={"required": _("请给视图起个名称。")},
    )
    shared = forms.ChoiceField(label=_("谁能用"), required=False, widget=_select())

    def __init__(self, *args, person: Any, **kwargs):
        super().__init__(*args, **kwargs)
        unit = [("unit", _("我和本单位的人"))] if person.department_id else []
        role = [("role", _("我和同岗位的人"))] if person.roles else []
        self.fields["shared"].choices = [("", _("只有我")), *unit, *role]
