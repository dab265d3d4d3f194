"""A Celery application for tests: ours, with one task more that leaves a visible trace."""

from pathlib import Path

from backend.celery import app


@app.task(name="tests.leave_a_trace")
def leave_a_trace(*, path: str) -> None:
    Path(path).write_text("rung")
