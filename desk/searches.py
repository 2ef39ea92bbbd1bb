"""What a search asks for, as people type it: on the page, in an address that is kept, in a
subscription."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from storage.articles.records import Order, Query
from storage.decisions import State, Verb
from storage.types import Grade

from .moments import parse_since, parse_until

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
