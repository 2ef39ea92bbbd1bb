"""One crawl of one source: its lists, then what is unknown on them, then what is due again.

Written as one coroutine over a fetcher, so that the order of things can be read from top to bottom.
Knows neither Scrapy nor how a page is read.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import timedelta

from storage.records import Recheck, Run, Validator
from storage.types import Outcome

from ..sources.model import Source
from .articles import Articles
from .budget import Budget
from .commons import Commons
from .hosts import hosts_of
from .lists import Lists
from .tally import Tally
from .wire.fetch import Fetcher

_FULL_FETCH_AFTER = timedelta(days=7)
_FULL_FETCH_RUNS = 24
_LOOKED_AT = 10
"""A validator is believed for so long and so many runs; then the whole page is fetched again, since
some servers say "not modified" of pages that are."""


class Visit:
    """What one run does at one source. `tally` holds its figures at any moment."""

    def __init__(self, source: Source, run: Run, commons: Commons) -> None:
        self.source = source
        self.run = run
        self.tally = Tally()
        self._commons = commons
        self._budget = Budget(source.bounds)
        self._thorough = _left_work(commons, run)
        self._validators = _believable(commons, run)

    async def walk(self, fetcher: Fetcher) -> None:
        """Do it all, or as much as the bounds allow; they are noted in the tally."""
        articles = Articles(self.source, self.run.id, self._commons, fetcher, self.tally)
        page = self._commons.request.page
        if page is not None:
            await self._each(articles, deque([page]))
            return
        lists = Lists(self.source, self.run, self._commons, fetcher, self.tally, self._budget)
        queue = await lists.walk(self._validators, thorough=self._thorough)
        await self._each(articles, queue)
        await self._again(articles, lists.risen)

    async def _each(self, articles: Articles, queue: deque[str]) -> None:
        """Fetch what is queued, as many at a time as the hosts bear."""
        width = min(self._commons.gate.width(host) for host in hosts_of(self.source))
        async with asyncio.TaskGroup() as group:
            for _ in range(min(width, len(queue))):
                group.create_task(self._work(articles, queue))

    async def _work(self, articles: Articles, queue: deque[str]) -> None:
        while queue and not self._must_stop(queue[0]):
            self._budget.begin()
            self._budget.note(await articles.fetch_new(queue.popleft()))

    async def _again(self, articles: Articles, risen: Sequence[Recheck]) -> None:
        """Ask again for articles that are due, for those that left the lists they stood on, and for
        gone ones that stand on a list again."""
        asked: list[tuple[Recheck, Validator | None]] = []
        asked += [(recheck, None) for recheck in risen[: self.source.rechecks.per_run]]
        asked += [(recheck, self._validators.get(recheck.url)) for recheck in self._due()]
        for recheck, validator in asked:
            if self._must_stop(recheck.url):
                return
            self._budget.begin()
            self._budget.note(await articles.fetch_again(recheck, validator))

    def _due(self) -> tuple[Recheck, ...]:
        rules, store = self.source.rechecks, self._commons.store
        missing = store.vanished(self.run.id, rules.per_run) if self.tally.lists_read else ()
        due = store.due_rechecks(self.source.id, self._commons.now(), rules.after, rules.per_run)
        by_id = {recheck.article_id: recheck for recheck in (*missing, *due)}
        return tuple(by_id.values())[: rules.per_run]

    def _must_stop(self, url: str) -> bool:
        self.tally.position = url
        spent = self._budget.spent()
        if spent:
            self.tally.stop(spent)
        return bool(spent)


def _left_work(commons: Commons, run: Run) -> bool:
    """Whether the run before left something undone, so that no list may be cut short."""
    for before in commons.store.runs(_LOOKED_AT, run.source_id):
        if before.id != run.id and before.kind == run.kind:
            return before.outcome is not Outcome.OK
    return False


def _believable(commons: Commons, run: Run) -> dict[str, Validator]:
    """The validators that may still be asked with."""
    runs = commons.store.runs(_FULL_FETCH_RUNS + 1, run.source_id, kind="crawl")
    oldest = commons.now() - _FULL_FETCH_AFTER
    if len(runs) > _FULL_FETCH_RUNS:
        oldest = max(oldest, runs[-1].started_at)
    known = commons.store.validators(run.source_id)
    return {url: asked for url, asked in known.items() if asked.checked_at > oldest}
