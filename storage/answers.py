"""Answers: what was asked and answered while a slice was crawled elsewhere, as a file of its own.

A worker writes one, exchange by exchange. Where it comes back it is taken for hostile: a child
process with limits reads it, checks every value, and passes on plain bytes, which are checked once
more. Nothing of the file is ever opened as a database in the process that writes the archive.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import resource
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self
from urllib.parse import quote

import zstandard

from hubwatch.errors import HubwatchError, StorageError
from hubwatch.patterns import lazy_pattern

from .database import sqlite3, stamp, translate_errors, unstamp
from .types import Outcome

FORMAT = 1
_APPLICATION_ID = 0x48554241  # "HUBA"
MOST_BYTES = 1024**3
"""An answer is no larger, and no more is taken in hand."""
MOST_EXPANDED = 4 * 1024**3
"""So many bytes are all bodies of an answer together, unpacked."""
MOST_BODY = 128 * 1024**2
MOST_EXCHANGES = 200_000
MOST_HEADS = 128 * 1024**2
"""So many bytes is all of an answer but its bodies, as the child passes it on: that is kept in
memory while it is merged."""
_MOST_HEADERS, _MOST_HEAD, _LONGEST_HEADER = 300, 256 * 1024, 64 * 1024
_LONGEST_URL, _LONGEST_TAG, _LONGEST_SENT, _LONGEST_REASON = 16_384, 2_000, 1024**2, 500
_LONGEST_NAME = 100
_MOST_CERTIFICATES = 1_000
_LONGEST_LINE = 2 * 1024**2
_CHECK_SECONDS, _CHECK_CPU_SECONDS, _CHECK_MEMORY = 600, 300, 1024**3
JOB = lazy_pattern(r"[A-Za-z0-9._-]{1,64}")
"""How a job may be called."""
_SHA256 = lazy_pattern(r"[0-9a-f]{64}")
_TOKEN = lazy_pattern(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
"""The name of a header (RFC 9110, section 5.6.2)."""
_METHODS = ("GET", "POST")
_HOST = lazy_pattern(r"[a-z0-9.:\[\]_-]{1,255}")

_SCHEMA = (
    "CREATE TABLE answer (id INTEGER PRIMARY KEY, format INTEGER NOT NULL, job TEXT NOT NULL, "
    "attempt INTEGER NOT NULL, source TEXT NOT NULL, slice TEXT NOT NULL, node TEXT NOT NULL, "
    "began_at TEXT NOT NULL, ended_at TEXT, outcome TEXT, reason TEXT NOT NULL) STRICT",
    "CREATE TABLE exchanges (id INTEGER PRIMARY KEY, method TEXT NOT NULL, url TEXT NOT NULL, "
    "sent BLOB NOT NULL, etag TEXT, modified TEXT, asked_at TEXT NOT NULL, seconds REAL NOT NULL, "
    "status INTEGER, headers TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL, "
    "body BLOB NOT NULL, fault TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL) STRICT",
    "CREATE TABLE certificates (id INTEGER PRIMARY KEY, host TEXT NOT NULL, "
    "not_after TEXT NOT NULL) STRICT",
)


class AnswerRefused(HubwatchError):
    """An answer that is not used: damaged, hostile, too large, or not what it says it is. The
    message is one line and quotes nothing of it but what was checked."""


@dataclass(frozen=True, slots=True)
class SentRequest:
    """What was asked for: a request, by all that matters for its answer. `sent` is the posted body,
    `etag` and `modified` are what was asked with conditionally, as they stood in the request."""

    method: str
    url: str
    sent: bytes = b""
    etag: str | None = None
    modified: str | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and what came of it: an answer as received, before any content coding is taken off,
    or the fault that ended it (`fault` is its kind, `outcome` its word). `status` is None for a
    fault. `seconds` is how long it took once it was its turn."""

    asked: SentRequest
    asked_at: datetime
    seconds: float
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    fault: str = ""
    outcome: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AnswerHead:
    """Whose answer it is: job, attempt and source, the checksum of the slice, the machine that
    crawled (`node`), when, and how that ended. `ended_at` is None where it has not."""

    job: str
    attempt: int
    source: str
    slice: str
    node: str
    began_at: datetime
    ended_at: datetime | None = None
    outcome: str | None = None
    reason: str = ""


FAULTS = ("fault", "passing", "unreachable", "refused")
"""The kinds of faults: final, over in a moment perhaps, no connection came about (this time, or by
refusal)."""


