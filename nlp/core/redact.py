"""Personal data in a text: where it stands in the original, of what kind, and the text with it masked.

Patterns run on the folded text, which is exactly as long as the original, so every finding's offsets hold for
the original too. Numbers are looked for in a third reading of the same length, in which spoken digits are
written as digits (幺三八 → 138).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from nlp.core.clean import fold
from nlp.core.names import names

PHONE, IDENTITY, BANK, MAIL, WECHAT, QQ, PLATE, NAME, DOOR = (
    "电话",
    "身份证",
    "银行卡",
    "邮箱",
    "微信",
    "QQ",
    "车牌",
    "姓名",
    "门牌",
)


@dataclass(frozen=True, order=True)
class Finding:
    """One piece of personal data: [start, end) in the original."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Redacted:
    """The text with every finding replaced by its kind in brackets, and the findings in order."""

    text: str
    findings: tuple[Finding, ...]


def redact(text: str) -> Redacted:
    """Mask the personal data of a text."""
    findings = find(text)
    parts: list[str] = []
    at = 0
    for finding in findings:
        parts += text[at : finding.start], f"[{finding.kind}]"
        at = finding.end
    return Redacted("".join((*parts, text[at:])), findings)


def find(text: str) -> tuple[Finding, ...]:
    """The personal data of a text in order, without overlaps: the surer pattern wins, then the longer match."""
    folded = fold(text).translate(_NARROW)
    spoken = folded.translate(_SPOKEN)
    found: list[Finding] = []
    taken = bytearray(len(text))
    for kind, reader in _READERS:
        for start, end in reader(folded, spoken):
            if not any(taken[start:end]):
                taken[start:end] = b"\x01" * (end - start)
                found.append(Finding(start, end, kind))
    return tuple(sorted(found))


_NARROW: dict[int, int | str] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Invisible characters between digits must not hide a number.
_NARROW.update({code: " " for code in (*range(0x200B, 0x2010), *range(0x2060, 0x2065), 0xFEFF, 0x00AD)})
_SPOKEN: dict[int, int | str] = dict(str.maketrans("零〇一二三四五六七八九幺两洞拐勾", "0012345678912079"))
_SPOKEN.update(str.maketrans("壹贰叁肆伍陆柒捌玖lI|Oo", "12345678911100"))  # and letters that look like digits
# Digits of other scripts and in circles (①), which may also stand before a number to count a list.
_SPOKEN.update({code: str(digit) for code in range(0x660, 0x1FC00) if (digit := unicodedata.digit(chr(code), -1)) >= 0})
# What people put or say between the digits of a number.
_GAP = r"[ \-.·•_—\n]{0,2}"
_DIGIT = rf"{_GAP}\d"

