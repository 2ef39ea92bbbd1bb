"""The one transaction: everything that can be written, put together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .articles.write_articles import ArticleWrites
from .crawls.write_slots import SlotWrites
from .digests.deliveries import DeliveryWrites
from .digests.write_digests import DigestWrites
from .driver import Connection
from .health.write_incidents import IncidentWrites
from .health.write_sights import SightWrites
from .keeping.backups import BackupWrites
from .keeping.pauses import PauseWrites
from .keeping.standstill import StandstillWrites
from .review.write_additions import AdditionWrites
from .review.write_decisions import DecisionWrites
from .review.write_people import PeopleWrites


class Transaction(
    DecisionWrites,
    DigestWrites,
    DeliveryWrites,
    ArticleWrites,
    SlotWrites,
    BackupWrites,
    StandstillWrites,
    PauseWrites,
    PeopleWrites,
    SightWrites,
    IncidentWrites,
    AdditionWrites,
):
    """Everything that can be written, in one short BEGIN IMMEDIATE; made by `Store.writing`."""

    def __init__(self, database: Connection) -> None:
        self._db = database
        self._words = {}

    @contextmanager
    def apart(self) -> Iterator[None]:
        """What is done within is kept whole, or not at all where it raises; the rest of the
        transaction goes on."""
        self._db.execute("SAVEPOINT apart")
        try:
            yield
        except BaseException:
            if self._db.conn.in_transaction:  # a full disk ends the whole transaction
                self._db.execute("ROLLBACK TO apart")
                self._db.execute("RELEASE apart")
            raise
        self._db.execute("RELEASE apart")
