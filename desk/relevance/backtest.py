"""An edited watchlist over the whole archive: what it would change, and changing it.

`differences` writes nothing. `reread grades` grades every article again, without a crawl and
without making news of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice, tee
from pathlib import Path
from typing import TYPE_CHECKING

from scraper.relevance.match import match
from scraper.relevance.watchlist import Watchlist
from storage.archive import Archive
from storage.relevance import STRENGTH, Relevance, Text
from storage.types import ArticleData, Grade

if TYPE_CHECKING:
    from ..readers.places import PlaceReaders

_COUNTING = (Grade.CORE, Grade.RELATED)


class Effect(StrEnum):
    """What an edit does to an article: in or out of digests, or in them with another grade."""

    ADDED = "added"
    LOST = "lost"
    RAISED = "raised"
    LOWERED = "lowered"


@dataclass(frozen=True, slots=True)
class GradeDifference:
    """An article that would be graded otherwise. `because` is the sentence that now decides, or
    decided until now."""

    effect: Effect
    article_id: int
    story_id: int
    title: str
    url: str
    before: Grade | None
    after: Grade | None
    because: str


class BacktestFigures:
    """The figures of a test, growing while it runs."""

    def __init__(self) -> None:
        self.articles = 0
        self.before: Counter[Grade | None] = Counter()
        self.after: Counter[Grade | None] = Counter()
        self.effects: Counter[Effect] = Counter()


def differences(
    store: Archive,
    edited: Watchlist,
    kept: Watchlist,
    tally: BacktestFigures,
    since: datetime | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> Iterator[GradeDifference]:
    """Every article dated since then that the edited list grades otherwise than is on record, in
    the order of the archive. `kept` says which topics were watched until now. `advance` hears how
    many articles were looked at, some at a time."""
    texts = store.relevance.texts(since=since)
    while batch := list(islice(texts, _AT_ONCE)):
        known = store.relevance.grades([text.article_id for text in batch], kept.watched)
        for text in batch:
            found = match(as_article(text), edited)
            before, after = known.get(text.article_id), found.grade(edited.watched)
            tally.articles += 1
            tally.before[before] += 1
            tally.after[after] += 1
            difference = difference_of(store, text, before, found, edited)
            if difference is not None:
                tally.effects[difference.effect] += 1
                yield difference
        advance(len(batch))


def _effect(before: Grade | None, after: Grade | None) -> Effect | None:
    if before is after:
        return None
    if (before in _COUNTING) != (after in _COUNTING):
        return Effect.ADDED if after in _COUNTING else Effect.LOST
    return Effect.RAISED if _strength(after) < _strength(before) else Effect.LOWERED


def _strength(grade: Grade | None) -> int:
    return len(STRENGTH) if grade is None else STRENGTH[grade]


def _because(store: Archive, text: Text, found: Relevance, after: Grade | None) -> str:
    if after is None:
        before = store.relevance.of(text.article_id)
        return next((one.sentence for one in before.matches), "") if before else ""
    return next((one.sentence for one in found.matches), "")


def difference_of(
    store: Archive, text: Text, before: Grade | None, found: Relevance, edited: Watchlist
) -> GradeDifference | None:
    """What an edited list does to an article that was graded `before` and is now `found`. None
    where it does nothing."""
    after = found.grade(edited.watched)
    effect = _effect(before, after)
    if effect is None:
        return None
    because = _because(store, text, found, after)
    return GradeDifference(
        effect, text.article_id, text.story_id, text.title, text.url, before, after, because
    )


_AT_ONCE = 200
"""Articles in one transaction: some tenth of a second, so that a crawl beside it need not wait."""


@dataclass(frozen=True, slots=True)
class TextItem:
    """The text of an article, and the file of the watchlist that grades it."""

    text: Text
    watchlist: Path


def rematch(
    store: Archive, watchlist: Watchlist, readers: PlaceReaders | None = None
) -> Iterator[int]:
    """Match every article that this watchlist has not seen, here or by the readers of a place.
    Yields how many were done at a time.

    Raises StorageError.
    """
    texts = store.relevance.texts(unseen_by=watchlist.version)
    found = (
        ((text, match(as_article(text), watchlist)) for text in texts)
        if readers is None
        else _graded_there(texts, watchlist, readers)
    )
    while batch := list(islice(found, _AT_ONCE)):
        _keep(store, batch)
        yield len(batch)


def _graded_there(
    texts: Iterator[Text], watchlist: Watchlist, readers: PlaceReaders
) -> Iterator[tuple[Text, Relevance]]:
    path = Path(watchlist.path)
    ahead, texts = tee(texts)
    results = readers.each(TextItem(text, path) for text in ahead)
    for text, found in zip(texts, results, strict=True):
        yield text, (found if isinstance(found, Relevance) else match(as_article(text), watchlist))


def _keep(store: Archive, found: Iterable[tuple[Text, Relevance]]) -> None:
    with store.writing() as tx:
        for text, relevance in found:
            if tx.relevance.reads_as(
                text
            ):  # a crawl may have brought a newer version since we looked
                tx.relevance.replace(text.article_id, relevance)


def as_article(text: Text) -> ArticleData:
    """An archived text in the shape that is matched."""
    return ArticleData(text.url, text.source_id, text.title, text.body, published=text.published)
