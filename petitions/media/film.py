"""The place in a phone's film: read as facts, and painted over in the stored copy.

Phones write it as ISO 6709 ("+31.2304+121.4737/") into the film's `moov` box. Nothing else of the file is touched:
the numbers become zeros of the same length, so that every offset in the file still holds.
"""

import re

PLACE = re.compile(rb"([+-]\d{2}\.\d{2,8})([+-]\d{3}\.\d{2,8})(?:[+-]\d+(?:\.\d+)?)?/?")
LARGEST_HEADER = 16


def without_place(data: bytes) -> tuple[bytes, dict[str, float]]:
    """The same film saying 0°, 0°, and {lat, lon} in degrees where it said something else."""
    span = _moov(data)
    if span is None:
        return data, {}
    start, end = span
    facts: dict[str, float] = {}

    def painted(found: re.Match[bytes]) -> bytes:
        facts.setdefault("lat", round(float(found[1]), 5))
        facts.setdefault("lon", round(float(found[2]), 5))
        return re.sub(rb"\d", b"0", found[0])

    return data[:start] + PLACE.sub(painted, data[start:end]) + data[end:], facts


def _moov(data: bytes) -> tuple[int, int] | None:
    """Where the box with the film's descriptions lies; None where the boxes make no sense."""
    at = 0
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        if size == 1:  # the real size is in the next eight bytes
            size = int.from_bytes(data[at + 8 : at + LARGEST_HEADER])
        elif size == 0:  # up to the end of the file
            size = len(data) - at
        if size < 8:
            return None
        if kind == b"moov":
            return at, min(at + size, len(data))
        at += size
    return None
