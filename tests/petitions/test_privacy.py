"""The caller's data: encrypted at rest, found without decrypting, shown for a reason and with a trace."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.db import connection

from petitions import errors
from petitions.models import Caller, Disclosure, Event, Petition
from petitions.models.fields import _box, blind_index
from petitions.queries import caller_card
from petitions.services import privacy
from petitions.states import CaseState
from tests import make


def raw(table: str, column: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")
        return [row[0] for row in cursor.fetchall()]


# ── at rest ──
def test_the_database_never_holds_name_phone_or_address_in_clear(city):
    make.a_call()
    caller = Caller.objects.get()
    caller.address = "望河花园 3 号楼"
    caller.save()

    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM petitions_caller c")
        (stored,) = cursor.fetchone()

    for secret in (make.PHONE, "王小明", "望河花园"):
        assert secret not in stored
    assert Caller.objects.get().phone == make.PHONE


def test_equal_values_are_encrypted_differently_each_time(city):
    make.a_call()
    before = raw("petitions_caller", "phone")
    Caller.objects.get().save()

    assert raw("petitions_caller", "phone") != before


def test_the_blind_index_finds_a_number_and_tells_nothing_without_its_key(city, settings):
    make.a_call()

    assert Caller.objects.with_phone(make.PHONE).get().phone == make.PHONE
    assert not Caller.objects.with_phone("13800001112").exists()
    here = blind_index(make.PHONE)
    settings.BLIND_INDEX_KEY = "another key"
    assert blind_index(make.PHONE) != here


def test_keys_rotate(city, settings):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.FIELD_KEYS = [old]
    make.a_call()

    settings.FIELD_KEYS = [new, old]
    assert Caller.objects.get().phone == make.PHONE, "the old key still opens"
    Caller.objects.get().save()
    settings.FIELD_KEYS = [new]
    assert Caller.objects.get().phone == make.PHONE, "re-saved under the new key"
    settings.FIELD_KEYS = [old]
    with pytest.raises(InvalidToken):
        Caller.objects.get()
    _box.cache_clear()


def test_an_encrypted_column_cannot_be_filtered_on(city):
    for wrong in ({"phone": make.PHONE}, {"name": "王小明"}, {"phone__exact": "1"}):
        with pytest.raises(TypeError, match="blind index"):
            list(Caller.objects.filter(**wrong))


# ── shown ──
def test_pages_show_a_mask(city):
    caller = make.a_call().caller

    assert (caller.masked_phone, caller.masked_name) == ("138****1111", "王**")


def test_the_callers_card_counts_calls_and_shows_no_full_number(city):
    for number in range(3):
        make.a_call(key=str(number))

    card = caller_card.by_phone("138-0000-1111", now=make.NOW)

    assert (card.masked_phone, card.calls_90_days, len(card.recent)) == ("138****1111", 3, 3)
    assert caller_card.by_phone("13900000000", now=make.NOW) is None
    assert caller_card.by_phone("not a number", now=make.NOW) is None


def test_revealing_needs_a_reason_and_leaves_a_trace(city):
    case, operator = make.a_case(), make.an_operator()

    with pytest.raises(errors.RevealNeedsReason):
        privacy.reveal(case, actor=operator, reason="  ", now=make.NOW)
    assert not Disclosure.objects.exists()
    shown = privacy.reveal(case, actor=operator, reason="核对地址", address="10.0.0.7", now=make.NOW)

    assert (shown.phone, shown.name) == (make.PHONE, "王小明")
    trace = Disclosure.objects.get()
    assert (trace.staff, trace.petition, trace.reason, trace.address) == (operator, case, "核对地址", "10.0.0.7")


def test_a_unit_sees_the_number_of_its_own_case_unless_the_caller_asked_for_secrecy(city):
    unit = make.a_unit()
    plain, confidential = make.a_case(unit=unit), make.a_case(unit=unit, confidential=True)
    handler, stranger = make.a_handler(of=unit), make.a_handler(of=make.a_unit())

    assert privacy.reveal(plain, actor=handler, reason="联系诉求人", now=make.NOW).phone == make.PHONE
    for case, person in [(confidential, handler), (plain, stranger), (confidential, stranger)]:
        with pytest.raises(errors.NotYours):
            privacy.reveal(case, actor=person, reason="联系诉求人", now=make.NOW)
    assert privacy.reveal(confidential, actor=make.a_caller_back(), reason="回访", now=make.NOW).phone == make.PHONE

    assert Disclosure.objects.count() == 2


@pytest.mark.parametrize("role", ["analyst", "leader", "knowledge", "admin"])
def test_those_who_only_read_cases_see_no_numbers(city, role):
    with pytest.raises(errors.NotYours):
        privacy.reveal(make.a_case(), actor=make.a_person(role), reason="看看", now=make.NOW)

    assert not Disclosure.objects.exists()


def test_a_case_without_a_caller_has_nothing_to_reveal(city):
    with pytest.raises(errors.NoContact):
        privacy.reveal(Petition(caller=None), actor=make.an_operator(), reason="核对", now=make.NOW)


def test_neither_history_nor_search_index_spells_the_callers_number(city):
    case = make.a_case(state=CaseState.CLOSED, text=f"我叫王小明，电话{make.PHONE}，身份证110101199003074514，路灯坏了")

    data = " ".join(f"{e.reason} {e.data}" for e in Event.objects.filter(petition=case))
    (terms,) = raw("petitions_petition", "search::text")
    for secret in (make.PHONE, "王小明", "110101199003074514"):
        assert secret not in data
        assert secret not in terms
        assert secret not in make.fresh(case).redacted_text
        assert secret not in make.fresh(case).title
    assert make.PHONE in case.text, "the words of the citizen themselves are kept as they are"
