"""The rows of a list page that its source's link rule refuses: what stands beside its articles.

A row that nobody counts is missed in silence. So what stands among the rows of a list, and leads to
the portal's own hosts, is told even though the rule says that it is no article.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urldefrag

from storage.lists import ListRow, RefusedRow

from ...sources.links import refusal_of
from ...sources.model import LinkRules, ListRules
from ..page import Page
from ..refused import MOST, refused_among
from ..tree import Element, attribute, line_text
from ..types import FoundRow
from .rows import detect_rows, is_page

_LEAST_TITLE = 4
_MOST_LINKS = 20_000
_MOST_OF_ROW = 60
_ROW_TAGS = ("li", "tr", "article", "dl", "dd", "section")
_TOP = (None, "body", "html")


def refused_on(
    page: Page, rules: ListRules, links: LinkRules, own: Sequence[ListRow], zone: str
) -> tuple[RefusedRow, ...]:
    """The refused rows of a list page whose other rows are `own`."""
    if rules.row:
        boxes: Iterable[Element] = page.select(rules.row)[:MOST]
    elif own:
        boxes = _beside(page, {urldefrag(row.url).url for row in own})
    else:
        rows = detect_rows(page, zone, is_page) if links.allow else []
        return refused_among((row for row in rows if row.title), links)
    return refused_among(_rows_in(page, boxes, links), links)


# Elements that stand among the rows.


def _beside(page: Page, own: set[str]) -> Iterator[Element]:
    """The elements beside the rows of articles, of the same kind, that hold no article."""
    holds: dict[Element, str] = {}
    anchors: dict[str, Element] = {}
    for tag in page.tags("a")[:_MOST_LINKS]:
        url = urldefrag(page.link(attribute(tag, "href"))).url
        if url not in own:
            continue
        if len(line_text(tag)) >= len(line_text(anchors[url])) if url in anchors else True:
            anchors[url] = tag
        for node in (tag, *tag.iterancestors()):
            known = holds.setdefault(node, url)
            if known != url:
                holds[node] = ""  # several
    rows = {box for tag in anchors.values() if (box := _box(tag, holds, len(anchors))) is not None}
    kinds: dict[Element, set[str]] = {}
    for box in rows:
        parent = box.getparent()
        if parent is not None:
            kinds.setdefault(parent, set()).update(_kinds(box))
    for parent, wanted in kinds.items():
        for child in parent:
            if child not in rows and child not in holds and wanted & set(_kinds(child)):
                yield child


def _box(tag: Element, holds: dict[Element, str], articles: int) -> Element | None:
    """The row around a link: the largest element that holds no other article, or where there is
    only one article the nearest element that is mostly a row."""
    if articles == 1:
        return next((node for node in tag.iterancestors() if node.tag in _ROW_TAGS), None)
    node = tag
    while True:
        parent = node.getparent()
        if parent is None or parent.tag in _TOP:
            return None if node is tag else node
        if not holds.get(parent):
            return node
        node = parent


def _kinds(tag: Element) -> list[str]:
    """What an element is called: its tag with each of its classes, or without one."""
    if not isinstance(tag.tag, str):
        return []
    classes = attribute(tag, "class").split()[:20]
    return [f"{tag.tag}.{name}" for name in classes] or [tag.tag]


def _rows_in(page: Page, boxes: Iterable[Element], links: LinkRules) -> Iterator[FoundRow]:
    """Each element as a row, by the link with the longest text. None for one that holds an
    article, or no headline."""
    for at, box in enumerate(boxes):
        if at >= MOST:
            return
        best, words = "", ""
        anchors = [box] if box.tag == "a" else list(box.iter("a"))
        for tag in anchors[:_MOST_OF_ROW]:
            url = urldefrag(page.link(attribute(tag, "href"))).url
            if not url or not is_page(url):
                continue
            if refusal_of(url, links) is None:
                break
            text = line_text(tag)
            if len(text) > len(words):
                best, words = url, text
        else:
            if best and len(words) >= _LEAST_TITLE and not words.isdigit():
                yield FoundRow(best, words[:300], at=at)
