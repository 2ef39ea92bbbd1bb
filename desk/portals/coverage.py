"""What today's definition of a source makes of its archived pages, field by field.

Counts in how many pages a field was found when the page was kept and is found now. Reads only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from scraper.pages.article import read_article
from scraper.sources.load import Catalogue
from storage.archive import Archive

from ..reparse import Rereading, reread
from .articles import FIELDS, REQUIRED

Counting = Callable[[Iterator[Rereading]], Iterable[Rereading]]


@dataclass(slots=True)
class PortalCoverage:
    """`pages` that were read, `lost` the addresses that read as articles before and do not now,
    `gained` pages set aside that are articles now, of `aside`."""

    pages: int = 0
    changed: int = 0
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    differing: Counter[str] = field(default_factory=Counter)
    lost: list[tuple[str, str]] = field(default_factory=list)
    aside: int = 0
    gained: int = 0

    @property
    def holds(self) -> bool:
        """Whether no page is lost and no required field is found less often."""
        return not self.lost and all(self.after[name] >= self.before[name] for name in REQUIRED)


def cover(
    store: Archive, catalogue: Catalogue, source_id: str, counting: Counting
) -> PortalCoverage:
    """Read all archived pages of a source again, those set aside too. Raises StorageError."""
    found = PortalCoverage()
    for item in counting(reread(store, catalogue, [source_id])):
        _count(found, item)
    _count_aside(found, store, catalogue, source_id)
    return found


def _count(found: PortalCoverage, item: Rereading) -> None:
    found.pages += 1
    changes = {change.field: change for change in item.changes}
    article = item.reading.article if item.reading else None
    if article is None:
        found.lost.append((item.url, item.fault))
        found.before.update(("title", "body"))  # what every kept article has
        return
    found.changed += bool(changes.keys() & set(FIELDS))
    for name in FIELDS:
        now = bool(getattr(article, name))
        found.after[name] += now
        found.before[name] += bool(changes[name].before) if name in changes else now
        found.differing[name] += name in changes


def _count_aside(
    found: PortalCoverage, store: Archive, catalogue: Catalogue, source_id: str
) -> None:
    source = catalogue.get(source_id)
    for item in store.pages.quarantined(None, source_id):
        if item.snapshot_id is None:
            continue
        found.aside += 1
        reading = read_article(store.pages.snapshot(item.snapshot_id), source.fields, source_id)
        found.gained += reading.article is not None
