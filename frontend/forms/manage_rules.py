"""Administration: days, limits, parameters, and the filters of the audit list."""

import json
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from frontend.forms.manage import EVERY, IN, OFF, ReasonForm
from frontend.parameter_words import name_word, unit_word
from petitions.queries.manage.trail import REVEALED
from petitions.services.manage.limits import Wish
from petitions.services.manage.workdays import OFF as DAY_OFF
from petitions.services.manage.workdays import PLAIN, WORK, Span
from routing.models import AuditEntry, Mode, Stage, Tier, Unit
from routing.parameters import FIXED, HOURS, SUM, Spec

DAY_KINDS = ((DAY_OFF, _("放假")), (WORK, _("调休上班")), (PLAIN, _("按星期，不特设")))
DATE = {**IN, "type": "date"}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
        error_messages={"required": _("请选日期。"), "invalid": _("日期写成 2026-10-01。")},
    )


def _bounded_day(label: Any) -> forms.DateField:
    """A day that may be left out; of a year that there can be rows of."""
    return forms.DateField(
        label=label,
        required=False,
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2100, 1, 1))],
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
    )


class DaysForm(ReasonForm):
    first = _day(_("首日"))
    last = _day(_("末日"))
    kind = forms.ChoiceField(label=_("设为"), choices=DAY_KINDS, required=False, widget=forms.Select(attrs=IN))
    name = forms.CharField(label=_("名称"), required=False, max_length=40, widget=forms.TextInput(attrs=IN | OFF))

    field_order = ["first", "last", "kind", "name", "reason", "seen"]

    def span(self) -> Span:
        said = self.cleaned_data
        return Span(said["first"], said["last"], said["kind"], said["name"])


