"""回访: what was reached, and what the citizen said. Neutral questions, nothing ticked beforehand, digits answer."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from petitions.models import Callback
from petitions.services.callback import Said
from petitions.states import Satisfaction, Solved

IN = {"class": "in"}
# What the button of a call that was answered says, beside the results of the others.
AGAIN = "again"
RESULTS = [*Callback.Result.choices, (AGAIN, _("接通，要求重新办理"))]
MOST_REASONS = 9
# The digits on the phone's own keys: five is the best, one the worst.
GRADES = {value: str(5 - place) for place, value in enumerate(Satisfaction.values)}
DIGITS = {
    "contacted": {"yes": "1", "no": "2"},
    "solved": {value: str(place) for place, value in enumerate(Solved.values, start=1)},
    "satisfaction": GRADES,
    "attitude": GRADES,
}
ASKED = tuple(DIGITS)
DISPLEASED = {Satisfaction.NO, Satisfaction.NOT_AT_ALL}


class CallbackForm(forms.Form):
    """Process and outcome are asked apart; the reason is asked only where somebody is not satisfied."""

    result = forms.ChoiceField(choices=RESULTS, error_messages={"required": _("请选择接通情况。")})
    contacted = forms.ChoiceField(
        label=_("办理单位有没有联系过您？"), choices=(("yes", _("联系过")), ("no", _("没有"))), required=False
    )
    solved = forms.ChoiceField(label=_("反映的问题解决了没有？"), choices=Solved.choices, required=False)
    satisfaction = forms.ChoiceField(
        label=_("对办理结果满意还是不满意？"), choices=Satisfaction.choices, required=False
    )
    attitude = forms.ChoiceField(
        label=_("对办理过程和态度满意还是不满意？"), choices=Satisfaction.choices, required=False
    )
    reason = forms.ChoiceField(label=_("不满意的原因"), required=False)
    verbatim = forms.CharField(
        label=_("市民原话"), required=False, max_length=2000, widget=forms.Textarea(attrs={**IN, "rows": 3})
    )

    def __init__(self, *args, reasons: Sequence[str] = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [(word, word) for word in list(reasons)[:MOST_REASONS]]

    def questions(self) -> list[dict]:
        reasons = {word: str(place) for place, (word, _word) in enumerate(self.fields["reason"].choices, start=1)}
        return [self._question(name, digits) for name, digits in (DIGITS | {"reason": reasons}).items() if digits]

    def _question(self, name: str, digits: dict[str, str]) -> dict:
        bound = self[name]
        options = [
            {"value": value, "word": word, "key": digits[value], "on": bound.value() == value}
            for value, word in self.fields[name].choices
        ]
        return {"bound": bound, "name": name, "options": options, "only_if_displeased": name == "reason"}

    @property
    def was_reached(self) -> bool:
        return self.cleaned_data.get("result") in {Callback.Result.REACHED, AGAIN}

    def clean(self) -> dict:
        said = super().clean()
        if not self.was_reached:
            return said
        for name in ASKED:
            if not said.get(name):
                self.add_error(name, _("请回答每一个问题。"))
        displeased = {said.get("satisfaction"), said.get("attitude")} & DISPLEASED
        if displeased and not said.get("reason") and self.fields["reason"].choices:
            self.add_error("reason", _("不满意要记下原因。"))
        return said

    def outcome_of_call(self) -> str:
        return Callback.Result.REACHED if self.was_reached else self.cleaned_data["result"]

    def wants_rehandling(self) -> bool:
        return self.cleaned_data["result"] == AGAIN

    def said(self) -> Said:
        answers = self.cleaned_data
        return Said(
            contacted={"yes": True, "no": False}.get(answers["contacted"]),
            **{name: answers[name] for name in ("solved", "satisfaction", "attitude", "reason", "verbatim")},
        )


class HeardForm(forms.Form):
    """录音已倾听: does what was written down agree with what was said?"""

    agrees = forms.ChoiceField(
        choices=(("yes", _("一致")), ("no", _("不一致"))), error_messages={"required": _("请选择是否一致。")}
    )
    note = forms.CharField(required=False, max_length=500)
