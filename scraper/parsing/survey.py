"""What the pages of an unknown portal show: names, links and feeds, how a list goes on, and which
selectors find its rows and the fields of its articles.

Selectors are for portals that cannot be read without. Each is tried on the pages before it is
believed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import reduce
from itertools import islice
from urllib.parse import urlsplit

from bs4.exceptions import ParserRejectedMarkup

from hubwatch.patterns import lazy_pattern
from storage.lists import ListRow
from storage.text import han_pattern
from storage.types import Capture

from ..sources.links import authority_of
from ..sources.model import Entry, EntryKind, LinkRules, ListRules, Paging, PagingKind
from .body.place import measure
from .dates.in_rows import read_row_date
from .dates.in_text import find_dates, read_date
from .encoding import decode, decode_list
from .feeds import read_feed_site
from .fields.language import read_language
from .lists.attribute_addresses import addresses_in_attributes
from .lists.calls import rows_by_script
from .lists.dated_archives import names_archive
from .lists.folded import FoldedArticles, folded_articles
from .lists.json_lists import data_in, pager_of, parse_json
from .lists.pagination import (
    archives_on,
    is_on,
    next_address,
    own_archives,
    pages_left,
    read_onward,
    scripted_pager,
    shown_pager,
)
from .lists.read import read_list, sendable, stated_next, whole_text
from .lists.ways_on import is_way_on
from .page import Page, absolute, page_of
from .sitemaps import looks_like_sitemap
from .text import MAX_TITLE, clean_field, squeeze
from .tree import Element, attribute, line_text, names_of, raw_text
from .types import PageForm

MOST_LINKS = 3_000
_FEED = lazy_pattern(r"application/(?:rss|atom|rdf)\+xml", re.I)
_FEED_ROOT = lazy_pattern(rb"<(?:rss|feed|rdf:RDF)\b", re.I)
_NAME_METAS = ("SiteName", "og:site_name", "application-name", "publisher")
_TITLE_PARTS = lazy_pattern(
    r"\s[-–—|_]\s|\s?[|_]\s?|[－—]{1,2}|(?<=[㐀-鿿])[-_](?=[㐀-鿿])|\s?»\s?|\s?::\s?"
)


class AddressKind(StrEnum):
    """What an address gave out."""

    PAGE = "page"
    FEED = "feed"
    SITEMAP = "sitemap"
    JSON = "json"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class FrontLink:
    """A link of a page: its absolute address without a fragment, its words."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Front:
    """What a page tells. `site` is the portal's name as it gives it, `language` empty if unknown,
    `feeds` the feeds it announces, `rest` the address of its WordPress REST interface, `data` the
    files of data that its lists name, `is_article` whether it calls itself an article, `home` where
    it says that its site begins, `trail` the pages that it says it stands under, the nearest
    first."""

    kind: AddressKind
    reason: str = ""
    title: str = ""
    site: str = ""
    language: str = ""
    links: tuple[FrontLink, ...] = ()
    feeds: tuple[FrontLink, ...] = ()
    rest: str = ""
    data: tuple[str, ...] = ()
    is_article: bool = False
    home: str = ""
    trail: tuple[str, ...] = ()


def read_front(capture: Capture) -> Front:
    """Read a captured page for its names, links and feeds. Never raises for what it holds."""
    head = capture.body[:4_096]
    if _FEED_ROOT.search(head):
        home, title = read_feed_site(capture)
        return Front(AddressKind.FEED, title=title, site=title, home=home)
    if looks_like_sitemap(head):
        return Front(AddressKind.SITEMAP)
    decoded = decode(capture.body, capture.header("content-type") or "")
    if decoded.hopeless:
        return Front(AddressKind.OTHER, decoded.reason)
    if data_in(decoded.text):
        return Front(AddressKind.JSON)
    try:
        page = page_of(capture, whole_text(decoded.text))
        return _front(page)
    except (ParserRejectedMarkup, RecursionError) as fault:
        return Front(AddressKind.OTHER, f"the markup cannot be parsed: {fault}"[:200])


def _front(page: Page) -> Front:
    links = tuple(_links(page))
    sample = " ".join(link.text for link in links)[:8_000] or page.title_text
    return Front(
        AddressKind.PAGE,
        title=clean_field(page.title_text),
        site=clean_field(_site(page)),
        language=read_language(page, sample, "") or "",
        links=links,
        feeds=tuple(_feeds(page)),
        rest=_rest(page),
        data=tuple(_data_files(page)),
        is_article=_calls_itself_article(page),
        home=_home(page),
        trail=tuple(_trail(page)),
    )


