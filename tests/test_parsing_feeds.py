"""Feeds and sitemaps: rows, dates in any shape, and XML that means harm."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

import gzip
from dataclasses import replace

import pytest

from scraper.parsing.entries import rows_of
from scraper.parsing.feeds import read_feed
from scraper.parsing.page import Page
from scraper.parsing.sitemaps import read_sitemap
from scraper.parsing.templates import recognise_template
from scraper.parsing.types import ListPage
from scraper.sources.model import Entry, EntryKind, FieldRules, LinkRules
from storage.types import Outcome
from storage.urls import is_synthetic
from tests.support.crawling import source
from tests.support.make import NOW, capture

LINKS = LinkRules(("www.practice.test",))
URL = "http://www.practice.test/feed.xml"
ZONE = "Asia/Shanghai"


def feed(body: bytes | str) -> ListPage:
    raw = body.encode() if isinstance(body, str) else body
    seen = capture(raw, url=URL, final_url=URL, headers=())
    return read_feed(seen, Entry(EntryKind.FEED, URL), LINKS, ZONE)


def sitemap(body: bytes | str) -> ListPage:
    raw = body.encode() if isinstance(body, str) else body
    return read_sitemap(capture(raw, url=URL, final_url=URL, headers=()), LINKS, ZONE)


def rss(items: str, encoding: str = "utf-8") -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel><title>x</title>{items}</channel></rss>'


@pytest.mark.parametrize(
    ("date", "iso"),
    [
        ("Sat, 05 Aug 2023 09:30:00 +0800", "2023-08-05T09:30:00+08:00"),
        ("Sat, 05 Aug 2023 01:30:00 GMT", "2023-08-05T09:30:00+08:00"),
        ("2023-08-05 09:30:00.0", "2023-08-05T09:30:00+08:00"),
        ("2023-08-05", "2023-08-05"),
        ("", None),
        ("2569-05-17", None),
    ],
)
def test_rss_dates(date: str, iso: str | None) -> None:
    page = feed(
        rss(
            f"<item><title>A &lt;b&gt;story&lt;/b&gt;</title><link>/a1.html</link><pubDate>{date}</pubDate></item>"
        )
    )
    (row,) = page.rows
    assert (row.url, row.title) == ("http://www.practice.test/a1.html", "A story")
    assert (row.published.iso if row.published else None) == iso


def test_atom_and_rows_that_leave() -> None:
    page = feed(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>One</title><link href="http://www.practice.test/1"/>'
        "<updated>2023-08-05T01:30:00Z</updated></entry><entry><title>Two</title><link href='http://x.test/2'/></entry></feed>"
    )
    assert [r.title for r in page.rows] == ["One"]
    assert [r.title for r in page.off_site] == ["Two"]


@pytest.mark.parametrize(
    ("label", "codec"), [("gb2312", "gb18030"), ("gb2312", "utf-8"), ("utf-8", "gb18030")]
)
def test_a_feed_whose_label_lies(label: str, codec: str) -> None:
    text = rss(
        "<item><title>贵阳召开科技创新大会，部署今年的工作</title><link>/1</link></item>", label
    )
    assert [r.title for r in feed(text.encode(codec)).rows] == [
        "贵阳召开科技创新大会，部署今年的工作"
    ]


def test_feeds_without_rows() -> None:
    assert feed(rss("")).outcome is Outcome.EMPTY
    assert feed("<html><p>moved</p></html>").outcome is Outcome.LAYOUT_CHANGED
    assert feed("").outcome is Outcome.EMPTY


LAUGHS = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("doctype", [LAUGHS, OUTSIDE])
def test_entities_are_not_read(doctype: str) -> None:
    assert (
        feed(f"<?xml version='1.0'?>{doctype}<rss><item><title>&b;&x;</title></item></rss>").outcome
        is Outcome.UNSUPPORTED
    )
    assert (
        sitemap(f"<?xml version='1.0'?>{doctype}<urlset><url><loc>&b;</loc></url></urlset>").outcome
        is Outcome.UNSUPPORTED
    )


def test_a_sitemap_with_news() -> None:
    page = sitemap(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">'
        "<url><loc> http://www.practice.test/1.html </loc><lastmod>2026-01-01</lastmod></url>"
        "<url><loc>http://www.practice.test/2.html</loc><n:news><n:publication_date>2026-02-28</n:publication_date>"
        "<n:title>Two</n:title></n:news></url><url><loc>http://other.test/3</loc></url></urlset>"
    )
    assert [(r.url[-6:], r.title, r.published.iso if r.published else None) for r in page.rows] == [
        ("1.html", "", None),
        ("2.html", "Two", "2026-02-28"),
    ]


def test_a_sitemap_index_newest_first_and_gzip() -> None:
    index = (
        "<sitemapindex><sitemap><loc>/a.xml</loc><lastmod>2020-01-01</lastmod></sitemap>"
        "<sitemap><loc>/b.xml.gz</loc><lastmod>2026-01-01</lastmod></sitemap></sitemapindex>"
    )
    expected = ("http://www.practice.test/b.xml.gz", "http://www.practice.test/a.xml")
    assert sitemap(index).more == sitemap(gzip.compress(index.encode())).more == expected


def test_plain_and_broken_sitemaps() -> None:
    assert len(sitemap("http://www.practice.test/1\nhttp://www.practice.test/2\n").rows) == 2
    assert sitemap("<html></html>").outcome is Outcome.LAYOUT_CHANGED
    assert sitemap(gzip.compress(b"<urlset/>" * 100)[:-6]).outcome is Outcome.TRUNCATED
    assert sitemap(gzip.compress(bytes(60 * 1024 * 1024))).outcome is Outcome.TOO_BIG


def test_the_template_that_finds_most_is_chosen() -> None:
    html = (
        "<title>x</title><meta name=SiteIDCode content=1><meta name=PubDate content=2023-08-05><div id=zoom>"
        + "words and more. " * 20
    )
    page = Page(html, URL, NOW)
    templates = {
        "generic": FieldRules(),
        "a": FieldRules(body=("#zoom",)),
        "b": FieldRules(body=("#zoom",), published=("meta[name=PubDate]",)),
        "c": FieldRules(body=("#other",)),
    }
    assert recognise_template(page, templates) == ("b", "matches #zoom and meta[name=PubDate]")
    assert recognise_template(page, {"c": templates["c"]})[0] == ""


def test_what_is_cut_off_gives_its_rows_and_says_so() -> None:
    locs = "".join(f"<url><loc>http://www.practice.test/{n}.html</loc></url>" for n in range(50))
    whole = f'<?xml version="1.0"?><urlset>{locs}</urlset>'.encode()
    for body in (whole[:-300], gzip.compress(whole)[:-40]):
        page = sitemap(body)
        assert page.outcome is Outcome.PARTIAL
        assert "cut" in page.reason
        assert 20 < len(page.rows) <= 50
    assert sitemap(whole).outcome is Outcome.OK
    cut = feed(rss("<item><title>One</title><link>/1</link></item><item><title>Tw")[:-20])
    assert (cut.outcome, [row.title for row in cut.rows]) == (Outcome.PARTIAL, ["One"])


def test_a_sitemap_index_that_is_cut_off_names_what_it_still_says() -> None:
    index = "<sitemapindex><sitemap><loc>/a.xml</loc></sitemap><sitemap><loc>/b.x"
    page = sitemap(index)
    assert page.outcome is Outcome.PARTIAL
    assert page.more == ("http://www.practice.test/a.xml",)


@pytest.mark.parametrize("prefix", ["", "s:"])
def test_half_an_address_is_none(prefix: str) -> None:
    locs = "".join(
        f"<{prefix}url><{prefix}loc>http://www.practice.test/{n}.html</{prefix}loc></{prefix}url>"
        for n in range(3)
    )
    whole = f"<{prefix}urlset xmlns:s='http://www.sitemaps.org/schemas/sitemap/0.9'>{locs}"
    page = sitemap(f"{whole}<{prefix}url><{prefix}loc>http://www.practice.test/3")
    assert [row.url[-6:] for row in page.rows] == ["0.html", "1.html", "2.html"]
    assert len(sitemap(whole).rows) == 3
    lines = "".join(f"http://www.practice.test/{n * 7919}/{n}.html\n" for n in range(300))
    plain = sitemap(gzip.compress(lines.encode())[:-100])
    assert plain.outcome is Outcome.PARTIAL
    assert len(plain.rows) > 100
    assert all(row.url.endswith(".html") for row in plain.rows)


def test_a_feed_that_is_no_xml_and_has_no_dates() -> None:
    items = "<item><title>Arts & crafts &nbsp;fair</title><link>/1?a=1&b=2</link></item>"
    page = feed(rss(items))
    (row,) = page.rows
    assert (row.url, row.published) == ("http://www.practice.test/1?a=1&b=2", None)
    assert row.title.startswith("Arts & crafts")


def test_the_month_of_a_feeds_date_is_resolved_by_its_other_dates() -> None:
    items = "".join(
        f"<item><title>x{n}</title><link>/{n}</link><pubDate>{date}</pubDate></item>"
        for n, date in enumerate(("28/02/2026", "03/02/2026"))
    )
    days = [row.published.iso for row in feed(rss(items)).rows if row.published]
    assert days == ["2026-02-28", "2026-02-03"]


@pytest.mark.parametrize(
    "markup",
    [
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>A mill opens</a:title>'
        '<a:link href="/n/2023/08/05/a_1.htm"/><a:id>x</a:id></a:entry></a:feed>',
        '<r:rdf xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        "<item><title>A mill opens</title><link>http://www.practice.test/n/2023/08/05/a_1.htm</link></item></r:rdf>",
    ],
)
def test_a_root_with_a_prefix_is_a_feed(markup: str) -> None:
    found = feed('<?xml version="1.0"?>' + markup)
    assert found.outcome is Outcome.OK
    assert [row.title for row in found.rows] == ["A mill opens"]


def test_an_entry_without_a_page_has_the_address_of_what_it_brings() -> None:
    found = feed(
        rss(
            "<item><title>The report as a file</title>"
            '<enclosure url="http://www.practice.test/n/2023/08/05/a_2.htm" type="application/pdf" length="9"/></item>'
        )
    )
    assert [row.title for row in found.rows] == ["The report as a file"]


def test_entries_without_any_link_are_entries() -> None:
    """Their id, title, date and text are the proof. Nothing of theirs can be fetched."""
    items = (
        "<item><title>One</title><description>The first.</description></item>"
        "<item><guid isPermaLink='false'>n-2</guid><title>Two</title>"
        "<pubDate>Sat, 05 Aug 2023 09:30:00 +0800</pubDate></item>"
        "<item><description>Untitled, and all the same said.</description></item><item/>"
    )
    found = feed(rss(items))
    assert found.outcome is Outcome.OK
    assert found.reason == "3 of 3 entries name no page of their own"
    assert (found.rows, found.off_site, found.refused) == ((), (), ())
    assert [row.title for row in found.unlinked] == ["One", "Two", ""]
    assert found.unlinked[0].summary == "The first."
    assert found.unlinked[1].published is not None
    assert all(is_synthetic(row.url) for row in found.unlinked)
    again = feed(rss("<item><guid isPermaLink='false'>n-2</guid><title>Two, edited</title></item>"))
    assert again.unlinked[0].url == found.unlinked[1].url  # the id names it, whatever it says
    assert len({row.url for row in found.unlinked}) == 3


def test_a_feed_in_which_nothing_is_said_is_empty() -> None:
    assert feed(rss("<item/><item/>")).outcome is Outcome.EMPTY


@pytest.mark.parametrize(
    ("zone", "iso"),
    [("UTC", "2023-08-05T09:30:00"), ("Asia/Shanghai", "2023-08-05T09:30:00+08:00")],
)
def test_a_source_whose_zone_nobody_knows_gives_its_rows_none(zone: str, iso: str) -> None:
    item = (
        f"<item><link>{URL}/2023/08/05/a_1.htm</link><title>A mill opens</title>"
        "<pubDate>2023-08-05 09:30:00</pubDate></item>"
        f"<item><link>{URL}/2023/08/05/a_2.htm</link><title>Another one</title>"
        "<pubDate>Sat, 05 Aug 2023 09:30:00 GMT</pubDate></item>"
    )
    kept = capture(rss(item).encode(), url=URL, final_url=URL, headers=())
    home = replace(source("millford"), zone=zone, links=LINKS)
    page = rows_of(kept, Entry(EntryKind.FEED, URL), home)
    first, second = (row.published for row in (*page.rows, *page.off_site))
    assert first is not None
    assert first.iso == iso
    assert second is not None
    assert second.sort_key == "2023-08-05T09:30:00Z"


@pytest.mark.parametrize("base", ['xml:base=""', "xml:base=''", 'xml:base="  "'])
def test_an_empty_base_is_none(base: str) -> None:
    entry = '<entry><title>A story</title><link href="/a1.html"/><id>1</id></entry>'
    page = feed(f'<feed xmlns="http://www.w3.org/2005/Atom" {base}><title>x</title>{entry}</feed>')
    assert [row.url for row in page.rows] == ["http://www.practice.test/a1.html"]
