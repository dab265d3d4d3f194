"""Addresses, from the root of the site, of the lists that the figures of a report count. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

OVERDUE = "/cases/?lamp=over"
EVERY_UNIT, ANY_UNIT = "all", "any"  # all units that are compared; of whichever unit, and of none
NONE = "-"  # cases that have no category, channel or type
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Lists:
    """Of one stretch of time. `begins`, `ends`: ISO 8601; empty where a report was kept without them: no addresses.

    Days are given as such, so that an address means the same after a city has moved the cuts of its periods.
    """

    kind: str
    begins: str
    ends: str

    def figure(self, name: str, calibre: str, *, unit: int = 0, group: str = "") -> str:
        """The cases that a count of a unit, a group or (EVERY_UNIT) all units stands for."""
        if not (unit or group):
            return ""
        whose = {"unit": unit} if unit else {"units" if group == EVERY_UNIT else "group": group}
        return self._list(figure=name, calibre=calibre, **whose)

    def received(self, **narrowed: str) -> str:
        """What came in, whoever answers it; `channel`, `type` or `category` narrows it."""
        if "" in narrowed.values():
            return ""
        return self._list(figure="received", calibre="A", units=ANY_UNIT, **narrowed)

    def sheet(self, calibre: str, group: str) -> str:
        return self._address("/scorecard/", calibre=calibre, group=group) if group else ""

    def granted(self, kinds: tuple[str, ...], **narrowed: str | int) -> str:
        """What was approved in the register of requests: `unit`, `by`, `subtype`."""
        if not self.begins or not kinds:
            return ""
        said = {"begins": self.begins, "ends": self.ends, "only": kinds, "granted": 1, **narrowed}
        return f"/requests/register/?{urlencode(said, doseq=True)}"

    def _list(self, **said: str | int) -> str:
        return self._address("/scorecard/list/", **said)

    def _address(self, page: str, **said: str | int) -> str:
        return f"{page}?{urlencode(self._days() | said)}" if self.begins else ""

    def _days(self) -> dict[str, str | int]:
        last = (datetime.fromisoformat(self.ends) - INSTANT).date().isoformat()
        if self.kind == "day":
            return {"kind": "day", "day": last}
        return {"kind": "custom", "first": datetime.fromisoformat(self.begins).date().isoformat(), "last": last}
