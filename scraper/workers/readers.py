"""Where a crawl has its pages and files read: beside the downloader, bounded, never in silence.

A page that cannot be read within its bounds is a reading without an article, which says why. What
is read and how is decided in `scraper.parsing`, what is made of it in `scraper.pipelines.read`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from storage.attachments import FileText
from storage.lessons import LessonPage
from storage.lists import RowWitness
from storage.packing import Base
from storage.types import Capture, Outcome, Reading, Thing

from ..parsing.documents.read import read_file
from ..parsing.documents.text import unread as unread_file
from ..parsing.entries import rows_at_once
from ..parsing.pieces import in_pieces, is_long, together
from ..parsing.types import ListPage
from ..parsing.version import READER_VERSION
from ..pipelines.read import LOADED, Read, read_and_prepare, read_only
from ..sources.model import Entry, Source
from .faults import CallFault
from .pool import BlockingWorkers, Workers, bounded, is_possible, preload_workers
from .protocol import shared

if TYPE_CHECKING:
    from ..relevance.watchlist import LoadWatchlist, Watchlist

RecordBug = Callable[[str, Thing, str, str], None]
"""Puts on record what broke: source, thing, address, traceback."""

P = ParamSpec("P")
T = TypeVar("T")

_FEW = 40
_SMALL = 256 * 1024
_SECONDS_HERE = 5.0
"""By the clock, for all pages that are read here: nothing is downloaded meanwhile, and the time of
every page that is under way runs on."""
_MODULES = ("scraper.pipelines.read", "scraper.parsing.lists.read", *LOADED)
FILE_SECONDS = 20.0
"""Of CPU time, for one file. A PDF stops by itself before that, with what it has."""
_FOR_FILES = (
    "scraper.parsing.documents.read",
    "scraper.parsing.documents.pdf",
    "scraper.parsing.documents.office",
)


def preload_readers() -> None:
    """`preload_workers`, for those that read a crawl's pages."""
    preload_workers(_MODULES)


class Readers:
    """Has pages read: the first few small ones here, all others in worker processes.

    Most crawls find a handful of new pages. To start a worker takes as long as reading some sixty.
    Small ones only, since a parser cannot be cut in this process, and takes no second for them; and
    no more once they have held up the downloads for long, as they do on a busy host.
    """

    def __init__(
        self, watchlist: LoadWatchlist | None = None, record_bug: RecordBug | None = None
    ) -> None:
        self._watchlist = watchlist
        self._record_bug = record_bug
        self._workers = Workers(_MODULES)
        self._read = 0
        self._left_here = _SECONDS_HERE

    def warm_up(self, pages: int) -> None:
        """So many pages are to come: start the workers while they are fetched, if they are many."""
        if self._read + pages > _FEW:
            self._read = _FEW
            self._workers.start()

    async def read_page(
        self, capture: Capture, source: Source, base: Base | None, row: RowWitness | None = None
    ) -> Read:
        """Read an article's page, and make all that follows from it. `base` is what its bytes are
        packed against for the archive, `row` what the lists say of it."""
        watchlist = self._watchlist() if self._watchlist is not None else None
        found = await self._call(
            read_and_prepare, capture, source.fields, source.id, watchlist, base, row
        )
        if isinstance(found, CallFault):
            self._report(found, source, Thing.ARTICLE, capture.url)
            return Read(unread(found.outcome, found.reason))
        return found

    async def read_again(
        self, capture: Capture, source: Source, row: RowWitness | None = None
    ) -> Reading:
        """Read a page that is kept already, or only looked at."""
        found = await self._call(read_only, capture, source.fields, source.id, row)
        if isinstance(found, CallFault):
            self._report(found, source, Thing.ARTICLE, capture.url)
            return unread(found.outcome, found.reason)
        return found

    async def ask(
        self,
        call: Callable[Concatenate[Capture, P], T],
        capture: Capture,
        *rest: P.args,
        **no: P.kwargs,
    ) -> T | None:
        """Have a module's function look at a kept page. None where it could not."""
        found = await self._call(call, capture, *rest, **no)
        return None if isinstance(found, CallFault) else found

    async def read_rows(self, capture: Capture, entry: Entry, source: Source) -> ListPage:
        """Read a list page, feed or sitemap, a long one in pieces, each in a call of its own."""
        pieces: tuple[Capture, ...] | CallFault = ()
        if is_long(capture, entry):
            pieces = await self._call(in_pieces, capture, entry)
        if isinstance(pieces, CallFault) or not pieces:
            found = await self._call(rows_at_once, capture, entry, source)
            return self._rows_or_fault(found, capture, source)
        rules = shared(entry), shared(source)
        asked = (self._workers.ask(rows_at_once, each, *rules) for each in pieces)
        pages = [
            self._rows_or_fault(each, capture, source) for each in await asyncio.gather(*asked)
        ]
        return together(pages, entry)

    def _rows_or_fault(
        self, found: ListPage | CallFault, capture: Capture, source: Source
    ) -> ListPage:
        if isinstance(found, CallFault):
            self._report(found, source, Thing.LIST, capture.url)
            return ListPage(found.outcome, found.reason)
        for failure in found.broken:
            is_address = failure.what.startswith(("http://", "https://"))
            self._note(
                source, Thing.ROW, failure.what if is_address else capture.url, failure.trace
            )
        return found

    def _report(self, found: CallFault, source: Source, thing: Thing, url: str) -> None:
        if found.trace:
            self._note(source, thing, url, found.trace)

    def _note(self, source: Source, thing: Thing, url: str, trace: str) -> None:
        if self._record_bug is not None:
            self._record_bug(source.id, thing, url, trace)

    async def _call(
        self,
        call: Callable[Concatenate[Capture, P], T],
        capture: Capture,
        *rules: P.args,
        **no: P.kwargs,
    ) -> T | CallFault:
        """Call with a page and what many pages have in common."""
        self._read += 1
        is_small = self._read <= _FEW and len(capture.body) <= _SMALL
        if is_small and self._left_here > 0 and is_possible():
            began = time.monotonic()
            found = bounded(call, capture, *rules, **no)
            self._left_here -= time.monotonic() - began
            return found
        common: Any = (
            each if isinstance(each, RowWitness | LessonPage) else shared(each) for each in rules
        )
        return await self._workers.ask(call, capture, *common, **no)

    def close(self) -> None:
        """End the workers."""
        self._workers.close()


