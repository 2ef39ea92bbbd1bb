"""What a search asks for, as people type it: on the page, in an address that is kept, in a
subscription."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from hubwatch.patterns import lazy_pattern
from storage.archive import Archive
from storage.articles.records import Order, Per, Query
from storage.decisions import State, Verb
from storage.text import has_signs, query_parts
from storage.types import Grade

from . import _, ngettext, pgettext
from .moments import parse_since, parse_until
from .text import one_line

MATCHED = "matched"
"""What is asked for where any grade will do."""
WORDS = ("topic", "place", "source", "language", "tag", "marked", "seen_since", "seen_until")
"""The parameters that cut the queue, beside its state and grade. A search has them, too."""


def period(
    since: str, until: str, now: datetime, zone: str
) -> tuple[datetime | None, datetime | None, str]:
    """The moments between which something is asked for, as typed, and what is wrong with one that
    is none. None: not bounded at that end."""
    found: list[datetime | None] = []
    wrong = ""
    for text, parse in ((since, parse_since), (until, parse_until)):
        try:
            found.append(parse(text, now, zone) if text else None)
        except ValueError as error:
            found.append(None)
            wrong = str(error)
    return found[0], found[1], wrong


@dataclass(frozen=True, slots=True)
class SearchForm:
    """What a search asks for, as typed."""

    q: str
    by: str
    city: str
    place: str
    source: str
    language: str
    topic: str
    tag: str
    marked: str
    grade: str
    state: str
    since: str
    until: str
    seen_since: str
    seen_until: str

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> SearchForm:
        """What the parameters of an address ask for. Unknown words ask for nothing."""
        typed = {each.name: asked.get(each.name, "")[:500].strip() for each in fields(cls)}
        typed["by"] = "newest" if typed["by"] == "newest" else ""
        typed["grade"] = typed["grade"] if typed["grade"] in (MATCHED, *Grade) else ""
        typed["state"] = typed["state"] if typed["state"] in list(State) else ""
        typed["marked"] = typed["marked"] if typed["marked"] in (Verb.STAR, Verb.NOTE) else ""
        return cls(**typed)

    @property
    def as_queue(self) -> dict[str, str]:
        """The part of the queue under the same filter."""
        return {
            name: value for name in ("state", "grade", *WORDS) if (value := getattr(self, name))
        }

    @property
    def query(self) -> dict[str, str]:
        """The same as parameters of an address, those that say nothing left out."""
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def is_cut(self) -> bool:
        """Whether more than words and their order is asked for."""
        return any(name not in ("q", "by") for name in self.query)

    def asked(self, now: datetime, zone: str) -> tuple[Query, str]:
        """The question to the archive, and what is wrong with a date that was typed. `now` is
        aware, days are those of `zone`."""
        since, until, wrong = period(self.since, self.until, now, zone)
        seen_since, seen_until, wrongly = period(self.seen_since, self.seen_until, now, zone)
        query = Query(
            words=self.q,
            cities=(self.city,) if self.city else (),
            sources=(self.source,) if self.source else (),
            languages=(self.language,) if self.language else (),
            topics=(self.topic,) if self.topic else (),
            places=(self.place,) if self.place else (),
            tag=self.tag,
            marked=self.marked,
            grades=tuple(Grade)
            if self.grade == MATCHED
            else (Grade(self.grade),)
            if self.grade
            else (),
            state=self.state,
            since=since,
            until=until,
            seen_since=seen_since,
            seen_until=seen_until,
            order=Order.NEWEST if self.by else Order.RANKED,
        )
        return query, wrong or wrongly


_MOST_PARTS, _MOST_FOUND = 12, 1_000


def beyond_filter(store: Archive, query: Query) -> str:
    """How many stories the words of a search that found nothing find without its filter. Empty
    where that is nothing either, or there are no words."""
    if not query_parts(query.words):
        return ""
    stories = _stories(store, query.words)
    if not stories:
        return ""
    return ngettext(
        "Without the filter it is %(number)s story.",
        "Without the filter it is %(number)s stories.",
        stories,
        number=_counted(stories),
    )


def _counted(stories: int) -> str:
    return f"{stories:,}" if stories <= _MOST_FOUND else f"{_MOST_FOUND:,}+"


def _stories(store: Archive, words: str) -> int:
    return store.articles.count(Query(words=words, per=Per.STORY), _MOST_FOUND + 1)


_SHORTEST_STEM = 3
_ENDING = lazy_pattern(r"(?:ies|es|s|y)$", re.I)


def _in_other_forms(store: Archive, words: str, lacking: Sequence[str]) -> str:
    """How many stories there are with other endings of the words that no article has: `enterprise`
    may stand there as `enterprises`. Empty where there are none, or words are meant as typed."""
    for shorten in (lambda word: word, lambda word: _ENDING.sub("", word)):
        begun = words
        for word in lacking:
            stem = shorten(word)
            if has_signs(word) or not word.isascii() or len(stem) < _SHORTEST_STEM:
                return ""
            begun = re.sub(rf"(?<!\S){re.escape(word)}(?!\S)", f"{stem}*", begun)
        if begun != words and (stories := _stories(store, begun)):
            return ngettext(
                "As %(words)s it is %(number)s story.",
                "As %(words)s it is %(number)s stories.",
                stories,
                words=one_line(begun, 60),
                number=_counted(stories),
            )
    return ""


def why_nothing(store: Archive, query: Query) -> str:
    """Why the words of a search find nothing, even without a filter: which of them no article has,
    or how many have those of a phrase apart. Empty where nothing is to be said."""
    parts = query_parts(query.words)[:_MOST_PARTS]

    def found(words: str) -> int:
        return store.articles.count(Query(words=words), 1)

    lacking = [part for part in parts if not found(part)]
    if lacking:
        names = pgettext("names", ", ").join(one_line(part, 60) for part in lacking)
        said = _("No article has this in it: %(words)s", words=names)
        apart = query.words
        for phrase in (part for part in lacking if has_signs(part[:1])):
            apart = apart.replace(phrase, phrase[1:-1])
        stories = _stories(store, apart)
        if not stories:
            return " · ".join(filter(None, (said, _in_other_forms(store, query.words, lacking))))
        without_quotes = ngettext(
            "Without the quotes it is %(number)s story.",
            "Without the quotes it is %(number)s stories.",
            stories,
            number=_counted(stories),
        )
        return f"{said} · {without_quotes}"
    if found(" ".join(parts)):
        return _("Every article that has these words has what was not to be said, too.")
    if len(parts) > 1:
        return _("There are articles with each of these words, and none with all of them.")
    return ""
