"""One message of a telephone system, read: docs/howto/telephony.md is the contract. Pure.

Fields that the contract does not know are left out, so that a newer adapter can talk to an older installation.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

from petitions import call_course, errors
from petitions.call_course import Report
from petitions.phones import normal_phone
from petitions.storable import storable

VERSION = 1
AHEAD = timedelta(minutes=5)  # how far the telephone system's clock may be before ours
OLDEST = timedelta(days=7)  # an adapter that was away for a weekend still tells what it missed
LENGTHS = {"id": 80, "call": 80, "line": 40, "queue": 40, "extension": 20, "ivr": 40, "recording": 80}
LONGEST_QUEUE = 24 * 3600
HIGHEST_DIAL = 2**63 - 1
# What makes an address out of an opaque number: a recording is named, never linked.
ADDRESS = re.compile(r"://|^//|^www\.", re.IGNORECASE)


@dataclass(frozen=True)
class Told:
    """A readable message: which call it is about, and what it reports."""

    call: str
    report: Report


def read(said: Any, *, now: datetime) -> Told:
    """Raises BadCallMessage with the sentence that names the field."""
    if not isinstance(said, Mapping):
        raise errors.BadCallMessage("一条消息必须是一个 JSON 对象。")
    if said.get("v") != VERSION or isinstance(said.get("v"), bool):
        raise errors.BadCallMessage(f"v 必须是 {VERSION}：这里只懂第 {VERSION} 版的消息。")
    kind, direction = said.get("type"), said.get("direction", call_course.INBOUND)
    if kind not in call_course.KINDS:
        raise errors.BadCallMessage(f"type 必须是其中之一：{'、'.join(call_course.KINDS)}。")
    if direction not in call_course.DIRECTIONS:
        raise errors.BadCallMessage("direction 必须是 in 或 out。")
    words = {name: _word(said, name) for name in LENGTHS}
    for name in ("id", "call"):
        if not words[name]:
            raise errors.BadCallMessage(f"{name} 必须填写。")
    if ADDRESS.search(words["recording"]):
        raise errors.BadCallMessage("recording 只收录音编号，不收网址。")
    report = Report(
        key=words["id"],
        at=_moment(said.get("at"), now),
        kind=kind,
        direction=direction,
        number=_number(said.get("number")),
        queue_seconds=_whole(said, "queue_seconds", LONGEST_QUEUE),
        dial=_whole(said, "dial", HIGHEST_DIAL),
        **{name: words[name] for name in ("line", "queue", "extension", "ivr", "recording")},
    )
    return Told(call=words["call"], report=report)


def _word(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise errors.BadCallMessage(f"{name} 必须是字符串。")
    if len(value) > LENGTHS[name]:
        raise errors.BadCallMessage(f"{name} 超过 {LENGTHS[name]} 个字符。")
    return storable(value).strip()


def _moment(value: Any, now: datetime) -> datetime:
    try:
        at = parse_datetime(value) if isinstance(value, str) else None
        offset = at.utcoffset() if at else None
    except ValueError:
        at = offset = None
    if at is None or offset is None:
        raise errors.BadCallMessage("at 必须是带时区的时间，例如 2026-11-20T10:42:05+08:00。")
    if not now - OLDEST <= at <= now + AHEAD:
        raise errors.BadCallMessage(f"at 必须在过去 {OLDEST.days} 天之内，也不能晚于现在；请检查话务系统的时钟。")
    return at


def _number(value: Any) -> str:
    """The other side's number in our form; '' for a withheld one. A short or odd number is kept as its digits."""
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > 40:
        raise errors.BadCallMessage("number 必须是不超过 40 个字符的字符串；号码不显示时留空。")
    try:
        return normal_phone(storable(value))
    except errors.BadPhone:
        return re.sub(r"[^0-9]", "", value)[:20]


def _whole(said: Mapping[str, Any], name: str, most: int) -> int | None:
    value = said.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise errors.BadCallMessage(f"{name} 必须是 0 到 {most} 的整数。")
    return value
