"""What people say about a monthly theme: the choice, and one form for each step of its file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from frontend.forms.moves import IN, WHY, UnitField, UnitsField, choice_field, line_field, text_field
from frontend.monthly_words import KINDS
from petitions import rules
from petitions.insight.models import MonthlyIssue, Topic
from petitions.insight.monthly import asking, deciding, lists
from petitions.insight.monthly.deciding import Choice
from petitions.insight.monthly.lists import Line
from routing.models import Area, Category

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
MOST_LETTERS = 120  # of one question


class DayField(forms.DateField):
    """A day that a person may mean: nothing before 2000, nothing after 2099."""

    def __init__(self, label: Any):
        said = {"invalid": _("日期写得不对，请重新选择。"), "required": _("请选择日期。")}
        widget = forms.DateInput(attrs={**IN, "type": "date"}, format="%Y-%m-%d")
        super().__init__(label=label, widget=widget, error_messages=said)

    def clean(self, value: Any) -> date:
        day = super().clean(value)
        if not EARLIEST <= day < LATEST:
            raise forms.ValidationError(self.error_messages["invalid"])
        return day


class LeavesField(forms.ModelMultipleChoiceField):
    def __init__(self, **kwargs: Any):
        leaves = Category.objects.leaves().active()
        super().__init__(queryset=leaves, widget=forms.SelectMultiple(attrs={**IN, "size": 6}), **kwargs)


class AreasField(forms.ModelMultipleChoiceField):
    def __init__(self, **kwargs: Any):
        areas = Area.objects.filter(level__in=[Area.Level.DISTRICT, Area.Level.STREET])
        super().__init__(queryset=areas, widget=forms.SelectMultiple(attrs={**IN, "size": 6}), **kwargs)


class ChooseForm(forms.Form):
    theme = line_field(_("主题"), limit=60, missing=_("请写明主题。"))
    month = DayField(_("月份（选其中一天）"))
    questions = text_field(
        _("具体问题"), rows=3, limit=400, help_text=_("一行一个，一至三个"), missing=_("请写明一至三个具体问题。")
    )
    categories = LeavesField(label=_("事项"), error_messages={"required": _("请至少选一个事项。")})
    areas = AreasField(label=_("实施范围"), required=False, help_text=_("不选就是全市；选了，别的街道作对照"))
    topic = forms.ModelChoiceField(
        label=_("月度主题"),
        required=False,
        queryset=Topic.objects.all(),
        widget=forms.Select(attrs=IN),
        help_text=_("由哪个主题而来，可不选"),
    )
    lead = UnitField(label=_("主责单位"), error_messages={"required": _("请选择主责单位。")})
    assisting = UnitsField(label=_("配合单位"), required=False)
    reason = text_field(_("选定的理由"), missing=WHY)

    def clean_questions(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["questions"].splitlines() if line.strip()]
        if any(len(line) > MOST_LETTERS for line in lines):
            raise forms.ValidationError(_("每个问题不超过 %(n)s 个字。") % {"n": MOST_LETTERS})
        return lines

    def choice(self) -> Choice:
        return Choice(**self.cleaned_data)


class Step(forms.Form):
    """One step of the file: its button, its fields, the service that carries it out."""

    code: ClassVar[str]
    word: ClassVar[Any]
    icon: ClassVar[str] = "check"
    done: ClassVar[Any]
    states: ClassVar[tuple[str, ...]]

    def __init__(self, *args: Any, issue: MonthlyIssue, person: Any, **kwargs: Any):
        self.issue, self.person = issue, person
        super().__init__(*args, auto_id=f"{self.code}-%s", **kwargs)

    @classmethod
    def is_open_to(cls, issue: MonthlyIssue, person: Any) -> bool:
        return issue.state in cls.states and rules.may_choose_monthly(issue, person)

    def carry_out(self, now: datetime) -> Any:
        """Ask the service. Raises the named refusals of petitions.errors."""
        raise NotImplementedError

    @property
    def by_whom(self) -> Mapping[str, Any]:
        return {"actor": self.person}


class PlanStep(Step):
    code, word, icon, done, states = "plan", _("定方案"), "file-text", _("方案已保存。"), ("chosen", "planned")
    text = text_field(_("方案"), rows=6, limit=8000, missing=_("请写明方案。"))
    starts_on = DayField(_("措施开始日期"))
    reason = text_field(_("理由"), rows=2, missing=WHY)

    def carry_out(self, now: datetime) -> Any:
        return deciding.plan(self.issue.pk, **self.cleaned_data, **self.by_whom, now=now)


class LineStep(Step):
    code, word, icon, done, states = "line", _("加一条"), "plus", _("已加入清单。"), ("chosen", "planned", "running")
    kind = choice_field(_("清单"), tuple(KINDS.items()))
    text = line_field(_("内容"), missing=_("请写明这一条要做什么。"))
    unit = UnitField(label=_("责任单位"), error_messages={"required": _("请选择责任单位。")})
    due_on = DayField(_("完成期限"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        units = lists.units_of(self.issue)
        self.fields["unit"].queryset = self.fields["unit"].queryset.filter(pk__in=units)

    def carry_out(self, now: datetime) -> Any:
        return lists.add(self.issue.pk, Line(**self.cleaned_data), **self.by_whom)


class StartStep(Step):
    code, word, icon, done, states = "start", _("开始推进"), "flag", _("已开始推进。"), ("planned",)
    reason = text_field(_("理由"), rows=2, missing=WHY)

    def carry_out(self, now: datetime) -> Any:
        return deciding.start(self.issue.pk, **self.cleaned_data, **self.by_whom, now=now)


class ProgressStep(Step):
    code, word, icon, done, states = "progress", _("填报进展"), "list-checks", _("进展已填报。"), ("running",)
    month = DayField(_("月份（选其中一天）"))
    text = text_field(_("做了什么"), missing=_("请写明这个月做了什么。"))

    @classmethod
    def is_open_to(cls, issue: MonthlyIssue, person: Any) -> bool:
        return issue.state in cls.states and rules.may_report_monthly_progress(issue, person)

    def carry_out(self, now: datetime) -> Any:
        return lists.report_progress(self.issue.pk, **self.cleaned_data, **self.by_whom, now=now)


class MeasureStep(Step):
    code, word, icon, done, states = "measure", _("测算成效"), "trending-up", _("正在测算成效。"), ("running",)

    def carry_out(self, now: datetime) -> Any:
        return asking.ask(self.issue.pk, **self.by_whom)


class ConcludeStep(Step):
    """What was decided comes with the button that was pressed (`what`)."""

    code, word, icon, done, states = "conclude", _("继续或退出"), "flag", _("决定已记下。"), ("running",)
    buttons = (("continued", _("继续推进")), ("exited", _("退出")))
    reason = text_field(_("理由"), missing=WHY)

    def carry_out(self, now: datetime) -> Any:
        what = self.data.get("what", "")
        return deciding.conclude(self.issue.pk, what=what, **self.cleaned_data, **self.by_whom, now=now)


STEPS = {step.code: step for step in (PlanStep, LineStep, StartStep, ProgressStep, MeasureStep, ConcludeStep)}


class DoneForm(forms.Form):
    """A unit says that one line is done."""

    on = DayField(_("完成日期"))
    evidence = text_field(
        _("完成依据"), rows=2, help_text=_("文号、台账或结果"), missing=_("请写明完成的依据：文号、照片、台账或结果。")
    )

    def __init__(self, *args: Any, item: int, **kwargs: Any):
        kwargs.setdefault("initial", {"on": timezone.localdate()})
        super().__init__(*args, auto_id=f"done-{item}-%s", **kwargs)
