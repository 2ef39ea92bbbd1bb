"""Stories as JSON documents: one of the list, and one with its proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scraper.revisions import differences
from storage.decisions import Reviewed, Which, review_states_of

from . import JsonDocument, Member, parts
from .decisions import DECISION
from .facts import ARTICLE_FACT, unrejected
from .revisions import EDIT
from .search import UPDATE

if TYPE_CHECKING:
    from scraper.revisions import Hunk
    from storage.archive import Archive
    from storage.articles.records import Edit
    from storage.decisions import Decision, ReviewStates
    from storage.facts import KeptFact
    from storage.stories.queries import Publication, Said, Story, StoryFile, StoryProof


PLACE: JsonDocument[Publication] = JsonDocument(
    Member("id", "integer", "number of the article", lambda p: p.id),
    Member("url", "text", "its address", lambda p: p.url),
    Member("source", "text", "id of the source", lambda p: p.source_id),
    Member("published", "date or null", "when it says it was published", lambda p: p.published),
    Member("gone", "moment or null", "since when its page is gone", lambda p: p.gone_at),
    Member("moved_to", "text or null", "the address of the same source at which its text stands "
        "now; null where it is there, or was withdrawn", lambda p: p.stands_at),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ListedStory:
    """A story of the list, and the event that it tells."""

    story: Reviewed[Story]
    event: int
    facts: tuple[KeptFact, ...]


MOST_FACTS = 20
"""So many facts of its lead are in the document of a story."""


def facts_of_leads(store: Archive, stories: Sequence[Story]) -> dict[int, tuple[KeptFact, ...]]:
    """The first facts of the articles that lead stories, by their numbers; no rejected ones."""
    found: dict[int, list[KeptFact]] = {story.lead.id: [] for story in stories}
    for one in unrejected(store.articles.facts.of_articles(sorted(found))):
        if len(found[one.article_id]) < MOST_FACTS:
            found[one.article_id].append(one)
    return {number: tuple(facts) for number, facts in found.items()}


STORY: JsonDocument[ListedStory] = JsonDocument(
    Member("id", "integer", "number of the story; when stories join the lowest stays",
        lambda s: s.story.what.id),
    Member("event", "integer", "the event it tells, by the lowest number of its stories: those "
        "with the same tell one thing, in two languages or in other words", lambda s: s.event),
    Member("title", "text", "the headline of its lead", lambda s: s.story.what.lead.title),
    Member("lead", "integer", "the article that had it first", lambda s: s.story.what.lead.id),
    Member("state", "text", "what people decided: `open`, `accepted`, `rejected`, `later`, or "
        "`disputed`", lambda s: s.story.state),
    *UPDATE.of(lambda s: s.story.update),
    parts("articles", "every place where it stands, the lead first, then in order of time",
        lambda s: s.story.what.publications, PLACE),
    parts("facts", "figures, deadlines and events that its lead states, the first twenty, as in "
        "`facts`; "
        "rejected ones are left out", lambda s: s.facts, ARTICLE_FACT),
    commands=("stories --json",),
    about="A list of stories, that with the latest publication first; with `--several` only those "
        "at several addresses. What a story is: [stories.md](stories.md).",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class KnownStory:
    """A story with everything that became of it. `hunks` are by article and version."""

    file: StoryFile
    event: int
    facts: tuple[KeptFact, ...]
    reviews: ReviewStates
    edits: tuple[Edit, ...]
    hunks: dict[tuple[int, int], tuple[Hunk, ...]]
    decisions: tuple[Decision, ...]


def known_story(store: Archive, found: StoryFile) -> KnownStory:
    """A story with everything that became of it. Raise StorageError."""
    story = found.story.id
    edits = store.edits.of_story(story)
    hunks = {
        (article, number): parts
        for article in {edit.article_id for edit in edits}
        for number, parts in differences(store.revisions.of(article)).items()
    }
    reviews = review_states_of(store, [story])
    event = store.stories.events.of_stories([story])[story]
    facts = facts_of_leads(store, [found.story])[found.story.lead.id]
    decisions = store.decisions.of(story, Which.ALL)
    return KnownStory(found, event, facts, reviews, edits, hunks, decisions)


def _listed(known: KnownStory) -> ListedStory:
    story = known.file.story
    return ListedStory(Reviewed(story, known.reviews, story.id), known.event, known.facts)


def _proven(known: KnownStory) -> list[tuple[Publication, StoryProof | None]]:
    proofs = {proof.article_id: proof for proof in known.file.proofs}
    return [(place, proofs.get(place.id)) for place in known.file.story.publications]


def _words_of(known: KnownStory) -> list[dict[str, Any]]:
    """What people said, in order. The keys of a verdict stand in another order than the others'."""
    words = {said.id: SAID(said) for said in known.file.said}
    words |= {one.id: VERDICT(one) for one in known.decisions if one.id not in words}
    return [words[number] for number in sorted(words)]


