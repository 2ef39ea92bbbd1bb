"""Reads sitemaps (sitemaps.org protocol): address sets, indexes, gzip, Google News, plain text.

`lastmod` says when a file changed, not when an article was published, so it is not a row's date,
but when it was modified.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, time
from functools import lru_cache

from lxml import etree

from hubwatch.patterns import lazy_pattern
from storage.lists import ListRow
from storage.types import Capture, Outcome, Precision, When

from ..bugs import isolated
from ..codings import BrokenCoding, decode
from ..sources.model import LinkRules
from .dates.in_text import in_stated_zone, is_plausible, read_date
from .encoding import bare_utf16
from .page import absolute
from .page_kinds import judge_response
from .refused import parted
from .text import clean_field, clean_line
from .types import FoundRow, ListPage, ListReading, Pager

MAX_BYTES = 50 * 1024 * 1024
"""After decompression. The protocol's own bound for one file."""
MAX_ADDRESSES = 50_000
_ENTITY = lazy_pattern(rb"<!ENTITY", re.I)
_ROOT = lazy_pattern(rb"<(?:\w{1,20}:)?(?:urlset|sitemapindex)[\s>/]")
_ENDED = lazy_pattern(rb"</(?:\w{1,20}:)?loc\s{0,9}>")
_OPENED = lazy_pattern(rb"<(?:\w{1,20}:)?loc[\s>]")
_W3C = lazy_pattern(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:T(?P<hour>[0-9]{2}:[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]{1,9})?)?"
    r"(?P<zone>Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?)?"
)
_CLOSED = lazy_pattern(
    rb"</\s*(?:\w{1,20}:)?(?:urlset|sitemapindex)\s*>|<(?:urlset|sitemapindex)[^<>]*/>"
)
_ADDRESS_LINE = lazy_pattern(
    rb"(?:\xef\xbb\xbf)?\s{0,99}https?://[^\s<>]{1,2000}[ \t]{0,9}(?:[\r\n]|$)"
)
_MARKS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_DECLARATION = lazy_pattern(r"^\s{0,99}<\?xml[^<>]{0,200}\?>")


def read_sitemap(capture: Capture, links: LinkRules, zone: str) -> ListPage:
    """Read a captured sitemap. Nested sitemaps are in `more`, the newest by
    their dates first, those without one from the last to the first."""
    read = read_addresses(capture, zone)
    more = read.pager.pages
    if read.outcome not in (Outcome.OK, Outcome.PARTIAL):
        return ListPage(read.outcome, read.reason)
    taken, refused = parted(read.rows, links)
    rows = tuple(
        ListRow(row.url, row.title, row.published, position=row.at, modified=row.modified)
        for row in taken
    )
    if not rows and not more:
        reason = "no address that the link rule allows"
        return ListPage(Outcome.EMPTY, reason, refused=refused)
    return ListPage(read.outcome, read.reason, rows, more, refused=refused)


def looks_like_sitemap(body: bytes) -> bool:
    """Whether bytes begin as a sitemap does: in XML, gzipped, or as bare addresses, one a line."""
    if body[:2] == b"\x1f\x8b" or _ADDRESS_LINE.match(body):
        return True
    return _ROOT.search(_as_utf8(body[:4_000])) is not None


def read_addresses(capture: Capture, zone: str) -> ListReading:
    """Every address of a captured sitemap, whoever owns it. What is cut off is read up to there,
    and `partial`."""
    body, cut = capture.body, ""
    if body[:2] == b"\x1f\x8b":
        try:
            body = decode(body, ["gzip"], MAX_BYTES)
        except BrokenCoding as broken:
            if broken.outcome is Outcome.TOO_BIG:
                return _reading(Outcome.TOO_BIG, "the gzip data is too large")
            is_cut = broken.outcome is Outcome.TRUNCATED
            body, cut = broken.had, f"the gzip data is {'cut' if is_cut else 'damaged'}"
            if not body:
                return _reading(Outcome.TRUNCATED, cut)
    body = _as_utf8(body)
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
    return _read(list(_addresses(root, capture, zone)), (), cut)


def _as_utf8(body: bytes) -> bytes:
    """A body in UTF-16 or UTF-32 in UTF-8, without the declaration that says otherwise. All others
    as they are."""
    name = next((codec for mark, codec in _MARKS if body.startswith(mark)), "")
    name = name or bare_utf16(body)
    if not name:
        return body
    text = body.decode(name, "replace").removeprefix("\ufeff")
    return _DECLARATION.sub("", text, count=1).encode("utf-8", "replace")


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


@lru_cache(maxsize=256)
def _without_prefix(tag: str) -> str:
    return tag.rpartition("}")[2]


def _local(element: etree._Element) -> str:
    tag = element.tag
    return _without_prefix(tag) if isinstance(tag, str) else ""


def _child(element: etree._Element, *path: str) -> str:
    """Text of the first descendant on a path of local names."""
    for name in path:
        found = next((child for child in element if _local(child) == name), None)
        if found is None:
            return ""
        element = found
    return clean_line(element.text or "")


def _addresses(root: etree._Element, capture: Capture, zone: str) -> Iterator[FoundRow]:
    """The rows, but for the sitemap's own address, as a whole list of them has to be read fast."""
    base, at = capture.final_url or capture.url, -1
    for at, item in zip(range(MAX_ADDRESSES), root, strict=False):
        with isolated(f"address {at + 1}"):
            parts = {_local(child): child for child in reversed(item)}
            loc = parts.get("loc")
            url = absolute((loc.text or "").strip(), base) if loc is not None else ""
            if url and url != capture.url:
                yield _row(url, parts, at, zone, capture.fetched_at)


def _row(
    url: str, parts: Mapping[str, etree._Element], at: int, zone: str, now: datetime
) -> FoundRow:
    title, when, modified = "", None, None
    with isolated(url):
        if "lastmod" in parts:
            modified = _when(parts["lastmod"].text or "", zone)
        if "news" in parts:
            title = clean_field(_child(parts["news"], "title"))
            when = _when(_child(parts["news"], "publication_date"), zone)
            if when is not None and not is_plausible(when, now):
                when = None
    return FoundRow(url, title, when, dated_by="row" if when else "", at=at, modified=modified)


def _when(text: str, zone: str) -> When | None:
    """A date as the protocol wants it (W3C Datetime), or as people write it nevertheless."""
    found = _W3C.fullmatch(text.strip())
    if found is None:
        return _as_written(clean_line(text)[:40], zone)
    if found["hour"] is None:
        return _on_day(found["day"], zone)
    try:
        moment = datetime.fromisoformat(f"{found['day']}T{found['hour']}:{found['second'] or '00'}")
    except ValueError:
        return read_date(clean_line(text)[:40], zone)
    if moment.time() == time():
        return _on_day(found["day"], zone)
    exact = Precision.SECOND if found["second"] else Precision.MINUTE
    return in_stated_zone(moment, found["zone"] or "", exact, zone)


@lru_cache(maxsize=4096)  # many articles are of one day
def _as_written(text: str, zone: str) -> When | None:
    return read_date(text, zone)


@lru_cache(maxsize=4096)
def _on_day(day: str, zone: str) -> When | None:
    return read_date(day, zone)


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
