"""The samples of texts as a full-text index: a new text writes to the end of it, not to forty pages
of the file, wherever its samples happen to be.

`samples` refers to no body: who drops a body drops its samples, and to prove that none is left
SQLite would have to read them all.
"""

from __future__ import annotations

from sqlite_utils import Database

SAMPLE_SEARCH = """
CREATE VIRTUAL TABLE samples_fts USING fts5(
  samples, content='', detail=none, tokenize='ascii'
);
INSERT INTO samples_fts (samples_fts, rank) VALUES ('pgsz', 1000);
INSERT INTO samples_fts (samples_fts, rank) VALUES ('automerge', 2);
"""
MERGED_BY_TWO = "INSERT INTO samples_fts (samples_fts, rank) VALUES ('usermerge', 2)"
"""Whoever asks for parts of the index to be merged has two of a size merged, too."""


def m015_samples(db: Database) -> None:
    """One table less, and an index."""
    db.execute("DROP TABLE samples")
    make_samples(db)


def make_samples(db: Database) -> None:
    """Make the index, and fill it from the sketches."""
    from ..stories.texts import sample_words

    for statement in (*filter(str.strip, SAMPLE_SEARCH.split(";\n")), MERGED_BY_TWO):
        db.execute(statement)
    found = db.execute("SELECT id, sketch FROM bodies ORDER BY id")
    for number, sketch in found.fetchall():
        db.execute(
            "INSERT INTO samples_fts (rowid, samples) VALUES (?, ?)", [number, sample_words(sketch)]
        )
