"""Less is written for a new article: two indexes by hashes of texts, which nobody asked, go, and
the index of samples is merged as soon as it can be, and is one part to begin with."""

from __future__ import annotations

from sqlite_utils import Database

from .m015_samples import MERGED_BY_TWO

_STATEMENTS = (
    "DROP INDEX IF EXISTS articles_by_body",
    "DROP INDEX IF EXISTS readings_by_body",
    "CREATE INDEX revisions_by_edit ON revisions(seen_at, id) WHERE number > 1",
    MERGED_BY_TWO,
    "INSERT INTO samples_fts (samples_fts) VALUES ('optimize')",
)


def m024_less_written(db: Database) -> None:
    """Two indexes less, and one of edits: their list read the whole table."""
    for statement in _STATEMENTS:
        db.execute(statement)
