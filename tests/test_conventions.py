"""House rules that a reader would otherwise have to remember, read off the syntax trees."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("backend", "frontend", "petitions", "routing", "nlp", "tests", "bench")
LONGEST_FUNCTION = 50
LONGEST_FILE = 400


def python_files(*floors: str) -> list[Path]:
    found = (path for floor in floors or FLOORS for path in (ROOT / floor).rglob("*.py"))
    return sorted(path for path in found if not {"migrations", "node_modules"} & set(path.parts))


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def where(path: Path, node: ast.AST | None = None) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def test_no_file_is_longer_than_the_limit():
    assert [where(path) for path in python_files() if len(path.read_text().splitlines()) > LONGEST_FILE] == []


def test_no_function_is_longer_than_the_limit():
    functions = (
        (path, node)
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert [where(path, node) for path, node in functions if node.end_lineno - node.lineno >= LONGEST_FUNCTION] == []


def test_cases_are_locked_only_by_the_services():
    """Routing locks its own rows when it publishes a catalogue; it cannot see cases."""
    floors = python_files("backend", "frontend", "petitions", "bench")
    lockers = {path for path in floors for call in calls(path) if name_of(call) == "select_for_update"}
    assert [where(path) for path in lockers if ROOT / "petitions" / "services" not in path.parents] == []


def test_no_queryset_update_goes_round_the_state_machine():
    culprits = [
        where(path, call)
        for path in python_files("backend", "frontend", "petitions", "routing", "nlp", "bench")
        for call in calls(path)
        if name_of(call) == "update" and any(keyword.arg == "state" for keyword in call.keywords)
    ]
    assert culprits == []


def test_the_environment_is_read_in_one_module_only():
    readers = [
        where(path, node)
        for path in [*python_files("backend", "frontend", "petitions", "routing", "nlp"), ROOT / "manage.py"]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr in ("environ", "getenv")
        and getattr(node.value, "id", "") == "os"
    ]
    assert {reader.split(":")[0] for reader in readers} == {"backend/env.py"}


def test_no_exception_is_caught_without_a_name():
    culprits = [
        where(path, node)
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert culprits == []


def test_there_is_no_drawer_for_everything():
    drawers = {"utils", "common", "helpers", "misc"}
    assert [where(path) for path in python_files() if {path.stem, path.parent.name} & drawers] == []


@pytest.mark.parametrize("suffix", [".html", ".py"])
def test_no_address_of_another_host_is_loaded_by_a_page(suffix):
    """The pages' policy is `default-src 'self'`; a foreign script would only fail in the browser."""
    pages = [path for path in (ROOT / "frontend").rglob(f"*{suffix}") if "node_modules" not in path.parts]
    assert [where(path) for path in pages if 'src="http' in path.read_text()] == []
