"""What a unit asks for (退单, 延期, 剔除, 挂账, 申诉 …), and who decides it: one ruling, or three tiers."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from frontend.forms.moves import WHY, Move, UnitField, choice_field, moment_field, text_field
from petitions import rules
from petitions.models import Assignment, Petition, Request
from petitions.services import asking, requests
from petitions.services.clock import local
from petitions.states import CaseState, Outcome, RequestState
from routing import rulebook
from routing.rulebook import Rulebook

Kind = Request.Kind
VERDICT = (("yes", _("同意")), ("no", _("不同意")))
# What may be asked for in which state of the case; the services say the same with a sentence.
ASKABLE = {
    Kind.LEDGER: {CaseState.IN_PROGRESS, CaseState.PENDING_CALLBACK},
    Kind.APPEAL: {CaseState.CLOSED},
}
NEVER = {CaseState.WITHDRAWN, CaseState.ARCHIVED}


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

    @classmethod
    def is_open_to(cls, case, row, person) -> bool:
        in_time = row.return_by is None or timezone.now() <= row.return_by
        return row.may_return and in_time and super().is_open_to(case, row, person)

    def carry_out(self):
        said = self.cleaned_data
        wish = {"reason": said["reason"], "proposed_id": said["proposed"].pk, "evidence": said["evidence"]}
        return asking.request_return(self.row.pk, actor=self.person, **wish)


class RequestExtension(Move):
    code, word, icon, done = "extend", _("申请延期"), "hourglass", _("延期申请已提交，等待裁定。")
    step = Assignment.request_extension
    until = moment_field(_("延到"), missing=_("请选择延到什么时候。"))
    reason = text_field(_("延期理由"), rows=2, missing=WHY)

    @classmethod
    def is_open_to(cls, case, row, person) -> bool:
        in_time = not row.extended and timezone.now() < row.limit_at
        return in_time and super().is_open_to(case, row, person)

    def carry_out(self):
        said = self.cleaned_data
        return asking.request_extension(self.row.pk, actor=self.person, reason=said["reason"], until=said["until"])


class FileRequest(Move):
    """剔除, 挂账, 只评响应率, 不计入总量, 申诉: one list says both what is asked for and of which type it is."""

    code, word, icon, done = "file", _("申请剔除、挂账、申诉等"), "file-text", _("申请已提交，由三级审核。")
    wish = choice_field(_("申请什么"), (), missing=_("请从列表中选择申请的类型。"))
    reason = text_field(_("理由"), rows=2, missing=WHY)
    evidence = text_field(_("依据"), rows=2, missing=_("请附上依据（文件、照片或通话记录）。"))
    plan = text_field(_("计划"), required=False, rows=2, help_text=_("挂账必填"))
    until = moment_field(_("销账日期"), required=False, help_text=_("挂账必填"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        book = rulebook.current()
        self.fields["wish"].choices = [("", _("请选择")), *_wishes(self.case, book)]
        until = requests.appeal_until(self.case, book)
        if until:
            self.fields["wish"].help_text = _("结案后的申请截至 %(until)s") % {"until": f"{local(until):%m-%d %H:%M}"}

    @classmethod
    def is_open_to(cls, case, row, person) -> bool:
        part = _part_of(case, person)
        return part is not None and case.state not in NEVER and rules.may_file_request(part, person)

    def carry_out(self):
        said = self.cleaned_data
        kind, _colon, subtype = said["wish"].partition(":")
        details = {name: said[name] for name in ("reason", "evidence", "plan", "until")}
        part = _part_of(self.case, self.person)
        return requests.file(part.pk, kind=kind, subtype=subtype, actor=self.person, **details)


def _part_of(case: Petition, person) -> Assignment | None:
    """The newest part that this person's unit has or had."""
    return next((p for p in reversed(case.assignments.all()) if p.department_id == person.department_id), None)


def _wishes(case: Petition, book: Rulebook) -> list[tuple]:
    """Groups of an option list: kind · group → its types."""
    groups: list[tuple] = []
    for kind in requests.THREE_TIER:
        if case.state not in ASKABLE.get(kind, {case.state}):
            continue
        listed = requests.subtypes(book, kind)
        groups += [
            (f"{kind.label} · {group}", [(f"{kind}:{name}", name) for name in names]) for group, names in listed.items()
        ] or [(kind.label, [(f"{kind}:", kind.label)])]
    return groups