_DATA_NAME = lazy_pattern(r"datasource:([\w-]{8,64})", re.ASCII)
_DATA_PREFIX = lazy_pattern(r"[\w-]{1,20}", re.ASCII)


def _data_files(page: Page) -> Iterator[str]:
    """The files of data with all rows of a list, of which the page has the first: an element of
    Xinhua's program names it in two attributes, and it lies beside the page."""
    for tag in page.tree.iterfind(".//*[@preview]"):
        prefix = _DATA_PREFIX.fullmatch(attribute(tag, "preview"))
        name = _DATA_NAME.fullmatch(attribute(tag, "data"))
        if prefix and name and (address := absolute(f"{prefix[0]}{name[1]}.json", page.base)):
            yield address


_HOME_WORDS = han_pattern(
    r"(?:网站)?首页|返回首页|主页|home(?:\s?page)?|start(?:\s?page|seite)?|accueil|inicio|главная|トップ",
    re.I,
)
_MOST_LOOKED_AT = 400


def _home(page: Page) -> str:
    """Where a page says that its site begins: by `rel="home"`, else the link called so, else the
    first one that leads to a folder above it."""
    links = page.tags("a")[:_MOST_LOOKED_AT]
    for tag in (*page.tags("link")[:200], *links):
        if "home" in attribute(tag, "rel").lower().split():
            return page.address(attribute(tag, "href"))
    for tag in links:
        if _HOME_WORDS.fullmatch(clean_field(line_text(tag) or attribute(tag, "title"))):
            return page.address(attribute(tag, "href"))
    shown = [page.address(attribute(tag, "href")) for tag in links[:_BEFORE_MENU]]
    above = (url for url in shown if url != page.url and _is_above(url, page.url))
    is_own = page.url in shown and _is_above(page.url, page.url)
    is_deep = urlsplit(page.url).path.count("/") > _DEEPEST_HOME
    return next(above, page.url if is_own and not is_deep else "")


_BEFORE_MENU = 30
_DEEPEST_HOME = 2
"""Slashes in the path of a site's first page at most: `/en/`. A list, `/news/2026/`, links to
itself from its menu, too."""
_INDEX_FILE = lazy_pattern(r"(?:(?:index|default|home|main)\.\w{3,5})?", re.I)


def _is_above(url: str, here: str) -> bool:
    """Whether an address is that of a folder, and another one the same or inside it."""
    there, own = urlsplit(url), urlsplit(here)
    folder, _, name = there.path.rpartition("/")
    is_folder = not there.query and _INDEX_FILE.fullmatch(name) is not None
    return is_folder and there.netloc == own.netloc and own.path.startswith(f"{folder}/")


_TRAIL = lazy_pattern(
    r"bread-?crumb|crumbs?\b|(?<![a-z])(?:position|location|weizhi|dqwz)(?![a-z])", re.I
)
_MOST_STEPS = 8


def _trail(page: Page) -> list[str]:
    """The pages that a page says it stands under, the nearest first: by its breadcrumb, as
    structured data (schema.org, BreadcrumbList) or as links; by `rel="up"`."""
    steps: list[str] = []
    for each in page.linked[:20]:
        listed = each.get("itemListElement")
        if str(each.get("@type", "")).lower() == "breadcrumblist" and isinstance(listed, list):
            items = [step.get("item") for step in listed[:_MOST_STEPS] if isinstance(step, dict)]
            named = [item.get("@id") if isinstance(item, dict) else item for item in items]
            steps += [page.link(str(name)) for name in named if name]
    if not steps:
        for tag in page.tags("a")[:_MOST_LOOKED_AT]:
            around = (f"{attribute(each, 'class')} {attribute(each, 'id')}"
                      for each in islice(tag.iterancestors(), 4))  # fmt: skip
            if "up" in attribute(tag, "rel").lower().split() or any(map(_TRAIL.search, around)):
                steps.append(page.address(attribute(tag, "href")))
    own = page.url.rstrip("/")
    return [step for step in reversed(steps[:_MOST_STEPS]) if step and step.rstrip("/") != own]


def _rest(page: Page) -> str:
    """Where WordPress says that its REST interface is (`rel="https://api.w.org/"`)."""
    for tag in page.tags("link")[:200]:
        if attribute(tag, "rel").strip().lower() == "https://api.w.org/":
            return page.link(attribute(tag, "href"))
    return ""


