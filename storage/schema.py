"""The check that a file is ours to open: what it is, and which changes of the tables it has.

Looks, and loads none of the changes; `tables` makes them. What the tables mean is told in
docs/archive.md.
"""

from __future__ import annotations

from pathlib import Path

from hubwatch.errors import NewerSchema, OlderSchema, StorageError

from .driver import APPLICATION_ID, Connection, is_empty, told

MIGRATION_SET = "hubwatch"
NAMES = ["m001_archive"]
"""Every change of the tables there is, in order: each a module in `migrations` and the function in
it. Those that were released never change."""

SHAPE = 0x32E2F5EB
"""What an archive keeps as its `user_version`: a checksum of what `m001_archive` makes. Until 0.1.0
is tagged that may change, and an archive from before has the same name and other tables."""

_APPLIED = "_sqlite_migrations"  # sqlite-utils keeps them there
_STRANGE = "not a Hubwatch archive, and left as it is; --db or the configuration may name another"
_DRAFT = (
    "made by a Hubwatch from before 0.1.0 with other tables, no upgrade leads from there; move it "
    "away, and `hubwatch init` makes a new one"
)
_MAKES = "`hubwatch init` makes one"
_EMPTY = "not a Hubwatch archive, it holds nothing (put a backup in its place if it once did)"


def applied(db: Connection) -> tuple[str, ...]:
    """The changes of the tables that a file has, in the order in which they were made."""
    if not db.execute(f"SELECT 1 FROM sqlite_master WHERE name = '{_APPLIED}'").fetchone():
        return ()
    sql = f"SELECT name FROM {_APPLIED} WHERE migration_set = ? ORDER BY rowid"
    return tuple(row[0] for row in db.execute(sql, [MIGRATION_SET]).fetchall())


def pending(db: Connection) -> tuple[str, ...]:
    """The changes of the tables that a file lacks, in order."""
    there = applied(db)
    return tuple(name for name in NAMES if name not in there)


def check_current(db: Connection, path: Path) -> None:
    """Refuse what is not ours to use as it is. Writes nothing. Raises as `check`, OlderSchema."""
    check(db, path)
    if pending(db):
        raise OlderSchema(
            f"{path}: written by an older Hubwatch; `hubwatch upgrade` brings it up to date"
        )


def check(db: Connection, path: Path) -> None:
    """Refuse what is not an archive, and what a newer Hubwatch wrote. Writes nothing."""
    with told(path):
        if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise StorageError(f"{path}: {_STRANGE if not is_empty(db) else f'{_EMPTY}; {_MAKES}'}")
        there = applied(db)
        shape = db.execute("PRAGMA user_version").fetchone()[0]
    if there and shape != SHAPE:
        raise StorageError(f"{path}: {_DRAFT}")
    strange = sorted(set(there) - set(NAMES))
    if strange:
        raise NewerSchema(
            f"{path}: written by a newer Hubwatch ({', '.join(strange)}); upgrade this one"
        )
    if not there:
        raise StorageError(f"{path}: {_EMPTY}; {_MAKES}")
