"""Which figures are asked for, and the forms of publishing and of a new formula."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.moves import IN, text_field
from frontend.score_words import CALIBRES, GROUPS, KINDS
from petitions.insight.queries.behind import Only
from petitions.insight.queries.spans import Cuts, Span, custom, span
from petitions.insight.rates import Formula
from petitions.insight.reports.content import UNNAMED
from petitions.insight.reports.lists import NONE
from petitions.states import Channel, RequestType
from routing.models import Category

DAY = forms.DateInput(attrs={**IN, "type": "date"}, format="%Y-%m-%d")
# Days far from any event would only add to the numbers of half-days; a year and a day is the longest comparison.
EARLIEST, LATEST, MOST_DAYS = date(2000, 1, 1), date(2100, 1, 1), 366
WRONG_DAY = {"invalid": _("日期写得不对，请重新选择。")}


def day_field(label: Any, *, required: bool = False) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=DAY, error_messages=WRONG_DAY)


class SpanForm(forms.Form):
    """The window, from the address. What is not given is the assessment period of today in calibre B."""

    kind = forms.ChoiceField(
        label=_("统计时段"), required=False, choices=list(KINDS.items()), widget=forms.Select(attrs=IN)
    )
    day = day_field(_("含哪一天"))
    first = day_field(_("自定：起"))
    last = day_field(_("自定：止"))
    calibre = forms.ChoiceField(required=False, choices=list(CALIBRES.items()), widget=forms.HiddenInput)
    group = forms.ChoiceField(required=False, choices=list(GROUPS.items()), widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        given = [said.get(name) for name in ("day", "first", "last") if said.get(name)]
        if any(not EARLIEST <= day <= LATEST for day in given):
            raise forms.ValidationError(_("日期超出范围（2000 年至 2100 年）。"))
        if said.get("kind") == "custom":
            self._check_custom(said.get("first"), said.get("last"))
        return said

    def _check_custom(self, first: date | None, last: date | None) -> None:
        if not (first and last):
            raise forms.ValidationError(_("自定时段要写起止两天。"))
        if first > last:
            raise forms.ValidationError(_("起始日期在截止日期之后。"))
        if (last - first).days >= MOST_DAYS:
            raise forms.ValidationError(_("自定时段最长 %(n)s 天。") % {"n": MOST_DAYS})

    def span(self, today: date, cuts: Cuts) -> Span:
        """What was asked for; today's assessment period when the form says nothing sensible."""
        said = self.cleaned_data if self.is_valid() else {}
        if said.get("kind") == "custom":
            return custom(said["first"], said["last"], cuts)
        return span(said.get("kind") or "assessment", said.get("day") or today, cuts)

    def chosen(self, name: str) -> str:
        return (self.cleaned_data.get(name) or "") if self.is_valid() else ""

    def shown(self) -> list:
        return [self[name] for name in ("kind", "day", "first", "last")]


class OnlyForm(forms.Form):
    """A part of a figure, as reports count it: by channel, type or category; NONE are the cases that have none."""

    channel = forms.ChoiceField(required=False, choices=[(NONE, _("没有渠道")), *Channel.choices])
    type = forms.ChoiceField(required=False, choices=[(NONE, _("没有类型")), *RequestType.choices])
    category = forms.CharField(required=False, max_length=20)

    def clean_category(self) -> str:
        code = self.cleaned_data["category"]
        if code and code != NONE and not Category.objects.filter(code=code).exists():
            raise forms.ValidationError(_("没有这个事项。"))
        return code

    def only(self) -> Only | None:
        """None where what is asked for does not exist."""
        if not self.is_valid():
            return None
        said = (self.cleaned_data[name] for name in ("channel", "type", "category"))
        return Only(*("" if code == NONE else code or None for code in said))

    def words(self) -> list[str]:
        """What it is narrowed to, as people call it."""
        said = [dict(self.fields[name].choices).get(self.cleaned_data[name]) for name in ("channel", "type")]
        code = self.cleaned_data["category"]
        if code:
            said.append(UNNAMED if code == NONE else Category.objects.get(code=code).full_name)
        return [str(word) for word in said if word]


