"""The front door, in a real browser: everything loads under the content policy, and a wrong password stays outside."""

import pytest
from playwright.sync_api import expect

from tests.browser import axe
from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_login_page_is_accessible_and_loads_without_a_complaint(new_context, viewport):
    page = new_context(viewport=viewport).new_page()
    page.goto("/login/")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert axe.violations(page) == []


def test_a_wrong_password_is_refused_on_the_same_page(page):
    page.goto("/login/")
    page.fill("[name=username]", "dispatcher")
    page.fill("[name=password]", "wrong")
    page.press("[name=password]", "Enter")
    page.wait_for_load_state()
    assert "/login/" in page.url
    assert page.locator("[name=password]").is_visible()


def test_pages_for_staff_send_a_visitor_to_the_login(page):
    page.goto("/intake/")
    page.wait_for_url("**/login/**")


def test_a_known_person_comes_in(logged_in):
    assert "/login" not in logged_in("dispatcher1").url


def test_colours_follow_the_system_until_somebody_chooses(logged_in):
    page = logged_in("dispatcher1")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(ground)
    assert dark != light
    assert axe.violations(page) == []
    for choice, seen in (("浅色", light), ("深色", dark), ("跟随系统", dark)):
        page.click(".me > summary")
        page.click(f"button:text-is('{choice}')")
        page.wait_for_load_state()
        page.click(".me > summary")
        expect(page.locator(f"button:text-is('{choice}')")).to_have_attribute("aria-pressed", "true")
        assert page.evaluate(ground) == seen
        page.click(".me > summary")
