"""The rows of a list page: by a list's own selectors, by the link rule, or as found.

The fast tree finds the rows, and they are read from a soup of the block that holds them. Without a
link rule the list is one block and others like it: the best candidate, and those that are nearly
as good and stand elsewhere. One row for each address.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from hubwatch.patterns import lazy_pattern
from storage.lists import ListRow
from storage.text import han_pattern

from ...bugs import isolated
from ...sources.links import is_article
from ...sources.listing_addresses import lists_others
from ...sources.model import LinkRules, ListRules
from ..dates.in_rows import DateReader, ShapedDate, agree
from ..page import Page
from ..selectors import find_all
from ..soup import BlockSoup, attribute, line_text
from ..text import clean_field
from ..tree import Element
from ..tree import attribute as tree_attribute
from ..types import FoundRow
from .candidates import (
    INLINE,
    RecordSet,
    RowRecord,
    Side,
    date_side,
    dates_in,
    find_sets,
    names_article,
    sample_of,
)
from .columns import MAX_ROWS, is_day_first, is_file, read_set
from .groups import dated_by_groups
from .outline import Node, Outline, ShownLine, outline_of, outline_of_soup
from .pagination import is_on
from .titles import better_title, is_more, letters_in, says_much
from .ways_on import is_way_on

# Finds the list of a page that no selector describes, and reads it from a soup of its block.

_MOST_SETS = 24
_MOST_IN_ROW = 12
_MOST_TWINS = 5
_MOST_SAME = 40
"""Links of one address that an element may hold."""
_ENDS = frozenset(("li", "tr", "article", "dl"))


def detect_rows(page: Page, zone: str, usable: Callable[[str], bool]) -> list[FoundRow]:
    """The rows of a page in their order, one for each address."""
    outline = outline_of(page, usable)
    dates = DateReader(zone, page.now)
    rows: dict[str, FoundRow] = {}
    chosen = _choose(find_sets(outline, dates))
    if not chosen or _is_menu(outline, chosen[0]):
        chosen = _lone_rows(outline, dates)
    if not chosen or outline.root is None:
        return []
    chosen = [_without_menus(outline, found, dates) for found in chosen]
    block = _Block.around(chosen, outline, outline.root, dates)
    for found in chosen:
        for row in block.read(found, _any):
            if row.title and (row.published is not None or not is_more(row.title)):
                merge(rows, row)
    return _in_order(rows, outline, zone)


def _in_order(rows: dict[str, FoundRow], outline: Outline, zone: str) -> list[FoundRow]:
    found = sorted(rows.values(), key=lambda row: row.at)
    return dated_by_groups(found, outline, zone, outline.page.now)


def _without_menus(outline: Outline, found: RecordSet, dates: DateReader) -> RecordSet:
    """The set without elements that stand among its dated rows and are a menu: no date, and many
    addresses that name sections."""
    if found.side is not Side.OWN or found.dated < 0.6:
        return found
    kept = []
    for record in found.records:
        urls = outline.addresses(record.node)
        sections = sum(not names_article(url) for url in urls)
        if sections < 3 or 2 * sections < len(urls) or dates_in(
            outline, record.node.start, record.node.end, dates
        ):  # fmt: skip
            kept.append(record)
    return replace(found, records=kept) if kept else found


_LEAST = 0.1
"""What rows without dates are worth at least. Menus and pagers are worth less."""
_MOST_LONE = 3


_SHORT = 30
"""Letters of what a menu's entry says at most. A Han character counts for three."""
_SHORT_HAN = 24
_NUMBERED = lazy_pattern(r"\d{5}[^/]{0,60}$|/(?:19|20)\d\d[-/]?\d\d?[-/]")
_MENU_LIKE = 0.7
_CASE = lazy_pattern(r"\d|\bvs?\.?\s|\bin re\b|\bex parte\b", re.I)
_NAMED_DAY = han_pattern(
    r"opinions?|filed|decided|issued|posted|published|released?|week|orders?|argued|发布|公布|更新",
    re.I,
)


