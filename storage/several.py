"""Several rows of a table in one statement: so a crawl writes what it keeps of one page.

A statement for each row takes more than twice as long.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from .driver import Connection

_VALUES = 2000
"""In one statement at most. More gain nothing, and SQLite has a bound."""


def insert_all(
    db: Connection, table: str, columns: str, rows: Iterable[Sequence[Any]], then: str = ""
) -> None:
    """Insert rows, in their order. `columns` are their names with commas; `then` is what follows
    the values, such as ON CONFLICT. Raises StorageError."""
    width = columns.count(",") + 1
    marks = f"({', '.join('?' * width)})"
    left = iter(rows)
    while some := list(islice(left, _VALUES // width)):
        several = ", ".join([marks] * len(some))
        sql = f"INSERT INTO {table} ({columns}) VALUES {several} {then}"
        db.execute(sql, [value for row in some for value in row])
