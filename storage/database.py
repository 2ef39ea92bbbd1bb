"""The database: how a file is opened and checked, what every repository says in SQL, how instants
are stored.

Where pysqlite3 is installed it is used, as sqlite-utils does. The whole process then uses that one
build and never mixes it with the standard module. What makes tables is in `tables`: to read an
archive, sqlite-utils with all it imports is not needed.
"""

from __future__ import annotations

import os
import stat
import struct
import time
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from importlib import import_module
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from hubwatch.errors import NewerSchema, OlderSchema, StorageError

if TYPE_CHECKING:
    from .text_index import PendingSamples


def _build() -> Any:
    try:
        return import_module("pysqlite3")
    except ImportError:
        return import_module("sqlite3")


sqlite3 = _build()
"""The very module that sqlite-utils chooses."""

BUSY_SECONDS = 30.0
PAGE_SIZE = 8192
"""Of a new archive, in bytes. What a text writes to pages all over the file, by its hashes, costs a
whole page each."""
_PRIVATE = 0o640
"""Of a new archive: its owner's, and his group's to read. The umask may take more."""
APPLICATION_ID = 0x48554257  # "HUBW"
DAMAGED = "it is damaged: leave it as it is and put a backup in its place"
PERHAPS_INDEX = (
    "it is damaged: `hubwatch archive repair` mends it where only a text index is, else put a "
    "backup in its place"
)
INDEX_DAMAGED = "its text index is damaged: `hubwatch archive repair` makes it again from the texts"


class Access(Enum):
    """What a connection may do."""

    READ = "ro"
    WRITE = "rw"
    CREATE = "rwc"


class Durability(Enum):
    """When a commit is on the disk, so that no power cut takes it back: before it is acknowledged,
    or with the next commit that is `AT_ONCE`."""

    AT_ONCE = "at once"
    LATER = "later"


def version() -> str:
    """The SQLite build in use, for `doctor` and bug reports."""
    return f"SQLite {sqlite3.sqlite_version} ({sqlite3.__name__})"


def connect(path: Path, access: Access) -> Connection:
    """Open a connection in driver autocommit mode: we say BEGIN ourselves.

    Raises StorageError if the file cannot be opened.
    """
    with translate_errors(path):
        if access is Access.CREATE:
            _make_private(path)
        connection = _opened(path, f"mode={access.value}")
        try:
            if access is Access.READ and not _can_read(connection, path):
                connection.close()
                connection = _opened(path, "mode=ro&immutable=1")
            _set_up(connection, access)
            return Connection(connection, path)
        except BaseException:
            connection.close()  # or a damaged file would keep SQLite's own files beside it
            raise


_CACHE_KIB, _LOG_PAGES = 32 * 1024, 4000
"""What a writer keeps of the file in memory at most, and after how many pages in the log these go
into the file. Every new article changes the same pages of many indexes: with SQLite's 2 MB they are
read and written out again and again."""

_STATEMENTS = 1024
"""So many statements are kept prepared. An article takes some hundred, and those that write, with
what sums up their rows, take longer to prepare than to run. A driver whose cache is full of what is
asked once and never again, as when tables are made, prepares all others each time."""


def _make_private(path: Path) -> None:
    """Have a file that others may not read. SQLite makes those beside it alike. What is there
    already, or cannot be made, is left to the driver."""
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE))


def _set_up(connection: Any, access: Access) -> None:
    if access is Access.CREATE and is_empty(connection):
        # The first write is the change to WAL; it takes the two others along. A kill before
        # the tables are there leaves a file that is empty still, and is set up again.
        connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    if access is Access.READ:
        connection.execute("PRAGMA query_only = ON")
    else:
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")


def _opened(path: Path, mode: str) -> Any:
    uri = f"file:{quote(os.fsencode(path.absolute()))}?{mode}"
    return sqlite3.connect(
        uri,
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_STATEMENTS,
    )


def is_empty(connection: Any) -> bool:
    """Whether a file holds no table at all."""
    return not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


def _can_read(connection: Any, path: Path) -> bool:
    """False where reading WAL needs files that we may not make, or for which there is no room, and
    nothing waits in the WAL: then the archive can be read as it lies there."""
    try:
        connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.OperationalError as error:
        words = ("unable to open", "readonly", "disk I/O", "full")
        refused = any(word in str(error) for word in words)
        if not refused or has_bytes(beside(path, "-wal")) or not os.access(path, os.R_OK):
            raise
        return False
    return True


