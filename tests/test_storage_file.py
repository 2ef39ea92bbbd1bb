"""The file itself: what is refused, what set-up it has, locks, and the ledger of slots."""

from __future__ import annotations

import fcntl
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from hubwatch.errors import Busy, NewerSchema, NoArchive, StorageError
from hubwatch.locks import Lock
from storage.archive import Archive
from storage.lists.records import ListRow
from storage.pages.records import Validator
from storage.runs.records import Counts, Fetch, FetchKind
from storage.types import Capture, Outcome
from tests.support import make
from tests.support.archive_files import in_another_process
from tests.support.make import NOW, SOURCE, later


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
    with pytest.raises(StorageError, match="is it a Hubwatch archive"):
        Archive.open(archive)


def test_set_up_that_cannot_be_changed_later(archive: Path) -> None:
    with Archive.create(archive) as store:
        pragma = {
            name: store._db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_size", "auto_vacuum", "journal_mode", "application_id")
        }
    assert pragma == {
        "page_size": 16384,
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


def test_a_capture_comes_back_byte_for_byte_and_is_kept_once(store: Archive) -> None:
    body = "贵阳".encode("gb18030") * 100
    capture = make.capture(body)
    with store.writing() as tx:
        first = tx.pages.keep(SOURCE.id, capture, FetchKind.ARTICLE)
        again = tx.pages.keep(SOURCE.id, capture, FetchKind.ARTICLE)
    assert first == again
    assert store.pages.snapshot(first) == capture
    assert store.pages.last_capture(SOURCE.id, capture.url) == capture
    assert store.pages.last_capture(SOURCE.id, "http://other.test/") is None


def test_the_capture_behind_a_validator_is_the_one_it_was_given_for(store: Archive) -> None:
    url = "http://english.practice.test/news.html"
    captures = [make.capture(f"<p>{n}</p>".encode(), url=url) for n in range(3)]
    with store.writing() as tx:
        ids = [tx.pages.keep(SOURCE.id, capture, FetchKind.LIST) for capture in captures]
        tx.pages.remember_validator(SOURCE.id, Validator(url, '"a"', None, NOW), ids[1])
        tx.pages.remember_validator(SOURCE.id, Validator(url, '"a"', None, later(hours=1)), None)
    kept: Capture | None = store.pages.last_capture(SOURCE.id, url)
    assert kept == captures[1]
    assert store.pages.validators(SOURCE.id)[url].checked_at == later(hours=1)


def test_every_row_ever_listed_is_kept(store: Archive) -> None:
    entry = "http://english.practice.test/news.html"
    with store.writing() as tx:
        run = tx.runs.start(SOURCE.id, NOW)
        assert (
            tx.lists.record_rows(run.id, entry, entry, [ListRow("http://e.test/1", "One")], NOW)
            == 1
        )
        retitled = [ListRow("http://e.test/1#top", "One, corrected"), ListRow("http://e.test/2")]
        assert tx.lists.record_rows(run.id, entry, entry, retitled, later(hours=1)) == 1
    titles = [row["title"] for row in store._db.query("SELECT title FROM listings ORDER BY id")]
    assert titles == ["One", "One, corrected", ""]


def test_a_long_list_is_kept_whole_and_an_address_on_it_twice_counts_once(store: Archive) -> None:
    entry = "http://english.practice.test/news.html"
    rows = [ListRow(f"http://e.test/{n % 400}", f"Row {n}", position=n) for n in range(500)]
    with store.writing() as tx:
        run = tx.runs.start(SOURCE.id, NOW)
        assert tx.lists.record_rows(run.id, entry, entry, rows, NOW) == 400
        assert tx.lists.record_rows(run.id, entry, entry, [], NOW) == 0
        assert tx.lists.record_rows(run.id, entry, entry, rows, later(hours=1)) == 0
    sql = "SELECT title FROM listings WHERE first_seen_at <> last_seen_at ORDER BY position"
    assert [row["title"] for row in store._db.query(sql)] == [row.title for row in rows]


def test_a_host_that_asked_to_wait_is_remembered(store: Archive) -> None:
    assert store.sources.host_not_before("e.test") is None
    with store.writing() as tx:
        tx.sources.set_not_before("e.test", later(minutes=5), "Retry-After")
    assert store.sources.host_not_before("e.test") == later(minutes=5)


def test_a_slot_is_planned_once_claimed_once_and_ends(store: Archive) -> None:
    with store.writing() as tx:
        slot = tx.slots.plan("crawl:a", NOW, "every 1m", NOW)
        assert tx.slots.plan("crawl:a", NOW, "every 1m", NOW).id == slot.id
        assert tx.slots.claim(slot.id, NOW)
        assert not tx.slots.claim(slot.id, NOW)
        tx.slots.end(slot.id, later(seconds=5), "ok")
        tx.slots.plan("crawl:a", later(minutes=1), "every 1m", NOW)
        assert tx.slots.skip_all("crawl:a", later(minutes=2), later(minutes=3), "caught up") == 1
    states = [(slot.state, slot.outcome, slot.reason) for slot in store.slots.select("crawl:a")]
    assert states == [("skipped", "", "caught up"), ("done", "ok", "")]


def test_who_only_glances_at_a_lock_keeps_nobody_from_it(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = Lock(archive, "daemon")
    lock.acquire(timedelta(), "first").release()
    glance = lock.path.open("rb")
    fcntl.flock(glance, fcntl.LOCK_SH)
    monkeypatch.setattr("hubwatch.locks.time.sleep", lambda seconds: glance.close())
    with lock.acquire(timedelta(), "second"):
        assert "second" in lock.holder()


def test_a_lock_excludes_and_names_its_holder(archive: Path) -> None:
    with Lock(archive, "daemon").acquire(timedelta(), "hubwatch run"):
        with pytest.raises(Busy, match="hubwatch run"):
            Lock(archive, "daemon").acquire(timedelta(), "another")
        Lock(archive, "host-e.test").acquire(timedelta(), "crawl").release()
    Lock(archive, "daemon").acquire(timedelta(), "next").release()


def test_a_drifted_index_is_noticed(store: Archive) -> None:
    with store.writing() as tx:
        tx.articles.apply(make.insert(), source_id=SOURCE.id, run_id=None, now=NOW)
    assert store.maintenance.integrity() == ()
    store._db.execute("UPDATE shadows SET title = 'somebody was here'")
    assert any("text index" in fault for fault in store.maintenance.integrity())


def test_the_standard_module_is_not_ours() -> None:
    from storage.driver import version

    assert "SQLite" in version() and sqlite3.__name__ == "sqlite3"


def test_a_failure_in_a_run_that_was_killed_is_asked_for_again(store: Archive) -> None:
    url = "http://e.test/1"
    for kill in (False, True):
        with store.writing() as tx:
            run = tx.runs.start(SOURCE.id, later(days=kill))
            tx.runs.log_fetch(run.id, Fetch(url, FetchKind.ARTICLE, NOW, Outcome.GONE, status=404))
            if kill:
                tx.runs.close_orphans(SOURCE.id, later(days=1, hours=1))
            else:
                tx.runs.finish(run.id, later(minutes=1), Outcome.OK, Counts())
    assert store.pages.attempts(SOURCE.id, later(days=2))[url].tries == 1
