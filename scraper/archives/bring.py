"""Taking over whole articles that others archived: decided and written as in a crawl, in batches.

Nothing here was seen at a portal: a known article is not touched, and where the archive holds the
page itself, that page has the last word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from hubwatch.locks import Lock
from storage.archive import Archive
from storage.runs.records import IMPORT, Run
from storage.transaction import Transaction
from storage.types import Change, Outcome, Reading, Revise, Touch

from ..hashes import content_hash
from ..pipelines.decide import decide
from ..pipelines.read import Prepared, prepare
from ..relevance.topics import Watchlist
from ..revisions.classify import ChangeSummary, classify_change
from .homes import Home, Homes
from .jsonl import Line, LineFault
from .record import Record, read_record
from .runs import Clock, Runs

BATCH = 50
"""So many articles share a write transaction: a crawl beside an import hardly waits."""
_TOLD = 100
_NO_READER = 0


@dataclass(slots=True)
class Brought:
    """What an import came to: how many of each word, its first faults, and its runs.

    `figures` counts `read`, `new`, `changed`, `unchanged`, `stays` (the archive's own page says
    otherwise and stays), `quarantined`, `skipped` and `faults`; `unclaimed`, by host, the pages
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
def importing(store: Archive, clock: Clock, origin: str) -> Iterator[tuple[Runs, Brought]]:
    """One import at a time: runs for it, ended with it however it ends. Raises Busy."""
    with Lock(store.path, IMPORT).acquire(timedelta(), f"import {origin}"):
        with store.writing() as tx:
            tx.runs.close_all(IMPORT, clock())
        runs, brought = Runs(store, clock), Brought()
        try:
            yield runs, brought
        except BaseException:
            runs.finish(Outcome.INTERRUPTED, f"from {origin}, cut short")
            raise
        unusable = brought.figures["faults"]
        outcome = Outcome.PARTIAL if unusable else Outcome.OK
        note = f", {unusable} of it not usable" if unusable else ""
        brought.runs = runs.finish(outcome, f"from {origin}{note}")


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


def bring(
    store: Archive,
    lines: Iterable[Line | LineFault],
    homes: Homes,
    watchlist: Watchlist,
    clock: Clock,
    origin: str,
) -> Brought:
    """Take over the articles of a file. A line that cannot be used is a fault in the result.

    Bringing the same twice changes nothing. Raises StorageError, Busy.
    """
    with importing(store, clock, origin) as (runs, brought):
        for batch in _batches(lines):
            items = [
                item for each in batch if (item := _item(store, each, homes, watchlist, brought))
            ]
            runs.begin(item.home for item in items)
            now = clock()
            with store.writing() as tx:
                words = [_keep(tx, item, runs, now, watchlist) for item in items]
            for item, word in zip(items, words, strict=True):
                brought.count(runs, item.home.ref.id, word)
    return brought


def _batches(lines: Iterable[Line | LineFault]) -> Iterator[Sequence[Line | LineFault]]:
    rest = iter(lines)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _item(
    store: Archive, line: Line | LineFault, homes: Homes, watchlist: Watchlist, brought: Brought
) -> _Item | None:
    """Read one line, and grade it if it looks new: before the lock, because it takes a while."""
    brought.figures["read"] += 1
    if isinstance(line, LineFault):
        brought.fault(line)
        return None
    try:
        home = homes.of_record(line.value)
        record = read_record(line.value, home.ref.id, home.line, home.ref.zone)
    except ValueError as error:
        brought.fault(LineFault(line.number, str(error)))
        return None
    known = store.pages.known(home.ref.id, record.article.url)
    if known is not None and known.content_hash == content_hash(record.article):
        return _Item(home, record, None)
    edit = (
        classify_change(store.revisions.of(known.article_id)[-1], record.article) if known else None
    )
    return _Item(home, record, prepare(record.article, watchlist), edit)


def _keep(tx: Transaction, item: _Item, runs: Runs, now: datetime, watchlist: Watchlist) -> str:
    """Decide and apply, inside the lock; the word for what became of it."""
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
