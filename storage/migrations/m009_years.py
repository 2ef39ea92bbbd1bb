"""What keeping an archive for years needs: a stated standstill, and indexes for what may go.

Without the indexes each row that goes would have every table searched for who still points at it.
"""

from __future__ import annotations

from sqlite_utils import Database

from .registry import MIGRATIONS

_STANDSTILL = """
CREATE TABLE standstill (
  one INTEGER PRIMARY KEY CHECK (one = 1), since TEXT NOT NULL, until TEXT, reason TEXT NOT NULL,
  person TEXT NOT NULL
) STRICT
"""
_POINTING_AT_SNAPSHOTS = ("fetches", "validators", "quarantine", "parts", "files", "list_sights")
_INDEXES = (
    "snapshots_by_blob ON snapshots(blob_id)",
    "blobs_by_codec ON blobs(codec)",
    "revisions_by_reading ON revisions(reading_id)",
    "bodies_by_reading ON bodies(reading_id)",
)


@MIGRATIONS()
def m009_years(db: Database) -> None:
    """The table `standstill`, and the indexes."""
    db.execute(_STANDSTILL)
    for index in _INDEXES:
        db.execute(f"CREATE INDEX {index}")
    there = {row["name"] for row in db.query("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in _POINTING_AT_SNAPSHOTS:
        if table in there:
            db.execute(
                f"CREATE INDEX {table}_by_snapshot ON {table}(snapshot_id) "
                "WHERE snapshot_id IS NOT NULL"
            )
