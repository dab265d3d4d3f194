"""One row of a file becomes a Draft or a Problem. Values only: nothing is asked of the database, nothing is saved."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from nlp.core.redact import redact
from nlp.core.written_times import NotATime, parse_time
from petitions import errors
from petitions.phones import normal_phone
from petitions.services import clock, intake
from petitions.services.contact import Contact
from petitions.services.importing.columns import Columns
from petitions.states import RequestType
from petitions.storable import storable
from routing.rulebook import Rulebook

LONGEST_ID, LONGEST_EXTRA, LONGEST_REPLY = 80, 500, 20_000
REQUEST_TYPES = {**{t.value: t.value for t in RequestType}, **{str(t.label): t.value for t in RequestType}}


@dataclass(frozen=True)
class Draft:
    """A row that can become a case. `extra` are columns that nobody claimed, by heading, with personal data masked."""

    row: int
    external_id: str
    received_at: datetime
    matter: intake.Matter
    contact: Contact
    reply: str = ""
    replied_at: datetime | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    cells: tuple[Any, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Problem:
    """Why a row became no case; with its cells, so that it can be mended and imported again."""

    row: int
    what: str
    cells: tuple[Any, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Frame:
    """What the rows are read against: their columns, this moment, and the names the city knows."""

    columns: Columns
    now: datetime
    areas: Mapping[str, int]
    categories: Mapping[str, str]

    @classmethod
    def of(cls, columns: Columns, now: datetime, rules: Rulebook) -> "Frame":
        return cls(columns, now, _area_names(rules), _category_names(rules))


class Unfit(errors.PetitionError):
    """这一行不能导入。"""


def _area_names(rules: Rulebook) -> dict[str, int]:
    """Areas by code, full name and name; a name that several areas bear means none of them."""
    names: dict[str, set[int]] = {}
    for place in rules.places:
        for name in {place.code, place.full_name, place.full_name.replace(" ", ""), place.name}:
            names.setdefault(name, set()).add(place.id)
    return {name: ids.pop() for name, ids in names.items() if len(ids) == 1}


def _category_names(rules: Rulebook) -> dict[str, str]:
    return {key: leaf.code for leaf in rules.leaves.values() for key in (leaf.code, leaf.full_name)}


def read_rows(rows: Iterable[tuple[int, Sequence[Any]]], frame: Frame) -> Iterator[Draft | Problem]:
    """Every row, in order. A second row with an id that was there already is a Problem that names the first."""
    seen: dict[str, tuple[int, bytes]] = {}
    for number, cells in rows:
        read = read_row(number, cells, frame)
        yield _once_per_file(read, seen) if isinstance(read, Draft) else read


def _once_per_file(draft: Draft, seen: dict[str, tuple[int, bytes]]) -> Draft | Problem:
    content = hashlib.sha256(f"{draft.matter.title}\n{draft.matter.text}".encode()).digest()[:8]
    first = seen.setdefault(draft.external_id, (draft.row, content))
    if first[0] == draft.row:
        return draft
    same = "内容相同" if first[1] == content else "内容不同"
    return Problem(draft.row, f"与第 {first[0]} 行编号重复({same})", draft.cells)


def read_row(number: int, cells: Sequence[Any], frame: Frame) -> Draft | Problem:
    """Read one row; `number` as the spreadsheet counts."""
    kept = tuple(cells)
    try:
        return replace(_draft(number, cells, frame), cells=kept)
    except errors.PetitionError as refusal:
        return Problem(number, refusal.message, kept)


def _draft(number: int, cells: Sequence[Any], frame: Frame) -> Draft:
    _well_formed(cells, frame.columns)
    row = frame.columns.fields(cells)
    matter = intake.checked(_matter(row, frame))
    received_at = _time(row, "time", frame.now) or frame.now
    contact = _contact(row)
    return Draft(
        row=number,
        external_id=_external_id(row) or _digest(matter, row),
        received_at=received_at,
        matter=matter,
        contact=contact,
        reply=storable(_text(row, "reply"))[:LONGEST_REPLY],
        replied_at=_time(row, "reply_time", frame.now),
        extra={storable(key): _extra(value) for key, value in frame.columns.extras(cells).items()},
    )


def _well_formed(cells: Sequence[Any], columns: Columns) -> None:
    beyond = [cell for cell in cells[columns.width :] if cell is not None and str(cell).strip()]
    if beyond:
        raise Unfit(f"这一行有 {len(cells)} 格，表头只有 {columns.width} 列；内容里的逗号要放在引号之内。")
    if any("\udc80" <= c <= "\udcff" for cell in cells if isinstance(cell, str) for c in cell):
        raise Unfit("这一行有无法识别的字节(编码混杂),请改正后再导入。")


def _matter(row: Mapping[str, Any], frame: Frame) -> intake.Matter:
    title, body = _text(row, "title"), _text(row, "body")
    if len(title) > intake.TITLE_LIMIT:
        body = f"{title}\n{body}" if body else title
    area, address = _text(row, "area"), _text(row, "address")
    area_id = frame.areas.get(area)
    if area and area_id is None and area not in address:
        address = f"{area}{address}"
    return intake.Matter(
        text=body or title,
        title=title,
        request_type=REQUEST_TYPES.get(_text(row, "request_type"), ""),
        category_code=frame.categories.get(_text(row, "category"), ""),
        area_id=area_id,
        address=address,
    )


def _contact(row: Mapping[str, Any]) -> Contact:
    account, phone = storable(_text(row, "user")), _text(row, "phone")
    if not (account or phone):
        raise Unfit("没有用户或电话，办理结果无人可告。")
    if phone:
        normal_phone(phone)
    return Contact(name=storable(_text(row, "name")), phone=phone, account=account)


def _time(row: Mapping[str, Any], name: str, now: datetime) -> datetime | None:
    cell = row.get(name)
    if name not in row or (name == "reply_time" and not _text(row, name)):
        return None
    if not _text(row, name):
        raise Unfit("没有时间。")
    try:
        at = parse_time(cell, clock.SHANGHAI)
    except NotATime as problem:
        raise Unfit(f"看不懂时间“{_text(row, name)[:40]}”。") from problem
    if not intake.EARLIEST <= at <= now:
        why = "晚于现在" if at > now else "早于 1990 年"
        raise errors.BadTime(f"时间“{_text(row, name)[:40]}”{why}。")
    return at


def _external_id(row: Mapping[str, Any]) -> str:
    written = storable(_text(row, "id"))
    if len(written) > LONGEST_ID:
        raise Unfit(f"编号有 {len(written)} 字，最多 {LONGEST_ID} 字。")
    return written


def _digest(matter: intake.Matter, row: Mapping[str, Any]) -> str:
    """Where a file has no ids, a row is known by what it says, so that importing it again is noticed."""
    facts = (matter.title, matter.text, _text(row, "time"), _text(row, "user"), _text(row, "phone"))
    return "sha256:" + hashlib.sha256("\x1f".join(facts).encode()).hexdigest()[:40]


def _extra(value: Any) -> str:
    return redact(storable(_plain(value))).text[:LONGEST_EXTRA]


def _text(row: Mapping[str, Any], name: str) -> str:
    return _plain(row.get(name)).strip()


def _plain(cell: Any) -> str:
    """A number of XLSX that is whole is an id or a phone number, not 188006.0."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell)
