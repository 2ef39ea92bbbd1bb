"""How a list page looked, as it is put on record for whoever judges the source's health.

A value made of what was fetched and read; nothing is judged or written here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from storage.lists.records import ListRow, ListSeen
from storage.types import Outcome
from storage.urls import key_of

from ..middlewares.fetch_result import FetchResult
from ..pages.types import ListPage
from ..sources.model import Entry


def list_seen(
    entry: Entry, url: str, fetched: FetchResult, page: ListPage, rows: Sequence[ListRow]
) -> ListSeen:
    """A list page that came and was read, whether or not it had rows."""
    dates = sorted((row.published for row in rows if row.published), key=lambda when: when.sort_key)
    return ListSeen(
        entry_url=entry.url,
        list_url=url,
        outcome=page.outcome,
        reason=page.reason,
        rows=len(rows),
        dated=len(dates),
        titled=sum(bool(row.title) for row in rows),
        newest=dates[-1].iso if dates else None,
        oldest=dates[0].iso if dates else None,
        digest=_digest(rows),
        validator=_version(fetched),
        unchanged=fetched.outcome is Outcome.UNCHANGED,
    )


def list_lost(entry: Entry, url: str, fetched: FetchResult) -> ListSeen:
    """A list page that could not be had."""
    return ListSeen(entry.url, url, fetched.outcome, fetched.reason)


def _digest(rows: Sequence[ListRow]) -> str:
    """Stands for the rows in their order: addresses and titles, not the dates beside them, which
    some portals write as "3 hours ago"."""
    text = "\n".join(f"{key_of(row.url)} {row.title}" for row in rows)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _version(fetched: FetchResult) -> str:
    """What the server called this version of the page."""
    if fetched.capture is None:
        return ""
    named = (fetched.capture.header("etag"), fetched.capture.header("last-modified"))
    return "|".join(name or "" for name in named) if any(named) else ""