class YearForm(forms.Form):
    source = forms.CharField(
        label=_("来源"),
        max_length=300,
        widget=forms.TextInput(attrs=IN | OFF),
        error_messages={"required": _("请写来源，例如通知的文号。")},
    )
    announced = forms.BooleanField(label=_("已正式公布，时限不再标“暂算”"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, prefix="year", **kwargs)


class LimitForm(ReasonForm):
    stage = forms.ChoiceField(label=_("环节"), choices=Stage.choices, widget=forms.Select(attrs=IN))
    tier = forms.ChoiceField(label=_("时限档位"), required=False, widget=forms.Select(attrs=IN))
    amount = forms.IntegerField(
        label=_("数值"),
        min_value=1,
        max_value=200_000,
        widget=forms.NumberInput(attrs=IN),
        error_messages={"required": _("请填数值。"), "invalid": _("数值要是整数。")},
    )
    unit = forms.ChoiceField(label=_("单位"), choices=Unit.choices, widget=forms.Select(attrs=IN))
    mode = forms.ChoiceField(label=_("计时方式"), choices=Mode.choices, widget=forms.Select(attrs=IN))
    effective_from = _day(_("生效日期"))
    note = forms.CharField(label=_("来源说明"), required=False, max_length=200, widget=forms.TextInput(attrs=IN | OFF))

    field_order = ["stage", "tier", "amount", "unit", "mode", "effective_from", "note", "reason", "seen"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tier"].choices = [("", _("没有专设档位的")), *Tier.choices]

    def wish(self) -> Wish:
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("reason", "seen")}
        return Wish(**said)


class ValueForm(ReasonForm):
    """The value of one parameter, in the fields that fit its kind; `value()` puts it together again."""

    field_order: list[str]

    def __init__(self, *args, spec: Spec, stored: Any, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind_of(spec, stored)
        self.names = names_of(spec, stored) if self.kind == "fields" else []
        self.stored = stored
        for name, field in self._fields(spec).items():
            self.fields[name] = field
        self.order_fields([*self._fields(spec), "reason", "seen"])

    def _fields(self, spec: Spec) -> dict[str, forms.Field]:
        if self.kind == "switch":
            choices = (("true", _("是")), ("false", _("否")))
            return {"value": forms.ChoiceField(label=_("值"), choices=choices, widget=forms.Select(attrs=IN))}
        if self.kind == "fields":
            return {f"value-{n}": self._leaf(name_word(name), self.stored[name]) for n, name in enumerate(self.names)}
        if self.kind in ("lines", "hours"):
            label = _("每行一项") if self.kind == "lines" else _("每行一段，写成 09:00-12:00")
            return {"value": _text(label, rows=5)}
        if self.kind == "json":
            return {"value": _text(_("值（JSON）"), rows=14)}
        return {"value": self._leaf(unit_word(spec.unit) or _("值"), self.stored)}

    @staticmethod
    def _leaf(label: Any, stored: Any) -> forms.Field:
        if isinstance(stored, str):
            return _text(label, rows=3) if len(stored) > 30 else _line(label)
        return forms.FloatField(
            label=label,
            widget=forms.NumberInput(attrs=IN | {"step": "any"}),
            error_messages={"required": _("请填数字。"), "invalid": _("请填数字。")},
        )

    @staticmethod
    def initial_of(spec: Spec, stored: Any) -> dict[str, Any]:
        kind = kind_of(spec, stored)
        if kind == "switch":
            return {"value": "true" if stored else "false"}
        if kind == "fields":
            return {f"value-{n}": stored[name] for n, name in enumerate(names_of(spec, stored))}
        if kind == "lines":
            return {"value": "\n".join(str(each) for each in stored)}
        if kind == "hours":
            return {"value": "\n".join("-".join(span) for span in stored)}
        return {"value": json.dumps(stored, ensure_ascii=False, indent=1) if kind == "json" else stored}

    def value(self) -> Any:
        said = self.cleaned_data
        if self.kind == "fields":
            return {name: _plain(said[f"value-{n}"]) for n, name in enumerate(self.names)}
        if self.kind == "switch":
            return said["value"] == "true"
        if self.kind == "lines":
            return [_like(line, self.stored) for line in said["value"].splitlines() if line.strip()]
        if self.kind == "hours":
            return [[part.strip() for part in line.split("-")] for line in said["value"].splitlines() if line.strip()]
        return json.loads(said["value"]) if self.kind == "json" else _plain(said["value"])

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if self.kind == "json" and "value" in said:
            try:
                json.loads(said["value"], parse_constant=_refuse_constant)
            except (ValueError, RecursionError):
                self.add_error("value", _("不是完整的 JSON，请检查括号、引号和逗号。"))
        return said


class AuditFilter(forms.Form):
    kind = forms.ChoiceField(label=_("种类"), required=False, widget=forms.Select(attrs=IN))
    who = forms.CharField(label=_("工号"), required=False, max_length=60, widget=forms.TextInput(attrs=IN | OFF))
    since = _bounded_day(_("从"))
    until = _bounded_day(_("到"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [EVERY, (REVEALED, _("查看诉求人")), *AuditEntry.Kind.choices]


def kind_of(spec: Spec, stored: Any) -> str:
    """Which fields a value is edited in: number, text, switch, fields, lines, hours, json."""
    if isinstance(stored, bool):
        return "switch"
    if spec.shape == HOURS:
        return "hours"
    if isinstance(stored, dict):
        is_flat = stored and all(isinstance(each, str | int | float) for each in stored.values())
        return "fields" if is_flat and spec.shape in (FIXED, SUM) else "json"
    if isinstance(stored, list):
        return "json" if any(isinstance(each, list | dict) for each in stored) else "lines"
    return "text" if isinstance(stored, str) else "number"


def names_of(spec: Spec, stored: dict[str, Any]) -> list[str]:
    """The names in the product's order: the database keeps them in one of its own."""
    known = spec.default if isinstance(spec.default, dict) else {}
    return sorted(stored, key=lambda name: (list(known).index(name) if name in known else len(known), name))


def _line(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=500, widget=forms.TextInput(attrs=IN | OFF))


def _text(label: Any, *, rows: int) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=50_000, widget=forms.Textarea(attrs=IN | {"rows": rows}), required=False
    )


def _plain(value: Any) -> Any:
    """3.0 → 3: what was typed as a whole number is kept as one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _like(line: str, stored: list) -> Any:
    """A line as a number where the list holds numbers."""
    text = line.strip()
    if stored and isinstance(stored[0], int | float):
        try:
            return _plain(float(text))
        except ValueError:
            return text
    return text


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
