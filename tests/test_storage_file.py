"""The file itself: what is refused, and what set-up it has."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from hubwatch.errors import NewerSchema, NoArchive, StorageError
from storage.archive import Archive
from storage.database import has_bytes
from tests.support import make
from tests.support.archive_files import in_another_process
from tests.support.make import NOW, SOURCE


def test_only_create_makes_an_archive(archive: Path) -> None:
    for opening in (Archive.open, Archive.open_readonly):
        with pytest.raises(NoArchive, match="hubwatch init"):
            opening(archive)
    Archive.create(archive).close()
    Archive.open(archive).close()
    Archive.open_readonly(archive).close()


def test_a_newer_schema_is_refused(archive: Path) -> None:
    with Archive.create(archive) as store, store.writing() as tx:
        tx._db.execute("INSERT INTO _sqlite_migrations VALUES (99, 'hubwatch', 'm999', 'then')")
    for opening in (Archive.open, Archive.open_readonly, Archive.create):
        with pytest.raises(NewerSchema, match="m999"):
            opening(archive)


def test_a_foreign_file_is_refused_and_left_alone(archive: Path) -> None:
    in_another_process(
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('create table t (x)');"
        "c.commit(); c.close()",
        str(archive),
    )
    before = archive.read_bytes()
    for opening in (Archive.open, Archive.open_readonly, Archive.create):
        with pytest.raises(StorageError, match="not a Hubwatch archive"):
            opening(archive)
    assert archive.read_bytes() == before


def test_what_is_no_database_is_refused(archive: Path) -> None:
    archive.write_bytes(b"no database at all, but long enough to be looked at" * 40)
    with pytest.raises(StorageError, match=r"not a Hubwatch archive, .* put a backup in its place"):
        Archive.open(archive)


def test_set_up_that_cannot_be_changed_later(archive: Path) -> None:
    with Archive.create(archive) as store:
        pragma = {
            name: store._db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_size", "auto_vacuum", "journal_mode", "application_id")
        }
    assert pragma == {
        "page_size": 8192,
        "auto_vacuum": 2,
        "journal_mode": "wal",
        "application_id": 0x48554257,
    }


def test_a_reader_cannot_write(store: Archive) -> None:
    with (
        Archive.open_readonly(store.path) as reader,
        pytest.raises(StorageError, match="readonly"),
        reader.writing() as tx,
    ):
        tx.sources.register(SOURCE, NOW)


def test_a_drifted_index_is_noticed(store: Archive) -> None:
    with store.writing() as tx:
        tx.articles.apply(make.insert(), source_id=SOURCE.id, run_id=None, now=NOW)
    assert store.maintenance.integrity() == ()
    store._db.execute("UPDATE article_words SET title = 'somebody was here'")
    assert any("text index" in fault for fault in store.maintenance.integrity())


def test_the_standard_module_is_not_ours() -> None:
    from storage.database import version

    assert "SQLite" in version() and sqlite3.__name__ == "sqlite3"


def test_a_log_that_goes_while_it_is_looked_at_is_no_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "x.db-wal"
    monkeypatch.setattr(Path, "is_file", lambda self: True)  # it was there a moment ago
    assert not has_bytes(gone)
    gone.write_bytes(b"1")
    assert has_bytes(gone)
