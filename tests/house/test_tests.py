"""The law of the tests themselves, as far as a machine can check it."""

import ast
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT

TESTS = sorted((ROOT / "tests").rglob("test_*.py"))


def own_nodes(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """What stands in *function*, without the functions that are defined inside of it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))


def ends_early(source: str) -> list[str]:
    """The names of tests that can end before they looked."""
    return [
        function.name
        for function in ast.walk(ast.parse(source))
        if isinstance(function, ast.FunctionDef) and function.name.startswith("test_")
        if any(isinstance(node, ast.Return) for node in own_nodes(function))
    ]


def sleeps(source: str) -> list[int]:
    """The lines in which a test sleeps for a time instead of waiting for something to be true."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.sleep", "sleep"}
    ]


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_test_looks_in_every_case(path):
    assert ends_early(path.read_text()) == [], (
        "a test that returns looks at nothing: look on that engine as well, or say by "
        "tests.engines where it applies"
    )
    assert sleeps(path.read_text()) == [], (
        "wait until something is true (tests.waiting), never for a time"
    )


def test_a_test_that_ends_early_or_sleeps_is_found():
    early = "def test_a(database):\n    if database.is_sqlite:\n        return\n    assert False\n"
    inside = "def test_b():\n    def work():\n        return 1\n    assert work()\n"

    assert ends_early(early + inside) == ["test_a"]
    assert sleeps("import time\ntime.sleep(1)\n") == [2]
