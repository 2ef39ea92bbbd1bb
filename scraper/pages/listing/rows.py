"""The rows of a list page for a crawl: by a list's own selectors, by the link rule, or as found.

One row per address. Where pages lead on is `pagers`' business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from urllib.parse import urldefrag

from storage.lists import ListRow

from ...bugs import isolated
from ...sources.links import is_article
from ...sources.model import LinkRules, ListRules
from ..lines import line_text
from ..page import Page
from ..selectors import find_all
from ..soup import BlockSoup, attribute
from ..text import clean_field
from ..tree import Element
from ..tree import attribute as tree_attribute
from ..types import FoundRow
from .columns import MAX_ROWS
from .dates.reader import read_row_date
from .detect import allowed_rows, chosen_rows, detect_rows, merge
from .pagers import is_on

_MAX_SUMMARY = 600
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|bmp|ico|css|m?js|woff2?|ttf)$", re.I)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of the source's own hosts, and rows that lead away. `places` counts matched rows."""

    own: tuple[ListRow, ...]
    off_site: tuple[ListRow, ...]
    places: int


def read_rows(page: Page, rules: ListRules, links: LinkRules, zone: str) -> Rows:
    """All rows of a page in order, doubled ones merged, positions counted from 0.

    Dates that stand only in an address are no statement of the list, and are left out.
    """

    def is_own(url: str) -> bool:
        return is_article(url, links)

    def usable(url: str) -> bool:
        return is_own(url) or not is_on(url, links)

    places = 0
    if rules.row or rules.link:
        tags = page.select(rules.row or rules.link)[:MAX_ROWS]
        places = len(tags)
        found = _selected(page, tags, rules, zone, usable)
    else:
        found = [] if links.allow else detect_rows(page, zone, usable)
        if not any(is_own(row.url) for row in found):
            found = allowed_rows(page, zone, usable, is_own)
        places = len(found)
    own, away = list_rows([row for row in found if row.title or is_own(row.url)], links)
    return Rows(own, away, places)


def list_rows(
    rows: Iterable[FoundRow], links: LinkRules
) -> tuple[tuple[ListRow, ...], tuple[ListRow, ...]]:
    """The rows that lead to a source's articles, and those that leave its hosts."""
    stated = [_stated(row) for row in rows]
    own = [row for row in stated if is_article(row.url, links)][:MAX_ROWS]
    away = [row for row in stated if not is_on(row.url, links)][:MAX_ROWS]
    return _numbered(own), _numbered(away)


def found_rows(page: Page, rules: ListRules, zone: str) -> list[FoundRow]:
    """The rows of a page whoever owns them, by selectors where there are some that fit."""
    found: list[FoundRow] = []
    if rules.row or rules.link:
        tags = page.select(rules.row or rules.link)[:MAX_ROWS]
        found = [row for row in _selected(page, tags, rules, zone, is_page) if row.title]
    return found or detect_rows(page, zone, is_page)


def is_page(url: str) -> bool:
    """Whether an address may be a row's: no picture, style or script."""
    return _PICTURE.search(url.partition("?")[0]) is None


def _stated(row: FoundRow) -> FoundRow:
    return replace(row, published=None) if row.dated_by == "address" else row


def _selected(
    page: Page, tags: list[Element], rules: ListRules, zone: str, usable: Callable[[str], bool]
) -> list[FoundRow]:
    """Rows by selectors; what they do not name is read as everywhere."""
    links: set[str] = set()
    if rules.row and rules.link:
        for tag in tags:
            first = next((a for a in find_all(tag, rules.link)[:5] if a.tag == "a"), None)
            if first is not None:
                links.add(urldefrag(page.link(tree_attribute(first, "href"))).url)
    rows: dict[str, FoundRow] = {}
    for tag, row, soup in chosen_rows(page, zone, tags, usable, links):
        read = row
        with isolated(row.url):
            read = _corrected(page, tag, row, rules, zone, soup)
        merge(rows, read)
    return list(rows.values())


def _corrected(
    page: Page, tag: Element, row: FoundRow, rules: ListRules, zone: str, soup: BlockSoup
) -> FoundRow:
    title, dated, summary = (
        _picked(tag, rule, soup) for rule in (rules.title, rules.date, rules.summary)
    )
    when = read_row_date(dated, zone, page.now) if dated else None
    return replace(
        row,
        title=clean_field(title) or row.title,
        published=when or row.published,
        dated_by="row" if when else row.dated_by,
        summary=summary[:_MAX_SUMMARY] or row.summary,
    )


def _picked(tag: Element, rule: str, soup: BlockSoup) -> str:
    if not rule:
        return ""
    for element in find_all(tag, rule)[:3]:
        found = soup.tag_of(element)
        text = line_text(found) or clean_field(attribute(found, "title"))
        if text:
            return text
    return ""


def _numbered(rows: Iterable[FoundRow]) -> tuple[ListRow, ...]:
    return tuple(
        ListRow(row.url, row.title, row.published, row.summary, at) for at, row in enumerate(rows)
    )
