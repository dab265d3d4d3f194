"""What people do about an alert, a task and an event: one small form each, which carries out one service."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.alert_words import KINDS, TASKS
from frontend.forms.monthly import DayField
from frontend.forms.moves import IN, WHY, UnitField, choice_field, line_field, text_field
from petitions import rules
from petitions.insight.alerts import command, judging, proactive
from petitions.insight.models import Alert, CommandEvent
from routing.models import Area

WHAT = _("请写明内容。")


class AlertFilters(forms.Form):
    kind = forms.ChoiceField(label=_("规则"), required=False, widget=forms.Select(attrs=IN))
    area = forms.ChoiceField(label=_("区域"), required=False, widget=forms.Select(attrs=IN))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("全部")), *((kind, word) for kind, (_icon, word, _rule) in KINDS.items())]
        areas = Area.objects.filter(level__in=[Area.Level.DISTRICT, Area.Level.STREET])
        self.fields["area"].choices = [("", _("全部")), *areas.values_list("path", "full_name")]


class Step(forms.Form):
    """One thing that can be done about `row`: its button and fields; `code` comes back with the form."""

    code: ClassVar[str]
    word: ClassVar[Any]
    icon: ClassVar[str] = "check"
    done: ClassVar[Any]

    def __init__(self, *args, row: Any, person: Any, **kwargs):
        self.row, self.person = row, person
        super().__init__(*args, auto_id=f"{self.code}-%s", **kwargs)

    @classmethod
    def is_open_to(cls, row: Any, person: Any) -> bool:
        raise NotImplementedError

    def carry_out(self) -> Any:
        """Ask the service. Raises the named refusals of petitions.errors."""
        raise NotImplementedError


# ── an alert ──
class Acknowledge(Step):
    code, word, done = "acknowledge", _("确认"), _("已确认。")
    reason = text_field(_("说明（可不填）"), required=False, rows=2, limit=500)

    @classmethod
    def is_open_to(cls, row: Alert, person: Any) -> bool:
        return row.state == Alert.State.NEW

    def carry_out(self) -> None:
        judging.acknowledge(self.row.pk, actor=self.person, reason=self.cleaned_data["reason"])


class _Judging(Step):
    @classmethod
    def is_open_to(cls, row: Alert, person: Any) -> bool:
        return row.is_open and rules.may_judge_alerts(row, person)


class OrderTask(_Judging):
    code, word, icon, done = "task", _("转为任务"), "list-checks", _("任务已下达。")
    unit = UnitField(label=_("责任单位"), error_messages={"required": _("请选择责任单位。")})
    kind = choice_field(_("任务"), list(TASKS.items()))
    words = text_field(_("要求"), rows=3, limit=1000, missing=WHAT)
    due_on = DayField(_("期限"))

    def carry_out(self) -> None:
        said = self.cleaned_data
        proactive.order(
            self.row.pk,
            actor=self.person,
            unit=said["unit"],
            kind=said["kind"],
            words=said["words"],
            due_on=said["due_on"],
        )


class OpenEvent(Step):
    code, word, icon, done = "event", _("启动指挥"), "zap", _("指挥事件已启动。")
    title = line_field(_("事件名称"), limit=80, missing=_("请写明事件名称。"))

    @classmethod
    def is_open_to(cls, row: Alert, person: Any) -> bool:
        return row.is_open and rules.may_command(row, person) and all(event.closed_at for event in row.events.all())

    def carry_out(self) -> CommandEvent:
        return command.open_event(self.row.pk, actor=self.person, title=self.cleaned_data["title"])


class CallFalse(_Judging):
    code, word, icon, done = "false", _("判为误报"), "x", _("已记为误报，门槛已调整。")
    reason = text_field(_("为什么是误报"), rows=2, limit=500, missing=WHY)

    def carry_out(self) -> None:
        judging.call_false(self.row.pk, actor=self.person, reason=self.cleaned_data["reason"])


class CloseAlert(_Judging):
    code, word, icon, done = "close", _("办结"), "circle-check", _("预警已办结。")
    reason = text_field(_("怎么处置的"), rows=2, limit=500, missing=WHY)

    def carry_out(self) -> None:
        judging.close(self.row.pk, actor=self.person, reason=self.cleaned_data["reason"])


ALERT_STEPS: tuple[type[Step], ...] = (Acknowledge, OrderTask, OpenEvent, CloseAlert, CallFalse)


class UndoForm(forms.Form):
    reason = line_field(_("为什么撤销"), missing=WHY)


class TaskReport(forms.Form):
    words = text_field(_("办理情况"), rows=3, limit=2000, missing=WHAT)


# ── an event ──
class _Commanding(Step):
    @classmethod
    def is_open_to(cls, row: CommandEvent, person: Any) -> bool:
        return row.closed_at is None and rules.may_command(row, person)


class GiveOrder(_Commanding):
    code, word, icon, done = "order", _("下达指令"), "send", _("指令已下达。")
    unit = UnitField(label=_("单位"), error_messages={"required": _("请选择单位。")})
    words = text_field(_("指令"), rows=3, limit=1000, missing=WHAT)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        called = self.row.units.values("unit")
        self.fields["unit"].queryset = self.fields["unit"].queryset.filter(pk__in=called)

    def carry_out(self) -> None:
        command.order(self.row.pk, actor=self.person, unit=self.cleaned_data["unit"], words=self.cleaned_data["words"])


class CallUnit(_Commanding):
    code, word, icon, done = "call", _("调入单位"), "plus", _("单位已调入。")
    unit = UnitField(label=_("单位"), error_messages={"required": _("请选择单位。")})

    def carry_out(self) -> None:
        command.call(self.row.pk, actor=self.person, unit=self.cleaned_data["unit"])


class WriteNote(Step):
    code, word, icon, done = "note", _("记一笔"), "pencil", _("已记入时间线。")
    words = text_field(_("内容"), rows=2, limit=1000, missing=WHAT)

    @classmethod
    def is_open_to(cls, row: CommandEvent, person: Any) -> bool:
        return row.closed_at is None

    def carry_out(self) -> None:
        command.note(self.row.pk, actor=self.person, words=self.cleaned_data["words"])


class CloseEvent(_Commanding):
    code, word, icon, done = "end", _("结束事件"), "circle-check", _("事件已结束。")
    words = text_field(_("结果"), rows=2, limit=1000, missing=WHAT)

    def carry_out(self) -> None:
        command.close(self.row.pk, actor=self.person, words=self.cleaned_data["words"])


EVENT_STEPS: tuple[type[Step], ...] = (GiveOrder, CallUnit, WriteNote, CloseEvent)