class BlockingReaders:
    """The same for an import: the first few small pages here, all others in a worker process."""

    def __init__(self, watchlist: Watchlist | None) -> None:
        self.watchlist = watchlist
        self._workers = BlockingWorkers(_MODULES, count=1)
        self._read = 0

    def read_page(self, capture: Capture, source: Source, row: RowWitness | None) -> Read:
        """Read an article's page, and make all that follows from it."""
        self._read += 1
        if self._read <= _FEW and len(capture.body) <= _SMALL and is_possible():
            found = bounded(
                read_and_prepare, capture, source.fields, source.id, self.watchlist, None, row
            )
        else:
            fields, own = shared(source.fields), shared(self.watchlist)
            found = self._workers.ask(read_and_prepare, capture, fields, source.id, own, None, row)
        return Read(unread(found.outcome, found.reason)) if isinstance(found, CallFault) else found

    def close(self) -> None:
        """End the worker."""
        self._workers.close()


def unread(outcome: Outcome, reason: str) -> Reading:
    """The reading of a page that is none, by what the server did: not there, or another page."""
    return Reading(outcome, reason, READER_VERSION)


class FileReaders:
    """Has files read, one at a time, in a worker of their own: a file takes longer than a page, and
    a hostile one more memory. The first file starts it, and it ends with the crawl."""

    def __init__(self, record_bug: RecordBug | None = None) -> None:
        self._record_bug = record_bug
        self._workers = Workers(_FOR_FILES, count=1, seconds=FILE_SECONDS)

    async def read(self, capture: Capture, suffix: str, source_id: str = "") -> FileText:
        """The text of a file. A bound that was met is a value, too. What breaks is kept as a bug of
        the source."""
        media = capture.header("content-type") or ""
        found = await self._workers.ask(read_file, capture.body, suffix, media)
        if not isinstance(found, CallFault):
            return found
        if found.trace and self._record_bug is not None:
            self._record_bug(source_id, Thing.FILE, capture.url, found.trace)
        return unread_file(found.outcome, found.reason)

    def close(self) -> None:
        """End the worker."""
        self._workers.close()
