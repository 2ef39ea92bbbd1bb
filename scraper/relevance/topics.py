"""What a watchlist says: topics, their names, and the conditions names are under.

Plain values, made by `scraper.relevance.watchlist` from TOML. Knows no articles and no files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from storage.types import Grade

from .finder import PhraseFinder
from .places import Gazetteer

CORE_POINTS = 10.0
RELATED_POINTS = 5.0
MENTION_POINTS = 1.0
"""From how many points a topic is core, related, a mention."""
BESIDE_POINTS = 5.0
"""For a name beside what its `core_near` asks for: core in title and lead, related in the rest."""


def grade_of(points: float) -> Grade:
    """The grade of a score."""
    if points >= CORE_POINTS:
        return Grade.CORE
    return Grade.RELATED if points >= RELATED_POINTS else Grade.MENTION


class TopicKind(StrEnum):
    """What a topic is for: `watched` ones make digests, `other` ones are told apart from them, an
    `organisation` is somebody who acts, noted and never graded above a mention."""

    WATCHED = "watched"
    OTHER = "other"
    ORGANISATION = "organisation"


class Within(StrEnum):
    """How far around a name its conditions look."""

    ARTICLE = "article"
    PARAGRAPH = "paragraph"
    SENTENCE = "sentence"
    TITLE = "title"
    NEAR = "near"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class ContextRule:
    """Contexts or topics that must (`all`, `any`) or must not (`none`) stand around a name.

    `near` is a number of characters, for `Within.NEAR` (on either side) and `Within.BEFORE` (ahead
    of the name, in the same clause: what negates it) alone.
    """

    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    within: Within = Within.ARTICLE
    near: int = 0

    @property
    def words(self) -> tuple[str, ...]:
        """Every context or topic it speaks of."""
        return (*self.all, *self.any, *self.none)


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a topic in one language, with its spellings (`forms`, or a regular `pattern`).

    Without one of `requires` it does not count, nor with one of `excludes`; with one of `weakens`
    it makes nothing core; with one of `core_when` it is core. `stage` says what the name stood for
    when (`hub city`). An article published before `valid_from` cannot mean it; `valid_until` is
    for people, since texts look back.
    """

    language: str
    forms: tuple[str, ...]
    pattern: str = ""
    requires: tuple[ContextRule, ...] = ()
    excludes: tuple[ContextRule, ...] = ()
    weakens: tuple[ContextRule, ...] = ()
    core_when: tuple[ContextRule, ...] = ()
    stage: str = ""
    valid_from: date | None = None
    valid_until: date | None = None

    @property
    def conditions(self) -> tuple[ContextRule, ...]:
        """All of them."""
        return (*self.requires, *self.excludes, *self.weakens, *self.core_when)


@dataclass(frozen=True, slots=True)
class Weights:
    """Points for a name by where it stands: in the title, the first sentence of the body, the rest
    of its lead, the rest of it."""

    title: float = RELATED_POINTS
    first: float = RELATED_POINTS
    lead: float = RELATED_POINTS
    body: float = MENTION_POINTS


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic, or an organisation. Its names yield where they overlap one of `gives_way_to`;
    `lineage` names its stages in their order."""

    id: str
    labels: Mapping[str, str]
    kind: TopicKind
    names: tuple[Name, ...]
    weights: Weights = Weights()
    gives_way_to: tuple[str, ...] = ()
    lineage: tuple[str, ...] = ()

    @property
    def watched(self) -> bool:
        """Whether digests are about this topic."""
        return self.kind is TopicKind.WATCHED

    def label(self, language: str) -> str:
        """What the topic is called in this language; in English, or by its id, where unnamed."""
        return self.labels.get(language) or self.labels.get("en") or self.id


@dataclass(frozen=True, slots=True)
class Watchlist:
    """All topics in the order of the file. `version` is a hash of the file and the gazetteer,
    `near` and `lead` are numbers of characters; `finder` finds names, contexts and places, see
    `name_key`, `context_key` and `places.place_key`; `named` and `told` say which name and which
    context a key of the finder is."""

    topics: Mapping[str, Topic]
    contexts: Mapping[str, tuple[str, ...]]
    near: int
    lead: int
    version: str
    path: str
    finder: PhraseFinder
    gazetteer: Gazetteer
    named: Mapping[str, tuple[Topic, Name]] = field(init=False, repr=False, compare=False)
    told: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        named = {
            name_key(topic.id, number): (topic, name)
            for topic in self.topics.values()
            for number, name in enumerate(topic.names)
        }
        object.__setattr__(self, "named", named)
        object.__setattr__(self, "told", {context_key(name): name for name in self.contexts})

    @property
    def watched(self) -> tuple[str, ...]:
        """The ids of the topics that digests are about."""
        return tuple(topic.id for topic in self.topics.values() if topic.watched)


def name_key(topic: str, number: int) -> str:
    """What the finder calls the name with this number (from 0) of a topic."""
    return f"{topic}#{number}"


def context_key(context: str) -> str:
    """What the finder calls a context."""
    return f"~{context}"
