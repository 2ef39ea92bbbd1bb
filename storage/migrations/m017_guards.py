"""What was issued is not replaced, nor added to; who took a decision back is kept, and who lacks
a mail that others got.

Where a program has not switched recursive triggers on, REPLACE deletes a row without asking its
triggers for deleting, so inserting has triggers of its own. An issue inserts its files, articles
and proofs before it is marked as issued.
"""

from __future__ import annotations

from sqlite_utils import Database

from .registry import MIGRATIONS

_NEVER = "SELECT RAISE(ABORT, 'an issued digest never changes');"
_IS_ISSUED = "EXISTS (SELECT 1 FROM digests WHERE id = new.digest_id AND issued_at IS NOT NULL)"
_STEPS = (
    "CREATE TRIGGER digests_not_replaced BEFORE INSERT ON digests "
    "WHEN EXISTS (SELECT 1 FROM digests WHERE id = new.id) BEGIN "
    "SELECT RAISE(ABORT, 'a digest is never removed'); END",
    "CREATE TRIGGER digests_keep_numbers BEFORE UPDATE ON digests WHEN new.id <> old.id BEGIN "
    "SELECT RAISE(ABORT, 'a digest never changes its number'); END",
    "CREATE TRIGGER digest_files_not_replaced BEFORE INSERT ON digest_files "
    f"WHEN {_IS_ISSUED} OR EXISTS (SELECT 1 FROM digest_files WHERE rowid = new.rowid "
    f"OR (digest_id = new.digest_id AND format = new.format)) BEGIN {_NEVER} END",
    "CREATE TRIGGER digest_proofs_not_replaced BEFORE INSERT ON digest_proofs "
    f"WHEN {_IS_ISSUED} OR EXISTS (SELECT 1 FROM digest_proofs WHERE id = new.id) "
    f"BEGIN {_NEVER} END",
    "CREATE TRIGGER digest_articles_not_replaced BEFORE INSERT ON digest_articles "
    f"WHEN {_IS_ISSUED} OR EXISTS (SELECT 1 FROM digest_articles "
    f"WHERE digest_id = new.digest_id AND article_id = new.article_id) BEGIN {_NEVER} END",
    "ALTER TABLE decisions ADD COLUMN undone_by TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE delivery_attempts ADD COLUMN lacking TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE alert_deliveries ADD COLUMN lacking TEXT NOT NULL DEFAULT ''",
)


@MIGRATIONS()
def m017_guards(db: Database) -> None:
    """Triggers that refuse to put anything in the place of an issue or beside it; three columns."""
    for step in _STEPS:
        db.execute(step)
