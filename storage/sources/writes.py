"""Writing which sources there are, which hosts asked to be left alone, and how long certificates
last."""

from __future__ import annotations

from datetime import datetime

from ..driver import Connection
from ..stamps import stamp
from .records import SourceRef


class SourceWrites:
    """The part of a transaction that keeps sources."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def register(self, ref: SourceRef, now: datetime) -> None:
        """Make the source known, or bring its name, city, language, zone and rank up to date."""
        self._db.execute(
            "INSERT INTO sources (id, name, city, language, zone, rank, registered_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, "
            "city = excluded.city, language = excluded.language, zone = excluded.zone, "
            "rank = excluded.rank",
            [ref.id, ref.name, ref.city, ref.language, ref.zone, ref.rank, stamp(now)],
        )

    def set_not_before(self, host: str, until: datetime | None, reason: str) -> None:
        """Remember that a host asked to be left alone until then (None: no longer)."""
        self._db.execute(
            "INSERT INTO hosts VALUES (?, ?, ?) ON CONFLICT (host) DO UPDATE SET "
            "not_before = excluded.not_before, reason = excluded.reason",
            [host, stamp(until) if until else None, reason],
        )

    def record_certificate(self, host: str, not_after: datetime, now: datetime) -> None:
        """Record until when the certificate that a host showed is valid."""
        self._db.execute(
            "INSERT INTO certificates VALUES (?, ?, ?) ON CONFLICT (host) DO UPDATE SET "
            "not_after = excluded.not_after, seen_at = excluded.seen_at",
            [host, stamp(not_after), stamp(now)],
        )
