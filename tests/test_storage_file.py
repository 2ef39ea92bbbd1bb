"""The file itself: what is refused, what set-up it has, locks, and the ledger of slots."""

from __future__ import annotations

import fcntl
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from storage.crawls.records import Counts, Fetch, FetchKind, ListRow, Validator
from storage.errors import Busy, NewerSchema, NoArchive, StorageError
from storage.locks import Lock
from storage.store import Store
from storage.types import Capture, Outcome
from tests import make
from tests.make import NOW, SOURCE, later


def in_another_process(script: str, *arguments: str) -> None:
    """Touch the file with the standard SQLite module, which must not meet ours in one process."""
    subprocess.run([sys.executable, "-c", script, *arguments], check=True)


def test_only_create_makes_an_archive(archive: Path) -> None:
    for opening in (Store.open, Store.open_readonly):
        with pytest.raises(NoArchive, match="hubwatch init"):
            opening(archive)
    Store.create(archive).close()
    Store.open(archive).close()
    Store.open_readonly(archive).close()


def test_a_newer_schema_is_refused(archive: Path) -> None:
    with Store.create(archive) as store, store.writing() as tx:
        tx._db.execute("INSERT INTO _sqlite_migrations VALUES (99, 'hubwatch', 'm999', 'then')")
    for opening in (Store.open, Store.open_readonly, Store.create):
        with pytest.raises(NewerSchema, match="m999"):
            opening(archive)


def test_a_foreign_file_is_refused_and_left_alone(archive: Path) -> None:
    in_another_process(
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('create table t (x)');"
        "c.commit(); c.close()",
        str(archive),
    )
    before = archive.read_bytes()
    for opening in (Store.open, Store.open_readonly, Store.create):
        with pytest.raises(StorageError, match="not a Hubwatch archive"):
            opening(archive)
    assert archive.read_bytes() == before


def test_what_is_no_database_is_refused(archive: Path) -> None:
    archive.write_bytes(b"no database at all, but long enough to be looked at" * 40)
    with pytest.raises(StorageError, match="is it a Hubwatch archive"):
        Store.open(archive)


def test_set_up_that_cannot_be_changed_later(archive: Path) -> None:
    with Store.create(archive) as store:
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


def test_a_reader_cannot_write(store: Store) -> None:
    with (
        Store.open_readonly(store.path) as reader,
        pytest.raises(StorageError, match="readonly"),
        reader.writing() as tx,
    ):
        tx.register_source(SOURCE, NOW)


def test_a_capture_comes_back_byte_for_byte_and_is_kept_once(store: Store) -> None:
    body = "贵阳".encode("gb18030") * 100
    capture = make.capture(body)
    with store.writing() as tx:
        first = tx.keep_capture(SOURCE.id, capture, FetchKind.ARTICLE)
        again = tx.keep_capture(SOURCE.id, capture, FetchKind.ARTICLE)
    assert first == again
    assert store.snapshot(first) == capture
    assert store.last_capture(SOURCE.id, capture.url) == capture
    assert store.last_capture(SOURCE.id, "http://other.test/") is None


def test_the_capture_behind_a_validator_is_the_one_it_was_given_for(store: Store) -> None:
    url = "http://english.practice.test/news.html"
    captures = [make.capture(f"<p>{n}</p>".encode(), url=url) for n in range(3)]
    with store.writing() as tx:
        ids = [tx.keep_capture(SOURCE.id, capture, FetchKind.LIST) for capture in captures]
        tx.remember_validator(SOURCE.id, Validator(url, '"a"', None, NOW), ids[1])
        tx.remember_validator(SOURCE.id, Validator(url, '"a"', None, later(hours=1)), None)
    kept: Capture | None = store.last_capture(SOURCE.id, url)
    assert kept == captures[1]
    assert store.validators(SOURCE.id)[url].checked_at == later(hours=1)


def test_every_row_ever_listed_is_kept(store: Store) -> None:
    entry = "http://english.practice.test/news.html"
    with store.writing() as tx:
        run = tx.start_run(SOURCE.id, NOW)
        assert tx.see_rows(run.id, entry, entry, [ListRow("http://e.test/1", "One")], NOW) == 1
        retitled = [ListRow("http://e.test/1#top", "One, corrected"), ListRow("http://e.test/2")]
        assert tx.see_rows(run.id, entry, entry, retitled, later(hours=1)) == 1
    titles = [row["title"] for row in store._db.query("SELECT title FROM listings ORDER BY id")]
    assert titles == ["One", "One, corrected", ""]


