"""The filters of the delivery log, and the editor of a notice's words."""

from django import forms
from django.utils.translation import gettext_lazy as _

from petitions.models import Delivery
from petitions.models.delivery import Way
from petitions.services.notify import TOPICS

IN = {"class": "in"}
EVERY = ("", _("全部"))


class DeliveryFilter(forms.Form):
    state = forms.ChoiceField(label=_("状态"), required=False, widget=forms.Select(attrs=IN))
    way = forms.ChoiceField(label=_("方式"), required=False, widget=forms.Select(attrs=IN))
    topic = forms.ChoiceField(label=_("通知"), required=False, widget=forms.Select(attrs=IN))
    no = forms.CharField(label=_("工单号"), required=False, max_length=24, widget=forms.TextInput(attrs=IN))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [EVERY, *Delivery.State.choices]
        self.fields["way"].choices = [EVERY, *(choice for choice in Way.choices if choice[0] != Way.DESK)]
        self.fields["topic"].choices = [EVERY, *((code, topic.label) for code, topic in TOPICS.items())]

    def clean_no(self) -> str:
        return self.cleaned_data["no"].strip().upper()


class TemplateForm(forms.Form):
    """`case` is a case number to preview with; empty means the example."""

    subject = forms.CharField(
        label=_("邮件标题"), required=False, max_length=120, widget=forms.TextInput(attrs={**IN, "autocomplete": "off"})
    )
    text = forms.CharField(
        label=_("内容"),
        max_length=1000,
        error_messages={"required": _("请写明通知内容。")},
        widget=forms.Textarea(attrs={**IN, "rows": 5}),
    )
    is_on = forms.BooleanField(label=_("发送这种通知"), required=False)
    case = forms.CharField(
        label=_("用哪件工单预览"),
        required=False,
        max_length=24,
        widget=forms.TextInput(attrs={**IN, "autocomplete": "off"}),
    )

    def __init__(self, *args, way: str, **kwargs):
        super().__init__(*args, **kwargs)
        if way != Way.EMAIL:
            del self.fields["subject"]