def _calls_itself_article(page: Page) -> bool:
    kinds = {str(each.get("@type", "")).lower() for each in page.linked[:20]}
    said = any(kind.endswith(("article", "posting")) for kind in kinds)
    return said or page.meta("og:type").lower() == "article" or bool(page.meta("articletitle"))


def _links(page: Page) -> list[FrontLink]:
    found: dict[str, FrontLink] = {}
    for tag in page.tags("a")[:MOST_LINKS]:
        url = page.address(attribute(tag, "href"))
        if url:
            text = clean_field(line_text(tag) or attribute(tag, "title"))
            if url not in found or len(found[url].text) < len(text):
                found[url] = FrontLink(url, text)
    return list(found.values())


def _feeds(page: Page) -> list[FrontLink]:
    found: dict[str, FrontLink] = {}
    for tag in page.tags("link")[:200]:
        if "alternate" in attribute(tag, "rel").lower().split() and _FEED.search(
            attribute(tag, "type")
        ):
            url = page.link(attribute(tag, "href"))
            if url:
                found.setdefault(url, FrontLink(url, clean_field(attribute(tag, "title"))))
    return list(found.values())


def _site(page: Page) -> str:
    """The portal's name: as a meta says it, else the part of the title that portals put last."""
    for name in _NAME_METAS:
        if page.meta(name):
            return page.meta(name)
    parts = [part.strip() for part in _TITLE_PARTS.split(page.title_text) if part.strip()]
    return parts[-1] if parts else ""


# What an author calls an element, as a CSS selector: `#zoom`, `div.article`.

_NAME = lazy_pattern(r"-?[A-Za-z_][A-Za-z0-9_-]{0,60}")
_COUNTED = lazy_pattern(r"\d{3,}")
_FLEETING = frozenset(
    ("active", "on", "current", "cur", "first", "last", "odd", "even", "clearfix")
)


def name_of(sign: str, word: str) -> str:
    """`.word` or `#word` where the word can be written so and says something. Else nothing."""
    usable = _NAME.fullmatch(word) and not _COUNTED.search(word) and word.lower() not in _FLEETING
    return f"{sign}{word}" if usable else ""


def selectors_of(tag: Element) -> list[str]:
    """Ways to select an element by its own id and classes, the surest first."""
    found = [name_of("#", attribute(tag, "id"))]
    found += [name_of(".", word) for word in attribute(tag, "class").split()[:6]]
    return [name if name.startswith("#") else f"{tag.tag}{name}" for name in found if name]


# Selectors for the rows of a list, told from the rows that were found in it.

_CLIMB = 8
_MOST_ROWS = 200
_MOST_TRIED = 24
_MOST_LINKS_TRIED, _MOST_LINK_RULES, _MOST_IN_BOX = 3, 6, 12
_MOST_APART = 8


def stand_beside(capture: Capture, urls: Collection[str]) -> bool:
    """Whether all links to these addresses stand in boxes that their author calls what is beside
    the main thing of a page."""
    page = page_of(capture, whole_text(decode_list(capture.body).text))
    tags = [tag for tag in page.tags("a") if page.address(attribute(tag, "href")) in urls]
    return bool(tags) and all(any(map(_is_beside, tag.iterancestors())) for tag in tags)


def _is_beside(tag: Element) -> bool:
    return tag.tag == "aside" or _BESIDE.search(names_of(tag)[:300]) is not None


_BESIDE = lazy_pattern(
    r"(?<![a-z])(?:sid(?:e|er|ebar|e-?bar|ebox|e-?col(?:umn)?|e-?nav)s?|aside|right(?:-?(?:col|column|bar|side|box"
    r"|part|con|content|list|main))?|rank(?:ing)?|hot(?:-?(?:news|list|article|rank|spot))?"
    r"|recommend(?:ed|s)?|related|popular|most-?(?:read|viewed|popular)|trending|tuijian|paihang)"
    r"(?![a-z])",
    re.I,
)


