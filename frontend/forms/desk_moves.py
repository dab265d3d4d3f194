"""What the hotline's own desks do with a case: review, dispatch, review of the reply, withdrawal."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.intake import category_choices
from frontend.forms.moves import IN, WHY, Move, UnitField, UnitsField, line_field, text_field
from petitions import rules
from petitions.models import Petition
from petitions.services import dispatch, intake, review
from petitions.services.dispatch import Order
from petitions.states import CaseState, Referral
from routing.models import Tier


class PassReview(Move):
    code, word, icon, done = "pass-review", _("审核通过"), "shield-check", _("已审核通过，等待派单。")
    step, is_main = Petition.pass_review, True
    category = forms.ChoiceField(
        label=_("诉求分类"),
        widget=forms.Select(attrs=IN),
        error_messages={"required": _("还没有选诉求分类，不能审核通过。")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = category_choices()
        self.fields["category"].initial = self.case.category.code if self.case.category else ""

    def carry_out(self):
        return review_with_category(self.case, self.cleaned_data["category"], self.person)


def review_with_category(case: Petition, code: str, person) -> Petition:
    return dispatch.pass_review(case.pk, actor=person, category_code=code)


class AskForInfo(Move):
    code, word, icon, done = "ask-for-info", _("待补充"), "message-square-text", _("已请诉求人补充。")
    step = Petition.ask_for_info
    missing = line_field(
        _("还缺什么"), missing=_("请写明还缺什么，好让诉求人补充。"), help_text=_("例如：门牌号、发生时间")
    )

    def carry_out(self):
        parts = self.cleaned_data["missing"].replace("、", "，").split("，")
        return review.ask_for_info(self.case.pk, missing=parts, actor=self.person)


class CompleteInfo(Move):
    code, word, icon, done = "complete-info", _("补充内容"), "plus", _("已补充，重新送审。")
    step, is_main = Petition.complete_info, True
    addition = text_field(_("补充了什么"), missing=_("请写明补充的内容。"))

    def carry_out(self):
        return intake.complete_info(self.case.pk, addition=self.cleaned_data["addition"], actor=self.person)


class Refer(Move):
    code, word, icon, done = "refer", _("转告其他渠道"), "arrow-right", _("已告知其他渠道。")
    step = Petition.refer_elsewhere
    referral = forms.ChoiceField(label=_("告知渠道"), choices=Referral.choices, widget=forms.Select(attrs=IN))
    note = line_field(_("说明"), required=False)

    def carry_out(self):
        said = self.cleaned_data
        return review.refer(self.case.pk, referral=said["referral"], actor=self.person, note=said["note"])


class MarkInvalid(Move):
    code, word, icon, done = "invalid", _("判为无效"), "x", _("已判为无效。")
    step = Petition.mark_invalid
    reason = text_field(_("理由"), rows=2, missing=WHY)

    def carry_out(self):
        return review.mark_invalid(self.case.pk, reason=self.cleaned_data["reason"], actor=self.person)


class OrderMove(Move):
    """Fields shared by dispatch and ruling; the targets are drawn by the desk's template."""

    by_hand = ("main", "other", "assisting")
    main = forms.IntegerField(required=False, widget=forms.HiddenInput)
    other = UnitField(label=_("其他单位"), required=False, empty_label=_("以上都不是，另选单位"))
    assisting = UnitsField(label=_("协办单位"), required=False)
    tier = forms.ChoiceField(label=_("时限档位"), choices=Tier.choices, widget=forms.Select(attrs=IN))
    opinion = text_field(_("派单意见"), required=False, rows=2, limit=500)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tier"].initial = self.case.tier or Tier.NORMAL

    def clean(self) -> dict:
        said = super().clean()
        if not (said.get("main") or said.get("other")):
            raise forms.ValidationError(_("请选择主办单位。"))
        return said

    def order(self) -> Order:
        said = self.cleaned_data
        main = said["other"].pk if said["other"] else said["main"]
        helpers = tuple(unit.pk for unit in said["assisting"] if unit.pk != main)
        return Order(main_id=main, assisting_ids=helpers, tier=said["tier"], opinion=said["opinion"])


class Dispatch(OrderMove):
    code, word, icon, done = "dispatch", _("派单"), "send", _("已派单。")
    step, is_main = Petition.dispatch, True
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.case.version

    @classmethod
    def is_open_to(cls, case, row, person) -> bool:
        return case.state in {CaseState.PENDING_DISPATCH, CaseState.REHANDLING} and rules.may_dispatch(case, person)

    def carry_out(self):
        return dispatch.dispatch(self.case.pk, self.order(), actor=self.person, version=self.cleaned_data["version"])


class TakeBack(Move):
    code, word, icon, done = "take-back", _("撤回派单"), "undo-2", _("已撤回，等待重新派单。")
    step = Petition.take_back
    reason = text_field(_("理由"), rows=2, missing=WHY)

    def carry_out(self):
        return dispatch.take_back(self.case.pk, actor=self.person, reason=self.cleaned_data["reason"])


class AcceptReply(Move):
    code, word, icon, done = "accept-reply", _("核准答复"), "shield-check", _("答复已核准，转回访。")
    step, is_main = Petition.accept_reply, True
    note = line_field(_("说明"), required=False)

    def carry_out(self):
        return review.accept_reply(self.case.pk, actor=self.person, note=self.cleaned_data["note"])


class RejectReply(Move):
    code, word, icon, done = "reject-reply", _("驳回答复"), "undo-2", _("已驳回，承办单位继续办理。")
    step = Petition.reject_reply
    reason = text_field(_("理由"), rows=2, missing=WHY)

    def carry_out(self):
        return review.reject_reply(self.case.pk, reason=self.cleaned_data["reason"], actor=self.person)


class Withdraw(Move):
    code, word, icon, done = "withdraw", _("撤单"), "x", _("已撤单。")
    step = Petition.withdraw
    verified_by = line_field(
        _("怎样核实的"), missing=_("撤单要先回拨诉求人本人确认。"), help_text=_("例如：回拨登记电话，本人确认")
    )

    def carry_out(self):
        return intake.withdraw(self.case.pk, verified_by=self.cleaned_data["verified_by"], actor=self.person)


REVIEW_MOVES = (PassReview, CompleteInfo, AskForInfo, Refer, MarkInvalid)
REPLY_MOVES = (AcceptReply, RejectReply)
