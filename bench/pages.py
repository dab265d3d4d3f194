"""How soon a page can be read and used, on an office desk, an old office PC and a phone on a slow 4G.

    make run                                   (in another terminal; wait for its address)
    python bench/pages.py --url http://127.0.0.1:8000 --password PASSWORD [--loads 9]

Real Chromium with empty caches for every load, slowed by its own means: CPU so many times slower, the line so fast,
each answer so late. Loads of all pages and profiles are interleaved, so that other work on the machine meets all
alike; medians are said, with the slowest tenth beside. Needs playwright (requirements-dev) and a Chromium.

`first paint` is what Chromium reports as first-contentful-paint. `usable` is the end of DOMContentLoaded: the page's
module has run, keys and forms answer. `drawn` is when the board has drawn its charts. `bytes` came over the line,
`asked` is the number of requests. Limits: interface.md §2 (d) for the operator's page and the board, §7 for the rest.
"""

import argparse
import json
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.chromium import FLAGS, chromium_path  # noqa: E402

PATIENCE = 60_000  # milliseconds
UNTIL_PAINTED = """() => new Promise(done => new PerformanceObserver(list =>
  list.getEntriesByName('first-contentful-paint').length && done()).observe({type: 'paint', buffered: true}))"""
FIGURES = """() => {
  const shown = performance.getEntriesByType('paint').find(e => e.name === 'first-contentful-paint');
  const whole = performance.getEntriesByType('navigation')[0];
  const parts = [whole, ...performance.getEntriesByType('resource')];
  return {
    'first paint': shown ? shown.startTime : null, usable: whole.domContentLoadedEventEnd,
    bytes: parts.reduce((sum, e) => sum + e.transferSize, 0), asked: parts.length,
  };
}"""


@dataclass(frozen=True)
class Profile:
    name: str
    slower: float  # CPU, times
    megabits: float  # a second, both ways; 0: as fast as it goes
    late: float  # milliseconds before an answer begins
    wide: int  # pixels


@dataclass(frozen=True)
class Shown:
    person: str  # "": a citizen, not logged in
    address: str
    has_charts: bool = False


PROFILES = (
    Profile("desk", 1, 0, 0, 1440),
    Profile("office PC", 2, 10, 20, 1440),
    Profile("4G phone", 4, 1.6, 150, 390),
)
PAGES = (
    Shown("operator1", "/intake/"),
    Shown("supervisor1", "/board/", has_charts=True),
    Shown("dispatcher1", "/dispatch/"),
    Shown("handler1", "/unit/"),
    Shown("supervisor1", "/cases/"),
    Shown("", "/c/"),
    Shown("", "/c/submit/"),
    Shown("", "/c/track/"),
)
# Milliseconds by (address, profile, figure); every other first paint on the phone: OTHER_PAINT.
LIMITS = {
    ("/intake/", "desk", "first paint"): 276,
    ("/intake/", "office PC", "first paint"): 432,
    ("/intake/", "4G phone", "first paint"): 676,
    ("/intake/", "desk", "usable"): 341,
    ("/intake/", "office PC", "usable"): 612,
    ("/intake/", "4G phone", "usable"): 854,
    ("/board/", "office PC", "drawn"): 1500,
    ("/board/", "4G phone", "drawn"): 3500,
    ("/c/submit/", "4G phone", "first paint"): 1500,
}
OTHER_PAINT = 1000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--url", default="http://127.0.0.1:8000")
    options.add_argument("--password", required=True, help="of the demo logins, as `make run` prints it")
    options.add_argument("--loads", type=int, default=9, help="of each page with each profile")
    chosen = options.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        people = {shown.person for shown in PAGES if shown.person}
        cookies = {person: logged_in(browser, chosen.url, person, chosen.password) for person in people} | {"": []}
        taken: dict[tuple, list[dict]] = {}
        for _ in range(chosen.loads):
            for shown in PAGES:
                for profile in PROFILES:
                    figures = load(browser, chosen.url, shown, profile, cookies[shown.person])
                    taken.setdefault((shown.address, profile.name), []).append(figures)
        browser.close()
    said(taken)


def logged_in(browser: Browser, url: str, person: str, password: str) -> list:
    """The cookies of somebody who has just entered their password."""
    context = browser.new_context(base_url=url)
    page = context.new_page()
    page.goto("/login/")
    page.fill("[name=username]", person)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda address: "/login/" not in address, timeout=PATIENCE)
    kept = context.cookies()
    context.close()
    return kept


def load(browser: Browser, url: str, shown: Shown, profile: Profile, cookies: list) -> dict[str, float]:
    """One load with empty caches; what the page itself says about it."""
    context = browser.new_context(base_url=url, viewport={"width": profile.wide, "height": 900})
    context.add_cookies(cookies)
    page = context.new_page()
    slow_down(context, page, profile)
    page.goto(shown.address, wait_until="load", timeout=PATIENCE)
    page.evaluate(UNTIL_PAINTED)  # wait_for_function would need eval, which the page's policy forbids
    if shown.has_charts:
        page.wait_for_selector("[data-drawn=yes]", timeout=PATIENCE)
    drawn = {"drawn": page.evaluate("performance.now()")} if shown.has_charts else {}
    figures = page.evaluate(FIGURES) | drawn
    context.close()
    return figures


def slow_down(context: BrowserContext, page: Page, profile: Profile) -> None:
    tools = context.new_cdp_session(page)
    rate = profile.megabits * 1_000_000 / 8 or -1  # bytes a second
    line = {"offline": False, "latency": profile.late, "downloadThroughput": rate, "uploadThroughput": rate}
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", line)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": profile.slower})


def said(taken: dict[tuple, list[dict]]) -> None:
    written = []
    for (address, profile), loads in sorted(taken.items()):
        for figure in loads[0]:
            values = sorted(load[figure] for load in loads)
            limit = LIMITS.get((address, profile, figure))
            if limit is None and (profile, figure) == ("4G phone", "first paint"):
                limit = OTHER_PAINT
            middle, slow = statistics.median(values), values[int(0.9 * (len(values) - 1))]
            line = {"page": address, "profile": profile, "figure": figure, "n": len(values)}
            written.append(line | {"median": round(middle), "p90": round(slow), "limit": limit})
            verdict = "" if limit is None else f"limit {limit}{'' if middle <= limit else '  MISSED'}"
            print(f"{address:12}{profile:12}{figure:14}{middle:10.0f}{slow:10.0f}   {verdict}")
    path = ROOT / "var" / "bench" / "pages.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(written, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