def propose_rows(
    capture: Capture, wanted: Collection[str], links: LinkRules, zone: str
) -> ListRules | None:
    """Selectors that find the rows with these addresses and no others. None if none do."""
    text = decode(capture.body, capture.header("content-type") or "").text
    try:
        page = page_of(capture, whole_text(text))
        boxes = _boxes(page, set(wanted))
    except (ParserRejectedMarkup, RecursionError):
        return None
    best: tuple[float, ListRules] | None = None
    links_tried = 0
    for rule in list(_row_rules(boxes))[:_MOST_TRIED]:
        rules = ListRules(row=rule)
        listed = _listed(capture, rules, links, zone)
        worth = _worth(listed, wanted)
        # Rows may name a section besides, whose address the link rule takes for an article's.
        if worth <= 0 and _has_all(listed, wanted) and links_tried < _MOST_LINKS_TRIED:
            links_tried += 1
            for rules in (ListRules(row=rule, link=link) for link in _link_rules(page, boxes)):
                worth = _worth(_listed(capture, rules, links, zone), wanted)
                if worth > 0:
                    break
        if worth > 0 and (best is None or worth > best[0]):
            best = worth, rules
    best = best or _in_two_places(capture, boxes, wanted, links, zone)
    if best is None:
        return None
    dated = replace(best[1], date=_date_rule(boxes, zone, page))
    better = bool(dated.date) and _worth(_listed(capture, dated, links, zone), wanted) >= best[0]
    return dated if better else best[1]


def _boxes(page: Page, wanted: set[str]) -> dict[Element, str]:
    """The largest element around each wanted link that holds no other wanted one, and the address
    it is for. One that stands in a box of recent articles, too, has several."""
    places: dict[Element, str] = {}
    for tag in page.tags("a"):
        url = page.address(attribute(tag, "href"))
        if url in wanted:
            places[tag] = url
        if len(places) >= 3 * _MOST_ROWS:
            break
    around: dict[Element, set[str]] = {}
    for tag, url in places.items():
        for parent in tag.iterancestors():
            around.setdefault(parent, set()).add(url)
    boxes: dict[Element, str] = {}
    for tag, url in places.items():
        box = tag
        for _, parent in zip(range(_CLIMB), tag.iterancestors(), strict=False):
            if len(around[parent]) > 1 or parent.tag in ("body", "html"):
                break
            box = parent
        boxes.setdefault(box, url)
    return dict(islice(boxes.items(), _MOST_ROWS))


def _most_of(boxes: Mapping[Element, str]) -> float:
    return 0.8 * len(set(boxes.values()))


def _row_rules(boxes: Mapping[Element, str]) -> Iterator[str]:
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


def _common_rules(boxes: Mapping[Element, str]) -> list[str]:
    votes: defaultdict[str, set[str]] = defaultdict(set)
    for box, url in boxes.items():
        for rule in (*_classed(box), str(box.tag)):
            votes[rule].add(url)
    most = _most_of(boxes)
    return sorted((r for r, urls in votes.items() if len(urls) >= most), key=lambda r: "." not in r)


def _classed(box: Element) -> list[str]:
    return [f"{box.tag}{name_of('.', word)}" for word in attribute(box, "class").split()[:6]]


def _common_ancestor(boxes: Mapping[Element, str]) -> Element | None:
    """The smallest element around most of the rows: a stray one does not widen it."""
    votes: defaultdict[Element, set[str]] = defaultdict(set)
    for box, url in boxes.items():
        for parent in box.iterancestors():
            votes[parent].add(url)
    most = [node for node, urls in votes.items() if len(urls) >= _most_of(boxes)]
    return max(most, key=lambda node: sum(1 for _ in node.iterancestors()), default=None)


def _upwards(node: Element) -> Iterator[Element]:
    yield node
    yield from node.iterancestors()


def _in_two_places(
    capture: Capture,
    boxes: Mapping[Element, str],
    wanted: Collection[str],
    links: LinkRules,
    zone: str,
) -> tuple[float, ListRules] | None:
    """Selectors for rows of which some stand apart, such as the newest article above the list."""
    parts: list[tuple[int, str]] = []
    for rule, urls in _by_class(boxes).items():
        found = {row.url for row in _listed(capture, ListRules(row=rule), links, zone)}
        if found and found <= set(wanted):
            parts.append((len(urls), rule))
    for size, rule in sorted(parts, key=lambda part: -part[0])[:2]:
        got = {row.url for row in _listed(capture, ListRules(row=rule), links, zone)}
        rest = {box: url for box, url in boxes.items() if url not in got}
        if not rest or 2 * size < len(set(wanted)):
            continue
        for more in list(_row_rules(rest))[:_MOST_APART]:
            rules = ListRules(row=f"{rule}, {more}")
            worth = _worth(_listed(capture, rules, links, zone), wanted)
            if worth > 0:
                return worth, rules
    return None


