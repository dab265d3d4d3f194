"""What a supervisor makes of a finding."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AnswerForm(forms.Form):
    """The conclusion comes with the button that was pressed (`state`)."""

    reason = forms.CharField(
        label=_("核实说明"),
        max_length=1000,
        error_messages={"required": _("请写明怎么核实的、依据是什么。")},
        widget=forms.Textarea(attrs={"class": "in", "rows": 3}),
    )