def _is_menu(outline: Outline, found: RecordSet) -> bool:
    """Whether rows are no list's: no dates of their own, and nothing else that tells them from a
    menu. A day that stands once above all of them may be today's."""
    heads = {line.text for line in found.headings.values()}
    alone = found.side is Side.ABOVE and len(heads) == 1
    if found.dated >= 0.3 and not (alone and not _NAMED_DAY.search(next(iter(heads)))):
        return False
    sample = sample_of(found.records, 24)
    if found.dated < 0.3:
        sections = sum(_leads_to_section(outline, record) for record in sample)
        if sections >= _MENU_LIKE * len(sample):
            return True
    if found.dated < 0.3 and found.score < _LEAST:
        return 2 * sum(_beside(outline, record) >= 30 for record in sample) < len(sample)
    return sum(_is_entry(outline, record) for record in sample) >= _MENU_LIKE * len(sample)


def _leads_to_section(outline: Outline, record: RowRecord) -> bool:
    """Whether a row leads to a page that lists others, or is a word and an address of one word:
    where nothing has a date, that is a section, with or without some text about it."""
    link = outline.links[record.node.low]
    if lists_others(link.url):
        return True
    words = outline.text(link.start, link.end)
    is_word = 0 < len(words) <= _SHORT and not (says_much(words) or is_more(words))
    is_word = is_word and not any(map(str.isdigit, words))
    return is_word and not names_article(link.url) and not is_file(link.url)


def _beside(outline: Outline, record: RowRecord) -> int:
    """Characters in a row that belong to none of its links."""
    node = record.node
    linked = sum(outline.size(one.start, one.end) for one in outline.links[node.low : node.high])
    return outline.size(node.start, node.end) - linked


def _is_entry(outline: Outline, record: RowRecord) -> bool:
    """Whether a row could be a menu's entry: a few words in a link to a page, and nothing else."""
    node = record.node
    link = outline.links[node.low]
    words = outline.text(link.start, link.end)
    beside = _beside(outline, record)
    most = _SHORT if words.isascii() else _SHORT_HAN
    short = letters_in(words) <= most and len(words) <= 2 * _SHORT
    is_page = not is_file(link.url) and _NUMBERED.search(link.url) is None
    return short and beside < 12 and is_page and _CASE.search(words) is None


def _lone_rows(outline: Outline, dates: DateReader) -> list[RecordSet]:
    """Rows that stand alone, so that nothing repeats: links to articles with a date beside them, in
    an element of their own. None where there are more than a few."""
    parents = dict(_with_parents(outline))
    found: dict[int, RecordSet] = {}
    for node in parents:
        first = outline.links[node.low]
        if first.tag is not node.tag or node.aside < 0.5 or not names_article(first.url):
            continue
        if is_way_on(outline.text(first.start, first.end)):
            continue
        box = _box(outline, node, parents)
        if id(box) in found or not dates_in(outline, box.start, box.end, dates):
            continue
        record = RowRecord(box, box.start, box.end, top=True)
        found[id(box)] = RecordSet([record], box.name in INLINE)
        if len(found) > _MOST_LONE:
            return []
    for one in found.values():
        date_side(outline, one, dates)
    return list(found.values())


def allowed_rows(
    page: Page, zone: str, usable: Callable[[str], bool], is_own: Callable[[str], bool]
) -> list[FoundRow]:
    """Every link that `is_own` as a row, and the other usable ones that stand in its lists."""
    outline = outline_of(page, usable)
    dates = DateReader(zone, page.now)
    rows: dict[str, FoundRow] = {}
    taken: set[int] = set()
    if outline.root is None:
        return []
    block = _Block(outline, dates, outline.root)
    for found in find_sets(outline, dates):
        places = _places(found)
        if not places & taken and len(taken) <= MAX_ROWS:
            taken |= places
            for row in block.read(found, _any):
                if is_own(row.url) or row.published is not None:
                    merge(rows, row)
    # One more than there is room for, so that it shows that something was left out.
    for row in _left(block, is_own, set(rows), MAX_ROWS + 1 - len(rows)):
        merge(rows, row)
    return _in_order(rows, outline, zone)


