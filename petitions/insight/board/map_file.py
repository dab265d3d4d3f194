"""The city's map file: read once, and again when it has changed. A file that cannot be used says so in the log."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from petitions.insight.board.outlines import Land, NoMap, read

MOST_BYTES = 8_000_000  # larger ones were never simplified, and would hold up the first page after every start
log = logging.getLogger(__name__)


def land() -> Land | None:
    """What BOARD_MAP holds; None where no map may be shown."""
    path = settings.BOARD_MAP
    try:
        state = path.stat()
    except OSError:
        return None  # most cities have none, and lose nothing but a tab
    return _read(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1)
def _read(path: Path, changed: int, size: int) -> Land | None:
    """`changed` and `size` tell one state of the file from the next."""
    try:
        if size > MOST_BYTES:
            raise NoMap(f"地图文件大于 {MOST_BYTES // 1_000_000} MB，请先简化。")
        return read(path.read_bytes())
    except (NoMap, OSError) as refusal:
        log.warning("BOARD_MAP %s: %s", path, refusal)
        return None
