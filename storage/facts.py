"""What articles say as data: figures, deadlines, events and actors, and what people say of them.

`scraper.facts` reads it. Here it is kept, and nothing is decided.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from .database import Connection, Row, batches, insert_all, maybe, stamp, unstamp


class Modifier(StrEnum):
    """How a figure is meant. The first that fits is kept, in this order."""

    TARGET = "target"
    GROWTH = "growth"
    OVER = "over"
    AT_LEAST = "at least"
    UNDER = "under"
    AT_MOST = "at most"
    ABOUT = "about"
    EXACT = "exact"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it counts.

    `low` and `high` are the value in `unit`; they differ where a range is given. Times `factor`
    they are in `base`: square metres, metres, kilograms, watts, or the unit itself. A decrease
    is negative. `object`, `place` and `sentence` are as written, `place` may be empty. `as_of` is
    a year, a month or a day (ISO 8601), or empty. `is_cumulative` says that it is a total since
    some day. `start` and `end` are where the figure stands in the text, `begin` is where its
    sentence begins.
    """

    low: float
    high: float
    unit: str
    factor: float
    base: str
    modifier: Modifier
    object: str
    place: str
    as_of: str
    is_cumulative: bool
    sentence: str
    begin: int
    start: int
    end: int

    def __hash__(self) -> int:
        return hash((self.start, self.end, self.sentence))  # not all fields: it is asked often

    @property
    def value(self) -> float | tuple[float, float]:
        """The value as printed, or both ends of a range."""
        low, high = rounded(self.low), rounded(self.high)
        return low if low == high else (low, high)

    @property
    def normalised(self) -> float | tuple[float, float]:
        """The value in the base unit, or both ends of a range."""
        low, high = rounded(self.low * self.factor), rounded(self.high * self.factor)
        return low if low == high else (low, high)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day or year until which something may or shall be done: `day` in ISO 8601."""

    day: str
    modifier: Modifier
    object: str
    place: str
    sentence: str
    begin: int
    start: int
    end: int


class EventKind(StrEnum):
    """What happens at an event: something is signed, launched or opened, somebody is selected,
    people meet, a list is published."""

    SIGNING = "signing"
    LAUNCH = "launch"
    SELECTION = "selection"
    MEETING = "meeting"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Happening:
    """An event that a text tells: `day` is a day, a month or a year (ISO 8601), `until` the last
    one of several, or empty. `is_ahead` says that it was still to come when the text was published.
    `object` is what was signed, launched and so on, `place` as written; `place_id` is one for all
    its names in both languages. `start` and `end` are where the word stands that tells it."""

    kind: EventKind
    day: str
    until: str
    is_ahead: bool
    object: str
    place: str
    place_id: str
    sentence: str
    begin: int
    start: int
    end: int

    @property
    def modifier(self) -> Modifier:
        """`target` of what is to come."""
        return Modifier.TARGET if self.is_ahead else Modifier.EXACT


class ActorKind(StrEnum):
    """What an actor is."""

    PLACE = "place"
    ORGANISATION = "organisation"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who or what is named: `id` is one for all its names in both languages, or empty where a name
    is in no list. `name` is as written first, `office` what a person is called by; `start` and
    `end` are where it stands first, `times` how often it is named."""

    kind: ActorKind
    id: str
    name: str
    office: str
    start: int
    end: int
    times: int


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """All that was found in one text, each kind in the order of the text."""

    figures: tuple[Figure, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    actors: tuple[Actor, ...] = ()
    events: tuple[Happening, ...] = ()


NO_FACTS = ArticleFacts()
"""Of a text that says none."""


def rounded(value: float) -> float:
    """Without what binary fractions add: 12 significant digits, whole numbers as integers."""
    value = float(f"{value:.12g}")
    return int(value) if value.is_integer() else value


# In the archive


class FactVerdict(StrEnum):
    """What a person says of a fact. Only confirmed and corrected ones may be issued."""

    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class FactReview:
    """What a person said of a fact, why and when. `value`, `unit` and `object` are what is right
    where it was corrected, of an event also its kind, `day` and `place`, else None or empty. `id`
    is its number in the archive, 0 before."""

    verdict: FactVerdict
    person: str
    reason: str
    at: datetime
    value: float | None = None
    unit: str = ""
    object: str = ""
    kind: str = ""
    day: str = ""
    place: str = ""
    id: int = field(default=0, compare=False)

    @property
    def says_what(self) -> bool:
        """Whether it puts anything in the place of what was read."""
        said = (self.unit, self.object, self.kind, self.day, self.place)
        return self.value is not None or any(said)


@dataclass(frozen=True, slots=True)
class KeptFact:
    """A figure, deadline or event in the archive, with its article and what people said of it last.
    `id` changes when the article is read again, and may be that of another fact then: `mark` tells.
    """

    id: int
    article_id: int
    story_id: int
    revision: int
    source_id: str
    city: str
    url: str
    title: str
    fact: Figure | Deadline | Happening
    review: FactReview | None = None

    @property
    def mark(self) -> str:
        """What tells this fact, as it was read, from every other of any reading."""
        fact, figure = self.fact, self.figure
        value: object = (figure.low, figure.high, figure.unit) if figure else self.day
        if self.event is not None:
            value = (self.event.kind.value, self.day)
        read = (self.article_id, fact.sentence, fact.start - fact.begin, value)
        said = (fact.modifier.value, fact.object)
        return sha256(repr((*read, *said)).encode("utf-8", "replace")).hexdigest()[:16]

    @property
    def figure(self) -> Figure | None:
        """The figure, or None of a deadline."""
        return self.fact if isinstance(self.fact, Figure) else None

    @property
    def event(self) -> Happening | None:
        """The event, or None of a figure or deadline."""
        return self.fact if isinstance(self.fact, Happening) else None

    def takes(self, review: FactReview) -> bool:
        """Whether what a person says can be said of it: kind, day and place of an event only, value
        and unit of a figure only."""
        of_event = bool(review.kind or review.day or review.place)
        of_figure = review.value is not None or bool(review.unit)
        return not (of_event and self.event is None) and not (of_figure and self.figure is None)

    @property
    def event_as_said(self) -> Happening | None:
        """The event with what a person put in its place, or None of a figure or deadline."""
        event, said = self.event, self.review
        if event is None or said is None:
            return event
        moved = bool(said.place) and said.place != event.place
        return replace(
            event,
            kind=EventKind(said.kind) if said.kind else event.kind,
            day=said.day or event.day,
            until="" if said.day else event.until,
            object=said.object or event.object,
            place=said.place or event.place,
            place_id="" if moved else event.place_id,
        )

    @property
    def day(self) -> str:
        """The day of a deadline or event, empty of a figure."""
        return "" if isinstance(self.fact, Figure) else self.fact.day

    @property
    def kind(self) -> str:
        """What kind of fact it is, as a person put it where one did: `figure`, `deadline` or what
        happens at an event."""
        said = self.review.kind if self.review else ""
        return said or kind_of(self.fact)


FIGURE, DEADLINE = "figure", "deadline"
EVENT_KINDS = tuple(kind.value for kind in EventKind)
KINDS = (FIGURE, DEADLINE, *EVENT_KINDS)
"""The kinds of facts."""


def kind_of(fact: Figure | Deadline | Happening) -> str:
    """What kind of fact was read."""
    if isinstance(fact, Happening):
        return fact.kind.value
    return FIGURE if isinstance(fact, Figure) else DEADLINE


@dataclass(frozen=True, slots=True)
class FactQuery:
    """Which facts: of these cities, with these words in their object, place or sentence, of this
    article, of these kinds (any where none is named). `reviewed` says to leave out those that no
    person confirmed or corrected. `before`: of lower numbers only, by number."""

    cities: tuple[str, ...] = ()
    about: str = ""
    article_id: int | None = None
    reviewed: bool = False
    limit: int = 100
    before: int | None = None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnreadText:
    """The text of an article whose facts are to be read."""

    article_id: int
    reading_id: int
    title: str
    body: str
    published: date | None


_AT_A_TIME = 200


class FactQueries:
    """The questions about facts."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def find(self, query: FactQuery) -> tuple[KeptFact, ...]:
        """The facts of a query, those of the latest articles first, each article's in the order of
        its text. Rejected ones are left out."""
        return tuple(map(_kept, self._db.query(*_find(query))))

    def of_articles(self, articles: Sequence[int]) -> Iterator[KeptFact]:
        """The facts of these articles, rejected ones too, each article's in the order of its
        text."""
        for batch in batches(articles, _AT_A_TIME):
            marks = ", ".join("?" * len(batch))
            order = "ORDER BY f.article_id, f.start, f.id"
            sql = f"{_KEPT} WHERE f.article_id IN ({marks}) {order}"
            yield from map(_kept, self._db.query(sql, list(batch)))

    def figures(self, articles: Sequence[int], version: int) -> dict[int, tuple[Figure, ...]]:
        """The figures of those of these articles that were read by a version of the reader as they
        are shown, each article's in the order of its text. What people said of them is left
        out."""
        wanted = json.dumps([*articles])
        rows = self._db.execute(_READ, [wanted, version]).fetchall()
        found: dict[int, list[Figure]] = {row[0]: [] for row in rows}
        sql = (
            "SELECT f.* FROM json_each(?) n JOIN facts f ON f.article_id = n.value "
            "WHERE f.day = '' ORDER BY f.article_id, f.start, f.id"
        )
        for row in self._db.query(sql, [json.dumps([*found])]):
            found[row["article_id"]].append(_figure(row))
        return {number: tuple(figures) for number, figures in found.items()}

    def get(self, fact_id: int) -> KeptFact | None:
        """One fact, also a rejected one."""
        row = maybe(self._db, f"{_KEPT} WHERE f.id = ?", [fact_id])
        return _kept(row) if row is not None else None

    def actors(self, article_id: int) -> tuple[Actor, ...]:
        """Who and what an article names, in the order of its text."""
        sql = "SELECT * FROM actors WHERE article_id = ? ORDER BY start, id"
        return tuple(map(_actor, self._db.query(sql, [article_id])))

    def unread(self, version: int) -> int:
        """How many articles were not read for facts by a version of the reader."""
        return int(next(iter(self._db.query(f"SELECT count(*) AS n {_UNREAD}", [version])))["n"])

    def texts(self, version: int) -> Iterator[UnreadText]:
        """The texts of these articles, by their numbers. A few in memory at a time."""
        sql = (
            f"SELECT a.id, a.reading_id, r.title, r.body, r.published {_UNREAD} "
            "AND a.id > ? ORDER BY a.id LIMIT ?"
        )
        last = 0
        while found := list(self._db.query(sql, [version, last, _AT_A_TIME])):
            for row in found:
                stated = row["published"]  # a day, a moment, or a month
                published = date.fromisoformat(f"{stated}-01"[:10]) if stated else None
                yield UnreadText(
                    row["id"], row["reading_id"], row["title"] or "", row["body"] or "", published
                )
            last = found[-1]["id"]


class FactWrites:
    """The part of a transaction that keeps facts and what people say of them."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def replace(self, article_id: int, found: ArticleFacts, version: int) -> None:
        """Replace all facts of the version of an article that is shown."""
        new = self._db.execute(
            "INSERT OR IGNORE INTO fact_readings "
            "SELECT id, ?, revisions FROM articles WHERE id = ?",
            [version, article_id],
        )
        if not new.rowcount:
            self._db.execute(
                "UPDATE fact_readings SET version = ?, "
                "revision = (SELECT revisions FROM articles WHERE id = ?) WHERE article_id = ?",
                [version, article_id, article_id],
            )
            for table in ("facts", "actors"):
                self._db.execute(f"DELETE FROM {table} WHERE article_id = ?", [article_id])
        insert_all(self._db, "facts", _COLUMNS, _rows(article_id, found))
        insert_all(self._db, "actors", _ACTOR, _actor_rows(article_id, found.actors))

    def reads_as(self, article_id: int, reading_id: int) -> bool:
        """Whether an article still has the reading that its facts were read from."""
        row = maybe(self._db, "SELECT reading_id FROM articles WHERE id = ?", [article_id])
        return row is not None and row["reading_id"] == reading_id

    def review(self, kept: KeptFact, review: FactReview) -> int:
        """Keep what a person says of a fact, under the number that is returned. The last one said
        counts."""
        fact = kept.fact
        added = self._db.execute(
            "INSERT INTO fact_reviews (article_id, sentence, place, verdict, value, unit, object, "
            "person, reason, at, kind, day, named_place) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                kept.article_id, fact.sentence, fact.start - fact.begin, review.verdict.value,
                review.value, review.unit, review.object, review.person, review.reason,
                stamp(review.at), review.kind, review.day, review.place,
            ],
        )  # fmt: skip
        return int(added.lastrowid or 0)

    def undo(self, review_id: int, *, person: str, now: datetime) -> None:
        """Take back what this person said of a fact: what was said before counts again. Raises
        LookupError for what somebody else said, or what was taken back."""
        changed = self._db.execute(
            "UPDATE fact_reviews SET undone_at = ?, undone_by = ? "
            "WHERE id = ? AND person = ? AND undone_at IS NULL",
            [stamp(now), person, review_id, person],
        )
        if not changed.rowcount:
            raise LookupError(review_id)