def readable(name: str | os.PathLike[str]) -> str:
    """The name of a file as text that an archive takes: bytes that are no UTF-8 as `\\xff`."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def beside(path: Path, ending: str) -> Path:
    """SQLite's own file beside the archive: `-wal` or `-shm`."""
    return path.with_name(path.name + ending)


def has_bytes(path: Path) -> bool:
    """Whether a file is there and not empty."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):  # a log goes with whoever closes it last
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size > 0


_LOCKS = Path("/proc/locks")
_WRITE_LOCK = 120
"""The byte of `-shm` that a writer locks (SQLite, "WAL-mode File Format", section 2.3.1)."""
_MOST_LETTERS = 200


def writer_of(path: Path) -> str:
    """The process that writes to an archive now, as `1234 (hubwatch crawl --all)`. Empty where
    nobody does, or where this system does not tell: only Linux does (proc_locks(5))."""
    with suppress(OSError, ValueError, IndexError):
        inode = beside(path, "-shm").stat().st_ino
        for line in _LOCKS.read_text("ascii", "replace").splitlines():
            if (found := _writer_in(line.split(), inode)) is not None:
                raw = Path(f"/proc/{found}/cmdline").read_bytes()
                return f"{found} ({' '.join(_arguments(raw))[:_MOST_LETTERS]})"
    return ""


def _writer_in(words: Sequence[str], inode: int) -> int | None:
    """Whose lock a line of /proc/locks is, where it is that of the writer of such a file."""
    if len(words) < 8 or words[1] != "POSIX" or words[3] != "WRITE":
        return None
    first, last = int(words[6]), int(words[7]) if words[7].isdecimal() else _WRITE_LOCK
    is_writer = first <= _WRITE_LOCK <= last and int(words[5].rpartition(":")[2]) == inode
    return int(words[4]) if is_writer else None


def _arguments(raw: bytes) -> list[str]:
    """A command line as people typed it: without the interpreter and its options."""
    letters = [each if each.isprintable() else " " for each in raw.decode("utf-8", "replace")]
    words = "".join(letters).split()
    for place, word in enumerate(words):
        if word == "hubwatch" or word.endswith("/hubwatch"):
            return ["hubwatch", *words[place + 1 :]]
    return words


_COUNTING = Lock()
_FILES: Counter[tuple[int, int]] = Counter()
"""The files this process has open, by device and inode, and how often."""


def in_use(path: Path) -> bool:
    """Whether this process has the file open: POSIX gives up all its locks on a file as soon as it
    closes it by any way, so it must not be looked into beside SQLite."""
    return _FILES[identity_of(path)] > 0


def identity_of(path: Path) -> tuple[int, int]:
    """Which file it is: its device and inode. Raises OSError where there is none."""
    found = path.stat()
    return found.st_dev, found.st_ino


class Connection:
    """A connection whose errors are told as ours, for reads and writes alike.

    `conn` is the driver's own. What is asked of that is not told so. `samples` are those of new
    texts that wait for the commit, None outside a transaction that has them wait.
    """

    def __init__(self, connection: Any, path: Path) -> None:
        self.conn = connection
        self.samples: PendingSamples | None = None
        self.translating = translate_errors(path)
        self._file: tuple[int, int] | None = identity_of(path)
        with _COUNTING:
            _FILES[self._file] += 1

    def close(self) -> None:
        """Close the connection, and what SQLite keeps beside the file."""
        self.conn.close()
        with _COUNTING:
            if self._file is not None:
                _FILES[self._file] -= 1
                self._file = None

    def execute(self, sql: str, parameters: Any = None) -> Any:
        """Run one statement and return its cursor. Raises StorageError."""
        with self.translating:
            return self.conn.execute(sql, () if parameters is None else parameters)

    def rollback(self) -> None:
        """End the transaction, if there is one, with nothing of it kept."""
        self.samples = None
        if self.conn.in_transaction:
            self.conn.execute("ROLLBACK")

    def query(self, sql: str, params: Any = None) -> Generator[dict[Any, Any], None, None]:
        """Rows as dictionaries, all fetched at once. sqlite-utils' own sets a savepoint around each
        question asked in a transaction, in case it writes. Ours only read."""
        cursor = self.execute(sql, params)
        with self.translating:
            found = cursor.fetchall()
        names = [column[0] for column in cursor.description] if found else ()
        return (dict(zip(names, row, strict=True)) for row in found)


def rows_one_by_one(db: Connection, sql: str, parameters: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Rows of a question that may have far more than are wanted. An error in their midst is told as
    one at the beginning."""
    cursor = db.execute(sql, list(parameters))
    while True:
        with db.translating:
            row = cursor.fetchone()
        if row is None:
            return
        yield row


