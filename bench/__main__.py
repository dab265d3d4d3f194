"""`make bench`: every measurement in turn, each in a process and a database of its own. ARGS names some of them.

make bench                            all that need no data of yours
make bench ARGS="create_case similar"
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# What each needs beyond the project: nothing.
ALWAYS = ("nlp_read", "create_case", "list_pages", "similar")


def main() -> int:
    wanted = sys.argv[1:] or ALWAYS
    unknown = [name for name in wanted if not (HERE / f"{name}.py").is_file()]
    if unknown:
        known = sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))
        print(f"No such measurement: {', '.join(unknown)}. There are: {', '.join(known)}.", file=sys.stderr)
        return 2
    failed = [name for name in wanted if subprocess.run([sys.executable, str(HERE / f"{name}.py")]).returncode]
    if failed:
        print(f"Did not finish: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
