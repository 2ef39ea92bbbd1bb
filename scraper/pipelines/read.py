"""Everything about a page that follows from the page alone: made before the lock, beside the crawl.

Pure, and both what goes in and what comes out can be sent to a worker process. Compares nothing
with what is known (see `decide`) and writes nothing. The readers are loaded by the first call: the
process that only has it done elsewhere needs none of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storage.packing import Base, PackedBody, pack_body
from storage.types import ArticleData, Capture, Part, Reading

if TYPE_CHECKING:
    from storage.articles.columns import Columns
    from storage.relevance.records import Relevance

    from ..hashes import Hashes
    from ..relevance.topics import Watchlist
    from ..sources.model import FieldRules

LOADED = (
    "storage.articles.columns",
    "scraper.hashes",
    "scraper.pages.article",
    "scraper.relevance.match",
)
"""What the calls below load; a worker does so before the first one."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What follows from an article's text, whatever its address: hashes, why it is here,
    and the columns it is kept in. `relevance` is None where there was no watchlist."""

    hashes: Hashes
    columns: Columns
    relevance: Relevance | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A page as it was read. `prepared` is there where there is an article, `body` where its bytes
    have been packed for the archive; `parts` are the further pages that were joined with it."""

    reading: Reading
    prepared: Prepared | None = None
    body: PackedBody | None = None
    parts: tuple[Part, ...] = ()

    @property
    def content_hash(self) -> str:
        """That of the article; empty where there is none."""
        return self.prepared.hashes.content if self.prepared else ""

    def at(self, url: str) -> Read:
        """The same under another address of the article."""
        if self.reading.article is None:
            return self
        article = replace(self.reading.article, url=url)
        return replace(self, reading=replace(self.reading, article=article))


def prepare(article: ArticleData, watchlist: Watchlist | None) -> Prepared:
    """Make all of an article that is made before the lock."""
    from storage.articles.columns import columns_of

    from ..hashes import hashes_of
    from ..relevance.match import match

    return Prepared(
        hashes=hashes_of(article),
        columns=columns_of(article),
        relevance=match(article, watchlist) if watchlist else None,
    )


def read_and_prepare(
    capture: Capture,
    rules: FieldRules,
    source_id: str,
    watchlist: Watchlist | None,
    base: Base | None,
) -> Read:
    """Read a captured page, pack its bytes, and prepare the article where there is one."""
    reading = read_only(capture, rules, source_id)
    prepared = prepare(reading.article, watchlist) if reading.article else None
    return Read(reading, prepared, pack_body(capture.body, base))


def read_only(capture: Capture, rules: FieldRules, source_id: str) -> Reading:
    """Read a captured page that is kept already, or only looked at."""
    from ..pages.article import read_article

    return read_article(capture, rules, source_id)
