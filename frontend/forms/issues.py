"""热点: the filters of the list, and what people may change – one form each, with a reason."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.moves import line_field
from petitions import errors
from petitions.insight.issues import editing
from petitions.insight.models import HotIssue, IssueEdit
from petitions.row_keys import row_key
from routing.models import Area, Category

IN = {"class": "in"}
WHY = _("请写明为什么这样改。")
MOST_CITIZENS = 9999


class IssueFilters(forms.Form):
    days = forms.ChoiceField(
        label=_("最近有新工单"),
        required=False,
        choices=(("7", _("近 7 天")), ("30", _("近 30 天")), ("90", _("近 90 天")), ("all", _("不限"))),
        widget=forms.Select(attrs=IN),
    )
    area = forms.ChoiceField(label=_("区域"), required=False, widget=forms.Select(attrs=IN))
    category = forms.ChoiceField(label=_("分类"), required=False, widget=forms.Select(attrs=IN))
    least = forms.IntegerField(
        label=_("至少几人反映"),
        required=False,
        min_value=2,
        max_value=MOST_CITIZENS,
        widget=forms.NumberInput(attrs=IN),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        every = ("", _("全部"))
        areas = Area.objects.filter(level__in=[Area.Level.DISTRICT, Area.Level.STREET])
        self.fields["area"].choices = [every, *areas.values_list("path", "full_name")]
        roots = Category.objects.active().filter(level=1)
        self.fields["category"].choices = [every, *roots.values_list("code", "name")]

    def chosen(self) -> dict[str, Any]:
        """What makes sense of it; a nonsensical value narrows nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class EditForm(forms.Form):
    """One change of one issue. `code` stands in its address."""

    code: ClassVar[str]
    done: ClassVar[Any]

    reason = line_field(_("为什么这样改"), missing=WHY)

    def __init__(self, *args, issue: HotIssue, **kwargs):
        self.issue = issue
        super().__init__(*args, auto_id=f"{self.code}-%s", **kwargs)

    def carry_out(self, actor: Any) -> IssueEdit:
        """Raises the refusals of petitions.insight.issues.editing."""
        raise NotImplementedError

    @property
    def why(self) -> str:
        return self.cleaned_data["reason"]


class MergeForm(EditForm):
    code, done = "merge", _("已合并，可以撤销。")

    other = forms.IntegerField(
        label=_("把哪个热点并进来"),
        help_text=_("填热点编号"),
        min_value=1,
        max_value=2**62,
        error_messages={"required": _("请选择或填写另一个热点的编号。")},
        widget=forms.NumberInput(attrs=IN),
    )
    field_order = ("other", "reason")

    def carry_out(self, actor: Any) -> IssueEdit:
        return editing.merge(self.issue.pk, self.cleaned_data["other"], actor=actor, reason=self.why)


class SplitForm(EditForm):
    """The rows of the list of cases draw the boxes."""

    code, done = "split", _("已拆分出新的热点，可以撤销。")

    def carry_out(self, actor: Any) -> IssueEdit:
        said = [row_key(case) for case in self.data.getlist("case")]
        if None in said:
            raise errors.IssueMoved
        return editing.split(self.issue.pk, said, actor=actor, reason=self.why)


class RenameForm(EditForm):
    code, done = "rename", _("名称已改，可以撤销。")

    name = line_field(_("新名称"), required=False, limit=60, help_text=_("留空恢复自动名称"))
    field_order = ("name", "reason")

    def carry_out(self, actor: Any) -> IssueEdit:
        return editing.rename(self.issue.pk, self.cleaned_data["name"], actor=actor, reason=self.why)


class MarkForm(EditForm):
    """The state comes with the button that was pressed."""

    code, done = "mark", _("状态已改，可以撤销。")

    def carry_out(self, actor: Any) -> IssueEdit:
        return editing.mark(self.issue.pk, self.data.get("state", ""), actor=actor, reason=self.why)


class UndoForm(EditForm):
    """The edit comes with the button that was pressed."""

    code, done = "undo", _("已撤销。")

    def carry_out(self, actor: Any) -> IssueEdit:
        edit = row_key(self.data.get("edit", ""))
        if edit is None:
            raise errors.Unknown(_("没有找到这次修改。"))
        return editing.undo(edit, actor=actor, reason=self.why)


FORMS = {form.code: form for form in (MergeForm, SplitForm, RenameForm, MarkForm, UndoForm)}
