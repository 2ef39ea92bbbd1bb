"""Reading the archived files of articles again where today's rules are newer. No network."""

from __future__ import annotations

from datetime import datetime

from scraper.files.read import read_file
from scraper.files.version import FILE_READER_VERSION
from scraper.workers.faults import CallFault
from scraper.workers.pool import each
from storage.archive import Archive
from storage.attachments.records import FileText, PackedText
from storage.types import Capture

_SECONDS = 20.0
"""Of CPU time, for one file."""
_MODULES = ("scraper.files.read", "scraper.files.pdf", "scraper.files.office", "desk.refile")


def count_stale(store: Archive) -> int:
    """How many files were read by older rules."""
    return len(store.attachments.stale(FILE_READER_VERSION))


def read_stale(store: Archive, now: datetime) -> int:
    """Read those again in a worker, and keep what they say; returns how many. Raises
    StorageError."""
    stale = store.attachments.stale(FILE_READER_VERSION)
    captures = (store.pages.snapshot(snapshot_id) for _, snapshot_id in stale)
    read = each(_read, captures, _MODULES, count=1, seconds=_SECONDS)
    for (blob_id, _), found in zip(stale, read, strict=True):
        packed = PackedText.of(
            FileText(found.outcome, found.reason, "", FILE_READER_VERSION)
            if isinstance(found, CallFault)
            else found
        )
        with store.writing() as tx:
            tx.attachments.keep_text(blob_id, packed, now)
    return len(stale)


def _read(capture: Capture) -> FileText:
    suffix = capture.url.rpartition(".")[2].lower()
    return read_file(capture.body, suffix, capture.header("content-type") or "")
