"""Reads RSS and Atom feeds (feedparser): rows with address, title, date and summary.

No entity, no DTD, no network: a feed that declares entities of its own is not read. One that is
not well-formed, or cut off, gives the entries that can be told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from hubwatch.patterns import lazy_pattern
from storage.lists import GOES_ON, ListRow
from storage.types import Capture, Outcome, When
from storage.urls import is_synthetic

from ..bugs import isolated
from ..sources.links import is_article, is_on_hosts
from ..sources.model import Entry, LinkRules
from .dates.in_rows import DateReader, agree
from .dates.in_text import is_plausible, read_date
from .encoding import decode
from .fields.title import clean_title
from .page import absolute
from .page_kinds import judge_response
from .refused import refused_among
from .text import clean_characters, clean_field
from .types import FoundRow, ListPage, ListReading, Pager

MAX_ENTRIES = 5_000
_ENTRY_END = lazy_pattern(r"</(?:[\w.-]{1,20}:)?(?:item|entry)\s{0,9}>", re.I)
_ENTITY = lazy_pattern(r"<!ENTITY", re.I)
_ROOT = lazy_pattern(r"<(?:[\w.-]{1,20}:)?(?:rss|feed|rdf|channel)\b", re.I)
_CLOSED = lazy_pattern(
    r"</\s{0,3}(?:[\w.-]{1,20}:)?(?:rss|feed|rdf|channel)\s{0,9}>|<(?:rss|feed)[^<>]{0,400}/>", re.I
)
_DECLARATION = lazy_pattern(r"^\s*<\?xml[^<>]{0,200}\?>")
_BASE = lazy_pattern(r"""\sxml:base\s{0,3}=\s{0,3}(?:"([^"<>]{0,500})"|'([^'<>]{0,500})')""")
"""One that is no address makes the library give up the whole feed."""
_MAX_SUMMARY = 600


def read_feed(capture: Capture, entry: Entry, links: LinkRules, zone: str) -> ListPage:
    """Read a captured feed. Dates without an offset are at home in `zone`. It goes on where it says
    so itself, whatever the entry's paging."""
    read = read_entries(capture, zone)
    rows = [
        ListRow(row.url, row.title, row.published, row.summary, row.at, row.modified)
        for row in read.rows
    ]
    unlinked = tuple(row for row in rows if is_synthetic(row.url))
    rows = [row for row in rows if not is_synthetic(row.url)]
    own = tuple(row for row in rows if is_article(row.url, links))
    away = tuple(row for row in rows if not is_on_hosts(row.url, links))
    reason = read.reason
    if unlinked:
        said = f"{len(unlinked)} of {len(read.rows)} entries name no page of their own"
        reason = "; ".join(filter(None, (reason, said)))
    more = tuple(url for url in read.pager.pages if is_on_hosts(url, links))
    if read.pager.pages and not more and not reason and entry.paging.max_pages > 1:
        reason = f"{GOES_ON}: {read.pager.pages[0]}, which is on none of the source's hosts"
    page = ListPage(read.outcome, reason, own, more, away, read.encoding, unlinked=unlinked)
    return replace(page, refused=refused_among(rows, links))


def looks_like_feed(text: str) -> bool:
    """Whether text begins as a feed does."""
    return _ROOT.search(_DECLARATION.sub("", text[:2_000])[:1_500]) is not None


