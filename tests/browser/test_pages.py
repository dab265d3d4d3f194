"""Every page, as somebody who works with it: accessible, whole and easy to hit, in every look; see walk.py.

A new page is walked when a link leads to it; one that no link leads to goes into STAFF_PAGES. Pictures of all pages
stay in var/screenshots.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser import walk
from tests.browser.conftest import PHONE
from tests.browser.walk import Walk

pytestmark = pytest.mark.browser

# Where the walk starts, person by person; it goes on along the links. A page that no link leads to, and every tab worth
# looking at by itself, stands here.
STAFF_PAGES = [
    ("operator1", "/intake/"),
    ("operator1", "/cases/"),
    ("operator1", "/cases/?state=open&channel=phone&mine=1"),
    ("operator1", "/cases/views/"),
    ("operator1", "/search/?q=停水"),
    ("supervisor1", "/jobs/?whose=all"),
    ("operator1", "/styleguide/"),
    ("operator1", "/drafts/"),
    ("operator1", "/intake/missed/"),
    ("operator1", "/intake/shift/"),
    ("operator1", "/intake/calls/1/transfer/"),
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
    ("supervisor1", "/board/?range=month&metric=residents"),
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
    ("operator1", "/problems/"),
    ("admin", "/manage/people/"),
    ("admin", "/manage/people/new/"),
    ("admin", "/manage/people/import/"),
    ("admin", "/manage/units/"),
    ("admin", "/manage/units/new/"),
    ("admin", "/manage/areas/import/"),
    ("admin", "/manage/audit/"),
    ("admin", "/manage/health/"),
    ("admin", "/manage/texts/"),
]
PUBLIC_PAGES = ["/c/", "/c/submit/", "/c/track/", "/c/ask/", "/login/"]
# Named addresses that no walk reaches, and why; what only takes a form is known by itself.
NOT_WALKED = {
    "answers with a part of a page": "callback-dial callback-rows case-live dispatch-rows drafts-kept jobs-now"
    " live-missed live-notice queue",
    "answers with a file": "board-sheet catalogue-sheet citizen-file citizen-file-small file file-small issue-curve"
    " job-file manage-areas-file manage-audit-file monthly-paper report-file topic-months-sheet",
    "leads on to another page": "home",
    "needs the link of an invitation; test_story.py looks at it": "citizen-rate",
    "has nothing to show in the demo city; tests/frontend has it": "integrity-finding citizen-reopen",
}
TEXT = "小区南门的健身器材断了一根横杆，孩子常在那里玩，请尽快来修。"


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """Names of the pages that somebody has looked at: the last test says where nobody has been."""
    return set()


@pytest.fixture
def walked(seen) -> Iterator[Walk]:
    """What a test walks; it fails with everything that was wrong anywhere."""
    going = Walk(seen)
    yield going
    assert "\n".join(going.faults) == ""


def test_staff_pages(logged_in, walked):
    people: dict[str, list[str]] = {}
    for person, address in STAFF_PAGES:
        people.setdefault(person, []).append(address)
    walked.seen |= {walk.name_of(address) for _person, address in STAFF_PAGES}
    for person, addresses in people.items():
        page = logged_in(person)
        walked.through(page, person, addresses, walk.staff_page)
        page.context.close()


def test_pages_of_what_has_been_begun(logged_in, walked):
    """A draft of the catalogue, a command event, a batch of cases to send."""
    center = logged_in("center1")
    center.goto("/catalogue/")
    press_if_there(center, "新建草案")
    addresses = ["/catalogue/", "/catalogue/entry/", "/catalogue/import/", "/catalogue/changes/", "/catalogue/impact/"]
    walked.through(center, "center1-draft", addresses, walk.staff_page)
    center.goto("/alerts/")
    center.locator(".table-title").first.click()
    if center.get_by_label("事件名称").count():
        center.locator("summary", has_text="启动指挥").click()
        center.get_by_label("事件名称").fill("槐荫街道停水")
    press_if_there(center, "启动指挥")
    events = [address for address in [center.url, *walk.links(center)] if "/alerts/events/" in address]
    walked.through(center, "center1", [events[0].removeprefix(walk.base_of(center))], walk.staff_page)
    dispatcher = logged_in("dispatcher1")
    dispatcher.goto("/dispatch/?part=dispatch")
    no = dispatcher.locator("[name=pick]").first.get_attribute("value")
    walked.through(dispatcher, "dispatcher1", [f"/dispatch/batch/?pick={no}"], walk.staff_page)


def press_if_there(page: Page, button: str) -> None:
    """What an earlier run on the same system has begun is there already."""
    found = page.get_by_role("button", name=button)
    if found.count():
        found.first.click()
        page.wait_for_load_state()


def test_public_pages(page, logged_in, walked):
    walked.through(page, "citizen", PUBLIC_PAGES, walk.citizens_page)
    walked.note("citizen", "/c/submit/", report(page))
    walked.seen.add("citizen-done")
    walked.through(page, "citizen", walk.links(page), walk.citizens_page)
    staff = logged_in("operator1")
    walked.through(staff, "operator1", ["/styleguide/citizen/"], walk.citizens_page)


def report(page: Page) -> Iterator[str]:
    """The four steps of a report, what neighbours say, and the receipt."""
    page.goto("/c/submit/")
    page.get_by_label("您要反映什么事").fill(TEXT)
    page.get_by_role("button", name="下一步").click()
    yield from walk.step(page, "citizen", "step-2")
    page.get_by_label("在哪里发生的").fill("江北区望河街道柳荫里小区")
    page.get_by_role("button", name="下一步").click()
    if page.get_by_role("heading", name="先看一下").count():
        yield from walk.step(page, "citizen", "step-known")
        page.get_by_role("button", name=re.compile("继续填写")).click()
    yield from walk.step(page, "citizen", "step-3")
    page.get_by_label("您的电话").fill("138 0000 3111")
    page.get_by_role("button", name="下一步").click()
    yield from walk.step(page, "citizen", "step-4")
    page.get_by_role("button", name="提交", exact=True).click()
    page.wait_for_url("**/c/done/")
    yield from walk.step(page, "citizen", "receipt")


def test_nobody_forgot_a_page(seen):
    """After the tests above; alone it has nothing to go by."""
    if not seen:
        pytest.skip("the walks of this module have not been made")
    known = {name for names in NOT_WALKED.values() for name in names.split()}
    assert sorted(walk.names_of_pages() - seen - known) == []
    assert sorted(known - walk.names_of_pages()) == [], "an excuse without a page"


def test_large_type_is_remembered(new_context):
    page = new_context(viewport=PHONE).new_page()
    page.goto("/c/")
    page.get_by_role("button", name="大字版").click()
    page.goto("/c/track/")
    assert page.locator("html").get_attribute("data-scale") == "care"
