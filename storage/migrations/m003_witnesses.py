"""What the entries of a source show of each other, rows that a link rule refuses, and what lists
told of known articles."""

from __future__ import annotations

from sqlite_utils import Database

# `entry_reads` is when each entry was last read whole: every page that its rule allows. What it
# showed then are the rows of `listings` that were seen in that run or since. `lacking` of the
# `compared` addresses of its period were shown by other entries alone.
_WITNESSES = """
CREATE TABLE entry_reads (
  source_id TEXT NOT NULL REFERENCES sources(id), entry_url TEXT NOT NULL, kind TEXT NOT NULL,
  read_at TEXT NOT NULL, run_id INTEGER NOT NULL REFERENCES runs(id), pages INTEGER NOT NULL,
  ended INTEGER NOT NULL, shown INTEGER NOT NULL DEFAULT 0, of_all INTEGER NOT NULL DEFAULT 0,
  since TEXT, compared INTEGER NOT NULL DEFAULT 0, lacking INTEGER NOT NULL DEFAULT 0,
  unread INTEGER NOT NULL DEFAULT 0, compared_at TEXT,
  PRIMARY KEY (source_id, entry_url)
) STRICT;
CREATE INDEX entry_reads_by_run ON entry_reads(run_id);
CREATE TABLE entry_gaps (
  id INTEGER PRIMARY KEY, source_id TEXT NOT NULL REFERENCES sources(id),
  entry_url TEXT NOT NULL, url_key TEXT NOT NULL, url TEXT NOT NULL, shown_by TEXT NOT NULL,
  title TEXT NOT NULL, day TEXT, reason TEXT NOT NULL, first_at TEXT NOT NULL,
  first_run_id INTEGER NOT NULL REFERENCES runs(id), last_at TEXT NOT NULL,
  last_run_id INTEGER NOT NULL REFERENCES runs(id), closed_at TEXT,
  closed_why TEXT NOT NULL DEFAULT '', UNIQUE (source_id, entry_url, url_key)
) STRICT;
CREATE INDEX entry_gaps_open ON entry_gaps(source_id) WHERE closed_at IS NULL;
CREATE INDEX entry_gaps_by_first_run ON entry_gaps(first_run_id);
CREATE INDEX entry_gaps_by_last_run ON entry_gaps(last_run_id);
CREATE TABLE refused_rows (
  id INTEGER PRIMARY KEY, source_id TEXT NOT NULL REFERENCES sources(id), url TEXT NOT NULL,
  entry_url TEXT NOT NULL, list_url TEXT NOT NULL, title TEXT NOT NULL, why TEXT NOT NULL,
  alike INTEGER NOT NULL, first_seen_at TEXT NOT NULL,
  first_run_id INTEGER NOT NULL REFERENCES runs(id), last_seen_at TEXT NOT NULL,
  last_run_id INTEGER NOT NULL REFERENCES runs(id), UNIQUE (source_id, url)
) STRICT;
CREATE INDEX refused_rows_by_sight ON refused_rows(source_id, alike, last_seen_at);
CREATE INDEX refused_rows_by_first_run ON refused_rows(first_run_id);
CREATE INDEX refused_rows_by_last_run ON refused_rows(last_run_id);
CREATE TABLE listed_changes (
  id INTEGER PRIMARY KEY, source_id TEXT NOT NULL REFERENCES sources(id),
  entry_url TEXT NOT NULL, article_id INTEGER NOT NULL REFERENCES articles(id),
  what TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, seen_at TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs(id), asked_at TEXT, found TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX listed_changes_waiting ON listed_changes(source_id) WHERE found = '';
CREATE UNIQUE INDEX listed_changes_once ON listed_changes(article_id, entry_url, what)
  WHERE found = '';
CREATE INDEX listed_changes_by_entry ON listed_changes(source_id, entry_url, asked_at);
CREATE INDEX listed_changes_by_article ON listed_changes(article_id);
CREATE INDEX listed_changes_by_run ON listed_changes(run_id);
ALTER TABLE listings ADD COLUMN modified TEXT;
ALTER TABLE list_sights ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE list_sights ADD COLUMN alike INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN gaps INTEGER NOT NULL DEFAULT 0;
"""


def m003_witnesses(db: Database) -> None:
    """Four tables, and columns of three others."""
    for statement in filter(str.strip, _WITNESSES.split(";")):
        db.execute(statement)
