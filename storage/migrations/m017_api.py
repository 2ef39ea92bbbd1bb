"""Tokens for the HTTP API, and the answers to requests that may be sent again."""

from __future__ import annotations

from sqlite_utils import Database

_TABLES = (
    """
CREATE TABLE api_tokens (
  id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE,
  person TEXT NOT NULL REFERENCES people(name), name TEXT NOT NULL, scopes TEXT NOT NULL,
  made_at TEXT NOT NULL, expires_at TEXT NOT NULL
) STRICT
""",
    "CREATE INDEX api_tokens_by_person ON api_tokens(person)",
    """
CREATE TABLE api_answers (
  person TEXT NOT NULL REFERENCES people(name), key TEXT NOT NULL, asked TEXT NOT NULL,
  status INTEGER NOT NULL, body TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (person, key)
) STRICT, WITHOUT ROWID
""",
    "CREATE INDEX api_answers_by_age ON api_answers(at)",
)


def m017_api(db: Database) -> None:
    """Two tables."""
    for sql in _TABLES:
        db.execute(sql)
