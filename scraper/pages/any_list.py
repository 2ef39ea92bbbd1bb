"""Reads a list of any kind without being told which: page, feed, sitemap or JSON, by content.

For people who look at a saved page, and for sources that are yet to be written; crawls know what
their entries are. Never raises for what a file holds.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from dataclasses import replace
from urllib.parse import urlsplit

from bs4.exceptions import ParserRejectedMarkup

from storage.types import Capture, Outcome

from ..sources.model import ListRules
from .decode import decode
from .feeds import looks_like_feed, read_entries
from .json_lists import parse_json, read_items
from .listing.rows import found_rows
from .listing.shown_pager import shown_pager
from .lists import unwrap_records
from .page import Page
from .recognise import judge_page, judge_response
from .sitemaps import looks_like_sitemap, read_addresses
from .types import FoundRow, ListReading, Pager

NOWHERE = "https://address.invalid/1/2/3/4/"
"""Where a page stands whose address nobody knows (RFC 2606); its links are told as written."""
_SUFFIXES = frozenset(("com", "gov", "org", "edu", "net", "ac", "co", "mil"))
_PLAIN = re.compile(rb"\s{0,99}https?://\S{1,2000}[ \t]{0,9}(?:[\r\n]|$)")
_MARKUP = re.compile(r"<(?:li|a|tr|div)\b", re.I)


def read_any(capture: Capture, zone: str, rules: ListRules = ListRules()) -> ListReading:  # noqa: B008 - frozen
    """Read a captured list. `rules` are selectors or paths, where a source has some.

    An empty address is replaced by what the page says of itself; where it says nothing, links
    without a host stay so.
    """
    here = capture if capture.url else replace(capture, url=NOWHERE, final_url=NOWHERE)
    read, address = _read(here, zone, rules)
    return replace(
        read,
        rows=_marked(read.rows, _host(address)),
        pager=_told(read.pager),
        url="" if address == NOWHERE else address,
    )


def _read(capture: Capture, zone: str, rules: ListRules) -> tuple[ListReading, str]:
    """The reading, and the address of the page as far as it is known."""
    here = capture.final_url or capture.url
    body = capture.body.lstrip(b"\xef\xbb\xbf\r\n\t ")
    if body[:2] == b"\x1f\x8b" or looks_like_sitemap(body) or _PLAIN.match(body):
        return read_addresses(capture, zone), here
    verdict = judge_response(capture)
    if verdict is not None:
        return ListReading(verdict.outcome, verdict.reason), here
    decoded = decode(capture.body, capture.header("content-type") or "")
    if decoded.hopeless:
        return ListReading(Outcome.BAD_ENCODING, decoded.reason), here
    text = decoded.text.lstrip("\ufeff \r\n\t")
    if looks_like_feed(text):
        return read_entries(capture, zone), here
    if not text.startswith("<"):
        data = parse_json(text)
        if data is not None:
            read = read_items(capture, rules, zone)
            inner = "" if read.rows else _markup_in(data)
            if not inner:
                return read, here
            return _html(capture, inner, zone, ListRules(), decoded.encoding)
    return _html(capture, decoded.text, zone, rules, decoded.encoding)


def _html(
    capture: Capture, text: str, zone: str, rules: ListRules, encoding: str
) -> tuple[ListReading, str]:
    address = capture.final_url or capture.url
    try:
        text = unwrap_records(text)
        page = Page(text, address, capture.fetched_at)
        if address == NOWHERE:
            address = _own_address(page)
            page = page if address == NOWHERE else Page(text, address, capture.fetched_at)
        rows = tuple(found_rows(page, rules, zone))
        pager = shown_pager(page)
        if not rows:
            verdict = judge_page(page, capture)
            told = "no repeated block of links that looks like a list"
            empty = ListReading(Outcome.EMPTY, told, "list", (), pager, encoding)
            if verdict is not None:
                empty = replace(empty, outcome=verdict.outcome, reason=verdict.reason)
            return empty, address
    except (ParserRejectedMarkup, RecursionError) as fault:
        reason = f"the markup cannot be parsed: {fault}"[:200]
        return ListReading(Outcome.UNSUPPORTED, reason), address
    outcome = Outcome.PARTIAL if page.trimmed else Outcome.OK
    return ListReading(outcome, page.trimmed, "list", rows, pager, encoding), address


def _own_address(page: Page) -> str:
    """What a page says of its own address, by its canonical link or `og:url`."""
    said = page.canonical
    return said if _host(said) else NOWHERE


def _markup_in(data: object) -> str:
    """Markup that portals pack into JSON: the longest text that looks like some."""
    stack, seen, best = [data], 0, ""
    while stack and seen < 5_000:
        value = stack.pop()
        seen += 1
        if isinstance(value, dict):
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value[:500])
        elif isinstance(value, str) and len(value) > max(60, len(best)) and _MARKUP.search(value):
            best = value
    return best


def _marked(rows: tuple[FoundRow, ...], host: str) -> tuple[FoundRow, ...]:
    """The rows, those that leave the site marked. Where nobody says what the site is, it is the
    host of relative links, else of most links."""
    hosts = [_host(row.url) for row in rows]
    if not host and "" not in hosts and hosts:
        host = Counter(hosts).most_common(1)[0][0]
    marked = []
    for row, its in zip(rows, hosts, strict=True):
        away = bool(its) and _site(its) != _site(host)
        url = _as_written(row.url)
        files = tuple(_as_written(each) for each in row.files)
        marked.append(replace(row, url=url, files=files, off_site=away))
    return tuple(marked)


def _told(pager: Pager) -> Pager:
    pages = tuple(_as_written(url) for url in pager.pages)
    return replace(pager, pages=pages, next=_as_written(pager.next))


def _host(url: str) -> str:
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
    return "" if host == urlsplit(NOWHERE).hostname else host


def _site(host: str) -> str:
    """The part of a host that one owner has: `guiyang.gov.cn` of `kjj.guiyang.gov.cn`."""
    labels = host.split(".")
    keep = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SUFFIXES else 2
    return ".".join(labels[-keep:])


def _as_written(url: str) -> str:
    """A link of a page without an address as it stands there: relative, or from the root."""
    origin = NOWHERE[: NOWHERE.index("/", 8)]
    if not url.startswith(origin):
        return url
    path = url.removeprefix(origin)
    if not path.startswith("/1/"):
        return path or "/"
    plain, mark, query = path.partition("?")
    return posixpath.relpath(plain, NOWHERE.removeprefix(origin)) + mark + query
