"""Why an article is here: what a watchlist found in it, the scores with their parts, the places.

`scraper.relevance` finds it. Here it is kept, and nothing is decided.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from hubwatch.patterns import lazy_pattern

from .articles import records
from .database import Connection, Row, insert_all, marks, maybe, stamp
from .text import HAN, fts_text, read_words
from .types import Grade, Match, When

STRENGTH = {Grade.CORE: 0, Grade.RELATED: 1, Grade.MENTION: 2}
"""Grades, the strongest first."""


class PlaceRole(StrEnum):
    """What a place is to an article."""

    ABOUT = "about"
    MENTIONED = "mentioned"


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One part of a score: so many points, and what for. `kind` is one of the words of
    `PART_KINDS`. In it `{}` stands for `what`, a name or a number. What was kept by an older
    version is a whole sentence and no such word."""

    points: float
    kind: str
    what: str = ""

    @property
    def why(self) -> str:
        """What for, in words: `beside hub-city`."""
        return self.kind.replace("{}", self.what)


IN_TITLE, IN_FIRST, IN_LEAD, IN_BODY = (
    "in the title",
    "in the first sentence",
    "in the lead",
    "in the body",
)
BESIDE, UNHINDERED = "beside {}", "with nothing against it"
WEAKENED, WEAKENED_AT_FIRST = "weakened by {}", "weakened by {}, where it is first named"
ITS_CONTEXT = "its context"
"""What weakens where no single word does."""
KEPT_UP = "named in {} sentences"
AGAIN = "named again, {} times in all"
"""What the part of a score is for that makes no higher grade."""
ABOUT_START = "what every naming begins with"
ABOUT_TITLE_WORK = "the title speaks of its work"
ABOUT_BUSY = "its sentence speaks of its work"
ABOUT_SHARE = "{} sentences of the body belong to it"
ABOUT_AGAIN = "{} sentences name it"
ABOUT_ORGANISATION = "with {}"
ABOUT_BARE = "nothing else in the text goes with it"
ABOUT_PLACE = "named beside a place"
ABOUT_NOWHERE = "no place is named"
ABOUT_WIDE = "beside words for the whole country, and no city"
ABOUT_ASIDE = "named by the way"
ABOUT_NAMESAKE = "beside words of something else of the same name"
ABOUT_LONGER = "as part of a longer name"
ABOUT_OTHER = "the title is about {}"
ABOUT_GENRE = "the title tells of a text about many things"
ABOUT_LATE = "first named in sentence {}"
ABOUT_LONE = "one sentence of {} belongs to it"
ABOUT_LONG = "in a text of {} sentences"
ABOUT_PASSING = "named for what it is, if in passing"
"""What the signs are for that a text is about a subject."""
PART_KINDS = (
    *(ABOUT_START, ABOUT_TITLE_WORK, ABOUT_BUSY, ABOUT_SHARE, ABOUT_AGAIN, ABOUT_ORGANISATION),
    *(
        ABOUT_PLACE,
        ABOUT_NOWHERE,
        ABOUT_WIDE,
        ABOUT_ASIDE,
        ABOUT_NAMESAKE,
        ABOUT_OTHER,
        ABOUT_GENRE,
    ),
    *(ABOUT_LATE, ABOUT_LONE, ABOUT_LONG, ABOUT_BARE, ABOUT_LONGER, ABOUT_PASSING),
    *(IN_TITLE, IN_FIRST, IN_LEAD, IN_BODY, BESIDE, UNHINDERED),
    *(WEAKENED, WEAKENED_AT_FIRST, KEPT_UP, AGAIN),
)
_AGAIN = AGAIN.partition(",")[0]


@dataclass(frozen=True, slots=True)
class Score:
    """How strongly an article belongs to a topic. `points` is the sum of the parts."""

    topic: str
    grade: Grade
    points: float
    parts: tuple[ScorePart, ...]

    @property
    def deciding(self) -> float:
        """The points that make the grade: all but those for being named again."""
        return sum(part.points for part in self.parts if not part.kind.startswith(_AGAIN))


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """A place that an article names: its id, the first words that name it and where they stand,
    how often it is named, and why these words are held to be this place."""

    place: str
    role: PlaceRole
    phrase: str
    field: str
    start: int
    times: int
    why: str


