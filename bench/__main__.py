"""`make bench`: every measurement in turn, each in a process and a database of its own. ARGS names some of them.

make bench                                all that need nothing but the project
make bench ARGS="create_case similar"
make bench ARGS=--list                    what there is, and what each needs
"""

import ast
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# What each needs beyond the project: nothing.
ALWAYS = ("nlp_read", "create_case", "list_pages", "similar", "catalogue_impact")


def main() -> int:
    wanted = sys.argv[1:] or ALWAYS
    if set(wanted) & {"--list", "--help", "-h"}:
        print(__doc__.strip(), *map(described, known()), "", sep="\n")
        return 0
    unknown = [name for name in wanted if name not in known()]
    if unknown:
        print(f"No such measurement: {', '.join(unknown)}. There are: {', '.join(known())}.", file=sys.stderr)
        return 2
    failed = [name for name in wanted if subprocess.run(command(name), cwd=HERE.parent).returncode]
    if failed:
        print(f"Did not finish: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def known() -> list[str]:
    """The modules that can be run, and the packages of several."""
    alone = [path.stem for path in HERE.glob("*.py") if '__name__ == "__main__"' in path.read_text(encoding="utf-8")]
    return sorted({*alone, *(path.parent.name for path in HERE.glob("*/__main__.py"))} - {"__main__"})


def command(name: str) -> list[str]:
    return [sys.executable, str(HERE / f"{name}.py")] if _is_file(name) else [sys.executable, "-m", f"bench.{name}"]


def described(name: str) -> str:
    """The name and the whole of what the module says about itself: its options and its data are there."""
    path = HERE / f"{name}.py" if _is_file(name) else HERE / name / "__main__.py"
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    always = "" if name in ALWAYS else "  (by name only)"
    return f"\n{name}{always}\n" + "\n".join(f"    {line}".rstrip() for line in said.splitlines())


def _is_file(name: str) -> bool:
    return (HERE / f"{name}.py").is_file()


if __name__ == "__main__":
    raise SystemExit(main())
