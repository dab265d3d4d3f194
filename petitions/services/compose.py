"""What the system knows is written by the system: the opening of an answer, the places of a template, what was done.

Pure: rows' facts in, sentences out. What a template asks for and nobody knows stays as 【…】, for a person to fill.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

PLACEHOLDER = re.compile(r"[{｛]([^{}｛｝]{1,40})[}｝]")
OPEN = re.compile(r"【([^【】]{1,40})】")
DATE, MOMENT = "{0.month}月{0.day}日", "{0.month}月{0.day}日{0:%H:%M}"


@dataclass(frozen=True)
class Known:
    """Facts of a case and of one unit's work on it. Times are local."""

    no: str
    title: str
    received: datetime
    place: str = ""
    unit: str = ""
    contacts: Sequence[tuple[datetime, str, bool]] = ()  # when, how (a word), reached
    photos: int = 0


def opening(known: Known) -> str:
    """How every answer begins: which matter of which day."""
    return f"您好，您{DATE.format(known.received)}反映的“{known.title}”收悉（工单号 {known.no}）。"


def filled(template: str, known: Known) -> str:
    """A template with what is known in its places."""
    words = _words(known)
    return PLACEHOLDER.sub(lambda found: words.get(found[1].strip()) or f"【{found[1].strip()}】", template)


def still_open(text: str) -> list[str]:
    """The places of a template that nobody has filled."""
    return OPEN.findall(text)


def measures(known: Known) -> str:
    """办理情况 from what was logged: each contact with its time, and the photos. '' when nothing was."""
    said = [
        f"{MOMENT.format(at)}{how}{'联系诉求人' if reached else '联系诉求人，未联系上'}"
        for at, how, reached in known.contacts
    ]
    if known.photos:
        said.append(f"留存照片 {known.photos} 张")
    return "；".join(said) + "。" if said else ""


def _words(known: Known) -> Mapping[str, str]:
    last = known.contacts[-1][0] if known.contacts else None
    return {
        "时间": MOMENT.format(last) if last else "",
        "地点": known.place,
        "地址": known.place,
        "单位": known.unit,
        "工单号": known.no,
        "日期": DATE.format(known.received),
    }
