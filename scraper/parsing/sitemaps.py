"""Reads sitemaps (sitemaps.org protocol): address sets, indexes, gzip, Google News, plain text.

`lastmod` says when a file changed, not when an article was published, so it is not a row's date,
but when it was modified.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from storage.lists import ListRow
from storage.types import Capture, Outcome

from ..bugs import isolated
from ..sources.links import is_article
from ..sources.model import LinkRules
from .dates.in_text import is_plausible, read_date
from .page import absolute
from .page_kinds import judge_response
from .refused import refused_among
from .text import clean_field, clean_line
from .types import FoundRow, ListPage, ListReading, Pager

MAX_BYTES = 50 * 1024 * 1024
"""After decompression. The protocol's own bound for one file."""
MAX_ADDRESSES = 50_000
_ENTITY = re.compile(rb"<!ENTITY", re.I)
_ROOT = re.compile(rb"<(?:\w{1,20}:)?(?:urlset|sitemapindex)[\s>/]")
_ENDED = re.compile(rb"</(?:\w{1,20}:)?loc\s{0,9}>")
_OPENED = re.compile(rb"<(?:\w{1,20}:)?loc[\s>]")
_CLOSED = re.compile(
    rb"</\s*(?:\w{1,20}:)?(?:urlset|sitemapindex)\s*>|<(?:urlset|sitemapindex)[^<>]*/>"
)
_CHUNK = 64 * 1024


def read_sitemap(capture: Capture, links: LinkRules, zone: str) -> ListPage:
    """Read a captured sitemap. Nested sitemaps are in `more`, the newest by
    their dates first, those without one from the last to the first."""
    read = read_addresses(capture, zone)
    more = read.pager.pages
    if read.outcome not in (Outcome.OK, Outcome.PARTIAL):
        return ListPage(read.outcome, read.reason)
    rows = tuple(
        ListRow(row.url, row.title, row.published, position=row.at, modified=row.modified)
        for row in read.rows
        if is_article(row.url, links)
    )
    refused = refused_among(read.rows, links)
    if not rows and not more:
        reason = "no address that the link rule allows"
        return ListPage(Outcome.EMPTY, reason, refused=refused)
    return ListPage(read.outcome, read.reason, rows, more, refused=refused)


def looks_like_sitemap(body: bytes) -> bool:
    """Whether bytes begin as a sitemap in XML does."""
    return _ROOT.search(body[:4_000]) is not None


def read_addresses(capture: Capture, zone: str) -> ListReading:
    """Every address of a captured sitemap, whoever owns it. What is cut off is read up to there,
    and `partial`."""
    body, cut = capture.body, ""
    if body[:2] == b"\x1f\x8b":
        body, cut = _gunzip(body)
        if cut and not body:
            return _reading(Outcome.TRUNCATED, cut)
    verdict = judge_response(replace(capture, body=body))
    if verdict is not None:
        return _reading(verdict.outcome, verdict.reason)
    if _ENTITY.search(body):
        return _reading(Outcome.UNSUPPORTED, "the sitemap declares entities of its own")
    base = capture.final_url or capture.url
    if not body.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"<"):
        rows = list(_plain(body, base))
        is_half = bool(cut) and not body.endswith(b"\n")
        return _read(rows[:-1] if is_half else rows, (), cut)
    root = _parse(body)
    if root is None or _local(root) not in ("urlset", "sitemapindex"):
        if cut:
            return _reading(Outcome.TRUNCATED, cut)
        return _reading(Outcome.LAYOUT_CHANGED, "not a sitemap")
    if not cut and _CLOSED.search(body[-400:]) is None:
        cut = "the sitemap is cut off"
    if len(root) and len(_OPENED.findall(body)) > len(_ENDED.findall(body)):
        root.remove(root[-1])  # half an address is none
    if not cut and len(root) > MAX_ADDRESSES:
        cut = f"cut after {MAX_ADDRESSES} addresses"
    if _local(root) == "sitemapindex":
        return _read([], _nested(root, base), cut)
    rows = [row for row in _addresses(root, base, zone) if _keeps(row, capture)]
    return _read([_dated(row, capture) for row in rows], (), cut)


