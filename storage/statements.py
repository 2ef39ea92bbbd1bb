"""What every repository says in SQL: insert rows, select one, ask for some values at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from .driver import Connection

T = TypeVar("T")
Row = Mapping[str, Any]
"""A row as the driver gives it."""
AT_A_TIME = 500
"""So many values go into one statement."""
_VALUES = 2000
"""In one statement that inserts, at most. More gain nothing, and SQLite has a bound."""


def insert(db: Connection, table: str, values: dict[str, Any]) -> int:
    """Insert a row; its number."""
    sql = _insertion(table, tuple(values))
    return int(db.execute(sql, list(values.values())).lastrowid or 0)


def insert_all(
    db: Connection, table: str, columns: str, rows: Iterable[Sequence[Any]], then: str = ""
) -> None:
    """Insert rows, in their order, several with one statement: one for each row takes more than
    twice as long. `columns` are their names with commas; `then` is what follows the values, such
    as ON CONFLICT. Raises StorageError."""
    width = columns.count(",") + 1
    row_marks = f"({', '.join('?' * width)})"
    left = iter(rows)
    while some := list(islice(left, _VALUES // width)):
        several = ", ".join([row_marks] * len(some))
        sql = f"INSERT INTO {table} ({columns}) VALUES {several} {then}"
        db.execute(sql, [value for row in some for value in row])


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
