"""An import that is killed and started again loses nothing and doubles nothing."""

import csv
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from petitions.models import Caller, Event, Job, Petition, Suggestion
from petitions.services import seal

ROWS, BATCH, PATIENCE = 400, 20, 60


def a_file(path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "user", "title", "time", "body"])
        for n in range(ROWS):
            writer.writerow([n, f"U{n % 50}", f"路灯第{n}次报修", "2019-08-01 10:00", f"柳堤路第{n}号路灯不亮。"])
    return path


def started(file: Path, problems: Path) -> subprocess.Popen:
    """The same command in a process of its own, on the test's database."""
    db = settings.DATABASES["default"]
    login = quote(str(db["USER"]), safe="") + (f":{quote(db['PASSWORD'], safe='')}" if db["PASSWORD"] else "")
    port = f"&port={db['PORT']}" if db["PORT"] else ""
    url = f"postgres://{login}@/{connection.settings_dict['NAME']}?host={quote(db['HOST'], safe='')}{port}"
    command = [sys.executable, "manage.py", "import_messages", file, "--source", "kill", "--problems", problems]
    environment = {**os.environ, "DATABASE_URL": url}
    return subprocess.Popen(
        [*map(str, command), "--batch", str(BATCH)],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def wait_until(condition) -> None:
    limit = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < limit, "the import did not get going"
        time.sleep(0.01)


def counts() -> tuple[int, ...]:
    models = (Petition, Event, Suggestion, Caller)
    return tuple(model.objects.count() for model in models)


@pytest.fixture
def again(tmp_path):
    def again(file: Path) -> str:
        out = io.StringIO()
        call_command("import_messages", file, source="kill", problems=tmp_path / "p.csv", stdout=out)
        return out.getvalue()

    return again


@pytest.mark.parametrize("batches_before", [1, 9])
def test_killed_half_way_and_run_again(committed_city, tmp_path, again, batches_before):
    file = a_file(tmp_path / "a.csv")
    process = started(file, tmp_path / "p.csv")
    wait_until(lambda: Petition.objects.count() >= batches_before * BATCH or process.poll() is not None)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    survived = Petition.objects.count()

    said = again(file)

    assert 0 < survived < ROWS, "the kill came too early or too late to say anything"
    assert survived % BATCH == 0
    assert f"新增 {ROWS - survived}，以前已导入 {survived}，有问题 0" in said
    # What an undisturbed import writes: two events and two suggestions for each case, one caller for each user.
    assert counts() == (ROWS, 2 * ROWS, 2 * ROWS, 50)
    assert not list(seal.verify())
    assert set(Job.objects.values_list("state", flat=True)) == {Job.State.DONE, Job.State.FAILED}


def test_two_imports_of_one_source_do_not_run_at_once(committed_city, tmp_path, again):
    file = a_file(tmp_path / "a.csv")
    process = started(file, tmp_path / "p.csv")
    wait_until(lambda: Petition.objects.exists() or process.poll() is not None)
    try:
        with pytest.raises(CommandError, match="正在进行"):
            again(file)
    finally:
        process.kill()
        process.communicate()
