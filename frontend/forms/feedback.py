"""重开: the citizen's wish, and the supervisor's answer to it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.citizen import BIG
from frontend.forms.moves import UnitField, text_field
from petitions.services.wishes import REASON_LIMIT


class WishForm(forms.Form):
    reason = forms.CharField(
        label=_("哪里没有解决，或者又出了什么问题？"),
        help_text=_("写得简单也没关系。"),
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={**BIG, "rows": 5}),
        error_messages={"required": _("请写明哪里没有解决。")},
    )


class AnswerForm(forms.Form):
    decision = text_field(
        _("给市民的说明"), rows=2, limit=500, missing=_("请写明给市民的说明。"), help_text=_("会原样发给市民")
    )
    unit = UnitField(label=_("交给"), required=False, empty_label=_("原承办单位"))
    verdict = forms.ChoiceField(choices=(("accept", _("同意重开")), ("refuse", _("不予重开"))))

    def __init__(self, *args, wish_id: int = 0, **kwargs):
        super().__init__(*args, auto_id=f"wish-{wish_id}-%s", **kwargs)
