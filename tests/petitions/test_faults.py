"""Things break in the middle of work: nothing is lost, nothing is doubled, every chain holds. With real servers.

FAULT_ROUNDS=500 kills so many sweepers at random moments instead of 12 (`python -m bench faults`).
"""

import contextlib
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import kombu
import pytest
from django.db import connections

from backend import env
from petitions import errors
from petitions.models import Escalation, Outbox, Petition
from petitions.services import clock, deadlines, handling, notify
from petitions.services.door import system
from petitions.states import CaseState
from routing.models import Parameter
from tests import make
from tests.petitions import faults
from tests.petitions.faults import wait_until
from tests.test_services_reachable import BROKER_URL, REDIS_URL, is_open

ROUNDS = env.number("FAULT_ROUNDS", 12)
REDIS_BROKER = REDIS_URL.rpartition("/")[0] + "/9"
BROKERS = [
    pytest.param(
        url,
        id=name,
        marks=[getattr(pytest.mark, name), pytest.mark.skipif(not is_open(url), reason=f"no {name} at its address")],
    )
    for name, url in (("rabbitmq", BROKER_URL), ("redis", REDIS_BROKER))
]


def long_ago() -> object:
    """Eight days before now: limits of a week have passed by the clock that worker processes read."""
    return clock.now() - timedelta(days=8)


def some_cases(with_units: int, with_hotline: int) -> None:
    system()
    unit = make.a_unit()
    for _ in range(with_units):
        make.a_case(unit=unit, now=long_ago())
    for _ in range(with_hotline):
        make.a_case(state=CaseState.PENDING_REVIEW, now=long_ago())


def expected(with_units: int, with_hotline: int) -> dict[str, int]:
    """What rings for cases that nobody touched for eight days."""
    unit_kinds = ("sign_late", "contact_late", "due_soon", "overdue", "case_expired")
    return dict.fromkeys(unit_kinds, with_units) | {"stage_late": with_hotline}


# ── workers, beats and the broker ──
class Crew(contextlib.ExitStack):
    """Celery processes on the test's database and broker; what they said is shown when a test fails."""

    def __init__(self, folder: Path, **environment: str):
        super().__init__()
        self.folder, self.log = folder, folder / "log"
        self.environment = {"REDIS_URL": None, "SMS_SECRET": "s", "VAR_DIR": str(env.var_dir())} | environment
        self.numbers = itertools.count(1)

    def worker(self) -> subprocess.Popen:
        name = f"{self.environment['QUEUE']}-{next(self.numbers)}@test"
        return self._run("worker", "--pool=solo", "--without-gossip", "--without-mingle", "-n", name)

    def beat(self) -> subprocess.Popen:
        return self._run("beat", "-s", str(self.folder / f"beat-{next(self.numbers)}"))

    def _run(self, *command: str) -> subprocess.Popen:
        return self.enter_context(faults.running("celery", "-A", "backend", *command, log=self.log, **self.environment))

    def __exit__(self, kind, *details) -> bool:
        if kind is not None:
            sys.stderr.write(self.log.read_text(errors="replace")[-4000:])
        return super().__exit__(kind, *details)


@pytest.fixture
def wire(request):
    wire = faults.Wire(request.param)
    yield wire
    wire.close()


@pytest.fixture
def gateway():
    gateway = faults.Gateway()
    yield gateway
    gateway.close()


@pytest.fixture
def queue(request, wire):
    name = f"test-{os.getpid()}-{time.monotonic_ns()}"
    yield name
    with kombu.Connection(wire.url) as broker, broker.channel() as channel, contextlib.suppress(Exception):
        channel.queue_delete(name)


