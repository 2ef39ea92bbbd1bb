"""The check that a file is ours to open, and the way to bring it up to date.

Every change of the tables is a new module in `migrations`; the ones before it never change. What
the tables mean is told in docs/archive.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from .driver import APPLICATION_ID, is_empty, told
from .errors import NewerSchema, OlderSchema, StorageError
from .migrations import (
    m001_archive,
    m002_dossiers,
    m003_attachments,
    m004_stories,
    m005_relevance,
    m006_revisions,
    m007_slots,
    m008_health,
    m009_years,
    m010_digests,
    m011_desk,
    m012_told,
    m013_additions,
    m014_queue_keys,
    m015_pauses,
)
from .migrations.registry import MIGRATIONS

_IN_ORDER = (
    m001_archive,
    m002_dossiers,
    m003_attachments,
    m004_stories,
    m005_relevance,
    m006_revisions,
    m007_slots,
    m008_health,
    m009_years,
    m010_digests,
    m011_desk,
    m012_told,
    m013_additions,
    m014_queue_keys,
    m015_pauses,
)
"""Importing them is what registers them, so nobody else imports one."""

SEARCH = m001_archive.SEARCH
FILE_SEARCH = m003_attachments.FILE_SEARCH
"""What makes the indexes of texts, of articles and of files; to make them again."""

_STRANGE = "not a Hubwatch archive"
_EMPTY = "not a Hubwatch archive, it holds nothing (put a backup in its place if it once did)"


def make(db: Database, path: Path) -> None:
    """Make the tables of an empty file. Raises like `check_current`."""
    if is_empty(db):
        with told(path), _locked(db):
            if is_empty(db):  # another process may have been faster
                db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                MIGRATIONS.apply(db)
    check_current(db, path)


def migrate(db: Database, path: Path) -> None:
    """Bring a file up to date, whole or not at all; for `hubwatch upgrade` and nobody else.

    Raises NewerSchema or StorageError if it is not ours to write.
    """
    check(db, path)
    if not MIGRATIONS.pending(db):
        return
    with told(path), _locked(db):
        MIGRATIONS.apply(db)


def pending(db: Database) -> tuple[str, ...]:
    """The changes of the tables that a file lacks, in order."""
    return tuple(migration.name for migration in MIGRATIONS.pending(db))


def newest_in(db: Database) -> str:
    """The name of the newest change of the tables that a file has."""
    return str(MIGRATIONS.applied(db)[-1].name)


@contextmanager
def _locked(db: Database) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise


def check_current(db: Database, path: Path) -> None:
    """Refuse what is not ours to use as it is. Writes nothing. Raises as `check`, OlderSchema."""
    check(db, path)
    if MIGRATIONS.pending(db):
        raise OlderSchema(
            f"{path}: written by an older Hubwatch; `hubwatch upgrade` brings it up to date"
        )


def check(db: Database, path: Path) -> None:
    """Refuse what is not an archive, and what a newer Hubwatch wrote. Writes nothing."""
    with told(path):
        if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise StorageError(
                f"{path}: {_STRANGE if not is_empty(db) else _EMPTY}; `hubwatch init` makes one"
            )
        known = {migration.name for migration in MIGRATIONS._migrations}
        applied = {migration.name for migration in MIGRATIONS.applied(db)}
    if applied - known:
        raise NewerSchema(
            f"{path}: written by a newer Hubwatch ({', '.join(sorted(applied - known))}); "
            "upgrade this one"
        )
    if not applied:
        raise StorageError(f"{path}: {_EMPTY}; `hubwatch init` makes one")
