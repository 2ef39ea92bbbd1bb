"""The one door into the archive: a page that was read is graded, decided on, and applied.

What the pipelines of a crawl do stage by stage is here one call, for what comes without an engine:
WARC files, the quarantine.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from storage.archive import Archive
from storage.database import Durability

from ..items import FetchedPage, IngestResult
from ..parsing.version import FACTS_VERSION
from .decide import plan_ingest
from .grade import grade

if TYPE_CHECKING:
    from storage.revisions import Readable
    from storage.types import Reading

    from ..relevance.watchlist import Watchlist
    from .read import Prepared


def ingest(
    store: Archive, page: FetchedPage, *, run_id: int, now: datetime, watchlist: Watchlist | None
) -> IngestResult:
    """Keep what a page says, in one write transaction. Raises StorageError."""
    plan = plan_ingest(store, grade(page, watchlist), run_id=run_id, now=now)
    with store.writing(Durability.LATER) as tx:
        return plan(tx)


def keep_reading(
    store: Archive, item: Readable, reading: Reading, prepared: Prepared, now: datetime
) -> None:
    """Keep what a version of an article reads as today, and why it is here where it is still the
    one that is shown: a crawl may have brought a newer one since we looked. Raises StorageError."""
    with store.writing(Durability.LATER) as tx:
        shown = tx.articles.reread(
            item.article_id,
            item.revision,
            reading,
            snapshot_id=item.snapshot_id,
            content_hash=prepared.hashes.content,
            body_hash=prepared.hashes.body,
            now=now,
        )
        if shown and prepared.relevance is not None:
            tx.relevance.replace(item.article_id, prepared.relevance)
        if shown and prepared.facts is not None:
            tx.articles.facts.replace(item.article_id, prepared.facts, FACTS_VERSION)
