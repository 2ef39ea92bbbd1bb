"""Reading archived pages and files again with today's rules: what would change, and changing it.

Adds readings, never revisions or events: the page is the same, only we read it better. No network.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice, tee
from typing import TYPE_CHECKING

from scraper.parsing.documents.read import read_file
from scraper.parsing.version import FILE_READER_VERSION
from scraper.pipelines.archive import keep_reading
from scraper.pipelines.read import KeptPages, load_pages, prepare, read_pages, taught
from scraper.relevance.watchlist import Watchlist
from scraper.sources.load import Catalogue
from scraper.sources.model import Source
from scraper.workers.faults import CallFault
from scraper.workers.pool import each, preload_workers
from storage.archive import Archive
from storage.articles.records import Article
from storage.attachments import FileText, PackedText
from storage.revisions import Readable, Revision
from storage.types import ArticleData, Capture, Outcome, Reading, When

from . import _
from .readers.work import PageItem

if TYPE_CHECKING:
    from .readers.places import PlaceReaders

_FEW = 60
"""Fewer are read here: starting workers would cost more than it saves."""
_MODULES = ("scraper.parsing.article", "desk.reparse")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field as it is kept and as it reads today."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Rereading:
    """One archived page read again. `fault` says why it could not be. The kept reading stays
    then."""

    item: Readable
    url: str
    changes: tuple[FieldChange, ...] = ()
    reading: Reading | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class _Job:
    """An archived page to be read. Without a source there are no rules to read it by."""

    item: Readable
    article: Article
    pages: KeptPages | None = None
    source: Source | None = None


def preload() -> None:
    """Have the workers that read again be copies of this process. To be called before an archive is
    open."""
    preload_workers()


def reread(
    store: Archive,
    catalogue: Catalogue,
    source_ids: Sequence[str] = (),
    *,
    processes: int | None = None,
    readers: PlaceReaders | None = None,
    after: int = 0,
) -> Iterator[Rereading]:
    """Read every archived article page of these sources (or all) again, those after a place alone.
    Changes nothing.

    By the readers of a place, or in so many worker processes, by default as many as there are
    cores, but two at most. 0: here.
    """
    jobs = _jobs(store, catalogue, source_ids, after)
    if readers is not None:
        yield from _read_there(store, jobs, readers)
        return
    first = list(islice(jobs, _FEW))
    if len(first) < _FEW or processes == 0:
        for job in chain(first, jobs):
            yield _compared(store, job, _read((job.pages, job.source)))
        return
    # The one copy is read ahead by what feeds the workers; results come in the same order.
    ahead, jobs = tee(chain(first, jobs))
    pages = ((job.pages, job.source) for job in ahead)
    readings = each(_read, pages, _MODULES, count=processes)
    for job, reading in zip(jobs, readings, strict=True):
        yield _compared(store, job, reading)


def _read_there(store: Archive, jobs: Iterator[_Job], readers: PlaceReaders) -> Iterator[Rereading]:
    ahead, jobs = tee(jobs)
    items = (
        PageItem(job.pages, job.source.id, job.source.fields, job.item.place)
        for job in ahead
        if job.pages is not None and job.source is not None
    )
    readings = readers.each(items, lambda item: item.place)
    for job in jobs:
        yield _compared(store, job, None if job.pages is None else next(readings))
    assert not list(readings)  # asked once more, it hears that the last ones are done


def rules_for(store: Archive, catalogue: Catalogue, source_ids: Sequence[str] = ()) -> str:
    """All by which the pages of these sources (or all) are read beside the program: a text that is
    another where anything of that is."""
    chosen = sorted(source_ids or store.sources.refs())
    sources = (catalogue.sources.get(each) for each in chosen)
    return repr([(each.id, taught(store, each).fields) for each in sources if each is not None])


def _jobs(
    store: Archive, catalogue: Catalogue, source_ids: Sequence[str], after: int
) -> Iterator[_Job]:
    known: dict[str, Source] = {}
    for item in store.revisions.readable(source_ids, after):
        article = store.articles.as_read(item.article_id)
        source = catalogue.sources.get(item.source_id)
        if article is None:
            continue
        source = known.get(item.source_id) or source
        if source is not None and item.source_id not in known:
            source = known[item.source_id] = taught(store, source)
        pages = load_pages(store, item.source_id, item.snapshot_id, item.parts) if source else None
        yield _Job(item, article, pages, source)


def _read(kept: tuple[KeptPages | None, Source | None]) -> Reading | None:
    pages, source = kept
    if pages is None or source is None:
        return None
    return read_pages(pages, source.fields, source.id)


def _compared(store: Archive, job: _Job, reading: Reading | CallFault | None) -> Rereading:
    item, article = job.item, job.article
    if reading is None or job.source is None:
        return Rereading(
            item,
            article.url,
            fault=_("there is no source %(source_id)s any more", source_id=item.source_id),
        )
    if isinstance(reading, CallFault) or reading.article is None:
        return Rereading(item, article.url, fault=f"{reading.outcome}: {reading.reason}")
    if item.revision == article.revisions:
        pairs = _fields(article, reading.article, job.source.language)
    else:
        revision = next(r for r in store.revisions.of(article.id) if r.number == item.revision)
        pairs = _fields_of_old(revision, reading.article)
    changes = tuple(FieldChange(name, old, new) for name, old, new in pairs if old != new)
    return Rereading(item, article.url, changes, reading)


def apply(store: Archive, found: Rereading, now: datetime, watchlist: Watchlist) -> None:
    """Keep a changed reading, and match a current one again. Raises StorageError."""
    reading, item = found.reading, found.item
    if reading is None or reading.article is None or not found.changes:
        return
    prepared = prepare(reading.article, watchlist)
    keep_reading(store, item, reading, prepared, now)


def _fields(old: Article, new: ArticleData, language: str) -> Iterator[tuple[str, str, str]]:
    yield "title", old.title, new.title
    yield "published", _iso(old.published), _iso(new.published)
    yield "updated", _iso(old.updated), _iso(new.updated)
    yield "written", _iso(old.written), _iso(new.written)
    yield "source", old.source or "", new.source or ""
    yield "author", old.author or "", new.author or ""
    yield "publisher", old.publisher or "", new.publisher or ""
    yield "editor", old.editor or "", new.editor or ""
    if not old.dates and new.dates:  # read before date candidates were kept
        yield "dates", "", _("%(dates)s candidates", dates=len(new.dates))
    yield "language", old.language, new.language or language
    yield "body", old.body, new.body
    yield "html", old.html, new.html
    yield "images", _urls(old), _urls(new)
    yield "attachments", _files(old), _files(new)


def _fields_of_old(old: Revision, new: ArticleData) -> Iterator[tuple[str, str, str]]:
    yield "title", old.title, new.title
    yield "published", _iso(old.published), _iso(new.published)
    yield "body", old.body, new.body


def _iso(when: When | None) -> str:
    return when.iso if when else ""


def _urls(article: Article | ArticleData) -> str:
    return " ".join(image.url for image in article.images)


def _files(article: Article | ArticleData) -> str:
    return " ".join(file.url for file in article.attachments)


# The files of articles, where today's rules are newer.

_SECONDS = 20.0
"""Of CPU time, for one file."""
_FILE_MODULES = (
    "scraper.parsing.documents.read",
    "scraper.parsing.documents.pdf",
    "scraper.parsing.documents.office",
    "desk.reparse",
)


def count_stale(store: Archive) -> int:
    """How many files were read by older rules."""
    return len(store.attachments.stale(FILE_READER_VERSION))


def read_stale(store: Archive, now: datetime) -> int:
    """Read those again in a worker, and keep what they say. Return how many. Raises
    StorageError."""
    stale = store.attachments.stale(FILE_READER_VERSION)
    captures = (store.pages.snapshot(snapshot_id) for _, snapshot_id in stale)
    read = each(_read_file, captures, _FILE_MODULES, count=1, seconds=_SECONDS)
    done = 0
    for (blob_id, _old), found in zip(stale, read, strict=True):
        if found.outcome is Outcome.BUSY:  # it stays owed
            continue
        done += 1
        packed = PackedText.of(
            FileText(found.outcome, found.reason, "", FILE_READER_VERSION)
            if isinstance(found, CallFault)
            else found
        )
        with store.writing() as tx:
            tx.attachments.keep_text(blob_id, packed, now)
    return done


def _read_file(capture: Capture) -> FileText:
    suffix = capture.url.rpartition(".")[2].lower()
    return read_file(capture.body, suffix, capture.header("content-type") or "")
