"""What each story of the queue can be found by (topic, place, source, language, tag, mark), in the
orders of the queue and with counts that are kept: no filter looks through the whole archive.

Everything in the queue waits to be settled once more, which fills them.
"""

from __future__ import annotations

from sqlite_utils import Database

from .registry import MIGRATIONS

_TABLES = """
CREATE TABLE queue_keys (
  kind TEXT NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL, arrived_at TEXT NOT NULL,
  story_id INTEGER NOT NULL REFERENCES queue(story_id) ON DELETE CASCADE,
  strength INTEGER NOT NULL, points REAL NOT NULL, PRIMARY KEY (story_id, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX queue_keys_by_arrival
  ON queue_keys(kind, id, state, arrived_at DESC, story_id DESC, strength);
CREATE INDEX queue_keys_by_strength
  ON queue_keys(kind, id, state, strength, points DESC, arrived_at DESC, story_id DESC);
CREATE TABLE queue_key_counts (
  state TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (state, kind, id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER queue_keys_added AFTER INSERT ON queue_keys BEGIN
  INSERT INTO queue_key_counts VALUES (new.state, new.kind, new.id, 1)
  ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER queue_keys_removed AFTER DELETE ON queue_keys BEGIN
  UPDATE queue_key_counts SET n = n - 1
  WHERE state = old.state AND kind = old.kind AND id = old.id;
END;
CREATE TRIGGER queue_places_came AFTER INSERT ON places BEGIN
  INSERT OR IGNORE INTO queue_due SELECT story_id FROM articles WHERE id = new.article_id;
END;
CREATE TRIGGER queue_places_went AFTER DELETE ON places BEGIN
  INSERT OR IGNORE INTO queue_due SELECT story_id FROM articles WHERE id = old.article_id;
END;
INSERT OR IGNORE INTO queue_due SELECT story_id FROM queue;
"""


@MIGRATIONS()
def m014_queue_keys(db: Database) -> None:
    """Keys of the queue, their counts, and triggers that note where places change."""
    db.executescript(_TABLES)
