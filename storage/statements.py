"""The few statements that every repository makes: insert a row, select one row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from .driver import Connection


def insert(db: Connection, table: str, values: dict[str, Any]) -> int:
    """Insert a row; its number."""
    sql = _insertion(table, tuple(values))
    return int(db.execute(sql, list(values.values())).lastrowid or 0)


def one(db: Connection, sql: str, parameters: Sequence[Any] = ()) -> dict[Any, Any]:
    """The first row of a query. Raises LookupError where there is none."""
    row = maybe(db, sql, parameters)
    if row is None:
        raise LookupError(f"no such row: {sql} {list(parameters)}")
    return row


def maybe(db: Connection, sql: str, parameters: Sequence[Any] = ()) -> dict[Any, Any] | None:
    """The first row of a query; None where there is none."""
    return next(iter(db.query(sql, list(parameters))), None)


@cache
def _insertion(table: str, names: tuple[str, ...]) -> str:
    marks = ", ".join("?" * len(names))
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
