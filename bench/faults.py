"""The fault tests for longer: sweepers killed at 500 random moments, workers, beats, brokers, clock and database.

    python bench/faults.py [--rounds 500]

Runs tests/petitions/test_faults.py with real servers (PostgreSQL; RabbitMQ and Redis where they are reachable) and
prints what was tried; a lost or doubled effect or a broken hash chain ends it with an error.
"""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from backend import env  # noqa: E402


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=500)
    rounds = options.parse_args().rounds
    command = [sys.executable, "-m", "pytest", "tests/petitions/test_faults.py", "-v", "-rA", "--durations=0"]
    return subprocess.run(command, cwd=ROOT, env=env.for_child(FAULT_ROUNDS=str(rounds))).returncode


if __name__ == "__main__":
    raise SystemExit(main())
