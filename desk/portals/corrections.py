"""A person's correction as a lesson: where the corrected value stands on its page, what reading by
that place would change among the archived pages, and reading by it from now on.

Nothing is written before somebody has seen that. What was learned is undone as any lesson is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from scraper.parsing.survey import places_of
from scraper.pipelines.read import load_pages, read_pages, taught, with_selector
from scraper.relevance.watchlist import Watchlist
from scraper.sources.load import Catalogue
from scraper.sources.model import FieldRules, Source
from storage.archive import Archive
from storage.articles.records import Article, Origin, by_field
from storage.lessons import Lesson, LessonKind
from storage.revisions import Readable
from storage.types import ArticleData, Reading

from .. import _
from ..reparse import apply, reread

FIELDS = ("title", "published", "source", "author", "body")
MOST_PAGES = 400
"""So many of the latest pages are read to show what a lesson would change."""
_TRIED = 24
"""So many pages choose between several places."""
_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class LessonChange:
    """An article that would read otherwise."""

    article_id: int
    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class LessonProposal:
    """What a correction teaches. `selector` is empty where the value stands nowhere on the page, or
    no place of it is one on other pages. `value` is what the person says, `pages` how many pages
    were read, `found` on how many of them the place is, `changes` what it changes."""

    source_id: str
    article_id: int
    field: str
    value: str
    selector: str = ""
    pages: int = 0
    found: int = 0
    changes: tuple[LessonChange, ...] = ()


@dataclass(frozen=True, slots=True)
class _Again:
    """An archived page by today's rules and by the place."""

    item: Readable
    before: Reading
    after: Reading

    def texts(self, field: str) -> tuple[str, str]:
        return _text(self.before.article, field), _text(self.after.article, field)

    def is_found(self, field: str) -> bool:
        article = self.after.article
        told = by_field(article.evidence).get(field) if article else None
        return told is not None and told.origin is Origin.TEMPLATE


def propose_lesson(
    store: Archive, source: Source, article_id: int, field: str, value: str = ""
) -> LessonProposal:
    """Look for the place on the article's page where the corrected value stands, and read the
    source's pages by it. `value` is what a person says. Where it is empty, what the article shows
    after the correction; of a text it is the first words. Changes nothing. Raises LookupError for
    an article that is not of the source, or without an archived page."""
    article = store.articles.get(article_id)
    item = _item(store, source.id, article_id)
    if article is None or item is None:
        raise LookupError(_("there is no archived page of article %(n)s", n=article_id))
    value = value or _text_of(article, field)
    source = taught(store, source)
    capture = store.pages.snapshot(item.snapshot_id)
    places = places_of(capture, field, value, source.fields.zone)
    items = list(_latest(store, source.id))
    nothing = LessonProposal(source.id, article_id, field, value, pages=len(items))
    best: tuple[int, str] = (0, "")
    own = [item, *(one for one in items if one.article_id != article_id)][:_TRIED]
    kept = [(one, load_pages(store, source.id, one.snapshot_id, one.parts)) for one in own]
    for selector in places:
        rules = with_selector(source.fields, field, selector)
        found = [
            _Again(one, reading, reading)
            for one, pages in kept
            for reading in [read_pages(pages, rules, source.id)]
        ]
        if not _is_right(found[0].after.article, field, value):
            continue
        score = sum(each.is_found(field) for each in found)
        if score > best[0]:
            best = score, selector
    if best[0] < _SHARE * len(own):
        return nothing
    rules = with_selector(source.fields, field, best[1])
    again = list(_read(store, source, rules, items))
    return replace(
        nothing,
        selector=best[1],
        found=sum(each.is_found(field) for each in again),
        changes=tuple(
            LessonChange(each.item.article_id, _text(each.after.article, "title"), before, after)
            for each in again
            for before, after in [each.texts(field)]
            if before != after
        ),
    )


def apply_lesson(
    store: Archive,
    catalogue: Catalogue,
    proposal: LessonProposal,
    watchlist: Watchlist,
    *,
    person: str,
    now: datetime,
) -> int:
    """Read the source by the place from now on, and its archived pages again. Nothing of that is
    told as news. Return how many pages read otherwise. Raises StorageError."""
    why = _(
        "%(person)s corrected article %(n)s: %(value)s",
        person=person,
        n=proposal.article_id,
        value=proposal.value[:120],
    )
    lesson = Lesson(LessonKind.SELECTOR, proposal.field, proposal.selector, (why,), proposal.pages)
    with store.writing() as tx:
        tx.sources.lessons.teach(proposal.source_id, lesson, now=now)
    return read_again(store, catalogue, proposal.source_id, watchlist, now)


def read_again(
    store: Archive, catalogue: Catalogue, source_id: str, watchlist: Watchlist, now: datetime
) -> int:
    """Read the archived pages of a source by what it taught. Return how many read otherwise. Raises
    StorageError."""
    changed = 0
    for found in reread(store, catalogue, [source_id]):
        changed += bool(found.changes)
        apply(store, found, now, watchlist)
    return changed


def _item(store: Archive, source_id: str, article_id: int) -> Readable | None:
    mine = (one for one in store.revisions.readable([source_id]) if one.article_id == article_id)
    return max(mine, key=lambda one: one.revision, default=None)


def _latest(store: Archive, source_id: str) -> Iterator[Readable]:
    """The page of the last version of each of the latest articles."""
    newest = {one.article_id: one for one in store.revisions.readable([source_id])}
    yield from sorted(newest.values(), key=lambda one: one.article_id)[-MOST_PAGES:]


def _read(
    store: Archive, source: Source, rules: FieldRules, items: list[Readable]
) -> Iterator[_Again]:
    for item in items:
        pages = load_pages(store, source.id, item.snapshot_id, item.parts)
        before = read_pages(pages, source.fields, source.id)
        yield _Again(item, before, read_pages(pages, rules, source.id))


def _is_right(article: ArticleData | None, field: str, value: str) -> bool:
    """Whether the corrected page gives what the person says."""
    text = _text(article, field)
    if field == "body":
        return "".join(value.split()) in "".join(text.split())[: _BEFORE + len(value)]
    if field == "published":
        return bool(text) and text[:10] == value[:10]
    return "".join(text.split()).casefold() == "".join(value.split()).casefold()


_BEFORE = 600


def _text(article: ArticleData | None, field: str) -> str:
    return _text_of(article, field) if article is not None else ""


def _text_of(article: Article | ArticleData, field: str) -> str:
    if field == "published":
        return article.published.iso if article.published else ""
    return getattr(article, field, None) or ""
