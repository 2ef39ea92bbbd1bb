"""The one transaction: everything that can be written, a repository a noun."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .additions import AdditionWrites
from .articles.writes import ArticleWrites
from .attachments import AttachmentWrites
from .database import Connection
from .decisions import DecisionWrites
from .digests import DeliveryWrites, DigestWrites
from .incidents import IncidentWrites
from .lists import ListWrites
from .maintenance import MaintenanceWrites
from .pages import PageWrites
from .people import PeopleWrites
from .relevance import RelevanceWrites
from .revisions import EventLog, RevisionWrites
from .runs import RunWrites
from .slots import SlotWrites
from .sources import SourceWrites
from .stories.writes import StoryWrites
from .text_index import PendingWords

if TYPE_CHECKING:
    from .archive import Archive


class Transaction:
    """Everything that can be written, in one short BEGIN IMMEDIATE. Made by `Archive.writing`.

    `archive` answers questions as everywhere. Inside the transaction it sees what was written.
    """

    def __init__(self, archive: Archive, database: Connection) -> None:
        self._db = database
        self._words = PendingWords(database)
        self.archive = archive
        events = EventLog(database)
        self.sources = SourceWrites(database)
        self.runs = RunWrites(database)
        self.lists = ListWrites(database)
        self.pages = PageWrites(database)
        self.slots = SlotWrites(database)
        self.attachments = AttachmentWrites(database)
        self.relevance = RelevanceWrites(database)
        self.revisions = RevisionWrites(database, events)
        self.stories = StoryWrites(database, events)
        self.articles = ArticleWrites(
            database,
            words=self._words,
            events=events,
            pages=self.pages,
            attachments=self.attachments,
            revisions=self.revisions,
            stories=self.stories,
        )
        self.decisions = DecisionWrites(
            database, words=self._words, events=events, stories=self.stories
        )
        self.people = PeopleWrites(database)
        self.additions = AdditionWrites(database)
        self.digests = DigestWrites(database)
        self.deliveries = DeliveryWrites(database)
        self.incidents = IncidentWrites(database)
        self.maintenance = MaintenanceWrites(database)

    def flush(self) -> None:
        """Write what waits until the end: the words of the articles, into the text index."""
        self._words.flush()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is done within is kept whole, or not at all where it raises. The rest of the
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
