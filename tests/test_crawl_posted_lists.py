"""Lists that go on by forms sent by POST: crawled, back-filled, and told where that fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from scraper.crawl.backfill import BackfillPlace, backfill
from scraper.crawl.request import CrawlRequest
from scraper.sources.model import Bounds, Paging, PagingKind, Source
from storage.types import Outcome
from tests.support.crawling import BOUNDS, Crawl, source
from tests.support.posted_lists import EACH, KINDS, posted_site
from tests.support.servers import Server, Site

OVER_EACH_CARRIER = True

PAGES = 13


def asked(site: Site) -> list[str]:
    found = [hit.method for hit in site.hits if not hit.path.startswith(("/a/", "/robots"))]
    site.hits.clear()
    return found


def posted(kind: PagingKind = PagingKind.FORM, most: int = 50, bounds: Bounds = BOUNDS) -> Source:
    return source("posted", paging=Paging(kind, max_pages=most), bounds=bounds)


@pytest.mark.parametrize("rule", [PagingKind.FORM, PagingKind.AUTO])
@pytest.mark.parametrize("kind", KINDS)
def test_every_page_is_had_by_the_form_of_the_page_before(
    server: Server, crawl: Crawl, kind: str, rule: PagingKind
) -> None:
    site = server.site("posted.test")
    posted_site(site, kind, PAGES)
    (run,) = crawl(posted(rule))
    assert (run.outcome, run.counts.new) == (Outcome.OK, PAGES * EACH)
    assert asked(site) == ["GET"] + ["POST"] * (PAGES - 1)
    (run,) = crawl(posted(rule))
    assert (run.outcome, run.counts.new, run.counts.fetched) == (Outcome.OK, 0, 0)
    assert asked(site) == ["GET", "POST"]
    seen = crawl.table("SELECT list_url FROM list_sights ORDER BY id")
    assert ("http://posted.test/news.html#page=13",) in seen


def back(crawl: Crawl, of: Source, most: int | None = None):  # type: ignore[no-untyped-def]
    request = CrawlRequest("mailto:test@example.org", crawl.clock, hosts=crawl.server.hosts)
    place = BackfillPlace({})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scraper.crawl.backfill._PAUSE_SECONDS", 0.0)
        return backfill(
            of,
            crawl.archive,
            request,
            date(2020, 1, 1),
            crawl.events.append,
            start=place,
            most=most,
        )


@pytest.mark.parametrize("kind", ["webforms grid", "jsf"])
def test_a_backfill_begins_again_at_the_first_page_and_reaches_the_end(
    server: Server, crawl: Crawl, kind: str
) -> None:
    site = server.site("posted.test")
    posted_site(site, kind, PAGES)
    few = posted(most=2, bounds=replace(BOUNDS, pages=30))
    crawl(few)
    site.hits.clear()
    done = back(crawl, few)
    assert done.conclusion.startswith(f"the portal ends at page {PAGES}")
    assert done.total("new") == (PAGES - 2) * EACH
    assert len(done.runs) > 1
    assert crawl.table("SELECT count(*) FROM articles") == [(PAGES * EACH,)]
    assert asked(site).count("GET") == len(done.runs)  # each slice begins with the list itself


def test_a_list_longer_than_a_slice_may_walk_is_not_said_to_be_read(
    server: Server, crawl: Crawl
) -> None:
    posted_site(server.site("posted.test"), "webforms grid", PAGES)
    few = posted(most=2, bounds=replace(BOUNDS, pages=10))
    crawl(few)
    done = back(crawl, few)
    assert done.conclusion == ""
    assert "10 pages fetched" in done.reason


@pytest.mark.parametrize("kind", ["webforms next", "java"])
def test_a_form_that_brings_the_first_page_again_proves_no_end(
    server: Server, crawl: Crawl, kind: str
) -> None:
    site = server.site("posted.test")
    posted_site(site, kind, 4)
    first = site.routes["/news.html"]
    for target in ("/list.aspx?cat=3", "/list.do"):  # the program has lost its state
        site.answer(target, lambda connection, hit: first(connection, replace(hit, method="GET")))
    (run,) = crawl(posted(most=2))
    assert run.counts.new == EACH
    assert "repeats itself" in run.reason
    done = back(crawl, posted(most=2))
    assert done.conclusion == ""
    assert "first page again" in done.reason


def test_a_form_that_is_refused_is_told_and_ends_nothing(server: Server, crawl: Crawl) -> None:
    site = server.site("posted.test")
    posted_site(site, "webforms grid", 4)
    site.routes.pop("/list.aspx?cat=3")
    (run,) = crawl(posted())
    assert (run.counts.new, run.outcome) == (EACH, Outcome.PARTIAL)
    assert back(crawl, posted()).conclusion == ""


def test_robots_rules_hold_for_forms(server: Server, crawl: Crawl) -> None:
    from tests.support.servers import answer

    site = server.site("posted.test")
    posted_site(site, "java", 4)
    site.answer("/robots.txt", answer(200, b"User-agent: *\nDisallow: /list.do\n"))
    (run,) = crawl(posted())
    assert run.counts.new == EACH
    assert asked(site) == ["GET"]


def test_what_the_source_does_not_follow_is_told_with_the_rule_that_would(
    server: Server, crawl: Crawl
) -> None:
    posted_site(server.site("posted.test"), "webforms grid", 4)
    crawl(posted(PagingKind.NEXT))
    ((reason,),) = crawl.table("SELECT reason FROM list_sights WHERE list_url LIKE '%news.html'")
    assert "`paging = form` would go on" in reason
