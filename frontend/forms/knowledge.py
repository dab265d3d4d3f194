"""The filters of the knowledge base, one item, and what may be done with it."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from petitions.models import KnowledgeItem
from petitions.services.knowledge import Said
from routing.models import Category, Department

IN = {"class": "in"}
DAY = forms.DateInput(attrs={**IN, "type": "date"}, format="%Y-%m-%d")
EVERY = ("", _("全部"))
STATES = {"in_force": _("有效"), "near": _("临近复核"), "expired": _("已过期"), "draft": _("草稿")}


class KnowledgeFilter(forms.Form):
    q = forms.CharField(label=_("标题、问法或答复"), required=False, max_length=100, widget=forms.TextInput(attrs=IN))
    state = forms.ChoiceField(label=_("状态"), required=False, widget=forms.Select(attrs=IN))
    category = forms.ChoiceField(label=_("分类"), required=False, widget=forms.Select(attrs=IN))
    owner = forms.ChoiceField(label=_("责任单位"), required=False, widget=forms.Select(attrs=IN))
    audience = forms.ChoiceField(
        label=_("面向"), required=False, choices=(EVERY, ("enterprise", _("企业"))), widget=forms.Select(attrs=IN)
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        roots = Category.objects.active().filter(level=1)
        owners = KnowledgeItem.objects.exclude(owner=None).values("owner")
        self.fields["state"].choices = [EVERY, *STATES.items()]
        self.fields["category"].choices = [EVERY, *roots.values_list("code", "name")]
        self.fields["owner"].choices = [EVERY, *Department.objects.filter(pk__in=owners).values_list("pk", "name")]


class ItemForm(forms.Form):
    """`version` is the one that was opened: whoever saves over a newer one is told."""

    title = forms.CharField(
        label=_("标题"),
        max_length=120,
        widget=forms.TextInput(attrs=IN),
        error_messages={"required": _("请写标题。")},
    )
    question = forms.CharField(
        label=_("常见问法"),
        help_text=_("市民会怎么问，一行一种"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={**IN, "rows": 3}),
    )
    answer = forms.CharField(
        label=_("答复口径"),
        help_text=_("照着念、照着发都行"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={**IN, "rows": 7}),
    )
    basis = forms.CharField(label=_("依据"), required=False, max_length=300, widget=forms.TextInput(attrs=IN))
    category = forms.ModelChoiceField(
        Category.objects.active().leaves(),
        label=_("分类"),
        required=False,
        empty_label=_("未分类"),
        widget=forms.Select(attrs=IN),
    )
    owner = forms.ModelChoiceField(
        Department.objects.active(),
        label=_("责任单位"),
        required=False,
        empty_label=_("未定"),
        widget=forms.Select(attrs=IN),
    )
    review_by = forms.DateField(
        label=_("复核日期"), widget=DAY, error_messages={"required": _("请选择复核日期。"), "invalid": _("日期不对。")}
    )
    for_enterprises = forms.BooleanField(label=_("也给企业看"), required=False)
    note = forms.CharField(label=_("这次改了什么"), required=False, max_length=200, widget=forms.TextInput(attrs=IN))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, item: KnowledgeItem) -> "ItemForm":
        names = ("title", "question", "answer", "basis", "category", "owner", "review_by", "for_enterprises", "version")
        return cls(initial={name: getattr(item, name) for name in names})

    @classmethod
    def empty(cls, today: date, days: int) -> "ItemForm":
        return cls(initial={"review_by": today + timedelta(days=days)})

    def said(self) -> Said:
        said: dict[str, Any] = {name: self.cleaned_data[name] for name in ("title", "question", "answer", "basis")}
        said |= {name: self.cleaned_data[name] for name in ("review_by", "for_enterprises")}
        category, owner = self.cleaned_data["category"], self.cleaned_data["owner"]
        return Said(**said, category_id=category.pk if category else None, owner_id=owner.pk if owner else None)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("撤下的原因"),
        max_length=190,
        widget=forms.TextInput(attrs=IN),
        error_messages={"required": _("请写明理由。")},
    )


class ConfirmForm(forms.Form):
    review_by = forms.DateField(
        label=_("下次复核"),
        widget=DAY,
        error_messages={"required": _("请选择复核日期。"), "invalid": _("日期不对。")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="confirm_%s", **kwargs)
