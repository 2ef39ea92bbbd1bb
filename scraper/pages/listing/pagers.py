"""The way on in a list, by a source's rule: counting, the page's own "next", its pager script, or
whatever of these the page shows.

Yields addresses in order; how far a crawl follows them is the crawl's business.
"""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from ...sources.links import authority_of
from ...sources.model import Entry, LinkRules, Paging, PagingKind
from ..page import Page
from .shown_pager import MAX_PAGES, next_address, script_pages, shown_pager, stated_total


def read_more(page: Page, entry: Entry, links: LinkRules) -> tuple[str, ...]:
    """Addresses of the pages after this one, on the source's own hosts."""
    paging = entry.paging
    if paging.kind is PagingKind.PATTERN:
        found = _counted(page.url, entry.url, paging)
    elif paging.kind is PagingKind.NEXT:
        found = [url for url in (next_address(page),) if url]
    elif paging.kind is PagingKind.SCRIPT:
        found = _scripted(page, entry.url, paging)
    elif paging.kind is PagingKind.AUTO:
        found = list(shown_pager(page).pages)
    else:
        found = []
    here = {page.url, entry.url}
    own = [url for url in dict.fromkeys(found) if url not in here and is_on(url, links)]
    return tuple(own[:MAX_PAGES])


def is_on(url: str, links: LinkRules) -> bool:
    """True for an address on one of the source's own hosts."""
    try:
        return authority_of(url) in {host.lower() for host in links.hosts}
    except ValueError:
        return False


def counted_pages(here: str, entry: Entry) -> tuple[str, ...]:
    """The pages after `here` of a list that is counted by its rule."""
    if entry.paging.kind is not PagingKind.PATTERN:
        return ()
    return tuple(_counted(here, entry.url, entry.paging)[:MAX_PAGES])


def _counted(here: str, start: str, paging: Paging) -> list[str]:
    """`news_{n}.html` from `first`, `max_pages` list pages in all, those after `here`."""
    if "{n}" not in paging.pattern:
        return []
    last = paging.first + max(0, paging.max_pages - 1)
    pages = [
        urljoin(start, paging.pattern.replace("{n}", str(n))) for n in range(paging.first, last)
    ]
    return pages[pages.index(here) + 1 :] if here in pages else pages


def _scripted(page: Page, start: str, paging: Paging) -> list[str]:
    """`createPageHTML(54, 0, "index", "html")` → `index_1.html` …; else `totalPage: 54`."""
    pages, _ = script_pages(page)
    if pages:
        return pages
    total = stated_total(page.markup)
    return _by_total(page.url, start, total, paging) if total else []


def _by_total(here: str, start: str, total: int, paging: Paging) -> list[str]:
    """Counted by the entry's pattern where it has one, else `NAME_1` … beside the first page."""
    if "{n}" in paging.pattern:
        pattern, first = paging.pattern, paging.first
    else:
        name = urlsplit(start).path.rpartition("/")[2] or "index.html"
        stem, _, ending = name.rpartition(".")
        pattern, first = f"{stem}_{{n}}.{ending}", 1
    numbers = range(first, first + min(total, MAX_PAGES) - 1)
    pages = [urljoin(start, pattern.replace("{n}", str(n))) for n in numbers]
    return pages[pages.index(here) + 1 :] if here in pages else pages
