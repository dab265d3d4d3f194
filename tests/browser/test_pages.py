"""Every page, light, dark and in large type: accessible as axe-core judges it, and whole on the narrowest phone."""

import pytest
from playwright.sync_api import Page

from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 700}
STAFF_PAGES = [
    ("operator1", "/intake/"),
    ("operator1", "/cases/"),
    ("operator1", "/styleguide/"),
    ("operator1", "/drafts/"),
    ("reviewer1", "/dispatch/?part=review"),
    ("dispatcher1", "/dispatch/?part=dispatch"),
    ("center1", "/contested/?tab=conference"),
    ("dispatcher1", "/contested/?tab=return"),
    ("supervisor1", "/supervise/"),
    ("supervisor1", "/supervise/?tab=running"),
    ("callback1", "/callback/"),
    ("callback1", "/callback/listening/"),
    ("reviewer1", "/requests/"),
    ("reviewer1", "/requests/register/"),
    ("supervisor1", "/supervise/wishes/"),
    ("supervisor1", "/supervise/pressed/"),
    ("handler1", "/unit/"),
    ("analyst1", "/learn/"),
    ("analyst1", "/learn/?part=disputed"),
    ("supervisor1", "/deliveries/"),
    ("supervisor1", "/deliveries/words/?topic=unit-assigned&way=email"),
    ("supervisor1", "/drift/"),
    ("supervisor1", "/scorecard/"),
    ("supervisor1", "/scorecard/publish/"),
    ("supervisor1", "/scorecard/formulas/"),
    ("supervisor1", "/scorecard/evaluation/"),
    ("supervisor1", "/integrity/"),
    ("supervisor1", "/alerts/"),
    ("supervisor1", "/alerts/calendar/"),
    ("head1", "/alerts/tasks/"),
    ("analyst1", "/topics/?days=all&least=2"),
    ("analyst1", "/topics/months/"),
    ("supervisor1", "/board/?range=month"),
    ("leader1", "/board/?wall=1"),
    ("supervisor1", "/board/list/"),
    ("dispatcher1", "/catalogue/"),
    ("center1", "/catalogue/changes/"),
    ("center1", "/catalogue/proposals/"),
    ("supervisor1", "/scorecard/reports/"),
    ("supervisor1", "/scorecard/reports/special/"),
    ("analyst1", "/monthly/"),
    ("analyst1", "/monthly/choose/"),
    ("analyst1", "/monthly/1/"),
    ("head1", "/monthly/1/"),
    ("knowledge1", "/kb/"),
    ("knowledge1", "/kb/new/"),
    ("knowledge1", "/kb/missing/"),
    ("knowledge1", "/kb/events/"),
]
CITIZEN_PAGES = ["/c/", "/c/submit/", "/c/track/", "/c/ask/", "/login/"]
COOKIES = {"light": [], "dark": [("theme", "dark")], "care": [("care", "1")], "en": [("django_language", "en")]}


def dressed(page: Page, look: str, base: str) -> Page:
    page.context.add_cookies([{"name": name, "value": value, "url": base} for name, value in COOKIES[look]])
    return page


def is_whole(page: Page) -> bool:
    """No horizontal scroll: what was written for a wide screen fits the window."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("look", ["light", "dark", "en"])
@pytest.mark.parametrize(("person", "address"), STAFF_PAGES)
def test_staff_pages_are_accessible_and_whole(logged_in, server, person, address, look):
    page = dressed(logged_in(person), look, server.url)
    for size in (DESKTOP, PHONE, NARROW):
        page.set_viewport_size(size)
        page.goto(address)
        page.wait_for_timeout(300)
        assert (violations(page), is_whole(page)) == ([], True), f"{address} {look} {size['width']}"


@pytest.mark.parametrize("look", ["light", "care", "en"])
@pytest.mark.parametrize("address", CITIZEN_PAGES)
def test_public_pages_are_accessible_and_whole(page, server, address, look):
    dressed(page, look, server.url)
    for size in (DESKTOP, PHONE, NARROW):
        page.set_viewport_size(size)
        page.goto(address)
        assert (violations(page), is_whole(page)) == ([], True), f"{address} {look} {size['width']}"


def test_a_case_page_is_accessible_and_whole(logged_in):
    page = logged_in("supervisor1")
    page.goto("/cases/")
    page.locator(".table-title").first.click()
    for size in (DESKTOP, PHONE, NARROW):
        page.set_viewport_size(size)
        page.reload()
        page.wait_for_timeout(300)
        assert (violations(page), is_whole(page)) == ([], True), size["width"]


@pytest.mark.parametrize("address", CITIZEN_PAGES[:4])
def test_large_type_is_large_and_easy_to_hit(new_context, address):
    page = new_context(viewport=PHONE).new_page()
    page.goto(f"{address}?care=1")
    smallest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('main *')].filter(e => !e.childElementCount && e.innerText?.trim())"
        ".map(e => parseFloat(getComputedStyle(e).fontSize)))"
    )
    lowest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('main a, main button, main input:not([type=hidden]), main textarea,"
        " .help a')].map(e => e.getBoundingClientRect().height))"
    )
    assert smallest >= 18
    assert lowest >= 60


def test_large_type_is_remembered(new_context):
    page = new_context(viewport=PHONE).new_page()
    page.goto("/c/")
    page.get_by_role("button", name="大字版").click()
    page.goto("/c/track/")
    assert page.locator("html").get_attribute("data-scale") == "care"
