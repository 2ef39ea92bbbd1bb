"""The lists of an unknown portal: which rows are articles, what shape their addresses have, and
where a crawl may begin (list pages behind a home page, feeds, sitemaps).

Judges pages it is given. Rows and pagers are found by `scraper.parsing`. What is decided here is
which of them to believe and what a source has to say for a crawl to find the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from statistics import median
from urllib.parse import urljoin, urlsplit

from hubwatch.patterns import lazy_pattern
from scraper.parsing import languages
from scraper.parsing.feeds import read_feed
from scraper.parsing.lists.dated_archives import is_month, names_archive
from scraper.parsing.lists.json_lists import read_json_list
from scraper.parsing.lists.read import read_list
from scraper.parsing.lists.ways_on import is_section, is_way_on
from scraper.parsing.sitemaps import read_sitemap
from scraper.parsing.survey import (
    Front,
    FrontLink,
    Way,
    propose_rows,
    read_front,
    stand_beside,
    ways_on,
)
from scraper.sources.address_patterns import generalise
from scraper.sources.links import (
    ASSETS,
    DOCUMENTS,
    Refusal,
    authority_of,
    compile_link,
    is_article,
    plain_parts,
    target_of,
)
from scraper.sources.listing_addresses import listing_shape, lists_others
from scraper.sources.model import Entry, EntryKind, LinkRules, ListRules, Paging, PagingKind
from storage.lists import ListRow
from storage.runs import FetchKind
from storage.text import han_pattern
from storage.types import Capture
from storage.urls import route_of_fragment

from .. import _
from ..text import pluralise
from .pages import PageSource

NO_RULES = ListRules()
FEWEST = 3
"""Fewer rows are no list."""
_SHORT = 0.4
_MOSTLY = 0.5
_WORDY, _NUMBERED = 20, 12
"""So long are headlines without a date, and those whose address holds a number."""
_SECOND_LEVEL = frozenset(("gov", "com", "org", "net", "edu", "ac", "co"))


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as understood. `allow` are link shapes, `deny` those of its other pages, `rules`
    row selectors (empty where none are needed), `surplus` links that no rule keeps out."""

    url: str
    rows: tuple[ListRow, ...]
    hosts: tuple[str, ...]
    allow: tuple[str, ...]
    deny: tuple[str, ...] = ()
    rules: ListRules = NO_RULES
    surplus: int = 0
    off_site: tuple[str, ...] = ()
    """The hosts to which rows among the articles' lead, one a row."""
    documents: tuple[str, ...] = ()
    """Shapes of the files that rows among the articles' lead to."""
    beside: tuple[str, ...] = ()
    """Addresses in a box that stands beside every page of the list, and are none of its rows."""

    @property
    def links(self) -> LinkRules:
        """The link rule that a source would have."""
        return link_rules(self.hosts, self.allowed, self.deny)

    @property
    def allowed(self) -> tuple[str, ...]:
        """The shapes of articles, files among them."""
        return (*self.allow, *self.documents) if self.allow else ()

    @property
    def dated(self) -> float:
        """The share of rows with a date."""
        return sum(row.published is not None for row in self.rows) / max(1, len(self.rows))

    @property
    def is_strict(self) -> bool:
        """Whether the shapes of its articles say more than "one more part of the path"."""
        return all(any(mark in each for mark in ("{yyyy", "{id}", "{hex}")) for each in self.allow)

    @property
    def worth(self) -> float:
        """How good a list this is, for comparing."""
        return min(len(self.rows), 40) * (1 + self.dated)


def link_rules(
    hosts: Sequence[str], allow: Sequence[str] = (), deny: Sequence[str] = ()
) -> LinkRules:
    """A link rule from shapes."""
    allowed, denied = map(compile_link, allow), map(compile_link, deny)
    return LinkRules(tuple(hosts), tuple(allowed), tuple(denied), tuple(allow), tuple(deny))


def find_listing(capture: Capture, zone: str) -> Listing | None:
    """The list on a captured page, nothing known of it before. None if there is none."""
    url = capture.final_url or capture.url
    hosts: tuple[str, ...] = (authority_of(url),)
    entry = Entry(EntryKind.LIST, url, Paging(PagingKind.AUTO))
    listed = read_list(capture, entry, LinkRules(hosts), zone)
    sisters = _sisters(hosts[0], listed.off_site, len(listed.rows))
    if sisters:
        hosts = (*hosts, *sisters)
        listed = read_list(capture, entry, LinkRules(hosts), zone)
    pagers = ways_on(capture)
    rows = [
        row
        for row in listed.rows
        if row.url != url
        and not is_home(row.url)
        and not lists_others(row.url)
        and not is_section(row.title)
        and not (names_archive(row.url) and is_month(row.title))
        and not (row.url in pagers and (not row.title or is_way_on(row.title)))
        and not (row.url in listed.more and _same_path(row.url, url))
    ]
    kept, shapes = _believed(rows)
    if len(kept) < FEWEST:
        issue = _page_of_issue(capture, hosts, zone)
        return issue or _list_of_documents(entry, capture, hosts, zone)
    documents = _document_shapes(row.url for row in listed.refused if row.why == Refusal.FILE)
    named = (authority_of_or_none(row.url) for row in listed.off_site)
    away = tuple(host for host in named if host is not None)
    return Listing(url, tuple(kept), hosts, shapes, off_site=away, documents=documents)


