"""Accessibility as axe-core judges it, asked of a page that is open in the browser."""

from playwright.sync_api import Page

from backend import env

AXE = env.BASE_DIR / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


def violations(page: Page) -> list[str]:
    """Return what axe-core finds, one line per element.

    Its source is evaluated rather than added as a script: our own content policy would block that.
    """
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run().then(result => result.violations)")
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]
