"""Everything about a page that follows from the page alone: made before the lock, beside the crawl.

Pure, and both what goes in and what comes out can be sent to a worker process. Compares nothing
with what is known (see `decide`) and writes nothing. The readers are loaded by the first call: the
process that only has it done elsewhere needs none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storage.lessons import LessonKind
from storage.lists import RowWitness
from storage.packing import Base, PackedBody, pack_body
from storage.types import ArticleData, Capture, Part, Reading

from ..parsing.article_pages import join_parts, rules_of_parts
from ..sources.model import FieldRules, Source, Taught

if TYPE_CHECKING:
    from storage.archive import Archive
    from storage.articles.writes import Columns
    from storage.facts import ArticleFacts
    from storage.relevance import Relevance

    from ..hashes import Hashes
    from ..relevance.watchlist import Watchlist


LOADED = (
    "storage.articles.writes",
    "scraper.hashes",
    "scraper.parsing.article",
    "scraper.relevance.match",
    "scraper.facts.read",
)
"""What the calls below load. A worker does so before the first one."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What follows from an article's text, whatever its address: hashes, why it is here,
    and the columns it is kept in. `relevance` is None where there was no watchlist, `facts` where
    they were not read."""

    hashes: Hashes
    columns: Columns
    relevance: Relevance | None = None
    facts: ArticleFacts | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A page as it was read. `prepared` is there where there is an article, `body` where its bytes
    have been packed for the archive. `parts` are the further pages that were joined with it."""

    reading: Reading
    prepared: Prepared | None = None
    body: PackedBody | None = None
    parts: tuple[Part, ...] = ()

    @property
    def content_hash(self) -> str:
        """That of the article. Empty where there is none."""
        return self.prepared.hashes.content if self.prepared else ""

    def at(self, url: str) -> Read:
        """The same under another address of the article."""
        if self.reading.article is None:
            return self
        article = replace(self.reading.article, url=url)
        return replace(self, reading=replace(self.reading, article=article))


def prepare(article: ArticleData, watchlist: Watchlist | None) -> Prepared:
    """Make all of an article that is made before the lock."""
    from storage.articles.writes import columns_of

    from ..facts.read import facts_of
    from ..hashes import hashes_of
    from ..relevance.match import match

    published = article.published.day if article.published else None
    return Prepared(
        hashes=hashes_of(article),
        columns=columns_of(article),
        relevance=match(article, watchlist) if watchlist else None,
        facts=facts_of(article.body, article.title, published) if watchlist else None,
    )


def read_and_prepare(
    capture: Capture,
    rules: FieldRules,
    source_id: str,
    watchlist: Watchlist | None,
    base: Base | None,
    row: RowWitness | None = None,
) -> Read:
    """Read a captured page, pack its bytes, and prepare the article where there is one."""
    reading = read_only(capture, rules, source_id, row)
    prepared = prepare(reading.article, watchlist) if reading.article else None
    return Read(reading, prepared, pack_body(capture.body, base))


def read_only(
    capture: Capture, rules: FieldRules, source_id: str, row: RowWitness | None = None
) -> Reading:
    """Read a captured page that is kept already, or only looked at."""
    from ..parsing.article import read_article

    return read_article(capture, rules, source_id, row)


def taught(store: Archive, source: Source) -> Source:
    """The source with what its archived pages taught."""
    lessons = store.sources.lessons.of(source.id)
    if not lessons:
        return source

    def of_kind(kind: LessonKind) -> tuple[tuple[str, str], ...]:
        return tuple((each.field, each.value) for each in lessons if each.kind is kind)

    known = Taught(
        tuple(value for _, value in of_kind(LessonKind.CONSTANT)),
        of_kind(LessonKind.PLACE),
        of_kind(LessonKind.NEVER),
    )
    older = tuple(replace(each, taught=known) for each in source.fields.older)
    fields = replace(source.fields, taught=known, older=older)
    for field, selector in of_kind(LessonKind.SELECTOR):  # the latest comes first
        fields = with_selector(fields, field, selector)
    return replace(source, fields=fields)


def with_selector(rules: FieldRules, field: str, selector: str) -> FieldRules:
    """The rules with one more selector of a field, before all others. Where the text stands is a
    layout's own. The other fields of older layouts are found by it, too."""
    chosen = (selector, *(one for one in getattr(rules, field) if one != selector))
    changed: FieldRules = replace(rules, **{field: chosen})  # type: ignore[arg-type]
    if field == "body":
        return changed
    return replace(
        changed, older=tuple(with_selector(each, field, selector) for each in rules.older)
    )


def row_of(store: Archive, source_id: str, capture: Capture) -> RowWitness | None:
    """What the lists of a source say of a page, by the address it was asked for at, else by the
    one that this led to."""
    found = store.lists.witness(source_id, capture.url)
    if found is None and capture.final_url != capture.url:
        found = store.lists.witness(source_id, capture.final_url)
    return found


# Kept pages, read again


@dataclass(frozen=True, slots=True)
class KeptPages:
    """The archived pages of an article: the first, and address and capture of each further one,
    None for one that was never had. `row` is what the lists say of it."""

    first: Capture
    others: tuple[tuple[str, Capture | None], ...] = ()
    row: RowWitness | None = None


def load_pages(
    store: Archive, source_id: str, snapshot_id: int, parts: Sequence[Part]
) -> KeptPages:
    """The pages of an article from the archive."""
    others = tuple(
        (part.url, store.pages.snapshot(part.snapshot_id) if part.snapshot_id is not None else None)
        for part in parts
    )
    first = store.pages.snapshot(snapshot_id)
    return KeptPages(first, others, row_of(store, source_id, first))


def read_pages(pages: KeptPages, rules: FieldRules, source_id: str) -> Reading:
    """Read them by today's rules, as one article."""
    first = read_only(pages.first, rules, source_id, pages.row)
    rules = rules_of_parts(first, rules)
    others = [
        read_only(capture, rules, source_id) if capture is not None else None
        for _, capture in pages.others
    ]
    return join_parts(first, others, [url for url, _ in pages.others])
