"""The dispatcher's desk by keyboard: a digit chooses, Enter sends, J and K walk, Z takes back, B sends a whole leaf."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations

pytestmark = pytest.mark.browser


def open_desk(page: Page) -> Page:
    page.goto("/dispatch/?part=dispatch")
    expect(page.locator(".target").first).to_be_visible()
    return page


def shown(page: Page) -> str:
    return page.locator(".case-head a").inner_text()


def waiting(page: Page) -> int:
    return int(page.locator(".tabs [aria-current] b").inner_text())


def test_a_digit_and_enter_send_the_case_and_the_next_one_comes_up(logged_in):
    page = open_desk(logged_in("dispatcher1"))
    sent = shown(page)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator(".notice.good")).to_contain_text(f"{sent} 已派单")
    expect(page.locator(".case-head a")).not_to_have_text(sent)


def test_a_dispatch_is_taken_back_with_one_key_as_if_it_had_not_happened(logged_in):
    page = open_desk(logged_in("dispatcher1"))
    sent, before = shown(page), waiting(page)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator(".is-undo")).to_contain_text(sent)
    expect(page.locator("undo-clock")).to_have_text(re.compile(r"\d+"))
    page.keyboard.press("z")
    expect(page.locator(".messages")).to_contain_text("已撤销 1 件派单")
    expect(page.locator(".case-head a")).to_have_text(sent)
    assert waiting(page) == before
    expect(page.locator(".timeline")).to_contain_text("撤销派单")


def test_when_the_seconds_are_over_nothing_offers_to_take_back(logged_in):
    page = open_desk(logged_in("dispatcher2"))
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator(".is-undo")).to_be_visible()
    expect(page.locator(".is-undo")).to_have_count(0, timeout=15_000)


def test_j_and_k_walk_through_the_list_and_typing_is_left_alone(logged_in):
    page = open_desk(logged_in("dispatcher1"))
    first = shown(page)
    page.keyboard.press("j")
    expect(page.locator(".case-head a")).not_to_have_text(first)
    page.keyboard.press("k")
    expect(page.locator(".case-head a")).to_have_text(first)
    page.keyboard.press("ArrowDown")
    expect(page.locator(".case-head a")).not_to_have_text(first)
    second = shown(page)
    page.get_by_label("派单意见").fill("")
    page.keyboard.type("jjzb1")
    expect(page.get_by_label("派单意见")).to_have_value("jjzb1")
    assert shown(page) == second


def test_a_ticked_case_stays_ticked_when_the_list_refreshes(logged_in):
    page = open_desk(logged_in("dispatcher1"))
    page.keyboard.press("x")
    expect(page.locator("[data-picks]")).to_have_text("已勾选 1")
    with page.expect_response(re.compile("/dispatch/rows/")):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('live-back'))")
    page.wait_for_timeout(300)
    expect(page.locator(".is-here input[name=pick]")).to_be_checked()
    expect(page.locator("[data-picks]")).to_have_text("已勾选 1")


def test_cases_of_one_leaf_are_read_and_sent_together(logged_in):
    page = open_desk(logged_in("dispatcher2"))
    page.keyboard.press("b")
    expect(page.locator(".batch > li").first).to_be_visible()
    assert violations(page) == []
    ready = page.locator(".batch input:checked").count()
    page.keyboard.press("Enter")
    if ready:
        expect(page).to_have_url(re.compile(r"/dispatch/\?part=dispatch$"))
        said = page.locator("body").inner_text()
        # A unit that gave the case back before does not get it again: that case stays, with its sentence.
        gone = ready - said.count("该单位已经退过这件工单")
        assert not gone or f"已派出 {gone} 件" in said


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
    first = shown(page)
    page.keyboard.press("F1")
    page.locator("[data-single-keys]").uncheck()
    page.get_by_role("button", name="关闭").click()
    for key in ("2", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator(".target input").nth(0)).to_be_checked()
    assert shown(page) == first
    expect(page.locator("[name=pick]:checked")).to_have_count(0)
