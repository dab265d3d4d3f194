"""Which column of a file holds what: by its usual headings, or by a small mapping file."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from petitions.services.importing.tables import BadFile

# What an import understands, each with the headings that systems use for it.
HEADINGS: dict[str, tuple[str, ...]] = {
    "id": ("id", "留言编号", "编号", "工单编号", "工单号", "诉求编号", "message_id"),
    "user": ("user", "留言用户", "用户", "网友", "账号", "平台账号", "account"),
    "name": ("name", "姓名", "联系人", "诉求人", "来电人"),
    "phone": ("phone", "联系电话", "电话", "手机", "手机号", "来电号码", "联系方式"),
    "title": ("title", "留言主题", "主题", "标题", "诉求标题"),
    "time": ("time", "留言时间", "受理时间", "来电时间", "诉求时间", "时间", "created_at"),
    "body": ("body", "留言详情", "详情", "内容", "主要内容", "诉求内容", "留言内容", "text"),
    "area": ("area", "区域", "所属区域", "发生区域", "被反映区域"),
    "address": ("address", "地址", "发生地址", "详细地址"),
    "category": ("category", "诉求分类", "分类编码"),
    "request_type": ("request_type", "诉求类型"),
    "reply": ("reply", "答复意见", "答复内容", "答复"),
    "reply_time": ("reply_time", "答复时间"),
}
# What our own problems file puts in front of each row, so that a mended one can be imported as it is.
OURS = ("行号", "原因")
BY_HEADING = {heading: field for field, headings in HEADINGS.items() for heading in headings}


class BadMapping(BadFile):
    """列对应文件不能用。"""


class ColumnsMissing(BadFile):
    """文件里缺少必需的列。"""


class ColumnTwice(BadFile):
    """有两列指向同一内容。"""


@dataclass(frozen=True)
class Columns:
    """For each field the position of its column; `extra` are columns nobody claims, by heading, kept with the case."""

    at: Mapping[str, int]
    extra: Mapping[str, int]
    width: int

    def fields(self, cells: Sequence[Any]) -> dict[str, Any]:
        return {field: cells[at] if at < len(cells) else None for field, at in self.at.items()}

    def extras(self, cells: Sequence[Any]) -> dict[str, Any]:
        return {heading: cells[at] for heading, at in self.extra.items() if at < len(cells) and cells[at] is not None}


def is_known(heading: str) -> bool:
    return heading.strip().lower() in BY_HEADING


def columns_of(headings: Sequence[str], mapping: Mapping[str, str | None] | None = None) -> Columns:
    """Raises ColumnsMissing or ColumnTwice, naming what was found. `mapping` is field → heading, None to leave out."""
    chosen, dropped = _chosen(headings, mapping or {})
    at: dict[str, int] = {}
    extra: dict[str, int] = {}
    for position, heading in enumerate(headings):
        field = chosen.get(heading) or (BY_HEADING.get(heading.lower()) if heading not in dropped else None)
        if field in (mapping or {}) and heading not in chosen:
            field = None  # the mapping gives this field to another column
        if field in at:
            raise ColumnTwice(f"“{headings[at[field]]}”和“{heading}”两列都是 {field}；请用 --map 指明用哪一列。")
        if field:
            at[field] = position
        elif heading and heading not in (*OURS, *dropped):
            extra[heading] = position
    _check(at, headings)
    return Columns(at, extra, len(headings))


def _chosen(headings: Sequence[str], mapping: Mapping[str, str | None]) -> tuple[dict[str, str], set[str]]:
    """Heading → field as the mapping says, and headings it leaves out (written as {"heading": null})."""
    unknown = [key for key, heading in mapping.items() if heading is not None and key not in HEADINGS]
    if unknown:
        raise BadMapping(f"列对应文件里有不认识的名称：{'、'.join(unknown)}。可用：{'、'.join(HEADINGS)}。")
    absent = [heading for heading in mapping.values() if heading is not None and heading not in headings]
    if absent:
        raise BadMapping(f"列对应文件提到的列在表里没有：{'、'.join(absent)}。表里有：{_named(headings)}。")
    chosen = {heading: field for field, heading in mapping.items() if heading is not None}
    return chosen, {key for key, heading in mapping.items() if heading is None}


def _check(at: Mapping[str, int], headings: Sequence[str]) -> None:
    missing = []
    if not {"body", "title"} & at.keys():
        missing.append("内容(body/留言详情)")
    if not {"user", "phone"} & at.keys():
        missing.append("诉求人(user/留言用户 或 phone/联系电话)")
    if missing:
        raise ColumnsMissing(
            f"缺少必需的列：{'、'.join(missing)}。表里有：{_named(headings)}。列名不同时请用 --map 指明对应关系。"
        )


def _named(headings: Sequence[str]) -> str:
    return "、".join(heading or "(空)" for heading in headings)[:500]


def read_mapping(path: Path) -> dict[str, str | None]:
    """A JSON or TOML file: field → heading. In JSON, {"heading": null} leaves a column out. Raises BadMapping."""
    try:
        raw = path.read_bytes()
        found = tomllib.loads(raw.decode()) if path.suffix.lower() == ".toml" else json.loads(raw)
    except OSError as problem:
        raise BadMapping(f"列对应文件打不开：{path}") from problem
    except ValueError as problem:  # both readers' errors, and undecodable bytes
        raise BadMapping(f"列对应文件不是完好的 JSON 或 TOML:{problem}") from problem
    if not isinstance(found, dict) or not all(value is None or isinstance(value, str) for value in found.values()):
        raise BadMapping('列对应文件应是 {"body": "留言详情", …} 这样的一层对应。')
    return found
