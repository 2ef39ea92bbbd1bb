"""A portal whose lists stand somewhere else now: what its home page, feeds and scripts offer in
place of entries that bring nothing, checked against the articles that the archive knows.

Asks the portal as the wizard does. Proposes, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin

from hubwatch.errors import FetchError, PageError
from scraper.parsing.entries import rows_of
from scraper.parsing.survey import AddressKind, read_front
from scraper.parsing.text import squeeze
from scraper.sources.build import Template
from scraper.sources.links import authority_of
from scraper.sources.listing_addresses import lists_others
from scraper.sources.load import read_bounded
from scraper.sources.model import Entry, EntryKind, ListRules, Source
from scraper.sources.write import (
    EntryDraft,
    entry_text,
    source_of,
    texts_line,
    with_entry_keys,
    with_key,
    without_entries,
)
from storage.archive import Archive
from storage.articles.records import Order, Query
from storage.lists import ListRow
from storage.sources import SourceCheck, SourceVerdict

from .. import _
from .check import check_source
from .draft import entry_draft
from .list_repair import ROW_KEYS
from .lists import FEWEST, best_feed, is_home, link_rules, shapes_of, try_rest
from .pages import PageSource
from .survey import SurveyOptions, behind_scripts, best_list, survey
from .verdicts import verdict_of

_MOST_BYTES = 1_000_000
_MOST_TITLES = 2_000
_LEAST_KNOWN = 0.2
_FILE_KEYS = tuple("items" if key == "row" else key for key in ROW_KEYS)


@dataclass(frozen=True, slots=True)
class EntryRepair:
    """What is proposed. `broken` are the entries that bring nothing now, `added` those in their
    place, `rows` what these list, of which the archive knows `known`. `check` is what a look at the
    changed source came to, `text` its file; empty where nothing is proven, and `why` says why."""

    broken: tuple[Entry, ...]
    added: tuple[EntryDraft, ...] = ()
    bare: tuple[Entry, ...] = ()
    rows: tuple[ListRow, ...] = ()
    known: int = 0
    of_archive: int = 0
    check: SourceCheck | None = None
    text: str = ""
    why: str = ""


def propose_entries(
    store: Archive,
    source: Source,
    pages: PageSource,
    templates: Mapping[str, Template],
    now: datetime,
) -> EntryRepair:
    """Ask the portal of a source where its news stand now. Raises Busy, StorageError, SourceError
    where its file cannot be changed plainly."""
    broken = tuple(entry for entry in source.entries if not _rows(entry, source, pages))
    found = EntryRepair(broken)
    if not broken:
        return replace(found, why=_("each of its entries brings rows"))
    plain = {
        entry.url: rows
        for entry in broken
        if entry.kind is EntryKind.JSON and (rows := _bare_rows(entry, source, pages))
    }
    bare = tuple(entry for entry in broken if entry.url in plain)
    lost = [entry for entry in broken if entry.url not in plain]
    added: tuple[EntryDraft, ...] = ()
    listed: list[ListRow] = [row for each in plain.values() for row in each]
    shapes: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]] = ((), (), ())
    if lost:
        try:
            there = survey(_start(source, pages), pages, templates, _options(source))
        except (FetchError, PageError) as error:
            if not bare:
                return replace(found, why=str(error))
        else:
            kept = {each.url for each in source.entries if each not in lost}
            added = tuple(
                entry_draft(there, each) for each in there.entries if each.url not in kept
            )
            listed += there.listing.rows
            shapes = there.listing.hosts, there.listing.allow, there.listing.deny
    if plain:
        more = shapes_of([row.url for row in listed])
        hosts = tuple(dict.fromkeys(authority_of(row.url) for row in listed))
        shapes = (*shapes[0], *hosts), (*shapes[1], *more), shapes[2]
    found = replace(found, added=added, bare=bare, rows=tuple(listed))
    if not added and not bare:
        return replace(found, why=_("the portal names nothing else than the entries there are"))
    return _proven(found, lost, shapes, store, source, pages, templates, now)


def _proven(
    found: EntryRepair,
    lost: Sequence[Entry],
    shapes: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]],
    store: Archive,
    source: Source,
    pages: PageSource,
    templates: Mapping[str, Template],
    now: datetime,
) -> EntryRepair:
    """The proposal with the text that would be written, if the archive knows enough of its rows and
    the source, so changed, is read."""
    titles, urls = _archived(store, source)
    found = replace(found, known=_known(found.rows, titles, urls), of_archive=len(urls))
    if len(urls) >= FEWEST and found.known < max(FEWEST, _LEAST_KNOWN * len(found.rows)):
        why = _(
            "the archive knows %(known)s of the %(rows)s articles there: it may be another list",
            known=found.known,
            rows=len(found.rows),
        )
        return replace(found, why=why)
    text = _file_text(source, found, lost, shapes)
    there = source_of(text, source.path, templates)
    report = check_source(there, templates[there.fields.template].fields, pages)
    check = verdict_of(there, report, now)
    if check.verdict not in (SourceVerdict.HOLDS, SourceVerdict.GENERAL):
        return replace(found, check=check, why=f"{check.verdict}: {check.evidence}")
    return replace(found, check=check, text=text)


def _rows(entry: Entry, source: Source, pages: PageSource) -> tuple[ListRow, ...]:
    """What an entry brings now. A sitemap that is an index counts by its parts."""
    (seen,) = pages.fetch([entry.url], entry.fetch_kind)
    if seen.capture is None:
        return ()
    page = rows_of(seen.capture, entry, source)
    if page.rows or not (entry.kind is EntryKind.SITEMAP and page.more):
        return page.rows
    (part,) = pages.fetch([page.more[0]], entry.fetch_kind)
    return rows_of(part.capture, entry, source).rows if part.capture is not None else ()


def _bare_rows(entry: Entry, source: Source, pages: PageSource) -> tuple[ListRow, ...]:
    """What a JSON list brings whose keys have other names now, read without rules of its own."""
    (seen,) = pages.fetch([entry.url], entry.fetch_kind)
    if seen.capture is None:
        return ()
    anyone = replace(source, links=link_rules(source.links.hosts))
    rows = rows_of(seen.capture, replace(entry, rows=ListRules()), anyone).rows
    good = [r for r in rows if r.title and not is_home(r.url) and not lists_others(r.url)]
    return tuple(good) if len(good) >= FEWEST else ()


def _start(source: Source, pages: PageSource) -> str:
    """Where the portal begins now: its home page, or where that leads."""
    (seen,) = pages.fetch([source.home])
    return seen.moved_to or source.home


def _options(source: Source) -> SurveyOptions:
    return SurveyOptions(zone=source.zone, language=source.language)


def _archived(store: Archive, source: Source) -> tuple[frozenset[str], frozenset[str]]:
    """The titles and addresses of the source's newest articles."""
    query = Query(sources=(source.id,), order=Order.NEWEST, limit=_MOST_TITLES)
    known = store.articles.select(query)
    return frozenset(squeeze(a.title) for a in known), frozenset(a.url for a in known)


