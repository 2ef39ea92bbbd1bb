"""Who may use the desk: named people, what their role lets them do, and how long a token is good.

Not what they say of stories (`decisions`), nor how they sign in (`desk.web`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from .database import Connection, Row, insert, stamp, unstamp, unstamp_or_none

if TYPE_CHECKING:
    from .subscriptions import SubscriptionQueries, SubscriptionWrites

LINK_LASTS = timedelta(days=3)
"""A sign-in link is good for so long, and once."""
VISIT_LASTS = timedelta(days=30)
"""Who signed in stays so for so long."""
FEED_LASTS = timedelta(days=3650)
"""Addresses of feeds stay good: a program reads them, which cannot sign in anew."""
LONGEST_NAME = 80
API_TOKEN_LASTS = timedelta(days=365)
"""A token for the HTTP API is good for so long."""
MOST_API_TOKENS = 20
"""So many a person has at a time."""
ANSWERS_KEPT = timedelta(days=1)
"""For so long a request with the same key gets the same answer."""


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
    """What a secret is good for: signing in once, being signed in, or reading feeds."""

    LINK = "link"
    VISIT = "visit"
    FEED = "feed"


class TokenScope(StrEnum):
    """What a token for the HTTP API may do: look, or say something, too."""

    READ = "read"
    DECIDE = "decide"


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token for the HTTP API, without its secret, which nobody keeps. `name` is what its owner
    calls it. Good until `expires_at` (aware)."""

    id: int
    person: str
    name: str
    scopes: frozenset[TokenScope]
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The answer to a request that named a key. `asked` is a hash of what was asked."""

    asked: str
    status: int
    body: str


@dataclass(frozen=True, slots=True)
class Person:
    """A named person, `revoked_at` None: may use the desk. `last_seen_at` is when the latest visit
    of this person's began."""

    name: str
    role: PersonRole
    added_at: datetime
    revoked_at: datetime | None = None
    last_seen_at: datetime | None = None