@pytest.mark.parametrize("wire", BROKERS, indirect=True)
def test_workers_killed_two_beats_and_a_broker_that_goes_away(committed_city, wire, queue, gateway, tmp_path):
    """One after the other, on the same cases, as on a very bad day."""
    Parameter.objects.filter(key="notify.lease_seconds").update(value=1)
    some_cases(8, 4)
    crew = Crew(tmp_path, BROKER_URL=wire.url, QUEUE=queue, SMS_URL=gateway.url)
    with crew:
        first = crew.worker()
        crew.beat(), crew.beat()
        with faults.one_part_held() as is_waited_for:
            wait_until(is_waited_for, "a sweep in the middle of its transaction")
            faults.kill(first)
        assert not Escalation.objects.exists(), "half a batch was committed"

        before, gateway.hangs = len(gateway.keys), True
        second = crew.worker()
        wait_until(lambda: len(gateway.keys) > before, "a message on its way")
        faults.kill(second)
        gateway.recover()

        wire.cut()
        crew.worker()
        make.a_case(state=CaseState.PENDING_REVIEW, now=long_ago())
        assert Outbox.objects.filter(state="waiting").exists(), "nobody can have rung"
        wire.mend()
        wait_until(lambda: faults.rung() == expected(8, 5) and faults.nothing_waits(), "everything done")

    faults.all_is_well()
    assert faults.rung() == expected(8, 5)
    # Each message reached the gateway; only the one whose worker was killed came twice, under the same key.
    assert len(set(gateway.keys)) == len(gateway.keys) - 1


# ── kills at random moments ──
def test_sweepers_killed_at_random_moments(committed_city):
    """Each sweeper is a fork that sweeps in small batches and plans notices, killed after a few escalations."""
    dice, now = random.Random(12345), clock.now()
    killed = made = 0
    while killed < ROUNDS:
        if not Petition.objects.filter(next_check_at__lte=now).exists():
            some_cases(12, 12)
            made += 12
        child = fork_that(lambda: (deadlines.sweep(now=now, size=2), notify.plan_ready(now=now, size=5)))
        killed += was_killed(child, after=dice.randint(0, 6))

    deadlines.sweep(now=now)
    while notify.deliver_ready(now=now):
        pass
    assert faults.rung() == expected(made, made)
    faults.all_is_well()


def was_killed(child: int, *, after: int) -> bool:
    """Kill the process once so many more escalations are committed; False when it had ended by then."""
    goal, limit = Escalation.objects.count() + after, time.monotonic() + 2
    while Escalation.objects.count() < goal and time.monotonic() < limit:
        if os.waitpid(child, os.WNOHANG)[0]:
            return False
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def fork_that(act) -> int:
    """A child process that does it on a connection of its own; returns its process id."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    try:
        act()
    finally:
        os._exit(0)


def test_two_sweepers_killed_in_turn_while_people_work(committed_city):
    """A person signs and a sweeper sweeps at the same moment, again and again; whoever comes second sees the first."""
    some_cases(6, 0)
    now = clock.now()
    children = [fork_that(lambda: deadlines.sweep(now=now, size=1)) for _ in range(3)]
    refused = 0
    for case in Petition.objects.order_by("-pk"):
        part = make.main(case)
        try:
            handling.sign(part.pk, actor=make.a_handler(of=part.department), now=now)
        except errors.WrongState as refusal:
            refused += 1
            assert refusal.message
    for child in children:
        os.waitpid(child, 0)
    deadlines.sweep(now=now)

    signed = sum(case.events.filter(action__in=["sign", "auto_sign"]).count() for case in Petition.objects.all())
    assert signed == 6
    assert faults.rung().get("sign_late", 0) == refused
    assert faults.rung()["case_expired"] == 6


# ── the clock ──
def test_a_clock_that_jumps_forward_a_week_and_back_an_hour(committed_city):
    """Forty jumps in any direction; in the end exactly what a steady clock would have rung has rung."""
    some_cases(3, 3)
    dice, begun = random.Random(7), long_ago()
    for _ in range(40):
        jump = dice.choice([timedelta(hours=1), timedelta(hours=-1), timedelta(days=1), timedelta(minutes=-5)])
        begun = min(begun + jump, clock.now())
        deadlines.sweep(now=begun)
    now = clock.now() + timedelta(days=7)
    deadlines.sweep(now=now)
    once = dict(faults.rung())
    for hours in (1, 0, 24, 0):
        deadlines.sweep(now=now - timedelta(hours=hours))

    assert faults.rung() == once
    assert {kind: once[kind] for kind in expected(3, 3)} == expected(3, 3) | {"stage_late": once["stage_late"]}
    while notify.deliver_ready(now=now):
        pass
    faults.all_is_well()


# ── the database ──
SERVER = """
import sys
from backend import embedded_postgres
with embedded_postgres.in_use() as place:
    print(place.data, flush=True)
    sys.stdin.readline()
