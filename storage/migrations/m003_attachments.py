"""The files that articles link to: which, what became of each, what they say, and their index.
Also the further pages of articles that go over several.

What the tables mean is told in docs/archive.md. The archive's articles from before get their links;
their files are owed like any other.
"""

from __future__ import annotations

import json

from sqlite_utils import Database

from ..urls import key_of
from .registry import MIGRATIONS

_TABLES = """
CREATE TABLE files (
  id INTEGER PRIMARY KEY, source_id TEXT NOT NULL REFERENCES sources(id),
  url TEXT NOT NULL, url_key TEXT NOT NULL, due INTEGER NOT NULL DEFAULT 1,
  outcome TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
  tries INTEGER NOT NULL DEFAULT 0, asked_at TEXT, media_type TEXT NOT NULL DEFAULT '',
  size INTEGER, snapshot_id INTEGER REFERENCES snapshots(id), blob_id INTEGER REFERENCES blobs(id),
  UNIQUE (source_id, url_key)
) STRICT;
CREATE INDEX files_due ON files(source_id) WHERE due;
CREATE INDEX files_by_blob ON files(blob_id);
CREATE TABLE attachments (
  article_id INTEGER NOT NULL REFERENCES articles(id),
  file_id INTEGER NOT NULL REFERENCES files(id), position INTEGER NOT NULL,
  name TEXT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (article_id, file_id)
) STRICT;
CREATE INDEX attachments_by_file ON attachments(file_id);
CREATE TABLE parts (
  reading_id INTEGER NOT NULL REFERENCES readings(id), number INTEGER NOT NULL,
  url TEXT NOT NULL, snapshot_id INTEGER REFERENCES snapshots(id),
  PRIMARY KEY (reading_id, number)
) STRICT;
CREATE INDEX parts_missing ON parts(reading_id) WHERE snapshot_id IS NULL;
CREATE TABLE file_texts (
  id INTEGER PRIMARY KEY, blob_id INTEGER NOT NULL UNIQUE REFERENCES blobs(id),
  kind TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL,
  reader_version INTEGER NOT NULL, read_at TEXT NOT NULL, characters INTEGER NOT NULL,
  text BLOB NOT NULL, words BLOB NOT NULL
) STRICT;
"""

# As for articles: the words are kept packed, the index is over a view that unpacks them.
FILE_SEARCH = """
CREATE VIEW file_words AS SELECT id, unpacked(words) AS words FROM file_texts;
CREATE VIRTUAL TABLE file_texts_fts USING fts5(
  words, content = 'file_words', content_rowid = 'id',
  tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER file_texts_added AFTER INSERT ON file_texts BEGIN
  INSERT INTO file_texts_fts(rowid, words) VALUES (new.id, unpacked(new.words));
END;
CREATE TRIGGER file_texts_removed AFTER DELETE ON file_texts BEGIN
  INSERT INTO file_texts_fts(file_texts_fts, rowid, words)
  VALUES ('delete', old.id, unpacked(old.words));
END;
CREATE TRIGGER file_texts_edited AFTER UPDATE OF words ON file_texts BEGIN
  INSERT INTO file_texts_fts(file_texts_fts, rowid, words)
  VALUES ('delete', old.id, unpacked(old.words));
  INSERT INTO file_texts_fts(rowid, words) VALUES (new.id, unpacked(new.words));
END;
"""


@MIGRATIONS()
def m003_attachments(db: Database) -> None:
    """Files of articles, their texts, and the index over these."""
    db.executescript(_TABLES)
    db.executescript(FILE_SEARCH)
    linked = db.execute(
        "SELECT a.id, a.source_id, r.attachments FROM articles a "
        "JOIN readings r ON r.id = a.reading_id WHERE r.attachments <> '[]' ORDER BY a.id"
    ).fetchall()
    for article_id, source_id, attachments in linked:
        for position, item in enumerate(json.loads(attachments)):
            _link(db, article_id, source_id, position, item)


def _link(
    db: Database, article_id: int, source_id: str, position: int, item: dict[str, str]
) -> None:
    key = key_of(item["url"])
    db.execute(
        "INSERT OR IGNORE INTO files (source_id, url, url_key) VALUES (?, ?, ?)",
        [source_id, item["url"], key],
    )
    db.execute(
        "INSERT OR IGNORE INTO attachments SELECT ?, id, ?, ?, ? FROM files "
        "WHERE source_id = ? AND url_key = ?",
        [article_id, position, item["name"], item["kind"], source_id, key],
    )