class AnswerFile:
    """An answer while it is made. Every exchange is on the disk before its crawl goes on, so that a
    kill costs none of them."""

    def __init__(self, path: Path, head: AnswerHead) -> None:
        """Go on with the answer that is there, if it is of the same slice, else begin a new one.
        Raises StorageError."""
        self.path = path
        self._translating = translate_errors(path)
        with self._translating:
            self._db = self._opened(head)
            row = self._db.execute("SELECT began_at FROM answer").fetchone()
        self.began_at = unstamp(row[0])
        self._packer = zstandard.ZstdCompressor(level=3)
        self._bytes = path.stat().st_size

    def _opened(self, head: AnswerHead) -> Any:
        found = _existing(self.path, head)
        if found is not None:
            return found
        for beside in (self.path, *_companions(self.path)):
            beside.unlink(missing_ok=True)
        os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640))
        db = _connected(self.path, "rw")
        db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("BEGIN IMMEDIATE")
        for sql in _SCHEMA:
            db.execute(sql)
        db.execute(
            "INSERT INTO answer VALUES (1, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, '')",
            [FORMAT, head.job, head.attempt, head.source, head.slice, head.node[:_LONGEST_NAME],
             stamp(head.began_at)],
        )  # fmt: skip
        db.execute("COMMIT")
        return db

    @property
    def is_full(self) -> bool:
        """Whether it is as large as an answer may be."""
        return self._bytes >= MOST_BYTES - MOST_BODY

    def recorded(self) -> tuple[Exchange, ...]:
        """What was recorded so far, in order, without the bodies."""
        with self._translating:
            found = self._db.execute(
                "SELECT method, url, sent, etag, modified, asked_at, seconds, status, headers, "
                "fault, outcome, reason FROM exchanges ORDER BY id"
            ).fetchall()
        return tuple(_trusted_exchange(row) for row in found)

    def body(self, place: int) -> bytes:
        """The body of a recorded exchange, by its place. None was ever removed."""
        with self._translating:
            sql = "SELECT body FROM exchanges ORDER BY id LIMIT 1 OFFSET ?"
            (packed,) = self._db.execute(sql, [place]).fetchone()
        return zstandard.ZstdDecompressor().decompress(packed) if packed else b""

    def record(self, exchange: Exchange) -> None:
        """Record one exchange."""
        packed = self._packer.compress(exchange.body) if exchange.body else b""
        self._bytes += len(packed) + 1024
        asked = exchange.asked
        values = [
            asked.method, asked.url, asked.sent, asked.etag, asked.modified,
            stamp(exchange.asked_at), round(exchange.seconds, 3), exchange.status,
            json.dumps(_usual(exchange.headers)), len(exchange.body),
            hashlib.sha256(exchange.body).hexdigest(), packed, exchange.fault, exchange.outcome,
            " ".join(exchange.reason.split())[:_LONGEST_REASON],
        ]  # fmt: skip
        with self._translating:
            self._db.execute(
                f"INSERT INTO exchanges VALUES (NULL, {', '.join('?' * len(values))})", values
            )

    def record_certificate(self, host: str, until: datetime) -> None:
        """Record until when the certificate of a host is valid."""
        with self._translating:
            self._db.execute("INSERT INTO certificates VALUES (NULL, ?, ?)", [host, stamp(until)])

    def finish(self, outcome: Outcome, reason: str, now: datetime) -> None:
        """Say how the crawl ended, and make one file of it."""
        reason = " ".join(reason.split())[:_LONGEST_REASON]
        with self._translating:
            self._db.execute(
                "UPDATE answer SET ended_at = ?, outcome = ?, reason = ?",
                [stamp(now), outcome.value, reason],
            )

    def close(self) -> None:
        """Close the file, which then is all there is of it."""
        with self._translating:
            self._db.execute("PRAGMA journal_mode = DELETE")
            self._db.close()

    @property
    def count(self) -> int:
        """How many exchanges it has."""
        with self._translating:
            return int(self._db.execute("SELECT count(*) FROM exchanges").fetchone()[0])


