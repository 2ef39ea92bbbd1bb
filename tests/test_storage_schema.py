"""What tables there are: one schema until the first release; an older one is refused in one line,
and upgraded intact."""

from __future__ import annotations

import zlib
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlite_utils.utils

from hubwatch.errors import OlderSchema, StorageError
from storage import database, tables, text_index
from storage.archive import Archive, upgrade_archive
from storage.articles.records import Query
from storage.backups import look_deep, look_over, pending
from storage.lists import ListRow
from storage.migrations import m001_archive
from storage.runs import Counts
from storage.sources import PublicationEvent
from storage.types import Outcome, Precision, When
from tests.support.archive_files import filled
from tests.support.cli import CommandLine
from tests.support.make import NOW, SOURCE
from tests.support.next_release import NEXT, become_next
from tests.support.stories import A, B, C, Page, groups, keep, names

SEARCHED = "laboratories"


def kept_in(archive: Path) -> dict[str, list[Any]]:
    """Every row of every table, columns by their names."""
    db = database.connect(archive, database.Access.READ)
    try:
        found = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        names = [name for (name,) in found if not name.startswith("sqlite_")]
        return {name: list(db.query(f"SELECT * FROM {name}")) for name in names}
    finally:
        db.close()


def test_what_an_archive_is_asked_for_is_what_sqlite_utils_does() -> None:
    assert [each.name for each in tables.MIGRATIONS._migrations] == database.NAMES
    assert vars(sqlite_utils.utils)["sqlite3"] is database.sqlite3


def test_an_archive_says_which_tables_it_has() -> None:
    made = "".join("".join(m001_archive._PARTS).split())
    shape = zlib.crc32(made.encode()) & 0x7FFFFFFF
    assert shape == database.SHAPE, f"the tables changed: database.SHAPE is to be 0x{shape:08X}"


def test_an_archive_of_a_draft_is_refused_and_left_alone(
    archive: Path, hubwatch: CommandLine
) -> None:
    with Archive.create(archive) as store:
        store._db.execute("PRAGMA user_version = 0")
    before = archive.read_bytes()
    for opening in (Archive.open, Archive.open_readonly, Archive.create, upgrade_archive):
        with pytest.raises(StorageError, match=r"from before 0\.1\.0 with other tables"):
            opening(archive)
    refused = hubwatch("--db", archive, "archive", "upgrade")
    assert (refused.code, refused.out, len(refused.err.splitlines())) == (1, "", 1)
    assert archive.read_bytes() == before


