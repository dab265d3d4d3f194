"""From when to when a run of time atoms is meant, seen from the moment of the message."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nlp.core.numerals import number

Span = tuple[datetime | None, datetime | None]
UNKNOWN: Span = (None, None)
DAY = timedelta(days=1)
# 12月5日 in November of a complaint rather means last year's, unless it is only days ahead (an announced outage).
AHEAD = timedelta(days=31)


@dataclass(frozen=True)
class Atom:
    """A part of a time expression: its kind (as in times.py), its words and where they stand."""

    kind: str
    text: str
    start: int
    end: int


# Hours of the parts of a day; past 24 is the night that follows.
_PARTS = {
    **dict.fromkeys(("凌晨", "后半夜"), (0, 6)),
    **dict.fromkeys(("早上", "早晨", "清晨", "清早", "一大早", "大清早", "早高峰"), (5, 9)),
    "上午": (8, 12),
    **dict.fromkeys(("中午", "正午", "午间"), (11, 14)),
    **dict.fromkeys(("下午", "午后"), (12, 18)),
    "白天": (6, 18),
    **dict.fromkeys(("傍晚", "晚高峰"), (17, 19)),
    **dict.fromkeys(("晚上", "晚间", "夜晚", "大晚上"), (18, 24)),
    **dict.fromkeys(("夜里", "夜间"), (20, 30)),
    **dict.fromkeys(("深夜", "半夜", "午夜", "大半夜", "三更半夜"), (22, 30)),
}
_RELATIVE_DAYS = {"大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2}
_LAST_NIGHT = ("昨晚", "昨晚上", "昨夜", "前晚")
_RELATIVE_YEARS = {"大前年": -3, "前年": -2, "去年": -1, "今年": 0, "本年": 0, "明年": 1}
_FIXED_HOLIDAYS = {"国庆": (10, 1, 7), "十一": (10, 1, 7), "元旦": (1, 1, 1), "五一": (5, 1, 5)}
_WEEKDAYS = dict(zip("一二三四五六日天", (0, 1, 2, 3, 4, 5, 6, 6), strict=True))
_DAYS_OF = {"天": 1, "日": 1, "晚": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30, "季度": 91, "年": 365}
_HOURS_OF = {"分钟": 1 / 60, "小时": 1, "钟": 1}
_AMOUNT = re.compile(
    r"(\d+|[零〇一二两三四五六七八九十百]+|半)(?:多|来)?(?:个)?多?(半)?(分钟|小时|钟|星期|礼拜|季度|月|周|天|日|晚|年)(半)?"
)
_THIRDS = {"初": (0, 10), "上旬": (0, 10), "中旬": (10, 20), "下旬": (20, 31), "底": (20, 31), "末": (20, 31)}
_HALVES = {"上半年": (1, 7), "下半年": (7, 13), "初": (1, 3), "底": (11, 13), "末": (11, 13), "中": (5, 9)}
_SEASONS = {"春节": None, "春": (3, 6), "夏": (6, 9), "秋": (9, 12), "冬": (12, 15)}


def meant(atoms: Sequence[Atom], at: datetime) -> Span:
    """The [begin, end) of one expression, or unknown (both None)."""
    by_kind = {atom.kind: atom.text for atom in atoms}
    if "ago" in by_kind or "recent" in by_kind:
        days = _ago(by_kind["ago"], at) if "ago" in by_kind else _recent(by_kind["recent"], at)
    else:
        days = _days(by_kind, at)
    if days[0] is None or not ({"part", "clock"} & set(by_kind) or _night(by_kind.get("relday", ""))):
        return days
    part = by_kind.get("part") or _night(by_kind.get("relday", ""))
    return _hours(days[0], part, by_kind.get("clock", ""), last_night=by_kind.get("relday", "") in _LAST_NIGHT)


def _night(relday: str) -> str:
    return "早上" if relday.endswith(("早", "晨")) else "晚上" if relday.endswith(("晚", "晚上", "夜")) else ""


def _days(said: dict[str, str], at: datetime) -> Span:
    """The days that year, month, day, weekday or holiday name."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if "date" in said:
        return _day_of(midnight, *(int(n) for n in re.split(r"[-/.]", said["date"])))
    if "relday" in said:
        return _relative_day(said["relday"], midnight)
    if "week" in said:
        return _week(said["week"], midnight)
    if "holiday" in said:
        return _holiday(said["holiday"], said.get("year", ""), midnight)
    return _calendar(said, midnight)


