"""Rows 52 to 56 of the table of faults, at the archive itself: locked, full, read-only, damaged."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hubwatch.errors import StorageError
from storage import database
from storage.archive import Archive
from storage.articles.records import Query
from tests.support.archive_files import (
    add,
    contents,
    filled,
    hubwatch,
    in_another_process,
    locked,
    unprivileged,
)
from tests.support.paths import ROOT


def test_52_a_writer_waits_for_the_lock(archive: Path) -> None:
    filled(archive)
    with locked(archive, 0.5), Archive.open(archive) as store:
        add(store, 100)
        assert store.maintenance.survey().articles == 4


def test_52_a_writer_that_waits_says_who_writes(
    archive: Path, caplog: pytest.LogCaptureFixture
) -> None:
    filled(archive)
    with locked(archive, 1.5), Archive.open(archive) as store:
        add(store, 100)
    (said,) = [each.getMessage() for each in caplog.records]
    assert said.startswith(f"archive_awaited path={archive} writer=")


def test_52_a_lock_held_too_long_is_said_in_one_line_and_nothing_is_half_written(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(archive)
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.3)
    with Archive.open(archive) as store:
        with locked(archive, 60):
            began = time.monotonic()
            with pytest.raises(StorageError, match="is locked; another process is writing"):
                add(store, 100)
            assert 0.25 <= time.monotonic() - began < 5
            assert store.maintenance.survey().articles == 3  # reading goes on
            began = time.monotonic()
            with pytest.raises(StorageError, match="is locked"):
                add(store, 100)
            assert time.monotonic() - began < 0.25  # the time was waited once
        add(store, 100)
        assert store.maintenance.survey().articles == 4


def test_53_a_full_disk_is_said_and_the_archive_recovers(archive: Path) -> None:
    filled(archive)
    with Archive.open(archive) as store:
        pages = store._db.execute("PRAGMA page_count").fetchone()[0]
        store._db.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StorageError, match="full; free some space"):
            for number in range(100, 400):
                add(store, number)
        kept = store.maintenance.survey().articles
        assert kept >= 3
        assert store.maintenance.integrity() == ()
        assert len(store.articles.select(Query(limit=None))) == kept
        store._db.execute("PRAGMA max_page_count = 100000")
        add(store, 1000)
        assert store.maintenance.survey().articles == kept + 1


@pytest.fixture
def forbidden(archive: Path) -> Iterator[Path]:
    """An archive that may be read and not written, in a folder of the same kind."""
    filled(archive)
    archive.chmod(0o444)
    archive.parent.chmod(0o555)
    yield archive
    archive.parent.chmod(0o755)


def test_54_a_read_only_archive_can_be_read_and_is_refused_to_writers(forbidden: Path) -> None:
    before = contents(forbidden)
    read = hubwatch("--db", forbidden, "search", "Guiyang", "--json", preexec_fn=unprivileged)
    assert (read.returncode, read.stderr) == (0, "")
    assert "c_1.htm" in read.stdout
    script = "import sys; from pathlib import Path; from storage.archive import Archive; "
    script += "Archive.open(Path(sys.argv[1]))"
    written = subprocess.run(
        [sys.executable, "-c", script, str(forbidden)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        preexec_fn=unprivileged,
    )
    last = written.stderr.splitlines()[-1]
    assert last.startswith("hubwatch.errors.StorageError")
    assert "cannot be written; check the permissions" in last
    assert contents(forbidden) == before


def test_54_a_read_only_archive_can_be_checked(forbidden: Path) -> None:
    before = contents(forbidden)
    sound = hubwatch("--db", forbidden, "archive", "check", preexec_fn=unprivileged)
    assert (sound.returncode, sound.stderr) == (0, f"{forbidden}: in order\n")
    assert contents(forbidden) == before


def test_55_a_file_that_was_cut_is_refused_unwritten(archive: Path) -> None:
    filled(archive)
    whole = archive.read_bytes()
    for size in (50, 99, 100, database.PAGE_SIZE, len(whole) - database.PAGE_SIZE, len(whole) - 1):
        archive.write_bytes(whole[:size])
        before = contents(archive)
        for opening in (Archive.open, Archive.open_readonly):
            with pytest.raises(StorageError, match=r"missing at its end; .* backup"):
                opening(archive)
        assert contents(archive) == before
    archive.write_bytes(whole)
    Archive.open(archive).close()


def test_55_an_emptied_file_is_not_taken_for_a_new_archive(archive: Path) -> None:
    archive.write_bytes(b"")
    for opening in (Archive.open, Archive.open_readonly):
        with pytest.raises(StorageError, match="backup"):
            opening(archive)
    assert archive.read_bytes() == b""


@pytest.mark.slow
def test_55_flipped_pages_are_refused_unwritten(archive: Path) -> None:
    filled(archive, 30)
    whole = archive.read_bytes()
    page = database.PAGE_SIZE
    chance = random.Random(55)
    noticed = 0
    numbers = list(range(3, len(whole) // page))
    for number in numbers:
        noise = chance.randbytes(64)
        start = number * page
        archive.write_bytes(whole[:start] + noise + whole[start + 64 :])
        before = contents(archive)
        try:
            Archive.open(archive).close()
        except StorageError as error:
            noticed += 1
            assert "put a backup in its place" in str(error)
            assert len(str(error).splitlines()) == 1
            assert contents(archive) == before
    # What is left is the middle of a long text, and the index of texts, which `repair` mends.
    assert noticed >= len(numbers) * 0.8


def test_55_a_wal_that_was_taken_away_is_noticed(archive: Path) -> None:
    filled(archive)
    script = (
        "import os, sys; from pathlib import Path; from storage.archive import Archive\n"
        "from tests.support.archive_files import add\n"
        "store = Archive.open(Path(sys.argv[1])); add(store, 77); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(archive)], cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL
    wal = database.beside(archive, "-wal")
    away = wal.rename(archive.parent / "away")
    for opening in (Archive.open, Archive.open_readonly):
        with pytest.raises(StorageError, match="-wal is missing"):
            opening(archive)
    assert not wal.exists()
    away.rename(wal)
    with Archive.open(archive) as store:
        assert store.maintenance.survey().articles == 4
        assert store.maintenance.integrity() == ()
    Archive.open(archive).close()


def test_56_a_drifted_index_is_found_and_made_again(archive: Path) -> None:
    filled(archive, 5)
    in_another_process(
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
        "c.execute(\"UPDATE article_words SET title = 'elsewhere' WHERE article_id < 3\");"
        "c.execute('DELETE FROM articles_fts_data WHERE id > 10');"
        "c.execute('DELETE FROM article_words WHERE article_id = 4');"
        "c.commit(); c.close()",
        str(archive),
    )
    told: list[tuple[int, int]] = []
    with Archive.open(archive) as store:  # a broken index is no reason to refuse
        assert any("index" in fault for fault in store.maintenance.integrity())
        assert store.maintenance.rebuild_index(lambda done, all_: told.append((done, all_))) == 5
        assert store.maintenance.integrity() == ()
        assert len(store.articles.search(Query("forty laboratories"))) == 5
        add(store, 50)
        assert len(store.articles.search(Query("forty laboratories"))) == 6
        assert store.maintenance.integrity() == ()
    assert told == [(5, 5)]


def test_56_a_rebuild_that_is_killed_leaves_the_old_index(archive: Path) -> None:
    filled(archive, 5)
    copy = archive.with_name("copy.db")
    shutil.copy(archive, copy)
    script = (
        "import os, sys; from pathlib import Path; from storage.archive import Archive\n"
        "archive = Archive.open(Path(sys.argv[1]))\n"
        "archive.maintenance.rebuild_index(lambda *_: os.kill(os.getpid(), 9))"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(copy)], cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL
    with Archive.open(copy) as store:
        assert store.maintenance.integrity() == ()
        assert len(store.articles.search(Query("forty laboratories"))) == 5


def test_opening_an_archive_twice_in_one_process_keeps_the_locks_of_the_first(
    archive: Path,
) -> None:
    """POSIX locks vanish when a process closes the file by any way; then another process that
    closes the archive would take itself for the last, and remove the -wal in use."""
    filled(archive)
    with Archive.open(archive) as first:
        Archive.open(archive).close()
        Archive.open_readonly(archive).close()
        in_another_process(
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
            "c.execute(\"UPDATE sources SET name = 'elsewhere'\"); c.commit(); c.close()",
            str(archive),
        )
        assert database.beside(archive, "-wal").exists()
        add(first, 100)
        assert first.maintenance.survey().articles == 4
    with Archive.open(archive) as store:
        assert store.maintenance.survey().articles == 4
        assert store.maintenance.integrity() == ()


def test_what_sqlite_says_of_bytes_that_are_no_text_is_one_line(archive: Path) -> None:
    with Archive.create(archive) as store, pytest.raises(StorageError) as told:
        store._db.execute("SELECT json_extract('{}', CAST(x'24da' AS TEXT))").fetchall()
    assert str(told.value).startswith(f"{archive}: bad JSON path: '$\ufffd'")
    assert "it is damaged" in str(told.value)
    assert "\n" not in str(told.value)


def test_what_sqlite_says_in_several_lines_is_one_line(archive: Path) -> None:
    with Archive.create(archive) as store, pytest.raises(StorageError) as told:
        store._db.execute("SELECT 1 FROM `a\n\tb\x1b`")
    assert str(told.value) == f"{archive}: no such table: a b"


def _index_damaged(archive: Path, index: str, block: int, at: int, bit: int) -> None:
    """Turn a bit of a text index over, as no commit of ours does."""
    connection = database.sqlite3.connect(archive)
    select = f"SELECT block FROM {index}_data WHERE id = ?"
    (found,) = connection.execute(select, [block]).fetchone()
    data = bytearray(found)
    data[at % len(data)] ^= 1 << bit
    change = f"UPDATE {index}_data SET block = ? WHERE id = ?"
    connection.execute(change, [bytes(data), block])
    connection.commit()
    connection.close()


STRUCTURE = 10
"""The block of an index that lists its parts (SQLite, "FTS5 Shadow Tables")."""


@pytest.mark.parametrize(
    ("index", "met"),
    [("articles_fts", {"DatabaseError", "IntegrityError"}), ("samples_fts", {"DatabaseError"})],
)  # of samples so many parts are merged that hardly any list of them can be damaged unseen
def test_a_text_index_that_breaks_while_something_is_written_is_told_with_what_mends_it(
    archive: Path, index: str, met: set[str]
) -> None:
    """Its parts are merged with an ordinary write, and then its damage is met, often as a
    constraint of a table that nobody wrote to."""
    filled(archive, 30)
    whole = archive.read_bytes()
    kinds = set()
    for at in range(4, 40, 2):
        archive.write_bytes(whole)
        _index_damaged(archive, index, STRUCTURE, at, at // 2 % 8)
        try:
            with Archive.open(archive) as store:
                for number in range(100, 120):
                    add(store, number)
        except StorageError as error:
            kinds.add(type(error.__cause__).__name__)
            assert str(error).startswith(f"{archive}: ")
            assert "`hubwatch archive repair`" in str(error)
            assert "\n" not in str(error)
    assert kinds == met
    with Archive.open(archive) as store:
        store.maintenance.rebuild_index(lambda done, of: None)
        add(store, 500)
        assert store.maintenance.integrity() == ()
