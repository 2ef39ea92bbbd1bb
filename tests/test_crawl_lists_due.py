"""When lists are read: at their pauses, and in spite of a clock that was wrong."""

from __future__ import annotations

from datetime import timedelta

from storage.types import Outcome
from tests.support.crawling import Crawl, publish, source
from tests.support.servers import Server


def test_a_clock_that_was_set_back_keeps_no_list_from_being_read(
    crawl: Crawl, server: Server
) -> None:
    site = server.site("a.test")
    publish(site, 1, 2, 3)
    crawl.now += timedelta(days=2)
    crawl(source("a"))
    crawl.now -= timedelta(days=2)
    publish(site, 4, 1, 2, 3)
    (run,) = crawl(source("a"))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 1)
