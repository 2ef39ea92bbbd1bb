"""The rows of a list page that its source's link rule refuses: what stands beside its articles.

A row that nobody counts is missed in silence. So what stands among the rows of a list, and leads to
the portal's own hosts, is told even though the rule says that it is no article.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from urllib.parse import urldefrag

from storage.lists import ListRow, RefusedRow
from storage.text import han_pattern

from ...sources.links import refusal_of
from ...sources.model import LinkRules, ListRules
from ..page import Page
from ..refused import MOST, refused_among
from ..tree import Element, attribute, line_text
from ..types import FoundRow
from .rows import detect_rows, is_page
from .titles import is_more

_LEAST_TITLE = 4
_FEWEST = 3
"""Fewer links on a page without articles are no list: a page beyond the last one has a few."""
_MOST_LINKS = 5_000
_MOST_OF_ROW = 60
_ROW_TAGS = ("li", "tr", "article", "dl", "dd", "section")
_TOP = (None, "body", "html")
_WAY_ON = han_pattern(
    r"(?:(?:read|view|see|show) )?(?:more|all|next|previous|prev|older|newer|home|back)"
    r"(?: (?:page|pages|post|posts|news|stories|articles|entries|items))?[\s»›→>….]{0,9}"
    r"|(?:查看|阅读|了解)?(?:更多|全部|全文|下一页|上一页|首页|尾页|末页|返回)[\s»›→>….]{0,9}",
    re.I,
)
"""The words of a link that leads through a list, not to one of its items."""


def refused_on(
    page: Page,
    rules: ListRules,
    links: LinkRules,
    zone: str,
    own: Sequence[ListRow],
    pages: Collection[str],
) -> tuple[RefusedRow, ...]:
    """The refused rows of a list page whose other rows are `own`. What leads to the list's own
    `pages` is none."""
    if rules.row:
        boxes: Iterable[Element] = page.select(rules.row)[:MOST]
    elif own:
        boxes = _beside(page, {urldefrag(row.url).url for row in own})
    else:
        rows = detect_rows(page, zone, is_page) if links.allow else []
        named = [row for row in rows if row.title]
        return refused_among(named, links) if len(named) >= _FEWEST else ()
    found = _rows_in(page, boxes, links)
    return refused_among((row for row in found if row.url not in pages), links)


# Elements that stand among the rows.


def _beside(page: Page, own: set[str]) -> Iterator[Element]:
    """The elements beside the rows of articles, of the same kind and with hardly more links, that
    hold no article. One row alone beside others makes no list: it may be a box of a page."""
    holds: dict[Element, str] = {}
    anchors: dict[str, Element] = {}
    for tag in page.tags("a")[:_MOST_LINKS]:
        url = page.address(attribute(tag, "href"))
        if url not in own:
            continue
        if url not in anchors or len(line_text(tag)) >= len(line_text(anchors[url])):
            anchors[url] = tag
        for node in (tag, *tag.iterancestors()):
            known = holds.setdefault(node, url)
            if known != url:
                holds[node] = ""  # several
    boxes_of = (_box(tag, holds, len(anchors)) for tag in anchors.values())
    rows = dict.fromkeys(box for box in boxes_of if box is not None)  # in the order of the page
    lists: dict[Element, list[Element]] = {}
    for box in rows:
        parent = box.getparent()
        if parent is not None:
            lists.setdefault(parent, []).append(box)
    for parent, boxes in lists.items():
        if len(boxes) < min(2, len(anchors)):
            continue
        wanted = Counter(kind for box in boxes for kind in _kinds(box))
        most = 1 + max(_addresses(page, box) for box in boxes)
        for child in parent:
            if child in rows or child in holds or wanted.keys().isdisjoint(_kinds(child)):
                continue
            if _addresses(page, child) <= most:
                yield child


def _addresses(page: Page, box: Element) -> int:
    """How many addresses the links of an element lead to."""
    anchors = islice(box.iter("a"), _MOST_OF_ROW)
    return len({page.address(attribute(tag, "href")) for tag in anchors})


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
            url = page.address(attribute(tag, "href"))
            if not url or not is_page(url):
                continue
            if refusal_of(url, links) is None:
                break
            text = line_text(tag)
            if len(text) > len(words):
                best, words = url, text
        else:
            says = (
                len(words) >= _LEAST_TITLE and not is_more(words) and not _WAY_ON.fullmatch(words)
            )
            if best and says:
                yield FoundRow(best, words[:300], at=at)
