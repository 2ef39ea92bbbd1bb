"""What people decide: verdicts on stories, notes, corrections of fields, merging and splitting.

Said twice it is once, and nothing that was said is ever removed. A correction is an overlay over
what a page says. What merging and splitting do to stories is in `stories`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .articles import records
from .articles.records import Evidence, Origin, Precision, When, as_json, zone_of
from .database import Connection, Row, insert, maybe, stamp, unstamp, unstamp_or_none
from .packing import pack_text

if TYPE_CHECKING:
    from .archive import Archive
    from .articles.records import Edit
    from .revisions import EventLog
    from .stories.writes import StoryWrites
    from .text_index import PendingWords


class Verb(StrEnum):
    """What a person says of a story. The first three are verdicts: of a person's the latest counts.
    A star says "look here", a tag is a word to find the story by."""

    ACCEPT = "accept"
    REJECT = "reject"
    LATER = "later"
    NOTE = "note"
    STAR = "star"
    TAG = "tag"
    MERGE = "merge"
    SPLIT = "split"
    CORRECT = "correct"


OPINIONS = (Verb.ACCEPT, Verb.REJECT, Verb.LATER, Verb.NOTE, Verb.STAR, Verb.TAG)
"""What a person says of a story as a whole. The others say of which articles it is made, or put
right a field of one."""
WORDED = (Verb.NOTE, Verb.TAG)
"""What says nothing without a text."""
VERDICTS = (Verb.ACCEPT.value, Verb.REJECT.value, Verb.LATER.value)


class Which(StrEnum):
    """Which decisions are asked for: every one ever made, or those that count now."""

    ALL = "all"
    CURRENT = "standing"


class State(StrEnum):
    """What the standing verdicts on a story add up to, `disputed` where two people's differ."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    LATER = "later"
    DISPUTED = "disputed"


