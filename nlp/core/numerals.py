"""Numbers as people write them: 1200, 1.2万, 三万五, 两千三百, 几十."""

import re

_DIGITS = {**{str(n): n for n in range(10)}, **dict(zip("零〇一二三四五六七八九", (0, *range(10)), strict=True))}
_DIGITS.update({"两": 2, "俩": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9})
_TENS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_GROUPS = {"万": 10_000, "w": 10_000, "W": 10_000, "亿": 100_000_000}
# Several is at least two: 几百人 says that 200 are affected, not how many more.
_SEVERAL = {"几": 2, "数": 2, "好几": 2, "上": 1, "近": 1, "成": 1}

HAN = "零〇一二两三四五六七八九十百千万亿"
DIGITS = r"\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,4})?|\d{1,12}(?:\.\d{1,4})?"
NUMBER = rf"(?:(?:{DIGITS})(?:[十百千万亿]{{1,2}}|[wW](?![a-zA-Z]))?|[{HAN}]{{1,12}})"
SEVERAL = r"(?:好几|几|数|上|近|成)[十百千万]{1,2}"
_ARABIC = re.compile(rf"({DIGITS})([十百千万亿wW]{{0,2}})")


def number(text: str) -> float | None:
    """The value of a number in digits, in characters or mixed; None when it is not one."""
    arabic = _ARABIC.fullmatch(text)
    if arabic:
        return _scaled(float(arabic[1].replace(",", "")), arabic[2])
    for word, least in _SEVERAL.items():
        if text.startswith(word) and set(text[len(word) :]) <= {*_TENS, "万"} and len(text) > len(word):
            return _scaled(float(least), text[len(word) :])
    return _han(text)


def _scaled(value: float, units: str) -> float:
    for unit in units:
        value *= _TENS.get(unit) or _GROUPS[unit]
    return round(value, 4)


def _han(text: str) -> float | None:
    """三万五 is 35,000 and 一千二 is 1,200: a last digit without a unit counts the unit below the last one."""
    known = all(c in _DIGITS or c in _TENS or c in _GROUPS for c in text)
    if not known or not any(c in _DIGITS or c == "十" for c in text):
        return None
    if all(c in _DIGITS for c in text):
        return float("".join(str(_DIGITS[c]) for c in text))
    total, group, digit, last = 0, 0, -1, 1
    for c in text:
        if c in _DIGITS:
            last, digit = (1 if _DIGITS[c] == 0 else last), _DIGITS[c]
        elif c in _TENS:
            group, digit, last = group + max(digit, 0 if digit == 0 else 1) * _TENS[c], -1, _TENS[c]
        else:
            below = group + max(digit, 0)
            higher = 0 if c == "亿" else total
            total = higher + (total - higher + below) * _GROUPS[c]
            group, digit, last = 0, -1, _GROUPS[c]
    return float(total + group + max(digit, 0) * (last // 10 if last > 10 else 1))
