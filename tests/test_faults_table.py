"""docs/faults.md is true: every row is there, and the tests it names exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \|([^|]*)\|$", re.MULTILINE)
NAMED = re.compile(r"`(test_\w+\.py)::(test_\w+)(\*?)`")
#: What may still be a promise; every other row must be held whole.
PROMISES = {37, 38, *range(52, 61), 63}


def _table() -> str:
    return (HERE.parent / "docs" / "faults.md").read_text(encoding="utf-8")


def _tests(name: str) -> list[str]:
    tree = ast.parse((HERE / name).read_text(encoding="utf-8"))
    return [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize(
    ("file", "test", "star"), sorted(set(NAMED.findall(_table()))), ids=lambda part: part or "whole"
)
def test_named_tests_exist(file: str, test: str, star: str) -> None:
    found = _tests(file)
    assert any(name.startswith(test) for name in found) if star else test in found


def test_every_row_is_there_and_says_who_holds_it() -> None:
    rows = {int(number): (happens, held) for number, _, happens, held in ROW.findall(_table())}
    assert list(rows) == [*range(1, len(rows) + 1)]
    assert len(rows) >= 74
    for number, (happens, held) in rows.items():
        assert bool(NAMED.search(held)) or "**Not held**" in happens, number
        if number not in PROMISES:
            assert NAMED.search(held), number
            assert "Not held" not in happens, number


def test_tests_of_rows_are_named_by_the_table() -> None:
    table = NAMED.findall(_table())
    for path in HERE.glob("test_*.py"):
        for name in _tests(path.name):
            if name.startswith("test_row_"):
                assert any(
                    file == path.name and (name.startswith(test) if star else name == test)
                    for file, test, star in table
                ), f"{path.name}::{name} is in no row"