def chosen_rows(
    page: Page, zone: str, tags: Sequence[Element], usable: Callable[[str], bool], links: set[str]
) -> list[tuple[Element, FoundRow, BlockSoup]]:
    """The rows of elements that a selector chose, each with its element and the soup that it was
    read from. Where `links` names addresses, only these are rows. Else every usable link in an
    element is one."""
    outline = outline_of(page, usable)
    dates = DateReader(zone, page.now)
    parents = dict(_with_parents(outline))
    nodes = {id(node.tag): node for node in parents}
    known = [node for tag in tags if (node := nodes.get(id(tag))) is not None]
    boxes = [_box(outline, node, parents) if node.name == "a" else node for node in known]
    if not boxes or outline.root is None:
        return []
    found = RecordSet([RowRecord(box, box.start, box.end, top=False) for box in boxes], flat=False)
    date_side(outline, found, dates)
    block = _Block.around([found], outline, outline.root, dates)
    read = block.read(found, (lambda url: url in links) if links else _any)
    starts = [box.start for box in boxes]
    rows = [(boxes[max(0, bisect_right(starts, row.at) - 1)], row) for row in read]
    if not links:
        rows = [one for pair in rows for one in _with_others(block.outline, *pair)]
    return [(node.tag, row, block.soup) for node, row in rows]


class _Block:
    """The block of a page that holds sets of rows: its soup, and the rows as the soup says them.

    The sets are found in the fast tree. Nothing of a row is read from there.
    """

    def __init__(self, found: Outline, dates: DateReader, node: Node) -> None:
        self.found = found
        self.dates = dates
        self.outline, self.soup = outline_of_soup(found, node)

    @classmethod
    def around(
        cls, sets: Sequence[RecordSet], found: Outline, root: Node, dates: DateReader
    ) -> _Block:
        """The block that holds these sets, with the texts beside them and the headings above."""
        records = [record for one in sets for record in one.records]
        headings = [line.start for one in sets for line in one.headings.values()]
        start = min((*headings, *(min(each.before, each.node.start) for each in records)))
        end = max(max(each.after, each.node.end) for each in records)
        rows = [each.node for each in records]
        return cls(found, dates, found.block_around(root, rows, start, end))

    def read(self, found: RecordSet, wanted: Callable[[str], bool]) -> list[FoundRow]:
        """The rows of a set. Links that are not `wanted` are no row's address."""
        tags = self.soup.tags
        records = [
            replace(record, node=replace(record.node, tag=tags[record.node.tag], kids=[]))
            for record in found.records
        ]
        read = replace(found, records=records, headings=self._headings(found))
        return read_set(self.outline, read, self.dates, wanted)

    def _headings(self, found: RecordSet) -> dict[int, ShownLine]:
        """The headings above rows, one for all rows of a group."""
        read: dict[int, ShownLine] = {}
        headings: dict[int, ShownLine] = {}
        for at, line in found.headings.items():
            if id(line) not in read:
                shown = self.outline.shown(line.start, found.records[at].node.start)
                read[id(line)] = next(shown, line)
            headings[at] = read[id(line)]
        return headings


def _any(_url: str) -> bool:
    return True


def _with_others(outline: Outline, node: Node, row: FoundRow) -> Iterator[tuple[Node, FoundRow]]:
    """A row, and further addresses that stand in the same element."""
    yield node, row
    for link in outline.links[node.low : min(node.high, node.low + _MOST_IN_ROW)]:
        if link.url != row.url:
            words = clean_field(outline.text(link.start, link.end))
            yield node, FoundRow(link.url, words, row.published, "", row.dated_by, (), link.start)


def merge(rows: dict[str, FoundRow], row: FoundRow) -> None:
    """Keep one row for each address: the better title, and what either of them knows."""
    known = rows.get(row.url)
    if known is None:
        rows[row.url] = row
        return
    dated = known if known.published is not None else row
    title = _title_of_both(known, row)
    other = known.title if title == row.title else row.title
    rows[row.url] = replace(
        known,
        title=title,
        published=dated.published,
        dated_by=dated.dated_by,
        is_titled_beside=known.is_titled_beside and row.is_titled_beside,
        summary=known.summary or row.summary or (other if len(other) > 2 * len(title) else ""),
    )


