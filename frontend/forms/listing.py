"""The filters of the case list: they live in the address, so a list can be bookmarked and sent."""

from django import forms
from django.utils.translation import gettext_lazy as _

from petitions.states import CaseState, Channel
from routing.models import Area, Category, Department

IN = {"class": "in"}


def _choices(first: str, rows) -> list:
    return [("", first), *rows]


class FilterForm(forms.Form):
    q = forms.CharField(label=_("内容或工单号"), required=False, max_length=200, widget=forms.TextInput(attrs=IN))
    state = forms.ChoiceField(label=_("状态"), required=False, widget=forms.Select(attrs=IN))
    lamp = forms.ChoiceField(
        label=_("时限"),
        required=False,
        choices=(("", _("全部")), ("soon", _("临期")), ("over", _("超期"))),
        widget=forms.Select(attrs=IN),
    )
    category = forms.ChoiceField(label=_("分类"), required=False, widget=forms.Select(attrs=IN))
    area = forms.ChoiceField(label=_("区域"), required=False, widget=forms.Select(attrs=IN))
    unit = forms.ChoiceField(label=_("主办单位"), required=False, widget=forms.Select(attrs=IN))
    channel = forms.ChoiceField(label=_("渠道"), required=False, widget=forms.Select(attrs=IN))
    since = forms.DateField(
        label=_("受理起"), required=False, widget=forms.DateInput(attrs={**IN, "type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("受理止"), required=False, widget=forms.DateInput(attrs={**IN, "type": "date"}, format="%Y-%m-%d")
    )

    FIRST = ("q", "state", "lamp")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        every = _("全部")
        self.fields["state"].choices = _choices(every, [("open", _("未办结")), *CaseState.choices])
        self.fields["channel"].choices = _choices(every, Channel.choices)
        roots = Category.objects.active().filter(level=1)
        self.fields["category"].choices = _choices(every, roots.values_list("code", "name"))
        areas = Area.objects.filter(level__in=[Area.Level.DISTRICT, Area.Level.STREET])
        self.fields["area"].choices = _choices(every, areas.values_list("path", "full_name"))
        self.fields["unit"].choices = _choices(every, Department.objects.active().values_list("pk", "name"))

    def first(self) -> list:
        return [self[name] for name in self.FIRST]

    def more(self) -> list:
        return [bound for bound in self if bound.name not in self.FIRST]

    def is_narrowed(self) -> bool:
        return any(bound.value() for bound in self.more())
