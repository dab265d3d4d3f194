"""月度主题: what an analyst may change about a topic – one form each, with a reason."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.moves import IN, line_field, text_field
from petitions import errors
from petitions.insight.models import Topic, TopicEdit
from petitions.insight.queries import topics
from petitions.insight.topics import edits
from petitions.row_keys import row_key

WHY = _("请写明为什么这样改。")


class EditForm(forms.Form):
    """One change of one topic. `code` stands in its address; `month` is the one being looked at."""

    code: ClassVar[str]
    done: ClassVar[Any]

    reason = line_field(_("为什么这样改"), missing=WHY)

    def __init__(self, *args, topic: Topic, month: date | None, **kwargs):
        self.topic, self.month = topic, month
        super().__init__(*args, auto_id=f"{self.code}-%s", **kwargs)

    def carry_out(self, actor: Any) -> TopicEdit:
        """Raises the refusals of petitions.insight.topics.edits."""
        raise NotImplementedError

    @property
    def why(self) -> str:
        return self.cleaned_data["reason"]


class RenameForm(EditForm):
    code, done = "rename", _("标题已改，可以撤销。")

    title = line_field(_("新标题"), required=False, limit=60, help_text=_("留空恢复自动标题"))
    field_order = ("title", "reason")

    def carry_out(self, actor: Any) -> TopicEdit:
        return edits.rename(self.topic.pk, self.cleaned_data["title"], actor=actor, reason=self.why)


class MergeForm(EditForm):
    code, done = "merge", _("已并入，以后各月也照此归类，可以撤销。")

    into = forms.ChoiceField(
        label=_("并入哪个主题"),
        error_messages={"required": _("请选择要并入的主题。"), "invalid_choice": _("请选择这个月里的一个主题。")},
        widget=forms.Select(attrs=IN),
    )
    field_order = ("into", "reason")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        others = topics.others(self.topic, self.month)
        self.fields["into"].choices = [("", "—"), *((other.pk, f"{other}（{other.pk}）") for other in others)]

    def carry_out(self, actor: Any) -> TopicEdit:
        return edits.merge(self.topic.pk, int(self.cleaned_data["into"]), actor=actor, reason=self.why)


class SplitForm(EditForm):
    code, done = "split", _("已拆出新的主题，以后各月也照此归类，可以撤销。")

    words = line_field(
        _("拆出含有这些词的工单"),
        limit=160,
        help_text=_("几个词用空格隔开，含有其中一个即拆出；最多八个词，每个不超过二十字"),
        missing=_("请写明按哪些词拆分。"),
    )
    field_order = ("words", "reason")

    def clean_words(self) -> list[str]:
        words = self.cleaned_data["words"].replace("、", " ").split()
        if any(len(word) > 20 for word in words):
            raise forms.ValidationError(_("每个词不超过二十字。"))
        return words

    def carry_out(self, actor: Any) -> TopicEdit:
        return edits.split(self.topic.pk, self.cleaned_data["words"], actor=actor, reason=self.why)


class AnnotateForm(EditForm):
    code, done = "annotate", _("批注已保存，可以撤销。")

    note = text_field(_("批注"), required=False, limit=1000, help_text=_("留空删去现有批注"))
    field_order = ("note", "reason")

    def carry_out(self, actor: Any) -> TopicEdit:
        return edits.annotate(self.topic.pk, self.cleaned_data["note"], actor=actor, reason=self.why)


class UndoForm(EditForm):
    """The edit comes with the button that was pressed."""

    code, done = "undo", _("已撤销。")

    def carry_out(self, actor: Any) -> TopicEdit:
        edit = row_key(self.data.get("edit", ""))
        if edit is None:
            raise errors.Unknown(_("没有找到这次修改。"))
        return edits.undo(edit, actor=actor, reason=self.why)


FORMS = {form.code: form for form in (RenameForm, AnnotateForm, MergeForm, SplitForm, UndoForm)}
