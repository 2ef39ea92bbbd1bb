"""The rows of a list page: by a list's own selectors, or from every link the link rule allows.

One row per address. Where pages lead on is `pagers`' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urldefrag

from bs4.element import Tag

from storage.records import ListRow
from storage.types import When

from ...sources.links import is_article
from ...sources.model import LinkRules, ListRules
from ..lines import line_text
from ..page import Page, attribute
from ..selectors import select
from ..text import clean_field, squeeze
from .pagers import is_on
from .row_dates import read_row_date
from .surroundings import box_of, texts_around

MAX_ROWS = 5_000
_MORE = re.compile(
    r"^[\[(【<>»\s.…]*(?:more|read more|details?|full story|continue reading|更多|详细|详情"
    r"|查看更多|阅读全文|全文|查看|\+more)[\])】>»\s.…]*$",
    re.I,
)
_DATE_ONLY = re.compile(r"[\s\[\]()（）【】年月日/.:|-]*(?:\d+[\s\[\]()（）【】年月日/.:|-]*){2,6}")
_CUT = re.compile(r"(?:\.{2,}|…+)$")
_TAIL_DATE = re.compile(
    r"[\s\[(（【|]{1,4}(?:19|20)?\d\d[-/.年]\d\d?(?:[-/.月]\d\d?日?)?[\s\])）】]{0,3}$"
)
_HEAD_DATE = re.compile(
    r"^[\s\[(（【]{0,3}(?:19|20)\d\d[-/.年]\d\d?[-/.月]\d\d?日?[\s\])）】|]{1,4}(?=\S)"
)
_MAX_SUMMARY = 600
_MAX_TITLE_LINK = 200


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of the source's own hosts, and rows that lead away. `places` counts matched rows."""

    own: tuple[ListRow, ...]
    off_site: tuple[ListRow, ...]
    places: int


def read_rows(page: Page, rules: ListRules, links: LinkRules, zone: str) -> Rows:
    """All rows of a page in order, doubled ones merged, positions counted from 0."""
    own: dict[str, ListRow] = {}
    away: dict[str, ListRow] = {}
    places = 0
    for row, has_selector in _candidates(page, rules):
        places += 1
        for link in _row_links(row, rules):
            found = _read_row(page, row, link, rules, links, zone)
            if found is None:
                continue
            if is_article(found.url, links):
                _merge(own, found)
            elif _is_away(found, links, has_selector):
                _merge(away, found)
            if rules.link:
                break
        if len(own) >= MAX_ROWS:
            break
    return Rows(_numbered(own), _numbered(away), places)


def _candidates(page: Page, rules: ListRules) -> Iterator[tuple[Tag, bool]]:
    """Row elements: the selected ones, else the links themselves."""
    if rules.row:
        yield from ((tag, True) for tag in select(page.soup, rules.row))
    elif rules.link:
        yield from ((tag, True) for tag in select(page.soup, rules.link))
    else:
        yield from ((tag, False) for tag in page.soup.find_all("a", href=True))


def _row_links(row: Tag, rules: ListRules) -> list[Tag]:
    """The links of a row. Without a link selector all of them: they mostly share one address."""
    if row.name == "a":
        return [row]
    if rules.link and rules.row:
        found = [tag for tag in row.select(rules.link)[:5] if tag.name == "a"]
        if found:
            return found[:1]
    return [tag for tag in row.find_all("a", limit=12) if tag.has_attr("href")]


def _read_row(
    page: Page, row: Tag, link: Tag, rules: ListRules, links: LinkRules, zone: str
) -> ListRow | None:
    url = urldefrag(page.link(attribute(link, "href"))).url
    if not url or (is_on(url, links) and not is_article(url, links)):
        return None
    box = row if row is not link else box_of(link)
    title = _picked(box, rules.title) or _title(link, box)
    summary = _picked(box, rules.summary) or (_summary(box, title) if box is not None else "")
    return ListRow(
        url, clean_field(title), _when(page, box, link, title, rules, zone), summary[:_MAX_SUMMARY]
    )


def _when(
    page: Page, box: Tag | None, link: Tag, title: str, rules: ListRules, zone: str
) -> When | None:
    """The row's date: the selected element's, else one in the row but outside of the headline."""
    dated = _picked(box, rules.date)
    if dated:
        return read_row_date(dated, zone, page.now)
    for text in texts_around(link, box):
        when = read_row_date(_without(text, title), zone, page.now)
        if when is not None:
            return when
    return None


def _picked(box: Tag | None, rule: str) -> str:
    if not rule or box is None:
        return ""
    for tag in box.select(rule)[:3]:
        text = line_text(tag) or clean_field(attribute(tag, "title"))
        if text:
            return text
    return ""


def _title(link: Tag, box: Tag | None) -> str:
    """The link's words, its `title` where the words are cut, its heading where it says "more"."""
    words = _undated(line_text(link))
    whole = clean_field(attribute(link, "title"))
    if whole and (
        not words or _CUT.search(words) or _MORE.match(words) or squeeze(words) in squeeze(whole)
    ):
        return whole
    heading = link.find(["h1", "h2", "h3", "h4", "h5"])
    if isinstance(heading, Tag) and line_text(heading):
        return line_text(heading)
    if words and not _MORE.match(words) and not _DATE_ONLY.fullmatch(words):
        return words
    if box is not None:
        heading = box.find(["h1", "h2", "h3", "h4", "h5"])
        if isinstance(heading, Tag) and line_text(heading):
            return line_text(heading)
    image = link.find("img")
    return clean_field(attribute(image, "alt")) if isinstance(image, Tag) else ""


def _undated(text: str) -> str:
    """A link's words without the date that some lists print inside the link."""
    return _HEAD_DATE.sub("", _TAIL_DATE.sub("", text)).lstrip("·•▪■◆● ").strip() or text


def _without(text: str, title: str) -> str:
    """The row without its title, so that a date in the headline is not the row's date."""
    return text.replace(title, " ", 1) if title and title != text else text


def _summary(box: Tag, title: str) -> str:
    """A paragraph of the row that is neither title nor date."""
    for tag in box.find_all(["p", "dd", "div"], limit=8):
        text = line_text(tag)
        if (
            30 <= len(text) <= 2_000
            and squeeze(title) not in squeeze(text)
            and tag.find("a") is None
        ):
            return text
    return ""


def _is_away(row: ListRow, links: LinkRules, has_selector: bool) -> bool:
    """A row that leaves for another host; without a row selector only a dated one is a row."""
    return (
        not is_on(row.url, links)
        and (has_selector or row.published is not None)
        and bool(row.title)
    )


def _merge(rows: dict[str, ListRow], row: ListRow) -> None:
    """Keep one row per address: the better title, and what either of them knows."""
    known = rows.get(row.url)
    if known is None:
        rows[row.url] = row
        return
    title = max((known.title, row.title), key=_worth)
    rows[row.url] = replace(
        known,
        title=title,
        published=known.published or row.published,
        summary=known.summary or (row.title if _worth(row.title) < 0 else row.summary),
    )


def _worth(title: str) -> int:
    """Longer titles say more, up to where a link around the summary begins."""
    return len(title) if len(title) <= _MAX_TITLE_LINK else -len(title)


def _numbered(rows: dict[str, ListRow]) -> tuple[ListRow, ...]:
    return tuple(replace(row, position=at) for at, row in enumerate(rows.values()))
