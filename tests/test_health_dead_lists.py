"""Lists that are dead at first sight say so; the proof of a crawl outlasts what comes after it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from desk.status import status
from scraper.crawl.request import Back
from scraper.sources.model import Entry, EntryKind, Paging, PagingKind, Source
from storage.archive import Archive
from storage.incidents import Finding, Kind, Severity
from storage.types import Outcome
from tests.support.crawling import Crawl, incidents, publish, source
from tests.support.servers import Server, Site, answer, list_html, page, redirect

DAY = timedelta(days=1)


@pytest.fixture
def site(server: Server) -> Site:
    return server.site("a.test")


def dated_list(site: Site, path: str, *days: str, first: int = 1, more: str = "") -> None:
    """A list whose rows have dates, and their articles."""
    rows = ""
    for number, day in enumerate(days, first):
        site.article(f"/a/{number}.htm", f"Story {number}", day=day)
        rows += f'<li><a href="/a/{number}.htm">Story {number} of the year</a><i>{day}</i></li>'
    site.answer(path, page(f"<html><body><ul class=news>{rows}</ul>{more}</body></html>"))


def found(crawl: Crawl) -> dict[Kind, Finding]:
    return {each.kind: each for each in incidents(crawl)}


def word(crawl: Crawl, asked: Source) -> str:
    with Archive.open_readonly(crawl.archive) as store:
        (row,) = status(store, [asked], [asked.id], crawl.now)
    return row.word


def test_row_71_a_list_of_2022_says_so_at_first_contact(crawl: Crawl, site: Site) -> None:
    dated_list(site, "/news.html", "2022-05-03", "2022-04-30", "2022-04-11")
    (run,) = crawl(source("a"))
    assert run.outcome is Outcome.OK
    assert "its newest item is of 2022-05-03" in run.reason
    stale = found(crawl)[Kind.STALE]
    assert stale.severity is Severity.WARNING
    assert (
        "http://a.test/news.html: its newest item is of 2022-05-03, 3.8 years old" in stale.message
    )
    assert any(line.startswith("repair:") for line in stale.evidence)
    assert word(crawl, source("a")) == "stale"
    crawl.now += DAY
    dated_list(site, "/news.html", "2026-03-03", "2022-05-03", first=7)
    crawl(source("a"))
    assert Kind.STALE not in found(crawl)
    assert word(crawl, source("a")) == "well"


@pytest.mark.parametrize(
    ("pager", "paging", "severity", "words"),
    [
        ("<p>Page 1 of 102</p>", Paging(), Severity.WARNING, 'it says "Page 1 of 102"'),
        ("<button>Load more</button>", Paging(), Severity.WARNING, 'its "Load more" is run by'),
        ("<p>共12页</p>", Paging(PagingKind.AUTO), Severity.WARNING, 'it says "共12页"'),
        (
            "<p class=pager>1 <a href=/news/2/>2</a> <a href=/news/3/>3</a></p>",
            Paging(),
            Severity.INFO,
            "`paging = news/{n}/ from 2` would go on",
        ),
    ],
)
def test_pages_that_no_rule_leads_to_are_an_incident(
    crawl: Crawl, site: Site, pager: str, paging: Paging, severity: Severity, words: str
) -> None:
    days = ["2026-03-02", "2026-03-01", "2026-02-28"]
    dated_list(site, "/news.html", *days, more=pager)
    asked = source("a")
    entry = replace(asked.entries[0], paging=paging)
    (run,) = crawl(replace(asked, entries=(entry,)))
    assert run.outcome is Outcome.OK
    unread = found(crawl)[Kind.PAGES_UNREAD]
    assert (unread.severity, words in unread.message) == (severity, True)
    crawl.now += DAY
    dated_list(site, "/news.html", *days)
    crawl(replace(asked, entries=(entry,)))
    assert Kind.PAGES_UNREAD not in found(crawl)


@pytest.mark.parametrize("status", [404, 503])
def test_a_further_page_that_is_not_had_is_an_incident_until_it_is(
    crawl: Crawl, site: Site, status: int
) -> None:
    days = ["2026-03-02", "2026-03-01", "2026-02-28"]
    dated_list(site, "/news.html", *days, more='<script>createPageHTML(3,0,"news","html")</script>')
    site.answer("/news_1.html", answer(status, b"<html><body>not now</body></html>"))
    asked = source("a")
    entry = replace(asked.entries[0], paging=Paging(PagingKind.AUTO))
    asked = replace(asked, entries=(entry,))
    for severity in (Severity.WARNING if status == 404 else Severity.INFO, Severity.WARNING):
        (run,) = crawl(asked)
        assert run.outcome is Outcome.PARTIAL
        lost = found(crawl)[Kind.PAGES_UNREAD]
        assert lost.severity is severity
        assert f"{site.url('/news_1.html')}: this page of a list could not be had" in lost.message
        assert str(status) in lost.message
        assert word(crawl, asked) == "pages_unread"
        crawl.now += DAY
    dated_list(site, "/news_1.html", "2026-02-27", first=4)
    dated_list(site, "/news_2.html", "2026-02-26", first=5)
    (run,) = crawl(asked)
    assert run.outcome is Outcome.OK
    assert Kind.PAGES_UNREAD not in found(crawl)
    assert word(crawl, asked) == "well"


def test_further_pages_that_are_each_missed_once_are_no_incident_yet(
    crawl: Crawl, site: Site
) -> None:
    paged = '<script>createPageHTML(3,{},"news","html")</script>'
    dated_list(site, "/news.html", "2026-03-02", more=paged.format(0))
    asked = source("a")
    asked = replace(asked, entries=(replace(asked.entries[0], paging=Paging(PagingKind.AUTO)),))
    dated_list(site, "/news_2.html", "2026-02-26", first=5)
    for lost in ("/news_1.html", "/news_2.html"):
        dated_list(site, "/news_1.html", "2026-02-27", first=4)
        site.answer(lost, answer(503, b"<html><body>not now</body></html>"))
        crawl(asked)
        finding = found(crawl)[Kind.PAGES_UNREAD]
        assert (finding.severity, site.url(lost) in finding.message) == (Severity.INFO, True)
        crawl.now += DAY


@pytest.mark.parametrize("said", ("header", "field"))
def test_a_list_that_counts_itself_is_a_witness_of_what_was_read(
    crawl: Crawl, site: Site, said: str
) -> None:
    def serve(total: int, shown: range) -> None:
        items = [{"title": f"Story {n}", "url": f"/a/{n}.htm", "date": "2026-02-27"} for n in shown]
        headers = {"X_WP_Total": str(total)} if said == "header" else {}
        data = {"data": {"list": items, **({"total": total} if said == "field" else {})}}
        body = json.dumps(items if said == "header" else data).encode()
        site.answer("/news.json", answer(200, body, Content_Type="application/json", **headers))

    for number in range(1, 8):
        site.article(f"/a/{number}.htm", f"Story {number}", day="2026-02-27")
    entry = Entry(EntryKind.JSON, site.url("/news.json"))
    asked = source("a", entries=(entry,))
    serve(7, range(1, 7))
    crawl(asked)
    short = found(crawl)[Kind.PAGES_UNREAD]
    assert "says that it holds 7 items, and 6 were read" in short.message
    crawl.now += DAY
    serve(7, range(1, 8))
    crawl(asked)
    assert Kind.PAGES_UNREAD not in found(crawl)


def test_a_list_without_dates_is_as_old_as_its_articles(crawl: Crawl, site: Site) -> None:
    publish(site, 1, 2, 3)
    for number in (1, 2, 3):
        site.article(f"/a/{number}.htm", f"Story {number}", day=f"2021-0{number}-09")
    crawl(source("a"))
    assert "its newest item is of 2021-03-09" in found(crawl)[Kind.STALE].message


def test_a_list_that_goes_on_is_not_old_and_neither_is_a_yearly_one(
    crawl: Crawl, site: Site
) -> None:
    dated_list(site, "/news.html", "2026-02-20", "2022-04-30")
    crawl(source("a"))
    dated_list(site, "/years.html", "2024-12-20", "2023-12-21", "2022-12-20", first=20)
    entries = (*source("a").entries, Entry(EntryKind.LIST, site.url("/years.html")))
    (run,) = crawl(source("a", entries=entries))
    assert run.outcome is Outcome.OK
    assert found(crawl) == {}


def test_of_two_lists_the_dead_one_is_named(crawl: Crawl, site: Site) -> None:
    dated_list(site, "/news.html", "2026-03-01", "2026-02-28")
    dated_list(site, "/old.html", "2020-01-03", "2020-01-02", "2020-01-01", first=20)
    entries = (*source("a").entries, Entry(EntryKind.LIST, site.url("/old.html")))
    crawl(source("a", entries=entries))
    stale = found(crawl)[Kind.STALE]
    assert (stale.place, stale.severity) == ("http://a.test/old.html", Severity.INFO)


def test_one_odd_row_makes_no_list_old(crawl: Crawl, site: Site) -> None:
    rows = ""
    for number in range(1, 11):
        site.article(f"/a/{number}.htm", f"Story {number}", day="2026-02-20")
        day = "<i>2019-03-01</i>" if number == 1 else ""
        rows += f'<li><a href="/a/{number}.htm">Story {number} of the year</a>{day}</li>'
    site.answer("/news.html", page(f"<html><body><ul class=news>{rows}</ul></body></html>"))
    (run,) = crawl(source("a"))
    assert "newest item" not in run.reason
    assert found(crawl) == {}


def test_articles_of_today_say_that_a_list_is_alive(crawl: Crawl, site: Site) -> None:
    dated_list(site, "/news.html", *(f"2019-01-0{n}" for n in range(1, 9)))
    for number in range(1, 9):
        site.article(f"/a/{number}.htm", f"Story {number}", day="2026-02-20")
    crawl(source("a"))
    assert Kind.STALE not in found(crawl)


def test_a_list_that_was_read_before_has_moved_at_the_second_crawl(
    crawl: Crawl, server: Server, site: Site
) -> None:
    publish(site, 1)
    crawl(source("a"))
    publish(server.site("waf.test"), 9)
    site.answer("/news.html", redirect("http://waf.test/blocked"))
    crawl.now += timedelta(hours=1)
    crawl(source("a"))
    assert Kind.MOVED not in found(crawl)
    crawl.now += timedelta(hours=1)
    crawl(source("a"))
    assert Kind.MOVED in found(crawl)


@pytest.mark.parametrize("kind", [EntryKind.LIST, EntryKind.FEED, EntryKind.SITEMAP])
def test_row_71_a_list_that_was_never_there_is_gone_at_once(
    crawl: Crawl, site: Site, kind: EntryKind
) -> None:
    publish(site, 1)
    asked = source("a", entries=(Entry(kind, site.url("/nowhere.html")),))
    (run,) = crawl(asked)
    assert run.outcome is Outcome.GONE
    assert set(found(crawl)) == {Kind.GONE}
    assert "http://a.test/nowhere.html: there is no list at this address" in (
        found(crawl)[Kind.GONE].message
    )
    crawl.now += DAY
    crawl(asked)
    assert set(found(crawl)) == {Kind.GONE}  # and not unreachable beside it
    assert word(crawl, asked) == "gone"


def test_one_list_of_two_that_was_never_there_is_not_well(crawl: Crawl, site: Site) -> None:
    publish(site, 1)
    entries = (*source("a").entries, Entry(EntryKind.LIST, site.url("/nowhere.html")))
    asked = source("a", entries=entries)
    crawl(asked)
    assert set(found(crawl)) == {Kind.GONE}
    assert word(crawl, asked) == "gone"


_PLAIN = list_html("/a/1.htm").encode()
_NOT_READ = {
    "gzip that is none": answer(200, _PLAIN, content_encoding="gzip", content_type="text/html"),
    "br that is none": answer(200, _PLAIN, content_encoding="br", content_type="text/html"),
    "a PDF": answer(200, b"%PDF-1.7\n" + b"1 0 obj\n" * 50, content_type="application/pdf"),
    "a picture": answer(200, b"\x89PNG\r\n\x1a\n" + b"\0" * 200, content_type="text/html"),
    "larger than the bound": page(f"<ul class=news>{'<li>x</li>' * 1_200_000}</ul>"),
    "no text": answer(
        200, b"<ul class=news><li>" + b"\xff\xfe\x81" * 400, content_type="text/html"
    ),
}


@pytest.mark.parametrize("kind", _NOT_READ)
def test_a_list_that_comes_and_cannot_be_read_is_an_incident(
    crawl: Crawl, site: Site, kind: str
) -> None:
    publish(site, 1)
    crawl(source("a"))
    site.answer("/news.html", _NOT_READ[kind])
    for _ in range(2):
        assert Kind.UNREACHABLE not in found(crawl)
        crawl.now += timedelta(hours=1)
        crawl(source("a"))
    assert site.url("/news.html") in found(crawl)[Kind.UNREACHABLE].message
    publish(site, 2)
    crawl.now += timedelta(hours=1)
    crawl(source("a"))
    assert found(crawl) == {}


@pytest.mark.parametrize("status_line", ["302 Found", "301 Moved Permanently"])
def test_row_71_a_portal_that_moved_says_where(
    crawl: Crawl, server: Server, site: Site, status_line: str
) -> None:
    publish(server.site("new.test"), 1)
    site.answer("/news.html", redirect("http://new.test/news.html"))
    (run,) = crawl(source("a"))
    assert run.outcome is Outcome.MOVED
    assert set(found(crawl)) == {Kind.MOVED}
    told = found(crawl)[Kind.MOVED].message
    assert "http://a.test/news.html redirects to http://new.test/news.html" in told
    assert word(crawl, source("a")) == "moved"
    assert server.site("new.test").paths() == []  # it is not followed


FORWARDED = {
    "a refresh": "<html><head><meta http-equiv=refresh content='0; url={}'></head></html>",
    "a script": "<html><head><title>News</title><script>window.location.href = '{}';</script>"
    "</head><body><p>You are being redirected …</p></body></html>",
    "a call": "<script type='text/javascript'>top.location.replace(\"{}\")</script>",
    "after a while": "<script>setTimeout(\"location='{}'\", 500)</script>",
}


@pytest.mark.parametrize("how", FORWARDED)
def test_row_71_a_page_that_is_nothing_but_a_move_says_where(
    crawl: Crawl, server: Server, site: Site, how: str
) -> None:
    publish(server.site("new.test"), 1)
    site.answer("/news.html", page(FORWARDED[how].replace("{}", "http://new.test/news.html")))
    (run,) = crawl(source("a"))
    assert run.outcome is Outcome.MOVED
    assert "http://new.test/news.html" in found(crawl)[Kind.MOVED].message
    assert server.site("new.test").paths() == []


def test_a_page_of_the_same_host_is_gone_to(crawl: Crawl, site: Site) -> None:
    publish(site, 1)
    site.answer("/new.html", page(list_html("/a/1.htm")))
    site.answer("/news.html", page("<script>location.href='/new.html'</script>"))
    (run,) = crawl(source("a"))
    assert run.counts.new == 1


NO_MOVE = {
    "a test of browsers": "<script>document.cookie='k=1'; location.href='http://new.test/n'</script>",
    "a choice": "<script>if (navigator.userAgent) location='http://new.test/m'</script>",
    "two places": "<script>function a() { location='http://new.test/a' } "
    "function b() { location='http://new.test/b' }</script>",
    "a page with a text": "<script>location = 'http://new.test/a'</script><ul class=news>"
    + "".join(f"<li><a href=/a/{n}.htm>News number {n} of the town hall</a></li>" for n in range(9))
    + "</ul>",
}


@pytest.mark.parametrize("kind", NO_MOVE)
def test_a_script_that_does_more_than_move_is_no_move(
    crawl: Crawl, server: Server, site: Site, kind: str
) -> None:
    server.site("new.test")
    site.answer("/news.html", page(NO_MOVE[kind]))
    (run,) = crawl(source("a"))
    assert run.outcome is not Outcome.MOVED
    assert server.site("new.test").paths() == []


def test_an_inward_redirect_is_refused_and_has_not_moved(crawl: Crawl, site: Site) -> None:
    site.answer("/news.html", redirect("http://10.0.0.1/news.html"))
    (run,) = crawl(source("a"))
    assert run.outcome is Outcome.REFUSED_ADDRESS


def test_row_72_a_back_fill_leaves_the_proof_of_the_last_crawl(crawl: Crawl, site: Site) -> None:
    for number in range(1, 9):
        site.article(f"/a/{number}.htm", f"Story {number}", f"Text {number} of its own. " * 9)
    site.listing("/news.html", "/a/8.htm", "/a/7.htm", more="/news_2.html")
    site.listing("/news_2.html", "/a/6.htm", "/a/5.htm", more="/news_3.html")
    site.listing("/news_3.html", "/a/4.htm", "/a/3.htm", more="/news_4.html")
    site.listing("/news_4.html", "/a/2.htm", "/a/1.htm")
    asked = source("a", paging=Paging(PagingKind.NEXT, max_pages=2))
    crawl(asked)
    with Archive.open_readonly(crawl.archive) as store:
        (before,) = status(store, [asked], ["a"], crawl.now)
    crawl.now += timedelta(hours=2)
    (run,) = crawl(asked, back=Back((crawl.now - 900 * DAY).date()))
    assert run.counts.new == 4
    with Archive.open_readonly(crawl.archive) as store:
        (after,) = status(store, [asked], ["a"], crawl.now)
    assert before.proof is not None and before.proof.rows == 4
    assert after.proof == before.proof


def test_a_crawl_that_was_cut_off_leaves_the_proof_too(
    crawl: Crawl, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scraper.spiders.source import SourceCrawl, SourceWork

    publish(site, 1, 2)
    crawl(source("a"))
    crawl.now += timedelta(hours=2)

    async def broken(self: SourceCrawl, *_: object) -> None:
        raise TypeError("cut off")

    part = SourceWork.part
    monkeypatch.setattr(SourceCrawl, "_again", broken)
    monkeypatch.setattr(SourceWork, "part", lambda self, coro: coro)
    (run,) = crawl(source("a"))
    monkeypatch.setattr(SourceWork, "part", part)
    assert run.outcome is Outcome.INTERRUPTED
    with Archive.open_readonly(crawl.archive) as store:
        (row,) = status(store, [source("a")], ["a"], crawl.now)
    assert row.proof is not None and row.proof.rows == 2


# A list that leads to the front page is not there, however much that page lists


@pytest.mark.parametrize("home", ["/", "/index.html", "http://a.test/"])
@pytest.mark.parametrize("status_", [301, 302])
def test_a_list_that_leads_to_the_front_page_is_not_read_as_the_list(
    crawl: Crawl, site: Site, home: str, status_: int
) -> None:
    dated_list(site, "/news.html", "2026-03-01", "2026-02-28")
    crawl(source("a"))
    for path in ("/", "/index.html"):
        dated_list(site, path, "2026-02-03", "2026-02-02", "2026-02-01", first=11)
    site.answer("/news.html", redirect(home, status_))
    for _visit in range(3):
        crawl.now += DAY
        (run,) = crawl(source("a"))
        assert "http://a.test/news.html: leads to the front page" in run.reason
        assert run.counts.new == 0
    with Archive.open_readonly(crawl.archive) as store:
        assert not store.articles.at_url("http://a.test/a/11.htm")
    assert word(crawl, source("a")) != "well"
    told = [each for each in incidents(crawl) if "front page" in str(each)]
    assert told
    site.answer("/news.html", redirect("/list/news.html", 302))
    dated_list(site, "/list/news.html", "2026-03-04", "2026-03-01", first=21)
    crawl.now += DAY
    (run,) = crawl(source("a"))
    assert run.counts.new == 2  # a redirect elsewhere is followed as before


def test_a_front_page_that_is_the_list_is_read(crawl: Crawl, site: Site) -> None:
    asked = replace(source("a"), entries=(replace(source("a").entries[0], url="http://a.test/"),))
    dated_list(site, "/index.html", "2026-03-01", "2026-02-28")
    site.answer("/", redirect("/index.html"))
    (run,) = crawl(asked)
    assert run.outcome is Outcome.OK
    assert run.counts.new == 2
