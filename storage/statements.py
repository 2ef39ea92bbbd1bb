"""What every repository says in SQL: insert a row, select one, ask for some values at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from .driver import Connection

T = TypeVar("T")
Row = Mapping[str, Any]
"""A row as the driver gives it."""
AT_A_TIME = 500
"""So many values go into one statement."""


def insert(db: Connection, table: str, values: dict[str, Any]) -> int:
    """Insert a row; its number."""
    sql = _insertion(table, tuple(values))
    return int(db.execute(sql, list(values.values())).lastrowid or 0)


def one(db: Connection, sql: str, parameters: Sequence[Any] = ()) -> Row:
    """The first row of a query. Raises LookupError where there is none."""
    row = maybe(db, sql, parameters)
    if row is None:
        raise LookupError(f"no such row: {sql} {list(parameters)}")
    return row


def maybe(db: Connection, sql: str, parameters: Sequence[Any] = ()) -> Row | None:
    """The first row of a query; None where there is none."""
    return next(iter(db.query(sql, list(parameters))), None)


def marks(values: Sequence[object]) -> str:
    """Question marks for so many values: `?, ?, ?`."""
    return ", ".join("?" * len(values))


def batches(values: Sequence[T], size: int = AT_A_TIME) -> Iterator[list[T]]:
    """The values, so many at a time."""
    for start in range(0, len(values), size):
        yield list(values[start : start + size])


@cache
def _insertion(table: str, names: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks(names)})"
