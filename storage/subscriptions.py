"""Subscriptions: how far each has looked, its messages, and the stories that they hold.

What somebody subscribed to is configured. Who gets what is the desk's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from .database import Connection, count, insert, marks, stamp, unstamp, unstamp_or_none


class MessageState(StrEnum):
    """WAITING: to be sent, for the first time or again. DOUBT: it may have been taken, and is not
    sent again. FAILED: it was tried for long enough."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DOUBT = "in doubt"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a subscription has looked. What the archive had up to the article `first` was there
    when it began. It has looked at all up to the article `seen`."""

    first: int
    seen: int


@dataclass(frozen=True, slots=True)
class SubscriptionMessage:
    """One message of a subscription. `articles` are the numbers of those that it names, one a
    story. All moments are aware. `next_at` is when one that waits is tried again."""

    id: int
    subscription: str
    person: str
    target: str
    key: str
    made_at: datetime
    state: MessageState
    tries: int
    tried_at: datetime | None
    next_at: datetime | None
    reason: str
    articles: tuple[int, ...]


class SubscriptionQueries:
    """The questions about subscriptions."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def newest_article(self) -> int:
        """The number of the newest article, or 0."""
        found = self._db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()
        return int(found[0])

    def progress(self, name: str) -> Progress | None:
        """How far a subscription has looked. None where it has not begun."""
        found = self._db.query("SELECT * FROM subscriptions WHERE name = ?", [name])
        row = next(iter(found), None)
        return Progress(row["first_article"], row["seen_article"]) if row else None

    def unfinished(self, name: str) -> SubscriptionMessage | None:
        """The message of a subscription that waits to be sent."""
        return next(iter(self._messages("subscription = ? AND state = 'waiting'", [name], 1)), None)

    def last_made(self, name: str) -> datetime | None:
        """When the newest message of a subscription was made (aware)."""
        found = self._messages("subscription = ?", [name], 1)
        return found[0].made_at if found else None

    def latest(self, limit: int) -> tuple[SubscriptionMessage, ...]:
        """The newest messages, the newest first."""
        return self._messages("1", [], limit)

    def count(self) -> int:
        """How many messages there are."""
        return count(self._db, "subscription_messages", ())

    def message(self, number: int) -> SubscriptionMessage:
        """One of them. Raises LookupError."""
        found = self._messages("id = ?", [number], 1)
        if not found:
            raise LookupError(f"there is no message {number}")
        return found[0]

    def known(self, person: str, target: str, stories: Sequence[int]) -> frozenset[int]:
        """Those of these stories of which somebody has a message there, whatever they were called
        then: stories are joined and divided."""
        if not stories:
            return frozenset()
        found = self._db.execute(
            "SELECT t.story_id, a.story_id FROM subscription_stories t "
            "JOIN articles a ON a.id = t.article_id WHERE t.person = ? AND t.target = ? AND "
            f"(t.story_id IN ({marks(stories)}) OR a.story_id IN ({marks(stories)}))",
            [person, target, *stories, *stories],
        )
        return frozenset(story for row in found for story in row) & frozenset(stories)

    def older(self, stories: Sequence[int], article: int) -> frozenset[int]:
        """Those of these stories that have an article of this number or a lower one."""
        if not stories:
            return frozenset()
        found = self._db.execute(
            f"SELECT DISTINCT story_id FROM articles WHERE story_id IN ({marks(stories)}) "
            "AND id <= ?",
            [*stories, article],
        )
        return frozenset(row[0] for row in found)

    def _messages(
        self, where: str, parameters: Sequence[Any], limit: int
    ) -> tuple[SubscriptionMessage, ...]:
        found = self._db.query(
            f"SELECT * FROM subscription_messages WHERE {where} ORDER BY id DESC LIMIT ?",
            [*parameters, limit],
        )
        return tuple(self._message(row) for row in list(found))

    def _message(self, row: Any) -> SubscriptionMessage:
        articles = self._db.execute(
            "SELECT article_id FROM subscription_stories WHERE message_id = ? ORDER BY article_id",
            [row["id"]],
        )
        return SubscriptionMessage(
            id=row["id"],
            subscription=row["subscription"],
            person=row["person"],
            target=row["target"],
            key=row["key"],
            made_at=unstamp(row["made_at"]),
            state=MessageState(row["state"]),
            tries=row["tries"],
            tried_at=unstamp_or_none(row["tried_at"]),
            next_at=unstamp_or_none(row["next_at"]),
            reason=row["reason"],
            articles=tuple(one[0] for one in articles),
        )


class SubscriptionWrites:
    """The part of a transaction that keeps messages of subscriptions."""

    def __init__(self, database: Connection) -> None:
        self._db = database
        self._queries = SubscriptionQueries(database)

    def begin(self, name: str, now: datetime) -> None:
        """A subscription begins: what is there by now is no news to it."""
        newest = self._queries.newest_article()
        self._db.execute(
            "INSERT INTO subscriptions VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [name, newest, newest, stamp(now)],
        )

    def note_look(self, name: str, article: int) -> None:
        """A subscription has looked at all articles up to this one."""
        self._db.execute(
            "UPDATE subscriptions SET seen_article = ? WHERE name = ?", [article, name]
        )

    def make(
        self,
        name: str,
        *,
        person: str,
        target: str,
        key: str,
        stories: Sequence[tuple[int, int]],
        now: datetime,
    ) -> SubscriptionMessage:
        """Put a message on record before it is sent for the first time. `stories` are stories, each
        with the article that the message names. Raises an integrity error where somebody has a
        message of one of them there."""
        number = insert(
            self._db,
            "subscription_messages",
            {
                "subscription": name,
                "person": person,
                "target": target,
                "key": key,
                "made_at": stamp(now),
                "state": MessageState.WAITING.value,
            },
        )
        for story, article in stories:
            self._db.execute(
                "INSERT INTO subscription_stories VALUES (?, ?, ?, ?, ?)",
                [person, target, story, article, number],
            )
        return self._queries.message(number)

    def begin_attempt(self, number: int, now: datetime) -> None:
        """A message is about to be handed over. If we end meanwhile, it may have arrived."""
        self._db.execute(
            "UPDATE subscription_messages SET tries = tries + 1, tried_at = ?, next_at = NULL, "
            "state = ?, reason = 'whether it arrived is not known' WHERE id = ?",
            [stamp(now), MessageState.DOUBT.value, number],
        )

    def end_attempt(
        self, number: int, state: MessageState, reason: str, next_at: datetime | None
    ) -> None:
        """What came of it."""
        self._db.execute(
            "UPDATE subscription_messages SET state = ?, reason = ?, next_at = ? WHERE id = ?",
            [state.value, reason, stamp(next_at) if next_at else None, number],
        )
