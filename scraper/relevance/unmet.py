"""Names that stand in a text and count for nothing there, with what they lack. For people who ask
why; grades nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from storage.types import ArticleData

from .finder import FoundPhrase
from .sentences import sentence_at
from .standing import BODY, TITLE
from .topics import ContextRule, Name, Topic, Watchlist, Within, name_key

_MOST = 10


@dataclass(frozen=True, slots=True)
class Unmet:
    """A name found: the words as printed, where, and why they do not count."""

    topic: str
    phrase: str
    field: str
    sentence: str
    why: str


def unmet(article: ArticleData, watchlist: Watchlist, counted: Sequence[str]) -> tuple[Unmet, ...]:
    """Names of watched topics in a text, those of the topics that `counted` left out; each spelling
    once, ten at most."""
    found: dict[tuple[str, str], Unmet] = {}
    for field, text in ((TITLE, article.title), (BODY, article.body)):
        for one in _unmet(article, field, text, watchlist, counted):
            found.setdefault((one.topic, one.phrase), one)
    return tuple(found.values())[:_MOST]


def _unmet(
    article: ArticleData, field: str, text: str, watchlist: Watchlist, counted: Sequence[str]
) -> Iterator[Unmet]:
    names = {
        name_key(topic.id, number): (topic, name)
        for topic in watchlist.topics.values()
        for number, name in enumerate(topic.names)
    }
    hits = [one for one in watchlist.finder.find(text) if one.phrase.key in names]
    for one in hits:
        topic, name = names[one.phrase.key]
        if topic.watched and topic.id not in counted:
            others = [other for other in hits if other is not one]
            above = [names[other.phrase.key][0].id for other in others if _overlap(one, other)]
            why = _early(article, name) or _given_way(topic, above) or _lacking(name)
            sentence = sentence_at(text, one.start, one.end)
            yield Unmet(topic.id, text[one.start : one.end], field, sentence, why)


def _overlap(one: FoundPhrase, other: FoundPhrase) -> bool:
    return one.start < other.end and other.start < one.end


def _early(article: ArticleData, name: Name) -> str:
    day = article.published.day if article.published else None
    if day is None or name.valid_from is None or day >= name.valid_from:
        return ""
    return f"is not that name before {name.valid_from}"


def _given_way(topic: Topic, above: Sequence[str]) -> str:
    other = next((one for one in above if one in topic.gives_way_to), "")
    return f"is part of a name of {other} there" if other else ""


def _lacking(name: Name) -> str:
    told = [f"needs {_told(condition)}" for condition in name.requires]
    told += [f"does not count with {_told(condition)}" for condition in name.excludes]
    return ", or ".join(told) or "is part of a longer name there"


def _told(condition: ContextRule) -> str:
    words = [
        *([" and ".join(condition.all)] if condition.all else []),
        *([" or ".join(condition.any)] if condition.any else []),
        *([f"not {' nor '.join(condition.none)}"] if condition.none else []),
    ]
    where = {
        Within.ARTICLE: "",
        Within.PARAGRAPH: " in the same paragraph",
        Within.SENTENCE: " in the same sentence",
        Within.TITLE: " in the title",
        Within.NEAR: f" within {condition.near} characters",
        Within.BEFORE: f" within {condition.near} characters before it",
    }[condition.within]
    return f"{', and '.join(words)}{where}"
