"""Slices as files: what the archive knows of one source, cut out as a small archive that can be
crawled into elsewhere.

A slice has the rows that say what is to be asked for: known addresses, validators, lists as they
were last seen, what is owed. It has no texts. Its ids are those of the archive, so that whatever is
asked for in their order is asked for in the same order there. The file is that archive in one zstd
frame (RFC 8878), a tenth of its size.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import zstandard

from hubwatch.errors import HubwatchError, StorageError

from .archive import Archive
from .database import Access, Connection, beside, connect, stamp, translate_errors, unstamp
from .maintenance import sum_all
from .packing import pack_text
from .types import WORKED_IN_SQL

_VALIDATORS_FOR, _FETCHES_FOR = timedelta(days=8), timedelta(days=61)
"""Older validators are not asked with, and older failures do not count."""
_RUNS = 60
_LEVEL = 6
"""Of zstd: what is brought over slow lines may take a moment more to make."""
_BEGINNING = b"\x28\xb5\x2f\xfd"
"""Of a frame of zstd (RFC 8878, section 3.1.1)."""
_LISTS = "('list', 'feed', 'sitemap')"
_EMPTY = f"x'{pack_text('').hex()}'"

_WANTED = (
    """
CREATE TEMP TABLE wanted_articles AS SELECT id, reading_id, revisions FROM centre.articles
WHERE source_id = :source
""",
    """
CREATE TEMP TABLE wanted_revisions AS SELECT v.id, v.reading_id FROM temp.wanted_articles a
JOIN centre.revisions v ON v.article_id = a.id AND v.number >= a.revisions
""",
    """
CREATE TEMP TABLE wanted_readings AS SELECT reading_id AS id FROM temp.wanted_articles
UNION SELECT reading_id FROM temp.wanted_revisions
""",
    # Only the pages of an article that goes over several are compared before all are fetched.
    """
CREATE TEMP TABLE wanted_snapshots AS
SELECT snapshot_id AS id FROM centre.parts
WHERE reading_id IN temp.wanted_readings AND snapshot_id IS NOT NULL
UNION SELECT snapshot_id FROM centre.readings WHERE id IN (
  SELECT reading_id FROM centre.parts WHERE reading_id IN temp.wanted_readings)
  AND snapshot_id IS NOT NULL
UNION SELECT v.snapshot_id FROM centre.validators v JOIN centre.snapshots s ON s.id = v.snapshot_id
WHERE v.source_id = :source AND v.checked_at > :validators AND s.kind IN {lists}
""".replace("{lists}", _LISTS),
    """
CREATE TEMP TABLE wanted_blobs AS
SELECT blob_id AS id FROM centre.snapshots WHERE id IN temp.wanted_snapshots
UNION SELECT CAST(substr(codec, 6) AS INTEGER) FROM centre.blobs WHERE codec LIKE 'zstd:%'
AND id IN (SELECT blob_id FROM centre.snapshots WHERE id IN temp.wanted_snapshots)
""",
    """
CREATE TEMP TABLE wanted_sights AS
SELECT max(id) AS id FROM centre.list_sights WHERE source_id = :source GROUP BY list_url
""",
    f"""
CREATE TEMP TABLE wanted_fetches AS
WITH tried AS (
  SELECT f.id, f.url, f.run_id, f.outcome FROM centre.runs r JOIN centre.fetches f
  ON f.run_id = r.id
  WHERE r.source_id = :source AND r.started_at > :fetches AND f.kind = 'article')
SELECT id, run_id FROM tried WHERE url IN (
  SELECT url FROM tried WHERE outcome NOT IN {WORKED_IN_SQL})
""",
    """
