"""Values of this room that others receive. The ones of an article live in `storage.types`."""

from __future__ import annotations

from dataclasses import dataclass

from storage.records import ListRow
from storage.types import Outcome


@dataclass(frozen=True, slots=True)
class ListPage:
    """One list page, feed or sitemap as read.

    `more` holds the addresses of further pages in order, paging rules applied but not bounded in
    total; `off_site` the rows that lead to hosts the source does not own.
    """

    outcome: Outcome
    reason: str
    rows: tuple[ListRow, ...] = ()
    more: tuple[str, ...] = ()
    off_site: tuple[ListRow, ...] = ()
    encoding: str = ""