def _calendar(said: dict[str, str], midnight: datetime) -> Span:
    year = _year(said["year"], midnight) if "year" in said else None
    if "month" not in said and "day" not in said:
        return _whole_year(said.get("year", ""), year, midnight)
    month = _month(said.get("month", ""), midnight)
    if month is None or ("year" in said and year is None):
        return UNKNOWN
    shift, number_of = month
    day = int(number(said["day"][:-1]) or 0) if "day" in said else 0
    base = year if year is not None else midnight.year + shift
    begin, end = _day_of(midnight, base, number_of, day) if day else _month_of(midnight, base, number_of, said["month"])
    named = bool(re.match(r"[\d一二三四五六七八九十]", said.get("month", "")))
    if begin and end and year is None and named and begin > midnight + AHEAD:
        return (
            _day_of(midnight, base - 1, number_of, day)
            if day
            else _month_of(midnight, base - 1, number_of, said["month"])
        )
    return begin, end


def _year(text: str, midnight: datetime) -> int | None:
    digits = re.match(r"(\d{2,4}|[一二三四五六七八九零〇]{4})年", text)
    if digits:
        value = int(number(digits[1]) or 0)
        return value if value > 99 else 2000 + value
    shift = next((years for word, years in _RELATIVE_YEARS.items() if text.startswith(word)), None)
    if shift is None and text[:1] in "上下年":
        shift = 0
    return None if shift is None else midnight.year + shift


def _whole_year(text: str, year: int | None, midnight: datetime) -> Span:
    if year is None or not text:
        return UNKNOWN
    rest = text if text.startswith(("上半年", "下半年")) else text[text.rfind("年") + 1 :] or text
    months = next((span for word, span in {**_HALVES, **_SEASONS}.items() if rest.startswith(word)), (1, 13))
    if months is None:
        return UNKNOWN
    return _first(midnight, year, months[0]), _first(midnight, year, months[1])


def _month(text: str, midnight: datetime) -> tuple[int, int] | None:
    """Years to shift and the month's number; without a month, the current one."""
    if not text or text[:1] in "本这月":
        return 0, midnight.month
    if text.startswith(("上", "下")):
        steps = 1 if text.startswith("下") else -2 if text.startswith("上上") else -1
        shift, month = divmod(midnight.month - 1 + steps, 12)
        return shift, month + 1
    value = number(text[: text.find("月")])
    return None if value is None else (0, int(value))


def _month_of(midnight: datetime, year: int, month: int, text: str) -> Span:
    begin, end = _first(midnight, year, month), _first(midnight, year, month + 1)
    third = next((days for word, days in _THIRDS.items() if text.endswith(word)), None)
    if third:
        return begin + third[0] * DAY, min(end, begin + third[1] * DAY)
    return begin, end


def _first(midnight: datetime, year: int, month: int) -> datetime:
    years, index = divmod(month - 1, 12)
    return midnight.replace(year=year + years, month=index + 1, day=1)


def _day_of(midnight: datetime, year: int, month: int, day: int) -> Span:
    try:
        begin = midnight.replace(year=year, month=month, day=day)
    except ValueError:  # 2月30日: people write it, it is no day
        return UNKNOWN
    return begin, begin + DAY


def _relative_day(text: str, midnight: datetime) -> Span:
    days = next((shift for word, shift in _RELATIVE_DAYS.items() if text.startswith(word)), None)
    return UNKNOWN if days is None else (midnight + days * DAY, midnight + (days + 1) * DAY)


