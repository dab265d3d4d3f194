"""The ASGI entry: which sockets are opened, and to whom."""

import asyncio

import pytest
from asgiref.testing import ApplicationCommunicator

from backend.asgi import application

OURS, FOREIGN = b"http://localhost:8000", b"http://evil.example"


async def knock(path: str, origin: bytes) -> list[dict]:
    """Open a socket and return what the server sends until it closes."""
    headers = [(b"origin", origin), (b"host", b"localhost:8000")]
    scope = {"type": "websocket", "path": path, "headers": headers, "query_string": b"", "subprotocols": []}
    visitor = ApplicationCommunicator(application, scope)
    await visitor.send_input({"type": "websocket.connect"})
    answers = [await visitor.receive_output(timeout=5)]
    while answers[-1]["type"] != "websocket.close":
        answers.append(await visitor.receive_output(timeout=5))
    await visitor.send_input({"type": "websocket.disconnect", "code": 1000})
    await visitor.wait(timeout=5)
    return answers


def test_an_unknown_socket_is_refused_without_a_traceback(caplog):
    assert [answer["type"] for answer in asyncio.run(knock("/ws/nowhere/", OURS))] == ["websocket.close"]
    assert caplog.text == ""


def test_a_page_of_another_site_cannot_open_the_live_socket():
    assert [answer["type"] for answer in asyncio.run(knock("/ws/live/", FOREIGN))] == ["websocket.close"]


@pytest.mark.django_db
def test_a_visitor_without_login_is_let_in_and_told_to_log_in():
    """A close before the accept would reach the browser as a bare 1006, and the page would try again for ever."""
    answers = asyncio.run(knock("/ws/live/", OURS))
    assert [(answer["type"], answer.get("code")) for answer in answers] == [
        ("websocket.accept", None),
        ("websocket.close", 4401),
    ]