_COLUMNS = (
    "article_id, low, high, day, unit, factor, base, modifier, object, place, as_of, cumulative, "
    "sentence, start_of_sentence, start, length, kind, place_id"
)
_ACTOR = "article_id, kind, actor, name, office, start, length, times"
_UNREAD = """
FROM articles a JOIN readings r ON r.id = a.reading_id
WHERE NOT EXISTS (SELECT 1 FROM fact_readings v WHERE v.article_id = a.id AND v.version = ?)
"""
_READ = """
SELECT a.id FROM json_each(?1) n JOIN articles a ON a.id = n.value
JOIN fact_readings v ON v.article_id = a.id AND v.version = ?2 AND v.revision = a.revisions
"""
_FACT_FIRST = "FROM facts f JOIN articles a ON a.id = f.article_id"
_LATEST_FIRST = "FROM articles a CROSS JOIN facts f ON f.article_id = a.id"
"""The same, and SQLite goes through the articles by their days until it has as many as are wanted,
where it would sort all facts of the archive."""
_KEPT = f"""
SELECT f.*, a.story_id, a.source_id, a.url, s.city, r.title, v.revision, w.verdict, w.value,
  w.unit AS said_unit, w.object AS said_object, w.person, w.reason, w.at, w.id AS review_id,
  w.kind AS said_kind, w.day AS said_day, w.named_place AS said_place
{_FACT_FIRST} JOIN sources s ON s.id = a.source_id
JOIN readings r ON r.id = a.reading_id JOIN fact_readings v ON v.article_id = a.id
LEFT JOIN fact_reviews w ON w.id = (
  SELECT max(x.id) FROM fact_reviews x WHERE x.article_id = f.article_id
    AND x.sentence = f.sentence AND x.place = f.start - f.start_of_sentence
    AND x.undone_at IS NULL)
"""


