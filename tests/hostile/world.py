"""Sites on loopback: good ones, which nothing may disturb, and bad ones of every kind."""

from __future__ import annotations

import gzip
import random
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from scraper.sources.model import Bounds, Entry, EntryKind, Paging, PagingKind, Source
from storage.types import Outcome
from tests.support.crawling import source
from tests.support.servers import (
    Behaviour,
    Hit,
    Server,
    Site,
    answer,
    article_html,
    chunks,
    drip,
    endless,
    head,
    list_html,
    redirect,
    reset,
    short,
    silence,
)

from .mutations import PACKERS, address, packed, spoilt

GOOD = 6
BOUNDS = Bounds(
    page_bytes=3_000_000, page_timeout=timedelta(seconds=120), duration=timedelta(seconds=1200)
)
"""By the clock generous: on a busy machine good sites, too, take minutes. Nothing in this world is
silent for so long, and what spins is met by bounds of CPU time."""
LEGAL = 50_000
"""So many addresses a list may have, as a sitemap by its protocol."""
SPACE = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
_DAY = "2026-03-01"


@dataclass(frozen=True, slots=True)
class BadSite:
    """A bad site: what it does, in which kind of entry, and where that is certain, which outcome
    words its run may have, what is said of its list, and how many rows of it are read."""

    name: str
    what: str
    kind: EntryKind = EntryKind.LIST
    words: frozenset[str] = frozenset()
    says: str = ""
    rows: int = 0

    @property
    def source(self) -> Source:
        """The source that a crawl takes it for."""
        return source_of(self.name, self.kind)


def source_of(name: str, kind: EntryKind = EntryKind.LIST) -> Source:
    """A source of the hostile world."""
    if kind is EntryKind.LIST:
        return source(name, bounds=BOUNDS)
    entry = Entry(kind, f"http://{name}.test/news.html", Paging(PagingKind.NONE))
    return source(name, bounds=BOUNDS, entries=(entry,))


def build_good(server: Server) -> list[Source]:
    """The good sites: lists, a feed and a sitemap, packed in every coding, the same each time."""
    found = []
    for number in range(GOOD):
        name = f"good{number}"
        site = server.site(f"{name}.test")
        paths = [f"/a/{article}.htm" for article in range(1, 5)]
        for at, path in enumerate(paths):
            body = article_html(f"Hub city {number} opens laboratory {at}", "", _DAY).encode()
            coding = (*PACKERS, "")[(number + at) % 5]
            site.answer(path, _coded(body, coding) if coding else _html(body))
        kind = (EntryKind.LIST, EntryKind.FEED, EntryKind.SITEMAP)[number % 3]
        text = {
            EntryKind.LIST: list_html(*paths).encode(),
            EntryKind.FEED: feed([site.url(path) for path in paths]),
            EntryKind.SITEMAP: sitemap([site.url(path) for path in paths]),
        }[kind]
        site.answer("/news.html", _html(text))
        found.append(source_of(name, kind))
    return found


def feed(urls: list[str]) -> bytes:
    """A feed of these addresses."""
    items = "".join(
        f"<item><title>News at {url}</title><link>{url}</link>"
        "<pubDate>Sun, 01 Mar 2026 08:00:00 +0800</pubDate></item>"
        for url in urls
    )
    return f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()


def sitemap(urls: list[str]) -> bytes:
    """A sitemap of these addresses."""
    rows = "".join(f"<url><loc>{url}</loc><lastmod>{_DAY}</lastmod></url>" for url in urls)
    return f"<?xml version='1.0'?><urlset {SPACE}>{rows}</urlset>".encode()


def build_bad(server: Server, prefix: str, count: int, dice: random.Random) -> list[BadSite]:
    """So many bad sites: each kind once as long as there is room, then what the dice say."""
    makers = [*_MAKERS]
    dice.shuffle(makers)
    found = []
    for number in range(count):
        maker = makers[number] if number < len(makers) else dice.choice(makers)
        name = f"{prefix}x{number}"
        site = server.site(f"{name}.test")
        for article in range(1, 4):
            body = article_html(f"News {article} of {name}", "", _DAY).encode()
            site.answer(f"/a/{article}.htm", _html(body))
        site.listing("/news.html", "/a/1.htm", "/a/2.htm", "/a/3.htm")
        made = maker(site, random.Random(dice.getrandbits(64)))
        found.append(replace(made, name=name, what=maker.__name__.strip("_").replace("_", " ")))
    return found


