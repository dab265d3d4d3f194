"""A walk over every page: where links lead, and what each page must hold, in every look and at every width.

The rules of size: on a touch screen (up to 820 px wide) every control is at least 44 px in both directions, in large
type 60 px; at a desk with a mouse 24 px, as WCAG 2.5.8 asks, because a list of cases is dense on purpose. A link inside
a sentence is exempt.
"""

import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, get_resolver, resolve
from playwright.sync_api import Page

from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, PHONE

CHECKS = Path(__file__).with_name("page_checks.js").read_text()
SCREENSHOTS = settings.VAR_DIR / "screenshots"
NARROW = {"width": 320, "height": 700}
TOUCH, TOUCH_IN_LARGE_TYPE = 44, 60  # pixels
MOST_SCREENS = 4  # heights of a window: what comes below is more of the same
SETTLED = 250  # milliseconds: what is fetched or painted after the page has loaded
SEEN_BY_WIDTH = ["color-contrast", "scrollable-region-focusable"]  # rules of axe whose answer the width can change
LARGE_TEXT = 18  # pixels, as MIIT asks of the elders' version
LONGEST_NAME = 80  # letters in the name of a picture
Look = Callable[[Page, str, str], Iterable[str]]


def name_of(address: str) -> str:
    """The name of the page at this address, empty where there is none of ours (the admin's are Django's)."""
    try:
        found = resolve(urlsplit(address).path)
    except Resolver404:
        return ""
    return "" if found.namespaces else found.url_name or ""


def names_of_pages() -> set[str]:
    """The names in frontend/urls.py of all that may be asked for: what only takes a form is left out."""
    patterns = _patterns(get_resolver().url_patterns)
    return {each.name for each in patterns if "@require_POST" not in inspect.getsource(inspect.unwrap(each.callback))}


def _patterns(patterns) -> Iterator:
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from [] if pattern.namespace else _patterns(pattern.url_patterns)
        elif pattern.callback.__module__.startswith("frontend."):
            yield pattern


def base_of(page: Page) -> str:
    here = urlsplit(page.url)
    return f"{here.scheme}://{here.netloc}"


def links(page: Page) -> list[str]:
    """Where this page leads within the site, without places on the page itself."""
    found = page.evaluate(
        "[...document.querySelectorAll('a[href]')].map(a => new URL(a.getAttribute('href'), location).href)"
    )
    within = [urlsplit(address) for address in found if address.startswith(base_of(page))]
    return list(dict.fromkeys(part._replace(scheme="", netloc="", fragment="").geturl() for part in within))


def is_citizens(address: str) -> bool:
    return address.startswith(("/c/", "/login/", "/styleguide/citizen/"))


def is_page(page: Page, address: str) -> bool:
    """Fragments, files and what only takes a form are not pages."""
    answer = page.context.request.get(address)
    return answer.ok and "text/html" in answer.headers["content-type"] and "<html" in answer.text()[:500]


@dataclass
class Walk:
    """What has been seen, and what was wrong there."""

    seen: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def through(self, page: Page, person: str, addresses: list[str], look_at: Look) -> None:
        """Look at these pages, and at every page they lead to that nobody has looked at yet."""
        page.on("request", lambda request: self.note(person, page.url, foreign(request.url, page.url)))
        ways = [(address, True) for address in addresses]
        while ways:
            address, is_asked_for = ways.pop(0)
            name = name_of(address)
            is_new = name and name not in self.seen and is_citizens(address) is is_citizens(addresses[0])
            if not is_asked_for and not (is_new and is_page(page, address)):
                continue
            self.seen.add(name)
            self.note(person, address, look_at(page, person, address))
            ways += [(each, False) for each in links(page)]

    def note(self, person: str, address: str, faults: Iterable[str]) -> None:
        self.faults += [f"{person} {address} {fault}" for fault in faults]


def foreign(asked: str, by: str) -> list[str]:
    """The city's pages ask nobody else; a page that has not been opened yet asks for itself."""
    same = urlsplit(asked).netloc in ("", urlsplit(by).netloc) or not urlsplit(by).netloc
    return [] if same else [f"asks {asked}"]


def staff_page(page: Page, person: str, address: str) -> Iterator[str]:
    """Light and dark at a desk, light on a phone, then in English."""
    page.set_viewport_size(DESKTOP)
    yield from opened(page, address, "zh-CN")
    shot(page, person, address)
    yield from said("1440", [*violations(page), *missing_sheets(page)])
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    yield from said("1440 dark", violations(page, only=["color-contrast"]))
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    yield from on_a_phone(page, person, address)
    yield from in_english(page, address)


