"""审核申请: what is ticked is agreed to or refused together, with one opinion; the register has a filter."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.moves import IN, line_field
from petitions.queries.requests import KINDS

SPANS = (("30", _("近 30 天")), ("90", _("近 90 天")), ("365", _("近一年")))


class DecideForm(forms.Form):
    decision = forms.ChoiceField(
        choices=(("yes", _("同意")), ("no", _("不同意"))), error_messages={"required": _("请选择审核意见。")}
    )
    note = line_field(_("审核意见"), required=False, limit=500, help_text=_("不同意必须写明理由"))
    citizen_told = forms.BooleanField(label=_("已告知诉求人（挂账最后一级必选）"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)

    def clean(self) -> dict:
        said = super().clean()
        if said.get("decision") == "no" and not said.get("note", "").strip():
            self.add_error("note", _("请写明理由。"))
        return said


class RegisterForm(forms.Form):
    """What the register shows; anything that makes no sense is left out."""

    days = forms.ChoiceField(label=_("时间"), choices=SPANS, required=False, widget=forms.Select(attrs=IN))
    kind = forms.ChoiceField(
        label=_("申请类型"),
        choices=[("", _("全部")), *[(kind.value, kind.label) for kind in KINDS]],
        required=False,
        widget=forms.Select(attrs=IN),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)

    def span(self) -> int:
        return int(self.cleaned_data.get("days") or SPANS[1][0])
