"""Full-text search: which articles a query finds, in which order, with marked snippets.

No search goes through all that a frequent word is found in. Ranked are the newest hits, so many at
most. The newest are looked for among the articles of the latest dates first. The texts of files
have an index of their own, and a search looks into both. Nothing here writes. The indexes are
written by `storage.text_index`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from ..database import (
    Connection,
    marks,
    rows_one_by_one,
    stamp,
)
from ..packing import unpack_text
from ..text import Words, all_forms, fold, forms_glob, in_form_of, read_words, snippets
from .records import Article, InFile, Order, Per, Query

MOST_RANKED = 5000
"""So many hits are ranked at most: those that came in last."""
_WINDOWS = (10_000, 80_000)
"""Where a word is frequent the newest hits are looked for among so many of the newest articles,
then among more."""
_PERIOD = 20_000
"""The numbers of the articles of a period are looked for among so many at most."""
_WINDOW = 20_000
_OVERLAP = 200
"""Files are long: a snippet is looked for in so many characters at a time."""
ARTICLES = """
FROM articles a JOIN readings r ON r.id = a.reading_id JOIN sources s ON s.id = a.source_id
"""
DATE = "a.dated_at"
_PART = 5_000
"""So many of the newest articles are asked first, and four times as many each time after."""
_NEWEST = f"{DATE} DESC, a.id DESC"
_LANGUAGE = (
    "lower(substr(coalesce(r.language, s.language), 1, "
    "instr(coalesce(r.language, s.language) || '-', '-') - 1))"
)
_Pairs = Iterable[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Found:
    """How a search is asked: a join and its parameters, conditions and theirs, an order."""

    join: str = ""
    joined: tuple[Any, ...] = ()
    conditions: tuple[str, ...] = ()
    parameters: tuple[Any, ...] = ()
    order: str = ""


class SearchQueries:
    """Where something is said: in articles, and in their files."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def hits(self, query: Query) -> tuple[tuple[int, int], ...]:
        """(article, story) of what a query asks for, in its order."""
        words = read_words(query.words)
        if query.order is Order.ARRIVED:
            return _page(self._arrived(query, words), query)
        if query.limit is None or not words.match:
            return _page(self._all(query, words), query)
        for pairs, is_all in self._sooner(query, words):
            found = _page(pairs, query)
            if is_all or len(found) == query.limit:
                return found
        return _page(self._all(query, words), query)

    def ranks_all(self, query: Query) -> bool:
        """Whether a ranked search has all that is found, and not only the newest 5,000 of it."""
        words = read_words(query.words)
        return not words.match or self._matching(query, words) <= MOST_RANKED

    def _sooner(self, query: Query, words: Words) -> Iterator[tuple[_Pairs, bool]]:
        """Ways to answer without going through all hits, and whether each has all there is. One
        that has not is good if it gives enough."""
        in_files = self._is_in_files(words)
        if query.order is Order.RANKED:
            yield self._ranked(query, words), not in_files
        elif in_files or self._matching(query, words) > MOST_RANKED:
            for size in _WINDOWS:
                yield self._within(query, words, size), False

    def count_since(self, query: Query, article_id: int, most: int) -> int:
        """How many stories of a query have an article of a higher number, counted no further than
        `most`. Looks at those articles alone, however often the words occur before."""
        where, parameters = self._behind(query, read_words(query.words), article_id)
        found = f"SELECT DISTINCT a.story_id {tables_of(where)} {_where(where)} LIMIT {most}"
        return int(self._db.execute(f"SELECT count(*) FROM ({found})", parameters).fetchone()[0])

    def arrivals(self, query: Query, article_id: int, most: int) -> tuple[tuple[int, int], ...]:
        """(article, story) of the articles of a query with a higher number than this that are news
        and no baseline, in order of numbers, as many as `most`."""
        where, parameters = self._behind(query, read_words(query.words), article_id)
        where = [*where, "a.baseline = 0"]
        found = f"SELECT a.id, a.story_id {tables_of(where)} {_where(where)}"
        sql = f"{found} ORDER BY a.id LIMIT {most}"
        return tuple((row[0], row[1]) for row in self._db.execute(sql, parameters))

    def _behind(self, query: Query, words: Words, article_id: int) -> tuple[list[str], list[Any]]:
        """The conditions of a query for articles of a higher number, and their parameters."""
        where, parameters = conditions(query, words, self._lone(words))
        where, parameters = [*where, "a.id > ?"], [*parameters, article_id]
        own = "a.id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? AND rowid > ?)"
        in_files = self._is_in_files(words)
        for one in phrases(words) if words.match else ():
            where.append(f"({own} OR a.id IN ({_IN_FILES}))" if in_files else own)
            parameters += [one, article_id, one] if in_files else [one, article_id]
        return where, parameters

    def _arrived(self, query: Query, words: Words) -> Iterator[Sequence[Any]]:
        """The newest articles first. Of a search by words each part of the archive is asked alone,
        from its end on, so that what is often said costs no more than what is shown."""
        newest = int(self._db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0])
        upper, size = newest, _PART if words.match else newest
        while upper > 0:
            where, parameters = self._behind(query, words, upper - size)
            where, parameters = [*where, "a.id <= ?"], [*parameters, upper]
            sql = f"SELECT a.id, a.story_id {tables_of(where)} {_where(where)} ORDER BY a.id DESC"
            yield from self._asked(sql, parameters)
            upper, size = upper - size, 4 * size

    def _matching(self, query: Query, words: Words) -> int:
        """How many articles of a query say its words themselves. Counts no further than one too
        many."""
        sql, parameters = self._saying(query, words, "1")
        sql = f"SELECT count(*) FROM ({sql} LIMIT {MOST_RANKED + 1})"
        return int(self._db.execute(sql, parameters).fetchone()[0])

    def _saying(self, query: Query, words: Words, columns: str) -> tuple[str, list[Any]]:
        """How to ask for columns of the articles of a query that say its words themselves."""
        where, parameters = conditions(query, words, self._lone(words))
        tables = tables_of(where).replace(
            "FROM articles a", "CROSS JOIN articles a ON a.id = f.rowid"
        )
        tables = tables if where or columns != "1" else ""
        between, ends = self._numbers(query)
        told = _where(["articles_fts MATCH ?", *between, *where])
        parameters = [words.match, *ends, *parameters]
        return f"SELECT {columns} FROM articles_fts f {tables} {told}", parameters

    def asked_for(self, query: Query, words: Words) -> tuple[Found, list[str], list[Any]]:
        """How all that a query finds is asked for, however many: its join and order, the
        conditions, and the parameters of both."""
        found = self.find(words)
        where, parameters = conditions(query, words, found)
        if words.match and not self._is_in_files(words):
            between, ends = self._numbers(query)
            where, parameters = [*where, *between], [*parameters, *ends]
        return found, where, parameters

    def _numbers(self, query: Query) -> tuple[list[str], list[int]]:
        """The condition that articles have numbers (`f.rowid`) as those of the query's period have,
        and its values: the words are not looked for in all that came before. None where the
        period has no beginning, or many articles."""
        if query.since is None and query.seen_since is None:
            return [], []
        period = Query(
            since=query.since,
            until=query.until,
            seen_since=query.seen_since,
            seen_until=query.seen_until,
        )
        where, parameters = conditions(period, Words("", (), ()), Found())
        some = f"SELECT a.id {tables_of(where)} {_where(where)} LIMIT {_PERIOD + 1}"
        sql = f"SELECT min(id), max(id), count(*) FROM ({some})"
        low, high, counted = self._db.execute(sql, parameters).fetchone()
        if counted > _PERIOD:
            return [], []
        return ["f.rowid BETWEEN ? AND ?"], [low or 0, high or 0]

    def _all(self, query: Query, words: Words) -> _Pairs:
        found, where, parameters = self.asked_for(query, words)
        order = found.order if query.order is Order.RANKED else ""
        sql = f"SELECT a.id, a.story_id {tables_of(where)} {found.join} {_where(where)}"
        return self._asked(f"{sql} ORDER BY {order}{_NEWEST}", parameters)

    def _ranked(self, query: Query, words: Words) -> _Pairs:
        """The newest articles that say the words themselves, the best first."""
        columns = "a.id, a.story_id, a.dated_at, bm25(articles_fts, 8.0, 1.0) AS score"
        said, parameters = self._saying(query, words, columns)
        first = f"{said} ORDER BY f.rowid DESC LIMIT {MOST_RANKED}"
        sql = f"SELECT a.id, a.story_id FROM ({first}) a ORDER BY a.score, {_NEWEST}"
        return self._asked(sql, parameters)

    def _within(self, query: Query, words: Words, size: int) -> _Pairs:
        """Those of so many of the newest articles that say the words, themselves or in a file."""
        where, parameters = conditions(query, words, self._lone(words))
        columns = f"a.id, a.story_id, {DATE} {tables_of(where)}"
        window = f"SELECT {columns} {_where(where)} ORDER BY {_NEWEST} LIMIT {size}"
        ends = self._db.execute(f"SELECT min(id), max(id) FROM ({window})", parameters).fetchone()
        own = "a.id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? "
        own += "AND rowid BETWEEN ? AND ?)"
        if not self._is_in_files(words):
            said, values = own, [words.match, *ends]
        else:
            each = phrases(words)
            said = " AND ".join(f"({own} OR a.id IN ({_IN_FILES}))" for _ in each)
            values = [value for one in each for value in (one, *ends, one)]
        sql = f"SELECT a.id, a.story_id FROM ({window}) a WHERE {said} ORDER BY {_NEWEST}"
        return self._asked(sql, [*parameters, *values])

    def _lone(self, words: Words) -> Found:
        """What a query asks beside its index words: lone Han characters, and what is not said."""
        return self.find(replace(words, match=""))

    def _asked(self, sql: str, parameters: Sequence[Any]) -> _Pairs:
        return rows_one_by_one(self._db, sql, parameters)

    def find(self, words: Words) -> Found:
        """How to ask for articles that say these words, themselves or in their files. The index of
        files is asked only if one of them says any: it costs the ranking of plain searches."""
        conditions, parameters = self._having(words.like)
        for unwanted in words.without:
            said, values = self._having(unwanted.like)
            each = phrases(unwanted) if unwanted.match else []
            said = (*(_SAYS,) * len(each), *said)
            values = (*(one for phrase in each for one in (phrase, phrase)), *values)
            conditions = (*conditions, f"NOT ({' AND '.join(said)})")
            parameters = (*parameters, *values)
        if not words.match:
            return Found(conditions=conditions, parameters=parameters)
        if not self._is_in_files(words):
            join = "JOIN articles_fts f ON f.rowid = a.id"
            conditions = ("articles_fts MATCH ?", *conditions)
            order = "bm25(articles_fts, 8.0, 1.0), "
            return Found(join, (), conditions, (words.match, *parameters), order)
        each = phrases(words)
        return Found(
            _SCORES,
            (words.match,),
            (*(_SAYS,) * len(each), *conditions),
            (*(one for phrase in each for one in (phrase, phrase)), *parameters),
            "f.score IS NULL, f.score, ",
        )

    def _having(self, chars: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The conditions that these lone characters are said, and their parameters."""
        return (_HAS,) * len(chars), tuple(
            value
            for char, blobs in zip(chars, self._blobs_with(chars), strict=True)
            for value in (forms_glob(char), forms_glob(char), blobs)
        )

    def _blobs_with(self, chars: Sequence[str]) -> tuple[str, ...]:
        """The files whose texts have each of these characters, by their bytes, as JSON. The texts
        are packed, so SQL cannot look for it."""
        found: dict[str, list[int]] = {char: [] for char in chars}
        forms = {char: all_forms(char) for char in chars}
        if found:
            for blob_id, packed in rows_one_by_one(self._db, _TEXTS, ()):
                text = unpack_text(packed)
                for char, blobs in found.items():
                    if any(form in text for form in forms[char]):
                        blobs.append(blob_id)
        return tuple(json.dumps(found[char]) for char in chars)

    def _is_in_files(self, words: Words) -> bool:
        if not words.match:
            return False
        sql = "SELECT 1 FROM file_texts_fts WHERE file_texts_fts MATCH ? LIMIT 1"
        return next(iter(self._db.query(sql, [" OR ".join(phrases(words))])), None) is not None

    def in_files(self, ids: Sequence[int], words: Words) -> dict[int, list[InFile]]:
        """The files of these articles that say any of the words, by article."""
        found: dict[int, list[InFile]] = {}
        if not ids or not self._is_in_files(words):
            return found
        for start in range(0, len(ids), 500):
            part = list(ids[start : start + 500])
            sql = _SAYING.format(marks=", ".join("?" for _ in part))
            for row in self._db.query(sql, [" OR ".join(phrases(words)), *part]):
                snippet = _snippet(unpack_text(row["text"]), words.terms)
                file = InFile(row["url"], row["name"], row["kind"], snippet)
                found.setdefault(row["article_id"], []).append(file)
        return found


def phrases(words: Words) -> list[str]:
    """The parts of a query: they are folded, so that ` AND ` is never inside one."""
    return words.match.split(" AND ")


def _snippet(text: str, terms: tuple[str, ...]) -> str:
    firsts = [words[0].rstrip("*") for term in terms if (words := term.split())]
    for start in range(0, len(text), _WINDOW):
        part = text[start : start + _WINDOW + _OVERLAP]
        folded = in_form_of(terms, fold(part))
        if any(first in folded for first in firsts):
            found = snippets(part, terms, most=1)
            if found:
                return found[0]
    return ""


_TEXTS = "SELECT blob_id, text FROM file_texts"
_HAS = """
(r.title GLOB ? OR r.body GLOB ? OR a.id IN (SELECT l.article_id FROM attachments l
  JOIN files f ON f.id = l.file_id WHERE f.blob_id IN (SELECT value FROM json_each(?))))
"""
_SCORES = """
LEFT JOIN (SELECT rowid AS id, bm25(articles_fts, 8.0, 1.0) AS score FROM articles_fts
  WHERE articles_fts MATCH ?) f ON f.id = a.id
"""
_SAYS = """
a.id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? UNION
  SELECT l.article_id FROM file_texts_fts x JOIN file_texts t ON t.id = x.rowid
  JOIN files f ON f.blob_id = t.blob_id JOIN attachments l ON l.file_id = f.id
  WHERE file_texts_fts MATCH ?)