def _week(text: str, midnight: datetime) -> Span:
    """Weeks begin on Monday. A bare weekday is the last one, today included."""
    weeks = -2 if text.startswith("上上") else {"上": -1, "下": 1}.get(text[0], 0)
    monday = midnight + (7 * weeks - midnight.weekday()) * DAY
    if text.endswith("末"):
        begin = monday + 5 * DAY
        if text == "周末" and begin > midnight:
            begin -= 7 * DAY
        return begin, begin + 2 * DAY
    if text[-1] not in _WEEKDAYS:
        return monday, monday + 7 * DAY
    begin = monday + _WEEKDAYS[text[-1]] * DAY
    if text[0] in "周星礼" and begin > midnight:
        begin -= 7 * DAY
    return begin, begin + DAY


def _holiday(text: str, year: str, midnight: datetime) -> Span:
    """Only holidays with a fixed date; the moon calendar is not worked out here."""
    fixed = next((dates for word, dates in _FIXED_HOLIDAYS.items() if text.startswith(word)), None)
    if fixed is None or text.endswith(("后", "前", "前后", "前夕")):
        return UNKNOWN
    month, day, length = fixed
    named = _year(year, midnight) if year else None
    begin = midnight.replace(year=named or midnight.year, month=month, day=day)
    if named is None and begin > midnight + AHEAD:
        begin = begin.replace(year=begin.year - 1)
    return begin, begin + length * DAY


def _ago(text: str, at: datetime) -> Span:
    amount = _AMOUNT.search(text)
    if not amount:
        return (at - timedelta(hours=1), at) if text in ("刚才", "刚刚", "方才") else UNKNOWN
    hours, unit = _amount(amount)
    begin = at - timedelta(hours=hours)
    if unit in _HOURS_OF:
        return begin, min(at, begin + timedelta(hours=_HOURS_OF[unit]))
    midnight = begin.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight, midnight + _DAYS_OF[unit] * DAY


def _recent(text: str, at: datetime) -> Span:
    amount = _AMOUNT.search(text)
    if not amount:
        return UNKNOWN
    return at - timedelta(hours=_amount(amount)[0]), at


def _amount(match: re.Match[str]) -> tuple[float, str]:
    value = 0.5 if match[1] == "半" else float(number(match[1]) or 0)
    value += 0.5 if (match[2] or match[4]) else 0
    return value * (_HOURS_OF.get(match[3]) or 24 * _DAYS_OF[match[3]]), match[3]


_CLOCK = re.compile(
    r"(\d{1,2}|[零〇一二两三四五六七八九十]{1,3})(?:点|时|[::])(半|[一三]刻|钟|\d{1,2}|[零〇一二三四五六七八九十]{1,3})?"
)


def _hours(day: datetime, part: str, clock: str, *, last_night: bool) -> Span:
    """The hours of that day. 昨晚凌晨两点 is after midnight of the night that began yesterday."""
    after_midnight = part in ("凌晨", "后半夜")
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
    if not clock:
        first, last = _PARTS.get(part, (0, 24))
        shift = 24 if last_night and after_midnight else 0
        return midnight + timedelta(hours=first + shift), midnight + timedelta(hours=last + shift)
    said = _CLOCK.match(clock)
    if said is None:
        return UNKNOWN
    hour, minutes = _hour(said[1]), _minutes(said[2] or "")
    evening = part in _PARTS and _PARTS[part][0] >= 12
    if evening and (hour <= 4 or hour == 12) and _PARTS[part][1] >= 24:
        hour = hour % 12 + 24
    elif (evening or (part in ("中午", "正午") and hour < 10)) and hour < 12:
        hour += 12
    elif after_midnight:
        hour = hour % 12 + (24 if last_night else 0)
    begin = midnight + timedelta(hours=hour, minutes=minutes or 0)
    return begin, begin + (timedelta(hours=1) if minutes is None else timedelta(minutes=1))


def _hour(text: str) -> int:
    """一两点 is from one o'clock on."""
    two_guesses = len(text) > 1 and not text.isdecimal() and "十" not in text
    return int(number(text[0] if two_guesses else text) or 0)


def _minutes(text: str) -> int | None:
    if text in ("", "钟"):
        return None
    return {"半": 30, "一刻": 15, "三刻": 45}.get(text) or int(number(text) or 0)
