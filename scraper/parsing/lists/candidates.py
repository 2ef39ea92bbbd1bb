"""The repeated block of a page: which of its elements are the rows of its list.

Children of one kind in parents of one kind are a candidate. Its dates, the length and difference
of its links' words, its size and its place decide what it is worth. No selector, no rule of any
portal. What stands in a row is read in `columns`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice
from math import log2
from typing import TypeVar

from hubwatch.patterns import lazy_pattern

from ..dates.in_rows import YEARLESS, DateReader, ShapedDate, join_split
from ..text import narrow
from ..tree import Element, attribute, has_ancestor, line_text, names_of
from .outline import Node, Outline, ShownLine
from .titles import undated
from .ways_on import is_section, is_way_on

# One row of a list that was found, and a set of such rows. Finds and reads nothing.

T = TypeVar("T")

SAMPLE = 12
"""So many rows of a set are looked at to judge it."""
INLINE = frozenset(("a", "b", "strong", "font", "span", "em", "i", "u", "small", "nobr", "source"))
"""Rows with these names stand in a run of text, not in boxes of their own."""


class Side(Enum):
    """Where a row's date stands: in its element, in the text before or after it, or in a heading
    above a group of rows."""

    OWN = "own"
    BEFORE = "before"
    AFTER = "after"
    ABOVE = "above"
    NOWHERE = "nowhere"


@dataclass(slots=True)
class RowRecord:
    """One row: its element, and the texts from the end of the row before to the next one."""

    node: Node
    before: int
    after: int
    top: bool
    """Whether it is the first one in its parent."""


@dataclass(slots=True, eq=False)
class RecordSet:
    """Rows of one kind, in order, and what they are worth."""

    records: list[RowRecord]
    flat: bool
    differ: float = 1.0
    score: float = 0.0
    dated: float = 0.0
    side: Side = Side.NOWHERE
    headings: dict[int, ShownLine] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    """What stands above the cells of a table's rows, a word for each cell. Empty for other rows."""

    @property
    def span(self) -> tuple[int, int]:
        """From the first text that may belong to it to the last."""
        return self.records[0].before, max(record.after for record in self.records)