def _html(body: bytes) -> Behaviour:
    return answer(200, body, Content_Type="text/html; charset=utf-8")


def _coded(body: bytes, coding: str) -> Behaviour:
    return answer(
        200, PACKERS[coding](body), Content_Type="text/html; charset=utf-8", Content_Encoding=coding
    )


def _page(site: Site, dice: random.Random, behaviour: Behaviour) -> None:
    """Have the list or an article behave so."""
    site.answer(dice.choice(("/news.html", "/a/2.htm")), behaviour)


def _bad(kind: EntryKind = EntryKind.LIST, *words: Outcome) -> BadSite:
    return BadSite("", "", kind, frozenset(word.value for word in words))


Maker = Callable[[Site, random.Random], BadSite]


def _addresses_in_a_list(site: Site, dice: random.Random) -> BadSite:
    links = [address(dice).replace('"', "%22") for _ in range(40)]
    site.listing("/news.html", "/a/1.htm", *links, more=address(dice).replace('"', ""))
    return _bad()


def _redirects(site: Site, dice: random.Random) -> BadSite:
    target = address(dice).replace("\r", "").replace("\n", "")
    _page(site, dice, redirect(target.encode("latin-1", "replace").decode("latin-1")))
    return _bad()


def _heads(site: Site, dice: random.Random) -> BadSite:
    body = article_html("Head", "", _DAY).encode()
    raw = dice.choice(
        (
            b"HTTP/1.1 200\r\n\r\n" + body,
            b"HTTP/1.1 abc OK\r\n\r\n" + body,
            b"HTTP/9.9 200 OK\r\nContent-Length: x\r\n\r\n" + body,
            b"ICY 200 OK\r\n\r\n" + body,
            b"\r\n" * 500 + body,
            b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"x" * 70_000 + b"\r\n\r\n" + body,
            b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 20_000 + b"\r\n" + body,
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\n" + body,
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\nzz\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Type: text/\xff\xfe; charset=\0\r\n\r\n" + body,
            b"HTTP/1.1 200 OK\r\nContent-Type\r\n: x\r\n\r\n" + body,
            b"HTTP/1.1 999 ?\r\n\r\n",
            spoilt(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", dice) + body,
        )
    )
    _page(site, dice, _raw(raw))
    return _bad()


def _raw(data: bytes) -> Behaviour:
    def behave(connection: socket.socket, hit: Hit) -> None:
        connection.sendall(data)

    return behave


def _codings(site: Site, dice: random.Random) -> BadSite:
    body, stated = packed(article_html("Coded", "", _DAY).encode(), dice)
    kind = "text/html; charset=utf-8"
    _page(site, dice, answer(200, body, Content_Type=kind, Content_Encoding=stated))
    return _bad()


def _bombs(site: Site, dice: random.Random) -> BadSite:
    coding = dice.choice(list(PACKERS))
    site.answer("/news.html", _coded(bytes(40_000_000), coding))
    return _bad(EntryKind.LIST, Outcome.TOO_BIG)


def _very_many_members(site: Site, dice: random.Random) -> BadSite:
    packer = dice.choice([PACKERS["gzip"], PACKERS["zstd"]])
    coding = "gzip" if packer is PACKERS["gzip"] else "zstd"
    body = packer(b"") * (2_900_000 // len(packer(b"")))
    site.answer("/news.html", answer(200, body, Content_Type="text/html", Content_Encoding=coding))
    return _bad(EntryKind.LIST, Outcome.EMPTY, Outcome.LAYOUT_CHANGED)


def _two_frames(site: Site, dice: random.Random) -> BadSite:
    body = list_html("/a/1.htm", "/a/2.htm", "/a/3.htm").encode()
    coding = dice.choice(("gzip", "zstd"))
    pack, half = PACKERS[coding], len(body) // 2
    both = pack(body[:half]) + pack(body[half:])
    site.answer(
        "/news.html", answer(200, both[:-2], Content_Type="text/html", Content_Encoding=coding)
    )
    return _bad(EntryKind.LIST, Outcome.TRUNCATED)


def _markup(site: Site, dice: random.Random) -> BadSite:
    body = article_html("Marked up", "", _DAY).encode()
    hostile = dice.choice(
        (
            b"<div>" * 100_000,
            b"<a " + b"b=1 " * 50_000 + b">",
            b"<!--" * 50_000,
            b"<" * 300_000,
            b"&amp;" * 100_000,
            b"<b>x</b>" * 100_000,
            b"<script>" + b"x" * 500_000,
            b"2026-03-" * 40_000,
            "发布时间：".encode() * 20_000,
            b" \t" * 300_000,
            b"\0" * 100_000,
        )
    )
    _page(site, dice, _html(body.replace(b"<div class=content>", b"<div class=content>" + hostile)))
    return _bad()


def _spoilt_article(site: Site, dice: random.Random) -> BadSite:
    for number in range(1, 4):
        body = article_html(f"Spoilt {number}", "", _DAY).encode()
        site.answer(f"/a/{number}.htm", _html(spoilt(body, dice)))
    return _bad()


def _other_bytes(site: Site, dice: random.Random) -> BadSite:
    magic = dice.choice((b"%PDF-1.7", b"PK\x03\x04", b"\x89PNG\r\n", b"\x7fELF", b"\xff\xfe<\0"))
    kind = dice.choice(("text/html", "application/pdf", "text/html; charset=utf-7", "x"))
    _page(site, dice, answer(200, magic + dice.randbytes(5000), Content_Type=kind))
    return _bad()


def _spoilt_list(site: Site, dice: random.Random) -> BadSite:
    body = list_html(*[f"/a/{number}.htm" for number in range(60)], more="/news.html?p=2").encode()
    site.answer("/news.html", _html(spoilt(body, dice)))
    return _bad()


def _long_list(site: Site, dice: random.Random) -> BadSite:
    count = dice.choice((6_000, 50_000, 60_000))
    rows = "".join(f"<li><a href=/a/{n}.htm>News {n}</a></li>" for n in range(count))
    site.answer("/news.html", _html(f"<html><ul class=news>{rows}</ul>".encode()))
    if count > LEGAL:
        return replace(_bad(EntryKind.LIST, Outcome.PARTIAL), says=f"cut after {LEGAL}", rows=LEGAL)
    return replace(_bad(), rows=count)


def _endless_pager(site: Site, dice: random.Random) -> BadSite:
    site.listing("/news.html", "/a/1.htm", more=dice.choice(("/news.html", "?p=2", "/n/1.html")))
    site.listing("/n/1.html", "/a/2.htm", more="/news.html")
    return _bad()


def _spoilt_feed(site: Site, dice: random.Random) -> BadSite:
    body = feed([site.url(f"/a/{number}.htm") for number in range(1, 30)])
    if dice.random() < 0.3:
        body = b"<!DOCTYPE r [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>" + body
    site.answer("/news.html", answer(200, spoilt(body, dice), Content_Type="application/rss+xml"))
    return _bad(EntryKind.FEED)


def _long_feed(site: Site, dice: random.Random) -> BadSite:
    body = feed([site.url(f"/a/{number}.htm") for number in range(12_000)])[:2_900_000]
    site.answer("/news.html", answer(200, body, Content_Type="application/rss+xml"))
    return _bad(EntryKind.FEED, Outcome.PARTIAL)


def _spoilt_sitemap(site: Site, dice: random.Random) -> BadSite:
    body = sitemap([site.url(f"/a/{number}.htm") for number in range(1, 30)])
    body = dice.choice((body, gzip.compress(body, mtime=0), body.decode().encode("utf-16")))
    site.answer("/news.html", answer(200, spoilt(body, dice), Content_Type="application/xml"))
    return _bad(EntryKind.SITEMAP)


def _long_sitemap(site: Site, dice: random.Random) -> BadSite:
    urls = [f"http://elsewhere.test/a/{number}.htm" for number in range(LEGAL - 3)]
    urls += [site.url(f"/a/{number}.htm") for number in range(1, 4)]
    site.answer("/news.html", _coded(sitemap(urls), "gzip"))
    return replace(_bad(EntryKind.SITEMAP, Outcome.OK), rows=3)


def _sitemap_in_utf16(site: Site, dice: random.Random) -> BadSite:
    body = sitemap([site.url(f"/a/{number}.htm") for number in range(1, 4)])
    site.answer("/news.html", answer(200, body.decode().encode("utf-16"), Content_Type="text/xml"))
    return _bad(EntryKind.SITEMAP, Outcome.OK)


def _sitemaps_in_a_circle(site: Site, dice: random.Random) -> BadSite:
    parts = "".join(f"<sitemap><loc>/s{n}.xml</loc></sitemap>" for n in range(5_000))
    index = f"<sitemapindex {SPACE}><sitemap><loc>/news.html</loc></sitemap>{parts}</sitemapindex>"
    for path in ("/news.html", "/s1.xml", "/s2.xml"):
        site.answer(path, answer(200, index.encode(), Content_Type="application/xml"))
    return _bad(EntryKind.SITEMAP)


def _robots(site: Site, dice: random.Random) -> BadSite:
    rules = b"User-agent: *\nDisallow: /*a*b*c*d$\nAllow: /\nCrawl-delay: 0\nSitemap: x\n"
    site.answer(
        "/robots.txt",
        dice.choice(
            (
                answer(204),
                answer(200, spoilt(rules, dice)),
                answer(200, rules * 30_000),
                answer(200, b"Disallow: /" + b"*a" * 100_000),
                answer(200, b"User-agent: *\nAllow: /" + b"*" * 3000 + b"x$\n"),
                answer(500),
                reset,
                short(rules, 5000),
                redirect(site.url("/robots.txt")),
                answer(200, dice.randbytes(5000)),
                answer(200, packed(rules, dice)[0], Content_Encoding="gzip"),
            )
        ),
    )
    return _bad()


def _long_robots(site: Site, dice: random.Random) -> BadSite:
    site.answer("/robots.txt", answer(200, b"User-agent: *\nDisallow: /\n" + b"# x\n" * 1_100_000))
    return _bad(EntryKind.LIST, Outcome.ROBOTS)


def _connections(site: Site, dice: random.Random) -> BadSite:
    broken = (reset, silence(3), drip(3), endless(), short(b"<h1>half", 5000), chunks(b"5\r\nab"))
    _page(site, dice, dice.choice(broken))
    return _bad()


def _reset_in_the_body(site: Site, dice: random.Random) -> BadSite:
    def behave(connection: socket.socket, hit: Hit) -> None:
        body = list_html("/a/1.htm", "/a/2.htm", "/a/3.htm").encode()
        connection.sendall(head(200, None, Content_Type="text/html") + body[:-60])
        connection.recv(1, socket.MSG_DONTWAIT) if dice.random() < 0 else None
        reset(connection, hit)

    site.answer("/news.html", behave)
    return _bad()


def _statuses(site: Site, dice: random.Random) -> BadSite:
    status = dice.choice(
        (100, 201, 204, 206, 300, 304, 400, 401, 402, 407, 418, 421, 451, 507, 599)
    )
    _page(site, dice, answer(status, b"" if status in (204, 304) else b"<h1>Status</h1>"))
    return _bad()


_MAKERS: tuple[Maker, ...] = (
    _addresses_in_a_list, _redirects, _heads, _codings, _bombs, _very_many_members, _two_frames,
    _markup, _spoilt_article, _other_bytes, _spoilt_list, _long_list, _endless_pager, _spoilt_feed,
    _long_feed, _spoilt_sitemap, _long_sitemap, _sitemap_in_utf16, _sitemaps_in_a_circle, _robots,
    _long_robots, _connections, _reset_in_the_body, _statuses,
)  # fmt: skip
