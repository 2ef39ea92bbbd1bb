"""The place of a list page where its rows are, as markup: to show people what a redesign changed.

Nothing is concluded from it here; how rows are read is the business of `lists`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin

from bs4.element import Tag
from bs4.formatter import HTMLFormatter

from storage.types import Capture

from ..sources.links import is_article
from ..sources.model import Entry, LinkRules
from .decode import decode
from .lists import unwrap_records
from .page import Page
from .selectors import find_all
from .soup import soup_of
from .tree import Element

_SHOWN_ROWS = 2
_MOST = 1_500
_BLANKS = re.compile(r"\s+")


def row_block(capture: Capture, entry: Entry, links: LinkRules) -> str:
    """The element around the rows, with its first two rows, each on a line of its own; empty where
    there is neither an element that the row selector matches nor a link to an article."""
    decoded = decode(capture.body, capture.header("content-type") or "")
    if decoded.hopeless:
        return ""
    root = Page(unwrap_records(decoded.text), capture.url, capture.fetched_at).tree
    rows = find_all(root, entry.rows.row) if entry.rows.row else []
    rows = rows or _rows_around(_article_links(root, capture, links))
    if not rows:
        return ""
    parent = rows[0].getparent()
    shown = [_markup(row) for row in rows[:_SHOWN_ROWS]]
    more = [f"… {len(rows) - _SHOWN_ROWS} more"] if len(rows) > _SHOWN_ROWS else []
    around = [_opening(parent)] if parent is not None else []
    return "\n".join([*around, *shown, *more])


def _article_links(root: Element, capture: Capture, links: LinkRules) -> list[Element]:
    base = capture.final_url or capture.url
    return [tag for tag in root.iter("a") if is_article(_joined(base, tag.get("href")), links)]


def _joined(base: str, href: str | None) -> str:
    try:
        return urljoin(base, (href or "").strip())
    except ValueError:
        return ""


def _rows_around(links: list[Element]) -> list[Element]:
    """The elements that hold one of the links each: as far up as they are apart."""
    rows = list(links)
    while len(rows) > 1:
        parents = [row.getparent() for row in rows]
        if None in parents or len(set(parents)) < len(parents):
            return rows
        rows = [parent for parent in parents if parent is not None]
    return rows


def _opening(tag: Element) -> str:
    named = "".join(f' {name}="{value}"' for name, value in tag.attrib.items())
    return f"<{tag.tag}{named}>"[:_MOST]


class _AsWritten(HTMLFormatter):
    """Attributes in the order of the page, `<br>` without a stroke."""

    def attributes(self, tag: Tag) -> Iterable[tuple[str, Any]]:
        """The attributes of a tag as they stand."""
        return tag.attrs.items()


_FORMAT = _AsWritten(HTMLFormatter.REGISTRY["minimal"].entity_substitution, "")


def _markup(tag: Element) -> str:
    markup = soup_of(tag, frozenset()).root.decode(formatter=_FORMAT)
    return _BLANKS.sub(" ", markup).strip()[:_MOST]
