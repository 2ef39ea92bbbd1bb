"""Stories by what texts share: bodies with their sketches, the links between them, people's words.

The archive's bodies from before are known by their hash alone until `maintain rebuild-stories`.
"""

from __future__ import annotations

from sqlite_utils import Database

from ..stories.sketch import SKETCH_VERSION
from .registry import MIGRATIONS

_TABLES = """
DROP TABLE copies;
CREATE TABLE bodies (
  id INTEGER PRIMARY KEY, body_hash TEXT NOT NULL UNIQUE,
  reading_id INTEGER NOT NULL REFERENCES readings(id), sketch BLOB NOT NULL,
  gathers INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE samples (
  hash INTEGER NOT NULL, body_id INTEGER NOT NULL REFERENCES bodies(id),
  PRIMARY KEY (hash, body_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE tellings (
  article_id INTEGER NOT NULL REFERENCES articles(id),
  body_id INTEGER NOT NULL REFERENCES bodies(id), PRIMARY KEY (article_id, body_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tellings_by_body ON tellings(body_id);
CREATE TABLE links (
  body_id INTEGER NOT NULL REFERENCES bodies(id), other_id INTEGER NOT NULL REFERENCES bodies(id),
  share REAL NOT NULL, other_share REAL NOT NULL, place INTEGER NOT NULL, copy INTEGER NOT NULL,
  joins INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (body_id, other_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE ties (
  article_id INTEGER NOT NULL REFERENCES articles(id),
  other_id INTEGER NOT NULL REFERENCES articles(id), together INTEGER NOT NULL,
  decision_id INTEGER NOT NULL REFERENCES decisions(id), PRIMARY KEY (article_id, other_id)
) STRICT, WITHOUT ROWID;
ALTER TABLE stories ADD COLUMN article_id INTEGER REFERENCES articles(id);
ALTER TABLE stories ADD COLUMN lead_id INTEGER REFERENCES articles(id);
ALTER TABLE sources ADD COLUMN rank INTEGER NOT NULL DEFAULT 50;
CREATE INDEX readings_by_body ON readings(body_hash) WHERE body_hash <> '';
"""

# Every article begins a story of its own, which takes it back should it be parted from others.
_OWN_STORIES = """
UPDATE stories SET article_id = (SELECT min(id) FROM articles WHERE story_id = stories.id)
WHERE joined_to IS NULL
"""
_WITHOUT = """
SELECT id, story_id, first_seen_at FROM articles
WHERE id NOT IN (SELECT article_id FROM stories WHERE article_id IS NOT NULL) ORDER BY id
"""
_SPARE = """
UPDATE stories SET article_id = ? WHERE id = (
  SELECT min(id) FROM stories WHERE joined_to = ? AND article_id IS NULL)
"""
_BODIES = """
INSERT INTO bodies (body_hash, reading_id, sketch)
SELECT r.body_hash, min(r.id), x'' FROM revisions v JOIN readings r ON r.id = v.reading_id
WHERE r.body_hash <> '' GROUP BY r.body_hash ORDER BY min(r.id)
"""
_TELLINGS = """
INSERT OR IGNORE INTO tellings
SELECT v.article_id, b.id FROM revisions v JOIN readings r ON r.id = v.reading_id
JOIN bodies b ON b.body_hash = r.body_hash
"""


@MIGRATIONS()
def m004_stories(db: Database) -> None:
    """Bodies, samples, links and ties; a story of its own for every article."""
    db.executescript(_TABLES)
    db.execute(_OWN_STORIES)
    for article_id, story_id, at in db.execute(_WITHOUT).fetchall():
        if not db.execute(_SPARE, [article_id, story_id]).rowcount:
            db.execute(
                "INSERT INTO stories (created_at, joined_to, article_id) VALUES (?, ?, ?)",
                [at, story_id, article_id],
            )
    db.execute("CREATE UNIQUE INDEX stories_by_article ON stories(article_id)")
    db.execute("CREATE INDEX stories_by_joined ON stories(joined_to) WHERE joined_to IS NOT NULL")
    db.execute(_BODIES)
    db.execute(_TELLINGS)
    kept = db.execute("SELECT count(*) FROM bodies").fetchone()[0]
    version = "0" if kept else str(SKETCH_VERSION)
    db.execute("INSERT INTO versions VALUES ('sketch', ?)", [version])
