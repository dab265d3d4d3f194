"""Phone numbers in one form, so that the same person is found however the number was written."""

import phonenumbers

from petitions import errors


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