def _title_of_both(known: FoundRow, row: FoundRow) -> str:
    """A headline that is linked is surer than what stands beside another link to the same page."""
    if known.title and row.title and known.is_titled_beside != row.is_titled_beside:
        return row.title if known.is_titled_beside else known.title
    return better_title(known.title, row.title)


def _choose(sets: list[RecordSet]) -> list[RecordSet]:
    if not sets:
        return []
    best = sets[0]
    chosen, taken = [best], _places(best)
    for other in sets[1:_MOST_SETS]:
        least = 0.35 if other.dated >= 0.6 and best.dated >= 0.6 else 0.7
        if _kind(other) == _kind(best) and other.dated >= 0.6 and best.dated >= 0.6:
            least = 0.1
        if other.score < least * best.score or (best.dated >= 0.6 and other.dated < 0.6):
            continue
        places = _places(other)
        if not places & taken:
            chosen.append(other)
            taken |= places
    return chosen


def _kind(found: RecordSet) -> tuple[str, str, str]:
    """What rows and their parents are called: bad markup nests equal lists at unequal depths."""
    node = found.records[0].node
    parent = node.tag.getparent()
    return parent.tag, parent.get("class") or "", node.name


def _places(found: RecordSet) -> set[int]:
    """The numbers of the links in a set."""
    return {at for record in found.records for at in range(record.node.low, record.node.high)}


def _left(
    block: _Block, is_own: Callable[[str], bool], known: set[str], most: int
) -> Iterator[FoundRow]:
    """Links that are rows by rule and stand in no list, at most so many: each with the element
    around it."""
    outline = block.found
    parents = dict(_with_parents(outline))
    seen: Counter[str] = Counter()
    for node in parents:
        first = outline.links[node.low]
        if first.tag is not node.tag or first.url in known or not is_own(first.url):
            continue
        if len(seen) >= most and first.url not in seen:
            continue
        seen[first.url] += 1
        if seen[first.url] > _MOST_TWINS:
            continue
        box = _box(outline, node, parents)
        record = RowRecord(box, box.start, box.end, top=True)
        found = RecordSet([record], box.name in INLINE)
        date_side(outline, found, block.dates)
        yield from block.read(found, first.url.__eq__)


def _box(outline: Outline, node: Node, parents: dict[Node, Node | None]) -> Node:
    """The largest element around a link that holds no other address."""
    for _ in range(6):
        parent = parents.get(node)
        if parent is None or parent.name == "body" or node.name in _ENDS:
            break
        if parent.high - parent.low > _MOST_SAME or len(outline.addresses(parent)) > 1:
            break
        node = parent
    return node


def _with_parents(outline: Outline) -> Iterator[tuple[Node, Node | None]]:
    if outline.root is None:
        return
    stack: list[tuple[Node, Node | None]] = [(outline.root, None)]
    while stack:
        node, parent = stack.pop()
        yield node, parent
        stack.extend((kid, node) for kid in reversed(node.kids))


_MAX_SUMMARY = 600
_PICTURE = lazy_pattern(r"\.(?:jpe?g|png|gif|webp|svg|bmp|ico|css|m?js|woff2?|ttf)$", re.I)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of the source's own hosts, and rows that lead away. `places` counts matched rows."""

    own: tuple[ListRow, ...]
    off_site: tuple[ListRow, ...]
    places: int

    @property
    def cut(self) -> str:
        """What was left out, in words. Empty if nothing was."""
        is_full = max(len(self.own), len(self.off_site)) >= MAX_ROWS
        return f"cut after {MAX_ROWS} rows" if is_full or self.places > MAX_ROWS else ""