def _same_path(one: str, other: str) -> bool:
    """Whether two addresses differ by what is asked of one page alone."""
    return urlsplit(one).path == urlsplit(other).path


def _document_shapes(urls: Iterable[str]) -> tuple[str, ...]:
    """The shapes of documents, by the folder they lie in: as far as none of its names has a
    number, which is mostly a day's."""
    shapes: dict[str, None] = {}
    for url in urls:
        parts = urlsplit(url)
        ending = DOCUMENTS.search(parts.path)
        if ending is None or set(parts.path) & set("{}[]%"):
            continue
        folders = parts.path.split("/")[1:-1]
        kept = takewhile(lambda name: not any(map(str.isdigit, name)), folders)
        shapes["".join(f"/{name}" for name in kept) + f"/{{any}}{ending[0].lower()}"] = None
    return tuple(shapes)[:_MOST_DOCUMENTS]


_MOST_DOCUMENTS = 3


def _list_of_documents(
    entry: Entry, capture: Capture, hosts: tuple[str, ...], zone: str
) -> Listing | None:
    """A list whose articles are files, as a register of bulletins is: rows with headlines, most of
    them dated, that lead to nothing else. None for the few files that any page may offer."""
    linked = (link.url for link in read_front(capture).links)
    shapes = _document_shapes(url for url in linked if authority_of_or_none(url) in hosts)
    if not shapes:
        return None
    links = link_rules(hosts, shapes)
    rows = read_list(capture, entry, links, zone).rows
    days = {row.published.day for row in rows if row.published is not None}
    if len(rows) < FEWEST or len(days) < FEWEST or _dated(rows) < _MOSTLY:
        return None
    if not _are_headlines(rows, strict=True) or _length(rows) < _NUMBERED:
        return None
    return Listing(entry.url, rows, hosts, shapes)


def _page_of_issue(capture: Capture, hosts: tuple[str, ...], zone: str) -> Listing | None:
    """The rows of a page of a daily paper, however few: links with the words of a headline and the
    day in their address, beside those to the other pages of the issue. None for other pages."""
    url = capture.final_url or capture.url
    links = read_front(capture).links
    if not holds_day(url) or sum(is_section(link.text) for link in links) < _LEAST_PAGES:
        return None
    named = [
        link.url
        for link in links
        if authority_of_or_none(link.url) in hosts
        and holds_day(link.url)
        and size_of(link.text) >= _NUMBERED
        and not (
            is_section(link.text) or is_way_on(link.text) or ASSETS.search(urlsplit(link.url).path)
        )
    ]
    shapes = shapes_of(named)
    if not shapes or is_article(url, link_rules(hosts, shapes)):
        return None
    rows = read_list(capture, Entry(EntryKind.LIST, url), link_rules(hosts, shapes), zone).rows
    return Listing(url, rows, hosts, shapes) if rows else None


_LEAST_PAGES = 2


def holds_day(url: str) -> bool:
    """Whether the path of an address holds a day: `/html/2026-03/05/node_2.htm`."""
    return _DAY_IN_PATH.search(urlsplit(url).path) is not None


_DAY_IN_PATH = lazy_pattern(
    r"(?<!\d)(?:19|20)\d\d(?:[-_/]?(?:0[1-9]|1[0-2])[-_/]?(?:0[1-9]|[12]\d|3[01])"
    r"|[-_/](?:[1-9]|1[0-2])[-_/](?:[1-9]|[12]\d|3[01]))(?!\d)"
)


def read_alike(capture: Capture, known: Listing, zone: str) -> Listing | None:
    """The rows of a list that is known, on a captured page of it, however few: a day's or a week's
    page may have one. None without any."""
    url = capture.final_url or capture.url
    rows = read_list(capture, Entry(EntryKind.LIST, url), known.links, zone).rows
    return replace(known, url=url, rows=rows) if rows else None


def joined(first: Listing, more: Sequence[Listing], others: Collection[str]) -> Listing:
    """A list with the rows of its further pages. Shapes are those of all rows. `others` are the
    addresses of those pages, which are no articles."""
    rows = {row.url: row for listing in (first, *more) for row in listing.rows}
    kept = [row for url, row in rows.items() if url not in others]
    # A row may lead, by a redirect, to where a box beside the list leads.
    allow = shapes_of([*(row.url for row in kept), *first.beside])
    hosts = tuple(dict.fromkeys(host for listing in (first, *more) for host in listing.hosts))
    deny = _denied(link_rules(hosts, allow), [row.url for row in kept], others)
    files = tuple(dict.fromkeys(shape for one in (first, *more) for shape in one.documents))
    return replace(
        first,
        rows=tuple(kept),
        hosts=hosts,
        allow=allow,
        deny=deny,
        documents=files[:_MOST_DOCUMENTS],
    )


