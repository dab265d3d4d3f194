"""A call on the desk: it comes, is spoken and ends without a reload, and leaves alone what is being written."""

import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from backend import env
from petitions.management.phone.ways import Socket, Webhook
from tests.browser.axe import violations
from tests.browser.conftest import Server

pytestmark = pytest.mark.browser

NUMBER = "10000000001"  # somebody of the demo
DESK, THEIRS = "8003", "8004"  # operator1's and 2's; extensions go by user name (petitions/management/demo/phones.py)
TEXT = "望河街道柳荫里小区南侧的路灯已经坏了三天，晚上走路看不见。"


@pytest.fixture
def ring(server: Server) -> Callable[..., None]:
    """Tell the system of a call, as its telephone system would: `ring("answered", seconds_ago=5)`."""
    way, call = Webhook(server.url, server.password), f"browser-{time.time_ns()}"

    def tell(kind: str, *, seconds_ago: float = 0, **said) -> None:
        at = datetime.now(UTC) - timedelta(seconds=seconds_ago)
        said = {"number": NUMBER, "extension": DESK} | said
        message = {"v": 1, "id": f"{call}-{kind}", "call": call, "type": kind, "at": at.isoformat(), **said}
        assert [result["status"] for result in way.send([message])] == ["taken"]

    return tell


@pytest.fixture
def desk(logged_in) -> Page:
    page = logged_in("operator1")
    expect(page.locator("[data-live-word]")).to_have_text("实时")
    return page


@pytest.fixture
def telephone(server):
    """Obeys what the desks ask of it."""
    link = Socket(server.url, server.password, now=lambda: datetime.now(UTC), seed=1, desks=[DESK, THEIRS])
    yield link
    link.close()


def held_by(page: Page) -> Locator:
    """The call that the form belongs to now, as a place that is empty once it belongs to none or another."""
    return page.locator(f"#strip [name=call][value='{page.locator('#strip [name=call]').input_value()}']")


def end(page: Page, ring: Callable[..., None], **said) -> None:
    """The call is over and made no case; the page lets go of it."""
    held = held_by(page)
    ring("ended", **said)
    expect(page.locator("#strip")).to_contain_text("没有建单就选一项")
    page.keyboard.press("Alt+Digit7")
    expect(held).to_have_count(0)


def test_a_call_comes_and_goes_beside_what_is_being_written(desk, ring):
    field = desk.get_by_label("诉求内容")
    field.press_sequentially("望河街道")
    ring("ringing", seconds_ago=20)
    expect(desk.locator("#strip")).to_contain_text("振铃")
    field.press_sequentially("柳荫里")
    ring("answered", seconds_ago=15)
    expect(desk.locator("#strip")).to_contain_text("通话中")
    expect(desk.locator("entry-clock")).to_have_text(re.compile(r"^00:[1-5]\d$"))
    field.press_sequentially("路灯坏了")
    ring("ended")
    expect(desk.locator("#strip")).to_contain_text("没有建单就选一项")

    expect(field).to_have_value("望河街道柳荫里路灯坏了")
    expect(field).to_be_focused()
    assert NUMBER not in desk.content()
    held = held_by(desk)
    desk.keyboard.press("Alt+Digit7")
    expect(held).to_have_count(0)
    expect(field).to_have_value("望河街道柳荫里路灯坏了")


def test_a_case_is_made_without_typing_the_number(desk, ring):
    ring("ringing", seconds_ago=20)
    ring("answered", seconds_ago=15)
    expect(desk.locator("#caller-card")).to_contain_text("100****0001")
    expect(desk.get_by_label("联系电话")).to_have_attribute("placeholder", "100****0001")
    desk.get_by_label("诉求内容").fill(TEXT)
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".notice.good")).to_be_visible()
    held = held_by(desk)
    ring("ended", recording="rec-1")
    expect(held).to_have_count(0)


