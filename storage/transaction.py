"""The one transaction: everything that can be written, a repository a noun."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from .additions import AdditionWrites
from .attachments import AttachmentWrites
from .database import Connection
from .decisions import DecisionWrites
from .digests import DeliveryWrites, DigestWrites
from .lists import ListWrites
from .maintenance import Checksums as Checksums
from .maintenance import MaintenanceWrites
from .pages import PageWrites
from .people import PeopleWrites
from .relevance import RelevanceWrites
from .revisions import EventLog, RevisionWrites
from .runs import RunWrites
from .slots import SlotWrites
from .sources import SourceWrites
from .text_index import PendingSamples, PendingWords

if TYPE_CHECKING:
    from .archive import Archive
    from .articles.writes import ArticleWrites
    from .incidents import IncidentWrites
    from .stories.writes import StoryWrites


class Transaction:
    """Everything that can be written, in one short BEGIN IMMEDIATE. Made by `Archive.writing`.

    `archive` answers questions as everywhere. Inside the transaction it sees what was written. What
    compares texts, and what few transactions need, is loaded when it is first asked for.
    """

    def __init__(self, archive: Archive, database: Connection, checksums: Checksums) -> None:
        self._db = database
        self._checksums = checksums
        self._words = PendingWords(database)
        self._samples = database.samples = PendingSamples()
        self._events = EventLog(database)
        self.archive = archive
        self.sources = SourceWrites(database)
        self.runs = RunWrites(database, self._show_version)
        self.lists = ListWrites(database)
        self.pages = PageWrites(database)
        self.slots = SlotWrites(database)
        self.attachments = AttachmentWrites(database)
        self.relevance = RelevanceWrites(database)
        self.revisions = RevisionWrites(database, self._events)
        self.people = PeopleWrites(database)
        self.additions = AdditionWrites(database)
        self.digests = DigestWrites(database)
        self.deliveries = DeliveryWrites(database)
        self.maintenance = MaintenanceWrites(database)

    def _show_version(self, article_id: int, number: int) -> None:
        self.articles.show_version(article_id, number)  # few runs have to, so it is loaded then

    @cached_property
    def articles(self) -> ArticleWrites:
        """What was said."""
        from .articles.writes import ArticleWrites

        return ArticleWrites(
            self._db,
            words=self._words,
            events=self._events,
            pages=self.pages,
            attachments=self.attachments,
            revisions=self.revisions,
            stories=self.stories,
        )

    @cached_property
    def stories(self) -> StoryWrites:
        """Which articles belong together."""
        from .stories.writes import StoryWrites

        return StoryWrites(self._db, self._events)

    @cached_property
    def decisions(self) -> DecisionWrites:
        """What people decide."""
        return DecisionWrites(
            self._db, words=self._words, events=self._events, stories=self.stories
        )

    @cached_property
    def incidents(self) -> IncidentWrites:
        """What is amiss, and who was alerted."""
        from .incidents import IncidentWrites

        return IncidentWrites(self._db)

    def flush(self) -> None:
        """Write what waits until the end: the words and samples of the articles, into their
        indexes, and the checksums of all that was written."""
        self._words.flush()
        self._samples.flush(self._db)
        self._checksums.flush()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is done within is kept whole, or not at all where it raises. The rest of the
        transaction goes on."""
        self._db.execute("SAVEPOINT apart")
        before, samples = self._checksums.mark(), self._samples.mark()
        try:
            yield
        except BaseException:
            if self._db.conn.in_transaction:  # a full disk ends the whole transaction
                self._db.execute("ROLLBACK TO apart")
                self._checksums.back_to(before)
                self._samples.back_to(samples)
                self._db.execute("RELEASE apart")
            raise
        self._db.execute("RELEASE apart")
