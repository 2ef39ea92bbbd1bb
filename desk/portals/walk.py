"""From page to page of an unknown portal: to the list behind a home page, to the list's next page.

Fetches through `pages` alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from scraper.pages.survey.front import Front
from scraper.pages.survey.paging import Way, guess_ways
from storage.types import Capture

from .entries import is_home, list_links
from .listing import Listing, find_listing, joined
from .pages import FetchedAddress, PageSource, page_of


def page_at(pages: PageSource, url: str) -> Capture:
    """The page at an address. Raises FetchError."""
    return page_of(pages.fetch([url])[0])


def best_list(
    capture: Capture, front: Front, pages: PageSource, zone: str
) -> tuple[Listing | None, list[tuple[str, int]]]:
    """The list on this page, or a better one that it links to where it is a home page."""
    url = capture.final_url or capture.url
    own = find_listing(capture, zone)
    paged = own is not None and bool(guess_ways(capture, own.links))
    if own is not None and (paged or not is_home(url)):
        return own, []
    found = [own] if own is not None else []
    tried = []
    for seen in pages.fetch([link.url for link in list_links(front, url, own)]):
        if seen.capture is None:
            continue
        other = find_listing(seen.capture, zone)
        tried.append((seen.url, len(other.rows) if other else 0))
        if other is not None:
            found.append(other)
    best = max(found, key=lambda each: _rank(each, pages, own), default=None)
    return best, [(address, rows) for address, rows in tried if not best or address != best.url]


def _rank(listing: Listing, pages: PageSource, home: Listing | None) -> float:
    paged = bool(guess_ways(page_at(pages, listing.url), listing.links))
    return listing.worth * (1.5 if paged else 1.0) * (0.6 if listing is home else 1.0)


def walk_on(listing: Listing, pages: PageSource, zone: str) -> tuple[Listing, Way | None, str]:
    """The list with the rows of its next page, the pager that led there, and what was found."""
    pagers = guess_ways(page_at(pages, listing.url), listing.links)
    known = {row.url for row in listing.rows}
    unseen = ""
    for pager in pagers:
        (seen,) = pages.fetch([pager.following])
        if seen.capture is None:
            unseen = unseen or f"{pager.why}; {pager.following} was not looked at: {seen.reason}"
            continue
        more = find_listing(seen.capture, zone)
        fresh = [row for row in more.rows if row.url not in known] if more else []
        if more and fresh:
            others = {listing.url, *(each.following for each in pagers)}
            why = f"{pager.why}; {pager.following} lists {len(fresh)} more articles"
            return joined(listing, [more], others), pager, why
    if pagers and unseen and not _was_fetched(pages, pagers):
        others = {listing.url, *(each.following for each in pagers)}
        return joined(listing, [], others), pagers[0], unseen
    if pagers:
        return listing, None, "what looks like a pager leads to no further articles"
    return listing, None, "no way on to a next page is found"


def _was_fetched(pages: PageSource, pagers: Sequence[Way]) -> bool:
    seen: Sequence[FetchedAddress] = pages.fetch([pager.following for pager in pagers])
    return any(each.capture is not None for each in seen)
