"""Where a crawl of an unknown portal may begin: list pages behind a home page, feeds, sitemaps.

Names them, tries them, and says which to write and why.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from scraper.pages.feeds import read_feed
from scraper.pages.sitemaps import read_sitemap
from scraper.pages.survey.front import Front, FrontLink
from scraper.sources.links import authority_of, is_article
from scraper.sources.model import EntryKind
from scraper.sources.shapes import generalise
from storage.lists.records import ListRow
from storage.runs.records import FetchKind

from ..text import counted
from .listing import Listing, link_rules, size_of
from .pages import PageSource

MOST_LISTS = 6
_HEADING = 32
"""Longer words of a link are a headline, not the heading of a list."""
_MOST_FEEDS, _MOST_SITEMAPS = 3, 1
_WORDS = (
    (5, r"\bnews\b|新闻|要闻|资讯"),
    (4, r"\blatest\b|\bupdates?\b|what.?s new|动态|快讯|时政"),
    (3, r"press release|headlines?|bulletin|announcements?|notices?|公告|通知|公示|发布"),
    (2, r"\bmore\b|\blist\b|\bstories\b|media|更多|信息|政务"),
)
_IN_PATH = re.compile(r"news|list|xw|zx|dt|tz|gg|yw|press|release|notice|update", re.I)
_HOME = re.compile(r"/?(?:index|default|home|main)?(?:\.(?:s?html?|aspx?|php|jsp))?", re.I)


@dataclass(frozen=True, slots=True)
class Offer:
    """A feed or sitemap: what it lists. `reason` says why it cannot be used."""

    kind: EntryKind
    url: str
    rows: tuple[ListRow, ...] = ()
    parts: int = 0
    reason: str = ""

    @property
    def dated(self) -> float:
        """The share of rows with a date."""
        return sum(row.published is not None for row in self.rows) / max(1, len(self.rows))


def is_home(url: str) -> bool:
    """Whether an address is that of a front page."""
    parts = urlsplit(url)
    return not parts.query and _HOME.fullmatch(parts.path) is not None


def list_links(front: Front, url: str, known: Listing | None) -> tuple[FrontLink, ...]:
    """The links of a page that sound like lists of news, the likeliest first, bounded; those of
    `known` are articles."""
    here = authority_of(url)
    scored = []
    for at, link in enumerate(front.links):
        if authority_of_or_none(link.url) != here or link.url.rstrip("/") == url.rstrip("/"):
            continue
        if known is not None and is_article(link.url, known.links):
            continue
        score = _sounds(link)
        if score > 0 and not is_home(link.url):
            scored.append((-score, at, link))
    return tuple(link for _, _, link in sorted(scored)[:MOST_LISTS])


def authority_of_or_none(url: str) -> str | None:
    """The authority of an address; None for what is no http(s) address."""
    try:
        return authority_of(url)
    except ValueError:
        return None


def _sounds(link: FrontLink) -> int:
    text = link.text.strip().lower()
    if not text or size_of(text) > _HEADING:
        return 0
    score = max((points for points, words in _WORDS if re.search(words, text)), default=0)
    return score + (_IN_PATH.search(urlsplit(link.url).path) is not None)


def find_offers(
    front: Front, url: str, pages: PageSource, hosts: Sequence[str], zone: str
) -> tuple[Offer, ...]:
    """The feeds that a page announces and the sitemaps that robots.txt names, each tried."""
    found = [
        try_feed(link.url, pages, hosts, zone)
        for link in front.feeds[:_MOST_FEEDS]
        if authority_of_or_none(link.url) is not None
    ]
    for address in pages.sitemaps(url)[:_MOST_SITEMAPS]:
        if authority_of_or_none(address) in hosts:
            found.append(try_sitemap(address, pages, hosts, zone))
    return tuple(found)


def try_feed(url: str, pages: PageSource, hosts: Sequence[str], zone: str) -> Offer:
    """What a feed lists of these hosts."""
    (seen,) = pages.fetch([url], FetchKind.FEED)
    if seen.capture is None:
        return Offer(EntryKind.FEED, url, reason=seen.reason)
    feed = read_feed(seen.capture, link_rules(hosts), zone)
    return Offer(EntryKind.FEED, url, feed.rows, reason="" if feed.rows else feed.reason or "empty")


def try_sitemap(url: str, pages: PageSource, hosts: Sequence[str], zone: str) -> Offer:
    """What a sitemap lists of these hosts; of an index the first of its parts."""
    (seen,) = pages.fetch([url], FetchKind.SITEMAP)
    if seen.capture is None:
        return Offer(EntryKind.SITEMAP, url, reason=seen.reason)
    found = read_sitemap(seen.capture, link_rules(hosts), zone)
    rows, parts = found.rows, len(found.more)
    if found.more and not rows:
        (part,) = pages.fetch(found.more[:1], FetchKind.SITEMAP)
        rows = read_sitemap(part.capture, link_rules(hosts), zone).rows if part.capture else ()
    reason = "" if rows or parts else found.reason or "empty"
    return Offer(EntryKind.SITEMAP, url, rows, parts, reason)


@dataclass(frozen=True, slots=True)
class Chosen:
    """An entry that is written, and why."""

    kind: EntryKind
    url: str
    why: str


def choose_entries(
    listing: Listing, offers: Sequence[Offer], kinds: Sequence[EntryKind]
) -> tuple[Chosen, ...]:
    """The list, and a dated feed beside a list without dates; or what the person wants."""
    feeds = [offer for offer in offers if offer.kind is EntryKind.FEED and offer.rows]
    maps = [offer for offer in offers if offer.kind is EntryKind.SITEMAP and not offer.reason]
    by_kind = {
        EntryKind.LIST: [listing.url],
        EntryKind.FEED: [offer.url for offer in feeds],
        EntryKind.SITEMAP: [offer.url for offer in maps],
    }
    if kinds:
        return tuple(
            Chosen(kind, url, "as you said") for kind in kinds for url in by_kind[kind][:1]
        )
    dated = f"{counted(len(listing.rows), 'article')}, {round(100 * listing.dated)} % of them dated"
    first = Chosen(EntryKind.LIST, listing.url, dated)
    best = max(feeds, key=lambda offer: offer.dated, default=None)
    if best is None or listing.dated >= 0.5 or best.dated < 0.5 or not _overlaps(best, listing):
        return (first,)
    why = "it is dated, which the list is not; the list goes further back"
    return Chosen(EntryKind.FEED, best.url, why), first


def _overlaps(offer: Offer, listing: Listing) -> bool:
    """Whether a feed is of this list: most of what it names has the list's shape."""
    taken = sum(is_article(row.url, listing.links) for row in offer.rows)
    return taken >= 0.5 * len(offer.rows)


def with_feed_shapes(
    listing: Listing, offers: Sequence[Offer], entries: Sequence[Chosen]
) -> Listing:
    """The list with the shapes of what a chosen feed names besides."""
    chosen = {entry.url for entry in entries if entry.kind is not EntryKind.LIST}
    rows = [row for offer in offers if offer.url in chosen for row in offer.rows]
    more = [row.url for row in rows if not is_article(row.url, listing.links)]
    shapes = [shape.text for shape in generalise(more) if shape.count >= max(2, len(rows) // 5)]
    return replace(listing, allow=(*listing.allow, *shapes)) if shapes else listing
