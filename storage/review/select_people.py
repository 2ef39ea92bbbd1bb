"""Selecting who may use the desk. Writes nothing."""

from __future__ import annotations

import hashlib
from datetime import datetime

from ..articles.rows import Row
from ..driver import Connection
from ..stamps import stamp, unstamp, unstamp_or_none
from .people import Pass, Person, Role


class PeopleQueries:
    """The part of the store that answers who somebody is."""

    _db: Connection

    def people(self) -> tuple[Person, ...]:
        """Everybody who was ever let in, by name; those let out again too."""
        return tuple(map(_person, self._db.query(f"{_PEOPLE} ORDER BY p.name")))

    def person(self, name: str) -> Person | None:
        """Somebody who may use the desk now; None for anybody else."""
        found = self._db.query(f"{_PEOPLE} WHERE p.name = ? AND p.revoked_at IS NULL", [name])
        return next(map(_person, found), None)

    def holder(self, secret: str, kind: Pass, now: datetime) -> Person | None:
        """Whom a secret belongs to; None if it is none, too old, used up, or its owner let out."""
        found = self._db.query(
            f"{_PEOPLE} WHERE p.revoked_at IS NULL AND p.name = (SELECT person FROM passes "
            "WHERE hash = ? AND kind = ? AND expires_at > ? AND used_at IS NULL)",
            [pass_hash(secret), kind.value, stamp(now)],
        )
        return next(map(_person, found), None)


def pass_hash(secret: str) -> str:
    """What the archive keeps of a secret. It is long and random, so a plain hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _person(row: Row) -> Person:
    return Person(
        name=row["name"],
        role=Role(row["role"]),
        added_at=unstamp(row["added_at"]),
        revoked_at=unstamp_or_none(row["revoked_at"]),
        last_seen_at=unstamp_or_none(row["last_seen_at"]),
    )


_PEOPLE = """
SELECT p.*, (SELECT max(made_at) FROM passes v WHERE v.person = p.name AND v.kind = 'visit')
  AS last_seen_at
FROM people p
"""
