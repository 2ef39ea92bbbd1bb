"""What people add by hand, as values: an address that was asked for, an item that has no page.

Nothing here asks the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..types import Outcome

LASTS = timedelta(minutes=15)
"""An addition that did not end within that was cut short: whoever carried it out is gone."""


@dataclass(frozen=True, slots=True)
class Addition:
    """What somebody asked to be added, stored before it is done: an address, or the made-up name of
    what has no page. `outcome` is None while it goes on; `article_id` is what it led to, `is_new`
    whether that was not known before. `run_id` is the run that carried it out."""

    id: int
    url: str
    person: str
    note: str
    at: datetime
    run_id: int | None = None
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    reason: str = ""
    article_id: int | None = None
    is_new: bool = False

    def waits(self, now: datetime) -> bool:
        """Whether it may still come to an end."""
        return self.ended_at is None and now - self.at < LASTS
