"""An article as it is shown: everything that is known of it, and of its dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from storage.articles.records import When
from storage.decisions import review_states_of
from storage.types import DateClue, DateKind, Origin, Precision

from . import _
from .text import format_size

if TYPE_CHECKING:
    from scraper.relevance.watchlist import Watchlist
    from storage.archive import Archive
    from storage.articles.records import Article, RenderedPage
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
    rendered: RenderedPage | None = None

    @property
    def how_rendered(self) -> str:
        """How its page came about where scripts made it, for people. Empty where none ran."""
        return describe_rendering(self.rendered) if self.rendered is not None else ""


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
        store.articles.rendered(number),
    )


def describe_rendering(rendered: RenderedPage) -> str:
    """How a page came about whose scripts ran, for people."""
    told = _(
        "by %(browser)s, which ran the scripts of %(size)s as received (%(requests)s requests, "
        "SHA-256 %(sha256)s)",
        browser=rendered.browser,
        size=format_size(rendered.received_size),
        requests=rendered.requests,
        sha256=rendered.received_sha256,
    )
    return f"{told}; {rendered.note}" if rendered.note else told


def date_candidates(article: Article, zone: str = "UTC") -> tuple[DateClue, ...]:
    """An article's dates with the one that only the archive knows: when it was first seen, given in
    `zone`."""
    first = When(article.first_seen_at.astimezone(ZoneInfo(zone)), Precision.SECOND, zone)
    seen = DateClue(DateKind.SEEN, first, Origin.ARCHIVE, _("first sight"), article.url)
    return (*article.dates, seen)
