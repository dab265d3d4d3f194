"""A screen on a wall for 24 hours: it does not grow, finds its link again, stays signed in, says so when it is not,
and goes over to the next day."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_board import WALL, drawn

pytestmark = pytest.mark.browser

REFRESHES = 300  # two and a half hours of one every 30 s; what grows by one a refresh is plain by then
WARM_UP = 20
# A few nodes and listeners come and go with what the city reports meanwhile; a leak would be one or more a refresh.
MOST_NODES, MOST_LISTENERS, MOST_BYTES = 150, 30, 3_000_000
SHANGHAI = ZoneInfo("Asia/Shanghai")
# What a refresh does, and when all that it brought is in place.
REFRESH = """async (times) => {
  for (let n = 0; n < times; n++) {
    const done = new Promise((settled) => document.body.addEventListener("htmx:afterRequest", settled, { once: true }));
    document.querySelector("#board-live").dispatchEvent(new CustomEvent("board-look"));
    await done;
    await new Promise(requestAnimationFrame);
  }
}"""
# Every socket that the page opens, so that a test can cut the one that is open.
KEEP_SOCKETS = """
window.sockets = [];
window.WebSocket = class extends WebSocket { constructor(...how) { super(...how); window.sockets.push(this); } };
"""


def sizes(page: Page) -> dict[str, int]:
    """Nodes, listeners and bytes that are still held: what one collection frees holds what the next one frees."""
    tools = page.context.new_cdp_session(page)
    tools.send("Performance.enable")
    for _ in range(4):
        tools.send("HeapProfiler.collectGarbage")
        page.wait_for_timeout(400)
    found = {each["name"]: int(each["value"]) for each in tools.send("Performance.getMetrics")["metrics"]}
    tools.detach()
    return {name: found[name] for name in ("Nodes", "JSEventListeners", "JSHeapUsedSize")}


@pytest.fixture
def wall(logged_in) -> Page:
    page = logged_in("leader1", viewport=WALL)
    page.add_init_script(KEEP_SOCKETS)
    page.goto("/board/?wall=1")
    expect(page.locator("body[data-link=live]")).to_be_attached()
    return drawn(page)


def test_a_wall_does_not_grow(wall):
    wall.evaluate(REFRESH, WARM_UP)
    before = sizes(wall)
    wall.evaluate(REFRESH, REFRESHES)
    after = sizes(wall)

    grown = {name: after[name] - before[name] for name in before}
    answer = wall.evaluate("document.evaluate('count(//node())', document).numberValue")
    assert grown["Nodes"] <= MOST_NODES + answer, grown  # the last answer, a whole page, may be held until the next
    assert grown["JSEventListeners"] <= MOST_LISTENERS, grown
    assert grown["JSHeapUsedSize"] <= MOST_BYTES, grown


def test_a_link_that_is_cut_comes_back_by_itself(wall):
    for _ in range(3):
        wall.evaluate("window.sockets.at(-1).close()")
        expect(wall.locator("body[data-link=lost]")).to_be_attached()
        assert wall.locator("[data-live-word]").first.inner_text()
        expect(wall.locator("body[data-link=live]")).to_be_attached()
    assert wall.evaluate("window.sockets.filter((each) => each.readyState <= 1).length") == 1


def test_a_wall_says_when_its_session_has_ended(wall, complaints):
    figures = wall.locator(".is-received .board-number").inner_text()
    wall.context.clear_cookies()
    wall.evaluate(REFRESH, 1)
    expect(wall.locator("body[data-link=out]")).to_be_attached()
    assert re.search("登录", wall.locator("[data-live-word]").first.inner_text())
    assert wall.locator(".is-received .board-number").inner_text() == figures  # the last picture stays
    complaints[:] = [said for said in complaints if "401" not in said]  # the browser notes the answer, rightly


def test_the_clock_of_a_wall_goes_over_midnight(wall):
    """The server's clock says ten seconds to midnight in the answer to the next look."""
    today = dt.datetime.now(SHANGHAI).date()
    late = dt.datetime.combine(today, dt.time(23, 59, 55), SHANGHAI).astimezone(dt.UTC)

    def at_night(route):
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "date": f"{late:%a, %d %b %Y %H:%M:%S} GMT"})

    wall.route("**/board/?wall=1", at_night)
    wall.evaluate(REFRESH, 1)
    wall.unroute("**/board/?wall=1")
    clock = wall.locator("board-clock")
    expect(clock).to_have_text(re.compile(f"^{today.isoformat()} .* 23:59:"))
    expect(clock).to_have_text(re.compile(f"^{(today + dt.timedelta(days=1)).isoformat()} .* 00:00:"))
