"""The archive: one SQLite file, opened for reading or for writing, with a repository a noun.

Every question is asked of a repository, such as `archive.articles.get(7)`. Every write happens in
`writing`, one short transaction that locks first. A repository is loaded when it is first asked
for: most commands need few of them. No network and no parsing in here.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from hubwatch.errors import NoArchive, StorageError, Unreadable

from . import database
from .database import Access, Connection, Durability, translate_errors

if TYPE_CHECKING:
    from .additions import AdditionQueries
    from .articles.queries import ArticleQueries, EditQueries
    from .attachments import AttachmentQueries
    from .decisions import DecisionQueries
    from .digests import DeliveryQueries, DigestQueries
    from .incidents import IncidentQueries
    from .lists import ListQueries
    from .maintenance import Checksums, Maintenance
    from .pages import PageQueries
    from .people import PeopleQueries
    from .queue import QueueQueries
    from .relevance import RelevanceQueries
    from .revisions import RevisionQueries
    from .runs import RunQueries
    from .slots import SlotQueries
    from .sources import SourceQueries
    from .stories.queries import StoryQueries
    from .transaction import Transaction

_SECOND_WAIT = 0.1
SYNCHRONOUS = {Durability.AT_ONCE: "FULL", Durability.LATER: "NORMAL"}
_SILENT_WAIT = 1.0


class Archive:
    """An open archive. Use `create`, `open` or `open_readonly`, and close it (or `with`).

    `on_wait` is called once in a transaction that has waited a second for another writer, with who
    that is, as `database.writer_of` says. Where nobody sets it, that is logged.
    """

    def __init__(self, db: Connection, path: Path) -> None:
        self._db = db
        self.on_wait: Callable[[str], None] = self._log_wait
        self._patience = database.BUSY_SECONDS
        self._durability: Durability | None = None
        self._checksums: Checksums | None = None
        self.path = path

    @classmethod
    def create(cls, path: Path) -> Self:
        """Open an archive for writing and make it if there is none. Raises OlderSchema,
        NewerSchema, StorageError."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"{path.parent}: {error.strerror}") from error
        if is_there(path):
            _must_be_writable(path)
        return cls(_connect(path, Access.CREATE, _make), path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open an archive for writing. Raises NoArchive, OlderSchema, NewerSchema, or StorageError,
        also for damage that shows at once. Nothing is written then."""
        _must_exist(path)
        _must_be_writable(path)
        return cls(_connect(path, Access.WRITE, database.check_current), path)

    @classmethod
    def open_readonly(cls, path: Path) -> Self:
        """Open an archive for reading only. Raises NoArchive, NewerSchema, OlderSchema or
        StorageError."""
        _must_exist(path)
        return cls(_connect(path, Access.READ, database.check_current), path)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @cached_property
    def additions(self) -> AdditionQueries:
        """What people add by hand."""
        from .additions import AdditionQueries

        return AdditionQueries(self._db)

    @cached_property
    def articles(self) -> ArticleQueries:
        """What was said."""
        from .articles.queries import ArticleQueries

        return ArticleQueries(self._db)

    @cached_property
    def attachments(self) -> AttachmentQueries:
        """The files of articles."""
        from .attachments import AttachmentQueries

        return AttachmentQueries(self._db)

    @cached_property
    def decisions(self) -> DecisionQueries:
        """What people decided."""
        from .decisions import DecisionQueries

        return DecisionQueries(self._db)

    @cached_property
    def deliveries(self) -> DeliveryQueries:
        """How digests were handed on."""
        from .digests import DeliveryQueries

        return DeliveryQueries(self._db)

    @cached_property
    def digests(self) -> DigestQueries:
        """What was drafted and issued."""
        from .digests import DigestQueries

        return DigestQueries(self._db)

    @cached_property
    def edits(self) -> EditQueries:
        """What changed in articles."""
        from .articles.queries import EditQueries

        return EditQueries(self._db)

    @cached_property
    def incidents(self) -> IncidentQueries:
        """What is or was amiss, and who was alerted."""
        from .incidents import IncidentQueries

        return IncidentQueries(self._db)

    @cached_property
    def lists(self) -> ListQueries:
        """What stood on lists."""
        from .lists import ListQueries

        return ListQueries(self._db)

    @cached_property
    def pages(self) -> PageQueries:
        """What is known of addresses, and the responses as received."""
        from .pages import PageQueries

        return PageQueries(self._db)

    @cached_property
    def people(self) -> PeopleQueries:
        """Who may use the desk."""
        from .people import PeopleQueries

        return PeopleQueries(self._db)

    @cached_property
    def queue(self) -> QueueQueries:
        """The stories that wait for a decision."""
        from .queue import QueueQueries

        return QueueQueries(self._db)

    @cached_property
    def relevance(self) -> RelevanceQueries:
        """Why articles are here."""
        from .relevance import RelevanceQueries

        return RelevanceQueries(self._db)

    @cached_property
    def revisions(self) -> RevisionQueries:
        """The versions of articles, and the events."""
        from .revisions import RevisionQueries

        return RevisionQueries(self._db)

    @cached_property
    def runs(self) -> RunQueries:
        """How crawls and imports went."""
        from .runs import RunQueries

        return RunQueries(self._db)

    @cached_property
    def slots(self) -> SlotQueries:
        """The ledger of the timetable."""
        from .slots import SlotQueries

        return SlotQueries(self._db)

    @cached_property
    def sources(self) -> SourceQueries:
        """The sources, and how they are doing."""
        from .sources import SourceQueries

        return SourceQueries(self._db)

    @cached_property
    def stories(self) -> StoryQueries:
        """Which articles belong together."""
        from .stories.queries import StoryQueries

        return StoryQueries(self._db)

    @cached_property
    def maintenance(self) -> Maintenance:
        """The archive as a whole: its integrity, backups, pauses, what may go."""
        from .maintenance import Maintenance

        return Maintenance(self._db, self.path, self.writing)

    @contextmanager
    def writing(self, durability: Durability = Durability.AT_ONCE) -> Iterator[Transaction]:
        """One short transaction that locks first: what it reads stays true until it commits.

        By then it is on the disk, with all that was committed before, and may be told to people.
        Only what can be had again, such as the pages of a crawl, may be `LATER`.

        Raises StorageError if the lock cannot be had in time or the disk does not take it. Nothing
        of the transaction is kept then.
        """
        from .transaction import Checksums, Transaction  # all that writes; who reads does without

        with translate_errors(self.path):
            if durability is not self._durability:
                self._db.execute(f"PRAGMA synchronous = {SYNCHRONOUS[durability]}")
                self._durability = durability
            if self._checksums is None:
                self._checksums = Checksums(self._db)
            self._lock()
            try:
                tx = Transaction(self, self._db, self._checksums)
                yield tx
                tx.flush()
                self._db.execute("COMMIT")
            except BaseException:
                self._checksums.back_to(0)
                self._db.rollback()
                raise

    def _lock(self) -> None:
        """Begin, waiting for other writers. Who has waited in vain waits for a moment only the next
        time: a crawl of many pages must not wait its full time for each of them."""
        try:
            self._begin()
        except StorageError:
            self._wait_at_most(_SECOND_WAIT)
            raise
        if self._patience < database.BUSY_SECONDS:
            self._wait_at_most(database.BUSY_SECONDS)

    def _begin(self) -> None:
        """Begin. Who wants to know of a longer wait is told after a second of it."""
        patience = self._patience
        if patience > _SILENT_WAIT:
            self._wait_at_most(_SILENT_WAIT)
            try:
                self._db.execute("BEGIN IMMEDIATE")
                return
            except StorageError as error:
                if not database.is_locked(error):
                    raise
                self.on_wait(database.writer_of(self.path))
            finally:
                self._wait_at_most(patience)
        self._db.execute("BEGIN IMMEDIATE")

    def _log_wait(self, writer: str) -> None:
        from hubwatch.log_line import log_warning  # who only reads has no use for it

        log_warning("archive_awaited", path=self.path, writer=writer or "another process")

    def _wait_at_most(self, seconds: float) -> None:
        self._patience = seconds
        self._db.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")


def upgrade_archive(path: Path) -> Archive:
    """Open an archive for writing and bring its tables up to date first, whole or not at all. Only
    `hubwatch archive upgrade` and `backup restore` do that. Raises like `Archive.open`, but
    OlderSchema."""
    from . import tables

    _must_exist(path)
    _must_be_writable(path)
    return Archive(_connect(path, Access.WRITE, tables.migrate), path)


def _connect(path: Path, access: Access, prepare: Callable[[Connection, Path], None]) -> Connection:
    database.refuse_cut(path)
    db = database.connect(path, access)
    try:
        if access is not Access.READ:
            database.refuse_faulty(db, path)
        prepare(db, path)
    except BaseException:
        db.close()
        raise
    return db


def _make(db: Connection, path: Path) -> None:
    """Make the tables where there are none. What makes them is loaded only then."""
    if database.is_empty(db):
        from . import tables

        tables.make(db, path)
    database.check_current(db, path)


def is_there(path: Path) -> bool:
    """Whether a file lies where an archive would be. Raises Unreadable where this user may not know
    it or may not read that file, StorageError where there can be none."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):  # a name may hold what none can
        return False
    except PermissionError:
        raise _unreadable(path) from None
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from None
    if not stat.S_ISREG(found.st_mode):
        return False
    if not os.access(path, os.R_OK):
        raise _unreadable(path)
    return True


def _unreadable(path: Path) -> Unreadable:
    folders = reversed(path.absolute().parents)
    return Unreadable(
        "%(path)s: cannot be read by this user; run this as its owner, or check the permissions of "
        "%(place)s",
        path=path,
        place=next((each for each in folders if not os.access(each, os.X_OK)), path),
    )


def _must_exist(path: Path) -> None:
    if not is_there(path):
        raise NoArchive("%(path)s: there is no archive; `hubwatch init` makes one", path=path)


def _must_be_writable(path: Path) -> None:
    # SQLite would open it for reading and fail at the first write; WAL needs the folder too.
    for place in (path, path.absolute().parent):
        if not os.access(place, os.W_OK):
            raise StorageError(
                "%(path)s: cannot be written; check the permissions of %(place)s (reading works)",
                path=path,
                place=place,
            )
