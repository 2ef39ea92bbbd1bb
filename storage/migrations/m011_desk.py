"""The desk: who may sign in, the queue of stories that wait for a person's word, corrections.

The queue is made from articles, scores and decisions by `queue.settle`; triggers only note which
stories have to be looked at again, so that no writer needs to know of it.
"""

from __future__ import annotations

from sqlite_utils import Database

from .registry import MIGRATIONS

_TABLES = """
CREATE TABLE people (
  name TEXT PRIMARY KEY, role TEXT NOT NULL, added_at TEXT NOT NULL, revoked_at TEXT
) STRICT;
CREATE TABLE passes (
  hash TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES people(name), kind TEXT NOT NULL,
  made_at TEXT NOT NULL, expires_at TEXT NOT NULL, used_at TEXT
) STRICT;
CREATE INDEX passes_by_person ON passes(person);
CREATE TABLE queue (
  story_id INTEGER PRIMARY KEY REFERENCES stories(id),
  lead_id INTEGER NOT NULL REFERENCES articles(id), arrived_at TEXT NOT NULL,
  state TEXT NOT NULL, strength INTEGER NOT NULL, points REAL NOT NULL, language TEXT NOT NULL
) STRICT;
CREATE INDEX queue_by_arrival ON queue(state, arrived_at DESC, story_id DESC);
CREATE INDEX queue_by_strength
  ON queue(state, strength, points DESC, arrived_at DESC, story_id DESC);
ALTER TABLE readings ADD COLUMN corrects INTEGER REFERENCES readings(id);
CREATE INDEX readings_by_corrects ON readings(corrects) WHERE corrects IS NOT NULL;
CREATE INDEX decisions_by_article ON decisions(article_id) WHERE verb = 'correct';
CREATE TABLE queue_due (story_id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE queue_counts (
  state TEXT NOT NULL, strength INTEGER NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (state, strength)
) STRICT, WITHOUT ROWID;
"""
_COUNTING = """
CREATE TRIGGER queue_added AFTER INSERT ON queue BEGIN
  INSERT INTO queue_counts VALUES (new.state, new.strength, 1)
  ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER queue_removed AFTER DELETE ON queue BEGIN
  UPDATE queue_counts SET n = n - 1 WHERE state = old.state AND strength = old.strength;
END;
CREATE TRIGGER queue_moved AFTER UPDATE OF state, strength ON queue BEGIN
  UPDATE queue_counts SET n = n - 1 WHERE state = old.state AND strength = old.strength;
  INSERT INTO queue_counts VALUES (new.state, new.strength, 1)
  ON CONFLICT DO UPDATE SET n = n + 1;
END;
"""
_NOTE = "INSERT OR IGNORE INTO queue_due VALUES ({});"
_STORY_OF = "(SELECT story_id FROM articles WHERE id = {}.article_id)"
_NOTING = {
    "articles_came AFTER INSERT ON articles": ("new.story_id",),
    "articles_moved AFTER UPDATE OF story_id, reading_id, changed_at, gone_at ON articles": (
        "old.story_id",
        "new.story_id",
    ),
    "stories_moved AFTER UPDATE OF joined_to, lead_id ON stories": (
        "new.id",
        "coalesce(new.joined_to, new.id)",
    ),
    "scores_came AFTER INSERT ON scores": (_STORY_OF.format("new"),),
    "scores_went AFTER DELETE ON scores": (_STORY_OF.format("old"),),
    "decisions_came AFTER INSERT ON decisions": ("new.story_id",),
    "decisions_undone AFTER UPDATE OF undone_at ON decisions": ("new.story_id",),
}


@MIGRATIONS()
def m011_desk(db: Database) -> None:
    """People, their passes, the queue with its counts; everything there is waits to be settled."""
    db.executescript(_TABLES + _COUNTING)
    for head, stories in _NOTING.items():
        notes = " ".join(_NOTE.format(story) for story in stories)
        db.execute(f"CREATE TRIGGER queue_{head} BEGIN {notes} END")
    db.execute("INSERT INTO queue_due SELECT id FROM stories WHERE joined_to IS NULL")
