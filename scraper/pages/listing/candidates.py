"""The repeated block of a page: which of its elements are the rows of its list.

Children of one kind in parents of one kind are a candidate; each candidate is weighed by its
dates, the length and difference of its links' words, its size and place. No selector, no rule of
any portal. What stands in a row is read in `columns`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from math import log2

from ..tree import Element, attribute, names_of
from .dates.reader import DateReader
from .outline import Node, Outline
from .records import INLINE, SAMPLE, RecordSet, RowRecord, Side, sample_of
from .sides import date_groups, date_side, dates_in

_ALONE = frozenset(("tr", "li", "article"))
_ASIDE = re.compile(
    r"(?<![a-z])(?:nav|navbar|navigation|menu\w?|sub-?menu|breadcrumbs?|crumbs?|foot(?:er)?|header|head|top(?:bar)?|"
    r"side(?:bar|nav|menu)?|aside|banner|toolbar|friend\w{0,10}|links?-?box|share|social|login|search-?form|"
    r"tags?|related|recommend\w{0,4}|hot\w{0,5}|rank\w{0,4}|bread)(?![a-z])",
    re.I,
)
_PAGER = re.compile(
    r"(?<![a-z])(?:pager(?:__\w+)?|pagination|paging|page[-_]?(?:nav|list|bar|num\w*)|fenye)(?![a-z])",
    re.I,
)
_ASIDE_TAGS = {"nav": 0.25, "header": 0.5, "footer": 0.2, "aside": 0.3, "form": 0.8, "thead": 0.1}
_ARTICLE = re.compile(
    r"\d{3}|[^/?]{40}|(?:[A-Za-z]+[-_]){3}|\d[^/]*\.(?:s?html?|pdf|docx?)\b|\bid=\w", re.I
)
_HAN = re.compile(r"[㐀-鿿]")


def find_sets(outline: Outline, dates: DateReader) -> list[RecordSet]:
    """All candidates of a page, the best first; those that are worth nothing are left out."""
    if outline.root is None:
        return []
    total = max(1, sum(map(len, outline.texts)))
    groups: dict[tuple[int, str], list[list[Node]]] = {}
    for node in _walk(outline, outline.root, total // 2):
        by_name: dict[str, list[Node]] = {}
        for kid in node.kids:
            by_name.setdefault(kid.name, []).append(kid)
        for name, kids in by_name.items():
            groups.setdefault((node.shape, name), []).append(kids)
    sets = [
        _set_of(outline, name, alike)
        for (_, name), families in groups.items()
        for alike in _parted(outline, families, dates)
    ]
    worthy = [found for found in sets if found is not None]
    for found in worthy:
        date_side(outline, found, dates)
    date_groups(outline, worthy, dates)
    for found in worthy:
        _weigh(outline, found, total)
    worthy = [found for found in worthy if found.score > 0]
    _prefer_inner(worthy)
    return sorted(worthy, key=lambda one: -one.score)


def _walk(outline: Outline, root: Node, most: int) -> Iterator[Node]:
    """All nodes. What holds more text than `most` is no mere surrounding, whatever its name."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        for kid in node.kids:
            large = outline.size(kid.start, kid.end) > most
            kid.aside = node.aside if large else min(node.aside, _aside(kid))
            stack.append(kid)


def _prefer_inner(sets: list[RecordSet]) -> None:
    """Where the rows of one set are lists of another's rows, the inner ones are the rows.

    Elements that are fields of one row stand equally many in each; rows of groups do not.
    """
    parents = {id(record.node.tag): one for one in sets for record in one.records}
    for inner in sets:
        counts = Counter(_outer_of(record.node.tag, parents, inner) for record in inner.records)
        counts.pop(None, None)
        outers = {id(place[0]): place[0] for place in counts if place is not None}
        for outer in outers.values():
            sizes = [count for place, count in counts.items() if place and place[0] is outer]
            if _are_grouped(inner, outer, sizes):
                inner.score, outer.score = max(inner.score, outer.score), outer.score * 0.2
            elif outer.side is Side.OWN and len(sizes) > 2 and outer.dated >= 0.5:
                # What stands above is the outer row's own date; the others are its fields.
                inner.score *= 0.2 if inner.side is Side.ABOVE or inner.dated < 0.85 else 1.0


def _are_grouped(inner: RecordSet, outer: RecordSet, sizes: Sequence[int]) -> bool:
    if inner.flat or inner.records[0].node.name in ("td", "th"):
        return False
    several = len(sizes) > 1 and sum(sizes) >= 1.3 * len(sizes)
    uneven = max(sizes) > min(sizes) or min(sizes) >= 4
    return several and uneven and inner.dated >= 0.7 * outer.dated > 0


def _outer_of(
    tag: Element, parents: dict[int, RecordSet], inner: RecordSet
) -> tuple[RecordSet, int] | None:
    """The set, and its row, that an element stands in, not too far up."""
    for _ in range(5):
        tag = tag.getparent()
        if tag is None:
            return None
        outer = parents.get(id(tag))
        if outer is not None and outer is not inner:
            return outer, id(tag)
    return None


def _aside(node: Node) -> float:
    """How likely an element is the list's surroundings, by its tag and its names: 1 is not."""
    factor = _ASIDE_TAGS.get(node.name, 1.0)
    named = names_of(node.tag)
    if len(named) > 1 and node.name not in ("body", "a"):
        if _PAGER.search(named):
            factor *= 0.15
        elif _ASIDE.search(named):
            factor *= 0.5
    if attribute(node.tag, "role") in ("navigation", "banner", "contentinfo", "menu"):
        factor *= 0.3
    return factor


