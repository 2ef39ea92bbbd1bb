"""What a spider counts, how far it may go, what it remembers of a page, and how it logs."""

from __future__ import annotations

from pathlib import Path

from scraper.crawl.context import event
from scraper.sources.model import Bounds
from scraper.space import Space
from scraper.spiders.fetch import validator_of
from scraper.spiders.tally import Budget, Ending, Tally, resident_bytes
from storage.types import Change, Outcome
from tests.support.make import NOW, capture


def _ending(tally: Tally) -> Outcome:
    return tally.ending().outcome


def test_a_run_that_broke_off_says_why_at_the_page_where_it_did() -> None:
    page = "http://e.test/news_1.html"
    tally = Tally(lists_read=1, new=1)
    tally.fail_list(Outcome.TIMEOUT, "http://e.test/other.html: timeout")
    tally.fail_list(Outcome.GONE, f"{page}: HTTP 404", page)
    ending = tally.ending()
    assert (ending.cursor, ending.reason.endswith(f"{page}: HTTP 404")) == (page, True)


def test_what_a_pipeline_drops_is_no_failure() -> None:
    """Neither of the source, nor of its layout, where nothing else was ever read."""
    assert Tally(lists_read=1, new=1, dropped=2).ending().reason == "2 dropped by a pipeline"
    alone = Tally(lists_read=1, dropped=2, barren=True, listed={"a", "b"})
    assert alone.ending() == Ending(Outcome.OK, "2 dropped by a pipeline")
    alone.fail(Outcome.TIMEOUT)
    assert alone.ending().outcome is Outcome.PARTIAL
    assert alone.ending().reason == "1 failed: timeout 1; 2 dropped by a pipeline"
    unread = Tally(lists_read=1, barren=True, listed={"a", "b"})
    assert unread.ending().outcome is Outcome.LAYOUT_CHANGED


def test_the_word_of_a_run() -> None:
    tally = Tally(lists_read=1)
    assert _ending(tally) is Outcome.OK
    tally.count("one", Change.NEW, Outcome.OK)
    assert _ending(tally) is Outcome.OK
    tally.fail(Outcome.TIMEOUT)
    assert _ending(tally) is Outcome.PARTIAL
    assert tally.ending().reason == "1 failed: timeout 1"


def test_nothing_usable_is_named_by_its_commonest_fault() -> None:
    tally = Tally(lists_read=1)
    for outcome in (Outcome.TIMEOUT, Outcome.BLOCKED, Outcome.BLOCKED):
        tally.fail(outcome)
    assert _ending(tally) is Outcome.BLOCKED


def test_pages_that_all_read_empty_are_a_redesign() -> None:
    tally = Tally(lists_read=1)
    for key in "abc":
        tally.count(key, Change.QUARANTINED, Outcome.EMPTY)
    assert _ending(tally) is Outcome.LAYOUT_CHANGED


def test_an_address_is_counted_once() -> None:
    tally = Tally(lists_read=1)
    tally.unchanged.update({"a", "b", "c"})
    tally.count("a", None, Outcome.UNCHANGED)
    tally.count("b", Change.CHANGED, Outcome.OK)
    tally.count("c", Change.GONE, Outcome.GONE)
    counts = tally.counts()
    assert (counts.unchanged, counts.changed, counts.gone) == (1, 1, 1)


def test_pages_run_out() -> None:
    budget = Budget(Bounds(pages=2), Space(Path(), 0))
    assert budget.spent() == ""
    budget.begin()
    budget.begin()
    assert budget.spent() == "2 pages fetched"


def test_memory_is_measured() -> None:
    assert resident_bytes() > 10_000_000


def test_row_21_a_date_from_the_future_is_no_validator() -> None:
    headers = (
        ("last-modified", "Tue, 03 Mar 2026 04:00:00 GMT"),
        ("date", "Mon, 02 Mar 2026 04:00:00 GMT"),
    )
    assert validator_of(capture(headers=headers), NOW) is None
    validator = validator_of(capture(headers=(*headers, ("etag", '"x"'))), NOW)
    assert validator is not None
    assert (validator.etag, validator.last_modified) == ('"x"', None)


def test_log_lines_stay_on_one_line() -> None:
    line = event("crawled", source="guiyang-en", reason='says "no"\nand a=b')
    assert line == 'crawled source=guiyang-en reason="says \\"no\\" and a=b"'
