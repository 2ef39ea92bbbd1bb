"""Where a crawl has files read: in a worker process of their own, cut at its deadline.

A file takes longer than a page, and a hostile one more memory. One worker is enough, since files
come one by one. It is started by the first file and ends with the crawl.
"""

from __future__ import annotations

from collections.abc import Callable

from storage.attachments import FileText
from storage.types import Capture, Thing

from ...workers.faults import CallFault
from ...workers.pool import Workers
from .read import read_file
from .text import unread

SECONDS = 20.0
"""Of CPU time, for one file. A PDF stops by itself before that, with what it has."""
_MODULES = (
    "scraper.parsing.documents.read",
    "scraper.parsing.documents.pdf",
    "scraper.parsing.documents.office",
)


class FileReaders:
    """Has files read, one at a time."""

    def __init__(self, keep_bug: Callable[[str, Thing, str, str], None] | None = None) -> None:
        self._keep_bug = keep_bug
        self._workers = Workers(_MODULES, count=1, seconds=SECONDS)

    async def read(self, capture: Capture, suffix: str, source_id: str = "") -> FileText:
        """The text of a file. A bound that was met is a value, too. What breaks is kept as a bug of
        the source."""
        media = capture.header("content-type") or ""
        found = await self._workers.ask(read_file, capture.body, suffix, media)
        if not isinstance(found, CallFault):
            return found
        if found.trace and self._keep_bug is not None:
            self._keep_bug(source_id, Thing.FILE, capture.url, found.trace)
        return unread(found.outcome, found.reason)

    def close(self) -> None:
        """End the worker."""
        self._workers.close()