def _by_class(boxes: Mapping[Element, str]) -> dict[str, set[str]]:
    """The addresses of elements with one class, by its selector: the classes that most have."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for box, url in boxes.items():
        for rule in _classed(box):
            found[rule].add(url)
    most = sorted(found, key=lambda rule: -len(found[rule]))
    return {rule: found[rule] for rule in most[:_MOST_APART]}


def _link_rules(page: Page, boxes: Mapping[Element, str]) -> list[str]:
    """Ways to select the wanted link in most rows, as the first that matches there."""
    votes: defaultdict[str, set[str]] = defaultdict(set)
    for box, url in boxes.items():
        found = list(islice(box.iterdescendants("a"), _MOST_IN_BOX))
        own = [tag for tag in found if page.address(attribute(tag, "href")) == url]
        for tag in own[:2]:
            parent = tag.getparent()
            around = [] if parent is None or parent is box else [*_classed(parent), str(parent.tag)]
            for rule in ("a", *_classed(tag), *(f"{name} > a" for name in around)):
                votes[rule].add(url)
    return [rule for rule, urls in votes.items() if len(urls) >= _most_of(boxes)][:_MOST_LINK_RULES]


def _listed(capture: Capture, rules: ListRules, links: LinkRules, zone: str) -> tuple[ListRow, ...]:
    entry = Entry(EntryKind.LIST, capture.url, rows=rules)
    return read_list(capture, entry, links, zone).rows


def _has_all(rows: Sequence[ListRow], wanted: Collection[str]) -> bool:
    return len(set(wanted) - {row.url for row in rows}) <= 0.05 * len(wanted)


def _worth(rows: Sequence[ListRow], wanted: Collection[str]) -> float:
    """How well rows are what is wanted. 0 where some are missing or others among them."""
    found = {row.url for row in rows}
    missed, more = len(set(wanted) - found), len(found - set(wanted))
    if not _has_all(rows, wanted) or more > 0.1 * len(wanted):
        return 0.0
    titled = sum(bool(row.title) for row in rows)
    dated = sum(row.published is not None for row in rows)
    return len(found) - missed - more + 0.5 * titled + 0.5 * dated


def _date_rule(boxes: Mapping[Element, str], zone: str, page: Page) -> str:
    """What selects the date in most rows. Empty if nothing does."""
    votes: defaultdict[str, set[str]] = defaultdict(set)
    for box, url in boxes.items():
        seen: set[str] = set()
        for tag in box.iterdescendants():
            text = line_text(tag) if isinstance(tag.tag, str) and tag.tag != "a" else ""
            if 4 <= len(text) <= 40 and read_row_date(text, zone, page.now) is not None:
                seen |= {*_classed(tag)} or {str(tag.tag)}
        for rule in seen:
            votes[rule].add(url)
    best = max(votes, key=lambda rule: len(votes[rule]), default="")
    return best if best and len(votes[best]) >= _most_of(boxes) else ""


# Selectors for the fields of an article, told from what its list says and from its siblings.

_MOST_DATE = 160
_LEAST_LINE = 8
_LINKED = 0.1
"""How much a linked character counts against a text, where one of the portal's own counts 1."""
_FOREIGN = 0.03


def open_pages(captures: Sequence[Capture]) -> list[Page]:
    """The pages that can be parsed."""
    pages = []
    for capture in captures:
        text = decode(capture.body, capture.header("content-type") or "").text
        try:
            pages.append(page_of(capture, text))
        except (ParserRejectedMarkup, RecursionError):
            continue
    return pages


def propose_title(pages: Sequence[Page], titles: Sequence[str]) -> str:
    """The selector that finds exactly these headlines. Empty if none does."""
    wanted = [squeeze(title) for title in titles]

    def holds(number: int, tag: Element) -> bool:
        return squeeze(line_text(tag)) == wanted[number]

    def reads(number: int, text: str) -> bool:
        return squeeze(text) == wanted[number]

    return _propose(pages, holds, reads)


def propose_date(pages: Sequence[Page], days: Sequence[date], zone: str) -> str:
    """The selector whose text begins with, or holds alone, these days. Empty if none does."""

    def reads(number: int, text: str) -> bool:
        when = read_date(text, zone) if len(text) <= _MOST_DATE else None
        return when is not None and when.day == days[number]

    def holds(number: int, tag: Element) -> bool:
        text = line_text(tag)
        return any(character.isdecimal() for character in text[:_MOST_DATE]) and reads(number, text)

    return _propose(pages, holds, reads)


def _propose(
    pages: Sequence[Page],
    holds: Callable[[int, Element], bool],
    reads: Callable[[int, str], bool],
) -> str:
    return next(_places(pages, holds, reads), "")