def without_boxes(first: Listing, second: Listing, capture: Capture) -> tuple[Listing, Listing]:
    """Two pages of a list without what stands on both of them beside its rows: latest notices, what
    is read most. Such rows are of another section than all others, or their box is called so.
    `capture` is the first page. A few that are the same may be pinned, and stay."""
    there = {row.url for row in second.rows}
    same = [row.url for row in first.rows if row.url in there]
    own = [row.url for row in first.rows if row.url not in there]
    if len(same) < FEWEST or len(own) < FEWEST or there <= set(same):
        return first, second
    sections = {_section_of(url) for url in own}
    if sections & {_section_of(url) for url in same} and not stand_beside(capture, set(same)):
        return first, second
    one, other = (
        replace(each, rows=tuple(row for row in each.rows if row.url not in same))
        for each in (first, second)
    )
    return replace(one, beside=tuple(same)), other


def with_boxes(found: Listing, first: Capture, second: Capture, zone: str) -> Listing:
    """The list with what its shapes would take on both of these pages and is none of its rows."""
    wanted = {row.url for row in found.rows}
    shown = [
        {row.url for row in _read(capture, found, NO_RULES, zone)} for capture in (first, second)
    ]
    same = sorted(shown[0] & shown[1] - wanted)
    beside = tuple(dict.fromkeys((*found.beside, *same)))
    return replace(found, beside=beside) if len(same) >= FEWEST else found


def _section_of(url: str) -> str:
    """The folders at the head of an address that are words."""
    parts = urlsplit(url)
    words = takewhile(lambda part: not any(map(str.isdigit, part)), parts.path.split("/")[1:-1])
    return "/".join((parts.netloc, *words))


def with_denials(found: Listing, urls: Iterable[str]) -> Listing:
    """The list with shapes that keep out those of these addresses which list others (tags, authors,
    months, feeds) where the shapes of the articles would take them."""
    wanted = [row.url for row in found.rows]
    shapes = list(found.deny)
    for url in urls:
        shape = (listing_shape(url) or _index_shape(url)) if is_article(url, found.links) else ""
        if not shape or shape in shapes:
            continue
        rule = link_rules(found.hosts, (shape,))
        if not any(is_article(each, rule) for each in wanted):
            shapes.append(shape)
            found = replace(found, deny=tuple(shapes))
    return found


def _index_shape(url: str) -> str:
    """The address of a folder's own page, `/blog/index.html`. Empty for any other."""
    path = urlsplit(url).path
    name = path.rpartition("/")[2]
    return path if name and _HOME.fullmatch(f"/{name}") and not name.isdecimal() else ""


def deny_alike(found: Listing, urls: Sequence[str]) -> Listing:
    """The list with shapes that keep these addresses out, where they take none of its articles."""
    shapes = _denied(found.links, [row.url for row in found.rows], urls)
    more = tuple(shape for shape in shapes if shape not in found.deny)
    return replace(found, deny=(*found.deny, *more)) if more else found


def deny_page(found: Listing, url: str) -> Listing:
    """The list with a shape that keeps this one address out, if the language of shapes can say
    it."""
    shape = target_of(plain_parts(urlsplit(url)))
    if set(shape) & set("{}[]") or shape in found.deny:
        return found
    return replace(found, deny=(*found.deny, shape))


def with_row_rules(found: Listing, capture: Capture, zone: str) -> Listing:
    """The list as a crawl would read it: with row selectors if the links of navigation have the
    articles' shape, so that shapes alone would take them."""
    wanted = {row.url: row for row in found.rows}
    here = _read(capture, found, ListRules(), zone)
    on_page = [url for url in wanted if any(row.url == url for row in here)]
    surplus = [
        row
        for row in here
        if row.url not in wanted and (row.url in found.beside or _is_odd(row, found.rows))
    ]
    missing = len(on_page) < FEWEST
    if not surplus and not missing:
        return found
    if missing:
        on_page = list(wanted)
    if found.beside and (first := find_listing(capture, zone)) is not None:
        # A box may show some of the further pages' rows, too. What stands on this page alone, in a
        # card above the rows and with a day as they have, is an article.
        lone = [
            row
            for row in here
            if row.url not in wanted
            and row not in surplus
            and (row.published is not None or found.dated < _MOSTLY)
        ]
        on_page = [row.url for row in first.rows if row.url in wanted]
        on_page += [row.url for row in lone]
    if found.documents:  # rows of the list as well, but not of those that were counted
        files = link_rules(found.hosts, found.documents)
        on_page += [row.url for row in here if row.url not in wanted and is_article(row.url, files)]
    # The newest article may stand above the list, in a card of its own and with its day.
    before = takewhile(lambda row: row.url not in wanted, here)
    lead = [row for row in before if row not in surplus and row.published is not None]
    with_lead = [*(row.url for row in lead), *on_page]
    rules = propose_rows(capture, with_lead, found.links, zone) if lead else None
    if rules is not None:
        return replace(found, rows=(*lead, *found.rows), rules=rules)
    rules = propose_rows(capture, on_page, found.links, zone)
    if rules is not None:
        return replace(found, rules=rules)
    allow = shapes_of(list(wanted)) if found.beside else found.allow
    return replace(found, surplus=len(surplus), allow=allow)


