"""Stories: one as a card, which is what a reviewer sees before opening it, and one opened: text,
versions, addresses, dates, what people said, the archived pages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from scraper.parsing.encoding import decode
from scraper.relevance.watchlist import Watchlist
from scraper.revisions import Hunk, differences
from storage.archive import Archive
from storage.articles.records import Article
from storage.attachments import AttachedFile
from storage.decisions import Decision, Field, State, Verb, Verdict, last_word
from storage.relevance import PlaceRole, Relevance
from storage.revisions import Revision
from storage.stories.queries import StoryFile, StoryProof
from storage.text import lead_in
from storage.types import Capture, Grade

from .. import sentences
from ..digest.build import quote
from ..digest.formats.templates import said_in
from ..digest.model import Quote
from ..digest.wording import cite_article
from ..text import one_line, paragraphs
from .contradictions import contradictions_of
from .events import (
    RefusedLink,
    change,
    event_just_said,
    other_stories,
    said_of_events,
)
from .facts import facts_of_story, next_open, said_of_fact
from .request import RequestContext, number_of

# A story as one card: what a reviewer sees of it before opening it.

_ALSO, _BEGINNING = 6, 220


@dataclass(frozen=True, slots=True)
class Card:
    """One story, shown by its lead. `quote` is the sentence that made it match, `places` those it
    is about, by name. `marks` are the stars, tags and notes that stand. So many `contradictions`
    of it are open."""

    story_id: int
    lead: Article
    arrived_at: datetime
    verdict: Verdict
    grade: Grade | None
    topics: tuple[str, ...]
    places: tuple[str, ...]
    quote: Quote | None
    marks: tuple[Decision, ...] = ()
    contradictions: int = 0

    @property
    def lead_in(self) -> str:
        """What stands right before the phrase that matched."""
        before = self.quote.before if self.quote else ""
        shown = lead_in(before)
        return before if shown == before else f"…{shown}"

    @property
    def excerpt(self) -> str:
        """How its text begins, for a story in which nothing was found."""
        return one_line(self.lead.body[: _BEGINNING * 2], _BEGINNING)

    @property
    def also_at(self) -> Sequence[object]:
        """The first few of its other addresses."""
        return self._others[:_ALSO]

    @property
    def more(self) -> int:
        """How many more addresses it has."""
        return max(0, len(self._others) - _ALSO)

    @property
    def _others(self) -> Sequence[object]:
        return [place for place in self.lead.also_at if not place.stands_at]

    @property
    def language(self) -> str:
        """The primary subtag (RFC 5646) of the language of its lead, or an empty text."""
        return (self.lead.language or "").lower().replace("_", "-").partition("-")[0]

    def last_word(self, person: str) -> int:
        """The number of what this person said of it last, which can be taken back, or 0."""
        return last_word((*self.verdict.decisions, *self.marks), person)

    @property
    def state(self) -> State:
        """What people's words come to."""
        return self.verdict.state


def cards(
    store: Archive,
    watchlist: Watchlist,
    rows: Iterable[tuple[int, int, datetime | None]],
    language: str,
) -> tuple[Card, ...]:
    """Cards of stories: (story, lead, arrival) each. Without an arrival the moment counts at which
    the lead was first seen."""
    stories = list(rows)
    leads = {one.id: one for one in store.articles.get_many([lead for _, lead, _ in stories])}
    found = store.relevance.of_many(list(leads))
    numbers = [story for story, _, _ in stories]
    verdicts, said = store.decisions.verdicts(numbers), store.decisions.current_of(numbers)
    disputed = store.stories.contradictions.open_ones(numbers)
    return tuple(
        _card(
            leads[lead],
            arrived or leads[lead].first_seen_at,
            found.get(lead),
            verdicts.get(story, Verdict(State.OPEN)),
            said.get(story, ()),
            disputed.get(story, 0),
            watchlist,
            language,
        )
        for story, lead, arrived in stories
        if lead in leads
    )


def _card(
    lead: Article,
    arrived: datetime,
    found: Relevance | None,
    verdict: Verdict,
    said: Sequence[Decision],
    contradictions: int,
    watchlist: Watchlist,
    language: str,
) -> Card:
    watched = [one for one in lead.matches if one.topic in watchlist.watched]
    places = watchlist.gazetteer.places
    return Card(
        story_id=lead.story_id,
        lead=lead,
        arrived_at=arrived,
        verdict=verdict,
        grade=found.grade(watchlist.watched) if found else None,
        topics=tuple(
            watchlist.topics[one.topic].label(language)
            for one in (found.scores if found else ())
            if one.topic in watchlist.topics and watchlist.topics[one.topic].watched
        ),
        places=tuple(
            places[one.place].label(language)
            for one in (found.places if found else ())
            if one.role is PlaceRole.ABOUT and one.place in places
        ),
        quote=quote(watched, lead.title),
        marks=tuple(one for one in said if one.verb in (Verb.STAR, Verb.TAG, Verb.NOTE)),
        contradictions=contradictions,
    )


@dataclass(frozen=True, slots=True)
class JustSaid:
    """What was just done: the verb, of how many stories, and the first and the last of the
    decisions that it made (`12-40`), or an empty text where nothing can be taken back."""

    verb: str
    number: int
    back: str


def said_just_now(visit: RequestContext) -> JustSaid | None:
    """What the address says was just done, or None."""
    query = visit.request.query_params
    verb, count = query.get("did", ""), query.get("n", "")
    if verb not in (*Verb, "undo") or not count:
        return None
    first, _, last = query.get("back", "").partition("-")
    low, high = number_of(first), number_of(last)
    return JustSaid(verb, number_of(count), f"{low}-{high}" if low and high else "")


