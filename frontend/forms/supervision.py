"""催办 of what is ticked on the supervision desk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.moves import WHY, line_field


class UrgeForm(forms.Form):
    """`part` is ticked in the list's own rows; the reason is filled in already, so that urging takes one tap."""

    reason = line_field(_("催办事由"), limit=200, missing=WHY)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="urge-%s", **kwargs)
        self.fields["reason"].initial = _("请立即办理，并在时限内反馈。")
