"""回访: what was reached, and what the citizen said. Neutral questions, nothing ticked beforehand."""

from django import forms
from django.utils.translation import gettext_lazy as _

from petitions.models import Callback
from petitions.services.callback import Said
from petitions.states import Satisfaction, Solved

IN = {"class": "in"}


class CallbackForm(forms.Form):
    result = forms.ChoiceField(
        choices=Callback.Result.choices, error_messages={"required": _("请选择接通情况。")}, initial="reached"
    )
    contacted = forms.ChoiceField(
        label=_("承办单位联系过您吗？"), choices=(("yes", _("联系过")), ("no", _("没有"))), required=False
    )
    solved = forms.ChoiceField(label=_("反映的问题解决了吗？"), choices=Solved.choices, required=False)
    satisfaction = forms.ChoiceField(label=_("对办理结果满意吗？"), choices=Satisfaction.choices, required=False)
    attitude = forms.ChoiceField(
        label=_("对办理过程和态度满意吗？"),
        choices=[("", _("未问")), *Satisfaction.choices],
        required=False,
        widget=forms.Select(attrs=IN),
    )
    reason = forms.CharField(label=_("不满意原因"), required=False, max_length=200, widget=forms.TextInput(attrs=IN))
    verbatim = forms.CharField(
        label=_("市民原话"), required=False, max_length=2000, widget=forms.Textarea(attrs={**IN, "rows": 3})
    )
    rehandle = forms.BooleanField(
        required=False, widget=forms.CheckboxInput(attrs={"data-key": "KeyR", "data-key-name": _("要求重新办理")})
    )

    # The digit that answers: 9/0 contacted, 1–3 solved, 4–8 satisfied.
    KEYS = {
        "contacted": {"yes": "9", "no": "0"},
        "solved": {"yes": "1", "partly": "2", "no": "3"},
        "satisfaction": {
            "very_satisfied": "8",
            "satisfied": "7",
            "basically": "6",
            "unsatisfied": "5",
            "very_unsatisfied": "4",
        },
    }

    def questions(self) -> list[dict]:
        return [self._question(name) for name in self.KEYS]

    def _question(self, name: str) -> dict:
        bound = self[name]
        options = [
            {"value": value, "word": word, "key": self.KEYS[name][value], "on": bound.value() == value}
            for value, word in self.fields[name].choices
        ]
        return {"bound": bound, "name": name, "options": options}

    def clean(self) -> dict:
        said = super().clean()
        if said.get("result") == Callback.Result.REACHED:
            for name in self.KEYS:
                if not said.get(name):
                    self.add_error(name, _("请回答每一个问题。"))
        if said.get("satisfaction") in {Satisfaction.NO, Satisfaction.NOT_AT_ALL} and not said.get("reason"):
            self.add_error("reason", _("不满意要记下原因。"))
        return said

    def said(self) -> Said:
        answers = self.cleaned_data
        return Said(
            contacted={"yes": True, "no": False}.get(answers["contacted"]),
            **{name: answers[name] for name in ("solved", "satisfaction", "attitude", "reason", "verbatim")},
        )