def _find(query: FactQuery) -> tuple[str, list[Any]]:
    where, values = ["coalesce(w.verdict, '') <> 'rejected'"], list[Any]()
    if query.cities:
        where.append(f"lower(s.city) IN ({', '.join('lower(?)' for _ in query.cities)})")
        values += query.cities
    if query.about:
        where.append(
            "(instr(lower(f.object || ' ' || f.place || ' ' || f.sentence), lower(?)) > 0)"
        )
        values.append(query.about)
    if query.article_id is not None:
        where.append("f.article_id = ?")
        values.append(query.article_id)
    if query.kinds:
        kind = "coalesce(nullif(w.kind, ''), f.kind)"
        where.append(f"{kind} IN ({', '.join('?' for _ in query.kinds)})")
        values += query.kinds
    if query.reviewed:
        where.append("w.verdict IN ('confirmed', 'corrected')")
    kept, order = _KEPT, "ORDER BY a.dated_at DESC, a.id DESC, f.start, f.id LIMIT ?"
    if query.before is not None:
        where.append("f.id < ?")
        values.append(query.before)
        order = "ORDER BY f.id DESC LIMIT ?"
    elif query.article_id is None:
        kept = kept.replace(_FACT_FIRST, _LATEST_FIRST)
    return f"{kept} WHERE {' AND '.join(where)} {order}", [*values, query.limit]


