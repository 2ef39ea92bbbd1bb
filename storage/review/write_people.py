"""Writing who may use the desk, and the passes they hold. Keeps no secret, only its hash."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..driver import Connection
from ..stamps import stamp
from .people import LINK_LASTS, LONGEST_NAME, VISIT_LASTS, Pass, Person, Role
from .select_people import PeopleQueries, pass_hash

_LASTS = {Pass.LINK: LINK_LASTS, Pass.VISIT: VISIT_LASTS}
_KEPT = timedelta(days=90)


class PeopleWrites(PeopleQueries):
    """The part of a transaction that lets people in and out."""

    _db: Connection

    def let_in(self, name: str, role: Role, now: datetime) -> Person:
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

    def let_out(self, name: str, now: datetime) -> Person:
        """Somebody may no longer use the desk; what they said stays. Raises LookupError."""
        person = self._known(name)
        self._db.execute(
            "UPDATE people SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL",
            [stamp(now), name],
        )
        self._db.execute("DELETE FROM passes WHERE person = ?", [name])
        return person

    def give_pass(self, name: str, kind: Pass, secret: str, now: datetime) -> datetime:
        """Note that who shows `secret` is this person; returns until when (aware, UTC). A new link
        ends the older ones. Raises LookupError for nobody."""
        if self.person(name) is None:
            raise LookupError(f"{name} may not use the desk")
        if kind is Pass.LINK:
            self._db.execute("DELETE FROM passes WHERE person = ? AND kind = 'link'", [name])
        self._db.execute("DELETE FROM passes WHERE expires_at < ?", [stamp(now - _KEPT)])
        until = now + _LASTS[kind]
        self._db.execute(
            "INSERT INTO passes (hash, person, kind, made_at, expires_at) VALUES (?, ?, ?, ?, ?)",
            [pass_hash(secret), name, kind.value, stamp(now), stamp(until)],
        )
        return until

    def use_up(self, secret: str, kind: Pass, now: datetime) -> Person | None:
        """Whom a secret belongs to, which is good for nothing from now on; None as `holder`."""
        person = self.holder(secret, kind, now)
        self._db.execute(
            "UPDATE passes SET used_at = ? WHERE hash = ? AND used_at IS NULL",
            [stamp(now), pass_hash(secret)],
        )
        return person

    def _known(self, name: str) -> Person:
        person = next((each for each in self.people() if each.name == name), None)
        if person is None:
            raise LookupError(f"there is nobody called {name}; `hubwatch people` lists them")
        return person
