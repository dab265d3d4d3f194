"""The operator's form. Fields mirror petitions.services.intake: Matter, Contact, Handling."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.collision import AgainstOthers
from petitions.models import TEXT_LIMIT
from petitions.services.contact import Contact
from petitions.services.intake import Handling, Matter
from petitions.states import Referral, RequestType
from routing import rulebook
from routing.rulebook import Rulebook

WAYS = (
    ("review", _("派单"), _("送审核派单")),
    ("answer", _("答复"), _("当场答复")),
    ("merge", _("并案"), _("并入在办")),
    ("refer", _("转告"), _("其他渠道")),
    ("wait", _("待补充"), _("要素不全")),
)
IN = {"class": "in"}


def category_choices(rules: Rulebook | None = None) -> list:
    """Leaves under their first-level heading; no statement when the request has its rulebook already."""
    groups: dict[str, list] = {}
    for leaf in sorted((rules or rulebook.current()).leaves.values(), key=lambda leaf: leaf.code):
        groups.setdefault(leaf.full_name.split(" › ")[0], []).append((leaf.code, leaf.full_name))
    return [("", _("请选择，或用 Alt 1–3 采纳建议")), *groups.items()]


class IntakeForm(AgainstOthers, forms.Form):
    text = forms.CharField(
        label=_("诉求内容"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={**IN, "rows": 5}),
        error_messages={
            "required": _("请写明要反映的事情。"),
            "max_length": _("内容超过 20000 字，请精简；您写的内容没有丢。"),
        },
    )
    address = forms.CharField(label=_("发生地点"), required=False, max_length=200, widget=forms.TextInput(attrs=IN))
    name = forms.CharField(label=_("诉求人"), required=False, max_length=40, widget=forms.TextInput(attrs=IN))
    phone = forms.CharField(
        label=_("联系电话"),
        max_length=30,
        widget=forms.TextInput(attrs={**IN, "inputmode": "tel", "autocomplete": "off"}),
        error_messages={"required": _("请留下联系电话，否则无法告诉市民办理结果。")},
    )
    confidential = forms.ChoiceField(
        label=_("信息保密"),
        choices=(("", _("不保密")), ("yes", _("对承办单位保密"))),
        required=False,
        widget=forms.Select(attrs=IN),
    )
    category = forms.ChoiceField(label=_("诉求分类"), required=False, widget=forms.Select(attrs=IN))
    picked_by = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    request_type = forms.ChoiceField(
        label=_("诉求类型"),
        choices=[("", _("自动判断")), *RequestType.choices],
        required=False,
        widget=forms.Select(attrs=IN),
    )
    way = forms.ChoiceField(label=_("处理方式"), choices=[(code, word) for code, word, _n in WAYS], initial="review")
    answer = forms.CharField(
        label=_("答复内容"), required=False, max_length=4000, widget=forms.Textarea(attrs={**IN, "rows": 2})
    )
    basis = forms.CharField(label=_("答复依据"), required=False, max_length=300, widget=forms.TextInput(attrs=IN))
    referral = forms.ChoiceField(
        label=_("告知渠道"),
        choices=[("", "—"), *Referral.choices],
        required=False,
        widget=forms.Select(attrs=IN),
    )
    lead = forms.IntegerField(required=False, widget=forms.HiddenInput)
    knowledge = forms.IntegerField(required=False, widget=forms.HiddenInput)
    event = forms.IntegerField(required=False)
    call = forms.IntegerField(  # stands in the call strip
        required=False,
        min_value=1,
        max_value=2**63 - 1,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("没有找到这通电话，请刷新页面；您写的内容没有丢。")
        ),
    )
    missing = forms.CharField(label=_("还缺什么"), required=False, max_length=200, widget=forms.TextInput(attrs=IN))
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args, rules: Rulebook | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = category_choices(rules)
        self.fields["phone"].required = not self.data.get("call")
        # Read by src/islands/adopt.ts: which field is filled, and who filled it.
        self.fields["category"].widget.attrs["data-picked"] = "1"
        self.fields["picked_by"].widget.attrs["data-picked-by"] = "1"

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("way") == "merge" and not cleaned.get("lead"):
            self.add_error("way", _("请先在右边的相似工单里选择要并入哪一件。"))
        return cleaned

    @property
    def picked_category(self) -> str:
        """Only what a person chose counts as chosen; a filled-in suggestion stays a suggestion."""
        cleaned = self.cleaned_data
        return cleaned["category"] if cleaned["picked_by"] == "hand" else ""

    def matter(self) -> Matter:
        cleaned = self.cleaned_data
        return Matter(
            text=cleaned["text"],
            request_type=cleaned["request_type"],
            category_code=self.picked_category,
            address=cleaned["address"],
            confidential=cleaned["confidential"] == "yes",
            event_id=cleaned["event"],
        )

    def contact(self) -> Contact:
        return Contact(name=self.cleaned_data["name"], phone=self.cleaned_data["phone"])

    def handling(self) -> Handling:
        cleaned = self.cleaned_data
        return Handling(
            way=cleaned["way"],
            answer=cleaned["answer"],
            basis=cleaned["basis"],
            knowledge_id=cleaned["knowledge"],
            referral=cleaned["referral"],
            lead_id=cleaned["lead"],
            missing=(cleaned["missing"],) if cleaned["missing"] else (),
        )
