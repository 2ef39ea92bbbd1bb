"""What a crawl does when all goes well: list, articles, and the next time almost nothing."""

from __future__ import annotations

from storage.types import Outcome
from tests.support.crawling import Crawl, source
from tests.support.servers import Server


def test_new_articles_are_fetched_once(server: Server, crawl: Crawl) -> None:
    site = server.site("plain.test")
    site.listing("/news.html", "/a/1.htm", "/a/2.htm")
    site.article("/a/1.htm", "First")
    site.article("/a/2.htm", "Second")

    (first,) = crawl(source("plain"))

    assert (first.outcome, first.reason) == (Outcome.OK, "")
    assert (first.counts.listed, first.counts.fetched, first.counts.new) == (2, 2, 2)
    assert sorted(site.paths()) == ["/a/1.htm", "/a/2.htm", "/news.html"]

    site.hits.clear()
    (second,) = crawl(source("plain"))

    assert second.outcome is Outcome.OK
    assert (second.counts.new, second.counts.fetched, second.counts.unchanged) == (0, 0, 2)
    assert site.paths() == ["/news.html"]
