"""One crawl of one source: its lists, then what is unknown on them, then what is due again.

Written as one coroutine over a fetcher, so that the order of things can be read from top to bottom.
Knows neither Scrapy nor how a page is read.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from storage.articles.records import Query
from storage.database import Durability
from storage.lists import ListedChange
from storage.pages import Validator
from storage.rechecks import Recheck
from storage.runs import Run, RunKind
from storage.types import SKEW, WORKED, Outcome, Thing
from storage.urls import key_of

from ..crawl.context import CrawlContext
from ..items import Process
from ..middlewares.fetch_result import FetchResult
from ..parsing.version import CONTRADICTIONS_VERSION
from ..sources.links import hosts_of, is_article
from ..sources.model import Source
from .articles import Articles
from .attachments import Attachments
from .fetch import Fetcher
from .lessons import Learning
from .lists import Lists
from .rechecks import Rechecks
from .tally import Budget, Tally
from .witnesses import Reconciliation

T = TypeVar("T")

_FULL_FETCH_AFTER = timedelta(days=7)
_FULL_FETCH_RUNS = 24
"""A validator is believed for so long and so many runs. Then the whole page is fetched again, since
some servers say "not modified" of pages that are."""
_LOOKED_AT = 10
_CUT_SHORT = (Outcome.INTERRUPTED, Outcome.KILLED, Outcome.TIMEOUT)
_MOST_EVENTS, _EVENTS_IN_A_ROUND = 2_000, 100
_MOST_COMPARED, _COMPARED_IN_A_ROUND = 500, 20
"""So many articles are looked at after a crawl: those of an older archive are by and by."""
_OWED_A_RUN = 20
"""So many addresses a run that no list names any more and that could not be had before."""


class SourceWork:
    """One run at one source, step by step: its parts, its articles one by one, each failing alone.

    `must_stop` is asked before every address, and says whether the run has to end before it.
    """

    def __init__(
        self, source: Source, run: Run, context: CrawlContext, must_stop: Callable[[str], bool]
    ) -> None:
        self.source = source
        self.run = run
        self.tally = Tally()
        self.budget = Budget(source.bounds, context.space)
        self._context = context
        self._must_stop = must_stop

    def lists(self, fetcher: Fetcher, ends: Collection[Outcome] = ()) -> Lists:
        """The lists of the source."""
        return Lists(self.source, self.run, self._context, fetcher, self.tally, self.budget, ends)

    def articles(self, fetcher: Fetcher, process: Process) -> Articles:
        """The articles of the source."""
        return Articles(
            self.source, self.run.id, self._context, fetcher, process, self.tally, self.budget
        )

    async def part(self, part: Coroutine[Any, Any, T]) -> T | None:
        """A part of the run, which ends only itself if it breaks. That is counted then."""
        try:
            return await part
        except Exception as error:
            self.fail_part(error)
            return None

    def fail_part(self, error: Exception) -> None:
        """Count and record what broke a part."""
        fault = self._context.record_failure(self.source.id, Thing.RUN, "", error)
        self.tally.fail_part(fault.outcome, fault.reason)

    async def each(self, articles: Articles, queue: deque[str]) -> None:
        """Fetch what is queued, as many at a time as the hosts bear."""
        self._context.readers.warm_up(len(queue))
        width = min(self._context.throttle.width(host) for host in hosts_of(self.source))
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(width, len(queue))):
                    group.create_task(self._take_from(articles, queue))
        finally:
            await articles.resolve_forwards()

    async def _take_from(self, articles: Articles, queue: deque[str]) -> None:
        while queue:
            url = queue.popleft()
            if not await self.one(articles, url, partial(articles.fetch_new, url)):
                return

    async def one(
        self, articles: Articles, url: str, ask: Callable[[], Awaitable[FetchResult]]
    ) -> bool:
        """Deal with one address, by `ask`, whatever comes of it. False if the run has to stop
        before it."""
        try:
            if self._must_stop(url):
                return False
            if not self._passes_over(url):
                self.budget.begin()
                self.budget.note(await ask())
        except asyncio.CancelledError as error:
            if _is_cancelled():
                raise
            articles.record_failure(url, error)  # a library gave up on its own
        except Exception as error:
            articles.record_failure(url, error)
        return True

    def _passes_over(self, url: str) -> bool:
        """Whether this address's host is in trouble, and left alone. That is noted as a bound."""
        circuit_open = self.budget.circuit_open(url)
        if circuit_open:
            self.tally.stop(circuit_open)
        return bool(circuit_open)