def _usual(headers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers without those that would not pass where the answer comes back: servers send the
    strangest things."""
    kept: list[tuple[str, str]] = []
    total = 0
    for name, value in headers:
        total += len(name) + len(value)
        if len(kept) < _MOST_HEADERS and total <= _MOST_HEAD and _is_header(name, value):
            kept.append((name, value))
    return kept


def _is_header(name: str, value: str) -> bool:
    if not _TOKEN.fullmatch(name) or len(value) > _LONGEST_HEADER:
        return False
    return not any(ord(char) > 255 or char in "\0\r\n" for char in value)


def _existing(path: Path, head: AnswerHead) -> Any:
    """An answer that was begun for the same attempt and slice, open. None where there is none."""
    if not path.exists():
        return None
    try:
        db = _connected(path, "rw")
    except sqlite3.DatabaseError:
        return None
    try:
        sql = "SELECT job, attempt, source, slice, ended_at FROM answer"
        of = (head.job, head.attempt, head.source, head.slice, None)
        if db.execute(sql).fetchone() == of:
            db.execute("PRAGMA journal_mode = WAL")
            return db
    except sqlite3.DatabaseError:
        pass  # another file by chance: it is replaced
    db.close()
    return None


def _connected(path: Path, mode: str) -> Any:
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
    db = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA synchronous = NORMAL")
    return db


def _companions(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))


def _trusted_exchange(row: Sequence[Any]) -> Exchange:
    """A row of our own file, without the body."""
    asked = SentRequest(row[0], row[1], row[2], row[3], row[4])
    headers = tuple((name, value) for name, value in json.loads(row[8]))
    at, seconds, status = unstamp(row[5]), row[6], row[7]
    return Exchange(asked, at, seconds, status, headers, b"", row[9], row[10], row[11])


# What came back: checked in a child, and passed on as plain lines and bytes.


@dataclass(frozen=True, slots=True)
class _Placed:
    """An exchange without its body, and where that stands."""

    exchange: Exchange
    offset: int
    size: int


class CheckedAnswer:
    """An answer that passed. Its exchanges are read from a file of our own making. Close it."""

    def __init__(
        self,
        head: AnswerHead,
        exchanges: Sequence[_Placed],
        certificates: Sequence[tuple[str, datetime]],
        bodies: BinaryIO,
    ) -> None:
        self.head = head
        self.certificates = tuple(certificates)
        self._placed = tuple(exchanges)
        self._bodies = bodies

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """All of them in order, without their bodies."""
        return tuple(each.exchange for each in self._placed)

    def body(self, number: int) -> bytes:
        """The body of an exchange, by its place."""
        placed = self._placed[number]
        self._bodies.seek(placed.offset)
        return self._bodies.read(placed.size)

    def close(self) -> None:
        """Give up what it is read from."""
        self._bodies.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came: a private copy of it, its size and checksum."""

    path: Path
    bytes: int
    sha256: str


@contextmanager
def received(path: Path, most: int = MOST_BYTES) -> Iterator[Received]:
    """A copy of a file that nobody else writes to, as long as the block lasts. Raises AnswerRefused
    for what is no regular file or larger than `most` bytes, StorageError where it cannot be
    copied."""
    with tempfile.TemporaryDirectory(prefix="hubwatch-answer-") as folder:
        kept = Path(folder, "answer")
        digest, size = hashlib.sha256(), 0
        try:
            # Without waiting, as at a pipe, and without following a link at the end.
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
            with os.fdopen(descriptor, "rb") as source, kept.open("xb") as target:
                found = os.fstat(source.fileno())
                if not stat.S_ISREG(found.st_mode):
                    raise AnswerRefused("it is no regular file")
                if found.st_size > most:
                    raise AnswerRefused(f"it has more than {most:,} bytes")
                while part := source.read(1024 * 1024):
                    size += len(part)
                    if size > most:
                        raise AnswerRefused(f"it has more than {most:,} bytes")
                    digest.update(part)
                    target.write(part)
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}") from error
        yield Received(kept, size, digest.hexdigest())


_CODE = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from storage.answers import check_main; check_main(sys.argv[2], int(sys.argv[3]))"
)
_PASSED, _REFUSED = 0, 3