"""
_SAYING = """
SELECT l.article_id, f.url, l.name, l.kind, t.text
FROM file_texts_fts x JOIN file_texts t ON t.id = x.rowid JOIN files f ON f.blob_id = t.blob_id
JOIN attachments l ON l.file_id = f.id
WHERE file_texts_fts MATCH ? AND l.article_id IN ({marks}) ORDER BY l.article_id, l.position
"""
_IN_FILES = """
SELECT l.article_id FROM file_texts_fts x JOIN file_texts t ON t.id = x.rowid
JOIN files f ON f.blob_id = t.blob_id JOIN attachments l ON l.file_id = f.id
WHERE file_texts_fts MATCH ?
"""


def _page(pairs: _Pairs, query: Query) -> tuple[tuple[int, int], ...]:
    """The part of what was found that is asked for. Of a story only the first, if so asked."""
    first: dict[int, tuple[int, int]] = {}
    end = None if query.limit is None else query.offset + query.limit
    for article_id, story_id in pairs:
        if len(first) == end:
            break
        key = story_id if query.per is Per.STORY else article_id
        first.setdefault(key, (article_id, story_id))
    return tuple(first.values())[query.offset :]


def tables_of(conditions: Sequence[str]) -> str:
    """The tables that these conditions speak of: readings are large, so only where they must."""
    told = " ".join(conditions)
    return ARTICLES if "r." in told or "s." in told else "FROM articles a"


def _where(conditions: Sequence[str]) -> str:
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def _dated(compare: str, moment: datetime) -> tuple[str, ...]:
    """The condition on the date of an article, and its values. A date whose own zone is not known
    is compared by the clock of whoever asks: it is stored as it was printed. The reading is asked
    for it only where the two answers differ."""
    exact, clock = stamp(moment), stamp(moment.replace(tzinfo=UTC))
    if exact == clock:
        return f"{DATE} {compare} ?", exact
    zone = "(SELECT published_zone FROM readings WHERE id = a.reading_id)"
    told = f"{DATE} {compare}"
    either = f"({told} ? AND ({told} ? OR {told} iif({zone} = '', ?, ?)))"
    widest, narrowest = sorted((exact, clock), reverse=compare == "<")
    return either, widest, narrowest, clock, exact


def conditions(query: Query, words: Words, found: Found) -> tuple[list[str], list[Any]]:
    """The conditions of a query and the parameters of its join and of these."""
    told: list[str] = [*found.conditions]
    parameters: list[Any] = [*found.joined, *found.parameters]

    def add(condition: str, *values: Any) -> None:
        told.append(condition)
        parameters.extend(values)

    if not (words.terms or words.without) and query.words.strip():
        add("0")
    if query.sources:
        add(f"a.source_id IN ({marks(query.sources)})", *query.sources)
    if query.languages:
        add(f"{_LANGUAGE} IN ({marks(query.languages)})", *map(_primary, query.languages))
    if query.cities:
        named = ", ".join("lower(?)" for _ in query.cities)
        add(f"lower(s.city) IN ({named})", *query.cities)
    if query.topics:
        add(
            f"a.id IN (SELECT article_id FROM matches WHERE topic IN ({marks(query.topics)}))",
            *query.topics,
        )
    if query.grades:
        add(
            "EXISTS (SELECT 1 FROM scores x WHERE x.article_id = a.id AND x.grade IN "
            f"({marks(query.grades)}))",
            *(grade.value for grade in query.grades),
        )
    if query.places:
        add(
            "EXISTS (SELECT 1 FROM places x WHERE x.article_id = a.id AND x.role = 'about' "
            f"AND x.place IN ({marks(query.places)}))",
            *query.places,
        )
    for kind, said in (("tag", query.tag), ("marked", query.marked)):
        if said:
            add(
                "EXISTS (SELECT 1 FROM queue_keys x WHERE x.story_id = a.story_id "
                "AND x.kind = ? AND x.id = ?)",
                kind,
                said,
            )
    if query.state:
        # Stories that nobody has spoken of need not stand in the queue.
        is_open = query.state == "open"
        said = "q.state <> 'open'" if is_open else "q.state = ?"
        add(
            f"{'NOT ' if is_open else ''}EXISTS "
            f"(SELECT 1 FROM queue q WHERE q.story_id = a.story_id AND {said})",
            *(() if is_open else (query.state,)),
        )
    if query.since:
        add(*_dated(">=", query.since))
    if query.until:
        add(*_dated("<", query.until))
    if query.seen_since:
        add("a.first_seen_at >= ?", stamp(query.seen_since))
    if query.seen_until:
        add("a.first_seen_at < ?", stamp(query.seen_until))
    if query.after is not None and query.order is Order.ARRIVED:
        add("a.id < ?", query.after)
    elif query.after is not None:
        add(f"({DATE}, a.id) < (SELECT dated_at, id FROM articles WHERE id = ?)", query.after)
    return told, parameters


def _primary(language: str) -> str:
    """`zh` for `zh-CN`, `zh_Hans` and `ZH`: the script and the country do not count."""
    return language.lower().replace("_", "-").split("-")[0]


def marked(article: Article, terms: tuple[str, ...]) -> list[str]:
    """Snippets of an article's title and text, with what was searched for in brackets."""
    return snippets(article.title, terms, most=1) + snippets(article.body, terms)