class TakeBackRequest(Move):
    code, word, icon, done = "take-back-request", _("撤回申请"), "undo-2", _("申请已撤回。")
    step = Request.cancel
    note = text_field(_("撤回理由"), rows=2, missing=WHY)

    def carry_out(self):
        return asking.take_back_request(self.row.pk, actor=self.person, note=self.cleaned_data["note"])


# ── who decides ──
class RequestMove(Move):
    """A ruling on what a unit asked for; `row` is the request."""

    kind: str
    may = None
    ruling = None  # the service that carries the decision out
    decision = choice_field(_("裁定"), VERDICT)
    note = text_field(_("理由"), rows=2, missing=WHY)

    @classmethod
    def is_open_to(cls, case, row, person) -> bool:
        return row.kind == cls.kind and row.state == RequestState.FILED and cls.may(row, person)

    def carry_out(self):
        said = self.cleaned_data
        return self.ruling(self.row.pk, actor=self.person, granted=said["decision"] == "yes", note=said["note"])


class RuleOnReturn(RequestMove):
    code, word, icon, done = "rule-on-return", _("裁定退单"), "undo-2", _("退单已裁定。")
    kind, may, is_main = Kind.RETURN, staticmethod(rules.may_rule_on_return), True
    ruling = staticmethod(asking.rule_on_return)

    @classmethod
    def is_open_to(cls, case, row, person) -> bool:
        return case.state != CaseState.IN_CONFERENCE and super().is_open_to(case, row, person)


class RuleOnExtension(RequestMove):
    code, word, icon, done = "rule-on-extension", _("裁定延期"), "hourglass", _("延期已裁定。")
    kind, may, is_main = Kind.EXTENSION, staticmethod(rules.may_rule_on_extension), True
    ruling = staticmethod(asking.rule_on_extension)


class Decide(Move):
    """One of the three tiers; which one it is says the state of the request."""

    code, word, icon, done = "decide", _("审核申请"), "shield-check", _("审核意见已记下。")
    is_main = True
    decision = choice_field(_("审核意见"), VERDICT)
    note = text_field(_("说明"), required=False, rows=2, help_text=_("不同意必须写明理由"))
    citizen_told = forms.BooleanField(label=_("已告知诉求人"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        is_last_of_ledger = self.row.kind == Kind.LEDGER and self.row.state == RequestState.DEPARTMENT_APPROVED
        if not is_last_of_ledger:
            del self.fields["citizen_told"]

    @classmethod
    def is_open_to(cls, case, row, person) -> bool:
        return row.climbs and row.is_open and rules.may_refuse_request(row, person)

    def carry_out(self):
        said = self.cleaned_data
        if said["decision"] == "no":
            return requests.refuse(self.row.pk, actor=self.person, note=said["note"])
        told = said.get("citizen_told", False)
        return requests.approve(self.row.pk, actor=self.person, note=said["note"], citizen_told=told)


# ── leaving the ledger ──
class Settle(Move):
    code, word, icon, done = "settle", _("销账"), "circle-check", _("已销账结案。")
    step = Petition.settle
    outcome = choice_field(_("结果"), [(o.value, o.label) for o in (Outcome.SOLVED, Outcome.PARTLY, Outcome.UNSOLVED)])
    evidence = text_field(_("依据"), rows=2, missing=_("请附上依据（文件、照片或通话记录）。"))

    def carry_out(self):
        said = self.cleaned_data
        return requests.settle(self.case.pk, actor=self.person, evidence=said["evidence"], outcome=said["outcome"])


class Resume(Move):
    code, word, icon, done = "resume", _("条件具备，恢复办理"), "undo-2", _("已恢复办理，重新计时。")
    step = Petition.resume
    evidence = text_field(_("依据"), rows=2, missing=_("请附上依据（文件、照片或通话记录）。"))

    def carry_out(self):
        return requests.resume(self.case.pk, actor=self.person, evidence=self.cleaned_data["evidence"])


ASKING_MOVES = (RequestReturn, RequestExtension)
REQUEST_MOVES = (RuleOnReturn, RuleOnExtension, Decide, TakeBackRequest)
LEDGER_MOVES = (Settle, Resume)
