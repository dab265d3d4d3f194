"""Who is speaking: phone numbers in one form, and the caller's row found or made."""

from dataclasses import dataclass

import phonenumbers

from petitions import errors
from petitions.models import Caller


@dataclass(frozen=True)
class Contact:
    """How to reach the person. `account` is a platform's own id where the platform keeps the number to itself."""

    name: str = ""
    phone: str = ""
    address: str = ""
    account: str = ""
    kind: str = Caller.Kind.PERSON


def normal_phone(raw: str) -> str:
    """'138 0000 0000', '+86-138…', '010-12345678' → digits without the country code; abroad: E.164.

    Raises BadPhone. '' stays ''.
    """
    if not raw.strip():
        return ""
    try:
        number = phonenumbers.parse(raw, "CN")
    except phonenumbers.NumberParseException as problem:
        raise errors.BadPhone from problem
    if not phonenumbers.is_possible_number(number):
        raise errors.BadPhone
    if number.country_code != 86:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    digits = phonenumbers.national_significant_number(number)
    return digits if len(digits) == 11 and digits.startswith("1") else f"0{digits}"


def caller_for(contact: Contact) -> Caller | None:
    """The caller's row: found by its blind index, or made. None when nothing reaches the person."""
    phone, account = normal_phone(contact.phone), contact.account.strip()
    if not (phone or account):
        return None
    known = (Caller.objects.with_phone(phone) if phone else Caller.objects.with_account(account)).first()
    if known is None:
        known = Caller(kind=contact.kind, name=contact.name.strip(), phone=phone, account=account)
        known.address = contact.address.strip()
        known.index()
        known.save(force_insert=True)
    elif _learn(known, contact):
        known.save()
    return known


def _learn(caller: Caller, contact: Contact) -> bool:
    """What the person said this time fills gaps; it never overwrites what is known."""
    learnt = False
    for field in ("name", "address"):
        said = getattr(contact, field).strip()
        if said and not getattr(caller, field):
            setattr(caller, field, said)
            learnt = True
    return learnt