def shapes_of(urls: Sequence[str]) -> tuple[str, ...]:
    """The shapes of these addresses, as a link rule writes them."""
    return tuple(shape.text for shape in generalise(urls))


def _read(capture: Capture, found: Listing, rules: ListRules, zone: str) -> tuple[ListRow, ...]:
    return read_list(capture, Entry(EntryKind.LIST, found.url, rows=rules), found.links, zone).rows


def _believed(rows: Sequence[ListRow]) -> tuple[list[ListRow], tuple[str, ...]]:
    """The rows that are articles, and their shapes: those of the best kind of address, and of
    other kinds that look alike."""
    shapes = generalise([row.url for row in rows])
    rules = {shape.text: link_rules(_hosts(rows), (shape.text,)) for shape in shapes}
    groups: dict[str, list[ListRow]] = {shape.text: [] for shape in shapes}
    for row in rows:
        taker = next((text for text, rule in rules.items() if is_article(row.url, rule)), None)
        if taker is not None:
            groups[taker].append(row)
    worth = {s.text: _worth(groups[s.text], strict=s.is_strict) for s in shapes}
    best = max(worth, key=lambda text: worth[text], default="")
    strict = any(shape.is_strict for shape in shapes if shape.text == best)
    if not best or not _are_headlines(groups[best], strict=strict):
        return [], ()
    alike = [text for text in groups if _is_alike(groups[text], groups[best])]
    taken = {row.url for text in alike for row in groups[text]}
    return [row for row in rows if row.url in taken], tuple(alike)


def _hosts(rows: Sequence[ListRow]) -> tuple[str, ...]:
    named = (authority_of_or_none(row.url) for row in rows)
    return tuple({each for each in named if each is not None})


def _worth(rows: Sequence[ListRow], *, strict: bool) -> float:
    if not rows:
        return 0.0
    length = _length(rows)
    if length < 4:
        return 0.0
    titles = len({row.title for row in rows})
    return titles * (0.2 + 0.5 * strict + _dated(rows) + min(length / 20, 1.5))


def _are_headlines(rows: Sequence[ListRow], *, strict: bool) -> bool:
    """Whether rows are of articles, not of navigation: dated, or with words enough. A menu that
    stands under each of its headings has one text in many rows, and one beside today's date that
    day in all of them."""
    days = {row.published.day for row in rows if row.published is not None}
    if _dated(rows) >= 0.5 and (len(days) > 1 or _length(rows) >= _NUMBERED):
        return True
    own = len({row.title for row in rows})
    return 2 * own > len(rows) and _length(rows) >= (_NUMBERED if strict else _WORDY)


def _is_alike(rows: Sequence[ListRow], best: Sequence[ListRow]) -> bool:
    """Whether rows of another shape look like those of the best: headlines as long, dates too."""
    if rows is best:
        return True
    if not rows or _length(rows) < max(4, _SHORT * _length(best)):
        return False
    return not (_dated(best) > 0.5 and _dated(rows) < 0.5)


def _dated(rows: Sequence[ListRow]) -> float:
    return sum(row.published is not None for row in rows) / max(1, len(rows))


def _length(rows: Sequence[ListRow]) -> float:
    return median(size_of(row.title) for row in rows) if rows else 0.0


def size_of(text: str) -> int:
    """Characters, Han ones twice: a headline of ten says as much as one of twenty letters."""
    return sum(2 if "\u3400" <= character <= "\u9fff" else 1 for character in text)


def _is_odd(row: ListRow, rows: Sequence[ListRow]) -> bool:
    """Whether a link that the shapes take is no headline, as those of navigation are."""
    return size_of(row.title) < max(6, _SHORT * _length(rows))


def _denied(links: LinkRules, wanted: Sequence[str], others: Collection[str]) -> tuple[str, ...]:
    """Shapes that keep the list's other pages out where the articles' shapes would take them."""
    taken = [url for url in others if is_article(url, links)]
    found = []
    for shape in generalise(taken):
        rule = link_rules(links.hosts, (shape.text,))
        if not any(is_article(url, rule) for url in wanted):
            found.append(shape.text)
    return tuple(found)