class PublishForm(forms.Form):
    reason = text_field(_("公布说明"), required=False, rows=2, limit=300)

    def __init__(self, *args, is_correction: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if is_correction:
            self.fields["reason"].label = _("更正的理由")
            self.fields["reason"].required = True
            self.fields["reason"].error_messages = {"required": _("更正已公布的成绩要写明原因。")}


def _share(label: Any, **more: Any) -> forms.FloatField:
    number, between = _("请填数字。"), _("须在 0 与 1 之间。")
    said = {"invalid": number, "required": number, "min_value": between, "max_value": between}
    widget = forms.NumberInput(attrs={**IN, "step": "0.01"})
    return forms.FloatField(label=label, min_value=0, max_value=1, widget=widget, error_messages=said, **more)


def _count(label: Any) -> forms.IntegerField:
    said = {name: _("请填 0 到 10000 的整数。") for name in ("invalid", "required", "min_value", "max_value")}
    return forms.IntegerField(
        label=label, min_value=0, max_value=10_000, widget=forms.NumberInput(attrs=IN), error_messages=said
    )


class FormulaForm(forms.Form):
    """A new version of the formula; `bands` one grade a line with its least score."""

    response = _share(_("响应率权重"))
    solved = _share(_("解决率权重"))
    satisfied = _share(_("满意率权重"))
    basically = _share(_("基本满意折算"))
    partly = _share(_("部分解决折算"))
    min_n = _count(_("有效回访少于此数不排名"))
    prior_n = _count(_("排序收缩强度（件）"))
    bands = text_field(
        _("等次"), rows=4, limit=300, help_text=_("从高到低，一行一个：名称 最低分"), missing=_("请写等次。")
    )
    effective_from = forms.DateField(
        label=_("生效日期"),
        widget=DAY,
        help_text=_("生效那天所在的考核期起用新公式；已公布的不变"),
        error_messages=WRONG_DAY | {"required": _("请写生效日期。")},
    )
    reason = text_field(_("修改说明"), rows=2, limit=300, required=False)

    def __init__(self, *args, today: date, **kwargs):
        self.today = today
        super().__init__(*args, **kwargs)

    def clean_bands(self) -> list[list]:
        bands = [self._band(line) for line in self.cleaned_data["bands"].splitlines() if line.strip()]
        leasts = [least for _name, least in bands]
        if leasts != sorted(leasts, reverse=True) or len(set(leasts)) != len(leasts):
            raise forms.ValidationError(_("等次要从高到低写，分数不能相同。"))
        return bands

    def _band(self, line: str) -> list:
        name, _space, least = line.strip().rpartition(" ")
        try:
            score = float(least)
        except ValueError:
            score = -1.0
        if not name.strip() or len(name) > 20 or not 0 <= score <= 100:
            raise forms.ValidationError(_("“%(line)s”读不懂，请写成“优秀 95”。") % {"line": line.strip()[:40]})
        return [name.strip(), score]

    def clean_effective_from(self) -> date:
        day = self.cleaned_data["effective_from"]
        if not self.today <= day <= LATEST:
            raise forms.ValidationError(_("生效日期不能早于今天。"))
        return day

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        weights = [said.get(name) for name in ("response", "solved", "satisfied")]
        if None not in weights and abs(sum(weights) - 1) > 1e-6:
            raise forms.ValidationError(_("三项权重之和必须等于 1。"))
        return said

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in ("effective_from", "reason")}

    def formula(self, version: int) -> Formula:
        bands = tuple((name, least) for name, least in self.cleaned_data["bands"])
        return Formula(version=version, **self.values() | {"bands": bands})

    @staticmethod
    def initial_of(formula: Formula, today: date) -> dict[str, Any]:
        names = ("response", "solved", "satisfied", "basically", "partly", "min_n", "prior_n")
        bands = "\n".join(f"{name} {least:g}" for name, least in formula.bands)
        return {name: getattr(formula, name) for name in names} | {"bands": bands, "effective_from": today}
