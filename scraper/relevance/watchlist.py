"""The watchlist: topics, their names, the conditions on names, and the TOML they come from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from hubwatch.errors import SourceError
from hubwatch.toml import Table, load_toml, parse_id, parse_language, suggest
from storage.types import Grade

from .finder import Pattern, Phrase, PhraseFinder, parse_pattern, parse_phrase
from .keys import SUBJECT_POINTS, WATCHLIST
from .places import OWN, Gazetteer, GazetteerPlace, PlaceName, extended, load_gazetteer

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

    Without one of `requires` it does not count, nor with one of `excludes`. With one of `weakens`
    it makes nothing core. With one of `core_when` it is core. `stage` says what the name stood for
    when (`hub city`). An article published before `valid_from` cannot mean it. `valid_until` is
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
    """A topic, or an organisation. Its names yield where they overlap one of `gives_way_to`.
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
        """What the topic is called in this language. In English, or by its id, where unnamed."""
        return self.labels.get(language) or self.labels.get("en") or self.id


@dataclass(frozen=True, slots=True)
class Subject:
    """Topics that are graded together, by how much a text is about them. The lists name contexts.
    `points` says what each sign is worth, by the names of `keys.SUBJECT_POINTS`."""

    id: str
    topics: tuple[str, ...]
    organisations: tuple[str, ...]
    work: tuple[str, ...]
    asides: tuple[str, ...]
    namesakes: tuple[str, ...]
    genres: tuple[str, ...]
    local: tuple[str, ...]
    wide: tuple[str, ...]
    points: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Watchlist:
    """All topics in the order of the file. `version` is a hash of the file and the gazetteer,
    `dismissed` says by reason which phrases make a text irrelevant.
    `near` and `lead` are numbers of characters. `finder` finds names, contexts and places, see
    `name_key`, `context_key` and `places.place_key`. `named` and
    `context_by_key` say which name and which context a key of the finder is."""

    topics: Mapping[str, Topic]
    contexts: Mapping[str, tuple[str, ...]]
    near: int
    lead: int
    version: str
    path: str
    finder: PhraseFinder
    gazetteer: Gazetteer
    subjects: tuple[Subject, ...] = ()
    dismissed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    named: Mapping[str, tuple[Topic, Name]] = field(init=False, repr=False, compare=False)
    context_by_key: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        named = {
            name_key(topic.id, number): (topic, name)
            for topic in self.topics.values()
            for number, name in enumerate(topic.names)
        }
        object.__setattr__(self, "named", named)
        object.__setattr__(
            self, "context_by_key", {context_key(name): name for name in self.contexts}
        )

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


def dismissed_key(reason: str) -> str:
    """What the finder calls the phrases that are dismissed for a reason."""
    return f"!{reason}"


LoadWatchlist = Callable[[], Watchlist]
"""Gives the same one each time; what is wrong with it has been said before, or is raised."""

SHIPPED = Path(__file__).with_name("watchlist.toml")

_BY_NUMBER = (Within.NEAR, Within.BEFORE)
_WITHIN = tuple(one for one in Within if one not in _BY_NUMBER)
_IN_SENTENCE = ContextRule(within=Within.SENTENCE)


def load_watchlist(path: Path | None = None) -> Watchlist:
    """Load a watchlist, the shipped one for None.

    Raises SourceError, one line `FILE: KEY: what is wrong`, with the line of the file.
    """
    return shipped_watchlist() if path is None else _loaded(path)


@cache
def shipped_watchlist() -> Watchlist:
    """The one that comes with the program, loaded once."""
    return _loaded(SHIPPED)


def _loaded(path: Path) -> Watchlist:
    table = load_toml(path, SourceError, WATCHLIST).only()
    near = table.declared_number("near")
    contexts = _contexts(table.table("contexts"))
    topics: dict[str, Topic] = {}
    for item, topic in _topics(table, near):
        if topic.id in topics or topic.id in contexts:
            raise item.error("id", f"{topic.id!r} is already used for a topic or context")
        topics[topic.id] = topic
    if not any(topic.kind is not TopicKind.ORGANISATION for topic in topics.values()):
        raise table.error("topic", "is missing; a watchlist needs at least one [[topic]]")
    _check_references(table, topics, contexts)
    gazetteer = _gazetteer(table)
    dismissed = _contexts(table.table("dismissed"))
    return Watchlist(
        topics=MappingProxyType(topics),
        contexts=MappingProxyType(contexts),
        near=near,
        lead=table.declared_number("lead"),
        version=_version(Path(table.file)),
        path=table.file,
        finder=_finder(topics, contexts, dismissed, gazetteer),
        gazetteer=gazetteer,
        subjects=tuple(_subjects(table, topics, contexts)),
        dismissed=MappingProxyType(dismissed),
    )


