"""The way on in a list: by counting, by the page's own "next", by its pager script.

Yields addresses in order; how far a crawl follows them is the crawl's business.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from bs4.element import Tag

from ...sources.links import authority_of
from ...sources.model import Entry, LinkRules, Paging, PagingKind
from ..lines import line_text
from ..page import Page, attribute
from ..text import narrow

MAX_PAGES = 500
_NEXT = re.compile(
    r"(?:下一页|下页|后一页|下一頁|后页|next(?: page)?|older(?: posts)?)?\s?[>»›→]{0,3}", re.I
)
_CALL = re.compile(r"createPage(?:HTML|Html|html)?\s{0,3}\(([^()]{3,300})\)")
_ARGUMENT = re.compile(r"""["']([^"']{0,100})["']|(-?\d{1,6})""")
_TOTAL = re.compile(
    r"""["']?(?:totalPages?|total_pages?|pageCount|page_count|countPage|allPages?)["']?\s{0,3}[:=]\s{0,3}["']?(\d{1,5})"""
)
_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")


def read_more(page: Page, entry: Entry, links: LinkRules) -> tuple[str, ...]:
    """Addresses of the pages after this one, on the source's own hosts."""
    paging = entry.paging
    if paging.kind is PagingKind.PATTERN:
        found = _counted(page.url, entry.url, paging)
    elif paging.kind is PagingKind.NEXT:
        found = _next(page)
    elif paging.kind is PagingKind.SCRIPT:
        found = _scripted(page, entry.url, paging)
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


def _counted(here: str, start: str, paging: Paging) -> list[str]:
    """`news_{n}.html` from `first`, `max_pages` list pages in all, those after `here`."""
    if "{n}" not in paging.pattern:
        return []
    last = paging.first + max(0, paging.max_pages - 1)
    pages = [
        urljoin(start, paging.pattern.replace("{n}", str(n))) for n in range(paging.first, last)
    ]
    return pages[pages.index(here) + 1 :] if here in pages else pages


def _next(page: Page) -> list[str]:
    links = page.soup.find_all("a")
    marked = [
        tag
        for tag in [*page.soup.find_all("link"), *links]
        if "next" in attribute(tag, "rel").lower().split()
    ]
    named = [tag for tag in links if _says_next(tag)]
    classed = [tag for tag in links if "next" in attribute(tag, "class").lower().split()]
    for tag in (*marked, *named, *classed):
        url = page.link(attribute(tag, "href"))
        if url and url != page.url:
            return [url]
    return []


def _says_next(tag: Tag) -> bool:
    words = narrow(line_text(tag)).strip("[]() ") or attribute(tag, "title").strip()
    return 0 < len(words) <= 14 and _NEXT.fullmatch(words) is not None


def _scripted(page: Page, start: str, paging: Paging) -> list[str]:
    """`createPageHTML(54, 0, "index", "html")` → `index_1.html` …; else `totalPage: 54`."""
    for call in _CALL.finditer(page.markup):
        numbers, names = _arguments(call.group(1))
        if (
            len(numbers) >= 2
            and len(names) >= 2
            and _NAME.fullmatch(names[-2])
            and _NAME.fullmatch(names[-1])
        ):
            total, current = numbers[0], numbers[1]
            stem, ending = names[-2], names[-1]
            pages = [f"{stem}_{n}.{ending}" for n in range(current + 1, min(total, MAX_PAGES))]
            return [urljoin(page.url, name) for name in pages]
    total_page = _TOTAL.search(page.markup)
    if total_page is None:
        return []
    return _by_total(page.url, start, int(total_page.group(1)), paging)


def _arguments(text: str) -> tuple[list[int], list[str]]:
    numbers: list[int] = []
    names: list[str] = []
    for match in _ARGUMENT.finditer(text):
        if match.group(2) is not None:
            numbers.append(int(match.group(2)))
        else:
            names.append(match.group(1))
    return numbers, names


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
