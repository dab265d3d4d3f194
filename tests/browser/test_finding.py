"""Ctrl K by keyboard and with an input method, the list's address and the back button, columns, ticks that stay."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser


def palette(page: Page) -> Locator:
    return page.locator("dialog.palette")


def open_palette(page: Page, address: str = "/cases/") -> Page:
    page.goto(address)
    page.keyboard.press("Control+KeyK")
    expect(palette(page).get_by_role("combobox")).to_be_focused()
    expect(palette(page).get_by_role("option").first).to_be_visible()
    return page


def asked(page: Page) -> list[str]:
    """The palette's questions from now on."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url) if "/search/found/" in request.url else None)
    return found


def test_the_palette_is_fetched_when_it_is_asked_for_and_leads_to_a_case_by_keyboard(logged_in):
    page = logged_in("operator1")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url) if "palette" in request.url else None)
    page.goto("/cases/")
    first = page.locator(".table-title").first.get_attribute("href")
    assert fetched == []

    open_palette(page)
    page.keyboard.type(first.split("/")[2][-6:])
    option = palette(page).get_by_role("group", name="工单").get_by_role("option").first
    expect(option).to_have_attribute("aria-selected", "true")
    assert palette(page).get_by_role("combobox").get_attribute("aria-activedescendant") == option.get_attribute("id")
    assert violations(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{first}")
    assert len(fetched) == 1

    open_palette(page)
    expect(palette(page).get_by_role("group", name="最近去过").get_by_role("option").first).to_have_attribute(
        "href", first
    )


def test_arrows_go_round_and_escape_gives_the_focus_back(logged_in):
    page = open_palette(logged_in("operator1"))
    options = palette(page).get_by_role("option")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(palette(page)).to_be_hidden()
    expect(page.locator(".find input[name=q]")).to_be_focused()


def test_nothing_is_asked_while_an_input_method_composes(logged_in):
    page = open_palette(logged_in("operator1"))
    questions, keyboard = asked(page), page.context.new_cdp_session(page)
    for said in ("l", "lu", "lud", "ludeng"):
        keyboard.send("Input.imeSetComposition", {"text": said, "selectionStart": len(said), "selectionEnd": len(said)})
    page.wait_for_timeout(500)
    assert questions == []
    keyboard.send("Input.insertText", {"text": "路灯"})
    page.wait_for_timeout(800)
    assert len(questions) == 1


def test_a_number_is_sent_once_and_never_stands_in_an_address(logged_in):
    page = open_palette(logged_in("operator1"))
    page.keyboard.type("13812345678")
    expect(palette(page).get_by_role("option", name="按这个号码查找")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/search/" in url or "caller=1" in url)
    assert "138" not in page.url


def test_what_was_chosen_is_forgotten_at_logout(logged_in):
    page = open_palette(logged_in("operator1"))
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    page.locator(".me summary").last.click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/login/**")
    assert page.evaluate("localStorage.getItem('recent')") is None


def test_without_scripts_the_same_is_found_on_a_page(logged_in, new_context, server):
    with_scripts = logged_in("operator1")
    plain = new_context(java_script_enabled=False)
    plain.add_cookies(with_scripts.context.cookies())
    page = plain.new_page()
    page.goto("/cases/")
    page.fill(".find input[name=q]", "督办 路灯")
    page.press(".find input[name=q]", "Enter")
    page.wait_for_url(lambda url: "/search/?q=" in url)
    page.fill("#wanted", "工单")
    page.press("#wanted", "Enter")
    expect(page.get_by_role("heading", name="页面", exact=True)).to_be_visible()


def test_the_back_button_brings_the_very_list_back(logged_in):
    page = logged_in("supervisor1")
    page.goto("/cases/")
    page.select_option("[name=state]", "open")
    page.get_by_role("button", name="查找", exact=True).click()
    page.wait_for_url("**/cases/?state=open")
    page.get_by_role("link", name="下一页").click()
    page.wait_for_url(re.compile(r"state=open&after=\d+"))
    there, titles = page.url, page.locator(".table-title").all_inner_texts()
    page.locator(".table-title").first.click()
    page.wait_for_url("**/cases/LJ**")
    page.go_back()
    page.wait_for_url(there)
    assert page.locator(".table-title").all_inner_texts() == titles
    page.get_by_role("link", name="状态：未办结").click()
    page.wait_for_url("**/cases/?view=all")


def test_columns_are_kept_on_another_machine(logged_in):
    page = logged_in("reviewer1")
    page.goto("/cases/")
    page.get_by_text("显示列").first.click()
    page.get_by_label("区域").last.uncheck()
    page.get_by_label("渠道").last.check()
    page.get_by_role("button", name="保存").click()
    other = logged_in("reviewer1")
    other.goto("/cases/")
    heads = other.locator(".table th").all_inner_texts()
    assert ("渠道" in heads, "区域" in heads) == (True, False)
    other.get_by_text("显示列").first.click()
    other.get_by_label("区域").last.check()
    other.get_by_role("button", name="保存").click()


def test_ticks_stay_when_the_list_looks_again(logged_in):
    page = logged_in("supervisor1")
    page.goto("/cases/?state=in_progress")
    box = page.locator("input[name=pick]").first
    box.check()
    with page.expect_response(lambda answer: "/cases/?" in answer.url and "pick=" in answer.url):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('live-back'))")
    page.wait_for_timeout(300)
    expect(box).to_be_checked()
    expect(page.locator("[data-picks]")).to_have_text(re.compile("已勾选 1"))


def test_a_file_is_downloaded_twice_from_one_page(logged_in):
    page = logged_in("supervisor1")
    page.goto("/cases/?state=open")
    page.get_by_text("导出").first.click()
    for _ in range(2):
        with page.expect_download() as download:
            page.get_by_role("button", name="CSV").click()
        assert download.value.suggested_filename.startswith("工单_")


def test_a_phone_shows_cards_and_a_way_to_search(logged_in):
    page = logged_in("handler1", viewport=PHONE)
    page.goto("/cases/")
    page.get_by_role("link", name="全局搜索").click()
    expect(page.locator("#wanted")).to_be_visible()