def checked(answer: Received) -> CheckedAnswer:
    """The answer, once a child has looked at every value of it. Raises AnswerRefused."""
    bodies = tempfile.TemporaryFile(prefix="hubwatch-answer-")  # noqa: SIM115 - goes to the caller
    try:
        ended = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-I", "-S", "-c", _CODE, json.dumps(sys.path), str(answer.path),
             str(os.getpid())],
            stdin=subprocess.DEVNULL, stdout=bodies, stderr=subprocess.PIPE,
            timeout=_CHECK_SECONDS, check=False, env={}, cwd="/",
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        bodies.close()
        raise AnswerRefused("checking it took too long") from None
    try:
        if ended.returncode == _REFUSED:
            said = ended.stderr.decode("utf-8", "replace")[:_LONGEST_REASON]
            raise AnswerRefused(_one_line(said) or "it is damaged")
        if ended.returncode != _PASSED:
            raise AnswerRefused(
                f"checking it took more than {_CHECK_MEMORY >> 20} MiB of memory, more than "
                f"{_CHECK_CPU_SECONDS} s, or broke"
            )
        return _passed(bodies)
    except BaseException:
        bodies.close()
        raise


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _passed(bodies: BinaryIO) -> CheckedAnswer:
    """What a child passed on, checked once more: a file may have got the better of it."""
    bodies.seek(0)
    head = _head_from(_line(bodies))
    certificates = [_certificate_from(each) for each in _listed(_line(bodies), _MOST_CERTIFICATES)]
    placed: list[_Placed] = []
    heads = 0
    while True:
        before = bodies.tell()
        line = _line(bodies)
        heads += bodies.tell() - before
        if heads > MOST_HEADS:
            raise AnswerRefused("it holds more than an answer may")
        if line is None:
            return CheckedAnswer(head, placed, certificates, bodies)
        size = _whole(line.pop("size", None) if isinstance(line, dict) else None, MOST_BODY)
        exchange = _exchange_from(line)
        placed.append(_Placed(exchange, bodies.tell(), size))
        bodies.seek(size, os.SEEK_CUR)
        if len(placed) > MOST_EXCHANGES:
            raise AnswerRefused(f"it has more than {MOST_EXCHANGES:,} exchanges")


def _line(file: BinaryIO) -> Any:
    data = file.readline(_LONGEST_LINE)
    if not data.endswith(b"\n"):
        raise AnswerRefused("what its check passed on is cut short")
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise AnswerRefused("what its check passed on is not readable") from None


