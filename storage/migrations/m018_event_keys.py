"""By what a report of an event is found, kept so that what is written together stands together.

A key has place and span of days before what the place has of the report: a new report writes to the
end of its place and month, where keys that were hashes of it all wrote to pages all over the file.
"""

from __future__ import annotations

from sqlite_utils import Database

_STATEMENTS = (
    "DROP TABLE event_anchors",
    """
CREATE TABLE event_anchors (
  key INTEGER NOT NULL, article_id INTEGER NOT NULL, PRIMARY KEY (key, article_id)
) STRICT, WITHOUT ROWID
""",
    """
CREATE TABLE event_reports (
  article_id INTEGER PRIMARY KEY REFERENCES articles(id), keys BLOB NOT NULL
) STRICT
""",
    "UPDATE event_links SET evidence = '' WHERE article_id > other_id",
    "INSERT OR IGNORE INTO event_due SELECT id FROM articles",
)


def m018_event_keys(db: Database) -> None:
    """One table more, one made anew. Every article is due."""
    for statement in _STATEMENTS:
        db.execute(statement)
