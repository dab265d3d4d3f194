"""Somebody's area tree as a CSV: name, parent and level, and where they have them code and aliases."""

from pathlib import Path

from nlp.core.labels import BadFile, rows
from nlp.core.places import LEVELS, Area, Gazetteer


def read(path: Path) -> Gazetteer:
    """Columns name, parent, level; code (else the name is the code) and aliases (between semicolons) if there are.

    `parent` is the parent's code, or its name where there are no codes; it stands above its children. Raises BadFile.
    """
    paths: dict[str, str] = {}
    areas = []
    for at, row in enumerate(rows(path, needed=("name", "parent", "level")), start=1):
        name, parent, level = row["name"].strip(), (row["parent"] or "").strip(), row["level"].strip()
        code = (row.get("code") or name).strip()
        if level not in LEVELS:
            raise BadFile(f"{path.name} 第 {at + 1} 行:level 应为 {'、'.join(LEVELS)} 之一,现为“{level}”。")
        if not code or code in paths or "/" in code:
            raise BadFile(f"{path.name} 第 {at + 1} 行:编码(或名称)“{code}”为空、重复或含有斜杠。")
        if parent and parent not in paths:
            raise BadFile(f"{path.name} 第 {at + 1} 行:上级“{parent}”没有出现在它的上面。")
        paths[code] = f"{paths.get(parent, '')}{code}/"
        aliases = tuple(filter(None, (alias.strip() for alias in (row.get("aliases") or "").split(";"))))
        areas.append(Area(at, code, name, level, paths[code], aliases))
    return Gazetteer(areas)
