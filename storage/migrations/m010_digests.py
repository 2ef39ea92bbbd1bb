"""Digests as objects: drafts with their versions, issues that never change, what each one told,
and how they were handed on.

What the tables mean is told in docs/archive.md.
"""

from __future__ import annotations

from sqlite_utils import Database

from .registry import MIGRATIONS

_TABLES = """
CREATE TABLE digests (
  id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, since TEXT NOT NULL,
  until TEXT NOT NULL, zone TEXT NOT NULL, selection TEXT NOT NULL, basis TEXT NOT NULL,
  after_seq INTEGER NOT NULL, upto_seq INTEGER NOT NULL, items INTEGER NOT NULL,
  made_by TEXT NOT NULL, made_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1,
  issued_by TEXT, issued_at TEXT, discarded_at TEXT,
  corrects INTEGER REFERENCES digests(id), reason TEXT NOT NULL DEFAULT '',
  document BLOB NOT NULL
) STRICT;
CREATE INDEX digests_by_selection ON digests(selection, id) WHERE issued_at IS NOT NULL;
CREATE TABLE digest_edits (
  id INTEGER PRIMARY KEY, digest_id INTEGER NOT NULL REFERENCES digests(id),
  person TEXT NOT NULL, at TEXT NOT NULL, what TEXT NOT NULL
) STRICT;
CREATE INDEX digest_edits_by_digest ON digest_edits(digest_id);
CREATE TABLE digest_files (
  digest_id INTEGER NOT NULL REFERENCES digests(id), format TEXT NOT NULL, size INTEGER NOT NULL,
  sha256 TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (digest_id, format)
) STRICT;
CREATE TABLE digest_articles (
  digest_id INTEGER NOT NULL REFERENCES digests(id),
  article_id INTEGER NOT NULL REFERENCES articles(id), role TEXT NOT NULL,
  PRIMARY KEY (article_id, digest_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE digest_proofs (
  id INTEGER PRIMARY KEY, digest_id INTEGER NOT NULL REFERENCES digests(id),
  reading_id INTEGER REFERENCES readings(id), snapshot_id INTEGER REFERENCES snapshots(id)
) STRICT;
CREATE INDEX digest_proofs_by_digest ON digest_proofs(digest_id);
CREATE INDEX digest_proofs_by_reading ON digest_proofs(reading_id);
CREATE INDEX digest_proofs_by_snapshot ON digest_proofs(snapshot_id);
CREATE INDEX digest_articles_by_digest ON digest_articles(digest_id, role);
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY, digest_id INTEGER NOT NULL REFERENCES digests(id),
  target TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, made_at TEXT NOT NULL,
  state TEXT NOT NULL, next_at TEXT, UNIQUE (digest_id, target)
) STRICT;
CREATE INDEX deliveries_owed ON deliveries(target) WHERE state = 'owed';
CREATE TABLE delivery_attempts (
  id INTEGER PRIMARY KEY, delivery_id INTEGER NOT NULL REFERENCES deliveries(id),
  began_at TEXT NOT NULL, ended_at TEXT, sent TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX delivery_attempts_by_delivery ON delivery_attempts(delivery_id);
"""

# What was issued is not changed by any program that writes here, ours included.
_FROZEN = """
CREATE TRIGGER digests_frozen BEFORE UPDATE ON digests WHEN old.issued_at IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'an issued digest never changes');
END;
CREATE TRIGGER digests_kept BEFORE DELETE ON digests BEGIN
  SELECT RAISE(ABORT, 'a digest is never removed');
END;
CREATE TRIGGER digest_files_frozen BEFORE UPDATE ON digest_files BEGIN
  SELECT RAISE(ABORT, 'an issued digest never changes');
END;
CREATE TRIGGER digest_files_kept BEFORE DELETE ON digest_files BEGIN
  SELECT RAISE(ABORT, 'an issued digest never changes');
END;
CREATE TRIGGER digest_proofs_frozen BEFORE UPDATE ON digest_proofs BEGIN
  SELECT RAISE(ABORT, 'an issued digest never changes');
END;
CREATE TRIGGER digest_proofs_kept BEFORE DELETE ON digest_proofs BEGIN
  SELECT RAISE(ABORT, 'an issued digest never changes');
END;
CREATE TRIGGER digest_articles_frozen BEFORE UPDATE ON digest_articles BEGIN
  SELECT RAISE(ABORT, 'an issued digest never changes');
END;
CREATE TRIGGER digest_articles_kept BEFORE DELETE ON digest_articles BEGIN
  SELECT RAISE(ABORT, 'an issued digest never changes');
END;
"""


@MIGRATIONS()
def m010_digests(db: Database) -> None:
    """Tables of digests and deliveries, and what keeps an issue as it is."""
    db.executescript(_TABLES)
    db.executescript(_FROZEN)