def read_rows(page: Page, rules: ListRules, links: LinkRules, zone: str) -> Rows:
    """All rows of a page in order, doubled ones merged, positions counted from 0.

    Dates that stand only in an address are no statement of the list, and are left out.
    """

    def is_own(url: str) -> bool:
        return is_article(url, links)

    def usable(url: str) -> bool:
        return is_page(url) and (is_own(url) or not is_on(url, links))

    places = 0
    if rules.row or rules.link:
        tags = page.select(rules.row or rules.link)
        places = len(tags)
        found = _selected(page, tags[:MAX_ROWS], rules, zone, usable)
    else:
        found = [] if links.allow else detect_rows(page, zone, usable)
        if not any(is_own(row.url) for row in found):
            found = allowed_rows(page, zone, usable, is_own)
            if not links.allow:  # nobody said what an article is: sections of the site are none
                found = [row for row in found if row.published or names_article(row.url)]
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
    """Whether an address may be a row's: no picture, style or script, and no other form of an
    article: to print, to send, as a document made of it."""
    path, _, query = url.partition("?")
    return _PICTURE.search(path) is None and not (
        _OTHER_FORM.search(path) or (query and _ASKS_FORM.search(query))
    )


_OTHER_FORM = lazy_pattern(
    r"/(?:print(?:able|er)?(?:[-_]?(?:friendly|version|view|page|news|article))?|e-?mail-?(?:article|page))"
    r"(?:\.(?:html?|php|aspx?|jsp|do))?/?$|/print(?:er|able)?/(?=[^/]*\d)",
    re.I,
)
_ASKS_FORM = lazy_pattern(
    r"(?:^|[?&;])(?:print(?:able|er|view|_?version)?(?:=(?:\d{1,9}|y|yes|true|print)?)?"
    r"|(?:format|output|view|mode|type|do|action|display)=(?:print|printable|printer|pdf|raw|email)"
    r"|tmpl=component|option=com_mailto|replytocom=\d{1,9}"
    r"|share=(?:facebook|twitter|email|linkedin))(?=&|$)",
    re.I,
)


def _stated(row: FoundRow) -> FoundRow:
    return replace(row, published=None) if row.dated_by == "address" else row


def _selected(
    page: Page, tags: list[Element], rules: ListRules, zone: str, usable: Callable[[str], bool]
) -> list[FoundRow]:
    """Rows by selectors. What they do not name is read as everywhere."""
    links: set[str] = set()
    if rules.row and rules.link:
        for tag in tags:
            first = next((a for a in find_all(tag, rules.link)[:5] if a.tag == "a"), None)
            if first is not None:
                links.add(page.address(tree_attribute(first, "href")))
    dates = DateReader(zone, page.now)
    read: list[tuple[FoundRow, tuple[ShapedDate, ...]]] = []
    for tag, row, soup in chosen_rows(page, zone, tags, usable, links):
        corrected, dated = row, ""
        with isolated(row.url):
            corrected, dated = _corrected(tag, row, rules, soup)
        read.append((corrected, dates.read(dated) if dated else ()))
    choose = agree([meanings for _, meanings in read if meanings], is_day_first(page))
    rows: dict[str, FoundRow] = {}
    for row, meanings in read:
        found = choose(meanings)
        dated_row = row if found is None else replace(row, published=found.when, dated_by="row")
        merge(rows, dated_row)
    if rules.date or not rows:
        return list(rows.values())
    return dated_by_groups([*rows.values()], outline_of(page, usable), zone, page.now)


def _corrected(
    tag: Element, row: FoundRow, rules: ListRules, soup: BlockSoup
) -> tuple[FoundRow, str]:
    """The row with what the rules name, and the words of its date where they name one."""
    title, dated, summary = (
        _picked(tag, rule, soup) for rule in (rules.title, rules.date, rules.summary)
    )
    named = replace(
        row,
        title=clean_field(title) or row.title,
        summary=summary[:_MAX_SUMMARY] or row.summary,
    )
    return named, dated


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
        ListRow(
            row.url,
            row.title,
            row.published,
            row.summary,
            at,
            row.modified,
            by_age=row.dated_by == "age",
        )
        for at, row in enumerate(rows)
    )
