"""The archive: one SQLite file, opened for reading or for writing.

Reads answer from `search.finder` and the modules `select_…`; every write happens in `writing`, one
short transaction that locks first. What only writes or mends is imported where it is called: most
commands read. No network and no parsing in here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from . import driver, schema
from .archive import must_exist
from .articles import parts
from .attachments.select_files import FileQueries
from .crawls import owed
from .crawls.bases import BaseQueries
from .crawls.records import Attempts, Recheck
from .crawls.select_crawls import CrawlQueries
from .crawls.select_pasts import PastQueries
from .crawls.select_slots import SlotQueries
from .crawls.vanished import vanished
from .digests.deliveries import DeliveryQueries
from .digests.select_digests import DigestQueries
from .driver import Access, Connection, told
from .errors import StorageError
from .health.select_facts import FactQueries
from .health.select_incidents import IncidentQueries
from .health.select_pulse import PulseQueries
from .keeping.backups import BackupQueries
from .keeping.pauses import PauseQueries
from .keeping.standstill import StandstillQueries
from .relevance.select_related import RelatedQueries
from .relevance.select_relevance import RelevanceQueries
from .relevance.select_why import WhyQueries
from .review.select_additions import AdditionQueries
from .review.select_days import DayQueries
from .review.select_decisions import DecisionQueries
from .review.select_people import PeopleQueries
from .review.select_queue import QueueQueries
from .revisions.select_revisions import RevisionQueries
from .search.finder import Finder
from .stories.select_stories import StoryQueries

if TYPE_CHECKING:
    from .keeping.prune import Share
    from .keeping.retention import Retention
    from .transaction import Transaction

_SECOND_WAIT = 0.1


class Store(
    Finder,
    CrawlQueries,
    SlotQueries,
    PastQueries,
    BackupQueries,
    RelevanceQueries,
    BaseQueries,
    StoryQueries,
    RevisionQueries,
    FileQueries,
    DecisionQueries,
    WhyQueries,
    RelatedQueries,
    StandstillQueries,
    PauseQueries,
    PeopleQueries,
    QueueQueries,
    DayQueries,
    FactQueries,
    IncidentQueries,
    DigestQueries,
    DeliveryQueries,
    PulseQueries,
    AdditionQueries,
):
    """An open archive with all its questions, and what writes. Use `create`, `open` or
    `open_readonly`, and close it (or `with`)."""

    def __init__(self, database: Connection, path: Path) -> None:
        super().__init__(database, path)
        self._patience = driver.BUSY_SECONDS

    @classmethod
    def create(cls, path: Path) -> Store:
        """Open an archive for writing and make it if there is none. Raises OlderSchema,
        NewerSchema, StorageError."""
        from . import tables

        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"{path.parent}: {error.strerror}") from error
        if path.is_file():
            _must_be_writable(path)
        return cls._ready(path, Access.CREATE, tables.make)

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open an archive for writing. Raises NoArchive, OlderSchema, NewerSchema, or StorageError,
        also for damage that shows at once; nothing is written then."""
        return cls._for_writing(path, schema.check_current)

    @classmethod
    def upgrade(cls, path: Path) -> Store:
        """Open an archive for writing and bring its tables up to date first, whole or not at all.
        Only `hubwatch upgrade` and `restore` do that. Raises like `open`, but OlderSchema."""
        from . import tables

        return cls._for_writing(path, tables.migrate)

    @classmethod
    def _for_writing(cls, path: Path, prepare: Callable[[Connection, Path], None]) -> Store:
        must_exist(path)
        _must_be_writable(path)
        return cls._ready(path, Access.WRITE, prepare)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """One short transaction that locks first: what it reads stays true until it commits.

        Raises StorageError if the lock cannot be had in time or the disk does not take it; nothing
        of the transaction is kept then.
        """
        from .transaction import Transaction  # all that writes; who reads does without

        with told(self.path):
            self._lock()
            try:
                tx = Transaction(self._db)
                yield tx
                tx.index_words()
                self._db.execute("COMMIT")
            except BaseException:
                self._db.rollback()
                raise

    def _lock(self) -> None:
        """Begin, waiting for other writers. Who has waited in vain waits for a moment only the next
        time: a crawl of many pages must not wait its full time for each of them."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except StorageError:
            self._wait_at_most(_SECOND_WAIT)
            raise
        if self._patience < driver.BUSY_SECONDS:
            self._wait_at_most(driver.BUSY_SECONDS)

    def _wait_at_most(self, seconds: float) -> None:
        self._patience = seconds
        self._db.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")

    def vanished(self, run_id: int, limit: int) -> tuple[Recheck, ...]:
        """Articles that should have been on a list read in this run and were not.

        Each is named by every run until one that ended has asked for it, and again when it was
        listed since.
        """
        return vanished(self._db, run_id, limit)

    def incomplete(self, source_id: str, now: datetime, limit: int) -> tuple[Recheck, ...]:
        """Young articles that go over several pages and lack one, and were not asked for lately."""
        return parts.incomplete(self._db, source_id, now, limit)

    def attempts(self, source_id: str, now: datetime) -> dict[str, Attempts]:
        """The article addresses of a source that failed when last asked for, by URL key."""
        return owed.attempts(self._db, source_id, now)

    def owed(
        self, source_id: str, now: datetime, limit: int, *, wanted: Callable[[str], bool]
    ) -> tuple[str, ...]:
        """Addresses that were listed, are `wanted` and not kept, and have rested since they
        failed: those with the fewest failures first, then the latest listed."""
        return owed.owed(self._db, source_id, now, limit, wanted=wanted)

    def gone_articles(self, source_id: str, now: datetime) -> dict[str, Recheck]:
        """The articles of a source that are marked gone, by the keys of all their addresses."""
        return owed.gone_articles(self._db, source_id, now)

    def integrity(self) -> tuple[str, ...]:
        """What is wrong with the file: pages, foreign keys, and the text index. Empty is good."""
        from .keeping import sound

        with told(self.path):
            return sound.faults(self._db)

    def rebuild_index(self, report: Callable[[int, int], None]) -> int:
        """Make the text index again from the articles, whole or not at all; returns how many.

        `report` is told, now and then, how many are done and how many there are. Raises
        StorageError.
        """
        from . import tables
        from .search import index

        with self.writing():
            return index.rebuild(tables.writable(self._db), report)

    def stories_are_due(self) -> bool:
        """Whether the stories were made by other rules than today's."""
        from .stories import rebuild

        return rebuild.is_due(self._db)

    def rebuild_stories(self, report: Callable[[int, int], None]) -> None:
        """Make every sketch, link and story again, a few at a time; where it was interrupted it
        goes on with the next call. `report` is told how much is done, and of how much. Raises
        StorageError."""
        from .stories import rebuild

        more = True
        while more:
            with self.writing():
                more = rebuild.step(self._db, report)

    def settle_queue(self, topics: Sequence[str], limit: int) -> int:
        """Take into the queue what happened to stories, so many at most, those that came last
        first; `topics` are those whose grades count. Returns how many are left. Raises
        StorageError."""
        from .review import queue

        with self.writing() as tx:
            queue.note_changed_topics(self._db, topics)
            return queue.settle(self._db, tx, topics, limit)

    def would_go(self, rule: Retention, now: datetime) -> tuple[Share, ...]:
        """What `prune` would remove by that rule, by kind."""
        from .keeping import prune as pruning

        return pruning.would_go(self._db, rule, now)

    def prune(
        self, rule: Retention, now: datetime, report: Callable[[str, int, int], None]
    ) -> tuple[Share, ...]:
        """Remove what a rule lets go, in short transactions, and give the room back to the disk.

        What is shown, told, decided or cited stays with its proof; docs/archive.md has the rule.
        Interrupted, it goes on with the next call. Raises StorageError.
        """
        from .keeping import prune as pruning
        from .keeping.turns import Turns

        return pruning.prune(self._db, Turns(self.writing), rule, now, report)


def _must_be_writable(path: Path) -> None:
    # SQLite would open it for reading and fail at the first write; WAL needs the folder too.
    for place in (path, path.absolute().parent):
        if not os.access(place, os.W_OK):
            raise StorageError(
                f"{path}: cannot be written; check the permissions of {place} (reading works)"
            )