def citizens_page(page: Page, person: str, address: str) -> Iterator[str]:
    """On a phone, in large type, at a desk, then in English."""
    yield from opened(page, address, "zh-CN")
    yield from step(page, person, address)
    yield from in_english(page, address)


def step(page: Page, person: str, address: str) -> Iterator[str]:
    """A citizens' page as it stands open: a step of a form cannot be asked for again."""
    page.evaluate(CHECKS)
    yield from on_a_phone(page, person, address)
    page.evaluate("document.documentElement.dataset.scale = 'care'")
    yield from said("320 large", check(page, "tooWide()"))
    page.set_viewport_size(PHONE)
    yield from said("390 large", violations(page))
    yield from said("390 large", check(page, f"smallTargets({TOUCH_IN_LARGE_TYPE})"))
    yield from said("390 large", check(page, f"smallText({LARGE_TEXT})"))
    page.evaluate("document.documentElement.dataset.scale = 'citizen'")
    page.set_viewport_size(DESKTOP)
    shot(page, person, address)
    yield from said("1440", violations(page, only=SEEN_BY_WIDTH))


def on_a_phone(page: Page, person: str, address: str) -> Iterator[str]:
    page.set_viewport_size(PHONE)
    page.wait_for_timeout(SETTLED)
    shot(page, person, address)
    yield from said("390", [*violations(page, only=SEEN_BY_WIDTH), *check(page, "tooWide()")])
    yield from said("390", [*check(page, f"smallTargets({TOUCH})"), *check(page, "badFocus()")])
    page.set_viewport_size(NARROW)
    if check(page, "tooWide()"):  # a drawn chart follows the window a moment later
        page.wait_for_timeout(SETTLED)
        yield from said("320", check(page, "tooWide()"))


def in_english(page: Page, address: str) -> Iterator[str]:
    with_cookie(page, "django_language", "en")
    yield from opened(page, address, "en")
    yield from said("320 en", [*check(page, "unmarkedChinese()"), *check(page, "tooWide()")])
    with_cookie(page, "django_language", "zh-hans")


def opened(page: Page, address: str, language: str) -> Iterator[str]:
    answer = page.goto(address)
    page.evaluate(CHECKS)
    page.wait_for_timeout(SETTLED)
    if not answer.ok or urlsplit(page.url).path != urlsplit(address).path:
        yield f"answers {answer.status} from {page.url}"
    if page.locator("html").get_attribute("lang") != language:
        yield f"lang is not {language}"


def said(where: str, faults: list[str]) -> list[str]:
    return [f"[{where}] {fault}" for fault in faults]


def check(page: Page, call: str) -> list[str]:
    """What a check of page_checks.js finds; a Tab before it makes the browser show where the focus is."""
    page.keyboard.press("Tab")
    return page.evaluate(f"pageChecks.{call}")


def missing_sheets(page: Page) -> list[str]:
    """Style sheets that something on this staff page needs, and that the page does not load."""
    built = json.loads((settings.FRONTEND_DIST / "manifest.json").read_text())
    sheets = [chunk["file"] for name, chunk in built.items() if name.startswith("src/styles/")]
    page.evaluate(CHECKS)
    return page.evaluate(
        "sheets => pageChecks.missingSheets(sheets)", [f"{settings.STATIC_URL}{each}" for each in sheets]
    )


def with_cookie(page: Page, name: str, value: str) -> None:
    page.context.add_cookies([{"name": name, "value": value, "url": base_of(page)}])


def shot(page: Page, person: str, address: str) -> None:
    """Keep a picture of the page for people to look at: var/screenshots/<person>-<page>-<width>.png."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    part = urlsplit(address)
    name = re.sub(r"[^\w]+", "-", f"{name_of(address) or address} {part.query}").strip("-")[:LONGEST_NAME]
    page.evaluate("document.activeElement?.blur(), scrollTo(0, 0)")
    size = page.viewport_size
    height = min(page.evaluate("document.documentElement.scrollHeight"), MOST_SCREENS * size["height"])
    clip = {"x": 0, "y": 0, "width": size["width"], "height": height}
    page.screenshot(path=SCREENSHOTS / f"{person}-{name}-{size['width']}.png", full_page=True, clip=clip)
