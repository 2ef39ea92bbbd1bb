"""Where reports contradict each other, by which reader that was found, and what people say of it.

What people say is kept apart, by the sentences, so that it stays when the texts are read again.
What may contradict something else than before is due: an article that is new or reads otherwise,
the leads of stories that changed, and what people link or unlink.
"""

from __future__ import annotations

from sqlite_utils import Database

_TABLES = """
CREATE TABLE contradictions (
  id INTEGER PRIMARY KEY, key INTEGER NOT NULL, kind TEXT NOT NULL, strength REAL NOT NULL,
  article_id INTEGER NOT NULL REFERENCES articles(id), revision INTEGER NOT NULL,
  sentence TEXT NOT NULL, value TEXT NOT NULL, start INTEGER NOT NULL, place INTEGER NOT NULL,
  length INTEGER NOT NULL,
  other_id INTEGER NOT NULL REFERENCES articles(id), other_revision INTEGER NOT NULL,
  other_sentence TEXT NOT NULL, other_value TEXT NOT NULL, other_start INTEGER NOT NULL,
  other_place INTEGER NOT NULL, other_length INTEGER NOT NULL
) STRICT;
CREATE INDEX contradictions_by_article ON contradictions(article_id);
CREATE INDEX contradictions_by_other ON contradictions(other_id);
CREATE TABLE contradiction_readings (
  article_id INTEGER PRIMARY KEY REFERENCES articles(id), version INTEGER NOT NULL
) STRICT;
CREATE INDEX contradiction_readings_by_version ON contradiction_readings(version);
CREATE TABLE contradiction_due (
  article_id INTEGER PRIMARY KEY REFERENCES articles(id)
) STRICT;
CREATE TABLE contradiction_decisions (
  id INTEGER PRIMARY KEY, key INTEGER NOT NULL, kind TEXT NOT NULL, verdict TEXT NOT NULL,
  article_id INTEGER NOT NULL REFERENCES articles(id), sentence TEXT NOT NULL,
  place INTEGER NOT NULL, length INTEGER NOT NULL,
  other_id INTEGER NOT NULL REFERENCES articles(id), other_sentence TEXT NOT NULL,
  other_place INTEGER NOT NULL, other_length INTEGER NOT NULL,
  person TEXT NOT NULL, why TEXT NOT NULL, at TEXT NOT NULL, undone_at TEXT,
  undone_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX contradiction_decisions_by_key ON contradiction_decisions(key);
"""
_DUE = "INSERT OR IGNORE INTO contradiction_due"
_TRIGGERS = (
    f"""
CREATE TRIGGER contradiction_due_came AFTER INSERT ON articles BEGIN
  {_DUE} VALUES (new.id);
END
""",
    f"""
CREATE TRIGGER contradiction_due_again AFTER UPDATE OF reading_id ON articles BEGIN
  {_DUE} VALUES (new.id);
END
""",
    f"""
CREATE TRIGGER contradiction_due_moved AFTER UPDATE OF story_id ON articles
WHEN old.story_id <> new.story_id BEGIN
  {_DUE} VALUES (new.id);
  {_DUE} SELECT a.id FROM stories s JOIN articles a ON a.id = coalesce(s.lead_id, s.article_id)
    WHERE s.id IN (old.story_id, new.story_id);
END
""",
    f"""
CREATE TRIGGER contradiction_due_led AFTER UPDATE OF lead_id ON stories
WHEN old.lead_id IS NOT new.lead_id BEGIN
  {_DUE} SELECT id FROM articles WHERE id IN (old.lead_id, new.lead_id, new.article_id);
END
""",
    f"""
CREATE TRIGGER contradiction_due_linked AFTER INSERT ON event_decisions BEGIN
  {_DUE} SELECT a.id FROM json_each(new.articles) n JOIN articles a ON a.id = n.value;
END
""",
    f"""
CREATE TRIGGER contradiction_due_unlinked AFTER UPDATE OF undone_at ON event_decisions BEGIN
  {_DUE} SELECT a.id FROM json_each(new.articles) n JOIN articles a ON a.id = n.value;
END
""",
)


def m014_contradictions(db: Database) -> None:
    """Four tables. Every article is due."""
    for statement in (*filter(str.strip, _TABLES.split(";")), *_TRIGGERS):
        db.execute(statement)
    db.execute("INSERT INTO contradiction_due SELECT id FROM articles")
