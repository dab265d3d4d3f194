from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.moves import IN
from petitions.models import Assignment
from petitions.queries.unit import Filters


class UnitFilterForm(forms.Form):
    """What narrows the unit's list. All of it stands in the address, so that back and reload are exact."""

    q = forms.CharField(
        label=_("标题或工单号"), required=False, max_length=60, widget=forms.TextInput(attrs={**IN, "type": "search"})
    )
    leaf = forms.ChoiceField(label=_("分类"), required=False, widget=forms.Select(attrs=IN))
    part = forms.ChoiceField(
        label=_("角色"),
        choices=[("", _("全部")), *Assignment.Part.choices],
        required=False,
        widget=forms.Select(attrs=IN),
    )
    late = forms.BooleanField(label=_("只看超期"), required=False)

    def __init__(self, *args, leaves: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["leaf"].choices = [("", _("全部")), *leaves]

    def filters(self, now: datetime) -> Filters:
        said = self.cleaned_data if self.is_valid() else {}
        return Filters(
            words=said.get("q", "").strip(),
            part=said.get("part", ""),
            leaf=said.get("leaf", ""),
            late_at=now if said.get("late") else None,
        )

    def chosen(self) -> dict[str, str]:
        """What an address carries."""
        return {name: value for name in self.fields if (value := self.data.get(name, ""))}
