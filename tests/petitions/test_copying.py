"""Rows written by COPY come back as they were given, whatever stands in them."""

from copy import copy
from itertools import count

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from petitions.models import Caller, Petition, Suggestion
from petitions.services.copying import copied
from petitions.services.intake import search_vector
from tests import make

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30) | st.sampled_from(
    ["\\", "\\N", "\\.", "a\tb\nc\rd", '"{}",', "'停水'", "NULL", "停\\'水", "\u2028", "😀"]
)
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
numbers = count(1_000_000)


@pytest.fixture
def case(city):
    return make.a_call()


@quick
@given(words, st.lists(words, max_size=4), st.none() | st.floats(0, 1))
def test_text_json_and_numbers(case, text, items, confidence):
    said = {"label": text, "chosen": text[:5], "evidence": items, "confidence": confidence, "accepted": None}

    copied([Suggestion(petition=case, kind=Suggestion.Kind.ROUTE, made_at=make.NOW, **said)])

    found = Suggestion.objects.filter(petition=case, kind=Suggestion.Kind.ROUTE).latest("pk")
    assert ({name: getattr(found, name) for name in said}, found.made_at) == (said, make.NOW)


@quick
@given(st.lists(words, max_size=4), st.lists(words.filter(bool), min_size=1, max_size=6, unique=True))
def test_lists_and_search_terms_are_as_insert_writes_them(case, tags, terms):
    one, other = (_twin(case, tags, terms) for _ in range(2))

    with transaction.atomic():
        one.save(force_insert=True)
        copied([other])

        rows = Petition.objects.filter(pk__in=[one.pk, other.pk]).values_list("tags", "risk_words", "search", "title")
        assert rows[0] == rows[1]
        assert rows[0][0] == tags
        transaction.set_rollback(True)  # cases without events would not be let through


def test_a_case_without_its_event_is_refused_as_by_insert(case):
    copied([_twin(case, [], ["停水"])])
    with pytest.raises(IntegrityError, match="without its event"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    transaction.set_rollback(True)


def _twin(case, tags, terms):
    twin, number = copy(case), next(numbers)
    twin.pk, twin.no, twin.idempotency_key = number, f"T{number}", f"twin {number}"
    twin.tags = twin.risk_words = tags
    twin.search = search_vector(terms)
    return twin


def test_personal_data_is_encrypted_on_the_way(db):
    copied([Caller(name="王小明", phone="13800002222", phone_index="x" * 64)])

    assert Caller.objects.get().phone == "13800002222"
    with connection.cursor() as cursor:
        cursor.execute("SELECT name || phone FROM petitions_caller")
        (stored,) = cursor.fetchone()
    assert "王小明" not in stored and "13800002222" not in stored


def test_a_row_that_is_there_already_is_refused_as_by_insert(db):
    caller = Caller.objects.create(name="王小明", phone="13800002222", phone_index="x" * 64)
    with pytest.raises(IntegrityError, match="duplicate key"), transaction.atomic():
        copied([Caller(name="李四", phone="13800003333", phone_index=caller.phone_index)])


def test_no_rows_are_no_statement(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        copied([])
