"""What lets a citizen in without an account: the query code of a case, and the token of a rating link.

Both are derived from keys of the installation, so neither is stored: a leaked table opens nothing.
"""

import base64
import hashlib
import hmac

from django.conf import settings
from django.core.signing import BadSignature, Signer, TimestampSigner

RATING = Signer(salt="petitions.rating")
ASK = TimestampSigner(salt="petitions.ask")
SAME = TimestampSigner(salt="petitions.same")
ASK_SECONDS = 30 * 24 * 3600  # how long the asker may still say that it was not solved after all
SAME_SECONDS = 24 * 3600


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


def ask_token(ask_id: int) -> str:
    """What lets the browser that asked say whether it helped."""
    return ASK.sign(str(ask_id))


def asked(token: str) -> int | None:
    return _key_of(ASK, token, ASK_SECONDS)


def same_token(lead_id: int) -> str:
    """An offered case, so that nobody can join one that was not offered to them."""
    return SAME.sign(str(lead_id))


def offered_same(token: str) -> int | None:
    return _key_of(SAME, token, SAME_SECONDS)


def _key_of(signer: TimestampSigner, token: str, seconds: int) -> int | None:
    try:
        return int(signer.unsign(token, max_age=seconds))
    except BadSignature:
        return None


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
