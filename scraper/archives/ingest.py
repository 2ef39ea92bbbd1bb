"""Taking in articles that others archived: each has a source, each source a run, and
all are decided on and written as in a crawl, in batches. Nothing is fetched.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from hubwatch.errors import StorageError
from hubwatch.locks import Lock
from hubwatch.patterns import lazy_pattern
from hubwatch.reasons import in_words
from hubwatch.toml import parse_id
from storage.archive import Archive
from storage.database import Durability
from storage.runs import Counts, Run, RunKind
from storage.sources import SourceRef
from storage.text import squeeze
from storage.transaction import Transaction
from storage.types import ArticleData, Change, Outcome, Reading, Revise, Touch
from storage.urls import host_of

from ..hashes import content_hash
from ..parsing.version import FACTS_VERSION
from ..pipelines.decide import decide
from ..pipelines.read import Prepared, prepare
from ..relevance.watchlist import Watchlist
from ..revisions import ChangeSummary, classify_change
from ..sources.links import authority_of
from ..sources.load import Catalogue
from ..sources.model import Bounds, FieldRules, LinkRules, Politeness, Source
from ..space import Space
from ..workers.faults import CallFault
from ..workers.pool import BlockingWorkers
from ..workers.protocol import shared
from .jsonl import (
    AnyLine,
    LineFault,
    LongLine,
    Record,
    address_of,
    parse_line,
    read_record,
    text_of,
)

UNKNOWN_ZONE = "UTC"
"""Of a source that somebody's file names and nobody defined."""
_NO_LETTER = lazy_pattern(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Home:
    """The source of an article, its definition if there is one, and the source line left over."""

    ref: SourceRef
    source: Source | None
    line: str | None = None


class Homes:
    """Finds homes. `recorded` are the sources the archive knows, `fallback` the id of the source
    that takes what belongs to none (empty: nothing does)."""

    def __init__(
        self, catalogue: Catalogue, recorded: Mapping[str, SourceRef], fallback: str = ""
    ) -> None:
        self._catalogue = catalogue
        self._recorded = dict(recorded)
        self._fallback = parse_id(fallback) if fallback else ""

    def of_record(self, value: Mapping[str, Any]) -> Home:
        """The home of an article in JSON. Raises ValueError naming the field in the way.

        `source_id` says it, or `source` where there is a `source_line` beside it. Where there is
        neither, `source` does if it is the id of a known source or could be one. Else it is the
        source line, and the address decides.
        """
        said, source = text_of(value, "source_id"), text_of(value, "source")
        if said is not None:
            return self._named(said, source, value)
        if "source_line" in value and source is not None:
            return self._named(source, text_of(value, "source_line"), value)
        if source is not None and (self._is_known(source) or _is_id(source)):
            return self._named(source, None, value)
        url = address_of(value)
        taker = self._catalogue.for_url(url)
        if taker is not None:
            return Home(taker.ref, taker, source)
        return self._named(self._fallback or _id_of_host(url), source, value)

    def of_page(self, url: str) -> Home | None:
        """The home of an archived page. None if no source takes its address."""
        taker = self._catalogue.for_url(url)
        if taker is not None:
            return Home(taker.ref, taker)
        if not self._fallback:
            return None
        return self._named(self._fallback, None, {})

    def of_address(self, url: str) -> Home:
        """The home of a page that somebody names: of the source that takes it, else of the one on
        whose hosts it stands, else an external one named after its host. Raises ValueError for
        what is no http(s) address."""
        taker = self._catalogue.for_url(url) or self._catalogue.at_host_of(url)
        if taker is not None:
            return Home(taker.ref, taker)
        return self._external(_id_of_host(url), authority_of(url))

    def of_name(self, name: str) -> Home:
        """The home of an item of which somebody says where it is from: the source of that id or
        name, else an external one of that name. Raises ValueError for an empty one."""
        said = squeeze(name)
        if not said:
            raise ValueError("names no source")
        for source in self._catalogue.sources.values():
            if said in (squeeze(source.id), squeeze(source.name)):
                return Home(source.ref, source)
        for ref in self._recorded.values():
            if said in (squeeze(ref.id), squeeze(ref.name)):
                return self._external(ref.id, ref.name)
        slug = _NO_LETTER.sub("-", name.lower()).strip("-")[:48].strip("-")
        if not slug or not name.isascii() or self._is_known(slug):
            mark = hashlib.sha256(said.encode()).hexdigest()[:8]
            slug = f"{slug or 'external'}-{mark}"
        return self._external(slug, " ".join(name.split()))

    def portable(self) -> Homes:
        """A copy that can be sent to a worker process, with all sources loaded."""
        return Homes(Catalogue(dict(self._catalogue.sources), {}), self._recorded, self._fallback)

    def agree(self, home: Home) -> Home:
        """The home as this object has it, of one that a copy of it found in another process."""
        known = self._catalogue.sources.get(home.ref.id)
        if known is not None:
            return Home(known.ref, known, home.line)
        return Home(self._recorded.setdefault(home.ref.id, home.ref), None, home.line)

    def _external(self, source_id: str, name: str) -> Home:
        if source_id in self._catalogue.sources:
            source = self._catalogue.sources[source_id]
            return Home(source.ref, source)
        ref = SourceRef(parse_id(source_id), name, "", "", UNKNOWN_ZONE)
        return Home(self._recorded.get(source_id, ref), None)

    def _is_known(self, source_id: str) -> bool:
        return source_id in self._catalogue.sources or source_id in self._recorded

    def _named(self, source_id: str, line: str | None, value: Mapping[str, Any]) -> Home:
        source = self._catalogue.sources.get(source_id)
        if source is not None:
            return Home(source.ref, source, line)
        if source_id not in self._recorded:
            city, language = text_of(value, "city") or "", text_of(value, "language") or ""
            ref = SourceRef(parse_id(source_id), source_id, city, language, UNKNOWN_ZONE)
            self._recorded[source_id] = ref
        return Home(self._recorded[source_id], None, line)


def definition_of(home: Home) -> Source:
    """The definition of a home. For an external source one that fetches nothing and reads by the
    general rules."""
    if home.source is not None:
        return home.source
    ref = home.ref
    return Source(
        id=ref.id,
        name=ref.name,
        city=ref.city,
        language=ref.language,
        zone=ref.zone,
        home="",
        entries=(),
        links=LinkRules(()),
        fields=FieldRules(language=ref.language, zone=ref.zone),
        schedule="",
        politeness=Politeness(timedelta()),
        bounds=Bounds(),
    )


def _is_id(text: str) -> bool:
    try:
        parse_id(text)
    except ValueError:
        return False
    return True


def _id_of_host(url: str) -> str:
    return _NO_LETTER.sub("-", host_of(url)).strip("-")[:64].strip("-")


# The runs of an import: one a source, begun when its first article comes, all ended together

Clock = Callable[[], datetime]


class Runs:
    """The open runs, by source, and what came in each.

    `figures` counts, by source, the words of `Counts`, and `stays` for what the archive knows
    better.
    """

    def __init__(self, store: Archive, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._runs: dict[str, Run] = {}
        self._recorded = set(store.sources.refs())
        self.figures: dict[str, Counter[str]] = {}

    def begin(self, homes: Iterable[Home]) -> None:
        """Have a run for each of these sources. A source without a definition is recorded as it
        is first named, and never changed by an import."""
        new = {home.ref.id: home for home in homes if home.ref.id not in self._runs}
        if not new:
            return
        now = self._clock()
        with self._store.writing(Durability.LATER) as tx:
            for source_id, home in new.items():
                if home.source is not None or source_id not in self._recorded:
                    tx.sources.register(home.ref, now)
                self._runs[source_id] = tx.runs.start(source_id, now, kind=RunKind.IMPORT)
        self.figures |= {source_id: Counter() for source_id in new}

    def id_of(self, source_id: str) -> int:
        """The run of a source that has one."""
        return self._runs[source_id].id

    def finish(self, outcome: Outcome, reason: str) -> tuple[Run, ...]:
        """End all. `reason` says where it came from."""
        with self._store.writing() as tx:
            return tuple(
                tx.runs.finish(
                    run.id,
                    self._clock(),
                    outcome,
                    _counts(self.figures[source_id]),
                    reason=_reason(reason, self.figures[source_id]),
                )
                for source_id, run in self._runs.items()
            )


def _counts(figures: Counter[str]) -> Counts:
    words = Counts.__dataclass_fields__
    return Counts(**{word: figures[word] for word in figures if word in words})


def _reason(reason: str, figures: Counter[str]) -> str:
    stays = figures["stays"]
    return f"{reason}; {stays} differ from the page kept here, which stays" if stays else reason


# Articles, decided on and written in batches

BATCH = 50
"""So many articles share a write transaction: a crawl beside an import hardly waits."""
_BATCH_BYTES = 2 * 1024 * 1024
"""Fewer where their lines together are longer: all that a batch holds is in memory at a time."""
_TOLD = 100
_NO_READER = 0
_LONG = 256 * 1024
"""Characters: longer texts are compared in a worker process."""
_MODULES = ("scraper.archives.ingest", "scraper.relevance.match", "storage.articles.writes")


@dataclass(slots=True)
class ImportTally:
    """What an import came to: how many of each word, its first faults, and its runs.

    `figures` counts `read`, `new`, `changed`, `unchanged`, `stays` (the archive's own page says
    otherwise and stays), `quarantined`, `skipped` and `faults`. `unclaimed`, by host, the pages
    among the skipped whose address no source takes.
    """

    figures: Counter[str] = field(default_factory=Counter)
    faults: list[LineFault] = field(default_factory=list)
    unclaimed: Counter[str] = field(default_factory=Counter)
    runs: tuple[Run, ...] = ()

    @property
    def used(self) -> int:
        """How many of what was read were neither faulty nor passed over."""
        return self.figures["read"] - self.figures["faults"] - self.figures["skipped"]

    def fault(self, fault: LineFault) -> None:
        """Count a fault, and keep it if it is among the first."""
        self.figures["faults"] += 1
        if len(self.faults) < _TOLD:
            self.faults.append(fault)

    def count(self, runs: Runs, source_id: str, word: str) -> None:
        """Count what became of an article."""
        self.figures[word] += 1
        runs.figures[source_id][word] += 1
        runs.figures[source_id]["listed"] += 1


@contextmanager
def importing(store: Archive, clock: Clock, origin: str) -> Iterator[tuple[Runs, ImportTally]]:
    """One import at a time: runs for it, ended with it however it ends. Raises Busy."""
    with Lock(store.path, RunKind.IMPORT).acquire(timedelta(), f"import {origin}"):
        with store.writing(Durability.LATER) as tx:
            tx.runs.close_all(RunKind.IMPORT, clock())
        runs, tally = Runs(store, clock), ImportTally()
        try:
            yield runs, tally
        except BaseException:
            runs.finish(Outcome.INTERRUPTED, f"from {origin}, cut short")
            raise
        from ..events.catch_up import find_contradictions, find_events  # a crawl may do without

        find_events(store)
        find_contradictions(store)
        unusable = tally.figures["faults"]
        outcome = Outcome.PARTIAL if unusable else Outcome.OK
        note = f", {unusable} of it not usable" if unusable else ""
        tally.runs = runs.finish(outcome, f"from {origin}{note}")


@dataclass(frozen=True, slots=True)
class _Item:
    """A record on its way in, graded where it looks new, and what it changes."""

    home: Home
    record: Record
    prepared: Prepared | None
    edit: ChangeSummary | None = None

    @property
    def reading(self) -> Reading:
        return Reading(self.record.outcome, "", _NO_READER, article=self.record.article)


def ingest(
    store: Archive,
    lines: Iterable[AnyLine],
    homes: Homes,
    watchlist: Watchlist,
    clock: Clock,
    origin: str,
    free_space: int = 0,
) -> ImportTally:
    """Take over the articles of a file. A line that cannot be used is a fault in the result.

    Long lines are read in a worker process, within its bounds of time and memory. Bringing the
    same twice changes nothing. Raises StorageError, also where fewer than `free_space` bytes are
    left on the disk, and Busy.
    """
    space = Space(store.path, free_space)
    refuse_if_short(space)
    with importing(store, clock, origin) as (runs, tally), BlockingWorkers(_MODULES) as workers:
        reader = _Reader(store, homes, watchlist, workers)
        for items in _batches(lines, lambda line: reader.item(line, tally)):
            refuse_if_short(space)
            runs.begin(item.home for item in items)
            now = clock()
            with store.writing(Durability.LATER) as tx:
                words = [_keep(tx, item, runs, now, watchlist) for item in items]
            for item, word in zip(items, words, strict=True):
                tally.count(runs, item.home.ref.id, word)
    return tally


def refuse_if_short(space: Space) -> None:
    """Raise StorageError where the archive's disk has no room for more."""
    if why := space.shortage():
        raise StorageError(f"nothing more is imported: {why}")


def _batches(
    lines: Iterable[AnyLine], read: Callable[[AnyLine], _Item | None]
) -> Iterator[Sequence[_Item]]:
    """What lines bring, in batches, each line read as it comes."""
    items: list[_Item] = []
    count = size = 0
    for line in lines:
        if (item := read(line)) is not None:
            items.append(item)
        count += 1
        size += 0 if isinstance(line, LineFault) else line.size
        if count >= BATCH or size >= _BATCH_BYTES:
            yield items
            items, count, size = [], 0, 0
    yield items


class _Reader:
    """Reads lines, and grades what looks new: before the lock, because it takes a while."""

    def __init__(
        self, store: Archive, homes: Homes, watchlist: Watchlist, workers: BlockingWorkers
    ) -> None:
        self._store, self._homes, self._watchlist = store, homes, watchlist
        self._workers = workers

    @cached_property
    def _portable(self) -> Homes:
        return self._homes.portable()

    def item(self, line: AnyLine, tally: ImportTally) -> _Item | None:
        """What a line brings. None where it is a fault, which is counted."""
        tally.figures["read"] += 1
        if isinstance(line, LineFault):
            tally.fault(line)
            return None
        try:
            if isinstance(line, LongLine):
                return self._long(line)
            home = self._homes.of_record(line.value)
            record = read_record(line.value, home.ref.id, home.line, home.ref.zone)
            return self._graded(home, record, None)
        except ValueError as error:
            tally.fault(LineFault(line.number, in_words(error)))
            return None

    def _long(self, line: LongLine) -> _Item:
        found = self._workers.ask(
            read_long, line.raw, shared(self._portable), shared(self._watchlist)
        )
        if isinstance(found, CallFault):
            raise ValueError(f"{found.outcome}: {found.reason}")
        if isinstance(found, str):
            raise ValueError(found)
        home, record, prepared = found
        return self._graded(self._homes.agree(home), record, prepared)

    def _graded(self, home: Home, record: Record, prepared: Prepared | None) -> _Item:
        known = self._store.pages.known(home.ref.id, record.article.url)
        found = prepared.hashes.content if prepared else content_hash(record.article)
        if known is not None and known.content_hash == found:
            return _Item(home, record, None)
        edit = self._edit(known.article_id, record.article) if known else None
        return _Item(home, record, prepared or prepare(record.article, self._watchlist), edit)

    def _edit(self, article_id: int, article: ArticleData) -> ChangeSummary:
        before = self._store.revisions.of(article_id)[-1]
        if len(before.body) + len(article.body) <= _LONG:
            return classify_change(before, article)
        found = self._workers.ask(classify_change, before, article)
        if isinstance(found, CallFault):
            raise ValueError(f"{found.outcome}: compared with what is kept: {found.reason}")
        return found


def read_long(
    raw: bytes, homes: Homes, watchlist: Watchlist
) -> tuple[Home, Record, Prepared] | str:
    """All that follows from a line alone, or what is wrong with it: what a worker does of it."""
    try:
        value = parse_line(raw)
        home = homes.of_record(value)
        record = read_record(value, home.ref.id, home.line, home.ref.zone)
    except ValueError as error:
        return in_words(error)
    return home, record, prepare(record.article, watchlist)


def _keep(tx: Transaction, item: _Item, runs: Runs, now: datetime, watchlist: Watchlist) -> str:
    """Decide and apply, inside the lock. The word for what became of it."""
    article, source_id = item.record.article, item.home.ref.id
    known = tx.archive.pages.known(source_id, article.url)
    prepared = item.prepared
    intent = decide(item.reading, known, article.url, prepared.hashes if prepared else None)
    if isinstance(intent, Touch):
        return Change.UNCHANGED
    if known is not None and (known.snapshot_id is not None or known.gone):
        return "stays"
    if isinstance(intent, Revise) and item.edit is not None:
        intent = item.edit.of(intent)
    run_id = runs.id_of(source_id)
    prepared = prepared or prepare(article, watchlist)
    applied = tx.articles.apply(
        intent, source_id=source_id, run_id=run_id, now=now, columns=prepared.columns
    )
    assert applied.article_id is not None  # only usable records get here
    assert prepared.relevance is not None  # there is a watchlist
    tx.relevance.replace(applied.article_id, prepared.relevance)
    if prepared.facts is not None:
        tx.articles.facts.replace(applied.article_id, prepared.facts, FACTS_VERSION)
    if known is None:
        _keep_history(tx, applied.article_id, item.record, run_id, now)
    return Change.CHANGED if applied.change is Change.COSMETIC else applied.change


def _keep_history(
    tx: Transaction, article_id: int, record: Record, run_id: int, now: datetime
) -> None:
    """What the other archive had lived to see of a new article."""
    if record.gone_at is not None:
        tx.articles.mark_gone(
            article_id,
            run_id=run_id,
            now=min(record.gone_at, now),
            outcome=Outcome.GONE,
            evidence="withdrawn before it was imported",
        )
    if record.first_seen_at is not None:
        tx.articles.set_first_seen(article_id, record.first_seen_at)
