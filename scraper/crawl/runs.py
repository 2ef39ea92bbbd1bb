"""The runs of a process: leases, run rows, outcomes. Who starts a crawl does not matter here.

`hubwatch crawl` walks each source with a crawler of its own, `scrapy crawl` on the engine that it
is in; both get their runs from here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hubwatch.errors import Paused, StorageError
from storage.archive import Archive
from storage.runs.records import BACKFILL, Counts, Run
from storage.sources.records import Thing
from storage.types import Outcome

from ..bugs import storage_error
from ..middlewares.route import route_of
from ..sources.hosts import hosts_of
from ..sources.links import authority_of
from ..sources.model import Source
from ..spiders.backfill.crawl import BackfillCrawl
from ..spiders.source import SourceCrawl
from ..spiders.tally import Ending
from .context import CrawlContext
from .leases import Leases
from .log import LOGGER, crawled, event
from .request import CrawlRequest, RunFinished, SourceStarted

AT_ONCE = 8
"""So many sources are crawled at the same time."""
_POLL_SECONDS = 0.2


def refuse_while_paused(store: Archive, request: CrawlRequest) -> None:
    """Raises Paused if the whole installation stands still."""
    found = store.maintenance.global_pause(request.clock())
    if found is not None:
        since = _local(found.since, request.zone)
        until = f" until {_local(found.until, request.zone)}" if found.until else ""
        raise Paused(
            f"{store.path}: everything is paused since {since}{until} {request.zone}: "
            f"{found.reason}"
        )


def _local(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class WalkEnd:
    """How a walk ended: what broke it, if anything, and whether it was cut short."""

    error: BaseException | None = None
    interrupted: bool = False


Walk = Callable[[SourceCrawl], Awaitable[WalkEnd]]


@dataclass(slots=True)
class _Attempt:
    """A source that is waiting for its hosts."""

    source: Source
    hosts: frozenset[str]
    give_up_at: float | None = None


class SourceRuns:
    """The runs of one process: who may start, and what each comes to. `walk` carries a crawl out on
    Scrapy's engine, `is_stopping` says whether somebody told us to end."""

    def __init__(self, context: CrawlContext, is_stopping: Callable[[], bool], walk: Walk) -> None:
        self._context = context
        self._is_stopping = is_stopping
        self._walk = walk
        self._leases = Leases(context.store.path)
        self._places = asyncio.Semaphore(AT_ONCE)
        self._open: dict[str, Run] = {}
        self.unwritten: StorageError | None = None  # the first thing that could not be kept

    def run_of(self, source: Source, ended: Run | BaseException | None) -> Run | None:
        """The run that a crawl came to, also where something broke around it."""
        if isinstance(ended, Exception):
            return self._broken_off(source, ended)
        if isinstance(ended, BaseException):
            raise ended
        return ended

    async def one(self, source: Source) -> Run | None:
        """Crawl one source as soon as there is a place and its hosts are free; None if we were
        told to stop before that."""
        attempt = _Attempt(source, self._hosts(source))
        while not self._is_stopping():
            async with self._places:
                try:
                    run = await self._try(attempt)
                except StorageError as error:
                    # The run's row may stay open; the next crawl of the source will close it.
                    self._note_refusal(source, error)
                    return None
                except Exception as error:  # of this source alone; the others go on
                    return self._broken_off(source, error)
            if run is not None:
                return run
            await asyncio.sleep(_POLL_SECONDS)
        return None

    def _hosts(self, source: Source) -> frozenset[str]:
        page = self._context.request.page
        return hosts_of(source) | ({authority_of(page)} if page else frozenset())

    async def _try(self, attempt: _Attempt) -> Run | None:
        """The finished run; None if the hosts are not free yet."""
        if self._is_stopping():
            return None
        source = attempt.source
        if shortage := self._context.space.shortage():
            return self._not_begun(source, Outcome.NO_SPACE, shortage)
        kind = self._context.request.kind
        in_the_way = self._leases.try_hold(attempt.hosts, f"{kind} {source.id}")
        if not in_the_way:
            try:
                return await self._crawl(source)
            finally:
                self._leases.release(attempt.hosts)
        if kind != BACKFILL:
            self._leases.ask(attempt.hosts)
        wait = self._context.request.wait.total_seconds()
        attempt.give_up_at = attempt.give_up_at or time.monotonic() + wait
        if time.monotonic() < attempt.give_up_at:
            return None
        return self._not_begun(source, Outcome.BUSY, in_the_way)

    async def _crawl(self, source: Source) -> Run:
        of_kind = SourceCrawl if self._context.request.back is None else BackfillCrawl
        crawl = of_kind(source, self._begin(source), self._context)
        return self._finish(crawl, await self._walk(crawl))

    def _begin(self, source: Source) -> Run:
        context, now = self._context, self._context.now()
        with context.store.writing() as tx:
            tx.sources.register(source.ref, now)
            tx.runs.close_orphans(source.id, now)
            run = tx.runs.start(source.id, now, kind=context.request.kind)
            if context.request.addition is not None:
                tx.additions.begin(context.request.addition, run.id)
        self._open[source.id] = run
        for host in {authority.partition(":")[0] for authority in hosts_of(source)}:
            if host not in context.request.hosts:
                context.throttle.ask_pause(host, source.politeness.delay)
        context.report(SourceStarted(source.id, run.id))
        return run

    def _finish(self, crawl: SourceCrawl, end: WalkEnd) -> Run:
        tally, error = crawl.tally, end.error
        ending = tally.ending()
        if error is not None:
            if storage := storage_error(error):
                reason = f"could not be kept: {storage}"
                self._note_refusal(crawl.source, storage)
            else:
                reason = self._context.record_failure(crawl.source.id, Thing.RUN, "", error)
            ending = Ending(Outcome.INTERRUPTED, " ".join(reason.split())[:300], tally.position)
        elif end.interrupted:
            ending = Ending(Outcome.INTERRUPTED, "told to stop", tally.position)
        trust = route_of(crawl.source, self._context.request).note(self._context.now().date())
        reasons = tuple((word.value, count) for word, count in tally.reasons.most_common())
        with self._context.store.writing() as tx:
            while self._context.certificates:
                tx.sources.record_certificate(
                    *self._context.certificates.popitem(), self._context.now()
                )
            run = tx.runs.finish(
                crawl.run.id,
                self._context.now(),
                ending.outcome,
                tally.counts(),
                reason="; ".join(filter(None, (ending.reason, trust))),
                reasons=reasons,
                cursor=ending.cursor,
            )
        self._open.pop(crawl.source.id, None)
        return self._report(run)

    def _broken_off(self, source: Source, error: Exception) -> Run | None:
        """End the run of a source at which something of ours broke outside of its crawl; None if
        the archive does not take that."""
        now, kind = self._context.now(), self._context.request.kind
        try:
            with self._context.store.writing() as tx:
                tx.sources.register(source.ref, now)
                run = self._open.pop(source.id, None) or tx.runs.start(source.id, now, kind=kind)
            reason = self._context.record_failure(source.id, Thing.RUN, "", error)
            with self._context.store.writing() as tx:
                run = tx.runs.finish(run.id, now, Outcome.INTERRUPTED, Counts(), reason=reason)
        except StorageError as refusal:
            self._note_refusal(source, refusal)
            return None
        except Exception:  # not even that: the next crawl of the source closes the run
            LOGGER.exception("%s", event("crawl_failed", source=source.id, reason=error))
            return None
        return self._report(run)

    def _note_refusal(self, source: Source, error: StorageError) -> None:
        """Note that the archive did not take what a source had to say."""
        if self.unwritten is None:
            self.unwritten = error
        LOGGER.error("%s", event("storage_error", source=source.id, reason=error))

    def _not_begun(self, source: Source, outcome: Outcome, reason: str) -> Run:
        now = self._context.now()
        with self._context.store.writing() as tx:
            tx.sources.register(source.ref, now)
            run = tx.runs.start(source.id, now, kind=self._context.request.kind)
            run = tx.runs.finish(run.id, now, outcome, Counts(), reason=reason)
        return self._report(run)

    def _report(self, run: Run) -> Run:
        LOGGER.info("%s", crawled(run))
        self._context.report(RunFinished(run))
        return run
