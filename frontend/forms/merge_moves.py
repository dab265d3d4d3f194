"""并案 and 拆分 of one case; the page for many is frontend/views/merging.py."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.moves import WHY, Move, line_field, text_field
from petitions.models import Petition
from petitions.services import merging


class Merge(Move):
    code, word, icon, done = "merge", _("并入另一件"), "merge", _("已并案。")
    step = Petition.merge_into
    lead = line_field(_("并入哪一件（工单号）"), limit=24)
    confirmed = forms.BooleanField(
        label=_("确认是同一件事"), required=False, help_text=_("诉求人、分类或区域不同时要确认")
    )
    reason = line_field(_("理由"), required=False)

    def clean_lead(self) -> Petition:
        lead = Petition.objects.visible_to(self.person).filter(no=self.cleaned_data["lead"].strip().upper()).first()
        if lead is None:
            raise forms.ValidationError(_("没有找到这个工单号，请核对。"))
        return lead

    def carry_out(self):
        said = self.cleaned_data
        how = {"reason": said["reason"], "confirmed": said["confirmed"]}
        return merging.merge(self.case.pk, lead_id=said["lead"].pk, actor=self.person, **how)


class Split(Move):
    code, word, icon, done = "split", _("拆分"), "undo-2", _("已拆分，重新送审。")
    step = Petition.split
    reason = text_field(_("为什么不是同一件事"), rows=2, missing=WHY)

    def carry_out(self):
        return merging.split(self.case.pk, actor=self.person, reason=self.cleaned_data["reason"])


MERGE_MOVES = (Merge, Split)