def _sisters(host: str, away: Sequence[ListRow], own: int) -> tuple[str, ...]:
    """Hosts of the same domain to which a good part of the rows leads."""
    counts: dict[str, int] = {}
    for row in away:
        other = authority_of_or_none(row.url)  # what leads nowhere is no host's
        if other is not None and _domain(other) == _domain(host):
            counts[other] = counts.get(other, 0) + 1
    least = max(2, own // 5)
    return tuple(other for other, count in counts.items() if count >= least)


def _domain(authority: str) -> str:
    """The part of a name that is registered, near enough: `guiyang.gov.cn`, `example.org`."""
    labels = authority.partition(":")[0].split(".")
    size = 3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-size:])


# Where a crawl may begin.

MOST_LISTS = 6
_HEADING = 32
"""Longer words of a link are a headline, not the heading of a list."""
_MOST_FEEDS, _MOST_SITEMAPS, _MOST_PARTS = 3, 1, 4
_REST_PAGES = 10
_HALF = 0.5
_LOAD_MORE = (*languages.LOAD_MORE, "more")
_COMMENTS = lazy_pattern(r"\bcomments?\b|评论|留言", re.I)
_WORDS = (
    (
        5,
        rf"\b{languages.any_of(languages.NEWS_OF_LETTERS)}\b"
        rf"|{languages.any_of(languages.NEWS_OF_SYLLABLES)}|要闻|资讯",
    ),
    (4, rf"{languages.any_of(languages.SHOW_ALL)}\Z"),
    (4, r"\blatest\b|\bupdates?\b|what.?s new|动态|快讯|时政"),
    (4, r"\barchives?\b|\ball (?:posts|news|articles|stories)\b|\bblog\b|归档|全部|所有文章"),
    (3, r"press release|headlines?|bulletin|announcements?|notices?|公告|通知|公示|发布"),
    (
        2,
        rf"{languages.any_of(_LOAD_MORE)}\W{{0,9}}\Z"
        r"|\bmore\b|\blist\b|\bstories\b|media|更多|信息|政务",
    ),
)
_ABOVE_ARTICLES, _SURE = 3, 4
_IN_PATH = lazy_pattern(
    r"news|list|archive|blog|posts|xw|zx|dt|tz|gg|yw|press|release|notice|update", re.I
)
_FILE_END = lazy_pattern(r"(?<=[^/])\.(?:s?html?|aspx?|php|jsp)\Z", re.I)
_ALL_WORDS = languages.any_of((*languages.SHOW_ALL, *_LOAD_MORE))
_ALL_OF_IT = han_pattern(rf"[\[【(（+]?{_ALL_WORDS}[\s»›→>＞….+\]】)）]{{0,9}}", re.I)
_HOME = lazy_pattern(r"/?(?:index|default|home|main)?(?:\.(?:s?html?|aspx?|php|jsp))?", re.I)


@dataclass(frozen=True, slots=True)
class EntryCandidate:
    """A feed, sitemap or REST interface: what it lists. `reason` says why it cannot be used,
    `stated` how many items it says that it has, `strangers` whether pages that are no articles have
    the shape of the articles in it."""

    kind: EntryKind
    url: str
    rows: tuple[ListRow, ...] = ()
    parts: int = 0
    reason: str = ""
    stated: int = 0
    rules: ListRules = NO_RULES
    paging: str = ""
    max_pages: int = 0
    capture: Capture | None = None
    strangers: bool = False

    @property
    def dated(self) -> float:
        """The share of rows with a date."""
        return sum(row.published is not None for row in self.rows) / max(1, len(self.rows))


def is_home(url: str) -> bool:
    """Whether an address is that of a front page."""
    parts = urlsplit(url)
    has_route = bool(route_of_fragment(parts.fragment))
    return not (parts.query or has_route) and _HOME.fullmatch(parts.path) is not None


def list_links(front: Front, url: str, known: Listing | None) -> tuple[FrontLink, ...]:
    """The links of a page that sound like lists of news, or lead to the folder of what `known`
    lists, the likeliest first, bounded. The articles of `known` are left out."""
    here = authority_of(url)
    rows = {row.url for row in known.rows} if known is not None else set()
    scored = []
    for at, link in enumerate(front.links):
        if authority_of_or_none(link.url) != here or link.url.rstrip("/") == url.rstrip("/"):
            continue
        score = _title_score(link)
        is_shaped = known is not None and is_article(link.url, known.links)
        if link.url in rows or (
            known is not None and is_shaped and (known.is_strict or score < _SURE)
        ):
            continue
        score += is_shaped  # it stands beside them
        if lies_above(link.url, rows):
            score += _ABOVE_ARTICLES
        if score > 0 and not is_home(link.url):
            scored.append((-score, at, link))
    return tuple(link for _, _, link in sorted(scored)[:MOST_LISTS])


