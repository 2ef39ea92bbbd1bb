"""The runs of an import: one a source, begun when its first article comes, all ended together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from storage.archive import Archive
from storage.runs.records import IMPORT, Counts, Run
from storage.types import Outcome

from .homes import Home

Clock = Callable[[], datetime]


class Runs:
    """The open runs, by source, and what came in each.

    `figures` counts, by source, the words of `Counts`, and `stays` for what the archive knows
    better.
    """

    def __init__(self, store: Archive, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._runs: dict[str, Run] = {}
        self._recorded = set(store.sources.refs())
        self.figures: dict[str, Counter[str]] = {}

    def begin(self, homes: Iterable[Home]) -> None:
        """Have a run for each of these sources. A source without a definition is recorded as it
        is first named, and never changed by an import."""
        new = {home.ref.id: home for home in homes if home.ref.id not in self._runs}
        if not new:
            return
        now = self._clock()
        with self._store.writing() as tx:
            for source_id, home in new.items():
                if home.source is not None or source_id not in self._recorded:
                    tx.sources.register(home.ref, now)
                self._runs[source_id] = tx.runs.start(source_id, now, kind=IMPORT)
        self.figures |= {source_id: Counter() for source_id in new}

    def id_of(self, source_id: str) -> int:
        """The run of a source that has one."""
        return self._runs[source_id].id

    def finish(self, outcome: Outcome, reason: str) -> tuple[Run, ...]:
        """End all; `reason` says where it came from."""
        with self._store.writing() as tx:
            return tuple(
                tx.runs.finish(
                    run.id,
                    self._clock(),
                    outcome,
                    _counts(self.figures[source_id]),
                    reason=_reason(reason, self.figures[source_id]),
                )
                for source_id, run in self._runs.items()
            )


def _counts(figures: Counter[str]) -> Counts:
    words = Counts.__dataclass_fields__
    return Counts(**{word: figures[word] for word in figures if word in words})


def _reason(reason: str, figures: Counter[str]) -> str:
    stays = figures["stays"]
    return f"{reason}; {stays} differ from the page kept here, which stays" if stays else reason