def _subjects(
    table: Table, topics: Mapping[str, Topic], contexts: Mapping[str, tuple[str, ...]]
) -> Iterator[Subject]:
    taken: set[str] = set()
    for item in table.tables("subject"):
        item.only()
        subject = _subject(item)
        for key, words, known in (
            ("topics", subject.topics, [one for one in topics if topics[one].watched]),
            ("organisations", subject.organisations, _organisations(topics)),
            *((key, getattr(subject, key), list(contexts)) for key in _SUBJECT_CONTEXTS),
        ):
            for word in words:
                if word not in known:
                    what = "context" if key in _SUBJECT_CONTEXTS else key.removesuffix("s")
                    raise item.error(key, f"there is no {what} {word!r}{suggest(word, known)}")
        if not subject.topics:
            raise item.error("topics", "is missing; name watched topics")
        if taken & set(subject.topics):
            raise item.error("topics", "a topic belongs to one subject at most")
        taken |= set(subject.topics)
        yield subject


_SUBJECT_CONTEXTS = ("work", "asides", "namesakes", "genres", "local", "wide")


def _organisations(topics: Mapping[str, Topic]) -> list[str]:
    return [one.id for one in topics.values() if one.kind is TopicKind.ORGANISATION]


def _subject(table: Table) -> Subject:
    points = table.table("points").only()
    return Subject(
        id=table.parsed("id", parse_id),
        topics=table.texts("topics"),
        organisations=table.texts("organisations"),
        work=table.texts("work"),
        asides=table.texts("asides"),
        namesakes=table.texts("namesakes"),
        genres=table.texts("genres"),
        local=table.texts("local"),
        wide=table.texts("wide"),
        points=MappingProxyType({name: points.declared_number(name) for name in SUBJECT_POINTS}),
    )


def _gazetteer(table: Table) -> Gazetteer:
    """The gazetteer, with what the list says of places."""
    base = load_gazetteer()
    places: list[GazetteerPlace] = []
    names: list[PlaceName] = []
    for item in table.tables("place"):
        item.only()
        place = _place(item, base)
        places.append(place)
        names += [PlaceName(form, place.id) for form in item.all_parsed("forms", parse_phrase)]
        names += [
            PlaceName(form, place.id, part=True) for form in item.all_parsed("parts", parse_phrase)
        ]
    return extended(base, places, names) if places else base


def _place(table: Table, base: Gazetteer) -> GazetteerPlace:
    """A place that is known by its id, or a new one."""
    place_id = table.parsed("id", parse_id)
    if not table.texts("forms") and not table.texts("parts"):
        raise table.error("forms", "is missing; list names of this place, or parts of it")
    if place_id in base.places:
        return base.places[place_id]
    labels, province = _labels(table), table.text("province", "")
    if "en" not in labels:
        raise table.error(
            "labels", f"there is no place {place_id!r}; a new one needs an English name"
        )
    if province and province not in base.places:
        near = suggest(province, [one.id for one in base.places.values() if not one.is_city])
        raise table.error("province", f"there is no province {province!r}{near}")
    return GazetteerPlace(place_id, labels["en"], labels.get("zh", ""), province)


def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes() + OWN.read_bytes()).hexdigest()[:16]


def _contexts(table: Table) -> dict[str, tuple[str, ...]]:
    return {name: table.all_parsed(name, parse_phrase) for name in table.data}


def _topics(table: Table, near: int) -> Iterator[tuple[Table, Topic]]:
    for item in table.tables("topic"):
        yield item, _topic(item.only(), near)
    for item in table.tables("organisation"):
        yield item, _organisation(item.only())


def _topic(table: Table, near: int) -> Topic:
    topic_id = table.parsed("id", parse_id)
    weakens = _conditions(table, "weakens", _IN_SENTENCE)
    names = tuple(_name(item.only(), near, weakens) for item in table.tables("name"))
    if not names:
        raise table.error("name", f"is missing; the topic {topic_id!r} needs a [[topic.name]]")
    kind = table.text("kind")
    if kind not in (TopicKind.WATCHED, TopicKind.OTHER):
        raise table.error("kind", f'{kind!r} is neither "watched" nor "other"')
    lineage = table.texts("lineage")
    for item, name in zip(table.tables("name"), names, strict=True):
        if name.stage and lineage and name.stage not in lineage:
            raise item.error("stage", f"{name.stage!r} is not in the topic's lineage")
    return Topic(
        id=topic_id,
        labels=_labels(table),
        kind=TopicKind(kind),
        names=names,
        weights=_weights(table.table("weights").only()),
        gives_way_to=table.texts("gives_way_to"),
        lineage=lineage,
    )


def _organisation(table: Table) -> Topic:
    forms = table.all_parsed("forms", parse_phrase)
    if not forms:
        raise table.error("forms", "is missing; list how this organisation is called")
    return Topic(
        id=table.parsed("id", parse_id),
        labels=_labels(table),
        kind=TopicKind.ORGANISATION,
        names=(Name("", forms, excludes=_conditions(table, "excludes", ContextRule())),),
        weights=Weights(MENTION_POINTS, MENTION_POINTS, MENTION_POINTS, MENTION_POINTS),
    )


def _labels(table: Table) -> Mapping[str, str]:
    labels = table.table("labels")
    return MappingProxyType({language: labels.text(language) for language in labels.data})