_MOBILE = re.compile(rf"(?<!\d)(?:\(?(?:\+|0{{1,2}})?86\)?{_GAP})?1{_GAP}[3-9](?:{_DIGIT}){{9}}(?!\d|号文)")
# Read out with pauses: a list of bus lines has commas too, so only the usual grouping counts.
_PAUSED_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}[,、]\s?(?:19|20)\d{6}[,、]\s?\d{3}[\dXx](?!\d)")
_PAUSED = re.compile(r"(?<!\d)1[3-9]\d[,、]\s?\d{4}[,、]\s?\d{4}(?!\d)")
_LANDLINE = re.compile(rf"(?<![\d.])\(?0(?:10|2\d|[3-9]\d\d)\)?{_GAP}[2-8](?:{_DIGIT}){{6,7}}(?!\d)(?:[-转]\d{{1,5}})?")
_CALLED = re.compile(
    rf"(?:电话|座机|热线|手机|联系方式|联系我|致电|拨打|[Tt][Ee][Ll])(?:号码|号)?(?:是|为"
    rf"|:)?\s*([2-8](?:{_DIGIT}){{6,7}})(?!\d)"
)
_LONG_NUMBER = re.compile(r"(?<![\d.A-Za-z])\d(?:[ \-\n]?\d){13,20}(?: ?[Xx])?(?![\d])")
# Written so that programs do not see it: abc(at)example.com, abc艾特example。com.
_AT = r"(?:@| ?[(\[]at[)\]] ?| at |艾特)"
_MAIL = re.compile(
    rf"(?<![\w.+-])[A-Za-z0-9][A-Za-z0-9_.+-]{{0,63}}{_AT}[A-Za-z0-9](?:[A-Za-z0-9-]{{0,62}}[.。]){{1,4}}[A-Za-z]{{2,12}}",
    re.ASCII | re.IGNORECASE,
)
_SAYS = r"(?:号码|账号|帐号|号)?(?:是|为|叫|[:=])?\s*"
_WECHAT = re.compile(
    rf"(?:(?:微 ?信|薇信|威信|徽信|卫星(?=[A-Za-z])|[vV]信)(?:同号|id)?|(?<![A-Za-z])(?:wechat|weixin|vx"
    rf"|wx)(?: ?id)?(?![A-Za-z])"
    rf"|加[vV薇](?!ip)|\+ ?[vV](?![A-Za-z])){_SAYS}([A-Za-z][A-Za-z0-9_-]{{5,19}}|\d{{6,12}})"
    rf"|(?<![A-Za-z])(?=wxid_)([A-Za-z0-9_]{{8,24}})",
    re.IGNORECASE,
)
_QQ = re.compile(
    rf"(?:(?<![A-Za-z])Q ?Q|扣扣|企鹅|加Q|(?<![A-Za-z])Q(?=号))(?:群)?{_SAYS}([1-9]\d{{4,11}})(?!\d)", re.IGNORECASE
)
_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(
    rf"[{_PROVINCE}][A-Z][ ·•.\-]?(?=[A-Z]{{0,5}}\d)"
    r"(?:[A-HJ-NP-Z0-9]{5,6}|[A-HJ-NP-Z0-9]{4}[挂学警港澳])(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_COUNT = r"(?:\d{1,4}|[一二三四五六七八九十百]{1,4})"
_BUILDING = rf"(?:{_COUNT}|[A-Za-z]\d{{0,2}})(?:号楼|号院|栋|幢|座|#楼?|号|楼)[ -]?"
_FLOOR = rf"{_COUNT}(?:楼|层)"
_UNIT = rf"{_COUNT}(?:单元|梯|门(?=\d))[ -]?(?:{_FLOOR})?"
_FLAT = (
    rf"(?:\d{{1,4}}(?!\d|多|余|户|年)(?:室|房|号)?|\d{{3,4}}户|(?:{_COUNT}|[零〇一二三四五六七八九]{{3,4}})[室房号])"
)
# What follows a number that counts something: 3号楼500米处 is a place, not a flat.
_COUNTED = r"(?![\d年元块万个米人户路度平岁吨名辆家条棵株多余点分kKmM㎡%])"
_ROOM = re.compile(
    rf"{_BUILDING}{_UNIT}(?:{_FLAT})?|{_UNIT}{_FLAT}"
    r"|(?:[A-Za-z]?\d{1,4}|[A-Za-z])(?:号楼|号院|栋|幢|座|#楼?|号|楼)[ -]?"
    rf"(?:{_FLOOR})?\d{{3,4}}{_COUNTED}(?:室|房|号)?"
    rf"|(?<!\d)\d{{3,4}}(?:室|房(?![间屋子价产租管源型地东补改]))"
)
_DASHED_ROOM = re.compile(r"(?<![\d\-.年月])(?:\d{1,3}-|\d{1,2}#)\d{1,2}-(?!19\d\d|20\d\d)\d{3,4}(?![\d\-.元万块米人])")
_LIVES = re.compile(
    rf"(?:家住|我住|住在|住址|住于|家在|我家|家庭地址|户籍地)[^,。;!?\n]{{0,24}}?(?<!同)({_COUNT}(?:号楼|号院|号|栋|幢|组)"
    rf"(?:[ -]?{_COUNT}(?:号楼|号|栋|幢|楼|组))?)(?!线)"
)
_NOT_A_CARD = re.compile(
    r"(?:订单|工单|单号|编号|运单|快递|流水|案号|交易|受理号|条码|发票|许可证|注册号|登记号|文号|设备号|序列号"
    r"|信用代码)[^,。;\n]{0,8}$"
)
_CARD = re.compile(r"(?:卡号|账号|帐号|账户|帐户|银行卡|[行社]卡)[^,。;\n]{0,8}$")
_BIRTH = re.compile(
    r"[1-9]\d{5}(?:(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]|\d\d(?:0[1-9]"
    r"|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})$"
)

Spans = Iterable[tuple[int, int]]


def _matches(pattern: re.Pattern[str], *, or_spoken: bool = False, group: int = 0) -> Callable[[str, str], Spans]:
    """Where the pattern stands in the text and, `or_spoken`, in the text with spoken digits written as digits.

    Both, because 一 is also a word: in 13900001234一直没人接 only the plain reading sees where the number ends.
    """

    def read(folded: str, spoken: str) -> Spans:
        for text in (folded, spoken) if or_spoken and spoken != folded else (folded,):
            yield from (match.span(group) for match in pattern.finditer(text))

    return read


def _identities(folded: str, spoken: str) -> Iterator[tuple[int, int]]:
    """Numbers built like an identity number. The check digit may be wrong: people mistype their own number."""
    for start, end, digits in (*_long_numbers(folded), *_long_numbers(spoken)):
        old_form = len(digits) == 15
        if _BIRTH.match(digits) and not (old_form and _NOT_A_CARD.search(folded[max(0, start - 16) : start])):
            yield start, end
    yield from (match.span() for match in _PAUSED_IDENTITY.finditer(spoken))


def _cards(folded: str, spoken: str) -> Iterator[tuple[int, int]]:
    """16 to 19 digits that begin like a bank card or are called one; order and waybill numbers are not."""
    for start, end, digits in (*_long_numbers(folded), *_long_numbers(spoken)):
        before = folded[max(0, start - 16) : start]
        called = bool(_CARD.search(before))
        if 15 <= len(digits) <= (21 if called else 19) and (
            called or (digits[0] in "3456" and not _NOT_A_CARD.search(before))
        ):
            yield start, end


def _long_numbers(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _LONG_NUMBER.finditer(text):
        yield match.start(), match.end(), re.sub(r"[ \-\n]", "", match.group())


def _wechats(folded: str, spoken: str) -> Spans:
    return (match.span(match.lastindex or 0) for match in _WECHAT.finditer(folded))


def _mobiles(folded: str, spoken: str) -> Iterator[tuple[int, int]]:
    """Mobile numbers in either reading; the number of a document or a device may look like one."""
    for start, end in _matches(_MOBILE, or_spoken=True)(folded, spoken):
        if not _NOT_A_PHONE.search(folded[max(0, start - 8) : start]):
            yield start, end


_NOT_A_PHONE = re.compile(r"(?:文号|订单号|设备号|序列号|工单号|单号|案号|编号)(?:是|为|:)?\s*$")


def _spoken_names(folded: str, spoken: str) -> Spans:
    return names(folded)


# The surest first: a later pattern never cuts into what an earlier one took.
_READERS: tuple[tuple[str, Callable[[str, str], Spans]], ...] = (
    (MAIL, _matches(_MAIL)),
    (IDENTITY, _identities),
    (BANK, _cards),
    (WECHAT, _wechats),
    (QQ, _matches(_QQ, group=1)),
    (PHONE, _mobiles),
    (PHONE, _matches(_PAUSED, or_spoken=True)),
    (PHONE, _matches(_LANDLINE, or_spoken=True)),
    (PHONE, _matches(_CALLED, or_spoken=True, group=1)),
    (PLATE, _matches(_PLATE)),
    (DOOR, _matches(_DASHED_ROOM)),
    (DOOR, _matches(_ROOM)),
    (DOOR, _matches(_LIVES, group=1)),
    (NAME, _spoken_names),
)