def _rows(article_id: int, found: ArticleFacts) -> Iterator[tuple[Any, ...]]:
    for one in found.figures:
        yield (
            article_id, one.low, one.high, "", one.unit, one.factor, one.base, one.modifier.value,
            one.object, one.place, one.as_of, int(one.is_cumulative), one.sentence, one.begin,
            one.start, one.end - one.start, FIGURE, "",
        )  # fmt: skip
    for due in found.deadlines:
        yield (
            article_id, None, None, due.day, "date", 1.0, "date", due.modifier.value, due.object,
            due.place, "", 0, due.sentence, due.begin, due.start, due.end - due.start,
            DEADLINE, "",
        )  # fmt: skip
    for event in found.events:  # `as_of` holds the last day
        yield (
            article_id, None, None, event.day, "date", 1.0, "date", event.modifier.value,
            event.object, event.place, event.until, 0, event.sentence, event.begin, event.start,
            event.end - event.start, event.kind.value, event.place_id,
        )  # fmt: skip


def _actor_rows(article_id: int, actors: Sequence[Actor]) -> Iterator[tuple[Any, ...]]:
    for one in actors:
        yield (
            article_id, one.kind.value, one.id, one.name, one.office, one.start,
            one.end - one.start, one.times,
        )  # fmt: skip


