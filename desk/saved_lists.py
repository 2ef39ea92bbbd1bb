"""Reading saved list pages: their rows and their pager, on all cores where they are many.

No archive and no network. A source whose entry has the page's address lends its selectors; where
they find nothing, and for all other pages, the list is found by its own looks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hubwatch.errors import PageError
from scraper.pages.types import FoundRow, ListReading, Pager
from scraper.sources.files import read_bounded
from scraper.sources.load import Catalogue
from scraper.sources.model import FieldRules, ListRules
from scraper.workers.faults import CallFault
from scraper.workers.pool import each
from storage.types import Capture, Outcome
from storage.urls import url_key

from .saved import MOST_BYTES, SavedPage, catalogue_of

LIST_ENDINGS = frozenset({"", ".htm", ".html", ".shtml", ".xhtml", ".php", ".jsp", ".xml", ".rss",
                     ".atom", ".json", ".gz", ".txt"})  # fmt: skip
_MODULES = ("scraper.pages.any_list", "desk.saved_lists")
_MANY = 40  # below that, starting workers costs more than it saves


@dataclass(frozen=True, slots=True)
class SavedList:
    """What became of a file. `why` says whose rules were used, `fault` why the file itself could
    not be read."""

    path: Path
    url: str | None
    reading: ListReading
    source_id: str = ""
    why: str = ""
    fault: str = ""


def read_lists(pages: Sequence[SavedPage]) -> Iterator[SavedList]:
    """Read all, in their order; many of them on all cores."""
    if len(pages) < _MANY:
        yield from map(read_saved_list, pages)
        return
    for page, found in zip(pages, each(read_saved_list, pages, _MODULES), strict=True):
        if isinstance(found, CallFault):
            yield SavedList(page.path, page.url, ListReading(found.outcome, found.reason))
        else:
            yield found


def read_saved_list(page: SavedPage) -> SavedList:
    """Read one saved list; a file that cannot be read is an outcome, not an error."""
    from scraper.pages.any_list import read_any

    try:
        body = read_bounded(page.path, MOST_BYTES)
    except PageError as error:
        fault = str(error).removeprefix(f"{page.path}: ")
        reading = ListReading(Outcome.UNSUPPORTED, fault)
        return SavedList(page.path, page.url, reading, fault=fault)
    catalogue = catalogue_of(page.folders)
    source_id, rules, zone, why = _rules(page.url, catalogue)
    address = page.url or ""
    capture = Capture(address, address, page.now, 200, (), body)
    return SavedList(page.path, page.url, read_any(capture, zone, rules), source_id, why)


def _rules(url: str | None, catalogue: Catalogue) -> tuple[str, ListRules, str, str]:
    """Source, selectors, zone, and why these."""
    if url is not None:
        for source in catalogue.sources.values():
            for entry in source.entries:
                if url_key(entry.url) == url_key(url):
                    why = f"an entry of source {source.id}"
                    return source.id, entry.rows, source.zone, why
    return "", ListRules(), FieldRules().zone, "no source has this entry: found by its looks"


def list_as_json(found: SavedList) -> dict[str, Any]:
    """What was read, for machines; the keys are documented and stay. What is unknown is null."""
    reading = found.reading
    return {
        "outcome": reading.outcome,
        "reason": reading.reason,
        "kind": reading.kind,
        "rows": [_row(row) for row in reading.rows],
        "pager": _pager(reading.pager),
        "url": found.url or reading.url or None,
        "source": found.source_id or None,
        "encoding": reading.encoding,
    }


def _row(row: FoundRow) -> dict[str, Any]:
    return {
        "url": row.url,
        "title": row.title,
        "published": row.published.iso if row.published else None,
        "summary": row.summary,
        "precision": row.published.precision if row.published else None,
        "dated_by": row.dated_by or None,
        "off_site": row.off_site,
        "files": list(row.files),
    }


def _pager(pager: Pager) -> dict[str, Any]:
    return {
        "kind": pager.kind,
        "next": pager.next or None,
        "pages": list(pager.pages),
        "total": pager.total or None,
        "pattern": f"{pager.pattern} from {pager.first}" if pager.pattern else None,
        "why": pager.why,
    }