def read_entries(capture: Capture, zone: str) -> ListReading:
    """Every entry of a captured feed, whoever owns its address."""
    verdict = judge_response(capture)
    if verdict is not None:
        return ListReading(verdict.outcome, verdict.reason, "feed")
    decoded = decode(capture.body, capture.header("content-type") or "")
    if decoded.hopeless:
        return ListReading(Outcome.BAD_ENCODING, decoded.reason, "feed")
    text = clean_characters(decoded.text)
    if _ENTITY.search(text):
        return ListReading(Outcome.UNSUPPORTED, "the feed declares entities of its own", "feed")
    if not _ROOT.search(text[:20_000]):
        return ListReading(Outcome.LAYOUT_CHANGED, "neither RSS nor Atom", "feed")
    parsed = _parse(text)
    if parsed is None:
        return ListReading(Outcome.LAYOUT_CHANGED, "no feed that can be read", "feed")
    base = capture.final_url or capture.url
    rows = _rows(parsed, base, zone, capture.fetched_at)
    if not rows:
        count = len(parsed.entries)
        reason = f"{count} entries that say nothing" if count else "a feed without entries"
        return ListReading(Outcome.EMPTY, reason, "feed", encoding=decoded.encoding)
    outcome, reason = Outcome.OK, ""
    if not _CLOSED.search(text[-2_000:]):
        outcome, reason = Outcome.PARTIAL, f"the feed is cut off after {len(rows)} entries"
    elif len(parsed.entries) > MAX_ENTRIES:
        outcome, reason = Outcome.PARTIAL, f"cut after {MAX_ENTRIES} entries"
    return ListReading(outcome, reason, "feed", rows, _pager(parsed, base), decoded.encoding)


_TAG = lazy_pattern(r"</?(?:[\w.-]{1,20}:)?([\w.-]{1,40})(?=[\s/>])[^<>]*>")
_READ = frozenset(
    (
        *("rss", "feed", "rdf", "channel", "item", "entry", "title", "link", "guid", "id"),
        *("pubdate", "published", "updated", "issued", "modified", "created", "date"),
        *("summary", "description", "content", "encoded", "enclosure"),
    )
)


def _if_read(tag: re.Match[str]) -> str:
    return tag[0] if tag[1].lower() in _READ else ""


def _parse(text: str) -> Any:
    """feedparser over text that is UTF-8 now, whatever its declaration said. Where it breaks on an
    element, once more without those that nobody asks it for. None where it breaks all the same."""
    text = _BASE.sub(lambda base: base[0] if absolute("x", base[1] or base[2] or "") else "", text)
    text = _DECLARATION.sub("", _trimmed(text)).lstrip()
    headers = {"content-type": "application/xml; charset=utf-8"}
    import feedparser  # only when there is a feed to read: it takes long to load

    def parse(text: str) -> Any:
        body = text.encode("utf-8")
        return feedparser.parse(body, response_headers=headers, resolve_relative_uris=False)

    for shown in (text, _TAG.sub(_if_read, text)):
        try:
            return parse(shown)
        except (RecursionError, MemoryError):
            raise
        except Exception:  # noqa: S112 (the library raises anything of an element that is odd)
            continue
    return None


def _trimmed(text: str) -> str:
    """A feed up to one entry more than are read: the library takes its time for each."""
    for number, found in enumerate(_ENTRY_END.finditer(text)):
        if number == MAX_ENTRIES:
            return text[: found.end()]
    return text


def read_feed_site(capture: Capture) -> tuple[str, str]:
    """The address of the site that a feed says it is of, and the feed's title (RSS 2.0, `link` and
    `title` of the channel; RFC 4287, `link rel="alternate"`). Empty where it does not say."""
    decoded = decode(capture.body, capture.header("content-type") or "")
    text = clean_characters(decoded.text)
    if decoded.hopeless or _ENTITY.search(text) or not _ROOT.search(text[:20_000]):
        return "", ""
    parsed = _parse(text[:_HEAD])
    if parsed is None:
        return "", ""
    home = absolute(str(parsed.feed.get("link", "")), capture.final_url or capture.url)
    return home, clean_field(clean_title(str(parsed.feed.get("title", ""))))


_HEAD = 100_000
"""So much of a feed is read for what it says of itself; that stands before its entries."""


def _pager(parsed: Any, base: str) -> Pager:
    """The next page of a paged feed, or the one before of an archived one (RFC 5005, sections 3
    and 4)."""
    for rel in ("next", "prev-archive"):
        for link in parsed.feed.get("links", ()):
            url = absolute(str(link.get("href", "")), base) if link.get("rel") == rel else ""
            if url and url != base:
                return Pager("next", (url,), url, why="the feed names its next page")
    return Pager(why="the feed names no further page")


