"""Personal data at rest: encrypted text, and a keyed index that finds an exact phone number without decrypting.

An un-keyed hash of a phone number is brute-forced in under an hour, so the index is an HMAC with a key of its own.
Keys come from settings (FIELD_KEYS newest first, so that rotation is: add a key in front, re-save, drop the old one).
"""

import hashlib
import hmac
from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models
from django.db.models.lookups import Exact


@cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _current_box() -> MultiFernet:
    return _box(tuple(settings.FIELD_KEYS))


def blind_index(value: str) -> str:
    """64 hex digits that are equal for equal values, and tell nothing without the key; '' for ''."""
    if not value:
        return ""
    return hmac.new(settings.BLIND_INDEX_KEY.encode(), value.encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):
    """Text that the database only ever sees encrypted (Fernet: AES-128-CBC with HMAC). Cannot be filtered on."""

    def get_prep_value(self, value: str | None) -> str | None:
        if not value:
            return ""
        return _current_box().encrypt(str(value).encode()).decode()

    def from_db_value(self, value: str | None, expression, connection) -> str:
        return _current_box().decrypt(value.encode()).decode() if value else ""


@EncryptedTextField.register_lookup
class OnlyEmpty(Exact):
    """`phone=""` may be asked (constraints do); any other value never matches its own encryption, so it is refused."""

    def get_prep_lookup(self) -> str:
        if self.rhs != "":
            raise TypeError("an encrypted field cannot be searched; use its blind index")
        return ""