def test_a_long_list_is_kept_whole_and_an_address_on_it_twice_counts_once(store: Store) -> None:
    entry = "http://english.practice.test/news.html"
    rows = [ListRow(f"http://e.test/{n % 400}", f"Row {n}", position=n) for n in range(500)]
    with store.writing() as tx:
        run = tx.start_run(SOURCE.id, NOW)
        assert tx.see_rows(run.id, entry, entry, rows, NOW) == 400
        assert tx.see_rows(run.id, entry, entry, [], NOW) == 0
        assert tx.see_rows(run.id, entry, entry, rows, later(hours=1)) == 0
    sql = "SELECT title FROM listings WHERE first_seen_at <> last_seen_at ORDER BY position"
    assert [row["title"] for row in store._db.query(sql)] == [row.title for row in rows]


def test_a_host_that_asked_to_wait_is_remembered(store: Store) -> None:
    assert store.host_not_before("e.test") is None
    with store.writing() as tx:
        tx.set_not_before("e.test", later(minutes=5), "Retry-After")
    assert store.host_not_before("e.test") == later(minutes=5)


def test_a_slot_is_planned_once_claimed_once_and_ends(store: Store) -> None:
    with store.writing() as tx:
        slot = tx.plan_slot("crawl:a", NOW, "every 1m", NOW)
        assert tx.plan_slot("crawl:a", NOW, "every 1m", NOW).id == slot.id
        assert tx.claim_slot(slot.id, NOW)
        assert not tx.claim_slot(slot.id, NOW)
        tx.end_slot(slot.id, later(seconds=5), "ok")
        tx.plan_slot("crawl:a", later(minutes=1), "every 1m", NOW)
        assert tx.skip_slots("crawl:a", later(minutes=2), later(minutes=3), "caught up") == 1
    states = [(slot.state, slot.outcome, slot.reason) for slot in store.slots("crawl:a")]
    assert states == [("skipped", "", "caught up"), ("done", "ok", "")]


def test_who_only_glances_at_a_lock_keeps_nobody_from_it(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = Lock(archive, "daemon")
    lock.acquire(timedelta(), "first").release()
    glance = lock.path.open("rb")
    fcntl.flock(glance, fcntl.LOCK_SH)
    monkeypatch.setattr("storage.locks.time.sleep", lambda seconds: glance.close())
    with lock.acquire(timedelta(), "second"):
        assert "second" in lock.holder()


def test_a_lock_excludes_and_names_its_holder(archive: Path) -> None:
    with Lock(archive, "daemon").acquire(timedelta(), "hubwatch run"):
        with pytest.raises(Busy, match="hubwatch run"):
            Lock(archive, "daemon").acquire(timedelta(), "another")
        Lock(archive, "host-e.test").acquire(timedelta(), "crawl").release()
    Lock(archive, "daemon").acquire(timedelta(), "next").release()


def test_a_drifted_index_is_noticed(store: Store) -> None:
    with store.writing() as tx:
        tx.apply(make.insert(), source_id=SOURCE.id, run_id=None, now=NOW)
    assert store.integrity() == ()
    store._db.execute("UPDATE shadows SET title = 'somebody was here'")
    assert any("text index" in fault for fault in store.integrity())


def test_the_standard_module_is_not_ours() -> None:
    from storage.driver import version

    assert "SQLite" in version() and sqlite3.__name__ == "sqlite3"


def test_a_failure_in_a_run_that_was_killed_is_asked_for_again(store: Store) -> None:
    url = "http://e.test/1"
    for kill in (False, True):
        with store.writing() as tx:
            run = tx.start_run(SOURCE.id, later(days=kill))
            tx.log_fetch(run.id, Fetch(url, FetchKind.ARTICLE, NOW, Outcome.GONE, status=404))
            if kill:
                tx.close_orphans(SOURCE.id, later(days=1, hours=1))
            else:
                tx.finish_run(run.id, later(minutes=1), Outcome.OK, Counts())
    assert store.attempts(SOURCE.id, later(days=2))[url].tries == 1
