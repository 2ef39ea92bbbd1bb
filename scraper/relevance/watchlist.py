"""The watchlist: topics, the names they go by, and what context a name needs.

Loads and checks the TOML file; `scraper.relevance.match` uses it. Knows no articles.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from storage.types import Grade

from ..sources.toml import Table, load_toml, suggest
from ..sources.values import parse_id, parse_language
from .finder import Finder, Phrase

SHIPPED = Path(__file__).with_name("watchlist.toml")

#: Every key of a watchlist file, by table.
KEYS: Mapping[str, tuple[str, ...]] = {
    "watchlist": ("near", "lead", "contexts", "topic"),
    "topic": (
        *("id", "labels", "kind", "in_title", "in_lead", "in_body"),
        *("gives_way_to", "name"),
    ),
    "name": ("language", "forms", "requires", "core_near", "valid_from", "valid_until"),
}


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a topic in one language, with its spellings (`forms`).

    `requires`: contexts or topics of which one must stand somewhere in the article, else the name
    does not count. `core_near`: contexts or topics beside which it is graded core. The dates say
    from when to when the name was in use; they are kept for people and exclude nothing.
    """

    language: str
    forms: tuple[str, ...]
    requires: tuple[str, ...]
    core_near: tuple[str, ...]
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic. Those of kind `other` are told apart from the watched ones, not looked for."""

    id: str
    labels: Mapping[str, str]
    kind: str
    names: tuple[Name, ...]
    in_title: Grade
    in_lead: Grade
    in_body: Grade
    gives_way_to: tuple[str, ...]

    @property
    def watched(self) -> bool:
        """Whether digests are about this topic."""
        return self.kind == "watched"

    def label(self, language: str) -> str:
        """What the topic is called in this language; in English, or by its id, where unnamed."""
        return self.labels.get(language) or self.labels.get("en") or self.id


@dataclass(frozen=True, slots=True)
class Watchlist:
    """All topics in the order of the file. `version` is a hash of the file, `near` and `lead` are
    numbers of characters; `finder` finds names and contexts, see `name_key` and `context_key`."""

    topics: Mapping[str, Topic]
    contexts: Mapping[str, tuple[str, ...]]
    near: int
    lead: int
    version: str
    path: str
    finder: Finder

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


def load_watchlist(path: Path | None = None) -> Watchlist:
    """Load a watchlist, the shipped one for None.

    Raises SourceError, one line `FILE: KEY: what is wrong`.
    """
    table = load_toml(path or SHIPPED).only(KEYS["watchlist"])
    contexts = _contexts(table.table("contexts"))
    topics: dict[str, Topic] = {}
    for item in table.tables("topic"):
        topic = _topic(item.only(KEYS["topic"]))
        if topic.id in topics or topic.id in contexts:
            raise item.error("id", f"{topic.id!r} is already used for a topic or context")
        topics[topic.id] = topic
    if not topics:
        raise table.error("topic", "is missing; a watchlist needs at least one [[topic]]")
    _check_references(table, topics, contexts)
    return Watchlist(
        topics=MappingProxyType(topics),
        contexts=MappingProxyType(contexts),
        near=table.number("near", 1000, 0, 100_000),
        lead=table.number("lead", 500, 0, 100_000),
        version=hashlib.sha256(Path(table.file).read_bytes()).hexdigest()[:16],
        path=table.file,
        finder=_finder(table, topics, contexts),
    )


def _contexts(table: Table) -> dict[str, tuple[str, ...]]:
    return {name: table.texts(name) for name in table.data}


def _topic(table: Table) -> Topic:
    topic_id = table.parsed("id", parse_id)
    labels = table.table("labels")
    names = tuple(_name(item.only(KEYS["name"])) for item in table.tables("name"))
    if not names:
        raise table.error("name", f"is missing; the topic {topic_id!r} needs a [[topic.name]]")
    kind = table.text("kind", "watched")
    if kind not in ("watched", "other"):
        raise table.error("kind", f'{kind!r} is neither "watched" nor "other"')
    return Topic(
        id=topic_id,
        labels=MappingProxyType({language: labels.text(language) for language in labels.data}),
        kind=kind,
        names=names,
        in_title=_grade(table, "in_title", Grade.RELATED),
        in_lead=_grade(table, "in_lead", Grade.RELATED),
        in_body=_grade(table, "in_body", Grade.MENTION),
        gives_way_to=table.texts("gives_way_to"),
    )


def _name(table: Table) -> Name:
    forms = table.texts("forms")
    if not forms:
        raise table.error("forms", "is missing; list the spellings of this name")
    since, until = table.day("valid_from"), table.day("valid_until")
    if since and until and until < since:
        raise table.error("valid_until", f"lies before valid_from ({since})")
    return Name(
        language=table.parsed("language", parse_language),
        forms=forms,
        requires=table.texts("requires"),
        core_near=table.texts("core_near"),
        valid_from=since,
        valid_until=until,
    )


def _grade(table: Table, key: str, default: Grade) -> Grade:
    word = table.text(key, default.value)
    try:
        return Grade(word)
    except ValueError:
        raise table.error(key, f"{word!r} is none of core, related, mention") from None


def _check_references(
    table: Table, topics: Mapping[str, Topic], contexts: Mapping[str, tuple[str, ...]]
) -> None:
    known = [*topics, *contexts]
    for number, topic in enumerate(topics.values(), 1):
        uses = [("gives_way_to", word, list(topics)) for word in topic.gives_way_to]
        for name in topic.names:
            uses += [("name.requires", word, known) for word in name.requires]
            uses += [("name.core_near", word, known) for word in name.core_near]
        for key, word, words in uses:
            if word not in words:
                problem = f"there is no topic or context {word!r}{suggest(word, words)}"
                raise table.error(f"topic[{number}].{key}", problem)


def _finder(
    table: Table, topics: Mapping[str, Topic], contexts: Mapping[str, tuple[str, ...]]
) -> Finder:
    phrases = [
        Phrase(form, name_key(topic.id, number))
        for topic in topics.values()
        for number, name in enumerate(topic.names)
        for form in name.forms
    ]
    phrases += [Phrase(form, context_key(key)) for key, forms in contexts.items() for form in forms]
    try:
        return Finder(phrases)
    except ValueError as error:
        raise table.error("forms", str(error)) from None
