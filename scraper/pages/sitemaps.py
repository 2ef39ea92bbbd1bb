"""Reads sitemaps (sitemaps.org protocol): address sets, indexes, gzip, Google News, plain text.

`lastmod` says when a file changed, not when an article was published, so it is not a row's date.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from storage.records import ListRow
from storage.types import Capture, Outcome

from ..sources.links import is_article
from ..sources.model import LinkRules
from .fields.dates import is_plausible, read_date
from .page import absolute
from .recognise import judge_response
from .text import clean_field, clean_line
from .types import ListPage

MAX_BYTES = 50 * 1024 * 1024
"""After decompression; the protocol's own bound for one file."""
MAX_ADDRESSES = 50_000
_ENTITY = re.compile(rb"<!ENTITY", re.I)


def read_sitemap(capture: Capture, links: LinkRules, zone: str) -> ListPage:
    """Read a captured sitemap; nested sitemaps are in `more`, the newest by
    their dates first, those without one from the last to the first."""
    body = capture.body
    if body[:2] == b"\x1f\x8b":
        inflated = _gunzip(body)
        if inflated is None:
            return ListPage(Outcome.TRUNCATED, "the gzip data is cut or too large")
        body = inflated
    verdict = judge_response(replace(capture, body=body))
    if verdict is not None:
        return ListPage(verdict.outcome, verdict.reason)
    if _ENTITY.search(body):
        return ListPage(Outcome.UNSUPPORTED, "the sitemap declares entities of its own")
    base = capture.final_url or capture.url
    if not body.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"<"):
        return _sorted_out(list(_plain(body, base)), (), links)
    root = _parse(body)
    if root is None or _local(root) not in ("urlset", "sitemapindex"):
        return ListPage(Outcome.LAYOUT_CHANGED, "not a sitemap")
    if _local(root) == "sitemapindex":
        return _sorted_out([], _nested(root, base), links)
    rows = [row for row in _addresses(root, base, zone) if _keeps(row, capture)]
    return _sorted_out([_dated(row, capture) for row in rows], (), links)


def _gunzip(body: bytes) -> bytes | None:
    """The whole content, or None for cut data and for more than `MAX_BYTES`."""
    engine = zlib.decompressobj(wbits=31)
    try:
        out = engine.decompress(body, MAX_BYTES)
    except zlib.error:
        return None
    return out if engine.eof else None


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


def _addresses(root: etree._Element, base: str, zone: str) -> Iterator[ListRow]:
    for at, item in enumerate(root):
        if at >= MAX_ADDRESSES:
            return
        url = absolute(_child(item, "loc"), base)
        if url:
            title = clean_field(_child(item, "news", "title"))
            when = read_date(_child(item, "news", "publication_date"), zone)
            yield ListRow(url, title, when, position=at)


def _keeps(row: ListRow, capture: Capture) -> bool:
    return row.url != capture.url


def _dated(row: ListRow, capture: Capture) -> ListRow:
    if row.published is not None and not is_plausible(row.published, capture.fetched_at):
        return replace(row, published=None)
    return row


def _nested(root: etree._Element, base: str) -> tuple[str, ...]:
    dated = []
    for at, item in enumerate(list(root)[:MAX_ADDRESSES]):
        url = absolute(_child(item, "loc"), base)
        if url:
            dated.append((_child(item, "lastmod"), at, url))
    dated.sort(reverse=True)  # undated ones are mostly counted, and grow at the end
    return tuple(dict.fromkeys(url for _, _, url in dated))


def _plain(body: bytes, base: str) -> Iterator[ListRow]:
    for at, line in enumerate(body.decode("utf-8-sig", "replace").splitlines()[:MAX_ADDRESSES]):
        if line.strip().startswith(("http://", "https://")):
            url = absolute(line, base)
            if url:
                yield ListRow(url, position=at)


def _sorted_out(rows: list[ListRow], more: tuple[str, ...], links: LinkRules) -> ListPage:
    own = tuple(row for row in rows if is_article(row.url, links))
    if not own and not more:
        return ListPage(Outcome.EMPTY, "no address that the link rule allows")
    return ListPage(Outcome.OK, "", own, more)
