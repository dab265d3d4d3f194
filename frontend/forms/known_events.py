"""A known event: what is said, where and about what it holds, and until when."""

from django import forms
from django.utils.translation import gettext_lazy as _

from petitions.models import KnownEvent
from petitions.services.known_events import Notice
from routing.models import Area, Category

IN = {"class": "in"}
MINUTE = "%Y-%m-%dT%H:%M"
WIDE = [Area.Level.CITY, Area.Level.DISTRICT, Area.Level.STREET, Area.Level.COMMUNITY]


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={**IN, "type": "datetime-local"}, format=MINUTE)


class EventForm(forms.Form):
    title = forms.CharField(
        label=_("标题"),
        max_length=120,
        widget=forms.TextInput(attrs=IN),
        error_messages={"required": _("请写标题。")},
    )
    script = forms.CharField(
        label=_("告知内容"),
        help_text=_("接线时照着念，市民页面照样显示"),
        max_length=1000,
        widget=forms.Textarea(attrs={**IN, "rows": 4}),
        error_messages={"required": _("请写要告知的内容。")},
    )
    area = forms.ModelChoiceField(
        Area.objects.filter(level__in=WIDE),
        label=_("区域"),
        required=False,
        empty_label=_("不限"),
        widget=forms.Select(attrs=IN),
    )
    category = forms.ModelChoiceField(
        Category.objects.active(),
        label=_("分类"),
        required=False,
        empty_label=_("不限"),
        widget=forms.Select(attrs=IN),
    )
    begins_at = forms.DateTimeField(
        label=_("开始"),
        widget=_moment(),
        error_messages={"required": _("请选择开始时间。"), "invalid": _("时间不对。")},
    )
    until = forms.DateTimeField(
        label=_("预计结束"),
        widget=_moment(),
        error_messages={"required": _("请选择预计结束的时间。"), "invalid": _("时间不对。")},
    )

    @classmethod
    def of(cls, event: KnownEvent) -> "EventForm":
        return cls(initial={name: getattr(event, name) for name in cls.base_fields})

    def notice(self) -> Notice:
        said = self.cleaned_data
        return Notice(
            title=said["title"],
            script=said["script"],
            begins_at=said["begins_at"],
            until=said["until"],
            area_id=said["area"].pk if said["area"] else None,
            category_id=said["category"].pk if said["category"] else None,
        )