_STATES = {
    Verb.ACCEPT.value: State.ACCEPTED,
    Verb.REJECT.value: State.REJECTED,
    Verb.LATER.value: State.LATER,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's word. `story_id` is the story as it stands now, `said_of` the number at the time,
    `article_id` the article that led it then, or that is corrected. `value` is the reason, the
    note, or `field: value`, `seq` the last event before it. `undone_at` None: it was not taken
    back, `undone_by` empty: who did so is not known."""

    id: int
    story_id: int
    said_of: int
    article_id: int | None
    verb: Verb
    value: str
    person: str
    at: datetime
    seq: int = 0
    undone_at: datetime | None = None
    undone_by: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """The last material change of a story that was told: its event, and when."""

    seq: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What people's standing verdicts on a story come to, and these, the earliest first.

    `back_since`: it was rejected, and is open again since it changed in something that matters.
    """

    state: State
    decisions: tuple[Decision, ...] = ()
    back_since: datetime | None = None


def current(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Those that count now, in order of their numbers: not taken back, and of a person's verdicts
    on a story the latest."""
    kept = [each for each in decisions if each.undone_at is None]
    latest: dict[tuple[int, str], int] = {}
    for each in kept:
        if each.verb in VERDICTS:
            key = each.story_id, each.person
            latest[key] = max(each.id, latest.get(key, 0))
    found = [
        each
        for each in kept
        if each.verb not in VERDICTS or latest[each.story_id, each.person] == each.id
    ]
    return tuple(sorted(found, key=lambda each: each.id))


def last_word(decisions: Iterable[Decision], person: str) -> int:
    """The number of the latest of these standing decisions that this person made with a button of
    a story. 0 if there is none."""
    mine = [each.id for each in decisions if each.person == person and each.verb in OPINIONS]
    return max(mine, default=0)


def verdict(decisions: Iterable[Decision], news: News | None = None) -> Verdict:
    """What the decisions on one story come to, `news` being its last change."""
    said = tuple(each for each in current(decisions) if each.verb in VERDICTS)
    words = {each.verb for each in said}
    if not words:
        return Verdict(State.OPEN)
    state = _STATES[words.pop()] if len(words) == 1 else State.DISPUTED
    if state is State.REJECTED and news and all(is_before(each, news) for each in said):
        return Verdict(State.OPEN, said, news.at)
    return Verdict(state, said)


def is_before(decision: Decision, news: News | None) -> bool:
    """Whether a person decided before the story changed, so about another text."""
    return news is not None and decision.seq < news.seq


@dataclass(frozen=True, slots=True)
class Word:
    """A person's word about groups of articles: that the first articles of all groups belong
    together (Verb.MERGE), or that no article of a group belongs to one of another (Verb.SPLIT)."""

    verb: Verb
    groups: tuple[tuple[int, ...], ...]
    why: str = ""


def encode(word: Word) -> str:
    """A word as `decisions` keeps it."""
    return json.dumps({"groups": word.groups, "why": word.why}, ensure_ascii=False)


def decode(verb: Verb, value: str) -> Word:
    """The inverse of `encode`."""
    told = json.loads(value)
    return Word(verb, tuple(tuple(group) for group in told["groups"]), told["why"])


# What people know better than a page says: its title, its date, whom it names. An overlay.

_DAY = len("2026-11-25")


class Field(StrEnum):
    """What can be corrected."""

    TITLE = "title"
    PUBLISHED = "published"
    SOURCE = "source"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class Correction:
    """A field and what it should say. `person` says so."""

    field: Field
    value: str
    person: str = ""

    @property
    def written(self) -> str:
        """As the decision keeps it."""
        return json.dumps({"field": self.field, "value": self.value}, ensure_ascii=False)


def read(written: str, person: str = "") -> Correction:
    """The inverse of `written`."""
    told = json.loads(written)
    return Correction(Field(told["field"]), told["value"], person)


def checked(field: Field, value: str, zone: str) -> Correction:
    """A correction that can be kept. Dates are `2026-11-25` or `2026-11-25 18:03`, the latter in
    `zone`, an IANA name. Raises ValueError for what is none, and for an empty title."""
    text = " ".join(value.split())
    if field is Field.PUBLISHED:
        text = _when(text, zone).iso
    if field is Field.TITLE and not text:
        raise ValueError("a title cannot be empty")
    return Correction(field, text)


def _when(text: str, zone: str) -> When:
    """The date that somebody typed, or that a correction holds."""
    try:
        when = _dated(text, zone)
        _ = when.sort_key  # at either end of the calendar a day in one zone is none in another
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is no date such as 2026-11-25 or 2026-11-25 18:03") from None
    return when


def _dated(text: str, zone: str) -> When:
    if len(text) <= _DAY:
        return When(date.fromisoformat(text), Precision.DAY, zone)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None and zone == "UTC":  # that of a source of which nobody knows it
        return When(moment, Precision.MINUTE, "")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone_of(zone))
    return When(moment, Precision.MINUTE, zone)


def apply_corrections(db: Connection, words: PendingWords, article_id: int) -> None:
    """Show an article as it was read, with the corrections that stand. The latest of a field
    counts."""
    original = next(db.query(_ORIGINAL, [article_id]))
    found: dict[Field, Correction] = {}
    for row in db.query(_STANDING, [article_id]):
        one = read(row["value"], row["person"])
        found[one.field] = one
    shown = _corrected(db, original, found.values()) if found else original["id"]
    db.execute(
        "UPDATE articles SET reading_id = ?1, dated_at = coalesce("
        "(SELECT published_sort FROM readings WHERE id = ?1), first_seen_at) WHERE id = ?2",
        [shown, article_id],
    )
    title = next(db.query("SELECT title FROM readings WHERE id = ?", [shown]))["title"]
    words.retitle(article_id, title)
    db.execute(_SWEEP, [original["id"], shown])


def _corrected(db: Connection, original: Row, corrections: Iterable[Correction]) -> int:
    """Copy a reading with what people know better. Return the number of the copy."""
    values = {name: value for name, value in original.items() if name not in ("id", "home")}
    values["corrects"] = original["id"]
    told = list(records.evidence(original["evidence"]))
    for one in corrections:
        values |= _columns(one, original["home"])
        told.insert(0, Evidence(one.field, Origin.PERSON, f"corrected by {one.person}", one.value))
    values["evidence"] = pack_text(as_json(told))
    names = ", ".join(values)
    marks = ", ".join("?" * len(values))
    cursor = db.execute(f"INSERT INTO readings ({names}) VALUES ({marks})", list(values.values()))
    return int(cursor.lastrowid or 0)


def _columns(one: Correction, zone: str) -> dict[str, str | None]:
    if one.field is not Field.PUBLISHED:
        column = "source_line" if one.field is Field.SOURCE else one.field.value
        return {column: one.value or None}
    when = _when(one.value, zone)
    return {
        "published": when.iso,
        "published_precision": when.precision.value,
        "published_zone": when.zone,
        "published_sort": when.sort_key,
    }


def has_corrections(db: Connection, article_id: int) -> bool:
    """Whether anybody corrected this article, or did and took it back."""
    return bool(db.execute(_ANY, [article_id]).fetchone()[0])


_ORIGINAL = """
SELECT r.*, s.zone AS home FROM articles a
JOIN revisions v ON v.article_id = a.id AND v.number = a.revisions
JOIN readings r ON r.id = v.reading_id JOIN sources s ON s.id = a.source_id WHERE a.id = ?
"""
_SWEEP = """
DELETE FROM readings WHERE corrects = ? AND id <> ?
AND id NOT IN (SELECT reading_id FROM digest_proofs WHERE reading_id IS NOT NULL)
"""
# The verb is written out: that the index of corrections alone is found depends on no bound value.
_STANDING = """
SELECT value, person FROM decisions
WHERE verb = 'correct' AND article_id = ? AND undone_at IS NULL ORDER BY id
"""
_ANY = "SELECT EXISTS (SELECT 1 FROM decisions WHERE verb = 'correct' AND article_id = ?)"


_AT_A_TIME = 500
_CHIPS = 6
_TEXTS = """
SELECT value FROM decisions WHERE id > (SELECT max(id) FROM decisions) - 2000
AND verb = ? AND value <> '' AND undone_at IS NULL
"""


class DecisionQueries:
    """The questions about what people decided."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def of(self, story_id: int | None = None, which: Which = Which.ALL) -> tuple[Decision, ...]:
        """What people said, of one story or of all, in the order they said it.

        A number that leads to another story stands for that one, and what was said of a story
        before it was joined to another is said of that.
        """
        if story_id is None:
            found = tuple(_decisions(self._db, "1", []))
        else:
            head = "(SELECT coalesce(joined_to, id) FROM stories WHERE id = ?)"
            found = tuple(
                _decisions(self._db, f"s.id = {head} OR s.joined_to = {head}", [story_id] * 2)
            )
        return current(found) if which is Which.CURRENT else found

    def get(self, number: int) -> Decision | None:
        """A decision by its number. None if there is none."""
        return next(_decisions(self._db, "d.id = ?", [number]), None)

    def page(
        self, limit: int, before: int | None = None, person: str | None = None
    ) -> tuple[Decision, ...]:
        """What people, or one of them, said, the latest first, so many at most, also what was taken
        back. `before`: of lower numbers only."""
        numbers = "SELECT id FROM decisions WHERE id < ?1 AND (?2 IS NULL OR person = ?2)"
        sql = f"SELECT min(id) AS low FROM ({numbers} ORDER BY id DESC LIMIT ?3)"
        top = _NO_LATER if before is None else before
        low = next(self._db.query(sql, [top, person, limit]))["low"]
        if low is None:
            return ()
        of_them = "d.id >= ?1 AND d.id < ?2 AND (?3 IS NULL OR d.person = ?3)"
        return tuple(_decisions(self._db, of_them, [low, top, person]))[::-1]

    def latest(self, which: Which = Which.ALL, person: str | None = None) -> Iterator[Decision]:
        """What people, or one of them, said of all stories, the latest first. Of those before no
        more is read than is asked for."""
        before = None
        while part := self.page(_AT_A_TIME, before, person):
            before = part[-1].id
            counting = None
            if which is Which.CURRENT:
                stories = self.current_of(list({each.story_id for each in part}))
                counting = {each.id for said in stories.values() for each in said}
            yield from (each for each in part if counting is None or each.id in counting)

    def last(self) -> int:
        """The number of the latest decision there is, or 0."""
        return int(self._db.execute("SELECT coalesce(max(id), 0) FROM decisions").fetchone()[0])

    def frequent(self, verb: Verb) -> tuple[str, ...]:
        """The texts that people gave most often with this word of late, six at most."""
        found = Counter(row["value"] for row in self._db.query(_TEXTS, [verb.value]))
        return tuple(text for text, _ in found.most_common(_CHIPS))

    def between(self, first: int, last: int) -> tuple[Decision, ...]:
        """The decisions of these numbers, both ends included, two thousand at most."""
        high = min(last, first + 2000 - 1)
        return tuple(_decisions(self._db, "d.id BETWEEN ? AND ?", [first, high]))

    def current_of(self, story_ids: Sequence[int]) -> dict[int, tuple[Decision, ...]]:
        """What people said of each of these stories that counts now, in the order they said it,
        none for those nobody spoke of. The numbers are those of stories as they stand now."""
        said: dict[int, list[Decision]] = {}
        for start in range(0, len(story_ids), _AT_A_TIME):
            part = list(story_ids[start : start + _AT_A_TIME])
            for decision in _decisions(self._db, _of(part), [*part, *part]):
                said.setdefault(decision.story_id, []).append(decision)
        return {story: current(words) for story, words in said.items()}

    def verdicts(self, story_ids: Sequence[int]) -> dict[int, Verdict]:
        """What the verdicts on each of these stories come to, none for those nobody spoke of.

        The numbers are those of stories as they stand now.
        """
        said: dict[int, list[Decision]] = {}
        for start in range(0, len(story_ids), _AT_A_TIME):
            part = list(story_ids[start : start + _AT_A_TIME])
            where = f"{_of(part)} AND d.verb IN ({', '.join(repr(verb) for verb in VERDICTS)})"
            for decision in _decisions(self._db, where, [*part, *part]):
                said.setdefault(decision.story_id, []).append(decision)
        news = self.news([*said])
        return {story: verdict(words, news.get(story)) for story, words in said.items()}

    def accepted_since(self, seq: int) -> tuple[int, ...]:
        """The stories, as they stand now, that somebody accepted who knew of that event, and did
        not take that back. Does not look through the decisions from long before it."""
        found: set[int] = set()
        below = _NO_LATER
        while part := list(self._db.query(_LATEST, [below, _AT_A_TIME])):
            since = [row for row in part if row["seq"] >= seq]
            found |= {row["head"] for row in since if row["is_acceptance"]}
            if not since:  # some, of pages opened earlier, may have come between
                break
            below = part[-1]["id"]
        return tuple(sorted(found))

    def news(self, story_ids: Sequence[int]) -> dict[int, News]:
        """Of each of these stories the last material change that was told, where there is one."""
        found: dict[int, News] = {}
        for start in range(0, len(story_ids), _AT_A_TIME):
            part = list(story_ids[start : start + _AT_A_TIME])
            for row in self._db.query(_NEWS.format(", ".join("?" * len(part))), part):
                found[row["story_id"]] = News(row["seq"], unstamp(row["at"]))
        return found


def _of(stories: Sequence[int]) -> str:
    """The condition that something was said of one of these stories. Takes them twice."""
    marks = ", ".join("?" * len(stories))
    return f"(s.id IN ({marks}) AND s.joined_to IS NULL OR s.joined_to IN ({marks}))"


_NO_LATER = 2**63 - 1
_LATEST = f"""
SELECT d.id, d.seq, coalesce(s.joined_to, s.id) AS head,
  d.verb = '{Verb.ACCEPT}' AND d.undone_at IS NULL AS is_acceptance
FROM decisions d JOIN stories s ON s.id = d.story_id WHERE d.id < ? ORDER BY d.id DESC LIMIT ?
"""
_NEWS = """
SELECT a.story_id, max(e.seq) AS seq, e.at FROM articles a JOIN events e ON e.article_id = a.id
WHERE a.story_id IN ({}) AND e.change = 'changed' AND NOT e.baseline GROUP BY a.story_id
"""


def _decisions(db: Connection, where: str, parameters: Sequence[Any]) -> Iterator[Decision]:
    found = db.query(
        "SELECT d.*, coalesce(s.joined_to, s.id) AS head FROM decisions d "
        f"JOIN stories s ON s.id = d.story_id WHERE {where} ORDER BY d.id",
        list(parameters),
    )
    for row in found:
        yield Decision(
            id=row["id"],
            story_id=row["head"],
            said_of=row["story_id"],
            article_id=row["article_id"],
            verb=Verb(row["verb"]),
            value=_describe(Verb(row["verb"]), row["value"]),
            person=row["person"],
            at=unstamp(row["at"]),
            seq=row["seq"],
            undone_at=unstamp_or_none(row["undone_at"]),
            undone_by=row["undone_by"],
        )


def _describe(verb: Verb, value: str) -> str:
    """What was said, in words."""
    if verb in OPINIONS:
        return value
    if verb in (Verb.MERGE, Verb.SPLIT):
        return decode(verb, value).why
    if verb == Verb.CORRECT:
        said = read(value)
        return f"{said.field}: {said.value}"
    return value


@dataclass(frozen=True, slots=True)
class Decided:
    """A person's word as it was kept, and the stories in which its articles stand now. Of one that
    is taken back and had been before: when that was, and by whom, empty where that is not known."""

    decision_id: int
    stories: tuple[int, ...]
    undone_before: datetime | None = None
    undone_by: str = ""


class DecisionWrites:
    """The part of a transaction that keeps people's words about stories."""

    def __init__(
        self, database: Connection, *, words: PendingWords, events: EventLog, stories: StoryWrites
    ) -> None:
        self._db = database
        self._decisions = DecisionQueries(database)
        self._words = words
        self._events = events
        self._stories = stories

    def decide(
        self,
        story_id: int,
        verb: Verb,
        *,
        person: str,
        now: datetime,
        value: str = "",
        seen: int | None = None,
    ) -> Decided:
        """A person says something of a story, `value` being the reason or the note. `seen` is the
        last event that the person knew of, where that may not be the last there is.

        What the person has said already, in the same words and of the same text, is not said again.
        Raises LookupError for a story that is not there, ValueError for a note without text or a
        word of nobody.
        """
        if not person.strip():
            raise ValueError("a decision needs the name of who made it")
        if verb in WORDED and not value.strip():
            raise ValueError(f"a {verb} needs a text")
        head = self._stories.head(story_id)
        is_verdict = verb.value in VERDICTS
        last = self._events.last_seq()
        seq = last if seen is None else min(seen, last)
        mine = self._mine(head, person, VERDICTS if is_verdict else (verb.value,))
        news = self._decisions.news([head]).get(head) if is_verdict else None
        same = [
            each
            for each in mine
            if (each.verb, each.value) == (verb.value, value)
            and (not is_before(each, news) or each.seq >= seq)
        ]
        if same:
            return Decided(same[-1].id, (head,))
        decision_id = insert(
            self._db,
            "decisions",
            {
                "story_id": head,
                "article_id": next(iter(self._stories.group(head)), None),
                "verb": verb.value,
                "value": value,
                "person": person,
                "at": stamp(now),
                "seq": seq,
            },
        )
        return Decided(decision_id, (head,))

    def remark(self, article_id: int, text: str, *, person: str, now: datetime) -> None:
        """What somebody notes on an article, as a note on its story. An empty text says nothing."""
        if text:
            story = self._stories.of_article(article_id)
            self.decide(story, Verb.NOTE, person=person, now=now, value=text)

    def correct(
        self, article_id: int, field: Field, value: str, *, person: str, now: datetime
    ) -> Decided:
        """A person knows better what a field of an article should say. See `checked`
        for what can be kept. Raises LookupError for an article that is not there, ValueError."""
        sql = (
            "SELECT a.story_id, s.zone FROM articles a JOIN sources s ON s.id = a.source_id "
            "WHERE a.id = ?"
        )
        row = maybe(self._db, sql, [article_id])
        if row is None:
            raise LookupError(f"there is no article {article_id}")
        if not person.strip():
            raise ValueError("a correction needs the name of who made it")
        decision_id = insert(
            self._db,
            "decisions",
            {
                "story_id": row["story_id"],
                "article_id": article_id,
                "verb": Verb.CORRECT,
                "value": checked(field, value, row["zone"]).written,
                "person": person,
                "at": stamp(now),
                "seq": self._events.last_seq(),
            },
        )
        self._corrected(article_id)
        return Decided(decision_id, (row["story_id"],))

    def _corrected(self, article_id: int) -> None:
        self._words.flush()
        apply_corrections(self._db, self._words, article_id)
        self._stories.reconsider(article_id)

    def undo(self, decision_id: int, *, now: datetime, person: str = "") -> Decided:
        """Take any decision back, merging and splitting too. A verdict that it had replaced stands
        again. `person` is who does so, empty where that is not known. A second time changes
        nothing, and returns when the first was. Raises LookupError for one that is not there."""
        row = maybe(self._db, "SELECT * FROM decisions WHERE id = ?", [decision_id])
        if row is None:
            raise LookupError(f"there is no decision {decision_id}")
        if row["undone_at"] is None:
            self._db.execute(
                "UPDATE decisions SET undone_at = ?, undone_by = ? WHERE id = ?",
                [stamp(now), person, decision_id],
            )
        if row["verb"] == Verb.CORRECT:
            self._corrected(row["article_id"])
        if row["verb"] in (Verb.MERGE, Verb.SPLIT):
            word = decode(Verb(row["verb"]), row["value"])
            stories = self._stories.apply_word(decision_id, word, now).stories
        else:
            stories = (self._stories.head(row["story_id"]),)
        before = unstamp_or_none(row["undone_at"])
        return Decided(decision_id, stories, before, row["undone_by"] or "")

    def _mine(self, head: int, person: str, verbs: tuple[str, ...]) -> list[Decision]:
        return [
            each
            for each in self._decisions.of(head, Which.CURRENT)
            if each.person == person and each.verb in verbs
        ]


# How stories stand: what people decided of each, and which change of it was reported last.


@dataclass(frozen=True, slots=True)
class ReviewStates:
    """Of some stories, by number: the change that was reported last, and what people decided."""

    reported: Mapping[int, Edit]
    verdicts: Mapping[int, Verdict]

    def verdict(self, story_id: int) -> Verdict:
        """What people decided. A story of which nobody spoke is open."""
        return self.verdicts.get(story_id, Verdict(State.OPEN))

    def update(self, story_id: int) -> Edit | None:
        """The change that was reported last, if there is one."""
        return self.reported.get(story_id)


def review_states_of(store: Archive, story_ids: Sequence[int]) -> ReviewStates:
    """How these stories stand. Raise StorageError."""
    return ReviewStates(store.edits.last_reported(story_ids), store.decisions.verdicts(story_ids))


What = TypeVar("What")


@dataclass(frozen=True, slots=True)
class Reviewed(Generic[What]):
    """Something of a story, with what became of that story."""

    what: What
    reviews: ReviewStates
    story: int
    events: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    @property
    def event(self) -> int:
        """The event that the story tells: the lowest number of the stories that tell it."""
        return min(self.events.get(self.story, (self.story,)))

    @property
    def state(self) -> State:
        """What people decided."""
        return self.reviews.verdict(self.story).state

    @property
    def update(self) -> Edit | None:
        """The change that was reported last, if there is one."""
        return self.reviews.update(self.story)
