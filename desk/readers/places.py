"""The readers of a place as whoever reads again sees them: results come in the order of the items,
whoever read them, and what is not read there is read here.

A reading that comes back is a result, unlike what a crawl brings. So only places that are marked
are asked, what is odd and a sample of the rest is read here too, and an answer that differs in one
of them is dropped whole, with all that the place would still bring (docs/decisions/0017).
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from itertools import count
from types import TracebackType
from typing import Any, Self

from hubwatch.locks import Lock
from scheduler.cluster.readings import ReadingPlace, SentChunk, new_job
from scheduler.cluster.tickets import ClusterConfig, ClusterPlace
from scraper.workers.faults import CallFault
from scraper.workers.pool import BlockingWorkers
from storage.archive import Archive
from storage.database import Durability
from storage.readings import ReadingJob

from .chunks import FEWEST_ITEMS, MOST_ITEMS, PackedChunk, odd_ones, pack_chunks, take_in
from .work import MODULES, WORKS, rules_in_use

SAMPLED = 50
"""Of so many items one is read here, too, and of each chunk at least one."""
AHEAD = 2
"""Chunks a reader has at a time: the next one lies ready when it is done with one."""
_SHARES = 16
"""A small job is cut into about so many chunks, for all readers to have something."""
MOST_OUT = 24
"""Chunks that are kept in memory until they are written."""
_POLL = 0.1  # seconds between two looks at the place
_TAKEN_IN = 120.0  # seconds of CPU time for one answer
_TOGETHER = 8
GOES_ON = timedelta(days=1)
"""A job that moved within that time is gone on with."""


@dataclass(slots=True)
class _Waiting:
    """A chunk whose results are waited for, and how many of them were read here."""

    packed: PackedChunk
    sent: SentChunk
    results: list[Any] | None = None
    here: int = 0


@dataclass(slots=True)
class PlaceReaders:
    """The readers of a place, for one job of this process: to be used in a `with` statement.

    `keeps` says that what is done stays done, so that a job that was cut off can go on."""

    store: Archive
    place: ClusterPlace
    config: ClusterConfig
    clock: Callable[[], Any]
    work: str
    keeps: bool = True
    read_there: int = 0
    read_here: int = 0
    _lock: Lock | None = None
    _remote: ReadingPlace | None = None
    _job: ReadingJob | None = None
    _waiting: deque[_Waiting] = field(default_factory=deque)
    _local: BlockingWorkers = field(default_factory=lambda: BlockingWorkers(MODULES))
    _taking: BlockingWorkers = field(
        default_factory=lambda: BlockingWorkers(MODULES, count=1, seconds=_TAKEN_IN)
    )

    def __enter__(self) -> Self:
        """Raises Busy where another process has the readers of the place, StorageError."""
        lock = Lock(self.store.path, f"readers-{self.place.name}")
        lock.acquire(timedelta(), f"reread {self.work}")
        self._lock = lock
        self._remote = ReadingPlace(self.store, self.place, self.config, self.work, self.clock)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._local.close()
        self._taking.close()
        if self._remote is not None:
            self._remote.close([each.sent for each in self._waiting])
        if self._job is not None and (kind is None or not self.keeps):
            with self.store.writing() as tx:
                tx.sources.slices.readings.end(self._job, self.clock())
        if self._lock is not None:
            self._lock.release()

    @property
    def dismissed(self) -> str:
        """Why what comes from there is not used any more, or empty."""
        return self._remote.dismissed if self._remote is not None else ""

    def begin(self, total: int, rules: str = "") -> int:
        """Begin the job, or go on with one that was cut off, and return the place after which there
        is something to do. `rules` is what results follow from beside the items: by others a job
        begins anew. `total` is how many items there are."""
        rules = sha256(f"{rules_in_use()} {self.work} {rules}".encode()).hexdigest()
        now, readings = self.clock(), self.store.sources.slices.readings
        found = readings.unfinished(self.work, rules, now - GOES_ON) if self.keeps else None
        if found is None:
            with self.store.writing() as tx:
                found = tx.sources.slices.readings.begin(
                    new_job(now), self.work, self.place.name, rules, total, now
                )
        self._job = found
        return found.position

    def each(
        self, items: Iterable[Any], position: Callable[[Any], int] = lambda item: 0
    ) -> Iterator[Any]:
        """The result of every item, in their order: a value, or the fault with which it is not
        read here either. `position` is the place of an item, up to which all is done once the
        result after it is asked for."""
        work = WORKS[self.work]
        assert self._job is not None and self._remote is not None
        fair = self._job.total // _SHARES
        most = max(FEWEST_ITEMS, min(MOST_ITEMS, fair))
        chunks, numbers = pack_chunks(work, items, most), count(1)
        more = True
        while True:
            while more and len(self._waiting) < self._window:
                packed = next(chunks, None)
                more = packed is not None
                if packed is not None:
                    name = f"{new_job(self.clock())}-{next(numbers)}"
                    sent = self._remote.new_chunk(packed.data, name)
                    self._waiting.append(_Waiting(packed, sent))
                    self._poll()
            if not self._waiting:
                return
            head = self._waiting[0]
            self._resolve(head)
            assert head.results is not None
            yield from head.results
            self._waiting.popleft()
            self._moved(head, position(head.packed.items[-1]))

    @property
    def _window(self) -> int:
        assert self._remote is not None
        return min(MOST_OUT, max(2, AHEAD * self._remote.readers + 1))

    def _poll(self) -> None:
        """See to all that is out, and take in what came back."""
        assert self._remote is not None
        open_ones = [each for each in self._waiting if each.results is None]
        self._remote.poll([each.sent for each in open_ones])
        for waiting in open_ones:
            if waiting.sent.answer is not None and not self._remote.dismissed:
                self._take(waiting)

    def _resolve(self, head: _Waiting) -> None:
        """See to it that a chunk has its results."""
        assert self._remote is not None
        while head.results is None:
            self._poll()
            if head.results is not None:
                return
            if head.sent.given_up or self._remote.is_gone:
                self._read_here(head)
            else:
                time.sleep(_POLL)

    def _read_here(self, waiting: _Waiting) -> None:
        assert self._remote is not None
        self._remote.give_up(waiting.sent, "it is read at the centre")
        waiting.results = self._results_of(waiting.packed.items)
        waiting.here = len(waiting.results)

    def _results_of(self, items: Sequence[Any]) -> list[Any]:
        call = WORKS[self.work].call
        parts = [items[at : at + _TOGETHER] for at in range(0, len(items), _TOGETHER)]
        asked = [self._local.share(call, part) for part in parts]
        return [found for each in asked for found in each.result()]

    def _take(self, waiting: _Waiting) -> None:
        """Take in an answer, unless it is none, or differs from what is read here."""
        sent, items, work = waiting.sent, waiting.packed.items, WORKS[self.work]
        data = sent.answer
        assert data is not None and self._remote is not None
        chunk = sha256(waiting.packed.data).hexdigest()
        found = self._taking.ask(take_in, data, self.work, chunk, len(items))
        if isinstance(found, CallFault | str):
            self._remote.refuse(sent, found if isinstance(found, str) else found.reason)
            return
        values, unclean = found
        odd = [*unclean, *odd_ones(work, items, values)]
        wanted = max(1, len(items) // SAMPLED)
        places = sorted({*odd, *random.SystemRandom().sample(range(len(items)), wanted)})
        own = self._results_of([items[place] for place in places])
        for place, here in zip(places, own, strict=True):
            there = values[place]
            # What is cut off here was read by somebody with more time: that is no lie.
            if there is not None and not isinstance(here, CallFault) and there != here:
                self._remote.refuse(sent, _difference(there, here))
                return
            values[place] = here
        waiting.results, waiting.here = values, len(places)
        self._remote.accept(sent)

    def _moved(self, done: _Waiting, position: int) -> None:
        assert self._job is not None and done.results is not None
        self.read_here += done.here
        self.read_there += len(done.results) - done.here
        with self.store.writing(Durability.LATER) as tx:
            tx.sources.slices.readings.move(
                self._job, len(done.results), done.here, position, self.clock()
            )


def _difference(there: Any, here: Any) -> str:
    """In which parts two readings of one item differ. Quotes nothing of either."""
    own = here.article if getattr(here, "article", None) is not None else here
    other = there.article if getattr(there, "article", None) is not None else there
    if type(own) is not type(other):
        return "an item reads otherwise here"
    names = [
        name for name in own.__dataclass_fields__ if getattr(own, name) != getattr(other, name)
    ]
    return f"an item reads otherwise here: {', '.join(names) or 'its outcome'}"
