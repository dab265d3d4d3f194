"""Whom a unit calls in, and what those who were called do: 下派, 吹哨, 报到, 提级; 加派 by the dispatcher."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from frontend.forms.moves import WHY, Move, UnitField, UnitsField, choice_field, line_field, moment_field, text_field
from petitions import rules
from petitions.models import Assignment
from petitions.services import calling_in
from petitions.states import CaseState
from routing.models import Department

RESULTS = (("", _("请选择")), ("yes", _("解决了")), ("no", _("没有解决")))


class Arrive(Move):
    code, word, icon, done = "arrive", _("报到"), "map-pin", _("已报到，时间由系统记录。")
    step, is_main = Assignment.arrive, True
    note = text_field(_("到场情况"), required=False, rows=2)

    @classmethod
    def is_open_to(cls, case, row, person) -> bool:
        is_called = row.part == Assignment.Part.WHISTLE and row.arrived_at is None
        return is_called and super().is_open_to(case, row, person)

    def carry_out(self):
        return calling_in.arrive(self.row.pk, actor=self.person, note=self.cleaned_data["note"])


class Whistle(Move):
    code, word, icon, done = "whistle", _("吹哨"), "bell", _("已呼叫所选部门到场。")
    step = Assignment.whistle
    departments = UnitsField(label=_("呼叫部门"), error_messages={"required": _("请选择要呼叫的部门。")})
    reason = text_field(_("需要他们做什么"), rows=2, missing=WHY)

    def carry_out(self):
        said = self.cleaned_data
        ids = [unit.pk for unit in said["departments"]]
        return calling_in.whistle(self.row.pk, actor=self.person, department_ids=ids, reason=said["reason"])


class EndWhistle(Move):
    code, word, icon, done = "end-whistle", _("记录吹哨结果"), "bell", _("吹哨结果已记录。")
    step, is_main = Assignment.end_whistle, True
    solved = choice_field(_("是否解决"), RESULTS, missing=_("请选择是否解决。"))
    result = text_field(_("结果"), rows=2, missing=_("请写明吹哨的结果。"))

    def carry_out(self):
        said = self.cleaned_data
        solved = said["solved"] == "yes"
        return calling_in.end_whistle(self.row.pk, actor=self.person, result=said["result"], solved=solved)


class Delegate(Move):
    code, word, icon, done = "delegate", _("下派"), "route", _("已下派。")
    step = Assignment.delegate
    to = UnitField(label=_("下派给"), empty_label=_("请选择"))
    limit_at = moment_field(_("时限"), help_text=_("早于本单位时限"))
    opinion = text_field(_("意见"), rows=2)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        below = Q(parent=self.row.department_id) | Q(kind__level="community")
        self.fields["to"].queryset = Department.objects.active().filter(below).exclude(pk=self.row.department_id)

    def carry_out(self):
        said = self.cleaned_data
        return calling_in.delegate(
            self.row.pk, actor=self.person, to_id=said["to"].pk, limit_at=said["limit_at"], opinion=said["opinion"]
        )


class TakeUp(Move):
    code, word, icon, done = "take-up", _("收回下派"), "undo-2", _("已收回，由本单位继续办理。")
    step, is_main = Assignment.take_up, True
    note = text_field(_("下级反馈"), required=False, rows=2)

    def carry_out(self):
        return calling_in.take_up(self.row.pk, actor=self.person, note=self.cleaned_data["note"])


class Escalate(Move):
    code, word, icon, done = "escalate", _("提级办理"), "flag", _("已提级。")
    step = Assignment.escalate
    to = line_field(_("提级到谁"), limit=60, missing=_("提级和批示都要写明是谁、什么职务。"))
    post = line_field(_("职务"), limit=60, missing=_("提级和批示都要写明是谁、什么职务。"))
    reason = text_field(_("理由"), rows=2, missing=WHY, help_text=_("例如：重复来电、有风险、跨单位"))

    def carry_out(self):
        said = self.cleaned_data
        higher = {"to": said["to"], "post": said["post"], "reason": said["reason"]}
        return calling_in.escalate(self.row.pk, actor=self.person, **higher)


class AddAssist(Move):
    code, word, icon, done = "add-assist", _("加派协办"), "users", _("已加派协办单位。")
    unit = UnitField(label=_("协办单位"), empty_label=_("请选择"), error_messages={"required": _("请选择协办单位。")})
    opinion = text_field(_("需要协办什么"), rows=2, missing=_("请写明需要协办什么。"))

    @classmethod
    def is_open_to(cls, case, row, person) -> bool:
        return case.state == CaseState.IN_PROGRESS and rules.may_add_assist(case, person)

    def carry_out(self):
        said = self.cleaned_data
        return calling_in.add_assist(self.case.pk, actor=self.person, unit_id=said["unit"].pk, opinion=said["opinion"])


CALLED_MOVES = (Arrive, EndWhistle, TakeUp)
CALLING_MOVES = (Whistle, Delegate, Escalate)