def test_the_strip_answers_and_hangs_up_through_the_telephone_system(desk, ring, telephone):
    ring("ringing", seconds_ago=20)
    for button, told in (("接听", "通话中"), ("挂断", "没有建单就选一项")):
        desk.locator("#strip").get_by_role("button", name=button).click()
        assert telephone.stay(5) == 1
        expect(desk.locator("#strip")).to_contain_text(told)
    assert violations(desk) == []
    held = held_by(desk)
    desk.keyboard.press("Alt+Digit7")
    expect(held).to_have_count(0)


def test_a_call_is_muted_by_keyboard_while_typing(desk, ring, telephone):
    ring("ringing", seconds_ago=20)
    ring("answered", seconds_ago=15)
    field, mute = desk.get_by_label("诉求内容"), desk.get_by_role("button", name="静音")
    expect(mute).to_have_attribute("aria-pressed", "false")
    field.press_sequentially("望河街道")
    for is_down, told in (("true", "已静音"), ("false", "通话中")):
        desk.keyboard.press("Alt+KeyQ")
        assert telephone.stay(5) == 1
        expect(mute).to_have_attribute("aria-pressed", is_down)
        expect(desk.locator("#strip")).to_contain_text(told)
    expect(field).to_be_focused()
    end(desk, ring)


def test_a_call_is_handed_on_by_keyboard_and_the_text_stays_a_draft(desk, ring, telephone, logged_in):
    colleague = logged_in("operator2")
    ring("ringing", seconds_ago=20)
    ring("answered", seconds_ago=15)
    field, to = desk.get_by_label("诉求内容"), desk.get_by_label("分机号或同事姓名")
    field.press_sequentially("望河街道")
    expect(desk.get_by_role("button", name="转接")).to_be_visible()

    desk.keyboard.press("Alt+KeyT")
    expect(to).to_be_focused()
    assert violations(desk) == []
    desk.keyboard.type("9999")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("dialog").get_by_role("alert")).to_contain_text("这个分机号没有登记")
    expect(to).to_be_focused()
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog")).to_have_count(0)

    desk.keyboard.press("Alt+KeyT")
    expect(to).to_be_focused()
    desk.keyboard.type(THEIRS)
    expect(desk.locator("#transfer-list button")).to_have_count(1)
    for key in ("Tab", "Tab", "Enter"):
        desk.keyboard.press(key)
    expect(desk.get_by_role("dialog")).to_have_count(0)
    assert telephone.stay(5) == 1
    expect(colleague.locator("#strip")).to_contain_text("通话中")
    expect(desk.locator("#strip")).not_to_contain_text("通话中")
    expect(field).to_have_value("望河街道")
    end(colleague, ring, extension=THEIRS)


def test_without_the_socket_the_call_still_comes(logged_in, ring):
    page = logged_in("operator1")
    page.route_web_socket("**/ws/live/**", lambda socket: socket.close())
    page.reload()
    ring("ringing")
    expect(page.locator("#strip")).to_contain_text("振铃")
    held = held_by(page)
    ring("abandoned")
    expect(held).to_have_count(0)


def test_played_calls_are_taken_over_both_ways_and_the_lost_ones_wait(logged_in, server):
    played = ["play_calls", "--calls", "12", "--at-once", "--url", server.url, "--extensions", "8004,8005"]
    variables = env.for_child(TELEPHONY_KEYS=f"demo:{server.password}")
    for way in ([], ["--ws"]):
        command = [sys.executable, "manage.py", *played, *way]
        told = subprocess.run(command, cwd=env.BASE_DIR, env=variables, capture_output=True, text=True)
        assert (told.returncode, "refused" in told.stdout, "duplicate" in told.stdout) == (0, False, True), told.stderr

    page = logged_in("operator2")
    page.goto("/intake/missed/")
    expect(page.locator(".contested li").first).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("1000000")


def test_the_shift_opens_for_oneself(desk):
    desk.locator(".own-shift summary").click()
    expect(desk.locator(".own-shift")).to_contain_text("只有您自己看得到")
