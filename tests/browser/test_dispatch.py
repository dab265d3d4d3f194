"""The dispatcher's desk by keyboard: a digit chooses, Enter sends, and two people cannot send one case."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def open_desk(page: Page) -> Page:
    page.goto("/dispatch/?part=dispatch")
    expect(page.locator(".target").first).to_be_visible()
    return page


def test_a_digit_and_enter_send_the_case_and_the_next_one_comes_up(logged_in):
    page = open_desk(logged_in("dispatcher1"))
    sent = page.locator(".case-head a").inner_text()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator(".notice.good")).to_contain_text(f"{sent} 已派单")
    expect(page.locator(".case-head a")).not_to_have_text(sent)


def test_the_second_of_two_dispatchers_is_told_in_place(logged_in):
    first, second = open_desk(logged_in("dispatcher1")), open_desk(logged_in("dispatcher2"))
    for page in (first, second):
        page.keyboard.press("1")
    first.keyboard.press("Enter")
    expect(first.locator(".notice.good")).to_be_visible()
    second.keyboard.press("Enter")
    expect(second.locator("[role=alert], .empty").first).to_be_visible()
    expect(second.locator(".notice.good")).to_have_count(0)


def test_single_keys_can_be_switched_off(logged_in):
    page = open_desk(logged_in("dispatcher1"))
    page.keyboard.press("F1")
    page.locator("[data-single-keys]").uncheck()
    page.get_by_role("button", name="关闭").click()
    page.keyboard.press("2")
    expect(page.locator(".target input").nth(0)).to_be_checked()