"""
FILL = """
import os; os.environ["DJANGO_SETTINGS_MODULE"] = "backend.settings"
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from petitions.services import clock
from routing.loading.defaults import load_defaults
load_defaults(now=clock.now())
from tests.petitions.test_faults import some_cases
some_cases(4, 8)
print("filled", flush=True)
"""
LOOK = """
import os; os.environ["DJANGO_SETTINGS_MODULE"] = "backend.settings"
import django; django.setup()
from tests.petitions import faults
from tests.petitions.test_faults import expected
faults.wait_until(lambda: faults.rung() == expected(4, 8) and faults.nothing_waits(), "everything done")
faults.all_is_well()
print("well", flush=True)
"""


class OwnServer:
    """The embedded PostgreSQL in a folder of its own, with fsync, and processes that work on it."""

    def __init__(self) -> None:
        self.folder = Path("/var/tmp") / f"jiesu-test-{os.getpid()}-{time.monotonic_ns()}"
        self.folder.mkdir()
        self.folder.chmod(0o755)
        away = dict.fromkeys(("DATABASE_URL", "BROKER_URL", "REDIS_URL", "QUEUE"))
        self.environment = env.for_child(VAR_DIR=str(self.folder), APP_ENV="development", **away)
        self.keeper, self.data = self._keep()

    def _keep(self) -> tuple[subprocess.Popen, Path]:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        keeper = subprocess.Popen([sys.executable, "-c", SERVER], cwd=env.BASE_DIR, env=self.environment, **pipes)
        return keeper, Path(keeper.stdout.readline().strip())

    def kill_and_restart(self) -> None:
        os.kill(int((self.data / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
        time.sleep(0.5)
        before, (self.keeper, _) = self.keeper, self._keep()
        _let_go(before)

    def python(self, code: str) -> str:
        """The last line that this code says."""
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=env.BASE_DIR, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip().splitlines()[-1]

    def worker(self, log: Path) -> subprocess.Popen:
        command = [sys.executable, "-m", "backend.worker"]
        with log.open("wb") as out:
            return subprocess.Popen(command, cwd=env.BASE_DIR, env=self.environment, stdout=out, stderr=out)

    def close(self) -> None:
        _let_go(self.keeper)
        shutil.rmtree(self.folder)


def _let_go(keeper: subprocess.Popen) -> None:
    """The server stops when the last one who keeps it is gone."""
    keeper.stdin.close()
    keeper.wait()
    keeper.stdout.close()


def test_a_database_that_is_killed_and_restarted_in_the_middle_of_work(tmp_path):
    """A server of its own, twice killed with -9 while a worker works; the worker is never restarted."""
    server = OwnServer()
    try:
        assert server.python(FILL) == "filled"
        worker = server.worker(tmp_path / "worker.log")
        try:
            for pause in (3.0, 1.0):
                time.sleep(pause)
                server.kill_and_restart()
            assert server.python(LOOK) == "well"
            assert worker.poll() is None, "the worker gave up"
        finally:
            worker.kill()
            worker.wait()
    finally:
        server.close()
