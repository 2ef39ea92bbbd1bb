"""Which stories tell one event: by what a report is found, what ties two reports, and what people
say of it."""

from __future__ import annotations

from sqlite_utils import Database

_EVENTS = """
CREATE TABLE event_anchors (
  key INTEGER NOT NULL, day INTEGER NOT NULL, article_id INTEGER NOT NULL REFERENCES articles(id),
  PRIMARY KEY (key, day, article_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_anchors_by_article ON event_anchors(article_id);
CREATE TABLE event_due (article_id INTEGER PRIMARY KEY REFERENCES articles(id)) STRICT;
CREATE TABLE event_links (
  article_id INTEGER NOT NULL REFERENCES articles(id),
  other_id INTEGER NOT NULL REFERENCES articles(id), across INTEGER NOT NULL, sure INTEGER NOT NULL,
  strength REAL NOT NULL, evidence TEXT NOT NULL, joins INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (article_id, other_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_links_by_other ON event_links(other_id);
CREATE TABLE event_decisions (
  id INTEGER PRIMARY KEY, together INTEGER NOT NULL, articles TEXT NOT NULL, person TEXT NOT NULL,
  why TEXT NOT NULL, at TEXT NOT NULL, undone_at TEXT, undone_by TEXT NOT NULL DEFAULT ''
) STRICT;
"""


_TRIGGERS = (
    """
CREATE TRIGGER event_due_came AFTER INSERT ON articles BEGIN
  INSERT OR IGNORE INTO event_due VALUES (new.id);
END
""",
    """
CREATE TRIGGER event_due_again AFTER UPDATE OF reading_id ON articles BEGIN
  INSERT OR IGNORE INTO event_due VALUES (new.id);
END
""",
)


def m012_events(db: Database) -> None:
    """Four tables. Every article is due."""
    for statement in (*filter(str.strip, _EVENTS.split(";")), *_TRIGGERS):
        db.execute(statement)
    db.execute("INSERT INTO event_due SELECT id FROM articles")