_LONGEST = 200_000
"""Characters of an archived page that are shown."""


@dataclass(frozen=True, slots=True)
class ArticleView:
    """One article of a story with all that is shown of it. `read` is the text of each of its files
    that has one, where the page itself has none."""

    article: Article
    proof: StoryProof | None
    versions: tuple[tuple[Revision, tuple[Hunk, ...]], ...]
    files: tuple[AttachedFile, ...]
    read: tuple[tuple[AttachedFile, list[str]], ...] = ()

    @property
    def paragraphs(self) -> list[str]:
        """Its text, a paragraph each."""
        return _paragraphs_of(self.article.body)


@dataclass(frozen=True, slots=True)
class RefusedCorrection:
    """A correction that cannot be kept: its field, what was typed, and what is wrong with it."""

    field: Field
    value: str
    message: str


def story(visit: RequestContext) -> Response:
    """A story by its number. One that leads to another story goes there."""
    return story_page(visit, visit.request.path_params["number"])


def story_page(
    visit: RequestContext,
    number: int,
    refused: RefusedCorrection | None = None,
    refused_link: RefusedLink | None = None,
) -> Response:
    """The page of a story, or with `part=pane` in the address what of it stands beside the list.
    What was refused is shown in its form, and the answer is 400."""
    seen = visit.store.revisions.last_seq()
    found = visit.store.stories.file(number)
    if found is None:
        return visit.missing(visit.words("There is no story of that number."))
    is_pane = visit.request.query_params.get("part") == "pane"
    if found.story.id != number:
        return visit.back(f"/story/{found.story.id}{'?part=pane' if is_pane else ''}")
    lead = found.story.lead
    (card,) = cards(
        visit.store,
        visit.desk.watchlist,
        [(found.story.id, lead.id, lead.first_seen_at)],
        visit.words.tag,
    )
    articles = _article_views(visit, found)
    facts = facts_of_story(visit, [(one.article.id, one.article.language) for one in articles])
    said_fact = None if is_pane else said_of_fact(visit)
    values = {
        "title": lead.title,
        "facts": facts,
        "said_fact": said_fact,
        "fact_focus": next_open(facts, said_fact),
        "wording": said_in(visit.words),
        "card": card,
        "seen": seen,
        "known": visit.store.decisions.last(),
        "citation": cite_article(
            card.lead,
            visit.store.digests.proofs_of([lead.id]).get(lead.id),
            visit.desk.zone,
            visit.words,
        ),
        "fields": list(Field),
        "refused": refused,
        "articles": articles,
        "found": visit.store.relevance.of(lead.id) or Relevance(),
        "others": other_stories(visit.store, found.story.id),
        "event_said": said_of_events(visit.store, found.story.id),
        "event_just_said": None if is_pane else event_just_said(visit),
        "refused_link": refused_link,
        "contradictions": contradictions_of(visit.store, found.story.id),
        "topics": visit.desk.watchlist.topics,
        "places": visit.desk.watchlist.gazetteer.places,
        "said": visit.store.decisions.of(found.story.id),
        "just_said": None if is_pane else said_just_now(visit),
        "reasons": visit.store.decisions.frequent(Verb.REJECT),
        "tags": visit.store.decisions.frequent(Verb.TAG),
        "related": [
            (one, sentences.related(visit.words, one, visit.desk.watchlist))
            for one in visit.store.relevance.related(lead.id, visit.desk.watchlist.watched)
        ],
    }
    template = "pane.html.j2" if is_pane else "story.html.j2"
    return visit.page(template, values, 400 if refused or refused_link else 200)


def change_event(visit: RequestContext) -> Response:
    """A person's word on the event of a story, and its page again."""
    done = change(visit)
    if isinstance(done, RefusedLink):
        story = number_of(str(visit.form.get("story", "")))
        return story_page(visit, story, refused_link=done)
    return done


def _article_views(visit: RequestContext, found: StoryFile) -> tuple[ArticleView, ...]:
    articles = visit.store.articles.get_many([one.id for one in found.story.publications])
    proofs = {proof.article_id: proof for proof in found.proofs}
    return tuple(
        ArticleView(
            article,
            proofs.get(article.id),
            _versions(visit, article),
            files := visit.store.attachments.of(article.id),
            () if article.body.strip() else _read(visit, files),
        )
        for article in articles
    )


def _read(
    visit: RequestContext, files: Sequence[AttachedFile]
) -> tuple[tuple[AttachedFile, list[str]], ...]:
    said = (
        (file, visit.store.attachments.text(file.file_id)[:_LONGEST])
        for file in files
        if file.characters
    )
    return tuple((file, _paragraphs_of(text)) for file, text in said if text.strip())


def _paragraphs_of(text: str) -> list[str]:
    return [part for part in paragraphs(text).split("\n\n") if part]


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
        return visit.missing(visit.words("There is no archived page of that number."))
    text = _text(capture)
    name = visit.words("Archived page")
    return visit.page(
        "page.html.j2",
        {
            "title": f"{name} {number}",
            "number": number,
            "capture": capture,
            "sha256": hashlib.sha256(capture.body).hexdigest(),
            "received_sha256": hashlib.sha256(
                capture.rendering.received if capture.rendering else b""
            ).hexdigest(),
            "text": text[:_LONGEST],
            "cut": max(0, len(text) - _LONGEST),
        },
    )


def _text(capture: Capture) -> str:
    return decode(capture.body, capture.header("content-type") or "").text
