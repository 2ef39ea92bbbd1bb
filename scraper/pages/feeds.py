"""Reads RSS and Atom feeds (feedparser): rows with address, title, date and summary.

No entity, no DTD, no network: a feed that declares entities of its own is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import feedparser

from storage.records import ListRow
from storage.types import Capture, Outcome, When

from ..sources.links import is_article
from ..sources.model import LinkRules
from .decode import decode
from .fields.dates import is_plausible, read_date
from .fields.title import clean_title
from .page import absolute
from .recognise import judge_response
from .text import clean_characters, clean_field
from .types import ListPage

MAX_ENTRIES = 2_000
_ENTITY = re.compile(r"<!ENTITY", re.I)
_ROOT = re.compile(r"<(?:rss|feed|rdf:RDF|channel)\b", re.I)
_DECLARATION = re.compile(r"^\s*<\?xml[^<>]{0,200}\?>")
_MAX_SUMMARY = 600


def read_feed(capture: Capture, links: LinkRules, zone: str) -> ListPage:
    """Read a captured feed. Dates without an offset are at home in `zone`."""
    verdict = judge_response(capture)
    if verdict is not None:
        return ListPage(verdict.outcome, verdict.reason)
    decoded = decode(capture.body, capture.header("content-type") or "")
    if decoded.hopeless:
        return ListPage(Outcome.BAD_ENCODING, decoded.reason)
    text = clean_characters(decoded.text)
    if _ENTITY.search(text):
        return ListPage(Outcome.UNSUPPORTED, "the feed declares entities of its own")
    if not _ROOT.search(text[:20_000]):
        return ListPage(Outcome.LAYOUT_CHANGED, "neither RSS nor Atom")
    parsed = _parse(text)
    base = capture.final_url or capture.url
    found = list(_rows(parsed, base, zone, capture.fetched_at))
    own = tuple(row for row in found if is_article(row.url, links))
    away = tuple(row for row in found if not is_article(row.url, links))
    if not own and not away:
        return ListPage(Outcome.EMPTY, "a feed without entries", encoding=decoded.encoding)
    return ListPage(Outcome.OK, "", own, (), away, decoded.encoding)


def _parse(text: str) -> Any:
    """feedparser over text that is UTF-8 now, whatever its declaration said."""
    body = _DECLARATION.sub("", text).lstrip().encode("utf-8")
    headers = {"content-type": "application/xml; charset=utf-8"}
    return feedparser.parse(body, response_headers=headers, resolve_relative_uris=False)


def _rows(parsed: Any, base: str, zone: str, now: datetime) -> Iterator[ListRow]:
    seen: set[str] = set()
    for entry in parsed.entries[:MAX_ENTRIES]:
        url = absolute(str(entry.get("link") or _guid(entry)), base)
        if url and url not in seen:
            seen.add(url)
            title = clean_field(clean_title(str(entry.get("title", ""))))
            summary = clean_title(str(entry.get("summary", ""))[:4_000])[:_MAX_SUMMARY]
            yield ListRow(url, title, _when(entry, zone, now), summary, len(seen) - 1)


def _guid(entry: Any) -> str:
    guid = str(entry.get("id", ""))
    return guid if guid.startswith(("http://", "https://")) else ""


def _when(entry: Any, zone: str, now: datetime) -> When | None:
    """The entry's date from its own text: `2023-08-05 09:30:00.0` is as common as RFC 822."""
    stated = dict(entry)  # the library's own lookup answers `updated` with `published`, and warns
    for key in ("published", "created", "updated"):
        when = read_date(str(stated.get(key, "")), zone)
        if when is not None and is_plausible(when, now):
            return when
    return None
