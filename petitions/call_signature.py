"""Who may speak for a telephone system: HMAC-SHA256 over moment and body, with a key that both sides know. Pure.

`Telephony-Signature: t=<seconds since 1970>,s=<64 hex digits>`; what is signed is `<t>.<body>`.
"""

import hashlib
import hmac
from collections.abc import Iterable

HEADER = "Telephony-Signature"
WINDOW = 300  # seconds that the two clocks may differ, and that a recorded message stays usable


def sign(secret: str, body: bytes, *, at: int) -> str:
    return f"t={at},s={_digest(secret, body, at)}"


def signer(keys: Iterable[str], body: bytes, said: str, *, now: float) -> str | None:
    """The name of the key that signed this body, None for no valid signature.

    `keys` are 'name:secret'; several may carry one name, so that a key can be changed without a pause. Every key is
    tried, so the answer takes the same time whichever fits.
    """
    parts = dict(part.partition("=")[::2] for part in said.split(","))
    moment, digest = parts.get("t", "").strip(), parts.get("s", "").strip().encode()
    if not (moment.isascii() and moment.isdecimal() and len(moment) < 12) or abs(now - int(moment)) > WINDOW:
        return None
    found = None
    for key in keys:
        name, _, secret = key.partition(":")
        if hmac.compare_digest(_digest(secret, body, int(moment)).encode(), digest) and secret:
            found = name
    return found


def _digest(secret: str, body: bytes, at: int) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