def _places(
    pages: Sequence[Page],
    holds: Callable[[int, Element], bool],
    reads: Callable[[int, str], bool],
) -> Iterator[str]:
    candidates = [_names_of_holders(number, page, holds) for number, page in enumerate(pages)]
    if not candidates:
        return
    common = reduce(lambda one, other: [name for name in one if name in other], candidates)
    for name in common:
        firsts = [next(page.rule_texts(name), "") for page in pages]
        if all(reads(number, text) for number, text in enumerate(firsts)):
            yield name


def _names_of_holders(number: int, page: Page, holds: Callable[[int, Element], bool]) -> list[str]:
    """Names of the elements that hold the value, the innermost first."""
    found: list[str] = []
    body = page.tags("body")
    for tag in reversed(list((body[0] if body else page.tree).iterdescendants())):
        if (
            isinstance(tag.tag, str)
            and tag.tag not in ("script", "style", "a")
            and holds(number, tag)
        ):
            found += selectors_of(tag)
            found += [f"{name} {tag.tag}" for name in _around(tag)]
            if tag.tag in ("h1", "h2", "time"):
                found.append(tag.tag)
    return list(dict.fromkeys(found))


def _around(tag: Element) -> list[str]:
    return next((names for parent in tag.iterancestors() if (names := selectors_of(parent))), [])


# The places on a page where what a person says of a field stands.

_MOST_NAMED = 160
_MOST_PLACES = 12
_LEAST_BEGINNING = 12


def places_of(capture: Capture, field: str, value: str, zone: str) -> tuple[str, ...]:
    """The selectors that find on a page what a person says a field is, the surest first. `value` is
    a title, an ISO date, a name, or the first words of the text. None where it stands nowhere."""
    pages = open_pages([capture])
    if not pages or not value.strip():
        return ()
    page = pages[0]
    if field == "body":
        return _places_of_text(page, value)
    wanted = squeeze(value)

    def says(text: str) -> bool:
        if field == "published":
            when = read_date(text, zone) if len(text) <= _MOST_DATE else None
            return when is not None and when.day.isoformat() == value[: len("2026-01-31")]
        if field == "title":
            return squeeze(text) == wanted
        return len(text) <= _MOST_NAMED and wanted in squeeze(text)

    def holds(number: int, tag: Element) -> bool:
        text = line_text(tag)
        return bool(text) and len(text) <= MAX_TITLE and says(text)

    found = [*_places(pages, holds, lambda number, text: says(text))]
    metas = (name for name in _meta_rules(page) if says(next(page.rule_texts(name), "")))
    return tuple(dict.fromkeys([*found, *metas]))[:_MOST_PLACES]


def _meta_rules(page: Page) -> Iterator[str]:
    for tag in page.tags("meta"):
        for key in ("name", "property", "itemprop"):
            name = attribute(tag, key).strip()
            if re.fullmatch(r"[\w:.-]{1,80}", name):
                yield f'meta[{key}="{name}"]'


def _places_of_text(page: Page, beginning: str) -> tuple[str, ...]:
    """The elements whose running text begins so, the one that holds most of it first."""
    key = squeeze(beginning)
    if len(key) < _LEAST_BEGINNING:
        return ()
    line = next((each for each in page.lines if key in squeeze(each.text)), None)
    if line is None:
        return ()
    sums = measure(page).sums
    around = [tag for tag in (line.tag, *line.tag.iterancestors()) if tag.tag not in _PAGE]
    begun = [tag for tag in around if key in squeeze(raw_text(tag)[:_MOST_BEFORE])]
    ranked = sorted(begun, key=lambda tag: -sums.get(tag, 0.0))
    names = ((name, tag) for tag in ranked for name in selectors_of(tag))
    found = [name for name, tag in names if tag in page.select(name)[:1]]
    return tuple(dict.fromkeys(found))[:_MOST_PLACES]


_PAGE = ("html", "body")
_MOST_BEFORE = 600
"""Characters before the first words: a byline, the caption of a picture."""


def repeated_lines(bodies: Sequence[str]) -> set[str]:
    """Lines that stand in more than one of these texts."""
    seen = Counter(line for body in bodies for line in {squeeze(part) for part in body.split("\n")})
    return {line for line, count in seen.items() if count > 1 and len(line) >= _LEAST_LINE}


