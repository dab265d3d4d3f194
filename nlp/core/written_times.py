"""The many ways in which files write a moment. Pure."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

_WRITTEN = re.compile(
    r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?"
    r"(?:[T\s]*(?P<half>上午|下午|AM|PM)?\s*(?P<H>\d{1,2})[:时](?P<M>\d{1,2})(?:[:分](?P<S>\d{1,2})(?:\.\d+)?)?[分秒]?"
    r"\s*(?P<half2>AM|PM)?)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:(?P<H>\d{2})(?P<M>\d{2})(?P<S>\d{2})?)?")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
# Excel counts days from here (its 29 February 1900 included); the range is 1954 to 2119.
_EXCEL_ZERO, _EXCEL_DAYS = datetime(1899, 12, 30), (20_000, 80_000)  # noqa: DTZ001 - a wall clock, zone added later
_EPOCH_SECONDS, _EPOCH_MILLIS = 10, 13


class NotATime(ValueError):
    """看不懂的时间写法。"""


def parse_time(cell: Any, zone: tzinfo) -> datetime:
    """An aware moment from what a cell holds: a date, a number of Excel, an epoch, or text. Raises NotATime."""
    if isinstance(cell, datetime):
        return cell if cell.tzinfo else cell.replace(tzinfo=zone)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day, tzinfo=zone)
    text = unicodedata.normalize("NFKC", str(cell)).strip()
    try:
        if match := _WRITTEN.fullmatch(text):
            return _from_parts(match, zone)
        if _NUMBER.fullmatch(text):
            return _from_number(text, zone)
    except (ValueError, OverflowError) as problem:  # 30 February, hour 25
        raise NotATime(text) from problem
    raise NotATime(text)


def _from_parts(match: re.Match[str], zone: tzinfo) -> datetime:
    part = match.groupdict()
    year, month, day, hour, minute, second = (int(part[key] or 0) for key in "ymdHMS")
    half = (part.get("half") or part.get("half2") or "").upper()
    if half in {"下午", "PM"} and hour < 12:
        hour += 12
    if half in {"上午", "AM"} and hour == 12:
        hour = 0
    return datetime(year, month, day, hour, minute, second, tzinfo=_zone(part.get("zone"), zone))


def _zone(written: str | None, otherwise: tzinfo) -> tzinfo:
    if not written:
        return otherwise
    return datetime.fromisoformat(f"2000-01-01T00:00:00{written.upper().replace('Z', '+00:00')}").tzinfo or otherwise


def _from_number(text: str, zone: tzinfo) -> datetime:
    whole = text.split(".")[0]
    if len(whole) in (_EPOCH_SECONDS, _EPOCH_MILLIS) and not whole.startswith(("19", "20")):
        return datetime.fromtimestamp(float(text) / (1000 if len(whole) == _EPOCH_MILLIS else 1), UTC)
    if match := _COMPACT.fullmatch(text):
        return _from_parts(match, zone)
    days = float(text)
    if not _EXCEL_DAYS[0] <= days <= _EXCEL_DAYS[1]:
        raise NotATime(text)
    return (_EXCEL_ZERO + timedelta(seconds=round(days * 86_400))).replace(tzinfo=zone)
