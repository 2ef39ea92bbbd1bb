"""Why an article is here: scores with their parts, the places it is about, and which watchlist
said so."""

from __future__ import annotations

from sqlite_utils import Database

from .registry import MIGRATIONS

_TABLES = """
CREATE TABLE relevance (
  article_id INTEGER PRIMARY KEY REFERENCES articles(id), watchlist TEXT NOT NULL
) STRICT;
CREATE INDEX relevance_by_watchlist ON relevance(watchlist, article_id);
CREATE TABLE scores (
  article_id INTEGER NOT NULL REFERENCES articles(id), topic TEXT NOT NULL, grade TEXT NOT NULL,
  points REAL NOT NULL, parts TEXT NOT NULL, PRIMARY KEY (article_id, topic)
) STRICT, WITHOUT ROWID;
CREATE INDEX scores_by_topic ON scores(topic, grade, article_id);
CREATE TABLE places (
  article_id INTEGER NOT NULL REFERENCES articles(id), place TEXT NOT NULL, role TEXT NOT NULL,
  phrase TEXT NOT NULL, field TEXT NOT NULL, start INTEGER NOT NULL, times INTEGER NOT NULL,
  why TEXT NOT NULL, PRIMARY KEY (article_id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX places_by_place ON places(place, role, article_id);
"""


@MIGRATIONS()
def m005_relevance(db: Database) -> None:
    """Scores, places, and the version of the watchlist that an article was matched with last."""
    db.executescript(_TABLES)
    db.execute(
        "INSERT INTO relevance SELECT article_id, max(watchlist) FROM matches GROUP BY article_id"
    )
