"""Which messages the texts of incidents and notices were made of, beside the English.

Texts from before have none, and stay English.
"""

from __future__ import annotations

from sqlite_utils import Database


def m005_sentences(db: Database) -> None:
    """Three columns."""
    db.execute("ALTER TABLE incidents ADD COLUMN sentences TEXT")
    db.execute("ALTER TABLE incidents ADD COLUMN closed_sentence TEXT")
    db.execute("ALTER TABLE notices ADD COLUMN sentence TEXT")
