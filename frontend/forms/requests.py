"""审核申请: what is ticked is agreed to or refused together, with one opinion; the register has a filter."""

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.moves import IN, line_field
from petitions.queries.requests import KINDS, Narrowed

SPANS = (("30", _("近 30 天")), ("90", _("近 90 天")), ("365", _("近一年")))


MOST = 2**63 - 1


class MomentField(forms.DateTimeField):
    """ISO 8601 with its offset, between years that every offset can be added to."""

    def to_python(self, value):
        moment = super().to_python(value)
        if moment is not None and not 1970 <= moment.year <= 2999:
            raise forms.ValidationError(_("日期超出范围。"))
        return moment


class DecideForm(forms.Form):
    decision = forms.ChoiceField(
        choices=(("yes", _("同意")), ("no", _("不同意"))), error_messages={"required": _("请选择审核意见。")}
    )
    note = line_field(_("审核意见"), required=False, limit=500, help_text=_("不同意必须写明理由"))
    citizen_told = forms.BooleanField(label=_("已告知诉求人（挂账最后一级必选）"), required=False)

    def clean(self) -> dict:
        said = super().clean()
        if said.get("decision") == "no" and not said.get("note", "").strip():
            self.add_error("note", _("请写明理由。"))
        return said


class RegisterForm(forms.Form):
    """What the register shows; anything that makes no sense is left out.

    The fields that are not shown are how the figures of reports lead here: an exact stretch of time and who decided.
    """

    days = forms.ChoiceField(label=_("时间"), choices=SPANS, required=False, widget=forms.Select(attrs=IN))
    kind = forms.ChoiceField(
        label=_("申请类型"),
        choices=[("", _("全部")), *[(kind.value, kind.label) for kind in KINDS]],
        required=False,
        widget=forms.Select(attrs=IN),
    )
    begins = MomentField(required=False)
    ends = MomentField(required=False)
    only = forms.MultipleChoiceField(choices=[(kind.value, kind.label) for kind in KINDS], required=False)
    unit = forms.IntegerField(required=False, min_value=1, max_value=MOST)
    by = forms.IntegerField(required=False, min_value=1, max_value=MOST)
    subtype = forms.CharField(required=False, max_length=100)
    granted = forms.BooleanField(required=False)

    def narrowed(self, now: datetime) -> Narrowed:
        self.is_valid()
        said = self.cleaned_data
        days = int(said.get("days") or SPANS[1][0])
        return Narrowed(
            since=said.get("begins") or now - timedelta(days=days),
            until=said.get("ends"),
            kinds=[said["kind"]] if said.get("kind") else said.get("only") or (),
            unit=said.get("unit"),
            by=said.get("by"),
            subtype=said.get("subtype") or "",
            only_granted=bool(said.get("granted")),
        )
