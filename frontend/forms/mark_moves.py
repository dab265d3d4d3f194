"""What is pinned to a case: 批示, 疑难, and that the unit of an emergency was rung up."""

from django.utils.translation import gettext_lazy as _

from frontend.forms.moves import WHY, Move, line_field, text_field
from petitions import rules
from petitions.services import marks, notice
from petitions.states import OPEN


class ConfirmNotice(Move):
    code, word, icon, done = "notify", _("确认已电话通知"), "phone", _("电话通知已记录。")
    is_main = True
    contact = line_field(
        _("谁接的电话"), limit=60, missing=_("请写明电话里是谁接的。"), help_text=_("时间和拨打人由系统记录")
    )

    @classmethod
    def is_open_to(cls, case, row, person) -> bool:
        return row.waits_for_notice and rules.may_confirm_notice(row, person)

    def carry_out(self):
        return notice.confirm(self.row.pk, actor=self.person, person=self.cleaned_data["contact"])


class Instruct(Move):
    code, word, icon, done = "instruct", _("附领导批示"), "file-text", _("批示已附上。")
    leader = line_field(_("领导姓名"), limit=60, missing=_("提级和批示都要写明是谁、什么职务。"))
    post = line_field(_("职务"), limit=60, missing=_("提级和批示都要写明是谁、什么职务。"))
    text = text_field(_("批示内容"), rows=2, missing=_("请写明批示内容。"))

    @classmethod
    def is_open_to(cls, case, row, person) -> bool:
        return case.state in OPEN and rules.may_instruct(case, person)

    def carry_out(self):
        said = self.cleaned_data
        what = {"leader": said["leader"], "post": said["post"], "text": said["text"]}
        return marks.instruct(self.case.pk, actor=self.person, **what)


class MarkHard(Move):
    code, word, icon, done = "mark-hard", _("列为疑难"), "flag", _("已列为疑难。")
    reason = text_field(_("理由"), rows=2, missing=WHY)

    @classmethod
    def is_open_to(cls, case, row, person) -> bool:
        return case.hard_since is None and case.state in OPEN and rules.may_mark_hard(case, person)

    def carry_out(self):
        return marks.mark_hard(self.case.pk, actor=self.person, reason=self.cleaned_data["reason"])


class UnmarkHard(Move):
    code, word, icon, done = "unmark-hard", _("取消疑难"), "undo-2", _("已取消疑难。")
    reason = text_field(_("理由"), rows=2, missing=WHY)

    @classmethod
    def is_open_to(cls, case, row, person) -> bool:
        return case.hard_since is not None and case.state in OPEN and rules.may_mark_hard(case, person)

    def carry_out(self):
        return marks.unmark_hard(self.case.pk, actor=self.person, reason=self.cleaned_data["reason"])


MARK_MOVES = (Instruct, MarkHard, UnmarkHard)
