"""运行态势 in a browser: charts are drawn, a new case shows by itself, a wall needs nobody."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser

WALL = {"width": 1920, "height": 1080}


def received(page: Page) -> int:
    return int(page.locator(".is-received .board-number").inner_text().rstrip("件").replace(",", ""))


def drawn(page: Page) -> Page:
    expect(page.locator("#main[data-drawn]")).to_be_attached()
    return page


def file_a_case(page: Page, phone: str) -> None:
    page.get_by_label("联系电话").fill(phone)
    page.get_by_label("诉求内容").fill("望河街道柳荫里小区东门的井盖破了一半，晚上容易踩空，请派人更换。")
    page.keyboard.press("Control+Enter")


def test_charts_are_drawn_with_their_labels_tables_and_files(logged_in):
    page = logged_in("supervisor1")
    page.goto("/board/?range=month")
    drawn(page)

    for code in ("river", "ways", "week"):
        place = page.locator(f"[data-chart={code}]")
        expect(place.locator("canvas").first).to_be_visible()  # a chart may draw on several, one above another
        assert place.get_attribute("role") == "img" and place.get_attribute("aria-label")
    page.locator(".is-ways summary").click()
    expect(page.locator("#ways-table tbody tr").first).to_be_visible()
    for code in ("ways", "map"):
        page.locator(f".is-{code} summary").click() if code != "ways" else None
        with page.expect_download() as file:
            page.locator(f"[data-picture-of={code}]").click()
        assert file.value.suggested_filename == f"board-{code}.png"


def test_patterns_are_remembered(logged_in):
    page = logged_in("supervisor1")
    page.goto("/board/")
    drawn(page)
    page.get_by_role("button", name="图案填充").click()
    page.reload()
    expect(page.get_by_role("button", name="图案填充")).to_have_attribute("aria-pressed", "true")


def test_a_new_case_is_on_the_board_and_on_the_wall_by_itself(logged_in):
    board, wall = logged_in("supervisor1"), logged_in("leader1", viewport=WALL)
    for page, address in ((board, "/board/"), (wall, "/board/?wall=1")):
        page.goto(address)
        expect(page.locator("body[data-link=live]")).to_be_attached()
        drawn(page)
    before = received(board)
    file_a_case(logged_in("operator1"), "13800004001")

    for page in (board, wall):  # how soon is measured by bench/board.py
        expect(page.locator(".is-received .board-number")).to_have_text(re.compile(rf"^{before + 1:,}件$"))


def test_a_wall_fills_its_screen_and_outlives_a_lost_link(logged_in):
    page = logged_in("supervisor1", viewport=WALL)
    page.goto("/board/?wall=1")
    drawn(page)
    size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert size == [WALL["width"], WALL["height"]]
    assert page.locator("main button:visible, main summary:visible").count() == 0

    clock = page.locator("board-clock")
    said = clock.inner_text()
    page.context.set_offline(True)
    page.wait_for_timeout(1500)
    assert clock.inner_text() != said and received(page) >= 0


def test_without_a_script_the_board_is_figures_tables_and_links(new_context, server):
    page = new_context(java_script_enabled=False, viewport=PHONE).new_page()
    page.goto("/login/")
    page.fill("[name=username]", "supervisor1")
    page.fill("[name=password]", server.password)
    page.press("[name=password]", "Enter")
    page.goto("/board/?range=month")
    page.locator(".is-river summary").click()
    expect(page.locator("#river-table")).to_be_visible()
    page.locator(".is-received .board-number a").click()
    expect(page.locator("h1")).to_contain_text("数字背后的工单")