PROOF: JsonDocument[StoryProof | None] = JsonDocument(
    Member("how", "text or null", "`same text`, `copy` or `person`: what ties it to the article "
        "`of`; null for the lead", lambda p: p.how if p else None),
    Member("of", "integer or null", "that article", lambda p: p.of if p else None),
    Member("share", "number or null", "share of its text that stands there, 0 to 1; 0 for a "
        "person's word", lambda p: round(p.share, 3) if p else None),
    Member("other_share", "number or null", "share of that text that stands here",
        lambda p: round(p.other_share, 3) if p else None),
)  # fmt: skip


PROVEN: JsonDocument[tuple[Publication, StoryProof | None]] = JsonDocument(
    *PLACE.of(lambda p: p[0]),
    Member("title", "text", "its own headline", lambda p: p[0].title),
    Member("gone_evidence", "text", "how that is known, empty if it is there",
        lambda p: p[0].gone_evidence),
    *PROOF.of(lambda p: p[1]),
)  # fmt: skip


SAID: JsonDocument[Said] = JsonDocument(
    Member("id", "integer", "its number, for `decisions undo`", lambda s: s.id),
    Member("story", "integer", "the story it was said of", lambda s: s.story_id),
    Member("verb", "text", "`accept`, `reject`, `later`, `note`, `star`, `tag`, `merge`, `split` "
        "or `correct`", lambda s: s.word.verb),
    Member("by", "text", "who said so", lambda s: s.person),
    Member("at", "moment", "when", lambda s: s.at),
    Member("why", "text", "the reason or the note, may be empty", lambda s: s.word.why),
    Member("groups", "list", "of `merge` and `split` the articles named: lists of numbers that "
        "belong together, or apart", lambda s: s.word.groups),
    Member("undone", "moment or null", "when it was taken back; null: it stands",
        lambda s: s.undone_at),
    Member("undone_by", "text or null", "who took it back; null: nobody, or it is not known",
        lambda s: s.undone_by or None),
)  # fmt: skip


VERDICT: JsonDocument[Decision] = JsonDocument(
    *DECISION.of(lambda d: d),
    Member("groups", "list", "empty", lambda d: ()),
)  # fmt: skip


STORY_FILE: JsonDocument[KnownStory] = JsonDocument(
    Member("asked", "integer", "the number that was asked for", lambda k: k.file.asked),
    *STORY.of(_listed, but=("articles",)),
    parts("articles", "every place where it stands, the lead first, then in order of time",
        _proven, PROVEN),
    parts("changes", "every change of one of these articles, in order", lambda k: k.edits, EDIT),
    Member("decisions", "list", "what people said of it, and what they said that names one of "
        "these articles", _words_of, SAID, "[]"),
    commands=("stories show --json",),
    about="One story; a number that was joined to another "
        "leads to that.",
)  # fmt: skip