def _gunzip(body: bytes) -> tuple[bytes, str]:
    """The content, and what is missing of it in words. None of what is larger than `MAX_BYTES`."""
    engine = zlib.decompressobj(wbits=31)
    out = b""
    try:
        for at in range(0, len(body), _CHUNK):
            out += engine.decompress(body[at : at + _CHUNK], MAX_BYTES - len(out))
            if engine.unconsumed_tail:
                return b"", "the gzip data is too large"
            if engine.eof:
                return out, ""
    except zlib.error:
        return out, "the gzip data is damaged"
    return out, "the gzip data is cut"


def _reading(outcome: Outcome, reason: str) -> ListReading:
    return ListReading(outcome, reason, "sitemap")


def _read(rows: list[FoundRow], nested: tuple[str, ...], cut: str) -> ListReading:
    if not rows and not nested:
        if cut:
            return _reading(Outcome.TRUNCATED, cut)
        return _reading(Outcome.EMPTY, "a sitemap without addresses")
    why = f"an index of {len(nested)} sitemaps" if nested else "a sitemap has no pages"
    pager = Pager("sitemap" if nested else "none", nested, nested[0] if nested else "", why=why)
    reason = f"{cut} after {len(rows) or len(nested)} addresses" if cut else ""
    outcome = Outcome.PARTIAL if cut else Outcome.OK
    return ListReading(outcome, reason, "sitemap", tuple(rows), pager)


def _parse(body: bytes) -> etree._Element | None:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=True,
    )
    try:
        root: etree._Element | None = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _child(element: etree._Element, *path: str) -> str:
    """Text of the first descendant on a path of local names."""
    for name in path:
        found = next((child for child in element if _local(child) == name), None)
        if found is None:
            return ""
        element = found
    return clean_line(element.text or "")


def _addresses(root: etree._Element, base: str, zone: str) -> Iterator[FoundRow]:
    for at, item in enumerate(root):
        if at >= MAX_ADDRESSES:
            return
        with isolated(f"address {at + 1}"):
            url = absolute(_child(item, "loc"), base)
            if url:
                yield _row(url, item, at, zone)


def _row(url: str, item: etree._Element, at: int, zone: str) -> FoundRow:
    title, when, modified = "", None, None
    with isolated(url):
        title = clean_field(_child(item, "news", "title"))
        when = read_date(_child(item, "news", "publication_date"), zone)
        modified = read_date(_child(item, "lastmod")[:40], zone)
    row = FoundRow(url, title, when, "", "row" if when else "", (), at)
    return replace(row, modified=modified)


def _keeps(row: FoundRow, capture: Capture) -> bool:
    return row.url != capture.url


def _dated(row: FoundRow, capture: Capture) -> FoundRow:
    if row.published is not None and not is_plausible(row.published, capture.fetched_at):
        return replace(row, published=None, dated_by="")
    return row


def _nested(root: etree._Element, base: str) -> tuple[str, ...]:
    dated = []
    for at, item in enumerate(list(root)[:MAX_ADDRESSES]):
        with isolated(f"part {at + 1}"):
            url = absolute(_child(item, "loc"), base)
            if url:
                dated.append((_child(item, "lastmod"), at, url))
    dated.sort(reverse=True)  # undated ones are mostly counted, and grow at the end
    return tuple(dict.fromkeys(url for _, _, url in dated))


def _plain(body: bytes, base: str) -> Iterator[FoundRow]:
    for at, line in enumerate(body.decode("utf-8-sig", "replace").splitlines()[:MAX_ADDRESSES]):
        if line.strip().startswith(("http://", "https://")):
            url = absolute(line, base)
            if url:
                yield FoundRow(url, "", at=at)
