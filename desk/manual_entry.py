"""Adding by hand: an address that somebody names, or an item that has no page of its own.

An address is known already, or is fetched as a crawl would and kept. Whoever fetches calls
`fetch_addition`, in a process of its own. The review page never does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hubwatch.errors import HubwatchError
from scraper.archives.ingest import Home, Homes, definition_of
from scraper.archives.jsonl import read_when
from scraper.crawl.request import ArticleDone, CrawlEvent, CrawlRequest
from scraper.manual_entry import ManualFile, ManualItem, add_item, kind_taken
from scraper.sources.links import authority_of, is_web_address
from scraper.sources.load import Catalogue
from scraper.sources.model import LinkRules, Politeness, Source
from storage.additions import Addition
from storage.archive import Archive
from storage.articles.records import Article
from storage.runs import Run
from storage.types import Outcome

from .relevance.inquiry import spellings
from .text import one_line

if TYPE_CHECKING:
    from scraper.relevance.watchlist import Watchlist
    from storage.types import When


Report = Callable[[CrawlEvent], None]
_KEPT = (Outcome.OK, Outcome.PARTIAL)


def known_at(store: Archive, url: str) -> Article | None:
    """The article that stands at this address, by `http` or `https`, or None. Raises ValueError
    for what is no address."""
    found = (one for spelling in spellings(url) for one in store.articles.at_url(spelling))
    return next(found, None)


def source_at(catalogue: Catalogue, store: Archive, url: str) -> Source:
    """The source to which an address belongs. Where there is none an external one for its host,
    with the manners and bounds of a source that says nothing else. Raises ValueError for what is
    no http(s) address."""
    home = Homes(catalogue, store.sources.refs()).of_address(url)
    return home.source or _external(home, url)


def _external(home: Home, url: str) -> Source:
    host = authority_of(url)
    sister = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
    return replace(
        definition_of(home),
        home=f"{url.partition('://')[0]}://{host}/",
        links=LinkRules((host, sister)),
        politeness=Politeness(),
    )


def record_request(
    store: Archive, url: str, *, person: str, note: str, now: datetime
) -> tuple[Addition, bool]:
    """Note that somebody wants this address, before it is fetched, and whether it is being fetched
    already, for whoever asked first."""
    with store.writing() as tx:
        waiting = tx.archive.additions.waiting(now, url)
        if waiting:
            return waiting[-1], True
        return tx.additions.request(url, person=person, note=note, now=now), False


def add_note(store: Archive, article: Article, note: str, *, person: str, now: datetime) -> None:
    """Keep what somebody notes on an article that is known already. Said twice it is once."""
    if note:
        with store.writing() as tx:
            tx.decisions.remark(article.id, note, person=person, now=now)


def fetch_addition(
    store: Archive, addition: Addition, source: Source, request: CrawlRequest, report: Report
) -> Addition:
    """Fetch the address of an addition and keep what is there. Return what came of it. Raises
    HubwatchError where nothing could be fetched at all, which is then what came of it."""
    from scraper.crawl.run import crawl

    heard: list[ArticleDone] = []

    def listen(event: CrawlEvent) -> None:
        if isinstance(event, ArticleDone):
            heard.append(event)
        report(event)

    asked = replace(request, page=addition.url, addition=addition.id)
    try:
        runs = crawl([source], store.path, asked, listen)
    except HubwatchError as error:
        record_failure(store, addition, str(error), request.clock())
        raise
    outcome, reason = _outcome(heard, runs)
    article_id = _article_of(store, addition, source) if outcome in _KEPT else None
    return _end(store, addition, outcome, reason, article_id, request.clock())


def _article_of(store: Archive, addition: Addition, source: Source) -> int | None:
    """What stands at the address, or where it leads: a redirect for now is no address of it."""
    known = store.pages.known(source.id, addition.url)
    return known.article_id if known else store.additions.first_found_by(addition.id)


def record_failure(
    store: Archive,
    addition: Addition,
    reason: str,
    now: datetime,
    outcome: Outcome = Outcome.FAILED,
) -> Addition:
    """Nothing could be fetched, and why. What has ended stays as it ended."""
    return _end(store, addition, outcome, reason, None, now)


def _outcome(heard: list[ArticleDone], runs: tuple[Run, ...]) -> tuple[Outcome, str]:
    """The word for the page or, where nothing was asked for, for the run."""
    if heard:
        return heard[-1].outcome, heard[-1].reason
    if not runs:
        return Outcome.INTERRUPTED, "told to stop"
    return runs[0].outcome or Outcome.INTERRUPTED, runs[0].reason


def _end(
    store: Archive,
    addition: Addition,
    outcome: Outcome,
    reason: str,
    article_id: int | None,
    now: datetime,
) -> Addition:
    with store.writing() as tx:
        if article_id is not None:
            tx.decisions.remark(article_id, addition.note, person=addition.person, now=now)
        return tx.additions.end(
            addition.id, outcome, reason=reason[:500], article_id=article_id, now=now
        )


# An item as somebody types it: checked field by field, then kept with its file.

TITLE, SOURCE, NOTE = 500, 200, 2000
"""Characters at most."""
_AHEAD = timedelta(days=1)  # it is tomorrow somewhere


@dataclass(frozen=True, slots=True)
class ManualInput:
    """What was typed or handed over, as it came."""

    title: str = ""
    source: str = ""
    date: str = ""
    url: str = ""
    note: str = ""
    file: ManualFile | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a field: a member of the vocabulary `wrong`, and what fills it."""

    word: str
    filling: dict[str, object] = field(default_factory=dict)


