"""The archive as first released. What the tables mean is told in docs/archive.md."""

from __future__ import annotations

from sqlite_utils import Database

from ..text import SHADOW_VERSION
from ..urls import KEY_VERSION
from .registry import MIGRATIONS

_SOURCES_AND_RUNS = """
CREATE TABLE sources (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, city TEXT NOT NULL, language TEXT NOT NULL,
  zone TEXT NOT NULL, registered_at TEXT NOT NULL, baseline_done_at TEXT, last_ok_at TEXT,
  failures INTEGER NOT NULL DEFAULT 0, paused_until TEXT, pause_reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE runs (
  id INTEGER PRIMARY KEY, source_id TEXT NOT NULL REFERENCES sources(id), kind TEXT NOT NULL,
  pid INTEGER NOT NULL, started_at TEXT NOT NULL, ended_at TEXT, outcome TEXT,
  reason TEXT NOT NULL DEFAULT '', baseline INTEGER NOT NULL, cursor TEXT NOT NULL DEFAULT '',
  listed INTEGER NOT NULL DEFAULT 0, fetched INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0, new INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0, quarantined INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0, gone INTEGER NOT NULL DEFAULT 0,
  reasons TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX runs_by_source ON runs(source_id, id);
CREATE TABLE hosts (
  host TEXT PRIMARY KEY, not_before TEXT, reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE slots (
  id INTEGER PRIMARY KEY, job TEXT NOT NULL, due_at TEXT NOT NULL, schedule TEXT NOT NULL,
  state TEXT NOT NULL, planned_at TEXT NOT NULL, started_at TEXT, ended_at TEXT,
  outcome TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '', UNIQUE (job, due_at)
) STRICT;
"""

_PROOF = """
CREATE TABLE blobs (
  id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, codec TEXT NOT NULL,
  size INTEGER NOT NULL, data BLOB NOT NULL
) STRICT;
CREATE TABLE snapshots (
  id INTEGER PRIMARY KEY, source_id TEXT NOT NULL REFERENCES sources(id), kind TEXT NOT NULL,
  url TEXT NOT NULL, final_url TEXT NOT NULL, fetched_at TEXT NOT NULL, status INTEGER NOT NULL,
  headers TEXT NOT NULL, blob_id INTEGER NOT NULL REFERENCES blobs(id)
) STRICT;
CREATE INDEX snapshots_by_url ON snapshots(source_id, url);
CREATE INDEX snapshots_by_kind ON snapshots(source_id, kind);
CREATE TABLE fetches (
  id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES runs(id), kind TEXT NOT NULL,
  url TEXT NOT NULL, final_url TEXT NOT NULL, at TEXT NOT NULL, outcome TEXT NOT NULL,
  reason TEXT NOT NULL, status INTEGER, size INTEGER NOT NULL, seconds REAL NOT NULL,
  snapshot_id INTEGER REFERENCES snapshots(id)
) STRICT;
CREATE INDEX fetches_by_run ON fetches(run_id);
CREATE TABLE validators (
  source_id TEXT NOT NULL REFERENCES sources(id), url TEXT NOT NULL, etag TEXT,
  last_modified TEXT, checked_at TEXT NOT NULL, snapshot_id INTEGER REFERENCES snapshots(id),
  PRIMARY KEY (source_id, url)
) STRICT;
CREATE TABLE listings (
  id INTEGER PRIMARY KEY, source_id TEXT NOT NULL REFERENCES sources(id),
  entry_url TEXT NOT NULL, list_url TEXT NOT NULL, url TEXT NOT NULL, url_key TEXT NOT NULL,
  title TEXT NOT NULL, summary TEXT NOT NULL, published TEXT, position INTEGER NOT NULL,
  first_seen_at TEXT NOT NULL, first_run_id INTEGER NOT NULL REFERENCES runs(id),
  last_seen_at TEXT NOT NULL, last_run_id INTEGER NOT NULL REFERENCES runs(id),
  vanished_at TEXT, UNIQUE (source_id, entry_url, url_key, title)
) STRICT;
CREATE INDEX listings_by_key ON listings(source_id, url_key);
CREATE INDEX listings_by_run ON listings(last_run_id);
"""

