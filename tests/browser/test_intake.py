"""The call desk under the fingers of somebody in a hurry: Chinese input, two clicks, a reload, a second screen."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walk import missing_sheets

pytestmark = pytest.mark.browser

TEXT = "望河街道柳荫里小区南侧的路灯已经坏了三天，晚上走路看不见，请尽快派人维修。"


def fill_in(page: Page, text: str, phone: str) -> None:
    page.get_by_label("联系电话").fill(phone)
    page.get_by_label("诉求内容").fill(text)


def test_composing_chinese_sends_nothing_and_the_finished_word_is_asked_once(logged_in):
    page = logged_in("operator1")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "suggestions" in request.url else None)
    page.get_by_label("诉求内容").focus()
    keyboard = page.context.new_cdp_session(page)
    for pinyin in ("l", "lu", "lu'd", "lu'deng", "lu'deng'bu'liang"):
        keyboard.send("Input.imeSetComposition", {"text": pinyin, "selectionStart": 1, "selectionEnd": 1})
        page.wait_for_timeout(300)
    while_composing = len(asked)
    keyboard.send("Input.insertText", {"text": "路灯不亮"})
    page.wait_for_timeout(900)
    assert (while_composing, len(asked)) == (0, 1)
    expect(page.get_by_label("诉求内容")).to_have_value("路灯不亮")


def test_a_category_chosen_by_hand_is_never_overwritten(logged_in):
    page = logged_in("operator1")
    fill_in(page, TEXT, "13800002001")
    expect(page.locator(".sug").first).to_be_visible()
    page.get_by_label("诉求分类").select_option(index=5)
    chosen = page.get_by_label("诉求分类").input_value()
    with page.expect_response(re.compile("suggestions")):
        page.get_by_label("诉求内容").press_sequentially("还有暖气也不热。")
    page.wait_for_timeout(200)
    assert page.get_by_label("诉求分类").input_value() == chosen


def test_what_comes_to_the_desk_later_needs_no_sheet_that_it_lacks(logged_in):
    page = logged_in("operator1")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-errors]")).to_be_focused()
    page.get_by_role("textbox", name="诉求内容").fill(TEXT)
    expect(page.locator(".sug").first).to_be_visible()
    page.locator(".own-shift summary").click()
    expect(page.locator(".own-shift .shift")).to_be_visible()
    page.keyboard.press("Control+KeyK")
    expect(page.locator("dialog.palette [role=option]").first).to_be_visible()
    assert missing_sheets(page) == []


def test_two_quick_submits_make_one_case(logged_in):
    page = logged_in("operator1")
    fill_in(page, TEXT, "13800002002")
    page.evaluate(
        "() => { const form = document.querySelector('#intake'); const data = new FormData(form);"
        " return Promise.all([1, 2].map(() => fetch(location.href, { method: 'POST', body: data }))); }"
    )
    page.goto("/intake/")
    page.get_by_label("联系电话").fill("13800002002")
    page.get_by_label("联系电话").dispatch_event("settled")
    expect(page.locator("#caller-card")).to_contain_text("90 天内第 2 次来电")


def test_a_reload_loses_nothing_that_was_typed(logged_in):
    page = logged_in("operator2")
    fill_in(page, TEXT, "13800002003")
    expect(page.locator("[data-draft-note]")).to_contain_text("已自动保存在本机")
    page.reload()
    expect(page.get_by_label("诉求内容")).to_have_value(TEXT)


def test_logging_out_clears_the_drafts_of_this_browser(logged_in):
    page = logged_in("operator2")
    fill_in(page, TEXT, "13800002004")
    expect(page.locator("[data-draft-note]")).to_contain_text("已自动保存在本机")
    page.locator(".me summary").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/login/")
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))") == []


def test_a_form_with_errors_keeps_everything_and_takes_the_focus(logged_in):
    page = logged_in("operator1")
    page.get_by_label("诉求内容").fill(TEXT)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-errors]")).to_be_focused()
    expect(page).to_have_title(re.compile("^错误："))
    expect(page.get_by_label("诉求内容")).to_have_value(TEXT)


def test_a_new_case_shows_on_another_screen_by_itself(logged_in):
    reviewer, operator = logged_in("reviewer1"), logged_in("operator1")
    reviewer.goto("/dispatch/?part=review")
    expect(reviewer.locator("[data-live-word]")).to_have_text("实时")
    before = int(reviewer.locator(".tabs b").first.inner_text())
    fill_in(operator, TEXT, "13800002005")
    operator.keyboard.press("Control+Enter")
    expect(operator.locator(".notice.good")).to_be_visible()
    expect(reviewer.locator(".tabs b").first).to_have_text(str(before + 1))


def test_the_call_desk_fits_the_screen_without_scrolling(logged_in):
    page = logged_in("operator1")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