def checked(
    typed: ManualInput, homes: Homes, *, person: str, now: datetime, most: int
) -> tuple[ManualItem, Home] | dict[str, Wrong]:
    """The item, and the source it belongs to, or what is wrong, by field. `most` is how many bytes
    a file may have."""
    wrong = _missing(typed)
    home = _home(typed, homes, wrong)
    when = _date(typed, home.ref.zone if home else "UTC", now, wrong)
    if typed.url.strip():
        _check_address(typed.url.strip(), wrong)
    if typed.file is not None:
        _check_file(typed.file, most, wrong)
    if wrong or home is None or when is None:
        return wrong
    item = ManualItem(
        title=one_line(typed.title, TITLE),
        published=when,
        said=one_line(typed.date),
        person=person,
        url=typed.url.strip(),
        file=typed.file,
        note=one_line(typed.note, NOTE),
    )
    return item, home


def _missing(typed: ManualInput) -> dict[str, Wrong]:
    needed = {"title": typed.title, "source": typed.source, "date": typed.date}
    return {name: Wrong(f"no_{name}") for name, text in needed.items() if not one_line(text)}


def _home(typed: ManualInput, homes: Homes, wrong: dict[str, Wrong]) -> Home | None:
    if "source" in wrong:
        return None
    try:
        return homes.of_name(one_line(typed.source, SOURCE))
    except ValueError:
        wrong["source"] = Wrong("no_source")
        return None


def _date(typed: ManualInput, zone: str, now: datetime, wrong: dict[str, Wrong]) -> When | None:
    if "date" in wrong:
        return None
    text = one_line(typed.date)
    try:
        when = read_when({"published": text}, "published", zone)
    except ValueError:
        wrong["date"] = Wrong("date", {"text": text[:40]})
        return None
    if when is not None and when.day > (now + _AHEAD).date():
        wrong["date"] = Wrong("future", {"text": text[:40]})
    return when


def _check_address(url: str, wrong: dict[str, Wrong]) -> None:
    fault = address_fault(url)
    if fault is not None:
        wrong["url"] = fault


def address_fault(url: str) -> Wrong | None:
    """What is wrong with an address. None if it is an http(s) one."""
    return None if is_web_address(url) else Wrong("address")


def _check_file(file: ManualFile, most: int, wrong: dict[str, Wrong]) -> None:
    if len(file.body) > most:
        wrong["file"] = Wrong("size", {"most": f"{most / 1e6:g} MB"})
        return
    try:
        kind_taken(file)
    except ValueError:
        wrong["file"] = Wrong("kind" if file.body.strip() else "empty")


def file_of(name: str, body: bytes) -> ManualFile:
    """A file by the last part of the name it was handed over with."""
    return ManualFile(one_line(re.split(r"[\\/]", name)[-1], 200) or "file", body)


def keep(
    store: Archive,
    found: tuple[ManualItem, Home],
    watchlist: Watchlist,
    now: datetime,
) -> tuple[int, int | None]:
    """Keep an item, unless it is known. Return its article and the addition on record (None: it
    was known). Raises StorageError."""
    item, home = found
    known = known_at(store, item.url) if item.url else None
    if known is None:
        handed = add_item(store, item, home, watchlist, now)
        if handed.addition is not None:
            return handed.article_id, handed.addition
        known = store.articles.get(handed.article_id)
        assert known is not None
    add_note(store, known, item.note, person=item.person, now=now)
    return known.id, None


def homes_of(catalogue: Catalogue, store: Archive) -> Homes:
    """Where items can belong: to sources that are defined, or that the archive has recorded."""
    return Homes(catalogue, store.sources.refs())
