"""The forms of the catalogue's editor."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from frontend.collision import AgainstOthers
from frontend.forms.intake import category_choices
from frontend.forms.moves import IN, UnitField, line_field, text_field
from routing.conditions import BadCondition, parse
from routing.drafts import Wording
from routing.models import Area, Assessment, CatalogueEntry, Category, Department, Season, Tier, UnitKind

SALT = "catalogue-entry"
MOST_BYTES = 10 * 1024 * 1024
DAY = forms.DateInput(attrs={**IN, "type": "date"}, format="%Y-%m-%d")


def kind_choices(first: Any) -> list:
    """Kinds of unit under their level."""
    groups: dict[Any, list] = {}
    for kind in UnitKind.objects.all():
        groups.setdefault(kind.get_level_display(), []).append((kind.code, kind.name))
    return [("", first), *groups.items()]


class FilterForm(forms.Form):
    q = forms.CharField(
        label=_("分类、区域或单位"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={**IN, "type": "search"}),
    )
    branch = forms.ChoiceField(label=_("一级分类"), required=False, widget=forms.Select(attrs=IN))
    kind = forms.ChoiceField(label=_("主办单位类别"), required=False, widget=forms.Select(attrs=IN))
    area = forms.ChoiceField(label=_("适用区域"), required=False, widget=forms.Select(attrs=IN))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        every = _("全部")
        roots = Category.objects.filter(level=1).values_list("code", "name")
        districts = Area.objects.at_level(Area.Level.DISTRICT).values_list("path", "full_name")
        self.fields["branch"].choices = [("", every), *roots]
        self.fields["kind"].choices = kind_choices(every)
        self.fields["area"].choices = [("", every), *districts]


class EntryForm(AgainstOthers, forms.Form):
    """One entry. `seen` is what it said when the page was opened, signed, so that nobody overwrites another."""

    category = forms.ChoiceField(label=_("诉求分类"), widget=forms.Select(attrs=IN))
    area = line_field(_("适用区域"), required=False, help_text=_("留空为全市；写编码或全称"))
    season = forms.ChoiceField(label=_("季节"), required=False, widget=forms.Select(attrs=IN))
    hours = line_field(_("时段"), required=False, limit=11, help_text=_("例如 22:00-06:00"))
    tags = line_field(_("标签"), required=False, help_text=_("几个标签用顿号隔开，都要有才适用"))
    main_kind = forms.ChoiceField(label=_("主办单位类别"), required=False, widget=forms.Select(attrs=IN))
    main_department = UnitField(label=_("或指定一家单位"), required=False, empty_label=_("按类别和地点找"))
    assisting_kinds = forms.MultipleChoiceField(
        label=_("协办单位类别"),
        required=False,
        help_text=_("按住 Ctrl 可选几个"),
        widget=forms.SelectMultiple(attrs={**IN, "size": 6}),
    )
    tier = forms.ChoiceField(label=_("时限档位"), choices=Tier.choices, widget=forms.Select(attrs=IN))
    assessment = forms.ChoiceField(label=_("考核类型"), choices=Assessment.choices, widget=forms.Select(attrs=IN))
    answer_template = text_field(
        _("答复模板"), required=False, limit=5000, help_text=_("花括号里的内容由承办人填写，例如 {地点}")
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, entry: CatalogueEntry | None = None, **kwargs):
        self.entry = entry
        initial = shown(entry) if entry else {"tier": Tier.NORMAL}
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)
        self.fields["category"].choices = [("", _("请选择末级分类")), *category_choices()[1:]]
        seasons = Season.objects.order_by("name").values_list("code", "name").distinct()
        self.fields["season"].choices = [("", _("全年")), *dict(seasons).items()]
        self.fields["main_kind"].choices = kind_choices(_("没有选"))
        self.fields["assisting_kinds"].choices = kind_choices("")[1:]

    def clean_category(self) -> int:
        return Category.objects.leaves().get(code=self.cleaned_data["category"]).pk

    def clean_area(self) -> int | None:
        """By code, by full name, or by a name that only one area has."""
        said = self.cleaned_data["area"].strip()
        if not said:
            return None
        exact = Area.objects.filter(code=said.upper()) or Area.objects.filter(full_name=said)
        found = list((exact or Area.objects.filter(name=said))[:2])
        if len(found) != 1:
            many = _("有几个区域叫这个名字，请写全称或编码。")
            raise forms.ValidationError(many if found else _("没有找到这个区域，请写全称或编码。"))
        return found[0].pk

    def clean(self) -> dict:
        said = super().clean()
        if not (said.get("main_kind") or said.get("main_department")):
            self.add_error("main_kind", _("请写明主办单位：一个单位类别，或指定一家单位。"))
        if self.entry and self.was is None:
            self.add_error(None, _("页面已经过期，请刷新后再改；您填的内容还在。"))
        try:
            said["conditions"] = self._conditions(said)
            parse(said["conditions"])
        except BadCondition:
            self.add_error("hours", _("时段要写成 22:00-06:00 这样，起止不能相同。"))
        return said

    @staticmethod
    def _conditions(said: dict) -> dict:
        tags = sorted({tag.strip() for tag in said.get("tags", "").replace("，", "、").split("、") if tag.strip()})
        given = {"season": said.get("season", ""), "hours": said.get("hours", "").strip(), "tags": tags}
        return {key: value for key, value in given.items() if value}

    @property
    def wording(self) -> Wording:
        said = self.cleaned_data
        unit = said["main_department"]
        return Wording(
            category_id=said["category"],
            area_id=said["area"],
            conditions=said["conditions"],
            # One of the two: a kind beside a named unit would only be shown, never asked.
            main_kind_id=None if unit else said["main_kind"],
            main_department_id=unit.pk if unit else None,
            assisting_kinds=said["assisting_kinds"],
            tier=said["tier"],
            assessment=said["assessment"],
            answer_template=said["answer_template"].replace("\r\n", "\n"),
        )

    @property
    def was(self) -> Wording | None:
        """What the person saw; None for a new entry."""
        return unsealed(self.data.get("seen", ""))


def shown(entry: CatalogueEntry) -> dict:
    conditions = entry.conditions
    return {
        "category": entry.category.code,
        "area": entry.area.full_name if entry.area else "",
        "season": conditions.get("season", ""),
        "hours": conditions.get("hours", ""),
        "tags": "、".join(conditions.get("tags", [])),
        "main_kind": entry.main_kind_id or "",
        "main_department": entry.main_department_id,
        "assisting_kinds": entry.assisting_kinds,
        "tier": entry.tier,
        "assessment": entry.assessment,
        "answer_template": entry.answer_template,
        "seen": sealed(entry),
    }


def sealed(entry: CatalogueEntry) -> str:
    return signing.dumps(asdict(Wording.of(entry)), salt=SALT)


def unsealed(text: str) -> Wording | None:
    try:
        return Wording(**signing.loads(text, salt=SALT))
    except (signing.BadSignature, TypeError):
        return None


class PublishForm(forms.Form):
    name = line_field(_("版本名称"), limit=80)
    effective_from = forms.DateField(label=_("生效日期"), widget=DAY, help_text=_("这一天零点起，新工单按这一版派"))
    reason = text_field(_("发布理由"), rows=2, missing=_("请写明理由。"))


class PreviewForm(forms.Form):
    days = forms.IntegerField(
        label=_("往前看几天"),
        min_value=1,
        max_value=366,
        widget=forms.NumberInput(attrs={**IN, "inputmode": "numeric"}),
    )


class SheetForm(forms.Form):
    file = forms.FileField(label=_("目录表格"), widget=forms.FileInput(attrs={**IN, "accept": ".xlsx,.csv"}))

    def clean_file(self):
        file = self.cleaned_data["file"]
        if Path(file.name).suffix.lower() not in {".xlsx", ".csv"}:
            raise forms.ValidationError(_("请上传 XLSX 或 CSV 文件。"))
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("文件超过 10 MB，请拆开或删去多余的列。"))
        return file


class AcceptForm(forms.Form):
    """How far an accepted proposal goes."""

    group = forms.CharField(max_length=200, widget=forms.HiddenInput)
    scope = forms.ChoiceField(label=_("在哪里改"), required=False, widget=forms.Select(attrs=IN))
    target = forms.ChoiceField(label=_("改由谁主办"), widget=forms.Select(attrs=IN))
    note = line_field(_("说明"), required=False)

    def __init__(self, *args, areas: list[Area], to: Department, **kwargs):
        super().__init__(*args, **kwargs)
        self.areas = {str(area.pk): area for area in areas}
        self.fields["scope"].choices = [("", _("全市")), *((pk, area.full_name) for pk, area in self.areas.items())]
        by_kind = _("各地的%(kind)s") % {"kind": to.kind.name}
        self.fields["target"].choices = [("kind", by_kind), ("unit", to.name)]


class RejectForm(forms.Form):
    group = forms.CharField(max_length=200, widget=forms.HiddenInput)
    note = text_field(_("不采纳的理由"), rows=2, missing=_("请写明理由。"))


def first_day(today: date, wanted: date) -> date:
    """What the form offers as the first day: the draft's own unless that has passed."""
    return max(today, wanted)