def test_an_older_archive_is_refused_until_it_is_upgraded_and_loses_nothing(
    archive: Path, hubwatch: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(archive, 5)
    before, bytes_before = kept_in(archive), archive.read_bytes()
    become_next(monkeypatch)
    assert pending(archive) == (NEXT,)
    for opening in (Archive.open, Archive.open_readonly, Archive.create):
        with pytest.raises(OlderSchema, match="`hubwatch archive upgrade` brings it up to date"):
            opening(archive)
    for command in (("search", SEARCHED), ("archive", "check"), ("sources", "runs"), ("init",)):
        refused = hubwatch("--db", archive, *command)
        assert (refused.code, refused.out) == (1, ""), command
        assert len(refused.err.splitlines()) == 1, command
        assert "upgrade` brings it up to date" in refused.err
    assert archive.read_bytes() == bytes_before
    ended = hubwatch("--db", archive, "archive", "upgrade")
    assert ended.code == 0, ended.err
    assert look_over(archive).schema == NEXT
    after = kept_in(archive)
    assert [row["url"] for row in after["next"]] == [row["url"] for row in before["articles"]]
    for table, rows in before.items():
        if table not in ("_sqlite_migrations", "versions", "backups", "sources", "checksums"):
            assert after[table] == rows, table
    with Archive.open(archive) as store:
        assert len(store.articles.search(Query(SEARCHED))) == 5
    assert hubwatch("--db", archive, "search", SEARCHED, "--json").json


@pytest.mark.parametrize("number", range(1, len(database.NAMES)))
def test_each_change_makes_of_an_older_archive_what_a_new_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def made(path: Path) -> dict[str, str]:
        with Archive.open_readonly(path) as store:
            found = store._db.execute("SELECT name, sql FROM sqlite_master").fetchall()
        return {name: " ".join((sql or "").split()) for name, sql in found}

    with monkeypatch.context() as before:
        before.setattr(database, "NAMES", database.NAMES[:number])
        before.setattr(tables, "NAMES", database.NAMES[:number])
        registered = list(tables.MIGRATIONS._migrations)[:number]
        before.setattr(tables.MIGRATIONS, "_migrations", registered)
        Archive.create(tmp_path / "old.db").close()
    with pytest.raises(OlderSchema):
        Archive.open(tmp_path / "old.db")
    assert look_deep(tmp_path / "old.db", NOW, lambda *so_far: None) == ()
    upgrade_archive(tmp_path / "old.db").close()
    Archive.create(tmp_path / "new.db").close()
    assert made(tmp_path / "old.db") == made(tmp_path / "new.db")


def test_copies_of_what_came_before_an_upgrade_are_found_after_it(archive: Path) -> None:
    with Archive.create(archive) as store:
        keep(store, Page("before", A))
    with closing(database.connect(archive, database.Access.WRITE)) as db:
        db.execute("DROP TABLE samples_fts")
        db.execute("CREATE TABLE samples (hash INTEGER, body_id INTEGER)")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm015_samples'")
    with upgrade_archive(archive) as store:
        keep(store, Page("after", A[1:], published="2026-03-02"))
        assert groups(store) == names("before after")


def test_an_older_archive_writes_less_after_an_upgrade_and_finds_the_same(archive: Path) -> None:
    with Archive.create(archive) as store:
        for number in range(5):  # each a part of the index of samples
            keep(
                store, Page(f"other{number}", [f"w{number * 400 + n} v{n}" * 3 for n in range(400)])
            )
        keep(store, Page("before", A))
    with closing(database.connect(archive, database.Access.WRITE)) as db:
        db.execute("CREATE INDEX articles_by_body ON articles(body_hash) WHERE body_hash <> ''")
        db.execute("CREATE INDEX readings_by_body ON readings(body_hash) WHERE body_hash <> ''")
        db.execute("DROP INDEX revisions_by_edit")
        db.execute("DELETE FROM samples_fts_config WHERE k = 'usermerge'")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm024_less_written'")
    with upgrade_archive(archive) as store:
        sql = "SELECT name FROM sqlite_master WHERE name LIKE '%!_by!_body' ESCAPE '!'"
        assert [row[0] for row in store._db.execute(sql)] == ["tellings_by_body"]
        assert database.count(store._db, _PARTS_OF_SAMPLES) == 1
        keep(store, Page("after", A[1:], published="2026-03-02"))
        assert frozenset({"before", "after"}) in groups(store)
        assert store.maintenance.integrity() == ()


def test_an_older_archive_says_the_same_of_its_sources_after_an_upgrade(archive: Path) -> None:
    local = datetime(2026, 2, 27, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    minute = When(local, Precision.MINUTE, "Asia/Shanghai")
    said = [PublicationEvent(local, exact=True), PublicationEvent(NOW, exact=True)]
    with Archive.create(archive) as store:
        keep(store, Page("to-the-minute", A), published=minute)
        keep(store, Page("new", B, published=f"{NOW:%Y-%m-%d}"))
        keep(store, Page("long-past", C, published="2026-01-03"))
        store._db.execute("UPDATE articles SET baseline = 0")  # as after a first crawl
        late, *others = store.sources.published(SOURCE.id, NOW)
        assert (others, late.exact, f"{late.at:%Y-%m}") == (said, False, "2026-01")
    with closing(database.connect(archive, database.Access.WRITE)) as db:
        for name in ("articles_by_source", "readings_exact", "list_sights_by_first"):
            db.execute(f"DROP INDEX {name}")
        db.execute("DROP INDEX events_by_moment")
        db.execute("CREATE INDEX articles_by_source ON articles(source_id, dated_at)")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm026_flat'")
    with pytest.raises(OlderSchema):
        Archive.open(archive)
    with upgrade_archive(archive) as store:
        assert store.sources.published(SOURCE.id, NOW) == (late, *said)
        assert store.maintenance.integrity() == ()


def test_an_upgrade_counts_what_was_listed_and_never_read(archive: Path) -> None:
    with Archive.create(archive) as store:
        keep(store, Page("read", A))
        with store.writing() as tx:
            run = tx.runs.start(SOURCE.id, NOW)
            rows = [ListRow(f"http://e.test/{name}") for name in ("read", "unread")]
            tx.lists.record_rows(run.id, "http://e.test/", "http://e.test/", rows, NOW)
            tx.runs.finish(run.id, NOW, Outcome.OK, Counts())
        assert store.articles.basis().unread == 1
    with closing(database.connect(archive, database.Access.WRITE)) as db:
        db.execute("ALTER TABLE sources DROP COLUMN unread")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm028_unread'")
    with upgrade_archive(archive) as store:
        assert store.articles.basis().unread == 1
        assert store.maintenance.integrity() == ()


def test_an_upgrade_that_is_cut_off_behind_its_last_change_leaves_all_as_it_was(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before all is summed up anew, that is."""
    Archive.create(archive).close()
    with closing(database.connect(archive, database.Access.WRITE)) as db:
        for sql in (
            "DROP INDEX revisions_by_edit",
            "DROP TABLE reading_jobs",
            "DROP TABLE reading_refusals",
            "ALTER TABLE remote_attempts DROP COLUMN work",
            "DELETE FROM _sqlite_migrations WHERE name IN ('m024_less_written', 'm025_readings')",
        ):
            db.execute(sql)
        before = db.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
    with monkeypatch.context() as patch:
        patch.setattr(tables, "sum_all", lambda db: db.execute("SELECT no_such()"))
        with pytest.raises(StorageError):
            upgrade_archive(archive)
    with closing(database.connect(archive, database.Access.WRITE)) as db:
        after = db.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
        assert [tuple(row) for row in after] == [tuple(row) for row in before]
        assert database.pending(db) == ("m024_less_written", "m025_readings")
    with upgrade_archive(archive) as store:
        assert store.maintenance.integrity() == ()


_PARTS_OF_SAMPLES = "(SELECT DISTINCT segid FROM samples_fts_idx)"


def test_parts_of_the_index_of_samples_are_merged_soon(archive: Path) -> None:
    with Archive.create(archive) as store:
        for start in range(0, 1280, 32):
            words = {
                1 + number: " ".join(f"{number * 40 + place:08x}" for place in range(40))
                for number in range(start, start + 32)
            }
            with store.writing() as tx:
                text_index.enter_samples(tx._db, words)
        assert database.count(store._db, _PARTS_OF_SAMPLES) <= 5
        for word, number in (("00000000", 1), (f"{1279 * 40 + 39:08x}", 1280)):
            sql = "SELECT rowid FROM samples_fts WHERE samples_fts MATCH ?"
            assert store._db.execute(sql, [word]).fetchall() == [(number,)]