def check_main(path: str, parent: int) -> None:
    """The child: read an answer within limits, and write its values to standard output. What is
    wrong with it goes to standard error, with exit code 3."""
    _limit(parent)
    try:
        _check(Path(path), sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except AnswerRefused as refusal:
        sys.stderr.write(str(refusal))
        raise SystemExit(_REFUSED) from None
    except (sqlite3.Error, UnicodeError) as error:
        sys.stderr.write(f"it is damaged: {_one_line(str(error))[:200]}")
        raise SystemExit(_REFUSED) from None


def _limit(parent: int) -> None:
    """Die with the parent, and have no more memory, time and file space than an answer needs."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
    most = {
        resource.RLIMIT_AS: _CHECK_MEMORY,
        resource.RLIMIT_CPU: _CHECK_CPU_SECONDS,
        resource.RLIMIT_FSIZE: MOST_EXPANDED + MOST_BYTES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 16,
    }
    for kind, bound in most.items():
        hard = resource.getrlimit(kind)[1]
        limit = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(kind, (limit, limit))


def _check(path: Path, out: BinaryIO) -> None:
    _check_bytes(path)
    db = sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)
    _harden(db)
    _check_schema(db)
    found = db.execute("PRAGMA quick_check(1)").fetchone()
    if found != ("ok",):
        raise AnswerRefused("it is damaged")
    rows = db.execute("SELECT * FROM answer LIMIT 2").fetchall()
    if len(rows) != 1:
        raise AnswerRefused("it does not say whose answer it is")
    _put(out, _head_as_data(rows[0]))
    rows = db.execute("SELECT host, not_after FROM certificates LIMIT ?", [_MOST_CERTIFICATES + 1])
    _put(out, [list(row) for row in rows.fetchall()])
    expanded = heads = 0
    for number, row in enumerate(db.execute("SELECT * FROM exchanges ORDER BY id"), 1):
        body = _body_of(row)
        expanded += len(body)
        if expanded > MOST_EXPANDED or number > MOST_EXCHANGES:
            raise AnswerRefused("it holds more than an answer may")
        data = _exchange_as_data(row)
        _exchange_from(data)  # what is wrong with it is told here
        heads += _put(out, {**data, "size": len(body)})
        if heads > MOST_HEADS:
            raise AnswerRefused("it holds more than an answer may")
        out.write(body)
    out.write(b"null\n")


def _check_bytes(path: Path) -> None:
    """That the file is as long as it says, and needs none beside it (SQLite, "Database File
    Format", section 1.3)."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(100)
    if len(head) < 100 or not head.startswith(b"SQLite format 3\x00"):
        raise AnswerRefused("it is no database")
    if head[18:20] != b"\x01\x01":
        raise AnswerRefused("it was not finished: something of it stands in another file")
    page = int.from_bytes(head[16:18], "big")
    pages = int.from_bytes(head[28:32], "big")
    if pages * (65536 if page == 1 else page) != size:
        raise AnswerRefused(f"it says that it has another size than its {size:,} bytes")
    if int.from_bytes(head[68:72], "big") != _APPLICATION_ID:
        raise AnswerRefused("it is no answer")


def _harden(db: Any) -> None:
    """Let nothing in the file act: no functions, triggers, views or other files."""
    for name, value in (
        ("trusted_schema", "OFF"),
        ("cell_size_check", "ON"),
        ("mmap_size", "0"),
        ("query_only", "ON"),
        ("temp_store", "MEMORY"),
        ("cache_size", "-8192"),
    ):
        db.execute(f"PRAGMA {name} = {value}")
    if hasattr(db, "setlimit"):
        db.setlimit(0, MOST_BODY)  # SQLITE_LIMIT_LENGTH
        db.setlimit(7, 0)  # SQLITE_LIMIT_ATTACHED
    db.set_authorizer(_authorize)


def _authorize(action: int, one: str | None, two: str | None, *rest: object) -> int:
    reads = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
    asks = action == sqlite3.SQLITE_PRAGMA and one == "quick_check"
    return int(sqlite3.SQLITE_OK if action in reads or asks else sqlite3.SQLITE_DENY)


def _check_schema(db: Any) -> None:
    """That its tables are exactly ours, with nothing beside them."""
    sql = "SELECT type, name, tbl_name, sql FROM sqlite_master LIMIT 50"
    with contextlib.closing(sqlite3.connect(":memory:")) as ours:
        for statement in _SCHEMA:
            ours.execute(statement)
        expected = set(ours.execute(sql).fetchall())
    found = db.execute(sql).fetchall()
    if len(found) != len(expected) or set(found) != expected:
        strange = [row for row in found if row not in expected]
        kind = strange[0][0] if strange else "table"
        known = kind if kind in ("table", "view", "trigger", "index") else "thing"
        raise AnswerRefused(
            f"it has more than the tables of an answer: a {known}"
            if strange
            else "it lacks a table"
        )


def _body_of(row: Sequence[Any]) -> bytes:
    size, digest, packed = row[10], row[11], row[12]
    _whole(size, MOST_BODY)
    if not isinstance(packed, bytes):
        raise AnswerRefused("a body is no bytes")
    body = b""
    if packed:
        try:
            if zstandard.frame_content_size(packed) != size:
                raise AnswerRefused("a body has another size than it says")
            body = zstandard.ZstdDecompressor(max_window_size=2**27).decompress(packed)
        except zstandard.ZstdError:
            raise AnswerRefused("a body cannot be unpacked") from None
    if len(body) != size or hashlib.sha256(body).hexdigest() != digest:
        raise AnswerRefused("a body is not what its checksum says")
    return body


def _put(out: BinaryIO, data: object) -> int:
    line = json.dumps(data).encode("ascii")
    if len(line) >= _LONGEST_LINE:
        raise AnswerRefused("a value is too long")
    return out.write(line + b"\n")


def _head_as_data(row: Sequence[Any]) -> dict[str, Any]:
    names = ("format", "job", "attempt", "source", "slice", "node", "began_at", "ended_at",
             "outcome", "reason")  # fmt: skip
    return dict(zip(names, row[1:], strict=True))


def _exchange_as_data(row: Sequence[Any]) -> dict[str, Any]:
    sent = row[3]
    if not isinstance(sent, bytes):
        raise AnswerRefused("what was sent is no bytes")
    return {
        "method": row[1], "url": row[2], "sent": sent.hex(), "etag": row[4], "modified": row[5],
        "asked_at": row[6], "seconds": row[7], "status": row[8],
        "headers": _headers_as_data(row[9]), "fault": row[13], "outcome": row[14],
        "reason": row[15],
    }  # fmt: skip


def _headers_as_data(text: Any) -> Any:
    try:
        return json.loads(_text(text, _MOST_HEAD))
    except (ValueError, RecursionError):
        raise AnswerRefused("headers are not readable") from None


# The checks of single values. The child makes them, and the parent once more.


def _text(value: Any, most: int) -> str:
    if not isinstance(value, str) or len(value) > most or "\x00" in value:
        raise AnswerRefused("a text is missing or too long")
    return value


def _text_or_none(value: Any, most: int) -> str | None:
    return None if value is None else _text(value, most)


def _whole(value: Any, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise AnswerRefused("a number is missing or out of bounds")
    return value


def _moment(value: Any) -> datetime:
    try:
        found = unstamp(_text(value, 40))
    except ValueError:
        raise AnswerRefused("a time is not readable") from None
    if found.tzinfo is None or not 1970 <= found.year <= 9000:
        raise AnswerRefused("a time is out of bounds")
    return found.astimezone(UTC)


def _listed(value: Any, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise AnswerRefused("a list is missing or too long")
    return value


def _fields(value: Any, names: Sequence[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != set(names):
        raise AnswerRefused("values are missing")
    return value


def _head_from(value: Any) -> AnswerHead:
    found = _fields(value, ("format", *AnswerHead.__dataclass_fields__))
    if found["format"] != FORMAT:
        raise AnswerRefused("it was written by another version")
    head = AnswerHead(
        job=_text(found["job"], 64),
        attempt=_whole(found["attempt"], 10**9),
        source=_text(found["source"], 64),
        slice=_text(found["slice"], 64),
        node=_one_line(_text(found["node"], _LONGEST_NAME)),
        began_at=_moment(found["began_at"]),
        ended_at=None if found["ended_at"] is None else _moment(found["ended_at"]),
        outcome=_text_or_none(found["outcome"], 40),
        reason=_one_line(_text(found["reason"], _LONGEST_REASON)),
    )
    if not JOB.fullmatch(head.job) or not _SHA256.fullmatch(head.slice):
        raise AnswerRefused("it does not say whose answer it is")
    if head.outcome is not None and head.outcome not in tuple(Outcome):
        raise AnswerRefused("its outcome is no word of ours")
    return head


def _certificate_from(value: Any) -> tuple[str, datetime]:
    host, until = [*_listed(value, 2), None, None][:2]
    if not _HOST.fullmatch(_text(host, 255)):
        raise AnswerRefused("a host is none")
    return host, _moment(until)


_EXCHANGE = ("method", "url", "sent", "etag", "modified", "asked_at", "seconds", "status",
             "headers", "fault", "outcome", "reason")  # fmt: skip


def _exchange_from(value: Any) -> Exchange:
    """An exchange without its body, of plain data. Raises AnswerRefused."""
    found = _fields(value, _EXCHANGE)
    try:
        sent = bytes.fromhex(_text(found["sent"], 2 * _LONGEST_SENT))
    except ValueError:
        raise AnswerRefused("what was sent is no bytes") from None
    asked = SentRequest(
        method=_text(found["method"], 10),
        url=_text(found["url"], _LONGEST_URL),
        sent=sent,
        etag=_text_or_none(found["etag"], _LONGEST_TAG),
        modified=_text_or_none(found["modified"], _LONGEST_TAG),
    )
    if asked.method not in _METHODS or not asked.url.isascii() or not asked.url.isprintable():
        raise AnswerRefused("a request is none that we make")
    seconds = found["seconds"]
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise AnswerRefused("a number is missing or out of bounds")
    if not 0 <= seconds <= 86_400:  # no NaN either
        raise AnswerRefused("a number is missing or out of bounds")
    exchange = Exchange(
        asked=asked,
        asked_at=_moment(found["asked_at"]),
        seconds=float(seconds),
        status=None if found["status"] is None else _whole(found["status"], 999),
        headers=_headers_from(found["headers"]),
        fault=_text(found["fault"], 20),
        outcome=_text(found["outcome"], 40),
        reason=_one_line(_text(found["reason"], _LONGEST_REASON)),
    )
    _check_end(exchange)
    return exchange


def _check_end(exchange: Exchange) -> None:
    """That an exchange ended in an answer or in a fault, and not in both."""
    if exchange.status is not None:
        if exchange.status < 100 or exchange.fault or exchange.outcome:
            raise AnswerRefused("an answer has no status")
    elif exchange.fault not in FAULTS or exchange.outcome not in tuple(Outcome):
        raise AnswerRefused("a fault is none of ours")


def _headers_from(value: Any) -> tuple[tuple[str, str], ...]:
    found = []
    total = 0
    for each in _listed(value, _MOST_HEADERS):
        name, text = [*_listed(each, 2), None, None][:2]
        name, text = _text(name, 200), _text(text, _LONGEST_HEADER)
        if not _is_header(name, text):
            raise AnswerRefused("a header is none")
        total += len(name) + len(text)
        found.append((name, text))
    if total > _MOST_HEAD:
        raise AnswerRefused("headers are too long")
    return tuple(found)