def lies_above(url: str, rows: Collection[str], least: int = 0) -> bool:
    """Whether most of these articles, or `least` of them, lie in the folder of this address: below
    `/news/`, `/news` or `/news.html`."""
    below = f"{_FILE_END.sub('', url.partition('?')[0]).rstrip('/')}/"
    inside = sum(each.startswith(below) for each in rows)
    return inside >= (least or len(rows) // 2 + 1)


def names_all(link: FrontLink) -> bool:
    """Whether the words of a link say that it leads to all, or more, of what a page shows some
    of."""
    return _ALL_OF_IT.fullmatch(link.text.strip()[: _HEADING + 1]) is not None


def menu_links(front: Front, url: str) -> tuple[FrontLink, ...]:
    """The first links of a page that are as short as headings and stay on its host, bounded."""
    here = authority_of(url)
    short = [
        link
        for link in front.links
        if authority_of_or_none(link.url) == here
        and 0 < size_of(link.text.strip()) <= _HEADING
        and link.url.rstrip("/") != url.rstrip("/")
        and not is_home(link.url)
        and not lists_others(link.url)
    ]
    return tuple(short[:MOST_LISTS])


def authority_of_or_none(url: str) -> str | None:
    """The authority of an address. None for what is no http(s) address."""
    try:
        return authority_of(url)
    except ValueError:
        return None


def _title_score(link: FrontLink) -> int:
    text = link.text.strip().lower()
    if not text or size_of(text) > _HEADING:
        return 0
    score = max((points for points, words in _WORDS if re.search(words, text)), default=0)
    whole = any(re.fullmatch(words, text) for _points, words in _WORDS)  # and no part of a menu's
    return score + whole + (_IN_PATH.search(urlsplit(link.url).path) is not None)


def find_candidates(
    fronts: Sequence[Front], url: str, pages: PageSource, listing: Listing | None, zone: str
) -> tuple[EntryCandidate, ...]:
    """The feeds and the REST interface that pages announce, and the sitemaps that robots.txt names
    or that stand where they mostly do, each tried."""
    hosts = listing.hosts if listing else (authority_of(url),)
    found = [
        try_feed(address, pages, hosts, zone) for address in _feed_addresses(fronts)[:_MOST_FEEDS]
    ]
    for address in dict.fromkeys(front.rest for front in fronts if front.rest):
        if authority_of_or_none(address) in hosts:
            found.append(try_rest(address, pages, hosts, zone))
    for address in dict.fromkeys(each for front in fronts for each in front.data):
        found.append(try_data(address, pages, hosts, zone))
    named = [each for each in pages.sitemaps(url) if authority_of_or_none(each) in hosts]
    guessed = [] if named else [urljoin(url, "/sitemap.xml")]
    for address in (named or guessed)[:_MOST_SITEMAPS]:
        candidate = try_sitemap(address, pages, hosts, zone, listing)
        if candidate.rows or address in named:
            found.append(candidate)
    return tuple(found)


def best_feed(
    fronts: Sequence[Front],
    pages: PageSource,
    hosts: Sequence[str],
    zone: str,
    known: Collection[str],
) -> str:
    """The address of a feed that these pages announce and that lists articles of these hosts; none
    of those that are `known`. Empty where none does."""
    for address in _feed_addresses(fronts)[:_MOST_FEEDS]:
        if address not in known and len(try_feed(address, pages, hosts, zone).rows) >= FEWEST:
            return address
    return ""


def _feed_addresses(fronts: Sequence[Front]) -> list[str]:
    """The feeds that pages announce, those of comments left out."""
    found = {
        link.url: None
        for front in fronts
        for link in front.feeds
        if authority_of_or_none(link.url) is not None
        and not _COMMENTS.search(f"{link.text} {urlsplit(link.url).path}")
    }
    return list(found)


def try_feed(url: str, pages: PageSource, hosts: Sequence[str], zone: str) -> EntryCandidate:
    """What a feed lists of these hosts."""
    (seen,) = pages.fetch([url], FetchKind.FEED)
    if seen.capture is None:
        return EntryCandidate(EntryKind.FEED, url, reason=seen.reason)
    feed = read_feed(seen.capture, Entry(EntryKind.FEED, url), link_rules(hosts), zone)
    return EntryCandidate(
        EntryKind.FEED,
        url,
        feed.rows,
        reason="" if feed.rows else feed.reason or "empty",
        capture=seen.capture,
    )


def try_sitemap(
    url: str,
    pages: PageSource,
    hosts: Sequence[str],
    zone: str,
    listing: Listing | None = None,
) -> EntryCandidate:
    """What a sitemap lists of these hosts. Of an index that part which has the most addresses of
    the articles' shape."""
    (seen,) = pages.fetch([url], FetchKind.SITEMAP)
    if seen.capture is None:
        return EntryCandidate(EntryKind.SITEMAP, url, reason=seen.reason)
    found = read_sitemap(seen.capture, link_rules(hosts), zone)
    if not found.more or found.rows:
        reason = "" if found.rows else found.reason or "empty"
        return EntryCandidate(EntryKind.SITEMAP, url, found.rows, reason=reason)
    best: tuple[str, tuple[ListRow, ...]] = ("", ())
    likely = sorted(found.more, key=lambda part: _OF_OTHERS.search(part) is not None)
    some = tuple(dict.fromkeys((*likely[:_MOST_PARTS], found.more[-1])))
    for address in some:
        (part,) = pages.fetch([address], FetchKind.SITEMAP)
        rows = read_sitemap(part.capture, link_rules(hosts), zone).rows if part.capture else ()
        if len(rows) * _share(rows, listing) > len(best[1]) * _share(best[1], listing):
            best = address, rows
    # The index names parts to come, too: it is taken where the part has others of its name beside
    # it. What else it names (tags, pages, feeds) is not worth asking for.
    alone = bool(best[0]) and sum(_stem(part) == _stem(best[0]) for part in found.more) == 1
    return EntryCandidate(EntryKind.SITEMAP, best[0] if alone else url, best[1], len(found.more))


_OF_OTHERS = lazy_pattern(
    r"tag|categor|author|user|page|taxonom|image|video|rss|feed|atom|comment", re.I
)


def _stem(url: str) -> str:
    """An address without its numbers: `posts-1.xml` and `posts-2.xml` are parts of one whole."""
    return re.sub(r"[0-9]+", "", url)


def _share(rows: Sequence[ListRow], listing: Listing | None) -> float:
    """Which part of these rows has the shape of the list's articles."""
    if listing is None or not rows:
        return 1.0
    return sum(is_article(row.url, listing.links) for row in rows) / len(rows)


_REST_FIELDS = ListRules(
    link="link",
    title="title.rendered",
    date="date",
    summary="excerpt.rendered",
    modified="modified",
)


def try_rest(url: str, pages: PageSource, hosts: Sequence[str], zone: str) -> EntryCandidate:
    """What the REST interface of WordPress lists of these hosts."""
    asked = "per_page=100&_fields=link,title,date,date_gmt,modified,excerpt"
    route = f"{url.rstrip('/')}/wp/v2/posts"
    address = f"{route}&{asked}" if urlsplit(url).query else f"{route}?{asked}"
    (seen,) = pages.fetch([address], FetchKind.LIST)
    if seen.capture is None:
        return EntryCandidate(EntryKind.JSON, address, reason=seen.reason)
    paging = Paging(PagingKind.NEXT, max_pages=_REST_PAGES)
    entry = Entry(EntryKind.JSON, address, paging, _REST_FIELDS)
    found = read_json_list(seen.capture, entry, link_rules(hosts), zone)
    return EntryCandidate(
        EntryKind.JSON,
        address,
        found.rows,
        reason="" if found.rows else found.reason or "empty",
        stated=found.stated,
        rules=_REST_FIELDS,
        paging="next",
        max_pages=_REST_PAGES,
        capture=seen.capture,
    )


def try_data(url: str, pages: PageSource, hosts: Sequence[str], zone: str) -> EntryCandidate:
    """What a file of data that a list names lists of these hosts."""
    (seen,) = pages.fetch([url], FetchKind.LIST)
    if seen.capture is None:
        return EntryCandidate(EntryKind.JSON, url, reason=seen.reason)
    found = read_json_list(
        seen.capture, Entry(EntryKind.JSON, url, Paging(PagingKind.NONE)), link_rules(hosts), zone
    )
    reason = "" if found.rows else found.reason or "empty"
    return EntryCandidate(EntryKind.JSON, url, found.rows, reason=reason, capture=seen.capture)


@dataclass(frozen=True, slots=True)
class EntryChoice:
    """An entry that is written, and why. `every`, `paging` and `max_pages` as in its file."""

    kind: EntryKind
    url: str
    why: str
    every: str = ""
    rules: ListRules = NO_RULES
    paging: str = ""
    max_pages: int = 0


MOST_AT_ONCE = 150
"""So many articles a first crawl can fetch in one run (200 pages, its lists among them). With more
its baseline would go on for days, and what is published meanwhile would be no news."""
_FURTHER = "1d"
"""How often what stands beside the list is read: it is complete, or counts again what the list
shows."""


def choose_entries(
    listing: Listing,
    candidates: Sequence[EntryCandidate],
    kinds: Sequence[EntryKind],
    given: str = "",
) -> tuple[EntryChoice, ...]:
    """The list, and what else the portal offers of the same articles: a feed, the REST interface, a
    sitemap, what a person gave the address of. Or what the person wants."""
    usable = [each for each in candidates if each.rows and _overlaps(each, listing)]
    best = {
        kind: max(
            (each for each in usable if each.kind is kind),
            key=lambda each: (_shown(each, listing), each.dated),
            default=None,
        )
        for kind in (EntryKind.FEED, EntryKind.JSON, EntryKind.SITEMAP)
    }
    if kinds:
        there = {each.kind: each for each in reversed(candidates) if not each.reason}
        return tuple(
            EntryChoice(kind, listing.url, _("as you said"))
            if kind is EntryKind.LIST
            else _choice(best.get(kind) or there[kind], _("as you said"), "")
            for kind in kinds
            if kind is EntryKind.LIST or kind in there
        )
    chosen = [EntryChoice(EntryKind.LIST, listing.url, _described(listing))]
    feed = best[EntryKind.FEED]
    if feed is not None and listing.dated < _HALF <= feed.dated:
        why = _("it is dated, which the list is not; the list goes further back")
        chosen.insert(0, _choice(feed, why, ""))
    elif feed is not None:
        chosen.append(_choice(feed, _second(feed, listing), _FURTHER))
    for kind in (EntryKind.JSON, EntryKind.SITEMAP):
        other = best[kind]
        if other is None or (kind is EntryKind.SITEMAP and best[EntryKind.JSON]):
            continue
        if _shown(other, listing) <= MOST_AT_ONCE:
            chosen.append(_choice(other, _second(other, listing), _FURTHER))
        elif kind is EntryKind.JSON:  # the newest come first
            newest = replace(other, max_pages=1)
            chosen.append(_choice(newest, _("a second witness: its newest articles"), _FURTHER))
    taken = {each.url for each in chosen}
    chosen += [
        _choice(each, _("as you said"), _FURTHER)
        for each in usable
        if each.url == given and each.url not in taken and _shown(each, listing) <= MOST_AT_ONCE
    ]
    return tuple(chosen)


def column_entry(column: Listing, pager: Way | None) -> EntryChoice:
    """The entry of a list of which another one shows the newest few."""
    rule = pager.rule if pager is not None else PagingKind.NONE.value
    return EntryChoice(EntryKind.LIST, column.url, _described(column), _FURTHER, paging=rule)


def _described(listing: Listing) -> str:
    """What an entry that is a list has, in words."""
    return _(
        "%(articles)s, %(rest)s %% of them dated",
        articles=pluralise(len(listing.rows), "article"),
        rest=round(100 * listing.dated),
    )


def _choice(candidate: EntryCandidate, why: str, every: str) -> EntryChoice:
    return EntryChoice(
        candidate.kind,
        candidate.url,
        why,
        every,
        candidate.rules,
        candidate.paging,
        candidate.max_pages,
    )


def _second(candidate: EntryCandidate, listing: Listing) -> str:
    """Why something stands beside the list."""
    shown = _shown(candidate, listing)
    return _("a second witness: %(articles)s", articles=pluralise(shown, "article"))


def _shown(candidate: EntryCandidate, listing: Listing) -> int:
    """How many articles of the list's shape a feed, sitemap or interface has."""
    known = {row.url for row in listing.rows}
    taken = sum(row.url in known or is_article(row.url, listing.links) for row in candidate.rows)
    return max(taken, candidate.stated)


def offered(listing: Listing, candidates: Sequence[EntryCandidate]) -> int:
    """How many articles the portal names altogether, as far as was seen."""
    urls = {row.url for row in listing.rows}
    stated = 0
    for each in candidates:
        if each.rows and _overlaps(each, listing):
            urls |= {row.url for row in each.rows if is_article(row.url, listing.links)}
            stated = max(stated, each.stated)
    return max(len(urls), stated)


def _overlaps(candidate: EntryCandidate, listing: Listing) -> bool:
    """Whether a feed, sitemap or interface is of this list: it names the list's articles, or most
    of what it names has their shape. A sitemap names other pages, too: where the shape says little
    it has to name the list's articles, and few others."""
    known = {row.url for row in listing.rows}
    taken = [row for row in candidate.rows if is_article(row.url, listing.links)]
    shared = sum(row.url in known for row in candidate.rows)
    if candidate.kind is not EntryKind.SITEMAP:
        return shared > 0 or len(taken) >= _HALF * len(candidate.rows)
    if listing.is_strict:
        return bool(taken)
    return shared >= _HALF * min(len(known), len(candidate.rows)) and not candidate.strangers


def with_feed_shapes(
    listing: Listing, candidates: Sequence[EntryCandidate], entries: Sequence[EntryChoice]
) -> Listing:
    """The list with the shapes of what a chosen feed or interface names besides."""
    chosen = {entry.url for entry in entries if entry.kind in (EntryKind.FEED, EntryKind.JSON)}
    rows = [row for candidate in candidates if candidate.url in chosen for row in candidate.rows]
    more = [
        row.url
        for row in rows
        if not is_article(row.url, listing.links) and not lists_others(row.url)
    ]
    shapes = [shape.text for shape in generalise(more) if shape.count >= max(2, len(rows) // 5)]
    return replace(listing, allow=(*listing.allow, *shapes)) if shapes else listing
