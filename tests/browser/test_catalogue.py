"""The catalogue in a browser: a draft is made, an entry changed, compared, previewed, and thrown away again."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser

PAGES = ("/catalogue/", "/catalogue/changes/", "/catalogue/impact/", "/catalogue/editions/", "/catalogue/import/")


def the_draft(page: Page) -> None:
    page.goto("/catalogue/")
    page.get_by_role("button", name="新建草案").click()
    expect(page.locator(".notice.good")).to_contain_text("可以开始改了")


def test_an_entry_is_changed_compared_and_previewed(logged_in):
    page = logged_in("center1")
    the_draft(page)
    page.get_by_label("分类、区域或单位").fill("路灯不亮")
    page.get_by_role("button", name="查找").click()
    page.locator(".table-title", has_text="路灯不亮").first.click()
    page.get_by_label("主办单位类别", exact=True).select_option("street.office")
    page.get_by_role("button", name="保存到草案").click()
    expect(page.locator(".table .tag", has_text="改动")).to_be_visible()

    page.get_by_role("link", name="核对发布").click()
    expect(page.locator(".changes ins").first).to_have_text("街道办事处（乡镇政府）")
    page.get_by_role("link", name="影响预览", exact=True).click()
    page.get_by_role("button", name="开始预览").click()
    expect(page.locator("#impact-title")).to_contain_text("件将改派")

    for address in (*PAGES, "/catalogue/entry/?leaf=12.03.01"):
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            page.goto(address)
            assert violations(page) == [], f"{address} {size['width']}"
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{address} {size['width']}"

    page.goto("/catalogue/changes/")
    page.get_by_role("button", name="放弃草案").click()
    expect(page.locator(".notice.good")).to_contain_text("草案已放弃")
