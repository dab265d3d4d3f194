"""What a unit can do with its part of a case."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.moves import IN, Move, UnitField, UnitsField, line_field, text_field
from petitions.models import Assignment, ContactLog
from petitions.rules import UNIT, works_for
from petitions.services import asking, calling_in, handling
from petitions.services.handling import Answer
from petitions.states import AssignmentState

WHY = _("请写明理由。")
CONTACTABLE = {AssignmentState.SIGNED, AssignmentState.WHISTLING, AssignmentState.SUB_DISPATCHED}


class Sign(Move):
    code, word, icon, done = "sign", _("签收"), "check", _("已签收，开始办理。")
    step, is_main = Assignment.sign, True

    def carry_out(self):
        return handling.sign(self.row.pk, actor=self.person)


class LogContact(Move):
    code, word, icon, done = "contact", _("联系诉求人"), "phone", _("已记下联系情况。")
    how = forms.ChoiceField(label=_("方式"), choices=ContactLog.How.choices, widget=forms.Select(attrs=IN))
    reached = forms.ChoiceField(
        label=_("结果"), choices=(("yes", _("联系上了")), ("no", _("没联系上"))), widget=forms.Select(attrs=IN)
    )
    note = text_field(_("联系情况"), required=False, rows=2, help_text=_("时间和联系人由系统记录"))

    @classmethod
    def is_open_to(cls, case, row, person) -> bool:
        return row.state in CONTACTABLE and person.has_role(*UNIT) and works_for(row, person)

    def is_next(self) -> bool:
        return self.row.contacted_at is None

    def carry_out(self):
        said = self.cleaned_data
        return handling.log_contact(
            self.row.pk, actor=self.person, how=said["how"], reached=said["reached"] == "yes", note=said["note"]
        )


class SubmitReply(Move):
    code, word, icon = "reply", _("办理情况和答复"), "send"
    done = _("已交本单位负责人审核。")
    step, is_main = Assignment.hand_in, True
    measures = text_field(_("办理情况"), limit=4000, missing=_("请写明办理情况。"), help_text=_("做了什么，到了哪里"))
    public_answer = text_field(
        _("给市民的答复"), limit=4000, missing=_("请填写给市民看的答复。"), help_text=_("市民会原样看到")
    )
    internal_note = text_field(_("内部备注"), required=False, rows=2, help_text=_("市民看不到"))
    solved = forms.ChoiceField(
        label=_("是否解决"),
        choices=(("", _("请选择")), ("yes", _("已解决")), ("no", _("未解决"))),
        required=False,
        widget=forms.Select(attrs=IN),
    )
    unsolved_reason = line_field(_("未解决原因"), required=False)
    legal_basis = line_field(_("办理依据"), required=False)
    not_contacted_because = line_field(_("未联系原因"), required=False, help_text=_("没有联系过诉求人才填"))

    def carry_out(self):
        said = dict(self.cleaned_data)
        said["solved"] = {"yes": True, "no": False}.get(said["solved"])
        return handling.submit_reply(self.row.pk, Answer(**said), actor=self.person)


class ApproveReply(Move):
    code, word, icon, done = "approve", _("同意答复"), "shield-check", _("答复已同意。")
    step, is_main = Assignment.approve_reply, True

    def carry_out(self):
        return handling.approve_reply(self.row.pk, actor=self.person)


class SendBack(Move):
    code, word, icon, done = "send-back", _("退回修改"), "undo-2", _("已退回承办人修改。")
    step = Assignment.send_back
    reason = text_field(_("要改什么"), rows=2, missing=WHY)

    def carry_out(self):
        return handling.send_back(self.row.pk, actor=self.person, reason=self.cleaned_data["reason"])


class RequestReturn(Move):
    code, word, icon, done = "return", _("申请退单"), "undo-2", _("退单申请已提交，等待裁定。")
    step = Assignment.request_return
    reason = text_field(_("退单理由"), rows=2, missing=WHY)
    proposed = UnitField(
        label=_("建议承办单位"),
        error_messages={"required": _("退单要写明建议由哪家单位办理。")},
        empty_label=_("请选择"),
    )
    evidence = text_field(_("依据"), rows=2, missing=_("请附上依据（文件、照片或通话记录）。"))

    def carry_out(self):
        said = self.cleaned_data
        return asking.request_return(
            self.row.pk,
            actor=self.person,
            reason=said["reason"],
            proposed_id=said["proposed"].pk,
            evidence=said["evidence"],
        )


class RequestExtension(Move):
    code, word, icon, done = "extend", _("申请延期"), "hourglass", _("延期申请已提交，等待裁定。")
    step = Assignment.request_extension
    until = forms.DateTimeField(
        label=_("延到"),
        widget=forms.DateTimeInput(attrs={**IN, "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": _("请选择延到什么时候。"), "invalid": _("时间写得不对，请重新选择。")},
    )
    reason = text_field(_("延期理由"), rows=2, missing=WHY)

    def carry_out(self):
        said = self.cleaned_data
        return asking.request_extension(self.row.pk, actor=self.person, reason=said["reason"], until=said["until"])


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
    result = text_field(_("结果"), rows=2, missing=_("请写明吹哨的结果。"))

    def carry_out(self):
        return calling_in.end_whistle(self.row.pk, actor=self.person, result=self.cleaned_data["result"])


class Delegate(Move):
    code, word, icon, done = "delegate", _("下派"), "route", _("已下派。")
    step = Assignment.delegate
    to = UnitField(label=_("下派给"), empty_label=_("请选择"))
    limit_at = forms.DateTimeField(
        label=_("时限"), widget=forms.DateTimeInput(attrs={**IN, "type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    opinion = text_field(_("意见"), rows=2)

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
    to = line_field(_("提级到谁"), limit=60, help_text=_("姓名和职务"))
    reason = text_field(_("理由"), rows=2, missing=WHY)

    def carry_out(self):
        said = self.cleaned_data
        return calling_in.escalate(self.row.pk, actor=self.person, to=said["to"], reason=said["reason"])


# In the order of a working day; the first that is open is the big button.
UNIT_MOVES = (
    Sign,
    LogContact,
    SubmitReply,
    ApproveReply,
    SendBack,
    EndWhistle,
    TakeUp,
    RequestReturn,
    RequestExtension,
    Whistle,
    Delegate,
    Escalate,
)
