"""What articles say as data, who reviewed it, and by which reader it was read.

`facts` holds figures and deadlines of the version of an article that is shown. What people say of
one is kept apart, by its sentence and words, so that it stays when the text is read again.
"""

from __future__ import annotations

from sqlite_utils import Database

_FACTS = """
CREATE TABLE facts (
  id INTEGER PRIMARY KEY, article_id INTEGER NOT NULL REFERENCES articles(id),
  low REAL, high REAL, day TEXT NOT NULL, unit TEXT NOT NULL, factor REAL NOT NULL,
  base TEXT NOT NULL, modifier TEXT NOT NULL, object TEXT NOT NULL, place TEXT NOT NULL,
  as_of TEXT NOT NULL, cumulative INTEGER NOT NULL, sentence TEXT NOT NULL,
  start_of_sentence INTEGER NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL
) STRICT;
CREATE INDEX facts_by_article ON facts(article_id);
CREATE TABLE actors (
  id INTEGER PRIMARY KEY, article_id INTEGER NOT NULL REFERENCES articles(id),
  kind TEXT NOT NULL, actor TEXT NOT NULL, name TEXT NOT NULL, office TEXT NOT NULL,
  start INTEGER NOT NULL, length INTEGER NOT NULL, times INTEGER NOT NULL
) STRICT;
CREATE INDEX actors_by_article ON actors(article_id);
CREATE INDEX actors_by_actor ON actors(actor) WHERE actor <> '';
CREATE TABLE fact_readings (
  article_id INTEGER PRIMARY KEY REFERENCES articles(id), version INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;
CREATE TABLE fact_reviews (
  id INTEGER PRIMARY KEY, article_id INTEGER NOT NULL REFERENCES articles(id),
  sentence TEXT NOT NULL, place INTEGER NOT NULL, verdict TEXT NOT NULL, value REAL,
  unit TEXT NOT NULL, object TEXT NOT NULL, person TEXT NOT NULL, reason TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;
CREATE INDEX fact_reviews_by_article ON fact_reviews(article_id);
"""


def m013_facts(db: Database) -> None:
    """Four tables."""
    for statement in filter(str.strip, _FACTS.split(";")):
        db.execute(statement)
