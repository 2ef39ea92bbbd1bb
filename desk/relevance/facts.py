"""What is known of something that was asked for: an article of the archive, or what is none.
Gathered by `inquiry`, judged by `why`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scraper.relevance.match import Unmet
from scraper.sources.model import Source
from storage.articles.records import Article
from storage.decisions.records import Verdict
from storage.digests.records import DigestHead, Told
from storage.lists.records import Bracket, ListedRow
from storage.pages.records import FetchAttempt, Quarantined
from storage.relevance.queries import Related
from storage.relevance.records import Relevance, Score
from storage.stories.queries import Publication, StoryProof
from storage.types import Grade


@dataclass(frozen=True, slots=True)
class KeptArticle:
    """What is known of an article of the archive. `proof` says why it belongs to its story, if it
    does not lead it; `is_current` whether today's watchlist has seen it; `issues` what digests said
    of its story, `cut_off` the latest of them if the story came after what that is about."""

    article: Article
    found: Relevance | None
    watched: tuple[str, ...]
    is_current: bool
    lead: Publication
    proof: StoryProof | None
    people: Verdict
    gone_evidence: str = ""
    unmet: tuple[Unmet, ...] = ()
    related: tuple[Related, ...] = ()
    issues: tuple[Told, ...] = ()
    cut_off: DigestHead | None = None

    @property
    def best(self) -> Score | None:
        """The strongest score of a watched topic."""
        scores = (
            [one for one in self.found.scores if one.topic in self.watched] if self.found else []
        )
        return max(scores, key=lambda one: one.deciding, default=None)

    @property
    def grade(self) -> Grade | None:
        """The strongest grade of a watched topic."""
        return self.found.grade(self.watched) if self.found else None


@dataclass(frozen=True, slots=True)
class Absent:
    """What is known of an address that is no article of the archive.

    `source` takes the address, or was named; `is_taken` whether its rules allow the address,
    `rests` whether it failed too lately to be asked for again; `near` are sources that come near it
    where none takes it.
    """

    source: Source | None = None
    is_taken: bool = False
    was_crawled: bool = False
    aside: Quarantined | None = None
    listed: tuple[ListedRow, ...] = ()
    tries: tuple[FetchAttempt, ...] = ()
    rests: bool = False
    day: date | None = None
    brackets: tuple[Bracket, ...] = ()
    near: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class InquiryFacts:
    """What is known of what was asked for; `source_id` and `url` are empty where a title led
    nowhere, `likeness` how like the title is to what was asked, where it was asked by title."""

    url: str
    source_id: str
    title: str
    known: KeptArticle | Absent
    likeness: float | None = None