def _rows(parsed: Any, base: str, zone: str, now: datetime) -> tuple[FoundRow, ...]:
    entries: dict[str, Any] = {}
    for at, entry in enumerate(parsed.entries[:MAX_ENTRIES]):
        with isolated(f"entry {at + 1}"):
            url = absolute(str(entry.get("link") or _guid(entry) or _other_link(entry)), base)
            url = url or _name_of(entry, base)
            if url:
                entries.setdefault(url, entry)
    whens: list[When | None] = [None] * len(entries)
    with isolated("the entries' dates"):
        whens = _whens(list(entries.values()), zone, now)
    rows = []
    for at, ((url, entry), when) in enumerate(zip(entries.items(), whens, strict=True)):
        title, summary, modified = "", "", None
        with isolated(url):
            title = clean_field(clean_title(str(entry.get("title", ""))))
            summary = clean_title(_text_of(entry)[:4_000])[:_MAX_SUMMARY]
            modified = _first([str(dict(entry).get("updated", "")).strip()], zone, now)
        row = FoundRow(url, title, when, summary, "row" if when else "", (), at)
        rows.append(replace(row, modified=modified))
    return tuple(rows)


def _guid(entry: Any) -> str:
    guid = str(entry.get("id", ""))
    return guid if guid.startswith(("http://", "https://")) else ""


def _text_of(entry: Any) -> str:
    """The summary of an entry, else its text."""
    texts = (str(each.get("value", "")) for each in entry.get("content", ())[:3])
    return str(entry.get("summary", "")) or next(filter(None, texts), "")


def _name_of(entry: Any, base: str) -> str:
    """A made-up name (`urn:uuid:`, RFC 9562, version 5) for an entry without any address: it
    follows from the feed's address and the entry's id, else from what it says. Empty for one that
    says nothing."""
    if not entry:
        return ""
    parts = (str(entry.get("title", "")), str(entry.get("published", "")), _text_of(entry)[:4_000])
    told = str(entry.get("id", "")) or "\x1f".join(parts if any(parts) else map(str, entry.items()))
    text = "\x1f".join(("entry of a feed", base, told)).encode("utf-8", "replace").decode()
    return f"urn:uuid:{uuid5(NAMESPACE_URL, text)}"


def _other_link(entry: Any) -> str:
    """Of an entry without a page of its own: what it is about, or the file that it brings."""
    links = entry.get("links", ())
    for rel in ("related", "via", "enclosure"):
        for link in links:
            if link.get("rel") == rel and link.get("href"):
                return str(link["href"])
    return ""


def _whens(entries: Sequence[Any], zone: str, now: datetime) -> list[When | None]:
    """The entries' dates from their own texts: `2023-08-05 09:30:00.0` is as common as RFC 822.
    In `03/04/2026` the other entries tell which is the month."""
    stated = [_stated(entry) for entry in entries]
    whens: list[When | None] = []
    for texts in stated:
        when = None
        with isolated(f"the date {texts[:1]}"):
            when = _first(texts, zone, now)
        whens.append(when)
    reader = DateReader(zone, now)
    odd = [
        next((found for text in texts if (found := reader.read(text))), ()) if when is None else ()
        for when, texts in zip(whens, stated, strict=True)
    ]
    shown = [reader.read(texts[0]) if texts else () for texts in stated] if any(odd) else odd
    choose = agree(shown, day_first=False)
    pairs = zip(whens, odd, strict=True)
    return [when or ((dated := choose(other)) and dated.when) or None for when, other in pairs]


def _stated(entry: Any) -> list[str]:
    stated = dict(entry)  # the library's own lookup answers `updated` with `published`, and warns
    keys = ("published", "created", "updated")
    return [text for key in keys if (text := str(stated.get(key, "")).strip())]


def _first(texts: Sequence[str], zone: str, now: datetime) -> When | None:
    for text in texts:
        when = read_date(text, zone)
        if when is not None and is_plausible(when, now):
            return when
    return None
