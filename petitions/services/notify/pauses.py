"""How often and how patiently something is tried again: parameters of the city."""

from dataclasses import dataclass
from datetime import timedelta

from routing import rulebook

LONGEST = timedelta(hours=12)


@dataclass(frozen=True)
class Patience:
    """`lease`: for how long a courier has a delivery to itself; when it was killed, the next one comes after that."""

    most_attempts: int
    first_pause: timedelta
    lease: timedelta

    @classmethod
    def current(cls) -> "Patience":
        rules = rulebook.current()
        return cls(
            int(rules.parameter("notify.max_attempts", 8)),
            timedelta(seconds=float(rules.parameter("notify.first_pause_seconds", 30))),
            timedelta(seconds=float(rules.parameter("notify.lease_seconds", 60))),
        )

    def pause_after(self, attempts: int) -> timedelta:
        """Doubled with every attempt, up to half a day."""
        return min(self.first_pause * 2 ** min(attempts, 16), LONGEST)
