"""Lists at their legal size are read, and what is left out of a larger one is said."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.parsing.dates.in_text import read_date
from scraper.parsing.feeds import MAX_ENTRIES, read_feed
from scraper.parsing.lists.columns import MAX_ROWS
from scraper.parsing.lists.json_lists import read_json_list
from scraper.parsing.lists.read import read_list
from scraper.parsing.page import absolute
from scraper.parsing.sitemaps import _when, read_sitemap
from scraper.parsing.text import clean_line
from scraper.parsing.types import ListPage
from scraper.sources.links import compile_link
from scraper.sources.model import Entry, EntryKind, LinkRules, ListRules
from scraper.workers.pool import SECONDS
from storage.types import Capture, Outcome
from tests.support.effort import Spent, cpu
from tests.support.make import NOW

HOST = "www.practice.test"
HOME = f"http://{HOST}/news/"
LINKS = LinkRules((HOST,), (compile_link("/news/{yyyy}-{mm}/{dd}/c_{id}.html"),))
ZONE = "Asia/Shanghai"
FEED = Entry(EntryKind.FEED, "http://www.practice.test/feed.xml")


def address(number: int) -> str:
    return f"/news/2024-05/{number % 28 + 1:02}/c_{number}.html"


def capture(body: bytes, kind: str) -> Capture:
    return Capture(HOME, HOME, NOW, 200, (("content-type", kind),), body)


def sitemap(body: bytes) -> ListPage:
    return read_sitemap(capture(body, "application/xml"), LINKS, ZONE)


def urlset(numbers: range, more: str = "", lastmod: str = "2024-05-06T07:08:09+08:00") -> str:
    rows = "".join(
        f"<url><loc>http://{HOST}{address(n)}</loc><lastmod>{lastmod}</lastmod>{more}</url>"
        for n in numbers
    )
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    news = "http://www.google.com/schemas/sitemap-news/0.9"
    return f"<urlset xmlns='{space}' xmlns:news='{news}'>{rows}</urlset>"


def measured(call: Callable[[], ListPage]) -> tuple[Spent, ListPage]:
    with cpu() as spent:
        found = call()
    return spent, found


NEWS = (
    "<news:news><news:publication_date>2024-05-06</news:publication_date>"
    "<news:title>Hub city opens laboratories</news:title></news:news>"
)
SITEMAPS: dict[str, bytes] = {
    "plain": urlset(range(50_000)).encode(),
    "news": urlset(range(50_000), NEWS).encode(),
    "odd dates": urlset(range(50_000), lastmod="6 May 2024").encode(),
    "long and refused": urlset(range(50_000))
    .replace(".html<", f".html?x={'%E7%A7%91' * 60}<")
    .replace("/news/", "/neuigkeiten/科创/")
    .encode(),
    "text": "".join(f"http://{HOST}{address(n)}\n" for n in range(50_000)).encode(),
}


@pytest.mark.parametrize(
    "name", ["plain", *(pytest.param(each, marks=pytest.mark.slow) for each in list(SITEMAPS)[1:])]
)
def test_a_sitemap_of_legal_size_is_read_far_within_its_bound(name: str) -> None:
    spent, found = measured(lambda: sitemap(SITEMAPS[name]))
    assert spent.under(0.8 * SECONDS), spent
    if name == "long and refused":
        assert found.outcome is Outcome.EMPTY
        assert len(found.refused) == 2000
    else:
        assert (found.outcome, len(found.rows)) == (Outcome.OK, 50_000)


def test_an_index_of_legal_size_is_read() -> None:
    text = urlset(range(50_000)).replace("urlset", "sitemapindex").replace("url>", "sitemap>")
    spent, found = measured(lambda: sitemap(text.encode()))
    assert spent.under(0.8 * SECONDS), spent
    assert (found.outcome, len(found.more)) == (Outcome.OK, 50_000)


def test_a_larger_one_is_cut_and_says_so() -> None:
    found = sitemap(urlset(range(50_100)).encode())
    assert (found.outcome, len(found.rows)) == (Outcome.PARTIAL, 50_000)
    assert found.reason.startswith("cut after 50000 addresses")


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_a_sitemap_in_other_encodings_of_unicode(codec: str) -> None:
    head = "<?xml version='1.0' encoding='UTF-16'?>" if "16" in codec else ""
    for text in (
        head + urlset(range(20)),
        "\n".join(f"http://{HOST}{address(n)}" for n in range(20)),
    ):
        found = sitemap(text.encode(codec))
        assert (found.outcome, len(found.rows)) == (Outcome.OK, 20)


def test_every_member_of_a_packed_sitemap_counts() -> None:
    text = urlset(range(100)).encode()
    packed = gzip.compress(text[:3000]) + gzip.compress(text[3000:])
    assert len(sitemap(packed).rows) == 100
    cut = sitemap(packed[:-40])
    assert cut.outcome is Outcome.PARTIAL
    assert 0 < len(cut.rows) < 100
    assert sitemap(gzip.compress(bytes(60 * 2**20), 1)).outcome is Outcome.TOO_BIG


@given(
    day=st.builds(
        "{:04}-{:02}-{:02}".format, st.integers(1900, 2100), st.integers(0, 13), st.integers(0, 32)
    ),
    clock=st.sampled_from(["", "T08:30", "T00:00", "T23:59:59", "T24:00", "T08:30:15.123", "T8:3"]),
    zone=st.sampled_from(["", "Z", "+08:00", "-05:00", "+00:00", "+0800", "+14:30", "+23:59"]),
    home=st.sampled_from(["Asia/Shanghai", "", "UTC", "Europe/Berlin"]),
)
def test_dates_of_sitemaps_are_read_as_any_others(
    day: str, clock: str, zone: str, home: str
) -> None:
    text = f"{day}{clock}{zone}"
    assert _when(text, home) == read_date(clean_line(text)[:40], home)


@given(st.text("ab/.?;=&#%~: ", max_size=12))
def test_an_address_is_joined_as_it_ever_was(tail: str) -> None:
    from urllib.parse import urljoin, urlsplit

    url = f"http://a.test/{tail}"
    found = absolute(url, HOME)
    if found == url:
        assert urljoin(HOME, url) == url
        assert urlsplit(url).hostname == "a.test"


def feed(count: int) -> bytes:
    items = "".join(
        f"<item><title>Hub city {n}</title><link>http://{HOST}{address(n)}</link>"
        "<pubDate>Mon, 06 May 2024 08:00:00 +0800</pubDate></item>"
        for n in range(count)
    )
    return f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()


def rows(count: int) -> Iterator[str]:
    for n in range(count):
        yield f"<li><a href='{address(n)}'>The hub city opens laboratory {n}</a> 2024-05-06</li>"


def page(count: int) -> bytes:
    return f"<html><body><h1>News</h1><ul>{''.join(rows(count))}</ul></body></html>".encode()


@pytest.mark.slow
def test_a_feed_is_read_up_to_its_bound_however_long_it_is() -> None:
    spent, found = measured(
        lambda: read_feed(capture(feed(30_000), "application/rss+xml"), FEED, LINKS, ZONE)
    )
    assert spent.under(0.9 * SECONDS), spent
    assert (found.outcome, len(found.rows)) == (Outcome.PARTIAL, MAX_ENTRIES)
    assert found.reason == f"cut after {MAX_ENTRIES} entries"
    whole = read_feed(capture(feed(MAX_ENTRIES), "application/rss+xml"), FEED, LINKS, ZONE)
    assert (whole.outcome, len(whole.rows)) == (Outcome.OK, MAX_ENTRIES)


@pytest.mark.parametrize("rules", [ListRules(), ListRules(row="li", link="a")])
def test_a_list_that_is_cut_says_so(rules: ListRules) -> None:
    entry = Entry(EntryKind.LIST, HOME, rows=rules)
    for count, outcome in ((MAX_ROWS - 1, Outcome.OK), (MAX_ROWS + 100, Outcome.PARTIAL)):
        found = read_list(capture(page(count), "text/html"), entry, LINKS, ZONE)
        assert (found.outcome, len(found.rows)) == (outcome, min(count, MAX_ROWS))
        assert ("cut after" in found.reason) == (outcome is Outcome.PARTIAL)


@pytest.mark.slow
@pytest.mark.parametrize("rules", [ListRules(), ListRules(row="li", link="a")])
def test_a_list_of_50000_rows_ends_in_time_and_says_what_is_left_out(rules: ListRules) -> None:
    entry = Entry(EntryKind.LIST, HOME, rows=rules)
    spent, found = measured(
        lambda: read_list(capture(page(50_000), "text/html"), entry, LINKS, ZONE)
    )
    assert spent.under(SECONDS), spent
    assert (found.outcome, len(found.rows)) == (Outcome.PARTIAL, MAX_ROWS)
    assert f"cut after {MAX_ROWS} rows" in found.reason


def test_a_json_list_that_is_cut_says_so() -> None:
    items = ",".join(
        f'{{"title": "Hub city {n}", "url": "{address(n)}", "date": "2024-05-06"}}'
        for n in range(50_000)
    )
    body = capture(f'{{"items": [{items}]}}'.encode(), "application/json")
    entry = Entry(EntryKind.JSON, HOME)
    spent, found = measured(lambda: read_json_list(body, entry, LINKS, ZONE))
    assert spent.under(0.8 * SECONDS), spent
    assert found.outcome is Outcome.PARTIAL
    assert found.reason == f"cut after {MAX_ROWS} rows"
