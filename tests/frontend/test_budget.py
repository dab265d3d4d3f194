"""What a page may weigh, gzipped, with all that it imports: scripts of staff 30 KB, of citizens 10 KB, of pages with
charts 235 KB; and all that the operator's page loads before somebody can type."""

import gzip
import json
import re

import pytest
from django.conf import settings

from tests import make

BUDGETS = {
    ("src/main.ts",): 30_000,
    ("src/palette.ts",): 5_000,
    ("src/citizen.ts",): 10_000,
    ("src/main.ts", "src/board.ts"): 235_000,
}
OPERATORS_PAGE = {".js": 28_000, ".css": 8_500}  # by what the name ends with
ASKED = re.compile(rf'<(?:script|link)\s[^>]*(?:src|href)="{settings.STATIC_URL}(assets/[^"]+)"')
MANIFEST = settings.FRONTEND_DIST / "manifest.json"


def packed(file: str) -> int:
    return len(gzip.compress((settings.FRONTEND_DIST / file).read_bytes(), 9))


def weight(entry: str, built: dict, seen: set[str]) -> int:
    """Bytes of a script and of all it imports, gzipped one by one as they are sent."""
    if entry in seen:
        return 0
    seen.add(entry)
    chunk = built[entry]
    own = packed(chunk["file"]) if chunk["file"].endswith(".js") else 0
    return own + sum(
        weight(other, built, seen) for other in (*chunk.get("imports", ()), *chunk.get("dynamicImports", ()))
    )


@pytest.mark.parametrize(("entries", "budget"), BUDGETS.items(), ids=lambda value: str(value))
def test_scripts_stay_within_their_budget(entries, budget):
    if not MANIFEST.exists():
        pytest.skip("the pages are not built (make setup)")
    built, seen = json.loads(MANIFEST.read_text()), set()
    assert sum(weight(entry, built, seen) for entry in entries) <= budget


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "budget"), OPERATORS_PAGE.items())
def test_the_operators_page_is_light_until_it_can_be_used(client, kind, budget):
    client.force_login(make.an_operator())
    asked = [file for file in set(ASKED.findall(client.get("/intake/").content.decode())) if file.endswith(kind)]
    assert asked and sum(packed(file) for file in asked) <= budget


@pytest.mark.django_db
def test_the_sheets_of_a_page_are_named_before_it_arrives(client):
    client.force_login(make.an_operator())
    page = client.get("/intake/")
    sheets = [f"{settings.STATIC_URL}{file}" for file in ASKED.findall(page.content.decode()) if file.endswith(".css")]
    assert sheets and page["Link"] == ", ".join(f"<{each}>; rel=preload; as=style" for each in sheets)


@pytest.mark.django_db
def test_what_is_no_page_names_no_sheets(client):
    client.force_login(make.an_operator())
    assert not client.get("/queue/").has_header("Link")
