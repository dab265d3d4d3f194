"""The memory of this process and its children together; what they share counts once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

SECONDS = 2.0
KB_IN_MB = 1024


@dataclass
class Peak:
    mb: float = 0.0


@contextmanager
def watched() -> Iterator[Peak]:
    """The most that was seen, looked up every SECONDS: a shorter peak may be missed."""
    peak, over = Peak(), Event()

    def watch() -> None:
        while True:
            peak.mb = max(peak.mb, used_mb())
            if over.wait(SECONDS):
                return

    watching = Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield peak
    finally:
        over.set()
        watching.join()


def used_mb() -> float:
    """Proportional set size, as Linux counts it."""
    return sum(map(_used_kb, ("self", *_children()))) / KB_IN_MB


def _children() -> list[str]:
    return [child for task in Path("/proc/self/task").iterdir() for child in _read(task / "children").split()]


def _used_kb(process: str) -> int:
    lines = _read(Path("/proc") / process / "smaps_rollup").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _read(file: Path) -> str:
    """Empty when the process has ended meanwhile."""
    try:
        return file.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
