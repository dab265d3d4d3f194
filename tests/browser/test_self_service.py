"""Asking first and saying "me too" without JavaScript, and an operator who answers from the base by keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser

QUESTION = "停暖抢修多久恢复？家里突然停暖"
DARK = "小区门口的路灯坏了一个星期，晚上漆黑一片，请尽快派人维修。"
PLACE = "江北区望河街道柳荫里小区"


@pytest.fixture
def plain(new_context) -> Page:
    """A phone with JavaScript switched off, in large type."""
    page = new_context(java_script_enabled=False, viewport=PHONE).new_page()
    page.goto("/c/?care=1")
    return page


def whole(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_question_is_answered_and_what_is_not_solved_goes_on_as_a_case(plain):
    plain.get_by_role("link", name="先问一问").click()
    plain.get_by_label("您想问什么").fill(QUESTION)
    plain.get_by_role("button", name="看看怎么答复").click()
    expect(plain.locator("h1")).to_have_text("给您的答复")
    expect(plain.locator(".ready-from").first).to_contain_text("下次复核")
    assert whole(plain)

    plain.get_by_role("button", name="没有解决，我要反映").click()
    expect(plain.get_by_label("在哪里发生的")).to_be_visible()
    plain.get_by_role("button", name="上一步").click()
    expect(plain.get_by_label("您要反映什么事")).to_have_value(QUESTION)


def test_saying_that_it_helped_ends_there_and_leaves_the_way_open(plain):
    plain.goto("/c/ask/")
    plain.get_by_label("您想问什么").fill(QUESTION)
    plain.get_by_role("button", name="看看怎么答复").click()
    plain.get_by_role("button", name="解决了，谢谢").first.click()
    expect(plain.locator("h1")).to_have_text("谢谢您告诉我们")
    expect(plain.get_by_role("button", name="还是要反映")).to_be_visible()


def begin(page: Page) -> None:
    page.goto("/c/submit/")
    page.get_by_label("您要反映什么事").fill(DARK)
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("在哪里发生的").fill(PLACE)
    page.get_by_role("button", name="下一步").click()


def finish(page: Page, phone: str) -> str:
    page.get_by_label("您的电话").fill(phone)
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="提交", exact=True).click()
    return page.locator(".number").first.inner_text()


def test_a_neighbour_who_says_me_too_has_a_number_of_their_own(plain, new_context):
    begin(plain)
    if plain.get_by_role("heading", name="先看一下").count():
        plain.get_by_role("button", name=re.compile("不是|还是要反映")).click()
    first = finish(plain, "13800004001")

    second = new_context(viewport=PHONE).new_page()
    begin(second)
    expect(second.locator("h1")).to_have_text("先看一下")
    expect(second.locator("main")).not_to_contain_text("漆黑")
    assert (violations(second), whole(second)) == ([], True)
    second.get_by_role("button", name="是，我也一样").first.click()

    assert finish(second, "13800004002") != first
    second.get_by_role("link", name="看现在到哪一步").click()
    expect(second.locator("main")).to_contain_text("已与同一件事合并办理")


def test_an_operator_reads_out_an_answer_and_closes_the_call_by_keyboard(logged_in):
    page = logged_in("operator2")
    page.get_by_label("联系电话").fill("13800004009")
    page.get_by_label("诉求内容").fill("老人80岁了，高龄津贴怎么领，什么时候发放？")
    expect(page.locator(".say-it").first).to_contain_text("高龄津贴")
    page.keyboard.press("Alt+KeyR")
    expect(page.get_by_label("答复内容")).not_to_be_empty()
    expect(page.get_by_label("答复依据")).to_have_value("高龄津贴什么时候发")
    assert violations(page) == []
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="已直接答复")).to_be_visible()


def test_a_known_event_stands_above_a_call_from_its_street(logged_in):
    page = logged_in("operator2")
    page.get_by_label("联系电话").fill("13800004010")
    page.get_by_label("发生地点").fill(PLACE)
    page.get_by_label("诉求内容").fill("家里突然停水了，没有通知，什么时候来水？")
    told = page.locator(".told")
    expect(told).to_contain_text("望河街道停水抢修")
    told.get_by_role("checkbox").check()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="已提交")).to_be_visible()


def test_a_keeper_makes_a_draft_of_what_is_missing(logged_in):
    page = logged_in("knowledge1")
    expect(page).to_have_url(re.compile("/kb/"))
    page.get_by_role("link", name="缺少的口径").click()
    page.get_by_role("button", name="建草稿").first.click()
    expect(page.get_by_role("heading", name="修改")).to_be_visible()
    assert violations(page) == []
