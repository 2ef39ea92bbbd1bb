"""Who may use the desk: named people, what their role lets them do, and how long a token is good.

Not what they say of stories (`decisions`), nor how they sign in (`desk.web`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .database import Connection, Row, stamp, unstamp, unstamp_or_none

LINK_LASTS = timedelta(days=3)
"""A sign-in link is good for so long, and once."""
VISIT_LASTS = timedelta(days=30)
"""Who signed in stays so for so long."""
LONGEST_NAME = 80


class PersonRole(StrEnum):
    """What a person may do: readers look, reviewers decide, staff pause and look after sources."""

    READER = "reader"
    REVIEWER = "reviewer"
    STAFF = "staff"

    @property
    def decides(self) -> bool:
        """Whether such a person's word on a story counts."""
        return self is not PersonRole.READER


class TokenKind(StrEnum):
    """What a secret is good for: signing in once, or being signed in."""

    LINK = "link"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Person:
    """A named person, `revoked_at` None: may use the desk. `last_seen_at` is when the latest visit
    of this person's began."""

    name: str
    role: PersonRole
    added_at: datetime
    revoked_at: datetime | None = None
    last_seen_at: datetime | None = None


_LASTS = {TokenKind.LINK: LINK_LASTS, TokenKind.VISIT: VISIT_LASTS}
_KEPT = timedelta(days=90)


class PeopleQueries:
    """The questions about who somebody is."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def all(self) -> tuple[Person, ...]:
        """Everybody who was ever let in, by name. Those let out again too."""
        return tuple(map(_person, self._db.query(f"{_PEOPLE} ORDER BY p.name")))

    def get(self, name: str) -> Person | None:
        """Somebody who may use the desk now. None for anybody else."""
        found = self._db.query(f"{_PEOPLE} WHERE p.name = ? AND p.revoked_at IS NULL", [name])
        return next(map(_person, found), None)

    def holder(self, secret: str, kind: TokenKind, now: datetime) -> Person | None:
        """Whom a secret belongs to. None if it is none, too old, used up, or its owner let out."""
        found = self._db.query(
            f"{_PEOPLE} WHERE p.revoked_at IS NULL AND p.name = (SELECT person FROM passes "
            "WHERE hash = ? AND kind = ? AND expires_at > ? AND used_at IS NULL)",
            [pass_hash(secret), kind.value, stamp(now)],
        )
        return next(map(_person, found), None)


class PeopleWrites:
    """The part of a transaction that adds and deactivates people."""

    def __init__(self, database: Connection) -> None:
        self._db = database
        self._people = PeopleQueries(database)

    def add(self, name: str, role: PersonRole, now: datetime) -> Person:
        """Let somebody use the desk, again too, or give them another role. Raises ValueError for a
        name that is none."""
        if not name.strip() or name != name.strip() or not name.isprintable():
            raise ValueError(f"{name!r} is no name: visible characters, no blank at either end")
        if len(name) > LONGEST_NAME:
            raise ValueError(f"a name has {LONGEST_NAME} characters at most")
        self._db.execute(
            "INSERT INTO people (name, role, added_at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE "
            "SET role = excluded.role, revoked_at = NULL",
            [name, role.value, stamp(now)],
        )
        return self._known(name)

    def deactivate(self, name: str, now: datetime) -> Person:
        """Somebody may no longer use the desk. What they said stays. Raises LookupError."""
        person = self._known(name)
        self._db.execute(
            "UPDATE people SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL",
            [stamp(now), name],
        )
        self._db.execute("DELETE FROM passes WHERE person = ?", [name])
        return person

    def issue_token(self, name: str, kind: TokenKind, secret: str, now: datetime) -> datetime:
        """Note that who shows `secret` is this person. Return until when (aware, UTC). A new link
        ends the older ones. Raises LookupError for nobody."""
        if self._people.get(name) is None:
            raise LookupError(f"{name} may not use the desk")
        if kind is TokenKind.LINK:
            self._db.execute("DELETE FROM passes WHERE person = ? AND kind = 'link'", [name])
        self._db.execute("DELETE FROM passes WHERE expires_at < ?", [stamp(now - _KEPT)])
        until = now + _LASTS[kind]
        self._db.execute(
            "INSERT INTO passes (hash, person, kind, made_at, expires_at) VALUES (?, ?, ?, ?, ?)",
            [pass_hash(secret), name, kind.value, stamp(now), stamp(until)],
        )
        return until

    def consume_token(self, secret: str, kind: TokenKind, now: datetime) -> Person | None:
        """Whom a secret belongs to, which is good for nothing from now on. None as `holder`."""
        person = self._people.holder(secret, kind, now)
        self._db.execute(
            "UPDATE passes SET used_at = ? WHERE hash = ? AND used_at IS NULL",
            [stamp(now), pass_hash(secret)],
        )
        return person

    def _known(self, name: str) -> Person:
        person = next((each for each in self._people.all() if each.name == name), None)
        if person is None:
            raise LookupError(f"there is nobody called {name}; `hubwatch people` lists them")
        return person


def pass_hash(secret: str) -> str:
    """What the archive keeps of a secret. It is long and random, so a plain hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _person(row: Row) -> Person:
    return Person(
        name=row["name"],
        role=PersonRole(row["role"]),
        added_at=unstamp(row["added_at"]),
        revoked_at=unstamp_or_none(row["revoked_at"]),
        last_seen_at=unstamp_or_none(row["last_seen_at"]),
    )


_PEOPLE = """
SELECT p.*, (SELECT max(made_at) FROM passes v WHERE v.person = p.name AND v.kind = 'visit')
  AS last_seen_at
FROM people p
"""
