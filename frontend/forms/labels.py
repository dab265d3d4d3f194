from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.intake import IN, category_choices


class LabelForm(forms.Form):
    """One label: a guess by its button (`guess`), or any leaf from the list."""

    case = forms.IntegerField(widget=forms.HiddenInput)
    guess = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    category = forms.ChoiceField(label=_("其他分类"), required=False, widget=forms.Select(attrs=IN))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("都不是，另选一类")), *category_choices()[1:]]

    def clean(self) -> dict:
        said = super().clean()
        if not (said.get("guess") or said.get("category")):
            self.add_error("category", _("请选一个分类。"))
        return said

    @property
    def code(self) -> str:
        return self.cleaned_data["guess"] or self.cleaned_data["category"]