class SourceCrawl:
    """What one run does at one source. `tally` holds its figures at any moment."""

    def __init__(self, source: Source, run: Run, context: CrawlContext) -> None:
        self._work = SourceWork(source, run, context, self._must_stop)
        self.source = source
        self.run = run
        self.tally = self._work.tally
        self._context = context
        self._thorough = _left_work(context, run)
        self._validators = _believable(context, run)
        self._failed = context.store.pages.attempts(source.id, context.now())

    async def walk(self, fetcher: Fetcher, process: Process) -> None:
        """Do it all, or as much as the bounds allow. They are noted in the tally. `process` sends
        an item through the pipelines."""
        articles = self._work.articles(fetcher, process)
        page = self._context.request.page
        if page is not None:
            await self._work.each(articles, deque([page]))
            known = articles.known(page)
            await self._files(fetcher, known.article_id if known else 0)
            return
        lists = self._work.lists(fetcher)
        queue = await self._work.part(lists.walk(self._validators, thorough=self._thorough))
        await self._work.part(self._fetch_all(articles, queue or lists.queued))
        await self._work.part(self._again(articles, lists.reappeared))
        await self._work.part(self._reconcile())
        if not self.tally.new and not self._context.request.is_of_slice:
            own = Query(sources=(self.source.id,))
            self.tally.barren = not self._context.store.articles.count(own, 1)
        if not self._context.request.is_of_slice:
            await self._work.part(Learning(self.source, self._context, self._work.budget).learn())
            await self._work.part(self._find_events())
        await self._work.part(self._files(fetcher))

    async def _fetch_all(self, articles: Articles, queue: Sequence[str]) -> None:
        """Fetch what was found on the lists, and what is owed."""
        try:
            ordered = self._in_order(queue)
        except Exception as error:
            self._work.fail_part(error)
            ordered = deque(queue)
        await self._work.each(articles, ordered)

    async def _find_events(self) -> None:
        """Find which stories tell one event, and which contradict each other. What is left waits
        for the next run. What compares them is loaded where there is something to compare."""
        if not self._context.store.stories.is_due(CONTRADICTIONS_VERSION):
            return
        from ..events.catch_up import find_contradictions, find_events

        for find, most, at_once in (
            (find_events, _MOST_EVENTS, _EVENTS_IN_A_ROUND),
            (find_contradictions, _MOST_COMPARED, _COMPARED_IN_A_ROUND),
        ):
            for _ in range(most // at_once):
                if not find(self._context.store, at_once):
                    break
                await asyncio.sleep(0)  # others run in the same event loop

    async def _reconcile(self) -> None:
        """Compare what the entries show, now that the days of what they list are known."""
        Reconciliation(self.source, self.run, self._context, self.tally).close()

    async def _files(self, fetcher: Fetcher, article_id: int | None = None) -> None:
        """Fetch the files that articles link to, of all or of one, after everything else."""
        files = Attachments(self.source, self.run.id, self._context, fetcher, self._work.budget)
        trouble = await files.walk(article_id)
        self.tally.remark(trouble)

    def _in_order(self, queue: Sequence[str]) -> deque[str]:
        """What is new first, then what is owed, then what failed when it was last asked for and
        has rested since."""
        now = self._context.now()
        before = [(url, failed) for url in queue if (failed := self._failed.get(key_of(url)))]
        before.sort(key=lambda each: each[1].last_at)
        again = [url for url, failed in before if not failed.rests_listed(now)]
        dropped = sum(each.dropped and each.rests_listed(now) for _, each in before)
        self.tally.resting = len(before) - len(again) - dropped
        self.tally.dropped += dropped
        fresh = [url for url in queue if key_of(url) not in self._failed]
        return deque([*fresh, *self._pending(), *again])

    def _pending(self) -> Sequence[str]:
        """Addresses that stood on a list, could not be had, and were not listed now."""
        if not self.tally.lists_read:
            return ()
        return self._context.store.pages.pending(
            self.source.id,
            self._context.now(),
            _OWED_A_RUN,
            wanted=lambda url: is_article(url, self.source.links),
            but=self.tally.listed,
        )

    async def _again(self, articles: Articles, reappeared: Sequence[Recheck]) -> None:
        """Ask again for articles that are due, for those that left the lists they stood on or are
        told to have changed, and for gone ones that stand on a list again."""
        asked: list[tuple[Recheck, Validator | None]] = []
        asked += [(recheck, None) for recheck in reappeared[: self.source.rechecks.per_run]]
        told = self._listed_changes()
        asked_ids = {*(recheck.article_id for recheck, _ in asked), *told}
        asked += [
            (recheck, self._validators.get(recheck.url))
            for recheck in self._due()[: max(0, self.source.rechecks.per_run - len(told))]
            if recheck.article_id not in asked_ids
        ]
        rechecks = Rechecks(articles, self._failed)
        try:
            for change in told.values():
                look = partial(self._look, articles, rechecks, change)
                if not await self._work.one(articles, change.url, look):
                    return
            for recheck, validator in asked:
                ask = partial(rechecks.ask, recheck, validator)
                if not await self._work.one(articles, recheck.url, ask):
                    return
        finally:
            rechecks.mark_gone()

    def _listed_changes(self) -> dict[int, ListedChange]:
        """The articles that lists tell to have changed and that are looked at now: half of what a
        run may ask for again at most."""
        most = (self.source.rechecks.per_run + 1) // 2
        changes = self._context.store.lists.witnesses.listed_changes(
            self.source.id, self._context.now(), most
        )
        by_id = {each.article_id: each for each in changes}
        rested = self._rested([Recheck(each.article_id, each.url) for each in changes])
        return {recheck.article_id: by_id[recheck.article_id] for recheck in rested}

    async def _look(
        self, articles: Articles, rechecks: Rechecks, change: ListedChange
    ) -> FetchResult:
        """Look at an article that a list tells to have changed, whole, and note what came of it. A
        look that failed is owed."""
        before = articles.known(change.url)
        fetched = await rechecks.ask(Recheck(change.article_id, change.url), None)
        after = articles.known(change.url)
        if fetched.outcome in (Outcome.OK, Outcome.UNCHANGED, Outcome.GONE):
            same = before and after and before.content_hash == after.content_hash
            with self._context.store.writing(Durability.LATER) as tx:
                found = "unchanged" if same else "changed"
                tx.lists.witnesses.mark_looked(change, found, self._context.now())
        return fetched

    def _due(self) -> tuple[Recheck, ...]:
        """Those that left a list and those of an age, each at least half of what a run may ask. One
        that failed rests before it is asked for again."""
        rules, store = self.source.rechecks, self._context.store
        most = rules.per_run + len(self._failed)
        missing = store.pages.vanished(self.run.id, most) if self.tally.lists_read else ()
        due = store.pages.due_rechecks(self.source.id, self._context.now(), rules.after, most)
        left, aged = self._rested(missing), self._rested(due)
        half = (rules.per_run + 1) // 2
        left = left[: max(half, rules.per_run - len(aged))]
        lacking = store.pages.incomplete(self.source.id, self._context.now(), rules.per_run)
        by_id = {recheck.article_id: recheck for recheck in (*left, *lacking, *aged)}
        return tuple(by_id.values())[: rules.per_run]

    def _rested(self, rechecks: Sequence[Recheck]) -> list[Recheck]:
        now = self._context.now()
        tried = [(recheck, self._failed.get(key_of(recheck.url))) for recheck in rechecks]
        return [recheck for recheck, failed in tried if failed is None or not failed.rests(now)]

    def _must_stop(self, url: str) -> bool:
        self.tally.position = url
        spent = self._work.budget.spent()
        if spent:
            self.tally.stop(spent)
        return bool(spent)


def _is_cancelled() -> bool:
    """Whether it is this task that is cancelled, and not something that it waits for."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


def _left_work(context: CrawlContext, run: Run) -> bool:
    """Whether the last run that read lists left some of them, or of what they list, undone, so that
    no list may be cut short. A page that could not be had is no such thing: it is owed."""
    before = context.store.runs.latest(_LOOKED_AT, run.source_id, run.kind)
    for each in before:
        if each.id != run.id and each.outcome in _CUT_SHORT + WORKED:
            return bool(each.cursor) or each.outcome in _CUT_SHORT
    return len(before) == _LOOKED_AT


def _believable(context: CrawlContext, run: Run) -> dict[str, Validator]:
    """The validators that may still be asked with."""
    runs = context.store.runs.latest(_FULL_FETCH_RUNS + 1, run.source_id, kind=RunKind.CRAWL)
    now = context.now()
    oldest, ahead = now - _FULL_FETCH_AFTER, now + SKEW
    if len(runs) > _FULL_FETCH_RUNS:
        oldest = max(oldest, runs[-1].started_at)
    known = context.store.pages.validators(run.source_id)
    return {url: asked for url, asked in known.items() if oldest < asked.checked_at <= ahead}
