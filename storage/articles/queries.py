"""Which articles there are: one, those of a story, those a query finds, and what changed in them.

No search goes through all that a frequent word is found in. Ranked are the newest hits, so many at
most. The newest are looked for among the articles of the latest dates first. The texts of files
have an index of their own, and a search looks into both. Nothing here writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ..database import (
    Connection,
    Row,
    batches,
    marks,
    rows_one_by_one,
    stamp,
    unstamp,
    unstamp_or_none,
)
from ..packing import unpack_text
from ..text import Words, fold, read_words, snippets
from . import records
from .records import (
    Added,
    Address,
    Article,
    Edit,
    Held,
    Hit,
    InFile,
    Match,
    Order,
    Per,
    Query,
    Weight,
    When,
)

MOST_RANKED = 5000
"""So many hits are ranked at most: those that came in last."""
_WINDOWS = (10_000, 80_000)
"""Where a word is frequent the newest hits are looked for among so many of the newest articles,
then among more."""
_WINDOW = 20_000
_OVERLAP = 200
"""Files are long: a snippet is looked for in so many characters at a time."""
ARTICLES = """
FROM articles a JOIN readings r ON r.id = a.reading_id JOIN sources s ON s.id = a.source_id
"""
DATE = "a.dated_at"
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

    def _matching(self, query: Query, words: Words) -> int:
        """How many articles of a query say its words themselves. Counts no further than one too
        many."""
        sql, parameters = self._saying(query, words, "1")
        sql = f"SELECT count(*) FROM ({sql} LIMIT {MOST_RANKED + 1})"
        return int(self._db.execute(sql, parameters).fetchone()[0])

    def _saying(self, query: Query, words: Words, columns: str) -> tuple[str, list[Any]]:
        """How to ask for columns of the articles of a query that say its words themselves."""
        where, parameters = conditions(query, words, self._lone(words))
        tables = _tables(where).replace(
            "FROM articles a", "CROSS JOIN articles a ON a.id = f.rowid"
        )
        tables = tables if where or columns != "1" else ""
        told = _where(["articles_fts MATCH ?", *where])
        return f"SELECT {columns} FROM articles_fts f {tables} {told}", [words.match, *parameters]

    def _all(self, query: Query, words: Words) -> _Pairs:
        found = self.find(words)
        where, parameters = conditions(query, words, found)
        order = found.order if query.order is Order.RANKED else ""
        sql = f"SELECT a.id, a.story_id {_tables(where)} {found.join} {_where(where)}"
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
        columns = f"a.id, a.story_id, {DATE} {_tables(where)}"
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
        """What a query asks beside its index words: lone Han characters."""
        return self.find(Words("", words.like, words.terms))

    def _asked(self, sql: str, parameters: Sequence[Any]) -> _Pairs:
        return rows_one_by_one(self._db, sql, parameters)

    def find(self, words: Words) -> Found:
        """How to ask for articles that say these words, themselves or in their files. The index of
        files is asked only if one of them says any: it costs the ranking of plain searches."""
        conditions: tuple[str, ...] = (_HAS,) * len(words.like)
        parameters = tuple(
            value
            for char, blobs in zip(words.like, self._blobs_with(words.like), strict=True)
            for value in (f"%{char}%", f"%{char}%", blobs)
        )
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

    def _blobs_with(self, chars: Sequence[str]) -> tuple[str, ...]:
        """The files whose texts have each of these characters, by their bytes, as JSON. The texts
        are packed, so SQL cannot look for it."""
        found: dict[str, list[int]] = {char: [] for char in chars}
        if found:
            for blob_id, packed in rows_one_by_one(self._db, _TEXTS, ()):
                text = unpack_text(packed)
                for char, blobs in found.items():
                    if char in text:
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
        folded = fold(part)
        if any(first in folded for first in firsts):
            found = snippets(part, terms, most=1)
            if found:
                return found[0]
    return ""


_TEXTS = "SELECT blob_id, text FROM file_texts"
_HAS = """
(r.title LIKE ? OR r.body LIKE ? OR a.id IN (SELECT l.article_id FROM attachments l
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


def _tables(conditions: Sequence[str]) -> str:
    """The tables that these conditions speak of: readings are large, so only where they must."""
    told = " ".join(conditions)
    return ARTICLES if "r." in told or "s." in told else "FROM articles a"


def _where(conditions: Sequence[str]) -> str:
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def conditions(query: Query, words: Words, found: Found) -> tuple[list[str], list[Any]]:
    """The conditions of a query and the parameters of its join and of these."""
    told: list[str] = [*found.conditions]
    parameters: list[Any] = [*found.joined, *found.parameters]

    def add(condition: str, *values: Any) -> None:
        told.append(condition)
        parameters.extend(values)

    if words.terms == () and query.words.strip():
        add("0")
    if query.sources:
        add(f"a.source_id IN ({marks(query.sources)})", *query.sources)
    if query.languages:
        add(f"{_LANGUAGE} IN ({marks(query.languages)})", *map(_primary, query.languages))
    if query.cities:
        add(f"lower(s.city) IN ({marks(query.cities)})", *(city.lower() for city in query.cities))
    if query.topics:
        add(
            f"a.id IN (SELECT article_id FROM matches WHERE topic IN ({marks(query.topics)}))",
            *query.topics,
        )
    if query.since:
        add(f"{DATE} >= ?", stamp(query.since))
    if query.until:
        add(f"{DATE} < ?", stamp(query.until))
    if query.seen_since:
        add("a.first_seen_at >= ?", stamp(query.seen_since))
    if query.seen_until:
        add("a.first_seen_at < ?", stamp(query.seen_until))
    return told, parameters


def _primary(language: str) -> str:
    """`zh` for `zh-CN`, `zh_Hans` and `ZH`: the script and the country do not count."""
    return language.lower().replace("_", "-").split("-")[0]


_COLUMNS = f"""
SELECT a.id, a.story_id, a.url, a.source_id, s.name AS source_name, s.city,
  coalesce(r.language, s.language) AS language, r.title, r.body, r.html, r.published,
  r.published_precision, r.published_zone, r.updated, r.updated_precision, r.updated_zone,
  r.source_line, r.author, r.publisher, r.editor, r.images, r.attachments, r.evidence, r.dates,
  a.first_seen_at, a.last_seen_at, a.changed_at, a.gone_at, a.gone_evidence,
  a.baseline, a.revisions, (
    SELECT CASE WHEN count(*) = count(l.vanished_at) THEN max(l.vanished_at) END FROM listings l
    WHERE l.source_id = a.source_id AND l.url_key = a.url_key AND a.gone_at IS NULL
  ) AS delisted_at {ARTICLES}
"""
_AS_READ = _COLUMNS.replace(
    "r.id = a.reading_id",
    "r.id = (SELECT v.reading_id FROM revisions v "
    "WHERE v.article_id = a.id AND v.number = a.revisions)",
)
_ADDED = """
SELECT a.id, d.person, d.at FROM articles a JOIN additions d ON d.run_id = a.first_run_id
WHERE a.id IN ({})
"""
_AT_A_TIME = 200


class ArticleQueries:
    """The questions about what was said."""

    def __init__(self, database: Connection) -> None:
        self._db = database
        self._search = SearchQueries(database)

    def hits(self, query: Query) -> tuple[tuple[int, int], ...]:
        """(article, story) of what a query asks for, in its order."""
        return self._search.hits(query)

    def ranks_all(self, query: Query) -> bool:
        """Whether a ranked search has all that is found, and not only the newest 5,000 of it."""
        return self._search.ranks_all(query)

    def get(self, article_id: int) -> Article | None:
        """One article, or None."""
        found = self._articles("WHERE a.id = ?", [article_id])
        return found[0] if found else None

    def as_read(self, article_id: int) -> Article | None:
        """One article as its page reads, whatever people corrected in it, or None."""
        found = self._articles("WHERE a.id = ?", [article_id], _AS_READ)
        return found[0] if found else None

    def get_many(self, ids: Sequence[int]) -> tuple[Article, ...]:
        """These articles, in the order of their numbers given. What is not there is left out."""
        found = {
            article.id: article
            for part in batches(list(dict.fromkeys(ids)))
            for article in self._articles(f"WHERE a.id IN ({marks(part)})", part)
        }
        return tuple(found[article_id] for article_id in dict.fromkeys(ids) if article_id in found)

    def at_url(self, url: str) -> tuple[Article, ...]:
        """Every article that stands or once stood at this address, or has this made-up name."""
        from ..urls import identity_key

        key = identity_key(url)
        return self._articles(
            "WHERE a.url_key = ? OR a.id IN (SELECT article_id FROM aliases WHERE url_key = ?)",
            [key, key],
        )

    def of_story(self, story_id: int) -> tuple[Article, ...]:
        """The articles of a story, earliest first, none for a number that leads to another."""
        return self._articles(f"WHERE a.story_id = ? ORDER BY {DATE}, a.id", [story_id])

    def select(self, query: Query) -> tuple[Article, ...]:
        """The articles a query asks for, in its order, each with the copies of its story."""
        return self.get_many([article_id for article_id, _ in self.hits(query)])

    def each(self, query: Query) -> Iterator[Article]:
        """All that a query asks for, the first kept first, few of them in memory at a time. Order
        and limit of the query do not count."""
        rest, parameters = self._rest(query, "a.id > ?")
        last = 0
        while found := self._articles(
            f"{rest} ORDER BY a.id LIMIT {_AT_A_TIME}", [*parameters, last]
        ):
            yield from found
            last = found[-1].id

    def count(self, query: Query) -> int:
        """How many articles `each` would give."""
        rest, parameters = self._rest(query, "1")
        sql = f"SELECT count(*) AS n {ARTICLES} {rest}"
        return int(next(iter(self._db.query(sql, parameters)))["n"])

    def search(self, query: Query) -> tuple[Hit, ...]:
        """The same, with the places that match, cut from the text as printed."""
        words, found = read_words(query.words), self.select(query)
        files = self._search.in_files([article.id for article in found], words)
        return tuple(
            Hit(article, tuple(_marked(article, words.terms)), tuple(files.get(article.id, ())))
            for article in found
        )

    def _rest(self, query: Query, further: str) -> tuple[str, list[Any]]:
        """Join and WHERE of a query, with one further condition at its end."""
        words = read_words(query.words)
        found = self._search.find(words)
        where, parameters = conditions(query, words, found)
        return f"{found.join} WHERE {' AND '.join([*where, further])}", parameters

    def _articles(
        self, rest: str, parameters: Iterable[Any], columns: str = _COLUMNS
    ) -> tuple[Article, ...]:
        found = list(self._db.query(columns + rest, list(parameters)))
        ids = [row["id"] for row in found]
        matches, added = self._matches(ids), self._added(ids)
        addresses = self._addresses([row["story_id"] for row in found])
        return tuple(
            replace(
                records.article(row, tuple(matches.get(row["id"], ()))),
                added=added.get(row["id"]),
                also_at=tuple(
                    address
                    for address in addresses.get(row["story_id"], ())
                    if address.article_id != row["id"] and address.url != row["url"]
                ),
            )
            for row in found
        )

    def _matches(self, ids: Sequence[int]) -> dict[int, list[Match]]:
        found: dict[int, list[Match]] = {}
        for part in batches(ids):
            sql = f"SELECT * FROM matches WHERE article_id IN ({marks(part)}) ORDER BY id"
            for row in self._db.query(sql, part):
                found.setdefault(row["article_id"], []).append(records.match(row))
        return found

    def _added(self, ids: Sequence[int]) -> dict[int, Added]:
        """Who added these articles by hand, and when, none for those that a crawl or an import
        found first."""
        return {
            row["id"]: Added(row["person"], unstamp(row["at"]))
            for part in batches(ids)
            for row in self._db.query(_ADDED.format(marks(part)), part)
        }

    def _addresses(self, stories: Sequence[int]) -> dict[int, list[Address]]:
        found: dict[int, list[Address]] = {}
        for part in batches(sorted(set(stories))):
            sql = (
                "SELECT a.id, a.story_id, a.url, a.source_id, s.name, r.published, "
                f"r.published_precision, r.published_zone, a.gone_at {ARTICLES} "
                f"WHERE a.story_id IN ({marks(part)}) ORDER BY {DATE}, a.id"
            )
            for row in self._db.query(sql, part):
                address = Address(
                    row["id"],
                    row["url"],
                    row["source_id"],
                    row["name"],
                    records.when(row, "published"),
                    unstamp_or_none(row["gone_at"]),
                )
                found.setdefault(row["story_id"], []).append(address)
        return found

    def gone_evidence(self, article_id: int) -> str:
        """What showed that an article is withdrawn. Empty where nothing did."""
        sql = "SELECT coalesce(gone_evidence, '') AS told FROM articles WHERE id = ?"
        return str(next(iter(self._db.query(sql, [article_id])), {"told": ""})["told"])

    def published_dates(self, source_id: str) -> tuple[When, ...]:
        """The published dates of a source's articles, the oldest first. Undated ones left out."""
        found = self._db.query(
            "SELECT r.published, r.published_precision, r.published_zone FROM articles a "
            "JOIN readings r ON r.id = a.reading_id WHERE a.source_id = ? "
            "AND r.published_sort IS NOT NULL ORDER BY r.published_sort",
            [source_id],
        )
        return tuple(When.from_iso(*row.values()) for row in found)


def _marked(article: Article, terms: tuple[str, ...]) -> list[str]:
    return snippets(article.title, terms, most=1) + snippets(article.body, terms)


class EditQueries:
    """The questions about changes."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def latest(
        self,
        limit: int,
        *,
        weights: Sequence[Weight] = (),
        held: Sequence[Held] = (),
        sources: Sequence[str] = (),
    ) -> tuple[Edit, ...]:
        """The latest changes, the newest first. What is empty does not restrict. `held` leaves
        those that were held back for one of these reasons."""
        conditions = ["v.number > 1"]
        named = (("v.weight", weights), ("v.held", held), ("a.source_id", sources))
        conditions += [f"{column} IN ({marks(values)})" for column, values in named if values]
        found = self._db.query(
            f"{_EDITS} WHERE {' AND '.join(conditions)} ORDER BY v.seen_at DESC, v.id DESC LIMIT ?",
            [*(str(value) for _, values in named for value in values), limit],
        )
        return tuple(_edit(row) for row in found)

    def of_story(self, story_id: int) -> tuple[Edit, ...]:
        """Every change of the articles of a story, the earliest first."""
        found = self._db.query(
            f"{_EDITS} WHERE v.number > 1 AND a.story_id = ? {_IN_ORDER}", [story_id]
        )
        return tuple(_edit(row) for row in found)

    def last_reported(self, story_ids: Sequence[int]) -> dict[int, Edit]:
        """Of each of these stories the change that was told last, none for those without."""
        found: dict[int, Edit] = {}
        for start in range(0, len(story_ids), _EDITS_AT_ONCE):
            part = story_ids[start : start + _EDITS_AT_ONCE]
            where = f"v.told_at IS NOT NULL AND a.story_id IN ({marks(part)})"
            for row in self._db.query(f"{_EDITS} WHERE {where} {_TOLD_IN_ORDER}", list(part)):
                found[row["story_id"]] = _edit(row)
        return found

    def reported_between(self, since: datetime, until: datetime) -> tuple[Edit, ...]:
        """The changes that were told in a period (`until` exclusive), in order."""
        found = self._db.query(
            f"{_EDITS} WHERE v.told_at >= ? AND v.told_at < ? {_TOLD_IN_ORDER}",
            [stamp(since), stamp(until)],
        )
        return tuple(_edit(row) for row in found)


_EDITS_AT_ONCE = 500
_EDITS = """
SELECT v.*, a.story_id, a.source_id, a.url, r.title FROM revisions v
JOIN articles a ON a.id = v.article_id JOIN readings r ON r.id = v.reading_id
"""
_IN_ORDER = "ORDER BY v.seen_at, v.id"
_TOLD_IN_ORDER = "ORDER BY v.told_at, v.id"


def _edit(row: Row) -> Edit:
    return Edit(
        article_id=row["article_id"],
        story_id=row["story_id"],
        source_id=row["source_id"],
        title=row["title"],
        url=row["url"],
        run_id=row["run_id"],
        number=row["number"],
        seen_at=unstamp(row["seen_at"]),
        weight=Weight(row["weight"]),
        kinds=tuple(json.loads(row["kinds"])),
        summary=row["summary"],
        back_to=row["back_to"],
        times=row["times"],
        held=Held(row["held"]),
        reported_at=unstamp_or_none(row["told_at"]),
    )
