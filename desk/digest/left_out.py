"""What was planned within a period and not run: the gaps that a digest has to own up to.

Pure, over the timetable's record as the archive tells it. What a run that took place has missed is
not said here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.slots.records import Unfilled

DOWN = "caught up"
"""The scheduler's word for a slot whose time passed while nobody looked."""
_NO_GAPS = ("the schedule changed", "job removed")
_PATIENCE = timedelta(minutes=15)  # what waits no longer than that is on its way


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Crawls that were planned and not run: how many, of which sources, due from when to when, and
    why; an empty reason says that they still wait."""

    reason: str
    crawls: int
    sources: tuple[str, ...]
    since: datetime
    until: datetime

    @property
    def was_down(self) -> bool:
        """Whether nobody was there to run them; then each source was crawled once afterwards."""
        return self.reason == DOWN


def left_out(
    unfilled: Iterable[Unfilled], sources: Collection[str], until: datetime
) -> tuple[LeftOut, ...]:
    """What was left out of these sources by reason, the earliest first; `until` is the end of the
    period, exclusive."""
    found: dict[str, list[Unfilled]] = defaultdict(list)
    for each in unfilled:
        late = each.state != "due" or each.first_due_at < until - _PATIENCE
        if each.job in sources and each.reason not in _NO_GAPS and late:
            found[each.reason].append(each)
    made = (_joined(reason, parts) for reason, parts in found.items())
    return tuple(sorted(made, key=lambda each: (each.since, each.reason)))


def _joined(reason: str, parts: list[Unfilled]) -> LeftOut:
    return LeftOut(
        reason,
        sum(each.slots for each in parts),
        tuple(sorted({each.job for each in parts})),
        min(each.first_due_at for each in parts),
        max(each.last_due_at for each in parts),
    )