@dataclass(frozen=True, slots=True)
class Relevance:
    """All that one watchlist (by its version) finds in an article."""

    watchlist: str = ""
    matches: tuple[Match, ...] = ()
    scores: tuple[Score, ...] = ()
    places: tuple[PlaceFound, ...] = ()

    def grade(self, topics: Iterable[str]) -> Grade | None:
        """The strongest grade among these topics. None where none of them was found."""
        wanted = set(topics)
        found = [score.grade for score in self.scores if score.topic in wanted]
        return min(found, key=STRENGTH.__getitem__, default=None)


_AT_A_TIME = 500
_LOOKED_AT = 4000
"""Characters of a text whose words are looked up: rare ones stand early."""
_WORDS = 60
_RARE, _RARE_FIRST, _RARE_PER = 12, 2, 50
"""A word that stands in more than 12 other articles tells little; in a small archive fewer do: 2,
and one more for every 50 articles."""
_LEAST = 3
"""So many rare words two articles share at least; a run of four Han counts for two."""
_SHORTEST, _LONG_RUN = 5, 4
_MOST_RELATED, _NAMED = 40, 5
_PAIR = lazy_pattern(f"[{HAN}]{{2}}")
_NAME = lazy_pattern(
    rf"(?<=[\w,;] )[A-Z][\w’']{{{_SHORTEST - 1},}}|\b(?=\w*\d)(?=\w*[A-Z])\w{{3,}}"
)
"""A word with a capital within a sentence, or of capitals and digits."""


@dataclass(frozen=True, slots=True)
class Text:
    """The words of an article as it stands now: what a watchlist looks at."""

    article_id: int
    reading_id: int
    story_id: int
    source_id: str
    url: str
    title: str
    body: str
    published: When | None


@dataclass(frozen=True, slots=True)
class Related:
    """An article that goes with another one: rare `words` that both have, or else the topic and
    the place (their ids) that both are about."""

    article_id: int
    story_id: int
    title: str
    words: tuple[str, ...] = ()
    topic: str = ""
    place: str = ""


