"""The figures of a simulation, read from a TOML file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).with_name("parameters.toml")


class BadParameters(ValueError):
    """模拟参数文件缺少内容或格式不对。"""


@dataclass(frozen=True)
class Parameters:
    """The tables of the file, as they stand there."""

    volume: Mapping[str, Any]
    channels: Mapping[str, float]
    branches: Mapping[str, float]
    seasons: tuple[Mapping[str, Any], ...]
    bursts: Mapping[str, Mapping[str, Any]]
    handling: Mapping[str, Any]
    answers: Mapping[str, Any]
    cheats: Mapping[str, Mapping[str, Any]]


def read_parameters(path: Path = SHIPPED) -> Parameters:
    """Raises BadParameters."""
    try:
        return Parameters(**tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as problem:
        raise BadParameters(f"{BadParameters.__doc__}({problem})") from problem