def propose_body(pages: Sequence[Page]) -> tuple[str, int]:
    """The selector of the element with the most text that is this article's alone, and how many
    characters of it the shortest page has. ("", 0) if no element is free of the portal's own."""
    if len(pages) < 2:
        return "", 0
    texts = [dict(_named(page)) for page in pages]
    shared = Counter(line for page in pages for line in {squeeze(each.text) for each in page.lines})
    boilerplate = {line for line, count in shared.items() if count > 1}
    own = [_own_sizes(page, boilerplate) for page in pages]
    best = ("", 0)
    for name in texts[0]:
        if not all(name in known for known in texts):
            continue
        size = min(sizes.get(known[name], 0) for known, sizes in zip(texts, own, strict=True))
        if size >= best[1] and size:
            best = name, size
    return best


def _named(page: Page) -> Iterator[tuple[str, Element]]:
    """Elements that one name alone selects, outer before inner."""
    names: dict[str, list[Element]] = {}
    for tag in page.tree.iter("div", "article", "section", "td", "main"):
        for name in selectors_of(tag):
            names.setdefault(name, []).append(tag)
    yield from ((name, tags[0]) for name, tags in names.items() if len(tags) == 1)


def _own_sizes(page: Page, boilerplate: set[str]) -> dict[Element, int]:
    """Characters of text of each element. None where it holds the portal's own lines, or many
    links."""
    sizes: Counter[Element] = Counter()
    foreign: defaultdict[Element, float] = defaultdict(float)
    for line in page.lines:
        size = len(line.text)
        other = size if squeeze(line.text) in boilerplate else 0
        for tag in (line.tag, *line.tag.iterancestors()):
            sizes[tag] += size
            foreign[tag] += other + line.linked * _LINKED
    return {tag: size for tag, size in sizes.items() if foreign[tag] <= _FOREIGN * size}


# How an unknown list goes on: the rules a source may say of what its first page shows.


@dataclass(frozen=True, slots=True)
class Way:
    """One way on: the rule as `paging` in a source says it, why, the next page's address, how many
    pages there are (0: it does not say), the form that has to be sent for it, if one has to, and a
    page after the next where the next may bring what the first shows."""

    rule: str
    why: str
    following: str
    total: int = 0
    form: PageForm | None = None
    later: str = ""


def guess_ways(capture: Capture, links: LinkRules, rows: Collection[str] = ()) -> tuple[Way, ...]:
    """The ways on from a captured list page, the surest first. `links` names the hosts, `rows` the
    addresses of its rows where they are known."""
    decoded = decode(capture.body, capture.header("content-type") or "")
    if decoded.hopeless:
        return ()
    if decoded.text.lstrip("\ufeff \r\n\t")[:1] in ("{", "["):
        found = pager_of(parse_json(decoded.text), capture.final_url or capture.url, len(rows))
        rule = PagingKind.AUTO.value
        return (Way(rule, found.why, found.next, found.total),) if found.next else ()
    try:
        page = page_of(capture, whole_text(decoded.text))
        return tuple(
            way if way.form is None else _sendable(way, way.form, capture, decoded.encoding)
            for way in _ways(page, links, rows)
        )
    except (ParserRejectedMarkup, RecursionError):
        return ()


def archive_pages(capture: Capture) -> tuple[str, ...]:
    """The archives by month or by year, newest first, that a captured page links to which is none
    of them itself."""
    decoded = decode(capture.body, capture.header("content-type") or "")
    if decoded.hopeless:
        return ()
    try:
        return archives_on(page_of(capture, whole_text(decoded.text)))
    except (ParserRejectedMarkup, RecursionError):
        return ()


def _sendable(way: Way, form: PageForm, capture: Capture, encoding: str) -> Way:
    form = sendable(form, capture, encoding)
    return replace(way, following=form.address, form=form)


def script_ways(
    capture: Capture, script: Capture, links: LinkRules, rows: Collection[str] = ()
) -> tuple[tuple[Way, ...], str]:
    """The way on that a script which a list page loads asks for, or why it cannot be gone, in one
    line. Nothing where the script does not bring rows."""
    decoded = decode(capture.body, capture.header("content-type") or "")
    program = decode(script.body, script.header("content-type") or "")
    if decoded.hopeless or program.hopeless:
        return (), ""
    try:
        page = page_of(capture, whole_text(decoded.text))
        shown = scripted_pager(page, rows, program.text)
    except (ParserRejectedMarkup, RecursionError):
        return (), ""
    if shown.kind != "numbered":
        return (), shown.why if shown.kind == "unread" else ""
    if not is_on(shown.next, links):
        return (), f"{shown.why}, which is on another host"
    rule = f"{shown.pattern} from {shown.first}" if shown.pattern else PagingKind.AUTO.value
    return (Way(rule, shown.why, shown.next),), ""