MOST_SEARCHES = 12
"""So many searches a person keeps: each is a tab, and is counted whenever the tabs are shown."""
LONGEST_SEARCH = 2000


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search that somebody keeps. `query` is what the address of the page has behind its `?`.
    It was looked at last at `looked_at` (aware). The newest article was `seen_article` then: what
    has a higher number is new."""

    id: int
    person: str
    name: str
    query: str
    seen_article: int
    looked_at: datetime


_LASTS = {
    TokenKind.LINK: LINK_LASTS,
    TokenKind.VISIT: VISIT_LASTS,
    TokenKind.FEED: FEED_LASTS,
}
_KEPT = timedelta(days=90)


class PeopleQueries:
    """The questions about who somebody is."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    @property
    def subscriptions(self) -> SubscriptionQueries:
        """What people were alerted of, as they asked for."""
        from .subscriptions import SubscriptionQueries

        return SubscriptionQueries(self._db)

    def all(self) -> tuple[Person, ...]:
        """Everybody who was ever let in, by name. Those let out again too."""
        return tuple(map(_person, self._db.query(f"{_PEOPLE} ORDER BY p.name")))

    def get(self, name: str) -> Person | None:
        """Somebody who may use the desk now. None for anybody else."""
        found = self._db.query(f"{_PEOPLE} WHERE p.name = ? AND p.revoked_at IS NULL", [name])
        return next(map(_person, found), None)

    def token_since(self, name: str, kind: TokenKind, now: datetime) -> datetime | None:
        """Since when somebody has a secret of that kind that is good (aware, UTC). None: has
        none."""
        found = self._db.query(
            "SELECT max(made_at) AS made_at FROM passes WHERE person = ? AND kind = ? "
            "AND expires_at > ? AND used_at IS NULL",
            [name, kind.value, stamp(now)],
        )
        return next((unstamp_or_none(row["made_at"]) for row in found), None)

    def holder(self, secret: str, kind: TokenKind, now: datetime) -> Person | None:
        """Whom a secret belongs to. None if it is none, too old, used up, or its owner let out."""
        found = self._db.query(
            f"{_PEOPLE} WHERE p.revoked_at IS NULL AND p.name = (SELECT person FROM passes "
            "WHERE hash = ? AND kind = ? AND expires_at > ? AND used_at IS NULL)",
            [pass_hash(secret), kind.value, stamp(now)],
        )
        return next(map(_person, found), None)

    def api_tokens(self, person: str | None = None) -> tuple[ApiToken, ...]:
        """The tokens for the HTTP API, of somebody or of all, in the order they were made. Those
        that are too old as well."""
        sql = "SELECT * FROM api_tokens WHERE ? IS NULL OR person = ? ORDER BY id"
        return tuple(map(_api_token, self._db.query(sql, [person, person])))

    def bearer(self, secret: str, now: datetime) -> tuple[Person, ApiToken] | None:
        """Who shows this secret of a token, and the token. None if it is none, too old, or its
        owner let out."""
        sql = "SELECT * FROM api_tokens WHERE hash = ? AND expires_at > ?"
        found = self._db.query(sql, [pass_hash(secret), stamp(now)])
        token = next(map(_api_token, found), None)
        person = self.get(token.person) if token else None
        return (person, token) if person and token else None

    def answer(self, person: str, key: str, now: datetime) -> KeptAnswer | None:
        """What was answered to somebody's request with this key, as long as that is kept."""
        sql = "SELECT asked, status, body FROM api_answers WHERE person = ? AND key = ? AND at > ?"
        found = self._db.query(sql, [person, key, stamp(now - ANSWERS_KEPT)])
        return next((KeptAnswer(**row) for row in found), None)

    def searches(self, person: str) -> tuple[SavedSearch, ...]:
        """What somebody keeps, in the order in which it was kept first."""
        found = self._db.query(
            "SELECT * FROM saved_searches WHERE person = ? ORDER BY id", [person]
        )
        return tuple(map(_search, found))

    def search(self, person: str, number: int) -> SavedSearch | None:
        """One of somebody's searches. None for what is not theirs."""
        return next((each for each in self.searches(person) if each.id == number), None)


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

    def keep_search(self, person: str, name: str, query: str, now: datetime) -> SavedSearch:
        """Keep a search under a name, in place of one that had it. All that is there by now has
        been seen. Raises ValueError for a name that is none, and where there are too many,
        LookupError for nobody."""
        if self._people.get(person) is None:
            raise LookupError(f"{person} may not use the desk")
        if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
            raise ValueError(f"{name!r} is no name")
        if len(query) > LONGEST_SEARCH:
            raise ValueError(f"a search has {LONGEST_SEARCH} characters at most")
        known = {each.name for each in self._people.searches(person)}
        if name not in known and len(known) >= MOST_SEARCHES:
            raise ValueError(f"{MOST_SEARCHES} searches are kept at most")
        self._db.execute(
            "INSERT INTO saved_searches (person, name, query, seen_article, looked_at) "
            f"VALUES (?, ?, ?, {_NEWEST}, ?) ON CONFLICT (person, name) DO UPDATE SET query = "
            "excluded.query, seen_article = excluded.seen_article, looked_at = excluded.looked_at",
            [person, name, query, stamp(now)],
        )
        return next(each for each in self._people.searches(person) if each.name == name)

    def note_look(self, person: str, number: int, now: datetime) -> None:
        """All that one of somebody's searches finds by now has been seen."""
        self._db.execute(
            f"UPDATE saved_searches SET seen_article = {_NEWEST}, looked_at = ? "
            "WHERE id = ? AND person = ?",
            [stamp(now), number, person],
        )

    def forget_search(self, person: str, number: int) -> None:
        """Keep one of somebody's searches no more."""
        self._db.execute("DELETE FROM saved_searches WHERE id = ? AND person = ?", [number, person])

    @property
    def subscriptions(self) -> SubscriptionWrites:
        """What people are alerted of, as they asked for."""
        from .subscriptions import SubscriptionWrites

        return SubscriptionWrites(self._db)

    def deactivate(self, name: str, now: datetime) -> Person:
        """Somebody may no longer use the desk. What they said stays. Raises LookupError."""
        person = self._known(name)
        self._db.execute(
            "UPDATE people SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL",
            [stamp(now), name],
        )
        self._db.execute("DELETE FROM passes WHERE person = ?", [name])
        self._db.execute("DELETE FROM api_tokens WHERE person = ?", [name])
        return person

    def add_api_token(
        self, person: str, name: str, scopes: frozenset[TokenScope], secret: str, now: datetime
    ) -> ApiToken:
        """Note that who shows `secret` to the HTTP API is this person, and may do that. Those that
        are too old are swept. Raises LookupError for nobody, ValueError for a name that is none,
        for one who may not decide, and where there are too many."""
        owner = self._people.get(person)
        if owner is None:
            raise LookupError(f"{person} may not use the desk")
        if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
            raise ValueError(f"{name!r} is no name")
        if TokenScope.DECIDE in scopes and not owner.role.decides:
            raise ValueError(f"{person} is a reader, who decides nothing")
        self._db.execute("DELETE FROM api_tokens WHERE expires_at <= ?", [stamp(now)])
        if len(self._people.api_tokens(person)) >= MOST_API_TOKENS:
            raise ValueError(f"{person} has {MOST_API_TOKENS} tokens, and no more are made")
        number = insert(
            self._db,
            "api_tokens",
            {
                "hash": pass_hash(secret),
                "person": person,
                "name": name,
                "scopes": " ".join(sorted(scopes)),
                "made_at": stamp(now),
                "expires_at": stamp(now + API_TOKEN_LASTS),
            },
        )
        return ApiToken(number, person, name, scopes, now, now + API_TOKEN_LASTS)

    def end_api_token(self, number: int) -> ApiToken:
        """A token for the HTTP API is good no more. Raises LookupError where there is none."""
        found = next((each for each in self._people.api_tokens() if each.id == number), None)
        if found is None:
            raise LookupError(f"there is no token {number}; `hubwatch people tokens` lists them")
        self._db.execute("DELETE FROM api_tokens WHERE id = ?", [number])
        return found

    def keep_answer(self, person: str, key: str, answer: KeptAnswer, now: datetime) -> None:
        """Keep what is answered to somebody's request with this key. Old ones are swept."""
        self._db.execute("DELETE FROM api_answers WHERE at <= ?", [stamp(now - ANSWERS_KEPT)])
        self._db.execute(
            "INSERT INTO api_answers (person, key, asked, status, body, at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [person, key, answer.asked, answer.status, answer.body, stamp(now)],
        )

    def issue_token(self, name: str, kind: TokenKind, secret: str, now: datetime) -> datetime:
        """Note that who shows `secret` is this person. Return until when (aware, UTC). A new link,
        and a new secret for feeds, end the older ones. Raises LookupError for nobody."""
        if self._people.get(name) is None:
            raise LookupError(f"{name} may not use the desk")
        if kind is not TokenKind.VISIT:
            self.end_tokens(name, kind)
        self._db.execute("DELETE FROM passes WHERE expires_at < ?", [stamp(now - _KEPT)])
        until = now + _LASTS[kind]
        self._db.execute(
            "INSERT INTO passes (hash, person, kind, made_at, expires_at) VALUES (?, ?, ?, ?, ?)",
            [pass_hash(secret), name, kind.value, stamp(now), stamp(until)],
        )
        return until

    def end_tokens(self, name: str, kind: TokenKind) -> None:
        """No secret of that kind of this person's is good any more."""
        self._db.execute("DELETE FROM passes WHERE person = ? AND kind = ?", [name, kind.value])

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


_NEWEST = "(SELECT coalesce(max(id), 0) FROM articles)"


def _search(row: Row) -> SavedSearch:
    return SavedSearch(
        row["id"],
        row["person"],
        row["name"],
        row["query"],
        row["seen_article"],
        unstamp(row["looked_at"]),
    )


def _api_token(row: Row) -> ApiToken:
    return ApiToken(
        row["id"],
        row["person"],
        row["name"],
        frozenset(map(TokenScope, row["scopes"].split())),
        unstamp(row["made_at"]),
        unstamp(row["expires_at"]),
    )


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
