"""The city's parameters of its monthly topics."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from nlp.core.themes.carrying import Limits as Carrying
from nlp.core.themes.course import Rules as Course


@dataclass(frozen=True)
class Limits:
    """Each is the parameter `topics.<name>`. window_months: months that are read together, the wanted one last:
    one small month alone groups differently every time. The others are those of carrying.py and course.py."""

    window_months: int = 3
    share: float = Carrying.share
    alike: float = Carrying.alike
    least: int = Course.least
    before: int = Course.before
    more: float = Course.more
    less: float = Course.less
    quiet: int = Course.quiet
    peak: float = Course.peak

    @classmethod
    def of(cls, rules: Any) -> Limits:
        return cls(**{name: rules.parameter(f"topics.{name}", default) for name, default in asdict(cls()).items()})

    @property
    def carrying(self) -> Carrying:
        return Carrying(self.share, self.alike)

    @property
    def course(self) -> Course:
        return Course(self.least, self.before, self.more, self.less, self.quiet, self.peak)
