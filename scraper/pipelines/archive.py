"""The one door into the archive: a page that was read is graded, decided on, and applied.

What the pipelines of a crawl do stage by stage is here one call, for what comes without an engine:
WARC files, the quarantine.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from storage.archive import Archive

from ..items import FetchedPage, IngestResult
from .decide import plan_ingest
from .grade import grade

if TYPE_CHECKING:
    from ..relevance.watchlist import Watchlist


def ingest(
    store: Archive, page: FetchedPage, *, run_id: int, now: datetime, watchlist: Watchlist | None
) -> IngestResult:
    """Keep what a page says, in one write transaction. Raises StorageError."""
    plan = plan_ingest(store, grade(page, watchlist), run_id=run_id, now=now)
    with store.writing() as tx:
        return plan(tx)
