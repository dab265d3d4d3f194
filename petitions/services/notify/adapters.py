"""The ways out of the house, all with one interface: a function that takes a Letter and returns when it was accepted.

It raises OSError when it may work later, Refused when it never will. What an adapter sends carries the letter's key, by
which a receiver tells a repeat: after a killed worker the same letter may come twice.
"""

import hashlib
import hmac
import http.client
import json
import logging
import smtplib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from petitions.masks import mask
from petitions.models.delivery import Way

log = logging.getLogger(__name__)
TIMEOUT = 10  # seconds; a courier that waits longer holds up everybody else
TRY_LATER = frozenset({408, 425, 429})


class Refused(Exception):
    """对方明确拒收，再试也没有用。"""


@dataclass(frozen=True)
class Letter:
    """What goes out: to whom (number, mail address or URL), in which words, and the facts for machines."""

    key: str
    to: str
    text: str
    subject: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    secret: str = ""


Send = Callable[[Letter], None]


# ── SMS ──
def send_sms(letter: Letter) -> None:
    """By the gateway of the installation (setting SMS_GATEWAY)."""
    import_string(settings.SMS_GATEWAY)(letter)


def no_gateway(letter: Letter) -> None:
    """No SMS gateway is connected: the message is kept with the case, where staff can read it out."""


def console_gateway(letter: Letter) -> None:
    """Says in the log that a message would go out; its words and its number stay in the database."""
    log.info("SMS %s to %s, %s characters", letter.key, mask(letter.to), len(letter.text))


def http_gateway(letter: Letter) -> None:
    """POST to SMS_URL, signed with SMS_SECRET like a webhook: {"key", "to", "text"}."""
    body = {"key": letter.key, "to": letter.to, "text": letter.text}
    post(settings.SMS_URL, body, key=letter.key, secret=settings.SMS_SECRET)


# ── e-mail ──
def send_email(letter: Letter) -> None:
    """By Django's mail settings. The key becomes the Message-ID, so that mailboxes show a repeat once."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    name = hashlib.sha256(letter.key.encode()).hexdigest()[:32]
    mail = EmailMessage(letter.subject, letter.text, to=[letter.to], headers={"Message-ID": f"<{name}@{host}>"})
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        codes = [code for code, _ in refusal.recipients.values()]
        if all(code >= 500 for code in codes):
            raise Refused(f"收件人被邮件服务器拒绝（{codes[0]}）") from refusal
        raise
    except smtplib.SMTPResponseException as refusal:
        if refusal.smtp_code >= 500:
            raise Refused(f"邮件服务器拒收（{refusal.smtp_code}）") from refusal
        raise


# ── webhook ──
def push_webhook(letter: Letter) -> None:
    post(letter.to, letter.data, key=letter.key, secret=letter.secret)


def post(url: str, body: dict[str, Any], *, key: str, secret: str) -> None:
    """POST signed JSON. The signature covers the time, so that a receiver can refuse what was recorded and replayed."""
    raw, sent_at = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(), str(int(time.time()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": hashlib.sha256(key.encode()).hexdigest(),
        "X-Jiesu-Timestamp": sent_at,
        "X-Jiesu-Signature": signature(secret, sent_at, raw),
    }
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, raw, headers)
        status = connection.getresponse().status
    except http.client.HTTPException as problem:
        raise ConnectionError(f"对方没有按 HTTP 回答（{type(problem).__name__}）") from problem
    finally:
        connection.close()
    _judge(status)


def signature(secret: str, sent_at: str, raw: bytes) -> str:
    """`v1=` and the HMAC-SHA256 over `<seconds since 1970>.<body>`, in hex."""
    return "v1=" + hmac.new(secret.encode(), f"{sent_at}.".encode() + raw, hashlib.sha256).hexdigest()


def _judge(status: int) -> None:
    if 200 <= status < 300:
        return
    if status in TRY_LATER or status >= 500:
        raise ConnectionError(f"对方暂时不能接收（HTTP {status}）")
    raise Refused(f"对方拒收（HTTP {status}）")


SENDERS: dict[str, Send] = {Way.SMS: send_sms, Way.EMAIL: send_email, Way.WEBHOOK: push_webhook}
