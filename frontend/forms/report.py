"""一次办完: what a clerk says about a visit, in one form. What the system knows is written already or left out."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.collision import AgainstOthers
from frontend.forms.moves import IN
from petitions.models import Assignment, ContactLog
from petitions.services.compose import still_open
from petitions.services.fieldwork import Visit
from petitions.services.handling import Answer


class ReportForm(AgainstOthers, forms.Form):
    """At most six things to fill in: how, reached, photos (drawn by the page), answer, solved, why not."""

    how = forms.ChoiceField(
        label=_("怎样联系的"),
        choices=ContactLog.How.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择怎样联系诉求人的。")},
    )
    reached = forms.ChoiceField(
        label=_("联系上了吗"),
        choices=(("yes", _("联系上了")), ("no", _("没联系上"))),
        widget=forms.RadioSelect,
        initial="yes",
    )
    public_answer = forms.CharField(
        label=_("给市民的答复"),
        max_length=4000,
        widget=forms.Textarea(attrs={**IN, "rows": 5}),
        help_text=_("市民会原样看到"),
        error_messages={"required": _("请填写给市民看的答复。")},
    )
    solved = forms.ChoiceField(
        label=_("解决了吗"),
        choices=(("yes", _("已解决")), ("no", _("未解决"))),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择问题有没有解决。")},
    )
    unsolved_reason = forms.CharField(
        label=_("未解决原因"), required=False, max_length=300, widget=forms.TextInput(attrs=IN)
    )
    measures = forms.CharField(
        label=_("办理情况"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={**IN, "rows": 2}),
        help_text=_("不写时，按联系记录和照片自动写"),
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    done_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, part: Assignment, opening: str, seen: int, **kwargs):
        """`seen` is the newest answer of this part that the page shows, 0 for none."""
        self.part, self.opening = part, opening
        kwargs.setdefault("initial", {"key": uuid4().hex, "public_answer": opening, "seen": seen})
        super().__init__(*args, auto_id="report-%s", **kwargs)
        if part.contacted_at:  # logged already: nobody is asked twice
            del self.fields["how"], self.fields["reached"]

    def clean_public_answer(self) -> str:
        answer = self.cleaned_data["public_answer"].strip()
        if answer == self.opening.strip():
            raise forms.ValidationError(_("请写明办理结果，现在只有开头一句。"))
        if still_open(answer):
            raise forms.ValidationError(
                _("答复里还有没填的地方：%(places)s。") % {"places": "、".join(still_open(answer))}
            )
        return answer

    def clean(self) -> dict:
        said = super().clean()
        if said.get("solved") == "no" and not said.get("unsolved_reason"):
            self.add_error("unsolved_reason", _("没有解决要写明原因。"))
        return said

    def visit(self) -> Visit | None:
        said = self.cleaned_data
        if "how" not in said:
            return None
        return Visit(how=said["how"], reached=said["reached"] == "yes", at=said["done_at"])

    def answer(self) -> Answer:
        said = self.cleaned_data
        return Answer(
            measures=said["measures"],
            public_answer=said["public_answer"],
            solved=said["solved"] == "yes",
            unsolved_reason=said["unsolved_reason"],
        )