CREATE TEMP TABLE wanted_runs AS
SELECT id FROM (SELECT id FROM centre.runs WHERE source_id = :source ORDER BY id DESC LIMIT :runs)
UNION SELECT first_run_id FROM centre.listings WHERE source_id = :source
UNION SELECT last_run_id FROM centre.listings WHERE source_id = :source
UNION SELECT first_run_id FROM centre.list_sights WHERE id IN temp.wanted_sights
UNION SELECT last_run_id FROM centre.list_sights WHERE id IN temp.wanted_sights
UNION SELECT run_id FROM centre.entry_reads WHERE source_id = :source
UNION SELECT first_run_id FROM centre.entry_gaps WHERE source_id = :source AND closed_at IS NULL
UNION SELECT last_run_id FROM centre.entry_gaps WHERE source_id = :source AND closed_at IS NULL
UNION SELECT first_run_id FROM centre.refused_rows WHERE source_id = :source
UNION SELECT last_run_id FROM centre.refused_rows WHERE source_id = :source
UNION SELECT run_id FROM centre.listed_changes WHERE source_id = :source AND found = ''
UNION SELECT first_run_id FROM centre.articles
WHERE source_id = :source AND first_run_id IS NOT NULL
UNION SELECT run_id FROM temp.wanted_fetches
""",
)
"""Which rows are wanted, where that takes more than a condition on one table."""

_OF_SOURCE = "source_id = :source"
_IN_SLICE = "iif({0} IN temp.wanted_snapshots, {0}, NULL)"


@dataclass(frozen=True, slots=True)
class _Rows:
    """Which rows of a table go into a slice, and the columns that are replaced, by an expression
    each."""

    where: str
    instead: Mapping[str, str]


def _rows(where: str, **instead: str) -> _Rows:
    return _Rows(where, instead)


ROWS = {
    "sources": _rows("id = :source"),
    "runs": _rows("id IN temp.wanted_runs"),
    "hosts": _rows("host IN (SELECT value FROM json_each(:hosts))"),
    "listings": _rows(_OF_SOURCE),
    "list_sights": _rows("id IN temp.wanted_sights", snapshot_id=_IN_SLICE.format("snapshot_id")),
    "entry_reads": _rows(_OF_SOURCE),
    "entry_gaps": _rows("source_id = :source AND closed_at IS NULL"),
    "refused_rows": _rows(_OF_SOURCE),
    "listed_changes": _rows("source_id = :source AND found = ''"),
    "blobs": _rows("id IN temp.wanted_blobs"),
    "snapshots": _rows("id IN temp.wanted_snapshots"),
    "fetches": _rows("id IN (SELECT id FROM temp.wanted_fetches)", snapshot_id="NULL", reason="''"),
    "validators": _rows(
        "source_id = :source AND checked_at > :validators",
        snapshot_id=_IN_SLICE.format("snapshot_id"),
    ),
    # A story of its own for each article: which belong together is no matter there.
    "stories": _rows(
        "id IN (SELECT story_id FROM centre.articles WHERE source_id = :source)",
        joined_to="NULL",
        article_id="NULL",
        lead_id="NULL",
    ),
    "articles": _rows(_OF_SOURCE),
    "aliases": _rows(_OF_SOURCE),
    "readings": _rows(
        "id IN temp.wanted_readings",
        snapshot_id=_IN_SLICE.format("snapshot_id"),
        body="''",
        html=_EMPTY,
        images="'[]'",
        attachments="'[]'",
        evidence=_EMPTY,
        dates="NULL",
        corrects="NULL",
    ),
    "parts": _rows("reading_id IN temp.wanted_readings"),
    "revisions": _rows("id IN (SELECT id FROM temp.wanted_revisions)", run_id="NULL", summary="''"),
    "quarantine": _rows(_OF_SOURCE, snapshot_id="NULL"),
    "files": _rows(_OF_SOURCE, snapshot_id="NULL", blob_id="NULL"),
    "attachments": _rows(
        "file_id IN (SELECT id FROM centre.files WHERE source_id = :source AND due) "
        "AND article_id IN (SELECT id FROM temp.wanted_articles)"
    ),
    "lessons": _rows(_OF_SOURCE),
    "learned": _rows(_OF_SOURCE),
}
"""The rows that go into a slice, by table."""

_DUE = "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name LIKE '%!_due' ESCAPE '!'"
"""What triggers note when rows are put into the tables."""
_CARRIED = (
    "CREATE TABLE slice (id INTEGER PRIMARY KEY, job TEXT NOT NULL, attempt INTEGER NOT NULL, "
    "source TEXT NOT NULL, cut_at TEXT NOT NULL) STRICT",
    "CREATE TABLE slice_files (name TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT",
)
"""What a slice has beside the tables of an archive: whose it is, and the files of its source."""


@dataclass(frozen=True, slots=True)
class SliceFile:
    """A slice that was cut: its size, its checksum, and how many known addresses it holds."""

    bytes: int
    sha256: str
    addresses: int


@dataclass(frozen=True, slots=True)
class SliceHead:
    """What a slice says of itself. `files` are the TOML files of its source and of the templates,
    by their names below a folder of sources."""

    job: str
    attempt: int
    source: str
    cut_at: datetime
    files: Mapping[str, str]


class NoSlice(HubwatchError):
    """A file that is no slice. The message names it."""


def cut(
    archive: Path, target: Path, head: SliceHead, hosts: Collection[str], now: datetime
) -> SliceFile:
    """Write a slice of an archive to `target`, in place of what was there. `hosts` are the hosts of
    its source. Raises StorageError."""
    if not target.parent.is_dir():
        raise StorageError("%(path)s: there is no such folder", path=target.parent)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    given = {
        "source": head.source,
        "hosts": json.dumps(sorted({*hosts, *(host.partition(":")[0] for host in hosts)})),
        "validators": stamp(now - _VALIDATORS_FOR),
        "fetches": stamp(now - _FETCHES_FOR),
        "runs": _RUNS,
    }
    try:
        Archive.create(part).close()
        db = connect(part, Access.WRITE)
        try:
            addresses = _fill(db, archive, head, given)
        finally:
            db.close()
        packed = part.with_name(f"{part.name}.zst")
        with part.open("rb") as source, packed.open("wb") as file:
            packer = zstandard.ZstdCompressor(level=_LEVEL)
            packer.copy_stream(source, file, size=part.stat().st_size)
            file.flush()
            os.fsync(file.fileno())
        size, checksum = packed.stat().st_size, file_sha256(packed)
        packed.replace(target)
    except OSError as error:
        raise StorageError(f"{target}: {error.strerror}") from error
    finally:
        _remove(part)
        _remove(part.with_name(f"{part.name}.zst"))
    return SliceFile(size, checksum, addresses)


def _fill(db: Connection, archive: Path, head: SliceHead, given: Mapping[str, object]) -> int:
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("PRAGMA temp_store = MEMORY")
    db.execute("ATTACH ? AS centre", [f"file:{quote(os.fsencode(archive.absolute()))}?mode=ro"])
    db.execute("BEGIN")
    for sql in _WANTED:
        names = [name for name in given if f":{name}" in sql]
        db.execute(sql, {name: given[name] for name in names})
    for table, rows in ROWS.items():
        columns = [row[1] for row in db.execute(f"PRAGMA main.table_info({table})").fetchall()]
        values = ", ".join(rows.instead.get(name, f'"{name}"') for name in columns)
        names = [name for name in given if f":{name}" in rows.where]
        db.execute(
            f"INSERT INTO main.{table} SELECT {values} FROM centre.{table} WHERE {rows.where}",
            {name: given[name] for name in names},
        )
    # Nothing is asked of people there.
    for (table,) in db.execute(_DUE).fetchall():
        db.execute(f"DELETE FROM main.{table}")
    for sql in _CARRIED:
        db.execute(sql)
    own = [head.job, head.attempt, head.source, stamp(head.cut_at)]
    db.execute("INSERT INTO slice VALUES (1, ?, ?, ?, ?)", own)
    for name, text in head.files.items():
        db.execute("INSERT INTO slice_files VALUES (?, ?)", [name, text])
    sum_all(db)
    db.execute("COMMIT")
    (addresses,) = db.execute(
        "SELECT count(*) FROM (SELECT url_key FROM main.articles UNION SELECT url_key "
        "FROM main.aliases UNION SELECT url_key FROM main.listings UNION SELECT url_key "
        "FROM main.quarantine)"
    ).fetchone()
    db.execute("DETACH centre")
    db.execute("PRAGMA journal_mode = DELETE")
    db.execute("VACUUM")
    return int(addresses)


def _remove(path: Path) -> None:
    for each in (path, beside(path, "-wal"), beside(path, "-shm"), beside(path, "-journal")):
        with suppress(OSError):
            each.unlink(missing_ok=True)


def head_of(work: Path) -> SliceHead:
    """What an unpacked slice says of itself. Raises NoSlice, and StorageError as for any
    archive."""
    with Archive.open_readonly(work):
        pass
    db = connect(work, Access.READ)
    try:
        with translate_errors(work):
            row = db.execute("SELECT job, attempt, source, cut_at FROM slice").fetchone()
            files = db.execute("SELECT name, text FROM slice_files").fetchall()
    except StorageError as error:
        raise NoSlice("%(path)s: an archive, but no slice", path=work) from error
    finally:
        db.close()
    return SliceHead(row[0], row[1], row[2], unstamp(row[3]), dict(files))


def is_slice(path: Path) -> bool:
    """Whether a file begins as a slice does. One that cannot be read is none."""
    try:
        if not path.is_file():  # to open a pipe is to wait for its other end
            return False
        with path.open("rb") as file:
            return file.read(len(_BEGINNING)) == _BEGINNING
    except OSError:
        return False


def unpack_slice(path: Path, work: Path) -> None:
    """Unpack a slice to crawl into, in place of a copy from before: the slice itself stays as it
    was handed out. Raises NoSlice, StorageError."""
    _remove(work)
    try:
        with path.open("rb") as source, work.open("wb") as target:
            try:
                zstandard.ZstdDecompressor().copy_stream(source, target)
            except zstandard.ZstdError:
                raise NoSlice("%(path)s: no slice, or damaged", path=path) from None
        db = connect(work, Access.WRITE)
        try:
            db.execute("PRAGMA journal_mode = WAL")
        finally:
            db.close()
    except OSError as error:
        raise StorageError(f"{work}: {error.strerror}") from error


def remove_copy(work: Path) -> None:
    """Remove what `unpack_slice` made."""
    _remove(work)
    shutil.rmtree(work.with_name(f"{work.name}.locks"), ignore_errors=True)


def file_sha256(path: Path) -> str:
    """The checksum of a file. Raises StorageError."""
    try:
        with path.open("rb") as file:
            digest = sha256()
            while part := file.read(1024 * 1024):
                digest.update(part)
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error
    return digest.hexdigest()
