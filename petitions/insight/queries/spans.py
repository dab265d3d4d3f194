"""The stretch of time that a page of figures is about, its name, and the ones before and after it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from petitions.insight import windows
from petitions.insight.windows import Window


@dataclass(frozen=True)
class Cuts:
    """How the city cuts its time: first day of an assessment period, hour at which the day of a day report ends."""

    start_day: int = 19
    hour: int = 12

    @classmethod
    def of(cls, rules) -> Cuts:
        return cls(rules.parameter("period.start_day", cls.start_day), rules.parameter("day_report.hour", cls.hour))


@dataclass(frozen=True)
class Span:
    """A named window. `day` is any day that leads back to it; a custom span has its first and last day."""

    kind: str
    day: date
    window: Window
    name: str
    cuts: Cuts

    @property
    def first_day(self) -> date:
        return self.window.begins.date()

    @property
    def last_day(self) -> date:
        return self.window.last_day

    @property
    def address(self) -> dict[str, str]:
        """What an address carries."""
        if self.kind == "custom":
            return {"kind": "custom", "first": self.first_day.isoformat(), "last": self.last_day.isoformat()}
        return {"kind": self.kind, "day": self.day.isoformat()}

    def before(self) -> Span:
        """What it is compared with: the one of its kind just before."""
        if self.kind == "custom":
            earlier = self.window.before()
            return custom(earlier.begins.date(), earlier.last_day, self.cuts)
        return span(self.kind, self._first_named() - timedelta(days=1), self.cuts)

    def after(self) -> Span:
        if self.kind == "custom":
            length = self.last_day - self.first_day
            return custom(self.last_day + timedelta(days=1), self.last_day + timedelta(days=1) + length, self.cuts)
        return span(self.kind, self.last_day + timedelta(days=1), self.cuts)

    def trail(self, count: int) -> list[Span]:
        """The last `count` of its kind, this one last."""
        found = [self]
        while len(found) < count:
            found.append(found[-1].before())
        return found[::-1]

    def _first_named(self) -> date:
        """A day report is named after the day it ends on, everything else holds its own first day."""
        return self.day if self.kind == "day" else self.first_day


def span(kind: str, day: date, cuts: Cuts) -> Span:
    """The assessment period, month, week or report day that `day` belongs to."""
    if kind == "month":
        return Span(kind, day, windows.month(day), f"{day.year} 年 {day.month} 月", cuts)
    if kind == "week":
        year, number, _ = day.isocalendar()
        return Span(kind, day, windows.week(day), f"{year} 年第 {number} 周", cuts)
    if kind == "day":
        return Span(kind, day, windows.day_report(day, cuts.hour), f"{day.isoformat()} 日报", cuts)
    closing = windows.assessment_period_of(day, cuts.start_day)
    window = windows.assessment_period(closing, cuts.start_day)
    return Span("assessment", day, window, f"{closing.year} 年 {closing.month} 月考核期", cuts)


def custom(first: date, last: date, cuts: Cuts) -> Span:
    """Whole days, both included."""
    name = f"{first.isoformat()} 至 {last.isoformat()}"
    return Span("custom", last, windows.days(first, last), name, cuts)


def span_of_period(kind: str, window: Window, name: str, cuts: Cuts) -> Span:
    """The span that was published: its window and name as they were, whatever the city's cuts are now."""
    return Span(kind, window.last_day, window, name, cuts)
