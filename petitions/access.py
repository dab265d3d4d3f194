"""What lets a citizen in without an account: the query code of a case, and the token of a rating link.

Both are derived from keys of the installation, so neither is stored: a leaked table opens nothing.
"""

import base64
import hashlib
import hmac

from django.conf import settings
from django.core.signing import BadSignature, Signer

RATING = Signer(salt="petitions.rating")


def query_code(no: str) -> str:
    """Six letters and digits that open the public progress page together with the case number."""
    digest = hmac.new(settings.BLIND_INDEX_KEY.encode(), f"query:{no}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest)[:6].decode()


def opens(no: str, code: str) -> bool:
    return hmac.compare_digest(query_code(no).encode(), code.encode())


def rating_token(rating_id: int) -> str:
    """The signed key of an invitation, without characters that an SMS would break a link at."""
    return RATING.sign(str(rating_id)).replace(":", ".")


def is_rating_token(token: str) -> bool:
    try:
        RATING.unsign(token.replace(".", ":", 1))
    except BadSignature:
        return False
    return True


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