class RelevanceQueries:
    """The questions about relevance."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def of(self, article_id: int) -> Relevance | None:
        """What was found in an article. None where no watchlist has seen it."""
        return self.of_many([article_id]).get(article_id)

    def of_many(self, article_ids: Sequence[int]) -> dict[int, Relevance]:
        """What was found in each of these articles, none for those no watchlist has seen."""
        found: dict[int, Relevance] = {}
        for start in range(0, len(article_ids), _AT_A_TIME):
            part = list(article_ids[start : start + _AT_A_TIME])
            matches = self._grouped("matches", "id", part)
            scores = self._grouped("scores", "points DESC, topic", part)
            places = self._grouped("places", "role, place", part)
            for row in self._grouped("relevance", "article_id", part).values():
                article_id, watchlist = row[0]["article_id"], row[0]["watchlist"]
                found[article_id] = Relevance(
                    watchlist,
                    tuple(records.match(one) for one in matches.get(article_id, ())),
                    tuple(_score(one) for one in scores.get(article_id, ())),
                    tuple(_place(one) for one in places.get(article_id, ())),
                )
        return found

    def _grouped(self, table: str, order: str, part: Sequence[int]) -> dict[int, list[Row]]:
        """The rows of a table that belong to these articles, by article."""
        found: dict[int, list[Row]] = {}
        sql = f"SELECT * FROM {table} WHERE article_id IN ({marks(part)}) ORDER BY {order}"
        for row in self._db.query(sql, part):
            found.setdefault(row["article_id"], []).append(row)
        return found

    def grades(self, article_ids: Sequence[int], topics: Sequence[str]) -> dict[int, Grade]:
        """The strongest grade of each of these articles among these topics, where there is one."""
        found: dict[int, Grade] = {}
        sql = (
            f"SELECT article_id, grade FROM scores WHERE article_id IN ({marks(article_ids)}) "
            f"AND topic IN ({marks(topics)})"
        )
        for row in self._db.query(sql, [*article_ids, *topics]):
            grade = Grade(row["grade"])
            best = found.get(row["article_id"])
            if best is None or STRENGTH[grade] < STRENGTH[best]:
                found[row["article_id"]] = grade
        return found

    def unmatched(self, watchlist: str) -> int:
        """How many articles that version of a watchlist has not seen."""
        sql = f"SELECT count(*) AS n FROM articles a {_UNSEEN}"
        return int(next(iter(self._db.query(sql, {"watchlist": watchlist})))["n"])

    def count_texts(self, since: datetime | None = None) -> int:
        """How many articles there are, or dated (unknown dates: first seen) since a moment."""
        sql = "SELECT count(*) AS n FROM articles a WHERE :since IS NULL OR a.dated_at >= :since"
        moment = stamp(since) if since is not None else None
        return int(next(iter(self._db.query(sql, {"since": moment})))["n"])

    def texts(
        self, *, unseen_by: str | None = None, since: datetime | None = None
    ) -> Iterator[Text]:
        """The texts of all articles, or of those that a version of a watchlist has not seen, or
        dated (unknown dates: first seen) since a moment. A few in memory at a time."""
        where = _UNSEEN if unseen_by is not None else "WHERE 1"
        dated = "AND a.dated_at >= :since" if since is not None else ""
        last = 0
        while True:
            found = list(
                self._db.query(
                    f"{_TEXT} {where} {dated} AND a.id > :last ORDER BY a.id LIMIT {_AT_A_TIME}",
                    {
                        "watchlist": unseen_by,
                        "since": stamp(since) if since is not None else None,
                        "last": last,
                    },
                )
            )
            yield from map(_text, found)
            if len(found) < _AT_A_TIME:
                return
            last = found[-1]["id"]

    def texts_of(self, story_ids: Sequence[int]) -> Iterator[Text]:
        """The texts of all articles of these stories, a few stories at a time."""
        for start in range(0, len(story_ids), _AT_A_TIME):
            part = story_ids[start : start + _AT_A_TIME]
            sql = f"{_TEXT} WHERE a.story_id IN ({marks(part)}) ORDER BY a.story_id, a.id"
            yield from map(_text, list(self._db.query(sql, list(part))))

    def articles_with(self, phrase: str, most: int) -> int:
        """How many articles have these words, one after the other, in title or body. Counts no
        further than `most`. A lone Han character is not looked for."""
        words = read_words(f'"{phrase}"')
        if not words.match:
            return 0
        sql = (
            "SELECT count(*) AS n FROM "
            "(SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? LIMIT ?)"
        )
        return int(next(iter(self._db.query(sql, [words.match, most])))["n"])

    def texts_with(self, phrase: str, most: int) -> tuple[Text, ...]:
        """The texts of the latest articles that have these words, so many at most."""
        words = read_words(f'"{phrase}"')
        if not words.match:
            return ()
        sql = (
            f"{_TEXT} WHERE a.id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?) "
            "ORDER BY a.id DESC LIMIT ?"
        )
        return tuple(map(_text, list(self._db.query(sql, [words.match, most]))))

    def has_topic(self, topic: str) -> bool:
        """Whether a topic was ever found in an article, whatever today's watchlist has."""
        found = self._db.execute("SELECT 1 FROM matches WHERE topic = ? LIMIT 1", [topic])
        return found.fetchone() is not None

    def related(
        self, article_id: int, topics: Sequence[str], limit: int = 5
    ) -> tuple[Related, ...]:
        """Articles of other stories that go with one: rare words first, then those of the same of
        these topics about the same place, the nearest in time first. One a story."""
        found: dict[int, Related] = {}
        for one in (*self._by_words(article_id), *self._by_place(article_id, topics)):
            found.setdefault(one.story_id, one)
        return tuple(found.values())[:limit]

    def _by_place(self, article_id: int, topics: Sequence[str]) -> Iterable[Related]:
        sql = _SAME_PLACE.format(", ".join("?" * len(topics)))
        parameters = [article_id, article_id, *topics, article_id, _MOST_RELATED]
        for row in self._db.query(sql, parameters):
            yield Related(row["id"], row["story_id"], row["title"], (), row["topic"], row["place"])

    def _by_words(self, article_id: int) -> Iterable[Related]:
        words = self._rare_words(article_id)
        shared: dict[int, list[str]] = {}
        for word, others in words.items():
            for other in others:
                shared.setdefault(other, []).append(word)
        text = self._text(article_id)
        told = {other: _printed(found, text) for other, found in shared.items()}
        best = sorted(
            (other for other, found in told.items() if _weight(found) >= _LEAST),
            key=lambda other: (-_weight(told[other]), -other),
        )[:_MOST_RELATED]
        shared_by = {other: _whole(told[other], text, self._text(other)) for other in best}
        best = [other for other in best if shared_by[other]]
        if not best:
            return
        for row in self._db.query(_OTHERS.format(", ".join("?" * len(best))), [article_id, *best]):
            words_of_both = shared_by[row["id"]][:_NAMED]
            yield Related(row["id"], row["story_id"], row["title"], tuple(words_of_both))

    def _rare_words(self, article_id: int) -> dict[str, list[int]]:
        """The rare words of an article, each with the other articles that have it."""
        found: dict[str, list[int]] = {}
        newest = self._db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0]
        few = min(_RARE, _RARE_FIRST + newest // _RARE_PER)
        for word in _looked_up(self._text(article_id), self._known(article_id)):
            rows = self._db.execute(
                "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? LIMIT ?",
                [f'"{word}"', few + 2],
            ).fetchall()
            others = [row[0] for row in rows if row[0] != article_id]
            if others and len(others) <= few:
                found[word] = others
        return found

    def _known(self, article_id: int) -> frozenset[str]:
        """The words of the topics and places of an article: those are a reason of their own."""
        sql = (
            "SELECT phrase FROM matches WHERE article_id = ? "
            "UNION SELECT phrase FROM places WHERE article_id = ?"
        )
        found = self._db.query(sql, [article_id, article_id])
        return frozenset(word for row in found for word in _plain(row["phrase"]).split())

    def _text(self, article_id: int) -> str:
        sql = (
            "SELECT r.title || ' ' || substr(r.body, 1, ?) AS text FROM articles a "
            "JOIN readings r ON r.id = a.reading_id WHERE a.id = ?"
        )
        return next((row["text"] for row in self._db.query(sql, [_LOOKED_AT, article_id])), "")


def _score(row: Row) -> Score:
    parts = tuple(ScorePart(*part) for part in json.loads(row["parts"]))
    return Score(row["topic"], Grade(row["grade"]), row["points"], parts)


def _place(row: Row) -> PlaceFound:
    return PlaceFound(
        row["place"],
        PlaceRole(row["role"]),
        row["phrase"],
        row["field"],
        row["start"],
        row["times"],
        row["why"],
    )


def _text(row: Row) -> Text:
    return Text(
        row["id"],
        row["reading_id"],
        row["story_id"],
        row["source_id"],
        row["url"],
        row["title"],
        row["body"],
        records.when(row, "published"),
    )


def _looked_up(text: str, known: frozenset[str]) -> list[str]:
    """Words worth looking up, those named often first: names, and pairs of Han. How rare a word is
    tells little in a small archive, where `instead` may be rare. That it is a name tells more."""
    names = {fts_text(name).strip() for name in _NAME.findall(text)}
    words = Counter(
        word
        for word in _plain(text).split()
        if (word in names or _is_pair(word)) and word not in known
    )
    return [word for word, _ in words.most_common(_WORDS)]


def _plain(text: str) -> str:
    return "".join(one if one.isalnum() else " " for one in fts_text(text))


def _is_pair(word: str) -> bool:
    return _PAIR.fullmatch(word) is not None


def _weight(told: Iterable[str]) -> int:
    return sum(2 if len(one) >= _LONG_RUN and _PAIR.match(one) else 1 for one in told)


def _printed(words: Iterable[str], text: str) -> list[str]:
    """Words as people read them: pairs of Han that overlap in the text become one run, and a pair
    alone says nothing, since it may be cut out of two words."""
    pairs = {word for word in words if _is_pair(word)}
    printed = {fts_text(name).strip(): name for name in _NAME.findall(text)}
    told = [printed.get(word, word) for word in words if word not in pairs]
    run = ""
    for here, there in zip(text, [*text[1:], " "], strict=True):
        if here + there in pairs:
            run = f"{run or here}{there}"
        else:
            if len(run) > 2 and not any(run in one for one in told):
                told = [*(one for one in told if one not in run), run]
            run = ""
    return told


def _whole(told: Iterable[str], text: str, other: str) -> list[str]:
    """What was found of two texts as they both print it: a run of Han goes on as far as they say
    the same, without the particles at its ends. What is left of two words is no phrase."""
    found: dict[str, None] = {}
    for one in told:
        if not _PAIR.match(one):
            found[one] = None
            continue
        if one not in other:
            continue
        start = text.index(one)
        end = start + len(one)
        while start and _is_han(text[start - 1]) and text[start - 1 : end] in other:
            start -= 1
        while end < len(text) and _is_han(text[end]) and text[start : end + 1] in other:
            end += 1
        phrase = _LOOSE.sub("", text[start:end])
        if len(phrase) > 2:
            found[phrase] = None
    return list(found)


def _is_han(character: str) -> bool:
    return _PAIR.fullmatch(character * 2) is not None


_LOOSE = lazy_pattern(
    "^(?:的(?![士确確])|了(?![解结結])|及(?![时時格])|[与與](?![会會])|和(?![平谐諧解田睦])"
    "|在(?![线線建职職校岗崗场場])|是(?![否日]))+"
    "|(?:(?<![目标標])的|了|(?<![普埃涉])及|(?<![参參])[与與]|(?<![中共调調缓緩饱飽谐諧温])和|是"
    "|(?<![合兼])[並并]|[将將被把]|(?<!存)在|(?<![所国國拥擁只])有|(?<=[署局厅廳])[会會])+$"
)
"""Particles at the ends of what two texts say alike, which belong to what stands beside it."""


_TEXT = """
SELECT a.id, a.reading_id, a.story_id, a.source_id, a.url, r.title, r.body, r.published,
  r.published_precision, r.published_zone
FROM articles a JOIN readings r ON r.id = a.reading_id
"""
_UNSEEN = """
WHERE NOT EXISTS (
  SELECT 1 FROM relevance v WHERE v.article_id = a.id AND v.watchlist = :watchlist)
"""
_SAME_PLACE = """
SELECT b.id, b.story_id, r.title, s.topic, p.place
FROM articles a
JOIN places p ON p.article_id = a.id AND p.role = 'about'
JOIN scores s ON s.article_id = a.id AND s.grade IN ('core', 'related')
JOIN places o ON o.place = p.place AND o.role = 'about' AND o.article_id <> ?
JOIN scores t ON t.article_id = o.article_id AND t.topic = s.topic
  AND t.grade IN ('core', 'related')
JOIN articles b ON b.id = o.article_id AND b.story_id <> a.story_id
JOIN readings r ON r.id = b.reading_id
WHERE a.id = ? AND s.topic IN ({})
ORDER BY abs(julianday(b.dated_at) - julianday((SELECT dated_at FROM articles WHERE id = ?))), b.id
LIMIT ?
"""
_OTHERS = """
SELECT a.id, a.story_id, r.title FROM articles a JOIN readings r ON r.id = a.reading_id
WHERE a.story_id <> (SELECT story_id FROM articles WHERE id = ?) AND a.id IN ({})
"""


def parts_json(parts: Iterable[ScorePart]) -> str:
    """The parts of a score as they are kept: `[points, kind]`, or `[points, kind, what]`."""
    told = [[one.points, one.kind, *([one.what] if one.what else [])] for one in parts]
    return json.dumps(told, ensure_ascii=False)


class RelevanceWrites:
    """The part of a transaction that keeps matches, scores and places."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def replace(self, article_id: int, found: Relevance) -> None:
        """Replace all that is known of an article's relevance."""
        new = self._db.execute(
            "INSERT OR IGNORE INTO relevance VALUES (?, ?)", [article_id, found.watchlist]
        )
        if not new.rowcount:
            self._db.execute(
                "UPDATE relevance SET watchlist = ? WHERE article_id = ?",
                [found.watchlist, article_id],
            )
            for table in ("matches", "scores", "places"):
                self._db.execute(f"DELETE FROM {table} WHERE article_id = ?", [article_id])
        insert_all(self._db, "matches", _MATCH, _match_rows(article_id, found))
        insert_all(self._db, "scores", _SCORE, _score_rows(article_id, found.scores))
        insert_all(self._db, "places", _PLACE, _place_rows(article_id, found.places))

    def reads_as(self, text: Text) -> bool:
        """Whether an article still has the reading that a text was taken from."""
        row = maybe(self._db, "SELECT reading_id FROM articles WHERE id = ?", [text.article_id])
        return row is not None and row["reading_id"] == text.reading_id


_MATCH = "article_id, watchlist, topic, grade, phrase, field, start, sentence"
_SCORE = "article_id, topic, grade, points, parts"
_PLACE = "article_id, place, role, phrase, field, start, times, why"


def _match_rows(article_id: int, found: Relevance) -> Iterator[tuple[Any, ...]]:
    for one in found.matches:
        place = (one.field, one.start, one.sentence)
        yield article_id, found.watchlist, one.topic, one.grade.value, one.phrase, *place


def _score_rows(article_id: int, scores: Iterable[Score]) -> Iterator[tuple[Any, ...]]:
    for one in scores:
        yield article_id, one.topic, one.grade.value, one.points, parts_json(one.parts)


def _place_rows(article_id: int, places: Iterable[PlaceFound]) -> Iterator[tuple[Any, ...]]:
    for one in places:
        where = (one.phrase, one.field, one.start, one.times)
        yield article_id, one.place, one.role.value, *where, one.why
