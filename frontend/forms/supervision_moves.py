"""督办 from both sides: the supervisor raises, checks and closes; the unit signs the receipt, reports, or asks to be
let off. Also what only supervisors decide: opening a closed case again, a second re-handling.
"""

from django.utils.translation import gettext_lazy as _

from frontend.forms.desk_moves import OrderMove
from frontend.forms.moves import WHY, Move, choice_field, text_field
from petitions import rules
from petitions.models import Petition, Supervision
from petitions.services import reopening, supervision
from petitions.states import WITH_UNIT, CaseState, SupervisionState


class Supervise(Move):
    code, word, icon, done = "supervise", _("督办主办单位"), "flag", _("督办单已下发，等待签收。")
    level = choice_field(_("级别"), Supervision.Level.choices)
    reason = text_field(_("督办事由"), rows=2, limit=500, missing=WHY)

    @classmethod
    def is_open_to(cls, case, row, person) -> bool:
        return case.state in WITH_UNIT and rules.may_supervise(case, person)

    def carry_out(self):
        said = self.cleaned_data
        return supervision.raise_and_issue(self.case.pk, actor=self.person, level=said["level"], reason=said["reason"])


# ── the unit's side ──
class Acknowledge(Move):
    code, word, icon, done = "acknowledge", _("签收督办单"), "check", _("督办单已签收。")
    is_main = True

    @classmethod
    def is_open_to(cls, case, row, person) -> bool:
        is_unread = row.acknowledged_at is None and row.state == SupervisionState.ISSUED
        return is_unread and rules.may_answer_supervision(row, person)

    def carry_out(self):
        return supervision.acknowledge(self.row.pk, actor=self.person)


class SupervisionStep(Move):
    """One transition of the side machine; its only field is named like the transition's argument."""

    def carry_out(self):
        return supervision.step(self.row.pk, type(self).step, actor=self.person, **self.cleaned_data)


class Report(SupervisionStep):
    code, word, icon, done = "report", _("反馈督办"), "send", _("已反馈，等待审核。")
    step, is_main = Supervision.report, True
    feedback = text_field(_("整改情况"), missing=_("请写明整改情况。"))


class AskToReturn(SupervisionStep):
    code, word, icon, done = "return-supervision", _("申请退回督办"), "undo-2", _("已申请退回督办。")
    step = Supervision.ask_to_return
    reason = text_field(_("为什么不该督办本单位"), rows=2, missing=WHY)


# ── the supervisor's side ──
class AcceptFeedback(SupervisionStep):
    code, word, icon, done = "accept-feedback", _("整改到位"), "shield-check", _("已认可整改。")
    step, is_main = Supervision.accept, True


class RejectFeedback(SupervisionStep):
    code, word, icon, done = "reject-feedback", _("整改不到位"), "undo-2", _("已退回继续整改。")
    step = Supervision.reject
    reason = text_field(_("哪里不到位"), rows=2, missing=WHY)


class Keep(SupervisionStep):
    code, word, icon, done = "keep-supervision", _("不准退回"), "flag", _("督办继续。")
    step = Supervision.keep
    reason = text_field(_("理由"), rows=2, missing=WHY)


class CloseSupervision(SupervisionStep):
    code, word, icon, done = "close-supervision", _("督办办结"), "circle-check", _("督办已办结。")
    step, is_main = Supervision.close, True


# ── a second chance ──
class Reopen(OrderMove):
    code, word, icon, done = "reopen", _("重开"), "undo-2", _("已重开，交单位重新办理。")
    step = Petition.reopen
    reason = text_field(_("新证据或虚假办结的情况"), rows=2, missing=WHY)

    def carry_out(self):
        return reopening.reopen(self.case.pk, self.order(), actor=self.person, reason=self.cleaned_data["reason"])


class OrderRehandling(Move):
    code, word, icon, done = "rehandle", _("责令重新办理"), "undo-2", _("已责令重新办理，等待派单。")
    step = Petition.order_rehandling
    reason = text_field(_("理由"), rows=2, missing=WHY)

    @classmethod
    def is_open_to(cls, case, row, person) -> bool:
        waits = case.state == CaseState.PENDING_CALLBACK
        return waits and rules.may_supervise(case, person) and super().is_open_to(case, row, person)

    def carry_out(self):
        return reopening.order_rehandling(self.case.pk, actor=self.person, reason=self.cleaned_data["reason"])


SUPERVISION_MOVES = (Acknowledge, Report, AskToReturn, AcceptFeedback, RejectFeedback, Keep, CloseSupervision)
SUPERVISOR_MOVES = (OrderRehandling, Supervise, Reopen)
