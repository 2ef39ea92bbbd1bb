"""Subscriptions: how far each has looked, its messages, and the stories in them."""

from __future__ import annotations

from sqlite_utils import Database

_TABLES = (
    """
CREATE TABLE subscriptions (
  name TEXT PRIMARY KEY, first_article INTEGER NOT NULL, seen_article INTEGER NOT NULL,
  began_at TEXT NOT NULL
) STRICT, WITHOUT ROWID
""",
    """
CREATE TABLE subscription_messages (
  id INTEGER PRIMARY KEY, subscription TEXT NOT NULL REFERENCES subscriptions(name),
  person TEXT NOT NULL, target TEXT NOT NULL, key TEXT NOT NULL UNIQUE, made_at TEXT NOT NULL,
  state TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0, tried_at TEXT, next_at TEXT,
  reason TEXT NOT NULL DEFAULT ''
) STRICT
""",
    "CREATE INDEX subscription_messages_by_name ON subscription_messages(subscription, id)",
    """
CREATE TABLE subscription_stories (
  person TEXT NOT NULL, target TEXT NOT NULL, story_id INTEGER NOT NULL REFERENCES stories(id),
  article_id INTEGER NOT NULL REFERENCES articles(id),
  message_id INTEGER NOT NULL REFERENCES subscription_messages(id),
  PRIMARY KEY (person, target, story_id)
) STRICT, WITHOUT ROWID
""",
    "CREATE INDEX subscription_stories_by_message ON subscription_stories(message_id)",
    "CREATE INDEX subscription_stories_by_article ON subscription_stories(article_id)",
)


def m020_subscriptions(db: Database) -> None:
    """Three tables."""
    for sql in _TABLES:
        db.execute(sql)
