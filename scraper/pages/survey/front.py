"""What any page of an unknown portal tells at once: what it is, its names, links and feeds.

Judges nothing: which links are articles, and whether a page is a list, is for others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urldefrag

from bs4.exceptions import ParserRejectedMarkup

from storage.types import Capture

from ..decode import decode
from ..fields.language import read_language
from ..page import Page
from ..text import clean_field
from ..tree import attribute, line_text

MOST_LINKS = 3_000
_FEED = re.compile(r"application/(?:rss|atom|rdf)\+xml", re.I)
_FEED_ROOT = re.compile(rb"<(?:rss|feed|rdf:RDF)\b", re.I)
_SITEMAP_ROOT = re.compile(rb"<(?:urlset|sitemapindex)\b", re.I)
_NAME_METAS = ("SiteName", "og:site_name", "application-name", "publisher")
_TITLE_PARTS = re.compile(
    r"\s[-–—|_]\s|\s?[|_]\s?|[－—]{1,2}|(?<=[㐀-鿿])[-_](?=[㐀-鿿])|\s?»\s?|\s?::\s?"
)


class AddressKind(StrEnum):
    """What an address gave out."""

    PAGE = "page"
    FEED = "feed"
    SITEMAP = "sitemap"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class FrontLink:
    """A link of a page: its absolute address without a fragment, its words."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Front:
    """What a page tells. `site` is the portal's name as it gives it, `language` empty if unknown,
    `feeds` the feeds it announces."""

    kind: AddressKind
    reason: str = ""
    title: str = ""
    site: str = ""
    language: str = ""
    links: tuple[FrontLink, ...] = ()
    feeds: tuple[FrontLink, ...] = ()


def read_front(capture: Capture) -> Front:
    """Read a captured page for its names, links and feeds. Never raises for what it holds."""
    head = capture.body[:4_096]
    if _FEED_ROOT.search(head):
        return Front(AddressKind.FEED)
    if _SITEMAP_ROOT.search(head) or head[:2] == b"\x1f\x8b":
        return Front(AddressKind.SITEMAP)
    decoded = decode(capture.body, capture.header("content-type") or "")
    if decoded.hopeless:
        return Front(AddressKind.OTHER, decoded.reason)
    try:
        page = Page(decoded.text, capture.final_url or capture.url, capture.fetched_at)
        return _front(page)
    except (ParserRejectedMarkup, RecursionError) as fault:
        return Front(AddressKind.OTHER, f"the markup cannot be parsed: {fault}"[:200])


def _front(page: Page) -> Front:
    links = tuple(_links(page))
    sample = " ".join(link.text for link in links)[:8_000] or page.title_text
    return Front(
        AddressKind.PAGE,
        title=clean_field(page.title_text),
        site=clean_field(_site(page)),
        language=read_language(page, sample, "") or "",
        links=links,
        feeds=tuple(_feeds(page)),
    )


def _links(page: Page) -> list[FrontLink]:
    found: dict[str, FrontLink] = {}
    for tag in page.tags("a")[:MOST_LINKS]:
        url = urldefrag(page.link(attribute(tag, "href"))).url
        if url:
            text = clean_field(line_text(tag) or attribute(tag, "title"))
            if url not in found or len(found[url].text) < len(text):
                found[url] = FrontLink(url, text)
    return list(found.values())


def _feeds(page: Page) -> list[FrontLink]:
    found: dict[str, FrontLink] = {}
    for tag in page.tags("link")[:200]:
        if "alternate" in attribute(tag, "rel").lower().split() and _FEED.search(
            attribute(tag, "type")
        ):
            url = page.link(attribute(tag, "href"))
            if url:
                found.setdefault(url, FrontLink(url, clean_field(attribute(tag, "title"))))
    return list(found.values())


def _site(page: Page) -> str:
    """The portal's name: as a meta says it, else the part of the title that portals put last."""
    for name in _NAME_METAS:
        if page.meta(name):
            return page.meta(name)
    parts = [part.strip() for part in _TITLE_PARTS.split(page.title_text) if part.strip()]
    return parts[-1] if parts else ""
