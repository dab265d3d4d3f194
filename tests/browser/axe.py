"""Accessibility as axe-core judges it, asked of a page that is open in the browser."""

from playwright.sync_api import Page

from backend import env

AXE = env.BASE_DIR / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
# Level AA up to WCAG 2.2 and the best practices; without the tags axe leaves the size of targets out.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page, only: list[str] | None = None) -> list[str]:
    """Return what axe-core finds, by all rules or `only` by those named, one line per element.

    Its source is evaluated rather than added as a script: our own content policy would block that.
    """
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run({ runOnly: rules }).then(result => result.violations)", only or TAGS)
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]