def _known(rows: Sequence[ListRow], titles: Collection[str], urls: Collection[str]) -> int:
    return sum(row.url in urls or squeeze(row.title) in titles for row in rows)


def _file_text(
    source: Source,
    found: EntryRepair,
    lost: Sequence[Entry],
    shapes: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]],
) -> str:
    """The source's file, changed as text, so that its comments and everything else stay."""
    text = read_bounded(Path(source.path), _MOST_BYTES).decode("utf-8")
    for at, entry in enumerate(source.entries):
        if entry in found.bare:
            text = with_entry_keys(text, at, [(key, None) for key in _FILE_KEYS])
    if found.added:
        gone = [at for at, entry in enumerate(source.entries) if entry in lost]
        text = without_entries(text, gone, "".join(map(entry_text, found.added)))
    links = source.links
    written = (links.hosts, links.allow_written, links.deny_written)
    for key, before, more in zip(("hosts", "allow", "deny"), written, shapes, strict=True):
        both = tuple(dict.fromkeys((*before, *more)))
        if both != tuple(before):
            text = with_key(text, "links", key, texts_line(key, both))
    return text


# What a check of a source finds out beside, where nothing of it is read.

_ASK = (SourceVerdict.JAVASCRIPT, SourceVerdict.EMPTY, SourceVerdict.GONE)


def offer_of(source: Source, check: SourceCheck, pages: PageSource) -> str:
    """What the portal offers in place of entries that bring nothing: its kind and address. Empty
    where nothing was found, or nothing is wrong that another entry would mend."""
    if check.verdict not in _ASK or check.moved_to:
        return ""
    known = {entry.url for entry in source.entries}
    starts = list(dict.fromkeys((source.home, urljoin(source.home, "/"), *known)))[:_MOST_STARTS]
    fronts = []
    for url in starts:
        (seen,) = pages.fetch([url])
        front = read_front(seen.capture) if seen.capture is not None else None
        if seen.capture is None or front is None or front.kind is not AddressKind.PAGE:
            continue
        fronts.append(front)
        listing, _others = best_list(seen.capture, front, pages, source.zone)
        if listing is not None and listing.url not in known and not is_home(listing.url):
            return f"list {listing.url}"
    hosts = source.links.hosts
    feed = best_feed(fronts, pages, hosts, source.zone, known)
    if feed:
        return f"feed {feed}"
    for address in dict.fromkeys(front.rest for front in fronts if front.rest):
        if try_rest(address, pages, hosts, source.zone).rows:
            return f"json {address}"
    brought = behind_scripts(starts, pages)
    url = brought.data.url if brought is not None else ""
    return f"json {url}" if url and url not in known else ""


_MOST_STARTS = 2