def shown_times(capture: Capture) -> tuple[datetime, ...]:
    """The days with a time that the short lines of a captured page show: with an offset where a
    zone stands beside the time, else naive."""
    page = _page_in(capture)
    if page is None:
        return ()
    try:
        lines = [line.text for line in page.lines if len(line.text) <= _LONGEST_LINE]
    except RecursionError:
        return ()
    found = (each.when.value for line in lines for each in find_dates(line, ""))
    return tuple(value for value in found if isinstance(value, datetime))


_LONGEST_LINE = 200


def unread_pages(capture: Capture, links: LinkRules, rows: Collection[str] = ()) -> str:
    """What a captured list page shows of further pages to which no rule leads, in one line. Empty
    where it shows none."""
    page = _page_in(capture)
    if page is None:
        return ""
    try:
        entry = Entry(EntryKind.LIST, page.url, Paging(PagingKind.AUTO))
        return pages_left(page, entry, links, rows)
    except (ParserRejectedMarkup, RecursionError):
        return ""


def scripted_rows(capture: Capture) -> str:
    """A call of the rows of a captured page that lead on by a script nobody understands. Empty
    where there are none."""
    page = _page_in(capture)
    return rows_by_script(page) if page is not None else ""


def folded_on(capture: Capture) -> FoldedArticles | None:
    """The articles that a captured page holds folded. None where it holds none."""
    page = _page_in(capture)
    return folded_articles(page) if page is not None else None


def next_page(capture: Capture) -> str:
    """The address behind "next" on a captured page. Empty where there is none."""
    page = _page_in(capture)
    return next_address(page) if page is not None else ""


def ways_on(capture: Capture) -> frozenset[str]:
    """The addresses of a captured page's links that say that they lead to its other pages."""
    return frozenset(link.url for link in read_front(capture).links if is_way_on(link.text))


def frames_of(capture: Capture) -> tuple[str, ...]:
    """The addresses of the frames of a captured page that are of its own host, and of the data that
    its elements name for a script, in order."""
    page = _page_in(capture)
    if page is None:
        return ()
    tags = [tag for tag in page.tree.iter("frame", "iframe") if isinstance(tag.tag, str)]
    named = (page.address(attribute(tag, "src")) for tag in tags[:_MOST_FRAMES])
    here = _host_of(page.url)
    kept = (url for url in named if here and _host_of(url) == here and url != page.here)
    return tuple(dict.fromkeys((*kept, *addresses_in_attributes(page))))


_MOST_FRAMES = 30


def _host_of(url: str) -> str:
    try:
        return authority_of(url)
    except ValueError:
        return ""


def _page_in(capture: Capture) -> Page | None:
    """A captured page as lists are read. None where it is none."""
    decoded = decode(capture.body, capture.header("content-type") or "")
    if decoded.hopeless:
        return None
    try:
        return page_of(capture, whole_text(decoded.text))
    except (ParserRejectedMarkup, RecursionError):
        return None


def _ways(page: Page, links: LinkRules, rows: Collection[str]) -> Iterator[Way]:
    shown = shown_pager(page, rows)
    total = shown.total or (1 + len(shown.pages) if shown.kind in ("script", "numbered") else 0)
    # Where its archive follows its last page, counting would end before.
    if shown.pattern and shown.kind == "numbered" and not own_archives(page, rows):
        rule = f"{shown.pattern} from {shown.first}"
        paging = Paging(PagingKind.PATTERN, shown.pattern, shown.first)
        yield from _way(page, links, rule, paging, shown.why, total, rows)
    for kind, why in (
        (PagingKind.SCRIPT, shown.why if shown.kind == "script" else "a script counts its pages"),
        (PagingKind.NEXT, "it links to its next page"),
        (PagingKind.FORM, shown.why if shown.kind == "form" else "a form asks for its next page"),
        (PagingKind.AUTO, shown.why),
    ):
        yield from _way(page, links, kind.value, Paging(kind), why, total, rows)
    for following in stated_next(page):
        yield Way(PagingKind.AUTO.value, "its data name the next page", following)


def _way(
    page: Page,
    links: LinkRules,
    rule: str,
    paging: Paging,
    why: str,
    total: int,
    rows: Collection[str],
) -> Iterator[Way]:
    """The way, if a crawl that had this rule would find one."""
    more, form = read_onward(page, Entry(EntryKind.LIST, page.url, paging), links, rows)
    if more:
        may_repeat = paging.kind is PagingKind.SCRIPT or names_archive(more[0])
        later = more[1] if len(more) > 1 and may_repeat else ""
        yield Way(rule, why, more[0], total, form, later)
