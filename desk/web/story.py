"""One story, opened: text, versions, addresses, dates, what people said, the archived pages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from starlette.responses import Response

from scraper.revisions import Hunk
from storage.articles.records import Article
from storage.attachments.records import AttachedFile
from storage.decisions.corrections import Field
from storage.relevance.records import Relevance
from storage.revisions.records import Revision
from storage.stories.queries import StoryFile, StoryProof
from storage.types import Capture

from ..digest.citation import cite_article
from ..text import paragraphs
from ..versions import differences
from . import tell
from .cards import cards
from .visit import RequestContext

_LONGEST = 200_000
"""Characters of an archived page that are shown."""


@dataclass(frozen=True, slots=True)
class ArticleView:
    """One article of a story with all that is shown of it; `share` of its text stands in another
    article (0 to 1)."""

    article: Article
    proof: StoryProof | None
    versions: tuple[tuple[Revision, tuple[Hunk, ...]], ...]
    files: tuple[AttachedFile, ...]

    @property
    def paragraphs(self) -> list[str]:
        """Its text, a paragraph each."""
        return [part for part in paragraphs(self.article.body).split("\n\n") if part]


def story(visit: RequestContext) -> Response:
    """A story by its number; one that leads to another story goes there."""
    number = visit.request.path_params["number"]
    seen = visit.store.revisions.last_seq()
    found = visit.store.stories.file(number)
    if found is None:
        return visit.missing(visit.words("no_story"))
    if found.story.id != number:
        return visit.back(f"/story/{found.story.id}")
    lead = found.story.lead
    (card,) = cards(
        visit.store,
        visit.desk.watchlist,
        [(found.story.id, lead.id, lead.first_seen_at)],
        visit.words.tag,
    )
    return visit.page(
        "story.html.j2",
        {
            "title": lead.title,
            "card": card,
            "seen": seen,
            "citation": cite_article(
                card.lead, visit.store.digests.proofs_of([lead.id]).get(lead.id), visit.desk.zone
            ),
            "fields": list(Field),
            "told": _told(visit, found),
            "found": visit.store.relevance.of(lead.id) or Relevance(),
            "topics": visit.desk.watchlist.topics,
            "places": visit.desk.watchlist.gazetteer.places,
            "said": visit.store.decisions.of(found.story.id),
            "related": [
                (one, tell.related(visit.words, one, visit.desk.watchlist))
                for one in visit.store.relevance.related(lead.id, visit.desk.watchlist.watched)
            ],
        },
    )


def _told(visit: RequestContext, found: StoryFile) -> tuple[ArticleView, ...]:
    articles = visit.store.articles.get_many([one.id for one in found.story.publications])
    proofs = {proof.article_id: proof for proof in found.proofs}
    return tuple(
        ArticleView(
            article,
            proofs.get(article.id),
            _versions(visit, article),
            visit.store.attachments.of(article.id),
        )
        for article in articles
    )


def _versions(
    visit: RequestContext, article: Article
) -> tuple[tuple[Revision, tuple[Hunk, ...]], ...]:
    versions = visit.store.revisions.of(article.id)
    changed = differences(versions)
    return tuple((version, changed.get(version.number, ())) for version in reversed(versions))


def page(visit: RequestContext) -> Response:
    """An archived page as text: nothing of it is run, drawn or fetched."""
    number = visit.request.path_params["number"]
    try:
        capture = visit.store.pages.snapshot(number)
    except LookupError:
        return visit.missing(visit.words("no_page"))
    text = _text(capture)
    return visit.page(
        "page.html.j2",
        {
            "title": f"{visit.words('archived')} {number}",
            "number": number,
            "capture": capture,
            "sha256": hashlib.sha256(capture.body).hexdigest(),
            "text": text[:_LONGEST],
            "cut": max(0, len(text) - _LONGEST),
        },
    )


def _text(capture: Capture) -> str:
    from scraper.pages.decode import decode

    return decode(capture.body, capture.header("content-type") or "").text
