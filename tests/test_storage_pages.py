"""What the archive keeps of fetched pages: responses, validators, rows of lists, waiting hosts."""

from __future__ import annotations

from storage.archive import Archive
from storage.lists import ListRow
from storage.pages import Validator
from storage.runs import Counts, Fetch, FetchKind, RunKind
from storage.types import Capture, Outcome
from tests.support import make
from tests.support.make import NOW, SOURCE, later


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


def test_what_a_pipeline_dropped_rests_longer_each_time(store: Archive) -> None:
    url = "http://e.test/1"
    for day in (0, 1):
        with store.writing() as tx:
            run = tx.runs.start(SOURCE.id, later(days=day))
            at = later(days=day)
            tx.runs.log_fetch(run.id, Fetch(url, FetchKind.ARTICLE, at, Outcome.DROPPED))
            tx.runs.finish(run.id, at, Outcome.OK, Counts())
        dropped = store.pages.attempts(SOURCE.id, at)[url]
        assert dropped.dropped
        assert dropped.rests_listed(later(days=day, hours=19 * (day + 1)))
        assert not dropped.rests_listed(later(days=day, hours=21 * (day + 1)))
    with store.writing() as tx:
        run = tx.runs.start(SOURCE.id, later(days=5))
        tx.runs.log_fetch(run.id, Fetch(url, FetchKind.ARTICLE, later(days=5), Outcome.TIMEOUT))
        tx.runs.finish(run.id, later(days=5), Outcome.PARTIAL, Counts())
    assert not store.pages.attempts(SOURCE.id, later(days=6))[url].dropped  # it fails as well


def test_a_source_was_crawled_as_often_as_crawls_of_it_ended_in_a_period(store: Archive) -> None:
    begun = []
    with store.writing() as tx:
        tx.sources.register(SOURCE, NOW)
        for hour, (outcome, kind) in enumerate(
            [
                (Outcome.BLOCKED, RunKind.CRAWL),
                (Outcome.OK, RunKind.CRAWL),
                (Outcome.OK, RunKind.IMPORT),
                (None, RunKind.CRAWL),
            ]
        ):
            run = tx.runs.start(SOURCE.id, later(hours=hour), kind=kind)
            begun.append(run.id)
            if outcome is not None:
                tx.runs.finish(run.id, later(hours=hour, minutes=1), outcome, Counts())
    found = store.runs.crawled(later(hours=0), later(hours=9))
    assert {name: (each.number, each.last.id) for name, each in found.items()} == {
        SOURCE.id: (2, begun[1])
    }
    assert store.runs.crawled(later(hours=0), later(hours=1))[SOURCE.id].last.id == begun[0]
    assert store.runs.crawled(later(hours=2), later(hours=9)) == {}
