"""The sentences of a report, one box per section."""

from collections.abc import Mapping

from django import forms

from frontend.collision import AgainstOthers
from frontend.forms.moves import text_field
from petitions.insight.reports.making import LIMIT


class TextsForm(AgainstOthers, forms.Form):
    """`version` is the one that the person read while writing."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, texts: Mapping[str, str], version: int, sections: Mapping[str, str], **kwargs):
        self.names = tuple(sections)
        initial = {"version": version, **texts}
        super().__init__(*args, initial=initial, **kwargs)
        for name, word in sections.items():
            self.fields[name] = text_field(word, required=False, rows=6, limit=LIMIT)

    def sections(self) -> list:
        return [self[name] for name in self.names]

    def said(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.names}