_ARTICLES = """
CREATE TABLE stories (
  id INTEGER PRIMARY KEY, created_at TEXT NOT NULL, joined_to INTEGER REFERENCES stories(id)
) STRICT;
CREATE TABLE readings (
  id INTEGER PRIMARY KEY, snapshot_id INTEGER REFERENCES snapshots(id),
  reader_version INTEGER NOT NULL, template TEXT NOT NULL, encoding TEXT NOT NULL,
  read_at TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL, html BLOB NOT NULL,
  published TEXT, published_precision TEXT, published_zone TEXT, published_sort TEXT,
  updated TEXT, updated_precision TEXT, updated_zone TEXT,
  source_line TEXT, author TEXT, language TEXT, canonical_url TEXT,
  images TEXT NOT NULL, attachments TEXT NOT NULL, evidence BLOB NOT NULL,
  content_hash TEXT NOT NULL, body_hash TEXT NOT NULL
) STRICT;
CREATE INDEX readings_by_snapshot ON readings(snapshot_id);
CREATE TABLE articles (
  id INTEGER PRIMARY KEY, source_id TEXT NOT NULL REFERENCES sources(id),
  url TEXT NOT NULL, url_key TEXT NOT NULL, key_version INTEGER NOT NULL,
  story_id INTEGER NOT NULL REFERENCES stories(id),
  reading_id INTEGER NOT NULL REFERENCES readings(id),
  body_hash TEXT NOT NULL, dated_at TEXT NOT NULL, first_seen_at TEXT NOT NULL,
  first_run_id INTEGER REFERENCES runs(id), last_seen_at TEXT NOT NULL,
  last_checked_at TEXT NOT NULL, changed_at TEXT, gone_at TEXT, gone_evidence TEXT,
  baseline INTEGER NOT NULL, revisions INTEGER NOT NULL DEFAULT 1,
  UNIQUE (source_id, url_key)
) STRICT;
CREATE INDEX articles_by_story ON articles(story_id);
CREATE INDEX articles_by_body ON articles(body_hash) WHERE body_hash <> '';
CREATE INDEX articles_by_sight ON articles(first_seen_at);
CREATE INDEX articles_by_date ON articles(dated_at);
CREATE INDEX articles_by_source ON articles(source_id, dated_at);
CREATE INDEX articles_by_reading ON articles(reading_id);
CREATE TABLE aliases (
  source_id TEXT NOT NULL REFERENCES sources(id), url_key TEXT NOT NULL, url TEXT NOT NULL,
  article_id INTEGER NOT NULL REFERENCES articles(id), evidence TEXT NOT NULL,
  PRIMARY KEY (source_id, url_key)
) STRICT;
CREATE INDEX aliases_by_article ON aliases(article_id);
CREATE TABLE revisions (
  id INTEGER PRIMARY KEY, article_id INTEGER NOT NULL REFERENCES articles(id),
  number INTEGER NOT NULL, reading_id INTEGER NOT NULL REFERENCES readings(id),
  seen_at TEXT NOT NULL, run_id INTEGER REFERENCES runs(id), changed TEXT NOT NULL,
  UNIQUE (article_id, number)
) STRICT;
CREATE TABLE copies (
  article_id INTEGER NOT NULL REFERENCES articles(id),
  copy_of INTEGER NOT NULL REFERENCES articles(id), how TEXT NOT NULL, found_at TEXT NOT NULL,
  PRIMARY KEY (article_id, copy_of)
) STRICT;
CREATE TABLE matches (
  id INTEGER PRIMARY KEY, article_id INTEGER NOT NULL REFERENCES articles(id),
  watchlist TEXT NOT NULL, topic TEXT NOT NULL, grade TEXT NOT NULL, phrase TEXT NOT NULL,
  field TEXT NOT NULL, start INTEGER NOT NULL, sentence TEXT NOT NULL
) STRICT;
CREATE INDEX matches_by_article ON matches(article_id);
CREATE INDEX matches_by_topic ON matches(topic, article_id);
CREATE TABLE quarantine (
  id INTEGER PRIMARY KEY, source_id TEXT NOT NULL REFERENCES sources(id), url TEXT NOT NULL,
  url_key TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL,
  reader_version INTEGER NOT NULL, snapshot_id INTEGER REFERENCES snapshots(id),
  first_seen_at TEXT NOT NULL, last_seen_at TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 1,
  UNIQUE (source_id, url_key)
) STRICT;
"""

_PEOPLE = """
CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, change TEXT NOT NULL,
  article_id INTEGER NOT NULL REFERENCES articles(id),
  story_id INTEGER NOT NULL REFERENCES stories(id), run_id INTEGER REFERENCES runs(id),
  baseline INTEGER NOT NULL, detail TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX events_by_article ON events(article_id);
CREATE TABLE decisions (
  id INTEGER PRIMARY KEY, story_id INTEGER NOT NULL REFERENCES stories(id),
  article_id INTEGER REFERENCES articles(id), verb TEXT NOT NULL, value TEXT NOT NULL DEFAULT '',
  person TEXT NOT NULL, at TEXT NOT NULL, undone_at TEXT
) STRICT;
CREATE INDEX decisions_by_story ON decisions(story_id);
CREATE TABLE versions (what TEXT PRIMARY KEY, version TEXT NOT NULL) STRICT;
"""

# The text index: `shadows` holds the searchable words, their greater part packed; the FTS5 table
# indexes them through a view that unpacks, and the triggers keep both in step. They fire for the
# indexed columns only: no other write touches the index. `unpacked` is a function that
# `driver.connect` gives to each connection; only writing and checking the index calls it.
SEARCH = """
CREATE TABLE shadows (
  article_id INTEGER PRIMARY KEY REFERENCES articles(id), title TEXT NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE VIEW shadow_words AS SELECT article_id, title, unpacked(body) AS body FROM shadows;
CREATE VIRTUAL TABLE shadows_fts USING fts5(
  title, body, content = 'shadow_words', content_rowid = 'article_id',
  tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER shadows_added AFTER INSERT ON shadows BEGIN
  INSERT INTO shadows_fts(rowid, title, body)
  VALUES (new.article_id, new.title, unpacked(new.body));
END;
CREATE TRIGGER shadows_removed AFTER DELETE ON shadows BEGIN
  INSERT INTO shadows_fts(shadows_fts, rowid, title, body)
  VALUES ('delete', old.article_id, old.title, unpacked(old.body));
END;
CREATE TRIGGER shadows_edited AFTER UPDATE OF title, body ON shadows BEGIN
  INSERT INTO shadows_fts(shadows_fts, rowid, title, body)
  VALUES ('delete', old.article_id, old.title, unpacked(old.body));
  INSERT INTO shadows_fts(rowid, title, body)
  VALUES (new.article_id, new.title, unpacked(new.body));
END;
"""


@MIGRATIONS()
def m001_archive(db: Database) -> None:
    """The archive as first released."""
    for part in (_SOURCES_AND_RUNS, _PROOF, _ARTICLES, _PEOPLE, SEARCH):
        db.executescript(part)
    for what, version in (("url_key", KEY_VERSION), ("shadow", SHADOW_VERSION)):
        db.execute("INSERT INTO versions VALUES (?, ?)", [what, str(version)])
