"""Every test asserts something: a comparison without ``assert`` checks nothing."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
FILES = sorted(TESTS.rglob("test_*.py"))


def asserts_something(test: ast.FunctionDef) -> bool:
    """Tell whether a test asserts, expects an error or a warning, or calls an ``assert_…`` helper."""
    for node in ast.walk(test):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name.startswith("assert") or name in {"raises", "warns"}:
                return True
    return False


def functions_of(path: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name.startswith("test_")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(TESTS).as_posix())
def test_no_test_is_empty_handed(path):
    assert [f"{test.name}, line {test.lineno}" for test in functions_of(path) if not asserts_something(test)] == []


def test_the_check_sees_a_comparison_without_assert():
    idle = ast.parse("def test_shape():\n    (1, 2) == (2, 1)\n    all([False])").body[0]
    assert not asserts_something(idle)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(TESTS).as_posix())
def test_no_test_is_skipped_or_expected_to_fail(path):
    source = path.read_text(encoding="utf-8")
    if path != Path(__file__):
        assert "pytest.skip(" not in source
        assert "mark.skip" not in source
        assert "xfail" not in source
        assert "importorskip" not in source
