"""What is asked of every source, and of a period, reads no more for a larger archive: the index by
which the dates of a source are found has all that is asked with them, readings whose date is exact
are known by their number, sights of lists and events are found by their moment."""

from __future__ import annotations

from sqlite_utils import Database

_STATEMENTS = (
    "DROP INDEX articles_by_source",
    "CREATE INDEX articles_by_source "
    "ON articles(source_id, dated_at, first_seen_at, baseline, reading_id)",
    "CREATE INDEX readings_exact ON readings(id) WHERE published_precision IN ('second', 'minute')",
    "CREATE INDEX list_sights_by_first ON list_sights(source_id, first_at)",
    "CREATE INDEX events_by_moment ON events(at)",
)


def m026_flat(db: Database) -> None:
    """Three indexes more, and one that has three columns more."""
    for statement in _STATEMENTS:
        db.execute(statement)
