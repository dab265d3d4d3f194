"""docs/lifecycle.md is drawn from the code, and every rule of the domain is named where it is kept."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command

from petitions import diagram
from petitions.models import Assignment, Petition, Request, Supervision

DOCUMENT = Path(__file__).resolve().parent.parent.parent / "docs" / "lifecycle.md"
CASE_RULES = [f"C{number}" for number in range(1, 24)]
PART_RULES = [f"A{number}" for number in range(1, 9)]


def rules_named_in(model: type) -> set[str]:
    moves = {t.name for t in model._meta.get_field("state").get_all_transitions(model)}
    return {rule for move in moves for rule in re.findall(r"\b[CA]\d+", getattr(model, move).__doc__ or "")}


def test_the_document_shows_what_the_code_does():
    assert DOCUMENT.read_text(encoding="utf-8") == diagram.page(), "run manage.py lifecycle_diagram"


def test_the_command_writes_the_document(tmp_path):
    call_command("lifecycle_diagram", out=tmp_path / "docs" / "lifecycle.md", verbosity=0)

    assert (tmp_path / "docs" / "lifecycle.md").read_text(encoding="utf-8") == diagram.page()


@pytest.mark.parametrize(("model", "rules"), [(Petition, CASE_RULES), (Assignment, PART_RULES)])
def test_every_rule_of_the_domain_is_named_by_the_move_that_keeps_it(model, rules):
    assert sorted(set(rules) - rules_named_in(model)) == []


def test_the_side_machines_name_their_rules():
    assert "A9" in Supervision.__doc__
    assert {"A2", "A4", "A10", "C19"} <= set(re.findall(r"[AC]\d+", Request.__doc__))


def test_every_move_says_what_it_is_in_the_words_of_the_hotline():
    silent = [
        f"{model.__name__}.{t.name}"
        for model in (Petition, Assignment, Supervision, Request)
        for t in model._meta.get_field("state").get_all_transitions(model)
        if not re.search(r"[\u4e00-\u9fff]", getattr(model, t.name).__doc__ or "")
    ]
    assert silent == []
