"""What the pages of a source teach: learned at the end of a run, and its articles read again by it.

The first crawl of a portal is so as right as later ones. Reading again adds readings, never news.
"""

from __future__ import annotations

from dataclasses import replace

from hubwatch.errors import DamagedBytes
from storage.database import Durability
from storage.revisions import Readable
from storage.types import Reading

from ..crawl.context import LOGGER, CrawlContext, event
from ..parsing.article_pages import join_parts, rules_of_parts
from ..parsing.version import READER_VERSION
from ..pipelines.archive import keep_reading
from ..pipelines.read import load_pages, prepare, row_of, taught
from ..sources.model import Source
from .tally import Budget

LEAST_PAGES = 5
MOST_PAGES = 40
_MOST_READ_AGAIN = 2_000


class Learning:
    """Learns from the archived pages of one source, for one run."""

    def __init__(self, source: Source, context: CrawlContext, budget: Budget) -> None:
        self._source = source
        self._context = context
        self._budget = budget

    async def learn(self) -> None:
        """Learn, where there is more to learn from than the last time, and read the articles again
        if something new was learned."""
        store, source = self._context.store, self._source
        if not store.sources.lessons.is_due(source.id, LEAST_PAGES, READER_VERSION):
            return
        from ..parsing.lessons import learn, observe  # few runs have to

        pages = store.sources.lessons.pages(source.id, MOST_PAGES)
        observed = []
        for page in pages:
            try:
                capture = store.pages.snapshot(page.snapshot_id)
            except DamagedBytes:  # there are others to learn from
                continue
            row = row_of(store, source.id, capture)
            ask = self._context.readers.ask
            observed.append(await ask(observe, capture, source.fields, source.id, row, page))
        lessons = learn([each for each in observed if each is not None])
        with store.writing(Durability.LATER) as tx:
            new = tx.sources.lessons.keep(
                source.id,
                lessons,
                reader_version=READER_VERSION,
                now=self._context.now(),
            )
        if new:
            again = await self._read_again(taught(store, source))
            LOGGER.info("%s", event("learned", source=source.id, lessons=new, reread=again))

    async def _read_again(self, source: Source) -> int:
        """Read what is archived of the source again. How many articles read otherwise now. Ends
        where a bound of the run does."""
        changed = 0
        items = list(self._context.store.revisions.readable([source.id]))
        for item in reversed(items[-_MOST_READ_AGAIN:]):
            if self._budget.spent():
                break
            reading = await self._reading(item, source)
            changed += self._keep(item, reading)
        return changed

    async def _reading(self, item: Readable, source: Source) -> Reading:
        readers = self._context.readers
        pages = load_pages(self._context.store, source.id, item.snapshot_id, item.parts)
        first = await readers.read_again(pages.first, source, pages.row)
        source = replace(source, fields=rules_of_parts(first, source.fields))
        others = [
            await readers.read_again(capture, source) if capture is not None else None
            for _, capture in pages.others
        ]
        return join_parts(first, others, [url for url, _ in pages.others])

    def _keep(self, item: Readable, reading: Reading) -> bool:
        if reading.article is None:
            return False
        prepared = prepare(reading.article, self._context.watchlist)
        if prepared.hashes.content == item.content_hash:
            return False
        keep_reading(self._context.store, item, reading, prepared, self._context.now())
        return True
