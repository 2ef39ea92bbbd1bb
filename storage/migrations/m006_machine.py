"""What the daemon saw of its machine: a configuration it refused, a clock that jumped, the disk.

Of the former a row each for as long as it holds, of the disk a row an hour.
"""

from __future__ import annotations

from sqlite_utils import Database

TABLES = """
CREATE TABLE machine_events (
  kind TEXT PRIMARY KEY, at TEXT NOT NULL, detail TEXT NOT NULL
) STRICT;
CREATE TABLE disk_readings (
  hour TEXT PRIMARY KEY, at TEXT NOT NULL, free INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""


def m006_machine(db: Database) -> None:
    """The two tables."""
    db.executescript(TABLES)
