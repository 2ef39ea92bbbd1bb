"""What pages were made of whose scripts ran in a browser, beside the pages as they were then."""

from __future__ import annotations

from sqlite_utils import Database

_TABLES = (
    """
CREATE TABLE renderings (
  id INTEGER PRIMARY KEY REFERENCES snapshots(id), blob_id INTEGER NOT NULL REFERENCES blobs(id),
  content_type TEXT NOT NULL, browser TEXT NOT NULL, requests INTEGER NOT NULL,
  bytes INTEGER NOT NULL, seconds REAL NOT NULL, note TEXT NOT NULL
) STRICT
""",
    "CREATE INDEX renderings_by_blob ON renderings(blob_id)",
)


def m021_renderings(db: Database) -> None:
    """One table. Its id is that of the snapshot that holds the page as it was rendered."""
    for sql in _TABLES:
        db.execute(sql)
