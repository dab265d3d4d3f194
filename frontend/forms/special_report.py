"""Asking for a 专报, and putting one's name to a version that goes out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.moves import IN, line_field
from frontend.forms.scorecard import EARLIEST, LATEST, MOST_DAYS, day_field
from petitions.insight.models import HotIssue
from petitions.insight.queries.spans import Cuts, Span, custom
from petitions.row_keys import row_key
from routing.models import Category

ISSUES_OFFERED = 50


class IssueField(forms.ModelChoiceField):
    """The hottest; one that is given by the address may be any."""

    def __init__(self, **kwargs: Any):
        super().__init__(queryset=HotIssue.objects.filter(citizens__gt=1), widget=forms.Select(attrs=IN), **kwargs)


class SpecialForm(forms.Form):
    category = forms.ModelChoiceField(
        label=_("事项"), required=False, queryset=Category.objects.active(), widget=forms.Select(attrs=IN)
    )
    issue = IssueField(label=_("或热点"), required=False)
    first = day_field(_("起"), required=True)
    last = day_field(_("止"), required=True)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, auto_id="special-%s", **kwargs)
        chosen = self.data.get("issue") or self.initial.get("issue") or ""
        shown = list(HotIssue.objects.filter(citizens__gt=1).order_by("-heat", "-pk")[:ISSUES_OFFERED])
        if row_key(str(chosen)) is not None:
            shown += HotIssue.objects.filter(pk=chosen).exclude(pk__in=[issue.pk for issue in shown])
        self.fields["issue"].choices = [("", "—"), *((issue.pk, str(issue)) for issue in shown)]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("first"), said.get("last")
        if bool(said.get("category")) == bool(said.get("issue")):
            raise forms.ValidationError(_("请选一个事项，或者一个热点。"))
        if first and last and not (EARLIEST <= first <= last <= LATEST and (last - first).days < MOST_DAYS):
            raise forms.ValidationError(_("起止日期不对：先起后止，最长 %(n)s 天。") % {"n": MOST_DAYS})
        return said

    def span(self, cuts: Cuts) -> Span:
        return custom(self.cleaned_data["first"], self.cleaned_data["last"], cuts)


class ApproveForm(forms.Form):
    sent_to = line_field(_("报送给"), limit=200, missing=_("请写明报送给谁。"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, auto_id="approve-%s", **kwargs)
