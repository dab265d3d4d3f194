"""Choosing a lead and the members of a collective matter."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.moves import WHY, text_field
from petitions.queries.grouping import Candidate


class GroupForm(forms.Form):
    """The rows draw their own controls; the form checks that what came back was on offer."""

    lead = forms.TypedChoiceField(label=_("牵头工单"), coerce=int, error_messages={"required": _("请选择牵头工单。")})
    member = forms.TypedMultipleChoiceField(
        label=_("并入的工单"), coerce=int, error_messages={"required": _("请至少选一件。")}
    )
    reason = text_field(_("为什么是同一件事"), rows=2, missing=WHY)

    def __init__(self, *args, found: list[Candidate], **kwargs):
        super().__init__(*args, auto_id="group-%s", **kwargs)
        gone = _("名单已有变化，请重新选择。")
        for name, fits in (("lead", "may_lead"), ("member", "may_join")):
            self.fields[name].choices = [(c.case.pk, c.case.no) for c in found if getattr(c, fits)]
            self.fields[name].error_messages |= {"invalid_choice": gone}