class translate_errors:  # noqa: N801 - used like a function
    """Tell SQLite's errors as one line that names the archive. Let our own bugs through."""

    # No generator: it is entered for every statement.
    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Nothing to be done before."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, sqlite3.DatabaseError):
            if isinstance(error, sqlite3.IntegrityError) and str(error) != _WHILE_MERGING:
                return
            said = _one_line(str(error))
            raise StorageError(f"{self._path}: {said}{_advice(str(error))}") from error
        if isinstance(error, UnicodeDecodeError):
            # The driver cannot put into words what SQLite says: it quotes bytes that are no text.
            said = _one_line(bytes(error.object).decode("utf-8", "replace"))
            raise StorageError(f"{self._path}: {said}; {DAMAGED}") from error


_WHILE_MERGING = "constraint failed"
"""What SQLite says without a column, and so of no table of ours: the parts of a text index are
merged while something is written, and the list of these parts is damaged."""
_LONGEST = 300


def _one_line(said: str) -> str:
    """What SQLite says, which may quote lines of a damaged file."""
    shown = "".join(char if char.isprintable() else " " for char in said[:_LONGEST])
    return " ".join(shown.split()) + (" …" if len(said) > _LONGEST else "")


def is_locked(error: Exception) -> bool:
    """Whether this says that somebody else holds the lock of an archive."""
    return _is_locked(str(error.__cause__ or error))


def _is_locked(message: str) -> bool:
    return "locked" in message


def _advice(message: str) -> str:
    if "vtable constructor" in message:  # such an index cannot even be dropped
        return f"; {DAMAGED}"
    if message == _WHILE_MERGING or "fts5" in message:
        return f"; {INDEX_DAMAGED}"
    if _is_locked(message):
        return "; another process is writing, try again or wait longer"
    if "full" in message or "disk I/O" in message:
        return "; free some space on that disk"
    if "readonly" in message or "read-only" in message:
        return "; check the permissions of the file and its folder"
    if "unable to open" in message:
        return "; check that file and folder are there and may be read and written"
    if "not a database" in message:
        return (
            "; not a Hubwatch archive, and left as it is: --db or the configuration may name "
            "another, or put a backup in its place if it once was one"
        )
    if "disk image is malformed" in message:  # nor does SQLite say which part of it
        return f"; {PERHAPS_INDEX}"
    if "malformed" in message:
        return f"; {DAMAGED}"
    return ""


# What every repository says in SQL: insert rows, select one, ask for some values at a time.

T = TypeVar("T")
Row = Mapping[str, Any]
"""A row as the driver gives it."""
AT_A_TIME = 500
"""So many values go into one statement."""
_VALUES = 2000
"""In one statement that inserts, at most. More gain nothing, and SQLite has a bound."""


def insert(db: Connection, table: str, values: dict[str, Any]) -> int:
    """Insert a row and return its number."""
    sql = _insertion(table, tuple(values))
    return int(db.execute(sql, list(values.values())).lastrowid or 0)


