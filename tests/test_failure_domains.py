"""Whatever raises inside a crawl costs the one thing it happened to, and is told."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

from hubwatch.spans import parse_span
from scraper.bugs import place_of, trace_of
from scraper.parsing import feeds
from scraper.sources.model import Entry, EntryKind, LinkRules, Paging, PagingKind, Source
from scraper.spiders import lists
from scraper.spiders.articles import Articles
from scraper.spiders.source import SourceCrawl
from storage.archive import Archive
from storage.incidents import Kind, Severity
from storage.runs import Counts, Run
from storage.types import Outcome
from tests.support import documents
from tests.support.crawling import _TEXT, Crawl, incidents, publish, source
from tests.support.examples import shares
from tests.support.paths import ROOT
from tests.support.servers import Server, Site, answer, page, redirect

HOUR = timedelta(hours=1)


def titles(crawl: Crawl, baseline: int | None = None) -> set[str]:
    """The titles of the kept articles; only of baseline ones, or of news."""
    where = "" if baseline is None else f"WHERE a.baseline = {baseline}"
    sql = f"SELECT r.title FROM articles a JOIN readings r ON r.id = a.reading_id {where}"
    return {title for (title,) in crawl.table(sql)}


@pytest.fixture
def site(server: Server) -> Site:
    return server.site("a.test")


def test_row_65_a_file_at_an_impossible_address_silences_nothing(crawl: Crawl, site: Site) -> None:
    publish(site, 1, 2, extra='<p><a href="http://min.test:99999/x.pdf">annex</a></p>')
    for _ in range(2):
        (run,) = crawl(source("a"))
        assert run.outcome is Outcome.OK, run.reason
        crawl.now += HOUR
    files = crawl.ask(lambda store: [*store.attachments.of(1), *store.attachments.of(2)])
    assert {str(each.outcome) for each in files} == {"refused_address"}
    publish(site, 1, 2, 3)
    (run,) = crawl(source("a"))
    assert (run.outcome, run.counts.new, run.baseline) == (Outcome.OK, 1, False)
    assert titles(crawl, baseline=0) == {"Story 3"}
    assert incidents(crawl) == []


def test_row_66_a_page_that_breaks_our_reading_costs_itself(
    crawl: Crawl, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(site, 1, 2, 3)
    ask = Articles._at_its_own_address

    async def broken(self: Articles, read: Any) -> Any:
        if read.reading.article.title == "Story 2":
            raise KeyError("bridge")
        return await ask(self, read)

    monkeypatch.setattr(Articles, "_at_its_own_address", broken)
    (run,) = crawl(source("a"))
    assert (run.outcome, run.counts.new, run.reasons) == (Outcome.PARTIAL, 2, (("failed", 1),))
    assert titles(crawl) == {"Story 1", "Story 3"}
    assert "failed" in crawl.logged(run, "/a/2.htm")
    (finding,) = incidents(crawl)
    assert finding.kind is Kind.BUG
    assert "KeyError: 'bridge'" in finding.message and "test_failure_domains" not in finding.place
    assert any("http://a.test/a/2.htm" in line for line in finding.evidence)
    assert any("Traceback" in line for line in finding.evidence)

    monkeypatch.undo()
    crawl.now += timedelta(days=2)
    publish(site, 1, 2, 3, 4)
    (run,) = crawl(source("a"))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 2)
    # What was on the list in the first crawl is no news when it comes at last.
    assert titles(crawl, baseline=0) == {"Story 4"}
    assert crawl.table("SELECT count(*) FROM events WHERE change = 'new' AND NOT baseline") == [
        (1,)
    ]
    assert incidents(crawl) == []


def test_a_page_that_cannot_be_had_does_not_keep_the_baseline_open(
    crawl: Crawl, site: Site
) -> None:
    publish(site, 1, 2)
    site.answer("/a/2.htm", answer(500, b""))
    (run,) = crawl(source("a"))
    assert (run.outcome, run.baseline) == (Outcome.PARTIAL, True)
    crawl.now += HOUR
    site.article("/a/3.htm", "Story 3", _TEXT.format(n=99))
    site.listing("/news.html", "/a/3.htm", "/a/2.htm", "/a/1.htm")
    (run,) = crawl(source("a"))
    assert run.baseline is False
    assert titles(crawl, baseline=0) == {"Story 3"}


def test_a_fault_is_placed_in_whichever_room_it_was_raised() -> None:
    with pytest.raises(ValueError) as caught:
        parse_span("soon")
    assert place_of(trace_of(caught.value)) == "hubwatch/spans.py in parse_span"


def test_as_long_as_no_list_was_read_the_baseline_stays_open(crawl: Crawl, site: Site) -> None:
    site.answer("/news.html", answer(500, b""))
    crawl(source("a"))
    crawl.now += HOUR
    publish(site, 1)
    (run,) = crawl(source("a"))
    assert run.baseline is True
    assert titles(crawl, baseline=0) == set()


@pytest.mark.parametrize("outcome", [Outcome.KILLED, Outcome.TIMEOUT])
def test_a_first_crawl_that_is_killed_does_not_end_the_baseline(
    crawl: Crawl, site: Site, outcome: Outcome
) -> None:
    """What stood on the pages of its lists that it did not come to is as old as the rest."""
    publish(site, 1)
    (run,) = crawl(source("a"))
    with closing(sqlite3.connect(crawl.archive)) as db, db:  # as if it had died before its end
        db.execute("UPDATE runs SET ended_at = NULL, outcome = NULL")
        db.execute("UPDATE sources SET baseline_done_at = NULL")
    with Archive.open(crawl.archive) as store, store.writing() as tx:
        assert tx.runs.close_killed(os.getpid(), run.started_at, crawl.now, outcome, "died") == 1
    crawl.now += HOUR
    publish(site, 1, 2)
    (run,) = crawl(source("a"))
    assert (run.outcome, run.baseline) == (Outcome.OK, True)
    assert titles(crawl, baseline=0) == set()
    crawl.now += HOUR
    publish(site, 1, 2, 3)
    (run,) = crawl(source("a"))
    assert run.baseline is False
    assert titles(crawl, baseline=0) == {"Story 3"}


def break_row(monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    """Have the judgement of a row raise where its address ends so."""
    judged = lists.is_article

    def broken(url: str, links: LinkRules) -> bool:
        if url.endswith(end):
            raise RuntimeError("an odd row")
        return judged(url, links)

    monkeypatch.setattr(lists, "is_article", broken)


def test_a_row_that_breaks_leaves_the_others(
    crawl: Crawl, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(site, 1, 2, 3)
    break_row(monkeypatch, "/2.htm")
    (run,) = crawl(source("a"))
    assert (run.outcome, titles(crawl)) == (Outcome.OK, {"Story 1", "Story 3"})
    (finding,) = incidents(crawl)
    assert finding.kind is Kind.BUG and "1 × row" in finding.message


def test_a_row_that_the_archive_cannot_take_leaves_the_others(
    crawl: Crawl, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storage.lists import ListWrites

    publish(site, 1, 2, 3)
    see = ListWrites.record_rows

    def broken(self: ListWrites, run_id: int, entry: str, url: str, rows: Any, at: Any) -> int:
        fresh = see(self, run_id, entry, url, rows, at)
        if any(row.url.endswith("/2.htm") for row in rows):
            raise OverflowError("too large for the column")
        return fresh

    monkeypatch.setattr(ListWrites, "record_rows", broken)
    (run,) = crawl(source("a"))
    assert run.outcome is Outcome.OK
    rows = {url for (url,) in crawl.table("SELECT url FROM listings")}
    assert rows == {"http://a.test/a/1.htm", "http://a.test/a/3.htm"}
    assert titles(crawl) == {"Story 1", "Story 2", "Story 3"}
    (finding,) = incidents(crawl)
    assert finding.kind is Kind.BUG and "OverflowError" in finding.message


def feed(*numbers: int) -> str:
    items = "".join(
        f"<item><title>Story {n}</title><link>http://a.test/a/{n}.htm</link></item>"
        for n in numbers
    )
    return f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>"


def test_a_feed_entry_that_breaks_still_gives_its_address(
    crawl: Crawl, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(site, 1, 2, 3)
    site.answer("/feed.xml", answer(200, feed(1, 2, 3).encode(), Content_Type="application/xml"))
    clean = feeds.clean_title

    def broken(text: str) -> str:
        if text == "Story 2":
            raise IndexError("an odd entry")
        return clean(text)

    monkeypatch.setattr(feeds, "clean_title", broken)
    (run,) = crawl(source("a", entries=(Entry(EntryKind.FEED, site.url("/feed.xml")),)))
    assert (run.outcome, titles(crawl)) == (Outcome.OK, {"Story 1", "Story 2", "Story 3"})
    (finding,) = incidents(crawl)
    assert finding.kind is Kind.BUG and "IndexError: an odd entry" in finding.message
    assert any("row http://a.test/a/2.htm" in line for line in finding.evidence)


def test_a_robots_file_that_breaks_forbids_its_origin_alone(
    crawl: Crawl, server: Server, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scraper.middlewares import robots

    publish(site, 1)
    other = server.site("b.test")
    publish(other, 2)
    site.answer("/robots.txt", answer(200, b"User-agent: odd", Content_Type="text/plain"))
    read = robots.read_robots

    def broken(body: bytes) -> Any:
        if b"odd" in body:
            raise ValueError("an odd file")
        return read(body)

    monkeypatch.setattr(robots, "read_robots", broken)
    first, second = crawl(source("a"), source("b"))
    assert (first.outcome, second.outcome) == (Outcome.ROBOTS, Outcome.OK)
    found = incidents(crawl, "a", "b")
    assert {each.kind for each in found} == {Kind.BUG, Kind.ROBOTS}
    assert site.paths() == []


def test_two_interrupted_crawls_in_a_row_are_an_incident(
    crawl: Crawl, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(site, 1)

    async def broken(self: SourceCrawl, fetcher: Any, process: Any) -> None:
        raise TypeError("no walking today")

    monkeypatch.setattr(SourceCrawl, "walk", broken)
    (run,) = crawl(source("a"))
    assert run.outcome is Outcome.INTERRUPTED
    assert [each.kind for each in incidents(crawl)] == [Kind.BUG]
    crawl.now += HOUR
    crawl(source("a"))
    found = {each.kind: each for each in incidents(crawl)}
    assert set(found) == {Kind.BUG, Kind.INTERRUPTED}
    assert "the last 2 crawls were cut off" in found[Kind.INTERRUPTED].message
    monkeypatch.undo()
    crawl.now += HOUR
    (run,) = crawl(source("a"))
    assert run.outcome is Outcome.OK
    assert incidents(crawl) == []


def test_what_breaks_outside_of_a_crawl_ends_one_source(
    crawl: Crawl, server: Server, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scraper.crawl import run

    publish(site, 1)
    publish(server.site("b.test"), 2)
    made = run.spider_class_for

    def broken(asked: Source, *rest: Any) -> Any:
        if asked.id == "a":
            raise LookupError("no settings")
        return made(asked, *rest)

    monkeypatch.setattr(run, "spider_class_for", broken)
    first, second = crawl(source("a"), source("b"))
    assert (first.outcome, second.outcome) == (Outcome.INTERRUPTED, Outcome.OK)
    assert "LookupError: no settings" in first.reason
    assert crawl.table("SELECT count(*) FROM runs WHERE ended_at IS NULL") == [(0,)]
    assert [each.kind for each in incidents(crawl, "a", "b")] == [Kind.BUG]


@pytest.mark.parametrize("status", [500, 200])
def test_a_first_crawl_without_a_page_that_works_ends_the_baseline(
    crawl: Crawl, site: Site, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """A fault that hits every page of a portal, ours or its own, must not swallow its news."""
    publish(site, 1, 2)
    if status == 500:
        site.answer("/a/1.htm", answer(500, b""))
        site.answer("/a/2.htm", answer(500, b""))
    else:

        async def broken(self: Articles, *_: Any) -> None:
            raise KeyError("every page")

        monkeypatch.setattr(Articles, "_resolve_forward", broken)
    (run,) = crawl(source("a"))
    assert run.counts.new == 0
    monkeypatch.undo()
    crawl.now += timedelta(days=2)
    publish(site, 1, 2, 3)
    (run,) = crawl(source("a"))
    assert (run.outcome, run.baseline, run.counts.new) == (Outcome.OK, False, 3)
    assert titles(crawl, baseline=0) == {"Story 3"}


def test_what_a_list_shows_that_could_not_be_read_at_first_is_no_news(
    crawl: Crawl, site: Site
) -> None:
    publish(site, 1)
    asked = source("a", entries=(*source("a").entries, Entry(EntryKind.LIST, site.url("/b.html"))))
    site.answer("/b.html", answer(500, b""))
    crawl(asked)
    crawl.now += HOUR
    site.article("/a/7.htm", "Story 7", _TEXT.format(n=700))
    site.article("/a/8.htm", "Story 8", _TEXT.format(n=800))
    site.listing("/b.html", "/a/7.htm")
    site.listing("/news.html", "/a/8.htm", "/a/1.htm")
    crawl(asked)
    assert titles(crawl, baseline=0) == {"Story 8"}
    crawl.now += HOUR
    site.article("/a/9.htm", "Story 9", _TEXT.format(n=900))
    site.listing("/b.html", "/a/9.htm", "/a/7.htm")
    crawl(asked)
    assert titles(crawl, baseline=0) == {"Story 8", "Story 9"}


_IMPOSSIBLE = [
    "http://min.test:99999/x", "http://[::1", "http://[::1]:80:80/x", "http://a.test:abc/",
    "http://a.test:80a/", "http://a.test:0/", "//[bad/", "http://a.test/" + "x" * 2500,
]  # fmt: skip


@pytest.mark.parametrize("target", _IMPOSSIBLE, ids=lambda text: text[:24])
@pytest.mark.parametrize("how", ["location", "refresh", "script"])
def test_row_65_a_redirect_to_an_impossible_address_is_the_portals_fault(
    crawl: Crawl, site: Site, target: str, how: str
) -> None:
    publish(site, 1, 2)
    markup = f'<meta http-equiv="refresh" content="0; url={target}">'
    if how == "script":
        markup = f'<script>window.location.replace("{target}");</script>'
    site.answer("/a/2.htm", redirect(target) if how == "location" else page(markup))
    (run,) = crawl(source("a"))
    assert titles(crawl) == {"Story 1"}
    assert run.reasons[0][0] in ("refused_address", "empty")  # a page may just stay a page
    assert incidents(crawl) == []


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("odd \ud800 text\x00"), "ValueError: odd \\ud800 text\\x00"),
        (ExceptionGroup("two", [KeyError("a"), KeyError("b")]), "KeyError: 'a'"),
        (ValueError("many\n\n^^^^\nlines"), "ValueError: many ^^^^ lines"),
        (ValueError("x" * 20_000), "ValueError: xxx"),
        (OSError("http://user:hunter2@proxy.test/"), "OSError: http://…@proxy.test/"),
        (asyncio.CancelledError("given up"), "CancelledError: given up"),
    ],
)
def test_whatever_an_exception_says_it_costs_one_page(
    crawl: Crawl, site: Site, monkeypatch: pytest.MonkeyPatch, error: BaseException, told: str
) -> None:
    publish(site, 1, 2, 3)
    resolve = Articles._resolve_forward

    async def broken(self: Articles, item: Any) -> None:
        if item.fetched.url.endswith("/2.htm"):
            raise error
        await resolve(self, item)

    monkeypatch.setattr(Articles, "_resolve_forward", broken)
    (run,) = crawl(source("a"))
    assert (run.outcome, titles(crawl)) == (Outcome.PARTIAL, {"Story 1", "Story 3"})
    (finding,) = incidents(crawl)
    assert told in finding.message
    assert finding.place == "scraper/spiders/articles.py in _resolve"
    assert "hunter2" not in "".join(finding.evidence)


def test_a_bug_is_over_once_its_page_is_not_there_any_more(
    crawl: Crawl, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(site, 1, 2)

    async def broken(self: Articles, *_: Any) -> None:
        raise KeyError("every page")

    monkeypatch.setattr(Articles, "_resolve_forward", broken)
    crawl(source("a"))
    monkeypatch.undo()
    crawl.now += timedelta(days=2)
    site.answer("/a/2.htm", answer(404, b""))
    crawl(source("a"))
    assert incidents(crawl) == []


def test_a_bug_at_a_row_is_over_when_the_row_is_gone(
    crawl: Crawl, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(site, 1, 2, 3)
    break_row(monkeypatch, "/2.htm")
    crawl(source("a"))
    assert [each.kind for each in incidents(crawl)] == [Kind.BUG]
    publish(site, 1, 3)
    for _ in range(2):
        crawl.now += HOUR
        crawl(source("a"))
    assert incidents(crawl) == []


def test_a_crawl_that_somebody_stopped_twice_is_worth_a_line_only(crawl: Crawl, site: Site) -> None:
    publish(site, 1)
    crawl(source("a"))
    with Archive.open(crawl.archive) as store, store.writing() as tx:
        for _ in range(2):
            started = tx.runs.start("a", crawl.now)
            tx.runs.finish(
                started.id, crawl.now, Outcome.INTERRUPTED, Counts(), reason="told to stop"
            )
    (finding,) = incidents(crawl)
    assert (finding.kind, finding.severity) == (Kind.INTERRUPTED, Severity.INFO)


# Every function of the crawl and of the reading of pages, in turn.

_FOLDERS = (
    "scraper/crawl/",
    "scraper/middlewares/",
    "scraper/spiders/",
    "scraper/pipelines/",
    "scraper/parsing/",
    "scraper/relevance/",
)
_FILES = (
    "scraper/hashes.py",
    "scraper/revisions.py",
    "scraper/settings.py",
    "scraper/sources/links.py",
    "scraper/workers/readers.py",
)
_LEFT_OUT = (
    # What sets a process up or takes it down is of no one source.
    "crawl", "refuse_while_paused", "_crawl", "_cancel_rest", "reactor_loop",
    "Interrupts.", "SourceRuns.__init__", "SourceRuns.run_of", "_Walker.__init__",
    "CrawlRequest.", "Space.__init__",
    "CrawlContext.__post_init__", "CrawlContext.close_browser", "GuardedResolver.__init__",
    "GuardedResolver.install_on_reactor", "crawl_settings", "HostThrottle.__init__",
    "Writes.__init__", "_host_port",
    "Leases.__init__", "Readers.__init__", "Readers.close",
    "FileReaders.__init__", "FileReaders.close",
    "<module>", "<lambda>",
    # What keeps a bug cannot keep its own.
    "CrawlContext.record_failure", "CrawlContext.record_bug", "SourceRuns._broken_off",
    "CrawlContext.now",
    # Through these come the network's own exceptions, which cannot be told from one raised there.
    "SourceSpider._download", "GuardedHandler.download_request", "GuardedHandler._in_time",
)  # fmt: skip
_STAGES = (
    "SourceCrawl._fetch_all",
    "SourceWork.each",
    "SourceWork._take_from",
    "SourceWork.one",
    "SourceSpider.start",
)
"""A fault of theirs is one of the run: its pages come with the next one."""


class Boom(Exception):
    """Raised by the test."""


def is_looked_at(code: CodeType) -> bool:
    place = code.co_filename.removeprefix(f"{ROOT}/")
    of_crawl = place.startswith(_FOLDERS) or place in _FILES
    return of_crawl and not place.endswith("/backfill.py") and not _is_one_of(code, _LEFT_OUT)


def _is_one_of(code: CodeType, names: Sequence[str]) -> bool:
    """Whether it is one of these functions, or stands within."""
    name = code.co_qualname
    return any(
        name == each or name.startswith(each if each.endswith(".") else f"{each}.<")
        for each in names
    )


@contextmanager
def tracing(on_call: Callable[[CodeType], None]) -> Iterator[None]:
    """Have every call of a Python function told; what `on_call` raises is raised in it."""

    def trace(frame: FrameType, event: str, arg: Any) -> None:
        if event == "call" and is_looked_at(frame.f_code):
            on_call(frame.f_code)

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


def portal(site: Site, *numbers: int) -> None:
    """Lists of three kinds, articles of one page and of two, a file, a page that is gone."""
    publish(site, *numbers, extra='<p><a href="/f/annex.pdf">annex.pdf</a></p>')
    urls = [f"/a/{n}.htm" for n in numbers]
    site.listing("/news.html", *urls[:2], more="/news_2.html")
    site.listing("/news_2.html", *urls[2:], "/a/404.htm")
    site.answer("/feed.xml", answer(200, feed(*numbers).encode(), Content_Type="application/xml"))
    locs = "".join(f"<url><loc>http://a.test{url}</loc></url>" for url in urls)
    site.answer("/map.xml", answer(200, f"<urlset>{locs}</urlset>".encode()))
    site.answer("/f/annex.pdf", answer(200, documents.pdf("annex"), Content_Type="application/pdf"))
    site.answer("/robots.txt", answer(200, b"User-agent: *\nDisallow: /private/"))


def whole(site: Site) -> Source:
    entries = (
        Entry(EntryKind.LIST, site.url("/news.html"), Paging(PagingKind.NEXT, max_pages=2)),
        Entry(EntryKind.FEED, site.url("/feed.xml")),
        Entry(EntryKind.SITEMAP, site.url("/map.xml")),
    )
    return source("a", entries=entries)


def called(crawl: Crawl, asked: Source) -> list[CodeType]:
    """Every function that a first crawl and a second one call, in order."""
    found: dict[CodeType, None] = {}
    with tracing(lambda code: found.setdefault(code)):
        crawl(asked)
        crawl.now += timedelta(days=1, hours=1)
        crawl(asked)
    return list(found)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # a coroutine whose caller broke is not run
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("share", shares(16))
def test_row_66_a_fault_in_any_function_costs_one_thing(
    tmp_path: Path, server: Server, site: Site, share: int
) -> None:
    logging.disable(logging.CRITICAL)  # hundreds of tracebacks, each told by its incident
    portal(site, 1, 2, 3, 4)
    asked = whole(site)
    everything = {f"Story {n}" for n in (1, 2, 3, 4)}
    functions = called(Crawl(tmp_path / "plain.db", server), asked)
    assert len(functions) > 300
    wrong: list[str] = []
    for number, code in list(enumerate(functions))[share::16]:
        crawl = Crawl(tmp_path / f"{number}.db", server)
        told = fault_in(crawl, asked, code, everything)
        if told:
            place = code.co_filename.removeprefix(f"{ROOT}/")
            wrong.append(f"{place}:{code.co_firstlineno} {code.co_name}: {told}")
        crawl.archive.unlink()
    logging.disable(logging.NOTSET)
    assert not wrong, "\n" + "\n".join(wrong)


def fault_in(crawl: Crawl, asked: Source, code: CodeType, everything: set[str]) -> str:
    """What is wrong after this function has raised once in a first crawl; empty if nothing is."""
    fired: list[int] = []

    def raise_once(called: CodeType) -> None:
        if called is code and not fired:
            fired.append(1)
            raise Boom(f"in {code.co_name}")

    with tracing(raise_once):
        try:
            first: tuple[Run, ...] = crawl(asked)
        except Exception as error:
            return f"the crawl raised {error!r}"
    if not fired:
        return ""  # called in the second crawl only
    if [run for run in first if run.outcome is None] or len(first) != 1:
        return "the run has no end"
    named = [each for each in incidents(crawl) if each.kind is Kind.BUG]
    kept = titles(crawl)
    if not named and first[0].outcome is Outcome.OK and kept == everything:
        return ""  # it was done once more, and nothing is lost
    if len(named) != 1:
        return f"{len(named)} incidents name it"
    if not _is_one_of(code, _STAGES):
        if f"in {code.co_name}" not in named[0].message:
            return f"the incident says {named[0].message!r}"
        if len(kept) < 3 and first[0].counts.listed:
            return f"only {len(kept)} pages were kept of {first[0].counts.listed} listed"
    for _ in range(2):
        crawl.now += timedelta(days=2)
        crawl(asked)
        if titles(crawl) == everything:
            break
    if titles(crawl) != everything:
        return f"{everything - titles(crawl)} never came"
    if crawl.table("SELECT baseline_done_at IS NULL FROM sources") != [(0,)]:
        return "the baseline never ends"
    news = titles(crawl, baseline=0)
    if news:
        return f"{news} became news"
    return ""
