"""A back-fill as a row of short runs, with the host free for others between any two of them.

Each run is a slice within the source's bounds; where it stopped is in its row, so that the next
one, or the next call, goes on there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from storage.archive import Archive
from storage.runs.records import BACKFILL, Run
from storage.types import Outcome

from ...crawl.request import Back, CrawlEvent, CrawlRequest
from ...sources.model import Source
from .place import BackfillPlace

_PAUSE_SECONDS = 0.6
"""Longer than a waiting crawl takes to look again (`run`)."""
_PATIENCE = 3
"""So many slices may bring nothing."""
_GOES_ON = (Outcome.OK, Outcome.PARTIAL, Outcome.UNCHANGED)
_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Backfilled:
    """What a back-fill came to: its slices, and how it ended; `conclusion` is empty if there is
    something left, `reason` then says why it stopped."""

    runs: tuple[Run, ...]
    conclusion: str
    reason: str = ""

    def total(self, figure: str) -> int:
        """One of the words of `Counts`, over all slices."""
        return sum(getattr(run.counts, figure) for run in self.runs)


def last_place(store: Archive, source_id: str) -> BackfillPlace:
    """Where the last back-fill of a source stopped; nowhere if there was none."""
    runs = store.runs.latest(_LOOKED_AT, source_id, BACKFILL)
    return next(
        (BackfillPlace.from_text(run.cursor) for run in runs if run.cursor), BackfillPlace({})
    )


def backfill(
    source: Source,
    store_path: Path,
    request: CrawlRequest,
    since: date,
    report: Callable[[CrawlEvent], None],
    *,
    start: BackfillPlace,
    most: int | None = None,
) -> Backfilled:
    """Fetch what a source published since that day, slice after slice, at most so many.

    `request.wait` is how long a slice waits for a crawl of the same host. Ends early when told to
    stop, when the portal fails, and when slices bring nothing. Raises StorageError as `crawl`.
    """
    from ...crawl.run import crawl

    place, runs, idle = start, list[Run](), 0
    while not (conclusion := place.conclusion(source, since)):
        if most is not None and len(runs) >= most:
            return Backfilled(tuple(runs), "", f"{most} slices done; the next call goes on")
        if runs:
            time.sleep(_PAUSE_SECONDS)
        made = crawl([source], store_path, replace(request, back=Back(since, place.text)), report)
        if not made:
            return Backfilled(tuple(runs), "", "told to stop")
        (run,) = made
        runs.append(run)
        after = BackfillPlace.from_text(run.cursor)
        idle = 0 if after != place or run.counts.new else idle + 1
        place = after
        if run.outcome not in _GOES_ON or idle >= _PATIENCE:
            return Backfilled(tuple(runs), place.conclusion(source, since), run.reason)
    return Backfilled(tuple(runs), conclusion)
