"""Selectors for the rows of a list, told from the rows that were found in it.

For lists that cannot be read without: where the links of navigation have the articles' shape. What
is proposed is tried on the page before it is believed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from urllib.parse import urldefrag

from bs4.exceptions import ParserRejectedMarkup

from storage.types import Capture

from ...sources.model import Entry, EntryKind, LinkRules, ListRules
from ..decode import decode
from ..listing.dates.reader import read_row_date
from ..lists import read_list, unwrap_records
from ..page import Page
from ..tree import Element, attribute, line_text
from .names import name_of, selectors_of

_CLIMB = 8
_MOST_ROWS = 200
_MOST_TRIED = 24


def propose_rows(
    capture: Capture, wanted: Collection[str], links: LinkRules, zone: str
) -> ListRules | None:
    """Selectors that find the rows with these addresses and no others; None if none do."""
    text = decode(capture.body, capture.header("content-type") or "").text
    try:
        page = Page(unwrap_records(text), capture.final_url or capture.url, capture.fetched_at)
        boxes = _boxes(page, set(wanted))
    except (ParserRejectedMarkup, RecursionError):
        return None
    best: tuple[float, ListRules] | None = None
    for rule in list(_row_rules(boxes))[:_MOST_TRIED]:
        rules = ListRules(row=rule)
        worth = _worth(capture, rules, wanted, links, zone)
        if worth > 0 and (best is None or worth > best[0]):
            best = worth, rules
    if best is None:
        return None
    dated = ListRules(row=best[1].row, date=_date_rule(boxes, zone, page))
    better = bool(dated.date) and _worth(capture, dated, wanted, links, zone) >= best[0]
    return dated if better else best[1]


def _boxes(page: Page, wanted: set[str]) -> list[Element]:
    """The largest element around each wanted link that holds no other wanted one."""
    places: dict[Element, str] = {}
    for tag in page.tags("a"):
        url = urldefrag(page.link(attribute(tag, "href"))).url
        if url in wanted:
            places[tag] = url
        if len(places) >= 3 * _MOST_ROWS:
            break
    around: dict[Element, set[str]] = {}
    for tag, url in places.items():
        for parent in tag.iterancestors():
            around.setdefault(parent, set()).add(url)
    boxes: dict[Element, None] = {}
    for tag in places:
        box = tag
        for _, parent in zip(range(_CLIMB), tag.iterancestors(), strict=False):
            if len(around[parent]) > 1 or parent.tag in ("body", "html"):
                break
            box = parent
        boxes.setdefault(box)
    return list(boxes)[:_MOST_ROWS]


def _row_rules(boxes: Sequence[Element]) -> Iterator[str]:
    """Ways to select these elements, the shortest first: by themselves, inside what is around."""
    if not boxes:
        return
    own = _common_rules(boxes)
    yield from (rule for rule in own if "." in rule)
    container = _common_ancestor(boxes)
    if container is not None:
        around = [name for node in _upwards(container) for name in selectors_of(node)][:4]
        for rule in own:
            yield from (f"{outer} > {rule}" for outer in around[:1])
            yield from (f"{outer} {rule}" for outer in around)


def _common_rules(boxes: Sequence[Element]) -> list[str]:
    votes = Counter(rule for box in boxes for rule in (*_classed(box), str(box.tag)))
    most = 0.8 * len(boxes)
    return sorted((r for r, count in votes.items() if count >= most), key=lambda r: "." not in r)


def _classed(box: Element) -> list[str]:
    return [f"{box.tag}{name_of('.', word)}" for word in attribute(box, "class").split()[:6]]


def _common_ancestor(boxes: Sequence[Element]) -> Element | None:
    """The smallest element around most of the rows: a stray one does not widen it."""
    votes = Counter(parent for box in boxes for parent in box.iterancestors())
    most = [node for node, count in votes.items() if count >= 0.8 * len(boxes)]
    return max(most, key=lambda node: sum(1 for _ in node.iterancestors()), default=None)


def _upwards(node: Element) -> Iterator[Element]:
    yield node
    yield from node.iterancestors()


def _worth(
    capture: Capture, rules: ListRules, wanted: Collection[str], links: LinkRules, zone: str
) -> float:
    """How well selectors find what is wanted; 0 where they miss rows or take others."""
    listed = read_list(capture, Entry(EntryKind.LIST, capture.url, rows=rules), links, zone)
    found = {row.url for row in listed.rows}
    missed, more = len(set(wanted) - found), len(found - set(wanted))
    if missed > 0.05 * len(wanted) or more > 0.1 * len(wanted):
        return 0.0
    titled = sum(bool(row.title) for row in listed.rows)
    dated = sum(row.published is not None for row in listed.rows)
    return len(found) - missed - more + 0.5 * titled + 0.5 * dated


def _date_rule(boxes: Sequence[Element], zone: str, page: Page) -> str:
    """What selects the date in most rows; empty if nothing does."""
    votes: Counter[str] = Counter()
    for box in boxes:
        seen: set[str] = set()
        for tag in box.iterdescendants():
            text = line_text(tag) if isinstance(tag.tag, str) and tag.tag != "a" else ""
            if 4 <= len(text) <= 40 and read_row_date(text, zone, page.now) is not None:
                seen |= {*_classed(tag)} or {str(tag.tag)}
        votes.update(seen)
    best = next(iter(votes.most_common(1)), ("", 0))
    return best[0] if best[1] >= 0.8 * len(boxes) else ""
