"""The ledger of deliveries: what is pending for whom. Every attempt is written down before it is
made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ..driver import Connection
from ..stamps import stamp, unstamp, unstamp_or_none
from ..statements import insert
from .records import DeliveryAttempt, DigestDelivery

OWED, DELIVERED, FAILED = "owed", "delivered", "failed"


class DeliveryQueries:
    """The questions about what was handed on."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def select(
        self, digest: int | None = None, target: str | None = None
    ) -> tuple[DigestDelivery, ...]:
        """Deliveries of one digest, to one target, or all; in order."""
        asked = {"digest_id": digest, "target": target}
        wanted = {name: value for name, value in asked.items() if value is not None}
        where = f"WHERE {' AND '.join(f'{name} = ?' for name in wanted)}" if wanted else ""
        found = self._db.query(
            f"SELECT * FROM deliveries {where} ORDER BY id", list(wanted.values())
        )
        return tuple(self._delivery(row) for row in found)

    def undelivered(self, target: str, selection: str | None, since: datetime) -> tuple[int, ...]:
        """Issues from `since` on, of one selection or of any, that this target was never owed."""
        found = self._db.query(
            "SELECT id FROM digests WHERE issued_at >= ? AND (? IS NULL OR selection = ?) "
            "AND id NOT IN (SELECT digest_id FROM deliveries WHERE target = ?) ORDER BY id",
            [stamp(since), selection, selection, target],
        )
        return tuple(row["id"] for row in found)

    def _delivery(self, row: dict[str, Any]) -> DigestDelivery:
        attempts = self._db.query(
            "SELECT * FROM delivery_attempts WHERE delivery_id = ? ORDER BY id", [row["id"]]
        )
        return DigestDelivery(
            id=row["id"],
            digest=row["digest_id"],
            target=row["target"],
            kind=row["kind"],
            key=row["key"],
            made_at=unstamp(row["made_at"]),
            state=row["state"],
            next_at=unstamp_or_none(row["next_at"]),
            attempts=tuple(
                DeliveryAttempt(
                    each["id"],
                    unstamp(each["began_at"]),
                    unstamp_or_none(each["ended_at"]),
                    each["sent"],
                    each["reason"],
                    tuple(each["lacking"].split()),
                )
                for each in attempts
            ),
        )


class DeliveryWrites:
    """The part of a transaction that keeps deliveries."""

    def __init__(self, database: Connection) -> None:
        self._db = database
        self._deliveries = DeliveryQueries(database)

    def enqueue(
        self, digest: int, target: str, kind: str, key: str, now: datetime
    ) -> DigestDelivery:
        """A digest is owed to a target from now on; said twice it is owed once, under one key."""
        self._db.execute(
            "INSERT OR IGNORE INTO deliveries (digest_id, target, kind, key, made_at, state, "
            "next_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [digest, target, kind, key, stamp(now), OWED, stamp(now)],
        )
        return self._deliveries.select(digest, target)[0]

    def begin_attempt(self, delivery_id: int, now: datetime) -> int:
        """Write down that an attempt is about to be made; returns its number."""
        return insert(
            self._db, "delivery_attempts", {"delivery_id": delivery_id, "began_at": stamp(now)}
        )

    def end_attempt(
        self,
        attempt_id: int,
        *,
        sent: str,
        reason: str,
        state: str,
        next_at: datetime | None,
        now: datetime,
        lacking: Sequence[str] = (),
    ) -> None:
        """An attempt has ended like this; the delivery is in that state, and is to be tried again
        then. These addresses have not got what others got by it."""
        self._db.execute(
            "UPDATE delivery_attempts SET ended_at = ?, sent = ?, reason = ?, lacking = ? "
            "WHERE id = ?",
            [stamp(now), sent, reason, " ".join(lacking), attempt_id],
        )
        self._db.execute(
            "UPDATE deliveries SET state = ?, next_at = ? WHERE id = "
            "(SELECT delivery_id FROM delivery_attempts WHERE id = ?)",
            [state, stamp(next_at) if next_at else None, attempt_id],
        )
