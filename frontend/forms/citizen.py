"""What a citizen fills in: four short steps, a query, a rating. Each works as a plain form post."""

from django import forms
from django.utils.translation import gettext_lazy as _

from petitions.models import TEXT_LIMIT
from petitions.services.callback import Said
from petitions.services.rating import Extra
from petitions.states import Satisfaction, Solved

STEPS = ("text", "place", "contact", "check")
FIELDS_OF = {
    "text": ("text",),
    "place": ("address",),
    "contact": ("phone", "name", "confidential"),
    "check": (),
}
BIG = {"class": "in"}


class SubmitForm(forms.Form):
    """All four steps in one form; earlier answers travel as hidden fields, so nothing is kept on the server."""

    text = forms.CharField(
        label=_("您要反映什么事？"),
        help_text=_("什么时候、什么事、希望怎么解决。写得简单也没关系。"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={**BIG, "rows": 6}),
        error_messages={
            "required": _("请写明要反映的事情。"),
            "max_length": _("内容太长，请精简到 20000 字以内。您写的内容没有丢。"),
        },
    )
    address = forms.CharField(
        label=_("在哪里发生的？"),
        help_text=_("区、街道、小区或路口，越具体办得越快。"),
        max_length=200,
        widget=forms.TextInput(attrs={**BIG, "autocomplete": "street-address"}),
        error_messages={"required": _("请写明在哪里发生的，例如小区名或路名。")},
    )
    phone = forms.CharField(
        label=_("您的电话"),
        help_text=_("只用来告诉您办理结果，不会公开。"),
        max_length=30,
        widget=forms.TextInput(attrs={**BIG, "type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
        error_messages={"required": _("请留下电话，否则无法告诉您办理结果。")},
    )
    name = forms.CharField(
        label=_("怎么称呼您"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={**BIG, "autocomplete": "name"}),
    )
    confidential = forms.BooleanField(label=_("对办理单位保密我的姓名和电话"), required=False)
    # What was said on the way: the answer that did not help, the case that is the same, the event that is known.
    ask = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    same = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    event = forms.IntegerField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    @staticmethod
    def begun(**said: str) -> dict[str, str]:
        """The fields of a form whose first step is filled in already."""
        return {"step": "text", **said}

    def forget_later_errors(self, step: str) -> None:
        """Nobody is scolded for a step they have not seen."""
        seen = {"__all__", "key"}
        for name in STEPS[: STEPS.index(step) + 1]:
            seen.update(FIELDS_OF[name])
        for name in set(self.errors) - seen:
            del self.errors[name]

    def forget_all_errors(self) -> None:
        """The step is fine; what comes next has not been asked yet."""
        self.full_clean()
        self.errors.clear()

    def visible(self, step: str) -> list:
        return [self[name] for name in FIELDS_OF[step]]

    def carried(self, step: str) -> list:
        return [self[name] for name in self.fields if name not in FIELDS_OF[step]]


class AskForm(forms.Form):
    text = forms.CharField(
        label=_("您想问什么？"),
        help_text=_("一句话就行，例如：老人的高龄津贴怎么领。不用写姓名和电话。"),
        max_length=1000,
        widget=forms.Textarea(attrs={**BIG, "rows": 3}),
        error_messages={
            "required": _("请写下您想问的问题。"),
            "max_length": _("问题太长，请精简到 1000 字以内；要反映情况请用“我要反映”。"),
        },
    )


class TrackForm(forms.Form):
    no = forms.CharField(
        label=_("工单号"),
        help_text=_("短信或回执上的号码，空格不用管。"),
        max_length=40,
        widget=forms.TextInput(attrs={**BIG, "autocapitalize": "characters", "autocomplete": "off"}),
        error_messages={"required": _("请填写工单号。")},
    )
    code = forms.CharField(
        label=_("查询码"),
        max_length=20,
        widget=forms.TextInput(attrs={**BIG, "autocomplete": "one-time-code"}),
        error_messages={"required": _("请填写查询码。")},
    )

    def clean_no(self) -> str:
        return "".join(self.cleaned_data["no"].split()).upper()

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split()).upper()


class RatingForm(forms.Form):
    """Attitude and outcome are asked apart, and nothing is ticked beforehand."""

    contacted = forms.ChoiceField(
        label=_("办理单位联系过您吗？"),
        choices=(("yes", _("联系过")), ("no", _("没有"))),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择办理单位有没有联系过您。")},
    )
    solved = forms.ChoiceField(
        label=_("问题解决了吗？"),
        choices=Solved.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择问题有没有解决。")},
    )
    satisfaction = forms.ChoiceField(
        label=_("对办理结果满意吗？"),
        choices=Satisfaction.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择满意不满意。")},
    )
    reason = forms.CharField(
        label=_("不满意的原因（选填）"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={**BIG, "rows": 3}),
    )
    wants_rehandling = forms.BooleanField(label=_("要求重新办理"), required=False)
    attitude = forms.ChoiceField(
        label=_("对办理过程和态度满意吗？（选填）"),
        choices=Satisfaction.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    pressed = forms.ChoiceField(
        label=_("有没有人要求您给好评？（选填）"),
        help_text=_("只给督查人员看，办理单位看不到。"),
        choices=(("yes", _("有")), ("no", _("没有"))),
        widget=forms.RadioSelect,
        required=False,
    )

    def questions(self) -> list:
        return [self[name] for name in ("contacted", "solved", "satisfaction", "attitude")]

    def said(self) -> Said:
        answers = self.cleaned_data
        return Said(
            contacted=answers["contacted"] == "yes",
            solved=answers["solved"],
            satisfaction=answers["satisfaction"],
            attitude=answers["attitude"],
            reason=answers["reason"],
        )

    def extra(self) -> Extra:
        pressed = {"yes": True, "no": False}.get(self.cleaned_data["pressed"])
        return Extra(self.cleaned_data["wants_rehandling"], pressed)