def _kept(row: Row) -> KeptFact:
    fact: Figure | Deadline | Happening = _figure(row) if not row["day"] else _dated(row)
    return KeptFact(
        row["id"], row["article_id"], row["story_id"], row["revision"], row["source_id"],
        row["city"], row["url"], row["title"], fact, _review(row),
    )  # fmt: skip


def _figure(row: Row) -> Figure:
    return Figure(
        low=row["low"],
        high=row["high"],
        unit=row["unit"],
        factor=row["factor"],
        base=row["base"],
        modifier=Modifier(row["modifier"]),
        object=row["object"],
        place=row["place"],
        as_of=row["as_of"],
        is_cumulative=bool(row["cumulative"]),
        sentence=row["sentence"],
        begin=row["start_of_sentence"],
        start=row["start"],
        end=row["start"] + row["length"],
    )


def _dated(row: Row) -> Deadline | Happening:
    if row["kind"] != DEADLINE:
        return _happening(row)
    return Deadline(
        day=row["day"],
        modifier=Modifier(row["modifier"]),
        object=row["object"],
        place=row["place"],
        sentence=row["sentence"],
        begin=row["start_of_sentence"],
        start=row["start"],
        end=row["start"] + row["length"],
    )


def _happening(row: Row) -> Happening:
    return Happening(
        kind=EventKind(row["kind"]),
        day=row["day"],
        until=row["as_of"],
        is_ahead=row["modifier"] == Modifier.TARGET,
        object=row["object"],
        place=row["place"],
        place_id=row["place_id"],
        sentence=row["sentence"],
        begin=row["start_of_sentence"],
        start=row["start"],
        end=row["start"] + row["length"],
    )


def _actor(row: Row) -> Actor:
    return Actor(
        ActorKind(row["kind"]), row["actor"], row["name"], row["office"], row["start"],
        row["start"] + row["length"], row["times"],
    )  # fmt: skip


def _review(row: Row) -> FactReview | None:
    if row["verdict"] is None:
        return None
    return FactReview(
        FactVerdict(row["verdict"]), row["person"], row["reason"], unstamp(row["at"]),
        row["value"], row["said_unit"], row["said_object"], row["said_kind"], row["said_day"],
        row["said_place"], row["review_id"],
    )  # fmt: skip