def _weights(table: Table) -> Weights:
    lead = table.declared_number("lead")
    return Weights(
        title=table.declared_number("title"),
        first=table.declared_number("first", lead),
        lead=lead,
        body=table.declared_number("body"),
    )


def _name(table: Table, near: int, weakens: tuple[ContextRule, ...]) -> Name:
    forms, pattern = table.all_parsed("forms", parse_phrase), ""
    if "pattern" in table.data:
        pattern = table.parsed("pattern", parse_pattern)
    if not forms and not pattern:
        raise table.error("forms", "is missing; list the spellings of this name")
    since, until = table.day("valid_from"), table.day("valid_until")
    if since and until and until < since:
        raise table.error("valid_until", f"lies before valid_from ({since})")
    return Name(
        language=table.parsed("language", parse_language),
        forms=forms,
        pattern=pattern,
        requires=_conditions(table, "requires", ContextRule()),
        excludes=_conditions(table, "excludes", _IN_SENTENCE),
        weakens=_conditions(table, "weakens", _IN_SENTENCE) or weakens,
        core_when=_conditions(table, "core_near", ContextRule(within=Within.NEAR, near=near)),
        stage=table.text("stage", ""),
        valid_from=since,
        valid_until=until,
    )


def _conditions(table: Table, key: str, usual: ContextRule) -> tuple[ContextRule, ...]:
    """A list of words (any of them, as far around as is usual for the key), or tables."""
    value = table.data.get(key)
    if value is None:
        return ()
    if isinstance(value, str) or (isinstance(value, list) and not _holds_tables(value)):
        return (ContextRule(any=table.texts(key), within=usual.within, near=usual.near),)
    items = table.tables(key) if isinstance(value, list) else (table.table(key),)
    return tuple(_condition(item.only(), usual) for item in items)


def _holds_tables(value: list[object]) -> bool:
    return bool(value) and all(isinstance(item, dict) for item in value)


def _condition(table: Table, usual: ContextRule) -> ContextRule:
    within, near = _reach(table, usual)
    made = ContextRule(table.texts("all"), table.texts("any"), table.texts("none"), within, near)
    if not made.words:
        raise table.error("any", "is missing; name contexts or topics with any, all or none")
    return made


def _reach(table: Table, usual: ContextRule) -> tuple[Within, int]:
    """How far a condition looks: within a part of the text, or so many characters."""
    given = [key for key in ("within", *_BY_NUMBER) if key in table.data]
    if len(given) > 1:
        raise table.error(given[1], "one of within, near and before (characters), not two")
    if not given:
        return usual.within, usual.near
    if given[0] != "within":
        return Within(given[0]), table.declared_number(given[0], usual.near)
    word = table.text("within")
    if word not in _WITHIN:
        raise table.error("within", f"{word!r} is none of {', '.join(_WITHIN)}")
    return Within(word), usual.near


def _check_references(
    table: Table, topics: Mapping[str, Topic], contexts: Mapping[str, tuple[str, ...]]
) -> None:
    known = [*topics, *contexts]
    for item in table.tables("organisation"):
        for rule in topics[item.text("id")].names[0].excludes:
            for word in rule.words:
                if word not in known:
                    near = suggest(word, known)
                    raise item.error("excludes", f"there is no topic or context {word!r}{near}")
    for item in table.tables("topic"):
        topic = topics[item.text("id")]
        uses = [(item, "gives_way_to", word, list(topics)) for word in topic.gives_way_to]
        for place, name in zip(item.tables("name"), topic.names, strict=True):
            uses += [
                (*_written(place, item, word), word, known)
                for condition in name.conditions
                for word in condition.words
            ]
        for where, key, word, words in uses:
            if word not in words:
                problem = f"there is no topic or context {word!r}{suggest(word, words)}"
                raise where.error(key, problem)


def _written(name: Table, topic: Table, word: str) -> tuple[Table, str]:
    """Under which key of a name, or of its topic, a word was written."""
    keys = ("requires", "excludes", "weakens", "core_near")
    key = next((key for key in keys if f"'{word}'" in str(name.data.get(key))), "")
    return (name, key) if key else (topic, "weakens")


def _finder(
    topics: Mapping[str, Topic],
    contexts: Mapping[str, tuple[str, ...]],
    dismissed: Mapping[str, tuple[str, ...]],
    gazetteer: Gazetteer,
) -> PhraseFinder:
    named = [
        (name_key(topic.id, number), name)
        for topic in topics.values()
        for number, name in enumerate(topic.names)
    ]
    phrases = [Phrase(form, key) for key, name in named for form in name.forms]
    phrases += [Phrase(form, context_key(key)) for key, forms in contexts.items() for form in forms]
    phrases += [
        Phrase(form, dismissed_key(why)) for why, forms in dismissed.items() for form in forms
    ]
    phrases += gazetteer.phrases()
    patterns = [Pattern(name.pattern, key) for key, name in named if name.pattern]
    return PhraseFinder(phrases, patterns)
