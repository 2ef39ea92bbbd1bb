"""An article as it is shown: everything that is known of it, and of its dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from storage.articles.records import When
from storage.decisions import review_states_of
from storage.types import DateClue, DateKind, Origin, Precision

from . import _

if TYPE_CHECKING:
    from scraper.relevance.watchlist import Watchlist
    from storage.archive import Archive
    from storage.articles.records import Article
    from storage.attachments import AttachedFile
    from storage.decisions import Verdict
    from storage.facts import KeptFact
    from storage.relevance import Related
    from storage.revisions import Event, Revision


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """Everything that is shown of an article."""

    article: Article
    revisions: tuple[Revision, ...]
    events: tuple[Event, ...]
    files: tuple[AttachedFile, ...]
    verdict: Verdict
    related: tuple[Related, ...]
    facts: tuple[KeptFact, ...]
    watchlist: Watchlist


def known_article(store: Archive, number: int, watchlist: Watchlist) -> KnownArticle | None:
    """Everything that is shown of an article, or None where there is none of that number. Raise
    StorageError."""
    article = store.articles.get(number)
    if article is None:
        return None
    return KnownArticle(
        article,
        store.revisions.of(number),
        store.revisions.events_of(number),
        store.attachments.of(number),
        review_states_of(store, [article.story_id]).verdict(article.story_id),
        store.relevance.related(number, watchlist.watched),
        tuple(store.articles.facts.of_articles([number])),
        watchlist,
    )


def date_candidates(article: Article, zone: str = "UTC") -> tuple[DateClue, ...]:
    """An article's dates with the one that only the archive knows: when it was first seen, given in
    `zone`."""
    first = When(article.first_seen_at.astimezone(ZoneInfo(zone)), Precision.SECOND, zone)
    seen = DateClue(DateKind.SEEN, first, Origin.ARCHIVE, _("first sight"), article.url)
    return (*article.dates, seen)
