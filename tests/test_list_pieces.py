"""Lists too long to be read at once: read in pieces, all of their rows, as they would be whole."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from scraper.parsing.entries import rows_at_once, rows_of
from scraper.parsing.pieces import A_PIECE, LARGE, MOST_ROWS, in_pieces
from scraper.parsing.types import ListPage
from scraper.sources.links import compile_link
from scraper.sources.model import Entry, EntryKind, LinkRules, ListRules, Paging, PagingKind, Source
from scraper.workers.readers import Readers
from storage.types import Capture, Outcome
from tests.support.crawling import source
from tests.support.effort import cpu
from tests.support.examples import cases
from tests.support.make import capture

HOST = "www.practice.test"
URL = f"http://{HOST}/news/"
LINKS = LinkRules((HOST,), (compile_link("/news/{id}.html"),))
COUNT = A_PIECE + 400
SOURCE: Source = replace(source("long", host=HOST), links=LINKS)
LONG_WORDS = "and tells the residents of the eastern valley what will be done there this year"


def day(n: int) -> str:
    return f"20{24 - n // 336 % 20:02}-{12 - n // 28 % 12:02}-{28 - n % 28:02}"


def row(n: int, before: str, between: str, after: str) -> str:
    link = f"<a href='/news/{90_000 - n}.html'>Laboratory {n} opens its doors {LONG_WORDS}</a>"
    return f"{before}{link}{between}{day(n)}{after}"


def months(count: int) -> str:
    said = []
    for n in range(count):
        if n % 28 == 0:
            year, month, _ = day(n).split("-")
            name = ("January", "February", "March", "April", "May", "June", "July", "August",
                    "September", "October", "November", "December")[int(month) - 1]  # fmt: skip
            said.append(f"{'</ul>' if n else ''}<h3>{name} {year}</h3><ul>")
        link = f"<a href='/news/{90_000 - n}.html'>Laboratory {n} opens {LONG_WORDS}</a>"
        said.append(f"<li>{28 - n % 28}: {link}</li>")
    return "".join(said) + "</ul>"


def listed(before: str, between: str, after: str) -> Callable[[int], str]:
    return lambda count: "".join(row(n, before, between, after) for n in range(count))


MARKUP: dict[str, tuple[str, Callable[[int], str], str]] = {
    "items": ("<ul class=news>", listed("<li>", " <span>", "</span></li>"), "</ul>"),
    "unclosed cells": ("<table class=news>", listed("<tr><td>", "<td>", ""), "</table>"),
    "cards": ("<main>", listed("<div class=card><div class=t>", "</div><div class=d>",
                               "</div></div>"), "</main>"),
    "terms": ("<dl>", listed("<dt>", "</dt><dd>", "</dd>"), "</dl>"),
    "paragraphs": ("<div class=news>", listed("<p>", " ", ""), "</div>"),
    "months": ("<div class=news>", months, "</div>"),
}  # fmt: skip
NEXT = "<div class=pager><a href='/list?page=2' class=next>Next</a></div>"


def page(kind: str, count: int) -> Capture:
    opening, rows, closing = MARKUP[kind]
    html = (
        "<html lang=en><head><title>News</title><script>var a = '<li><li>';</script></head>"
        f"<body><nav><ul><li><a href='/'>Home</a></ul></nav><!-- <li> -->{opening}{rows(count)}"
        f"{closing}{NEXT}<footer>All rights reserved</footer></body></html>"
    )
    return capture(html.encode(), url=URL)


def entry(kind: EntryKind = EntryKind.LIST, rules: ListRules = ListRules()) -> Entry:  # noqa: B008
    return Entry(kind, URL, Paging(PagingKind.NEXT), rules)


@pytest.mark.parametrize("kind", MARKUP)
def test_pieces_of_a_page_read_as_the_whole_does(kind: str) -> None:
    asked, whole = entry(), page(kind, COUNT)
    assert len(in_pieces(whole, asked)) == 2
    at_once, found = rows_at_once(whole, asked, SOURCE), rows_of(whole, asked, SOURCE)
    assert len(found.rows) == COUNT
    assert all(each.published for each in found.rows)
    assert found.rows == at_once.rows
    assert (found.outcome, found.reason) == (Outcome.OK, "")
    assert found.more == at_once.more == (f"http://{HOST}/list?page=2",)


def test_selectors_hold_in_every_piece() -> None:
    rules = ListRules(row="body > ul.news > li", date="span")
    found = rows_of(page("items", COUNT), entry(rules=rules), SOURCE)
    assert (found.outcome, len(found.rows)) == (Outcome.OK, COUNT)


def feed(count: int) -> Capture:
    items = "".join(
        f"<item><title>Laboratory {n} {LONG_WORDS}</title><link>{URL}{n}.html</link>"
        f"<pubDate>Mon, 06 May 2024 08:00:00 +0800</pubDate></item>"
        for n in range(count)
    )
    text = f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>"
    return capture(text.encode(), url=URL, headers=(("content-type", "application/rss+xml"),))


def atom(count: int) -> Capture:
    items = "".join(
        f"<entry><title>Laboratory {n} {LONG_WORDS}</title><link href='{URL}{n}.html'/>"
        f"<id>{n}</id><updated>2024-05-06T08:00:00+08:00</updated></entry>"
        for n in range(count)
    )
    text = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>News</title>{items}</feed>"
    return capture(text.encode(), url=URL, headers=(("content-type", "application/atom+xml"),))


def sitemap(count: int) -> Capture:
    urls = "".join(
        f"<url><loc>{URL}{n}.html</loc><lastmod>2024-05-06</lastmod></url>" for n in range(count)
    )
    text = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>"
    return capture(text.encode(), url=URL, headers=(("content-type", "application/xml"),))


def data(count: int) -> Capture:
    items = [
        {"title": f"Laboratory {n} {LONG_WORDS}", "url": f"/news/{n}.html", "date": day(n)}
        for n in range(count)
    ]
    text = json.dumps({"code": 0, "data": {"total": count, "list": items}})
    return capture(text.encode(), url=URL, headers=(("content-type", "application/json"),))


OTHERS = {
    "rss": (feed, EntryKind.FEED),
    "atom": (atom, EntryKind.FEED),
    "json": (data, EntryKind.JSON),
    "sitemap": (sitemap, EntryKind.SITEMAP),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_pieces_of_data_read_as_the_whole_does(kind: str) -> None:
    make, of = OTHERS[kind]
    count = 10_100 if kind == "sitemap" else COUNT
    whole = make(count)
    assert in_pieces(whole, entry(of))
    found = rows_of(whole, entry(of), SOURCE)
    assert (found.outcome, len(found.rows), found.items) == (
        Outcome.OK, count, rows_at_once(whole, entry(of), SOURCE).items
    )  # fmt: skip
    assert found.rows == rows_at_once(whole, entry(of), SOURCE).rows


@pytest.mark.parametrize("kind", [EntryKind.LIST, EntryKind.FEED, EntryKind.JSON])
def test_short_rows_are_read_in_pieces_however_few_bytes_they_are(kind: EntryKind) -> None:
    count = 5_100
    short = {
        EntryKind.LIST: ("<ul class=news>", "<li><a href=/news/{}.html>News {}</a>", "</ul>"),
        EntryKind.FEED: (
            "<rss><channel>", "<item><link>/news/{}.html</link><title>{}</title></item>",
            "</channel></rss>",
        ),
        EntryKind.JSON: ("[", '{{"url":"/news/{}.html","t":"New {}"}},', '{"url":"/"}]'),
    }  # fmt: skip
    before, row, after = short[kind]
    body = before + "".join(row.format(n, n) for n in range(count)) + after
    assert len(body) < LARGE
    found = rows_of(capture(body.encode(), url=URL), entry(kind), SOURCE)
    assert (found.outcome, found.reason, len(found.rows)) == (Outcome.OK, "", count)


@pytest.mark.parametrize("kind", ["rss", "sitemap"])
def test_one_that_is_cut_off_is_partial(kind: str) -> None:
    make, of = OTHERS[kind]
    count = 12_500 if kind == "sitemap" else 3_000
    whole = make(count)
    cut = replace(whole, body=whole.body[: int(len(whole.body) * 0.9)])
    found = rows_of(cut, entry(of), SOURCE)
    assert found.outcome is Outcome.PARTIAL
    assert len(found.rows) > 0.8 * count


@pytest.mark.slow
@pytest.mark.parametrize("kind", cases([*MARKUP, *OTHERS], ("cards", "unclosed cells", "rss")))
def test_50000_rows_are_read_in_workers_within_the_bounds_of_a_page(kind: str) -> None:
    make, of = OTHERS.get(kind, (lambda count: page(kind, count), EntryKind.LIST))

    async def read() -> ListPage:
        readers = Readers()
        try:
            return await readers.read_rows(make(MOST_ROWS), entry(of), SOURCE)
        finally:
            readers.close()

    found = asyncio.run(read())
    assert (found.outcome, found.reason, len(found.rows)) == (Outcome.OK, "", MOST_ROWS)


def test_more_than_50000_rows_are_cut_and_said() -> None:
    found = rows_of(sitemap(MOST_ROWS + 10), entry(EntryKind.SITEMAP), SOURCE)
    assert (found.outcome, len(found.rows)) == (Outcome.PARTIAL, MOST_ROWS)
    assert found.reason == f"cut after {MOST_ROWS} rows"


@pytest.mark.parametrize("piece", ["<li>", "<div>", "<ul><li>", "<!--", "<script>", "<", "</li>",
                                   "<li a='", "<h2>", "<p><table>"])  # fmt: skip
def test_cutting_takes_linear_time(piece: str) -> None:
    with cpu() as spent:
        in_pieces(capture((piece * (1_000_000 // len(piece))).encode(), url=URL), entry())
    assert spent.under(5), spent