def sample_of(records: Sequence[T], most: int) -> list[T]:
    """Some of them from all over, not every second or third one: those may be of one kind."""
    if len(records) <= most:
        return list(records)
    places = [at * len(records) // most + at % 2 for at in range(most)]
    return [records[min(place, len(records) - 1)] for place in places]


# Where the rows of a list have their dates: inside, beside them, or above groups of them.

_MOST_LINKED = 12
_PATIENCE = 25
"""Rows after which no heading with a date is expected any more, if none came before."""


def date_side(outline: Outline, found: RecordSet, dates: DateReader) -> None:
    """Find out where the rows of a set have their dates."""
    _find_dates(outline, found, sample_of(found.records, SAMPLE), dates)


def _find_dates(
    outline: Outline, found: RecordSet, sample: Sequence[RowRecord], dates: DateReader
) -> None:
    """Where most rows of the sample have a date, and what share of them."""
    if not found.flat:
        own = [dates_in(outline, r.node.start, r.node.end, dates) for r in sample]
        share = sum(map(bool, own)) / len(sample)
        extra = sum(max(0, count - 2) for count in own) / len(sample)
        if share >= 0.5:
            found.side, found.dated = Side.OWN, max(0.0, share - 0.15 * extra)
            return
    else:
        share = 0.0
    after = [dates_in(outline, r.node.end, r.after, dates) for r in sample]
    before = [dates_in(outline, r.before, r.node.start, dates) for r in sample]
    between = max(sum(map(bool, after)), sum(map(bool, before))) / len(sample)
    if between >= 0.6:
        found.side = _side(outline, found, dates)
        found.dated = between
        return
    if found.flat:
        own = [dates_in(outline, r.node.start, r.node.end, dates) for r in sample]
        share = sum(map(bool, own)) / len(sample)
        if share >= 0.6:
            found.side, found.dated = Side.OWN, share
            return
    found.side, found.dated = (Side.OWN, share) if share else (Side.NOWHERE, 0.0)


def date_groups(outline: Outline, sets: Sequence[RecordSet], dates: DateReader) -> None:
    """Look for dates above the rows of the sets that have none. What lies in another list is no
    heading of this one."""
    ends = sorted(one.span[1] for one in sets if one.dated >= 0.5)
    for found in sets:
        if found.dated < 0.5:
            before = bisect_right(ends, found.records[0].before)
            _find_headings(outline, found, dates, ends[before - 1] if before else 0)
            if found.headings:
                found.side = Side.ABOVE
                found.dated = 0.8 * len(found.headings) / len(found.records)
        if found.dated < 0.5:
            _find_inner(outline, found, dates)


def _find_inner(outline: Outline, found: RecordSet, dates: DateReader) -> None:
    """The last resort: whole dates among the words of nearly all rows, their headlines even, as in
    "2026 OK 12, 05/14/2026, State v. Penrose"."""
    sample = sample_of(found.records, SAMPLE)
    inner = 0
    for record in sample:
        span = record.node.start, min(record.node.end, record.node.start + 60)
        lines = (line for line in islice(outline.parts(*span), 24) if len(line.text) < 1_000)
        inner += any(_is_whole(line, dates) for line in lines)
    if inner >= 0.8 * len(sample) and (len(sample) > 2 or not found.flat):
        found.side, found.dated = Side.OWN, 0.7 * inner / len(sample)


def _is_whole(line: ShownLine, dates: DateReader) -> bool:
    meanings = dates.read(line.text)
    return bool(meanings) and meanings[0].shape not in (*YEARLESS, "relative")


def dates_in(outline: Outline, start: int, end: int, dates: DateReader) -> int:
    """How many lines of a span have a date that is more than a word in a sentence."""
    count = 0
    parts = [("", part) for part in islice(outline.parts(start, min(end, start + 60)), 24)]
    for _, line in join_split(parts):
        meanings = dates.read(line.text)
        if not meanings or (line.linked and meanings[0].purity < 0.5
                            and undated(line.text) == line.text):  # fmt: skip
            continue
        if meanings[0].purity > 0.15 or len(line.text) < 120:
            count += 1
    return count


def _side(outline: Outline, found: RecordSet, dates: DateReader) -> Side:
    """Before or after: told by what stands before the first row and behind the last one of a
    parent. Else by which of its neighbours a date is nearer to."""
    tops = [r for r in found.records if r.top][:8]
    lasts = [r for r, n in zip(found.records, [*found.records[1:], None], strict=True)
             if n is None or n.top][:8]  # fmt: skip
    lead = sum(bool(dates_in(outline, r.before, r.node.start, dates)) for r in tops) / len(tops)
    trail = sum(bool(dates_in(outline, r.node.end, r.after, dates)) for r in lasts) / len(lasts)
    if lead > trail + 0.4:
        return Side.BEFORE
    if trail > lead + 0.4:
        return Side.AFTER
    ahead = behind = 0
    for record in [r for r in found.records if not r.top][:SAMPLE]:
        lines = list(outline.parts(record.before, record.node.start))
        places = [at for at, line in enumerate(lines) if dates.read(line.text)]
        if places:
            behind += places[0]
            ahead += len(lines) - 1 - places[-1]
    return Side.BEFORE if ahead < behind else Side.AFTER


def _find_headings(outline: Outline, found: RecordSet, dates: DateReader, floor: int) -> None:
    """Dates that stand above groups of rows, outside of them and not before `floor`. `headings`
    maps row to line."""
    current: ShownLine | None = None
    kinds: set[str] = set()
    last = 0
    for at, record in enumerate(found.records):
        if at == _PATIENCE and current is None:
            return
        low = max(last, floor, record.node.start - 40)
        lines = list(outline.shown(low, record.node.start))
        reach = lines[-4:] if not at else lines
        for line in reversed(reach):
            if len(line.text) <= 120 and _is_heading(line, dates):
                current = line
                kinds.add(line.text)
                break
            if line.linked > _MOST_LINKED:
                break  # that is another row, and what stands above it is its own
        if current is not None:
            found.headings[at] = current
        last = record.node.end
    # One line for all rows must be no row itself, and no notice that names some day.
    if len(kinds) < 2 and (
        current is None
        or current.linked
        or dates.read(current.text)[0].purity < _PURE
        or _is_of_visit(outline, current, found.records[0].node, dates)
    ):
        found.headings.clear()


def _is_of_visit(outline: Outline, line: ShownLine, first: Node, dates: DateReader) -> bool:
    """Whether a line above all rows is the day of the visit in the head of the page: today's, and a
    headline or a menu stands between it and the rows, or they are a menu themselves."""
    if not dates.is_of_visit(line.text):
        return False
    if has_ancestor(first.tag, "nav", "header"):
        return True
    rows = first.start
    between = outline.shown(line.start + 1, rows)
    names = ("h1", "h2")
    if any(each.tag.tag in names or has_ancestor(each.tag, *names) for each in between):
        return True
    between_them = outline.tags[line.start + 1 : rows]
    return sum(1 for tag in between_them if tag.tag == "a") >= _LINKS_OF_MENU


_LINKS_OF_MENU = 3


def _is_heading(line: ShownLine, dates: DateReader) -> bool:
    meanings = dates.read(line.text)
    return (
        bool(meanings)
        and meanings[0].shape not in ("mm-dd", "relative")
        and (not line.linked or meanings[0].purity >= 0.4 or _begins(line, meanings[0]))
        and (meanings[0].purity >= _PURE or len(line.text) < 60)
    )


_PURE = 0.25
"""Such a share of a line is its date, if that is what it is there for."""


def _begins(line: ShownLine, dated: ShapedDate) -> bool:
    """Whether a line begins with its date."""
    head = narrow(line.text).partition(dated.written)[0]
    return len(head) < len(line.text) and not any(map(str.isalpha, head))


_ALONE = frozenset(("tr", "li", "article"))
_HOLDERS = frozenset(("ul", "ol", "table", "tbody"))
_ASIDE = lazy_pattern(
    r"(?<![a-z])(?:nav|navbar|navigation|[glsf]nb|menu\w?|sub-?menu|breadcrumbs?|crumbs?|foot(?:er)?|header|head|top(?:bar)?|"
    r"side(?:bar|nav|menu)?|aside|banner|toolbar|friend\w{0,10}|links?-?box|share|social|login|search-?form|"
    r"tags?|related|recommend\w{0,4}|hot\w{0,5}|rank\w{0,4}|bread)(?![a-z])",
    re.I,
)
_PAGER = lazy_pattern(
    r"(?<![a-z])(?:pager(?:__\w+)?|pagination|paging|page[-_]?(?:nav|list|bar|num\w*)|fenye)(?![a-z])",
    re.I,
)
_ASIDE_TAGS = {"nav": 0.25, "header": 0.5, "footer": 0.2, "aside": 0.3, "form": 0.8, "thead": 0.1}
_ARTICLE = lazy_pattern(
    r"\d{3}|[^/?]{40}|(?:[A-Za-z]+[-_]){3}|\d[^/]*\.(?:s?html?|pdf|docx?)\b|\bid=\w", re.I
)
_HAN = lazy_pattern(r"[㐀-鿿]")


def find_sets(outline: Outline, dates: DateReader) -> list[RecordSet]:
    """All candidates of a page, the best first. Those that are worth nothing are left out."""
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
        _score(outline, found, total)
    worthy = [found for found in worthy if found.score > 0]
    _prefer_inner(outline, worthy)
    _pass_over_boxes(outline, worthy, dates)
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


def _prefer_inner(outline: Outline, sets: list[RecordSet]) -> None:
    """Where the rows of one set are lists of another's rows, the inner ones are the rows.

    Elements that are fields of one row stand equally many in each, or lead to one address. Rows of
    groups do not.
    """
    parents = {id(record.node.tag): one for one in sets for record in one.records}
    for inner in sets:
        counts = Counter(_outer_of(record.node.tag, parents, inner) for record in inner.records)
        counts.pop(None, None)
        outers = {id(place[0]): place[0] for place in counts if place is not None}
        for outer in outers.values():
            inside = {at[1]: count for at, count in counts.items() if at and at[0] is outer}
            sizes = [*inside.values()]
            if _are_grouped(inner, outer, sizes) and not _leads_to_one(outline, outer, inside):
                inner.score, outer.score = max(inner.score, outer.score), outer.score * 0.2
            elif outer.side is Side.OWN and len(sizes) > 2 and outer.dated >= 0.5:
                # What stands above is the outer row's own date; the others are its fields.
                inner.score *= 0.2 if inner.side is Side.ABOVE or inner.dated < 0.85 else 1.0


def _are_grouped(inner: RecordSet, outer: RecordSet, sizes: Sequence[int]) -> bool:
    if inner.flat or inner.records[0].node.name in ("td", "th"):
        return False
    several = len(sizes) > 1 and sum(sizes) >= 1.3 * len(sizes)
    uneven = max(sizes) > min(sizes) or min(sizes) >= 4
    if uneven and outer.records[0].node.name in _HOLDERS:
        # A list is no row of one, however few of them have two rows.
        return inner.dated >= 0.5 * outer.dated > 0
    return several and uneven and inner.dated >= 0.7 * outer.dated > 0


def _pass_over_boxes(outline: Outline, sets: list[RecordSet], dates: DateReader) -> None:
    """What is alone of its kind and has no day but those of rows in it is no row: it is a part of
    the page, such as the table that lays it out."""
    alone = [one for one in sets if len(one.records) == 1 and one.side is Side.OWN]
    for outer in sorted(alone, key=lambda one: -one.score)[:_MOST_BOXES]:
        box = outer.records[0].node
        own = dates_in(outline, box.start, box.end, dates)
        for inner in sets:
            if inner.flat or len(inner.records) < _FEWEST_INSIDE or inner.side is not Side.OWN:
                continue
            rows = [row.node for row in inner.records if box.start <= row.node.start < box.end]
            if len(rows) == len(inner.records) and own <= sum(
                dates_in(outline, row.start, row.end, dates) for row in rows
            ):
                inner.score, outer.score = max(inner.score, outer.score), outer.score * 0.2
                break


_MOST_BOXES, _FEWEST_INSIDE = 3, 3


def _leads_to_one(outline: Outline, outer: RecordSet, counts: Mapping[int, int]) -> bool:
    """Whether what stands in the rows of a set leads to one address each, by however many links.
    `counts` says how many elements stand in a row."""
    rows = [row.node for row in outer.records if counts.get(id(row.node.tag), 0) > 1]
    lone = sum(len(outline.addresses(row)) == 1 for row in rows)
    return lone > 1 and lone >= 0.8 * len(rows)


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
        naming = dated or 2 * sum(map(names_article, urls)) >= len(urls)
        kinds.setdefault((dated, naming), []).append(kids)
    most = max(kinds.values(), key=lambda alike: sum(map(len, alike)))
    most.extend(kids for kids in families if len(kids) < 3)
    yield from kinds.values()


def names_article(url: str) -> bool:
    """Whether an address is that of one article rather than of a section."""
    return _ARTICLE.search(url.partition("://")[2].partition("/")[2]) is not None


_MOST_WAYS = 4


def _turns_pages(outline: Outline, node: Node) -> bool:
    """Whether the links of an element are ways on alone, whatever day stands beside them: the head
    of an issue, with the one before it, or the name of a page of it."""
    links = outline.links[node.low : node.high]
    if not 0 < len(links) <= _MOST_WAYS:
        return False
    said = [words for link in links if (words := outline.text(link.start, link.end))]
    return bool(said) and all(
        is_section(words) or (is_way_on(words) and not any(map(str.isdigit, words)))
        for words in said
    )


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
    if len(records) < 12:
        rows = [record for record in records if not _turns_pages(outline, record.node)]
        if len(rows) < len(records) and len(rows) < 2:
            return None
        records = rows
    if not records:
        return None
    records.sort(key=lambda record: record.node.start)
    sample = sample_of(records, SAMPLE)
    addresses = [outline.addresses(record.node) for record in sample]
    firsts = {one[-1] for one in addresses} | {one[0] for one in addresses}
    differ = min(1.0, len(firsts) / len(sample))
    if len(sample) > 1 and differ < 0.4:
        return None
    columns = _column_names(records[0].node.tag) if name == "tr" else ()
    return RecordSet(records, flat, differ=differ, columns=columns)


_MOST_CELLS = 40
_LONGEST_NAME = 60


def _column_names(row: Element) -> tuple[str, ...]:
    """The words above the columns of a row's table: its first row, if that has no other."""
    table = next(row.iterancestors("table"), None)
    first = next(table.iter("tr"), None) if table is not None else None
    if first is None or first is row:
        return ()
    names: list[str] = []
    for cell in first:
        if cell.tag in ("td", "th") and len(names) < _MOST_CELLS:
            names += [line_text(cell)[:_LONGEST_NAME]] + [""] * (
                span_of(attribute(cell, "colspan")) - 1
            )
    return tuple(names) if sum(map(bool, names)) > 1 else ()


def span_of(written: str) -> int:
    """How many columns a cell takes."""
    return min(int(written), _MOST_CELLS) if written.isascii() and written.isdecimal() else 1


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


def _score(outline: Outline, found: RecordSet, total: int) -> None:
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
    if len(records) < 4 and _is_layout(addresses):
        return
    sizes = sorted(outline.size(record.node.start, record.node.end) for record in sample)
    even = min(1.0, 1.4 * sizes[len(sizes) // 2] * len(sizes) / max(1, sum(sizes)))
    undated = 1.0 if found.dated >= 0.5 else _worth_undated(outline, sample)
    found.score = (
        undated *
        (0.6 + 2.5 * found.dated) * (0.15 + words) * differ * crowd * aside
        * (0.3 + size) * (0.4 + min(0.6, share)) * (0.25 + 0.75 * even)
    )  # fmt: skip


def _is_layout(addresses: Sequence[Sequence[str]]) -> bool:
    """Whether a few large elements lay out a page rather than being rows: one of them is a menu,
    or one alone holds more sections than articles."""
    naming = [sum(map(names_article, urls)) for urls in addresses]
    if len(addresses) == 1:
        return len(addresses[0]) > 4 and 2 * naming[0] < len(addresses[0])
    return any(len(urls) > 4 and not named for urls, named in zip(addresses, naming, strict=True))


def _worth_undated(outline: Outline, sample: Sequence[RowRecord]) -> float:
    """Without dates a list is told from a menu by addresses that name articles rather than
    sections, and by text beside its links."""
    naming = beside = 0.0
    for record in sample:
        node = record.node
        urls = outline.addresses(node)
        naming += any(map(names_article, urls))
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
