"""Phone numbers in one form, so that the same person is found however the number was written."""

import re

import phonenumbers

from petitions import errors

_WRITTEN = re.compile(r"[-\s()（）]|^\+86")


def looks_like_phone(text: str) -> bool:
    """Whether somebody typed a phone number and nothing else; numbers of cases are longer."""
    digits = _WRITTEN.sub("", text.strip())
    return digits.isdecimal() and 7 <= len(digits) <= 12


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
