"""The anchors of events are proven: each report's keys have a sum with those of its neighbours, and
what they are found by is compared with them."""

from __future__ import annotations

from sqlite_utils import Database


def m027_event_sums(_db: Database) -> None:
    """No table is another. All are summed up anew after a change, `event_reports` among them."""
