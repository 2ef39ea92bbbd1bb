"""A portal that built its lists anew: row selectors and pager found again on the archived page, by
what the archive knows of the articles on it.

Looks at the newest archived page of each list. Proposes, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from statistics import median

from scraper.parsing.entries import rows_of
from scraper.parsing.script_pages import needs_script
from scraper.parsing.survey import FrontLink, guess_ways, propose_rows, read_front
from scraper.parsing.text import squeeze
from scraper.sources.links import is_article
from scraper.sources.listing_addresses import lists_others
from scraper.sources.model import Entry, EntryKind, ListRules, PagingKind, Source
from storage.archive import Archive
from storage.lists import ListObservation, ListRow
from storage.types import WORKED, Capture
from storage.urls import url_key

from .. import _
from .articles import titles_agree
from .lists import FEWEST, find_listing, is_home, size_of

ROW_KEYS = ("row", "link", "title", "date", "summary")
"""The keys of `[[entry]]` that select rows and what stands in them."""
_MOST_VISITS = 200
_MOST_LINKS = 600
_MOST_OF_ONE = 30
_FAR_FEWER = 0.5
_LEAST_RIGHT = 0.8
_LEAST_KNOWN = 0.5
_SHORT = 0.4
_WORDY, _MOST_BESIDE = 12, 20


class ListState(StrEnum):
    """How a list stands: read as ever, found again, not found again, or never archived."""

    WELL = "well"
    REPAIRED = "repaired"
    UNPROVEN = "unproven"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class KnownRow:
    """What the archive says of an article that a list page links to."""

    titles: tuple[str, ...]
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class ListRepair:
    """One list of a source: its rows by today's rules, and by those that would be written.

    `at` is its place in the source's file. `known` are the addresses of articles that must be among
    its rows, `changes` the keys of `[[entry]]` with what would be written, None for one that goes.
    `following` is the next page by a new pager. `beside` are links on the page that could be
    articles and are no rows. `tried` says what was tried where nothing is proven.
    """

    at: int
    entry: Entry
    state: ListState
    capture: Capture | None = None
    known: frozenset[str] = frozenset()
    before: tuple[ListRow, ...] = ()
    after: tuple[ListRow, ...] = ()
    changes: tuple[tuple[str, str | None], ...] = ()
    following: str = ""
    beside: tuple[str, ...] = ()
    tried: str = ""

    def is_known(self, row: ListRow) -> bool:
        """Whether the archive knows a row as an article that this list must show."""
        return url_key(row.url) in self.known


def propose_lists(store: Archive, source: Source) -> tuple[ListRepair, ...]:
    """Look at each list of a source. Raises StorageError."""
    seen = store.lists.observations(source.id, _MOST_VISITS)
    return tuple(
        _propose(store, source, at, entry, [o for o in seen if o.seen.list_url == entry.url])
        for at, entry in enumerate(source.entries)
        if entry.kind is EntryKind.LIST
    )


def _propose(
    store: Archive, source: Source, at: int, entry: Entry, seen: Sequence[ListObservation]
) -> ListRepair:
    visits = seen[:_MOST_OF_ONE]
    capture = _newest_page(store, source, entry, visits)
    if capture is None:
        return ListRepair(at, entry, ListState.UNSEEN)
    before = rows_of(capture, entry, source).rows
    usual = max((visit.seen.rows for visit in visits), default=0)
    look = _Look.at(store, source, entry, capture, _last_good(store, visits, usual))
    found = ListRepair(at, entry, ListState.WELL, capture, look.expected, before, before)
    if before and (len(before) >= _FAR_FEWER * usual or look.share(before) >= _LEAST_RIGHT):
        return found
    return _repaired(source, found, look)


def _newest_page(
    store: Archive, source: Source, entry: Entry, visits: Sequence[ListObservation]
) -> Capture | None:
    """The list as it was last had. That of the latest visit: what a "304" stands for may be the
    last page that was read well."""
    snapshot_id = store.lists.page_of(visits[0]) if visits else None
    if snapshot_id is not None:
        return store.pages.snapshot(snapshot_id)
    return store.pages.last_capture(source.id, entry.url)


def _last_good(store: Archive, visits: Sequence[ListObservation], usual: int) -> Capture | None:
    """The newest page of the list that had its usual rows. None where it is not kept."""
    for visit in visits:
        seen = visit.seen
        good = seen.outcome in WORKED and seen.rows and seen.rows >= _FAR_FEWER * usual
        if good and seen.snapshot_id is not None:
            return store.pages.snapshot(seen.snapshot_id)
    return None


@dataclass(frozen=True, slots=True)
class _Look:
    """What is known of the links of a page. `expected` are keys of articles that must be found,
    `strangers` those of links that stood on the last good page and were no rows there."""

    links: tuple[FrontLink, ...]
    articles: Mapping[str, KnownRow]
    expected: frozenset[str]
    strangers: frozenset[str]
    entries: frozenset[str]

    @classmethod
    def at(
        cls,
        store: Archive,
        source: Source,
        entry: Entry,
        capture: Capture,
        good: Capture | None,
    ) -> _Look:
        """Look the links of a page up in the archive."""
        links = read_front(capture).links
        allowed = [each.url for each in links if is_article(each.url, source.links)][:_MOST_LINKS]
        found = ((url_key(url), _known(store, source, url)) for url in allowed)
        articles = {key: known for key, known in found if known is not None}
        listed, strangers = set[str](), set[str]()
        if good is not None:
            listed = {url_key(row.url) for row in rows_of(good, entry, source).rows}
            there = {url_key(link.url) for link in read_front(good).links}
            strangers = there - listed - set(articles)
        # A list shows what it showed last, and may show other known articles beside it.
        still = listed & set(articles)
        expected = frozenset(still if len(still) >= FEWEST else articles)
        entries = frozenset(url_key(each.url) for each in source.entries)
        return cls(links, articles, expected, frozenset(strangers), entries)

    def share(self, rows: Sequence[ListRow]) -> float:
        """How many of the articles that must be found are among these rows."""
        keys = {url_key(row.url) for row in rows}
        return len(self.expected & keys) / len(self.expected) if self.expected else 0.0

    def fault_of(self, rows: Sequence[ListRow], pages: Collection[str]) -> str:
        """Why these rows are not proven. Empty where they are. `pages` are further list pages."""
        known = [(row, self.articles[url_key(row.url)]) for row in rows if self.knows(row)]
        if not rows:
            return _("no rows")
        if len(known) < max(FEWEST, _LEAST_KNOWN * len(rows)) or (self.share(rows) < _LEAST_RIGHT):
            return _(
                "%(n)s of %(all)s known articles among %(rows)s rows",
                n=sum(url_key(row.url) in self.expected for row in rows),
                all=len(self.expected),
                rows=len(rows),
            )
        shown = median(size_of(row.title) for row, _known_row in known)
        dated = sum(row.published is not None for row, _known_row in known) / len(known)
        for row in rows:
            if not self.knows(row) and self._is_navigation(row, shown, dated, pages):
                return _("%(url)s is among its rows", url=row.url)
        return _disagreement(known)

    def beside(self, rows: Sequence[ListRow], source: Source) -> tuple[str, ...]:
        """Links of the page that could be articles by their address and words, and are no rows."""
        least = _SHORT * median(size_of(row.title) for row in rows)
        listed = {url_key(row.url) for row in rows} | self.strangers | self.entries
        return tuple(
            dict.fromkeys(
                link.url
                for link in self.links
                if is_article(link.url, source.links)
                and url_key(link.url) not in listed
                and size_of(link.text) >= max(least, _WORDY)
                and not lists_others(link.url)
                and not is_home(link.url)
            )
        )[:_MOST_BESIDE]

    def knows(self, row: ListRow) -> bool:
        """Whether a row leads to an article that the archive has."""
        return url_key(row.url) in self.articles

    def _is_navigation(
        self, row: ListRow, shown: float, dated: float, pages: Collection[str]
    ) -> bool:
        key = url_key(row.url)
        return (
            key in self.strangers
            or key in self.entries
            or key in pages
            or lists_others(row.url)
            or is_home(row.url)
            or size_of(row.title) < _SHORT * shown
            or (dated >= _LEAST_RIGHT and row.published is None)
        )


def _known(store: Archive, source: Source, url: str) -> KnownRow | None:
    """What is known of an article of the source at an address. None if there is none."""
    known = store.pages.known(source.id, url)
    article = store.articles.as_read(known.article_id) if known is not None else None
    if article is None:
        return None
    witness = store.lists.witness(source.id, url)
    titles = (article.title, *(witness.titles if witness else ()))
    days = (article.published.day,) if article.published else ()
    return KnownRow(titles, (*days, *(witness.days if witness else ())))


def _disagreement(known: Sequence[tuple[ListRow, KnownRow]]) -> str:
    """What titles or dates of rows do not agree with the articles. Empty where nearly all do."""
    titled = [_title_fits(row, its) for row, its in known if any(its.titles)]
    if sum(titled) < _LEAST_RIGHT * len(titled):
        return _("%(n)s of %(all)s titles are the known ones", n=sum(titled), all=len(titled))
    days = [
        row.published.day in its.days
        for row, its in known
        if row.published is not None and its.days
    ]
    if sum(days) < _LEAST_RIGHT * len(days):
        return _("%(n)s of %(all)s dates are the known ones", n=sum(days), all=len(days))
    return ""


def _title_fits(row: ListRow, known: KnownRow) -> bool:
    own = squeeze(row.title)
    return any(own == squeeze(title) or titles_agree(title, own) for title in known.titles if own)


def _repaired(source: Source, found: ListRepair, look: _Look) -> ListRepair:
    """The list with rules that are proven, or with what was tried."""
    capture, entry = found.capture, found.entry
    assert capture is not None
    if len(look.articles) < FEWEST:
        return replace(found, state=ListState.UNPROVEN, after=(), tried=_few(capture, look))
    best: tuple[tuple[float, bool, int], ListRules, tuple[ListRow, ...]] | None = None
    tried: list[str] = []
    for name, rules in _candidates(capture, entry, source, look):
        page = rows_of(capture, replace(entry, rows=rules), source)
        fault = look.fault_of(page.rows, {url_key(url) for url in page.more})
        if fault:
            tried.append(f"{name}: {fault}")
            continue
        dated = sum(row.published is not None for row in page.rows)
        worth = look.share(page.rows), dated >= _LEAST_RIGHT * len(page.rows), len(page.rows)
        if len(page.rows) > len(found.before) and (best is None or worth > best[0]):
            best = worth, rules, page.rows
    if best is None:
        said = "; ".join(dict.fromkeys(tried[:4])) or _("no other rules find more rows")
        return replace(found, state=ListState.UNPROVEN, after=(), tried=said)
    rule, following = _pager(capture, replace(entry, rows=best[1]), source, best[2])
    changes = [
        (key, getattr(best[1], key) or None)
        for key in ROW_KEYS
        if getattr(best[1], key) != getattr(entry.rows, key)
    ]
    if rule:
        changes.append(("paging", rule))
    return replace(
        found,
        state=ListState.REPAIRED,
        after=best[2],
        changes=tuple(changes),
        following=following,
        beside=look.beside(best[2], source),
    )


def _few(capture: Capture, look: _Look) -> str:
    lacks = needs_script(capture)
    if lacks:
        return _("its rows are not in the page: %(why)s", why=lacks)
    return _(
        "of %(all)s links on its page %(n)s lead to known articles: too few to prove anything",
        all=len(look.links),
        n=len(look.articles),
    )


def _candidates(
    capture: Capture, entry: Entry, source: Source, look: _Look
) -> Iterator[tuple[str, ListRules]]:
    """Rules that may find the rows, the plainest first, each with what it is called."""
    bare = ListRules()
    if entry.rows != bare:
        yield _("without selectors"), bare
    allowed = [link.url for link in look.links if is_article(link.url, source.links)]
    likely = [url for url in allowed if url_key(url) not in look.strangers | look.entries]
    listing = find_listing(capture, source.zone)
    found = [row.url for row in listing.rows] if listing else []
    kept = [url for url in found if url in set(likely)]
    general = rows_of(capture, replace(entry, rows=bare), source).rows
    wanted = (
        kept,
        [row.url for row in general if row.url in set(likely) and not lists_others(row.url)],
        [url for url in likely if not lists_others(url)],
        [url for url in allowed if url_key(url) in look.articles],
        [url for url in allowed if url_key(url) in look.expected],
    )
    seen: set[frozenset[str]] = set()
    for urls in wanted:
        once = frozenset(urls)
        if len(once) < FEWEST or once in seen:
            continue
        seen.add(once)
        rules = propose_rows(capture, once, source.links, source.zone)
        if rules is not None:
            yield f"row = {rules.row}", rules


def _pager(
    capture: Capture, entry: Entry, source: Source, rows: Sequence[ListRow]
) -> tuple[str, str]:
    """The rule that the page shows where the entry's own leads to none of its pages, and the page
    it leads to. Empty where nothing is to be changed."""
    listed = {row.url for row in rows}
    ways = [w for w in guess_ways(capture, source.links) if w.following not in listed]
    more = rows_of(capture, entry, source).more
    shown = {way.following for way in ways} | {link.url for link in read_front(capture).links}
    leads = bool(more) and (entry.paging.kind is not PagingKind.PATTERN or more[0] in shown)
    return (ways[0].rule, ways[0].following) if ways and not leads else ("", "")
