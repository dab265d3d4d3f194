"""When each bell of the schedule rang last: written now and then, because some ring every second."""

import threading
import time
from datetime import datetime

from petitions.models import Beat
from petitions.services import clock

PAUSE = 15.0  # seconds between two rows about the same bell
_written: dict[tuple[str, bool], float] = {}
_lock = threading.Lock()


def rang(name: str, *, now: datetime | None = None) -> None:
    """The bell rang to its end."""
    if _is_time(name, failed=False):
        Beat.objects.update_or_create(name=name, defaults={"rung_at": now or clock.now()})


def failed(name: str, problem: BaseException, *, now: datetime | None = None) -> None:
    """The bell broke off. Of the problem its name is kept; what it says stands in the log, with whatever it quotes."""
    if _is_time(name, failed=True):
        said = {"failed_at": now or clock.now(), "problem": type(problem).__name__[:200]}
        Beat.objects.update_or_create(name=name, defaults=said)


def _is_time(name: str, *, failed: bool) -> bool:
    with _lock:
        last, moment = _written.get((name, failed)), time.monotonic()
        if last is not None and moment - last < PAUSE:
            return False
        _written[name, failed] = moment
        return True