def _parted(
    outline: Outline, families: list[list[Node]], dates: DateReader
) -> Iterator[list[list[Node]]]:
    """Families that look alike are parted where only some have dates, or only some lead to
    articles: a plain list in the margin has the shape of a plain list in the middle."""
    large = [kids for kids in families if len(kids) >= 3]
    if len(families) < 2 or not large:
        yield families
        return
    kinds: dict[tuple[bool, bool], list[list[Node]]] = {}
    for kids in large:
        sample = sample_of(kids, 5)
        dated = any(dates_in(outline, kid.start, kid.end, dates) for kid in sample)
        urls = [outline.links[kid.low].url for kid in sample]
        naming = dated or 2 * sum(map(_names_article, urls)) >= len(urls)
        kinds.setdefault((dated, naming), []).append(kids)
    most = max(kinds.values(), key=lambda alike: sum(map(len, alike)))
    most.extend(kids for kids in families if len(kids) < 3)
    yield from kinds.values()


def _names_article(url: str) -> bool:
    return _ARTICLE.search(url.partition("://")[2].partition("/")[2]) is not None


def _set_of(outline: Outline, name: str, families: list[list[Node]]) -> RecordSet | None:
    flat = name in INLINE
    count = sum(map(len, families))
    if count < 2 and name not in _ALONE:
        return None
    if count < 1.5 * len(families) and (name not in _ALONE or flat):
        return None
    records = []
    for kids in families:
        parent = kids[0].tag.getparent()
        for at, kid in enumerate(kids):
            if name == "tr" and not any(cell.tag == "td" for cell in kid.tag):
                continue
            before = kids[at - 1].end if at else _start(outline, kid, parent)
            after = kids[at + 1].start if at + 1 < len(kids) else _end(outline, kid, parent)
            records.append(RowRecord(kid, before, after, not at))
    if not records:
        return None
    records.sort(key=lambda record: record.node.start)
    sample = sample_of(records, SAMPLE)
    addresses = [outline.addresses(record.node) for record in sample]
    firsts = {one[-1] for one in addresses} | {one[0] for one in addresses}
    differ = min(1.0, len(firsts) / len(sample))
    if len(sample) > 1 and differ < 0.4:
        return None
    return RecordSet(records, flat, differ=differ)


def _start(outline: Outline, node: Node, parent: object) -> int:
    """The first text of a node's parent, looked for backwards, not far."""
    at = node.start
    while at > max(0, node.start - 60) and _is_in(outline, at - 1, parent):
        at -= 1
    return at


def _end(outline: Outline, node: Node, parent: object) -> int:
    at = node.end
    while at < min(len(outline.texts), node.end + 60) and _is_in(outline, at, parent):
        at += 1
    return at


def _is_in(outline: Outline, at: int, parent: object) -> bool:
    tag = outline.tags[at]
    for _ in range(12):
        if tag is parent:
            return True
        tag = tag.getparent()
        if tag is None:
            return False
    return False


def _weigh(outline: Outline, found: RecordSet, total: int) -> None:
    records = found.records
    sample = sample_of(records, SAMPLE)
    addresses = [outline.addresses(record.node) for record in sample]
    differ = found.differ
    words = sum(min(1.0, _words(outline, record)) for record in sample) / len(sample)
    many = sum(map(len, addresses)) / len(addresses)
    crowd = 1.0 if many <= 2 else max(0.1, 1.15 - 0.08 * many)
    share = sum(outline.size(r.node.start, r.node.end) for r in records) / total
    aside = sum(record.node.aside for record in sample) / len(sample)
    size = min(1.0, log2(len(records) + 1) / 4.5)
    if len(records) < 3 and not found.dated:
        return
    if len(records) < 3 and records[0].node.name not in _ALONE:
        crowd *= 0.4
    sizes = sorted(outline.size(record.node.start, record.node.end) for record in sample)
    even = min(1.0, 1.4 * sizes[len(sizes) // 2] * len(sizes) / max(1, sum(sizes)))
    undated = 1.0 if found.dated >= 0.5 else _worth_undated(outline, sample)
    found.score = (
        undated *
        (0.6 + 2.5 * found.dated) * (0.15 + words) * differ * crowd * aside
        * (0.3 + size) * (0.4 + min(0.6, share)) * (0.25 + 0.75 * even)
    )  # fmt: skip


def _worth_undated(outline: Outline, sample: Sequence[RowRecord]) -> float:
    """Without dates a list is told from a menu by addresses that name articles rather than
    sections, and by text beside its links."""
    naming = beside = 0.0
    for record in sample:
        node = record.node
        urls = outline.addresses(node)
        naming += any(map(_names_article, urls))
        around = record.after if node.name not in _ALONE else node.end
        total = outline.size(node.start, around)
        linked = sum(
            outline.size(one.start, one.end) for one in outline.links[node.low : node.high]
        )
        beside += min(1.0, max(0, total - linked) / 80)
    return (0.12 + 0.88 * naming / len(sample)) * (0.7 + 0.6 * beside / len(sample))


def _words(outline: Outline, record: RowRecord) -> float:
    """How much a row looks like a headline: the longest run of words in it, 1 for a full one."""
    longest = 0
    for at in range(record.node.start, min(record.node.end, record.node.start + 40)):
        text = outline.texts[at].strip()
        if len(text) > longest:
            longest = max(longest, len(text) + 2 * len(_HAN.findall(text[:60])))
    return longest / 30