def insert_all(
    db: Connection, table: str, columns: str, rows: Iterable[Sequence[Any]], then: str = ""
) -> None:
    """Insert rows, in their order, several with one statement: one for each row takes more than
    twice as long. `columns` are their names with commas. `then` is what follows the values, such
    as ON CONFLICT. Raises StorageError."""
    width = columns.count(",") + 1
    row_marks = f"({', '.join('?' * width)})"
    left = iter(rows)
    while some := list(islice(left, _VALUES // width)):
        several = ", ".join([row_marks] * len(some))
        sql = f"INSERT INTO {table} ({columns}) VALUES {several} {then}"
        db.execute(sql, [value for row in some for value in row])


def one(db: Connection, sql: str, parameters: Sequence[Any] = ()) -> Row:
    """The first row of a query. Raises LookupError where there is none."""
    row = maybe(db, sql, parameters)
    if row is None:
        raise LookupError(f"no such row: {sql} {list(parameters)}")
    return row


def maybe(db: Connection, sql: str, parameters: Sequence[Any] = ()) -> Row | None:
    """The first row of a query. None where there is none."""
    return next(iter(db.query(sql, list(parameters))), None)


def count(db: Connection, what: str, parameters: Sequence[Any] = ()) -> int:
    """How many rows there are of `what` stands behind FROM in a query."""
    return int(db.execute(f"SELECT count(*) FROM {what}", list(parameters)).fetchone()[0])


def marks(values: Sequence[object]) -> str:
    """Question marks for so many values: `?, ?, ?`."""
    return ", ".join("?" * len(values))


def batches(values: Sequence[T], size: int = AT_A_TIME) -> Iterator[list[T]]:
    """The values, so many at a time."""
    for start in range(0, len(values), size):
        yield list(values[start : start + size])


@cache
def _insertion(table: str, names: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks(names)})"


# Instants as the archive stores them: UTC text of fixed width, which sorts as it should.


def stamp(instant: datetime) -> str:
    """`2026-11-23T22:49:41.123Z` for an aware datetime. Raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def unstamp(text: str) -> datetime:
    """The inverse of `stamp`."""
    return datetime.fromisoformat(text)


def unstamp_or_none(text: str | None) -> datetime | None:
    """The same for a column that may be empty."""
    return unstamp(text) if text else None


# The checks when an archive is opened: is the file ours, is it up to date, is it damaged.

MIGRATION_SET = "hubwatch"
NAMES = [
    "m001_archive",
    "m002_source_checks",
    "m003_witnesses",
    "m004_lessons",
    "m005_sentences",
    "m006_machine",
    "m007_ages",
    "m008_stated",
    "m009_offers",
    "m010_checksums",
    "m011_saved_searches",
    "m012_events",
    "m013_facts",
    "m014_contradictions",
    "m015_samples",
    "m016_fact_reviews",
    "m017_api",
    "m018_event_keys",
    "m019_slices",
    "m020_subscriptions",
    "m021_renderings",
    "m022_remote_attempts",
    "m023_event_facts",
    "m024_less_written",
    "m025_readings",
    "m026_flat",
    "m027_event_sums",
    "m028_unread",
]
"""Every change of the tables there is, in order: each a module in `migrations` and the function in
it. Those that were released never change."""

SHAPE = 0x333298BB
"""What an archive keeps as its `user_version`: a checksum of what `m001_archive` makes. Until 0.1.0
is tagged that may change, and an archive from before has the same name and other tables."""

_APPLIED = "_sqlite_migrations"  # sqlite-utils keeps them there
_STRANGE = (
    "%(path)s: not a Hubwatch archive, and left as it is; --db or the configuration may name "
    "another"
)
_DRAFT = (
    "%(path)s: made by a Hubwatch from before 0.1.0 with other tables, no upgrade leads from "
    "there; move it away, and `hubwatch init` makes a new one"
)
_EMPTY = (
    "%(path)s: not a Hubwatch archive, it holds nothing (put a backup in its place if it once "
    "did); `hubwatch init` makes one"
)


def applied(db: Connection) -> tuple[str, ...]:
    """The changes of the tables that a file has, in the order in which they were made."""
    if not db.execute(f"SELECT 1 FROM sqlite_master WHERE name = '{_APPLIED}'").fetchone():
        return ()
    sql = f"SELECT name FROM {_APPLIED} WHERE migration_set = ? ORDER BY rowid"
    return tuple(row[0] for row in db.execute(sql, [MIGRATION_SET]).fetchall())


def pending(db: Connection) -> tuple[str, ...]:
    """The changes of the tables that a file lacks, in order."""
    there = applied(db)
    return tuple(name for name in NAMES if name not in there)


def check_current(db: Connection, path: Path) -> None:
    """Refuse what is not ours to use as it is. Writes nothing. Raises as `check`, OlderSchema."""
    check(db, path)
    if pending(db):
        raise OlderSchema(
            "%(path)s: written by an older Hubwatch; `hubwatch archive upgrade` brings it up to "
            "date",
            path=path,
        )


def check(db: Connection, path: Path) -> None:
    """Refuse what is not an archive, and what a newer Hubwatch wrote. Writes nothing."""
    with translate_errors(path):
        if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise StorageError(_EMPTY if is_empty(db) else _STRANGE, path=path)
        there = applied(db)
        shape = db.execute("PRAGMA user_version").fetchone()[0]
    if there and shape != SHAPE:
        raise StorageError(_DRAFT, path=path)
    strange = sorted(set(there) - set(NAMES))
    if strange:
        raise NewerSchema(
            "%(path)s: written by a newer Hubwatch (%(changes)s); upgrade this one",
            path=path,
            changes=", ".join(strange),
        )
    if not there:
        raise StorageError(_EMPTY, path=path)


# Damage that shows when an archive is opened: a file that was cut, a lost -wal, faulty pages.

LOOK_SECONDS = 0.1
"""So long is looked for faulty pages at the start: enough for all of a small archive, and for a
good part of a large one."""

_MAGIC = b"SQLite format 3\x00"
_HEAD = 100
_SHM_BYTES = 136
_STEPS = 2000


def refuse_cut(path: Path) -> None:
    """Raise StorageError if the file is shorter than it says, or if its -wal was taken away.

    Reads the headers of SQLite's file format (sections 1.3 of "Database File Format" and 2.1 of
    "WAL-mode File Format") without SQLite, which would begin by writing. Only where this process
    has the file not open yet: closing it a second way would give up SQLite's locks.
    """
    if not has_bytes(path) or in_use(path) or has_bytes(beside(path, "-wal")):
        return  # with a WAL, the file may lag behind; SQLite knows
    lost = _lost_pages(beside(path, "-shm"))
    if lost and not beside(path, "-wal").exists():
        raise StorageError(
            "%(path)s: its -wal is missing, which held %(lost)s pages that were not yet in the "
            "file; put it back beside the file, or put a backup in its place",
            path=path,
            lost=lost,
        )
    # Looked at twice: between two glances another process may have written.
    if _missing_bytes(path) and not has_bytes(beside(path, "-wal")):
        missing = _missing_bytes(path)
        if missing:
            raise StorageError(
                "%(path)s: %(missing)s bytes are missing at its end; it is damaged: leave it as it "
                "is and put a backup in its place",
                path=path,
                missing=f"{missing:,}",
            )


def _missing_bytes(path: Path) -> int:
    with path.open("rb") as file:
        head = file.read(_HEAD)
        size = file.seek(0, 2)
    if len(head) < _HEAD:
        return _HEAD - len(head)
    if not head.startswith(_MAGIC):
        return 0  # SQLite will say that this is no database
    (page,) = struct.unpack(">H", head[16:18])
    changes, pages = struct.unpack(">II", head[24:32])
    (valid_for,) = struct.unpack(">I", head[92:96])
    expected = pages * (65536 if page == 1 else page) if changes == valid_for else 0
    return int(max(0, expected - size))


def _lost_pages(shm: Path) -> int:
    """How many pages were in the WAL and not in the file when the -shm was last written."""
    try:
        with shm.open("rb") as file:
            head = file.read(_SHM_BYTES)
    except OSError:
        return 0
    if len(head) < _SHM_BYTES or head[:48] != head[48:96] or not head[12]:
        return 0
    (frames,) = struct.unpack("=I", head[16:20])
    (moved,) = struct.unpack("=I", head[96:100])
    return int(max(0, frames - moved))


def refuse_faulty(db: Connection, path: Path) -> None:
    """Raise StorageError if pages are faulty, as far as that shows in `LOOK_SECONDS`.

    An index of texts that drifted is no reason to refuse: it can be made again.
    """
    until = time.monotonic() + LOOK_SECONDS
    connection: Any = db.conn
    connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
    try:
        with translate_errors(path):
            found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(5)").fetchall()]
    except StorageError as error:
        if isinstance(error.__cause__, sqlite3.OperationalError) and time.monotonic() > until:
            return
        raise
    finally:
        connection.set_progress_handler(None, _STEPS)
    faults = [fault for fault in found if fault != "ok" and "fts" not in fault.lower()]
    if faults:
        raise StorageError(
            "%(path)s: %(fault)s; it is damaged: leave it as it is and put a backup in its place",
            path=path,
            fault=" ".join(faults[0].split()),
        )
