"""What a page may weigh, gzipped, with all that it imports: staff 30 KB, citizens 10 KB, pages with charts 235 KB."""

import gzip
import json

import pytest
from django.conf import settings

BUDGETS = {
    ("src/main.ts",): 30_000,
    ("src/palette.ts",): 5_000,
    ("src/citizen.ts",): 10_000,
    ("src/main.ts", "src/board.ts"): 235_000,
}
MANIFEST = settings.FRONTEND_DIST / "manifest.json"


def weight(entry: str, built: dict, seen: set[str]) -> int:
    """Bytes of a script and of all it imports, gzipped one by one as they are sent."""
    if entry in seen:
        return 0
    seen.add(entry)
    chunk = built[entry]
    script = (settings.FRONTEND_DIST / chunk["file"]).read_bytes()
    own = len(gzip.compress(script, 9)) if chunk["file"].endswith(".js") else 0
    return own + sum(
        weight(other, built, seen) for other in (*chunk.get("imports", ()), *chunk.get("dynamicImports", ()))
    )


@pytest.mark.parametrize(("entries", "budget"), BUDGETS.items(), ids=lambda value: str(value))
def test_scripts_stay_within_their_budget(entries, budget):
    if not MANIFEST.exists():
        pytest.skip("the pages are not built (make setup)")
    built, seen = json.loads(MANIFEST.read_text()), set()
    assert sum(weight(entry, built, seen) for entry in entries) <= budget
