"""The ways out of the house, against real servers: a mail server, an SMS gateway and a listening system by HTTP."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller

from petitions.masks import mask
from petitions.models import Webhook
from petitions.services import deadlines, notify
from petitions.services.notify.adapters import send_email, signature
from petitions.states import CaseState
from tests import make

SECRET = "a secret between two systems"


class Mailbox:
    """Takes mail for everybody but those whose name begins with `nobody`."""

    def __init__(self) -> None:
        self.mails: list = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 no such mailbox: " + address
        if address.startswith("busy"):
            return "451 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


@pytest.fixture
def mailbox(settings) -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    try:
        yield box
    finally:
        server.stop()


class Listener:
    """Keeps what it is sent and answers with the statuses it was told, the last one for ever."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict, bytes]] = []
        self.answers = [204]
        self.url = ""


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            listener.got.append((self.path, dict(self.headers), raw))
            answers = listener.answers
            self.send_response(answers.pop(0) if len(answers) > 1 else answers[0])
            self.end_headers()

        def log_message(self, *args) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.url = f"http://127.0.0.1:{server.server_port}/in?from=12345"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


def a_unit_with_mail(address: str):
    unit = make.a_unit()
    unit.email = address
    unit.save()
    return unit


# ── e-mail ──
def test_a_unit_with_a_mailbox_gets_its_new_case_by_mail(city, mailbox, settings):
    case = make.a_case(unit=a_unit_with_mail("duty@street.example"))

    notify.deliver_ready(now=make.later(hours=1))

    ((to, mail),) = mailbox.mails
    assert to == ["duty@street.example"]
    assert mail["Subject"] == f"【12345】新工单 {case.no}"
    assert f"{settings.SITE_URL}/cases/{case.no}/" in mail.get_content()
    assert case.deliveries.get(way="email").state == "done"


def test_a_repeated_mail_has_the_same_message_id(city, mailbox):
    letter = notify.Letter(key="k1", to="a@b.example", text="正文", subject="标题")
    send_email(letter)
    send_email(letter)

    assert len({mail["Message-ID"] for _, mail in mailbox.mails}) == 1


@pytest.mark.parametrize(("name", "state"), [("nobody", "dead"), ("busy", "waiting")])
def test_what_the_mail_server_says_decides_whether_it_is_tried_again(city, mailbox, caplog, name, state):
    case = make.a_case(unit=a_unit_with_mail(f"{name}@street.example"))

    notify.deliver_ready(now=make.later(hours=1))

    delivery = case.deliveries.get(way="email")
    assert (delivery.state, delivery.attempts) == (state, 1)
    # The test's own mail server writes a log too; ours is the one that must not name anybody.
    logged = [record.getMessage() for record in caplog.records if record.name.startswith("petitions")]
    assert logged and f"{name}@street.example" not in delivery.error + "".join(logged)


def test_a_mail_server_that_is_away_means_later(city, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    case = make.a_case(unit=a_unit_with_mail("duty@street.example"))

    notify.deliver_ready(now=make.later(hours=1))

    assert case.deliveries.get(way="email").state == "waiting"


# ── SMS by HTTP ──
@pytest.fixture
def sms(settings, listener):
    settings.SMS_GATEWAY = "petitions.services.notify.adapters.http_gateway"
    settings.SMS_URL, settings.SMS_SECRET = listener.url, SECRET
    return listener


def test_an_sms_reaches_the_gateway_signed(city, sms):
    case = make.a_case(state=CaseState.PENDING_REVIEW)

    notify.deliver_ready(now=make.NOW)

    ((path, headers, raw),) = sms.got
    body = json.loads(raw)
    assert path == "/in?from=12345"
    assert (body["to"], case.no in body["text"]) == (make.PHONE, True)
    assert headers["X-Jiesu-Signature"] == signature(SECRET, headers["X-Jiesu-Timestamp"], raw)
    assert headers["X-Jiesu-Signature"] != signature("another", headers["X-Jiesu-Timestamp"], raw)


@pytest.mark.parametrize(
    ("status", "state"), [(200, "done"), (503, "waiting"), (429, "waiting"), (400, "dead"), (302, "dead")]
)
def test_what_the_gateway_answers_decides_what_follows(city, sms, status, state):
    sms.answers = [status]
    case = make.a_case(state=CaseState.PENDING_REVIEW)

    notify.deliver_ready(now=make.NOW)

    assert case.deliveries.get().state == state


def test_a_second_attempt_carries_the_same_key(city, sms):
    sms.answers = [503, 204]
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    notify.deliver_ready(now=make.NOW)

    notify.deliver_ready(now=case.deliveries.get().next_try_at)

    keys = [headers["Idempotency-Key"] for _, headers, _ in sms.got]
    assert len(keys) == 2 and len(set(keys)) == 1


# ── webhooks ──
def test_another_system_hears_what_it_subscribed_to_without_personal_data(city, listener):
    Webhook.objects.create(name="区平台", url=listener.url, secret=SECRET, topics=["case-overdue"])
    Webhook.objects.create(name="停用", url=listener.url, secret=SECRET, is_on=False)
    case = make.a_case()
    deadlines.sweep(now=make.later(days=7))

    notify.deliver_ready(now=make.later(days=7))

    ((_, headers, raw),) = listener.got
    body = json.loads(raw)
    assert (body["topic"], body["case"], body["state"]) == ("case-overdue", case.no, "pending_callback")
    assert headers["X-Jiesu-Signature"] == signature(SECRET, headers["X-Jiesu-Timestamp"], raw)
    words = raw.decode()
    assert make.PHONE not in words and "王小明" not in words and case.title not in words


def test_a_listener_that_was_switched_off_meanwhile_gets_nothing(city, listener):
    hook = Webhook.objects.create(name="区平台", url=listener.url, secret=SECRET)
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    notify.plan_ready(now=make.NOW, size=9)
    hook.is_on = False
    hook.save()

    notify.deliver_ready(now=make.NOW)

    assert listener.got == []
    assert (case.deliveries.get(way="webhook").state, case.deliveries.get(way="webhook").error) == (
        "dead",
        "接收方已停用",
    )


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("13800001111", "138****1111"),
        ("01082345678", "010****5678"),
        ("duty@street.example", "d***@street.example"),
        ("https://u:p@host.example/in?token=1", "host.example"),
        ("12345", "****45"),
    ],
)
def test_addresses_are_shown_masked(address, shown):
    assert mask(address) == shown
