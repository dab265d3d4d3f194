"""What a unit does with its part of a case every day. What it asks for: asking_moves; whom it calls: calling_moves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.moves import IN, WHY, Move, line_field, text_field
from petitions.models import Assignment, ContactLog, Reply
from petitions.queries import joint
from petitions.rules import UNIT, may_waive, works_for
from petitions.services import handling
from petitions.services.handling import Answer
from petitions.states import AssignmentState, CaseState


def replies_of(case, part) -> list[Reply]:
    """The answers of one part, from the rows that the page has read already."""
    return [reply for reply in case.replies.all() if reply.assignment_id == part.pk]


def as_typed(replies: list[Reply]) -> dict[str, str]:
    """The newest answer as the fields of a form say it."""
    if not replies:
        return {}
    newest = max(replies, key=lambda reply: reply.pk)
    said = {name: getattr(newest, name) for name in ("measures", "public_answer", "unsolved_reason", "legal_basis")}
    return said | {"solved": {True: "yes", False: "no"}.get(newest.solved, "")}


CONTACTABLE = {AssignmentState.SIGNED, AssignmentState.WHISTLING, AssignmentState.SUB_DISPATCHED}


class Sign(Move):
    code, word, icon, done = "sign", _("签收"), "check", _("已签收，开始办理。")
    step, is_main = Assignment.sign, True

    def carry_out(self):
        return handling.sign(self.row.pk, actor=self.person)


class LogContact(Move):
    code, word, icon, done = "contact", _("联系诉求人"), "phone", _("已记下联系情况。")
    how = forms.ChoiceField(
        label=_("方式"),
        choices=[(code, _(word)) for code, word in ContactLog.How.choices],
        widget=forms.Select(attrs=IN),
    )
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
    # 一件事一次办: the main unit's answer begins with what the units beside it have answered.
    composed = ""
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
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.marks()["seen"]
        if self.row.part == Assignment.Part.MAIN:
            self.composed = self.fields["public_answer"].initial = joint.composed(self.case)
        else:
            self.fields["public_answer"].label = _("给主办单位的答复")
            self.fields["public_answer"].help_text = _("由主办单位汇总成一个答复")

    def carry_out(self):
        said = dict(self.cleaned_data)
        seen = said.pop("seen")
        said["solved"] = {"yes": True, "no": False}.get(said["solved"])
        return handling.submit_reply(self.row.pk, Answer(**said), actor=self.person, seen=seen, picked=self.picked)

    def marks(self):
        return {"seen": handling.newest_reply_id(replies_of(self.case, self.row))}

    def written_by_others(self):
        return as_typed(replies_of(self.case, self.row))


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


class WaiveAssist(Move):
    code, word, icon, done = "waive", _("免除协办"), "x", _("已免除这家单位的协办。")
    step = Assignment.finish
    reason = text_field(_("免除理由"), rows=2, missing=WHY)

    @classmethod
    def is_open_to(cls, case, row, person) -> bool:
        if row.part == Assignment.Part.MAIN or row.state == AssignmentState.ANSWERED:
            return False
        main = next((part for part in case.active_assignments if part.part == Assignment.Part.MAIN), None)
        return main is not None and case.state == CaseState.IN_PROGRESS and may_waive(main, person)

    def carry_out(self):
        return handling.waive_assist(self.row.pk, actor=self.person, reason=self.cleaned_data["reason"])


# In the order of a working day; the first that is open is the big button.
UNIT_MOVES = (Sign, LogContact, SubmitReply, ApproveReply, SendBack, WaiveAssist)
