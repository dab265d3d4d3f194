"""Flows by keyboard alone: nothing here clicks, fills or checks. Intake, dispatch, call-back have their own files."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_field import TEAM, at_work, sent_to_the_street

pytestmark = pytest.mark.browser

FARTHEST = 120  # Tabs to the last thing a flow needs
HAS_FOCUS = "element => element === document.activeElement"
IS_IN_GROUP = "element => element.name === document.activeElement.name"


def reach(page: Page, target: Locator, *, where: str = HAS_FOCUS) -> None:
    for _tab in range(FARTHEST):
        if target.evaluate(where):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{target} is not reached with {FARTHEST} Tabs")


def write(page: Page, label: str, text: str) -> None:
    reach(page, page.get_by_label(label))
    page.keyboard.type(text)


def press(page: Page, button: str) -> None:
    reach(page, page.get_by_role("button", name=button, exact=True))
    page.keyboard.press("Enter")


def choose(page: Page, radio: str) -> None:
    """Tab leads to the group, Space takes the one that has the focus, an arrow goes on to the next."""
    target = page.get_by_role("radio", name=radio, exact=True)
    reach(page, target, where=IS_IN_GROUP)
    page.keyboard.press("Space")
    for _arrow in range(6):
        if target.is_checked():
            return
        page.keyboard.press("ArrowRight")
    pytest.fail(f"{radio} is not reached with arrows")


def test_a_citizen_reports_and_looks_up_the_progress(new_context):
    page = new_context().new_page()
    page.goto("/c/submit/")
    write(page, "您要反映什么事", "社区图书室的空调坏了一周，老人和孩子没法看书，希望修好。")
    press(page, "下一步")
    write(page, "在哪里发生的", "江南区清平街道清平里社区")
    press(page, "下一步")
    if page.get_by_role("heading", name="先看一下").count():
        press(page, "不是，继续填写")
    write(page, "您的电话", "13800003222")
    press(page, "下一步")
    press(page, "提交")
    expect(page.get_by_role("heading", level=1)).to_have_text("已收到您的反映")
    reach(page, page.get_by_role("link", name="看现在到哪一步"))
    page.keyboard.press("Enter")
    expect(page.locator(".state")).to_contain_text("已收到")


@pytest.fixture
def fresh(browser, server) -> str:
    """The number of a case that waits for handler1's signature."""
    people = [at_work(browser, server, name) for name in TEAM]
    no = sent_to_the_street(*people, n=40)
    for page in people:
        page.context.close()
    return no


def test_a_unit_signs_contacts_and_answers(logged_in, fresh):
    page = logged_in("handler1")
    page.goto(f"/unit/?tab=sign&case={fresh}")
    choose(page, "现场")
    write(page, "给市民的答复", "您好，我们已到现场更换灯具，今晚恢复照明。如再发生，请随时来电。")
    choose(page, "已解决")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".notice.good")).to_contain_text(re.compile("负责人审核"))
