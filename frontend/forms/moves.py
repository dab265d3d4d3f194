"""A move is a form that carries out one service: the button, its fields and its refusal live in one place.

Whether a move is offered asks the state machine and the rules (petitions.rules), so page and service never disagree.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django_fsm import can_proceed, has_transition_perm

from frontend.collision import AgainstOthers
from petitions.errors import PetitionError
from petitions.models import Petition
from routing.models import Department

IN = {"class": "in"}
WHY = _("请写明理由。")


class Move(AgainstOthers, forms.Form):
    code: ClassVar[str]
    word: ClassVar[Any]
    icon: ClassVar[str] = "check"
    done: ClassVar[Any] = ""
    # The transition that decides whether this move is offered; None: offered by `is_open_to`.
    step: ClassVar[Any] = None
    is_main: ClassVar[bool] = False
    # What a refused form answers: 422, or 409 when the case moved on in the meantime.
    status: int = 422

    def __init__(self, *args, case: Petition, row: Any, person: Any, **kwargs):
        self.case, self.row, self.person = case, row, person
        super().__init__(*args, auto_id=f"{self.code}-{row.pk}-%s", **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple | forms.CheckboxInput):
                field.widget.attrs.setdefault("class", "in")

    @classmethod
    def is_open_to(cls, case: Petition, row: Any, person: Any) -> bool:
        bound = getattr(row, cls.step.__name__, None) if cls.step else None
        return bool(bound) and can_proceed(bound) and has_transition_perm(bound, person)

    def is_next(self) -> bool:
        """Whether this is the step that the day's work asks for now."""
        return self.is_main

    def carry_out(self) -> Any:
        """Ask the service. Raises the named refusals of petitions.errors."""
        raise NotImplementedError

    def written_by_others(self) -> Mapping[str, Any]:
        """What stands now where this form writes, by field; {} where nobody else writes the same."""
        return {}

    def go_on_from(self, case: Petition, refusal: PetitionError) -> None:
        """Somebody was faster: show both texts, and let the next try go on from what there is now."""
        self.case = case
        self.meet(refusal, theirs=self.written_by_others(), marks=self.marks())

    def marks(self) -> Mapping[str, Any]:
        """What says which version a form was written against."""
        return {"version": self.case.version}

    def fields_shown(self) -> list:
        return [bound for bound in self if not bound.is_hidden and bound.name not in self.by_hand]

    # Fields that the page's own template draws.
    by_hand: ClassVar[tuple[str, ...]] = ()


def text_field(
    label: Any, *, required: bool = True, rows: int = 3, limit: int = 2000, help_text: Any = "", missing: Any = ""
):
    """A box for sentences; `missing` is said when it was left empty."""
    errors = {"required": missing} if missing else {}
    area = forms.Textarea(attrs={**IN, "rows": rows})
    return forms.CharField(
        label=label, required=required, max_length=limit, widget=area, help_text=help_text, error_messages=errors
    )


def line_field(label: Any, *, required: bool = True, limit: int = 300, help_text: Any = "", missing: Any = ""):
    errors = {"required": missing} if missing else {}
    return forms.CharField(
        label=label,
        required=required,
        max_length=limit,
        widget=forms.TextInput(attrs=IN),
        help_text=help_text,
        error_messages=errors,
    )


def moment_field(label: Any, *, required: bool = True, help_text: Any = "", missing: Any = ""):
    """A day and a time of the city's clock."""
    said = {"invalid": _("时间写得不对，请重新选择。")} | ({"required": missing} if missing else {})
    widget = forms.DateTimeInput(attrs={**IN, "type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=required, help_text=help_text, widget=widget, error_messages=said)


def choice_field(label: Any, choices: Any, *, required: bool = True, help_text: Any = "", missing: Any = ""):
    said = {"required": missing} if missing else {}
    return forms.ChoiceField(
        label=label,
        choices=choices,
        required=required,
        help_text=help_text,
        widget=forms.Select(attrs=IN),
        error_messages=said,
    )


class UnitField(forms.ModelChoiceField):
    """One active unit by its full name; short names are ambiguous between districts."""

    def __init__(self, **kwargs):
        super().__init__(queryset=Department.objects.active(), widget=forms.Select(attrs=IN), **kwargs)

    def label_from_instance(self, unit) -> str:
        return unit.name


class UnitsField(forms.ModelMultipleChoiceField):
    def __init__(self, **kwargs):
        widget = forms.SelectMultiple(attrs={**IN, "size": 5})
        super().__init__(queryset=Department.objects.active(), widget=widget, **kwargs)

    def label_from_instance(self, unit) -> str:
        return unit.name
