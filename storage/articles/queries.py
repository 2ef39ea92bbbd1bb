"""Which articles there are: one, those of a story, those of a query, and what changed in them.

What a query finds is the matter of `search`. Nothing here writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ..database import (
    Connection,
    Row,
    batches,
    count,
    marks,
    maybe,
    stamp,
    unstamp,
    unstamp_or_none,
)
from ..text import Pieces, passage, pieces, read_words
from . import records
from .records import (
    Added,
    Address,
    AnswerBasis,
    Article,
    Edit,
    Held,
    Hit,
    Match,
    Per,
    Query,
    RenderedPage,
    Weight,
    When,
)
from .search import ARTICLES, DATE, SearchQueries, marked, tables_of

if TYPE_CHECKING:
    from ..facts import FactQueries

_COLUMNS = f"""
SELECT a.id, a.story_id, a.url, a.source_id, s.name AS source_name, s.city,
  coalesce(r.language, s.language) AS language, r.title, r.body, r.html, r.published,
  r.published_precision, r.published_zone, r.updated, r.updated_precision, r.updated_zone,
  r.source_line, r.author, r.publisher, r.editor, r.images, r.attachments, r.evidence, r.dates,
  a.first_seen_at, a.last_seen_at, a.changed_at, a.gone_at, a.gone_evidence,
  a.baseline, a.revisions, (
    SELECT CASE WHEN count(*) = count(l.vanished_at) THEN max(l.vanished_at) END FROM listings l
    WHERE l.source_id = a.source_id AND l.url_key = a.url_key AND a.gone_at IS NULL
  ) AS delisted_at, {records.STANDS_AT} {ARTICLES}
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


_BASIS = """
SELECT count(*) AS sources, count(s.baseline_done_at) AS complete,
  coalesce(sum(s.unread), 0) AS unread,
  max(s.baseline_done_at) AS complete_since, max(s.last_ok_at || ' ' || s.zone) AS last_read,
  min(s.last_ok_at) AS read_longest_ago,
  coalesce(sum((SELECT count(*) FROM entry_gaps g
    WHERE g.source_id = s.id AND g.closed_at IS NULL)
  + (SELECT count(*) FROM incidents i INDEXED BY incidents_by_source
    WHERE i.source_id = s.id AND i.closed_at IS NULL AND i.kind = 'gap')), 0) AS gaps,
  coalesce(sum(EXISTS (SELECT 1 FROM incidents i INDEXED BY incidents_by_source
    WHERE i.source_id = s.id AND i.closed_at IS NULL AND i.severity <> 'info')
  OR EXISTS (SELECT 1 FROM source_checks c WHERE c.source_id = s.id
    AND c.verdict NOT IN ('holds', 'general', 'error')
    AND coalesce(s.last_ok_at, '') <= c.checked_at)), 0) AS amiss
FROM sources s WHERE (?1 = '[]' OR lower(s.city) IN (SELECT lower(value) FROM json_each(?1)))
  AND (?2 = '[]' OR s.id IN (SELECT value FROM json_each(?2)))
"""


class TallyBy(StrEnum):
    """What stories are counted by: the city of a source, a source, or nothing."""

    CITY = "city"
    SOURCE = "source"
    ALL = "all"


class Dated(StrEnum):
    """What a story is dated by: when it was published, or when we saw it first."""

    PUBLISHED = "published"
    SEEN = "seen"

    @property
    def since(self) -> str:
        """The field of a query that is the beginning."""
        return "since" if self is Dated.PUBLISHED else "seen_since"

    @property
    def until(self) -> str:
        """The field of a query that is the end."""
        return "until" if self is Dated.PUBLISHED else "seen_until"


_TALLIED = {
    TallyBy.CITY: ("min(s.city)", "lower(s.city)"),
    TallyBy.SOURCE: ("a.source_id", "a.source_id"),
    TallyBy.ALL: ("''", "''"),
}
"""The name of what is counted by, and what is grouped by: cities are compared as searches do."""
_BRIEFLY = "FROM articles a JOIN sources s ON s.id = a.source_id"


_SHARE_EVENTS = """
SELECT EXISTS (SELECT 1 FROM json_each(?) s JOIN articles a ON a.story_id = s.value
  JOIN event_links l ON l.article_id = a.id AND l.joins)
OR EXISTS (SELECT 1 FROM event_decisions)
"""


class ArticleQueries:
    """The questions about what was said."""

    def __init__(self, database: Connection) -> None:
        self._db = database
        self._search = SearchQueries(database)

    @cached_property
    def facts(self) -> FactQueries:
        """What articles say as data."""
        from ..facts import FactQueries

        return FactQueries(self._db)

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

    def rendered(self, article_id: int) -> RenderedPage | None:
        """How the page came about from which an article is read. None where no script ran."""
        row = maybe(self._db, _RENDERED, [article_id])
        if row is None:
            return None
        return RenderedPage(
            snapshot_id=row["id"],
            browser=row["browser"],
            requests=row["requests"],
            bytes=row["bytes"],
            seconds=row["seconds"],
            note=row["note"],
            received_size=row["size"],
            received_sha256=row["sha256"],
        )

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
        of_any = "source_id IN (SELECT id FROM sources) AND url_key = ?1"  # by their indexes
        return self._articles(
            f"WHERE a.id IN (SELECT id FROM articles WHERE {of_any} "
            f"UNION SELECT article_id FROM aliases WHERE {of_any}) ORDER BY a.id",
            [key],
        )

    def share_events(self, story_ids: Sequence[int]) -> bool:
        """Whether other stories may tell the event of one of these."""
        row = self._db.execute(_SHARE_EVENTS, [json.dumps(list(story_ids))]).fetchone()
        return bool(row[0])

    def of_story(self, story_id: int) -> tuple[Article, ...]:
        """The articles of a story, earliest first, none for a number that leads to another."""
        return self._articles(f"WHERE a.story_id = ? ORDER BY {DATE}, a.id", [story_id])

    def first_news(
        self, story_ids: Sequence[int], topics: Sequence[str] = ()
    ) -> dict[int, datetime]:
        """When the archive had the first article of each of these stories that was news to it, none
        for those that first crawls brought alone. Where topics are given, articles of these."""
        sql = (
            "SELECT a.story_id, min(a.first_seen_at) AS at FROM json_each(?) w "
            "JOIN articles a ON a.story_id = w.value WHERE NOT a.baseline"
        )
        if topics:
            sql += f" AND a.id IN (SELECT article_id FROM matches WHERE topic IN ({marks(topics)}))"
        found = self._db.query(f"{sql} GROUP BY a.story_id", [json.dumps(list(story_ids)), *topics])
        return {row["story_id"]: unstamp(row["at"]) for row in found}

    def repeats_of_baseline(self, article_ids: Sequence[int]) -> frozenset[int]:
        """Those of these articles of crawls whose text stood as baseline at another address of
        their source already, and that do not say that they came later: each was moved, or the
        whole portal was."""
        found = self._db.query(_REPEATS_OF_BASELINE, [json.dumps(list(article_ids))])
        return frozenset(row["id"] for row in found)

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

    def count(self, query: Query, most: int | None = None) -> int:
        """How many articles or stories, as the query asks, there are in all, whatever its limit.
        It is not counted beyond `most`."""
        rest, parameters = self._rest(query, "1")
        what = "DISTINCT a.story_id" if query.per is Per.STORY else "1"
        tables = tables_of([rest])
        found = f"(SELECT {what} {tables} {rest} LIMIT {-1 if most is None else most})"
        return count(self._db, found, parameters)

    def count_since(self, query: Query, article_id: int, most: int) -> int:
        """How many stories of a query have an article of a higher number than this. It is not
        counted beyond `most`."""
        return self._search.count_since(query, article_id, most)

    def arrivals(self, query: Query, article_id: int, most: int) -> tuple[tuple[int, int], ...]:
        """(article, story) of what a query finds of the news with a higher number than this, in
        order of numbers, as many as `most`."""
        return self._search.arrivals(query, article_id, most)

    def tally(
        self, query: Query, moments: Sequence[datetime], by: TallyBy, dated: Dated
    ) -> dict[str, tuple[int, ...]]:
        """How many stories a query finds by city, by source or in all, between each of these
        moments (aware, in order) and the next: what `count` says of each. The name of each is as
        it was registered, empty for all. Those of which none is found are left out."""
        found: dict[str, list[int]] = {}
        name, group = _TALLIED[by]
        for place, (since, until) in enumerate(pairwise(moments)):
            bounds = {dated.since: since, dated.until: until}
            rest, parameters = self._rest(replace(query, **bounds), "1")  # type: ignore[arg-type]
            tables = ARTICLES if "r." in rest else _BRIEFLY
            sql = (
                f"SELECT {name} AS name, count(DISTINCT a.story_id) AS n {tables} {rest} "
                f"GROUP BY {group}"
            )
            for row in self._db.query(sql, parameters):
                found.setdefault(row["name"], [0] * (len(moments) - 1))[place] = row["n"]
        return {name: tuple(numbers) for name, numbers in found.items()}

    def search(self, query: Query) -> tuple[Hit, ...]:
        """The same, with the places that match, cut from the text as printed."""
        words, found = read_words(query.words), self.select(query)
        files = self._search.in_files([article.id for article in found], words)
        return tuple(
            Hit(article, tuple(marked(article, words.terms)), tuple(files.get(article.id, ())))
            for article in found
        )

    def basis(self, cities: Sequence[str] = (), sources: Sequence[str] = ()) -> AnswerBasis:
        """What an answer about these cities and sources rests on; with neither, about all."""
        row = next(self._db.query(_BASIS, [json.dumps(list(cities)), json.dumps(list(sources))]))
        last_read, _, zone = (row["last_read"] or "").partition(" ")
        return AnswerBasis(
            row["sources"],
            row["complete"],
            unstamp_or_none(row["complete_since"]),
            unstamp_or_none(last_read or None),
            zone or "UTC",
            row["gaps"],
            row["amiss"],
            row["unread"],
            unstamp_or_none(row["read_longest_ago"]),
        )

    def found_in(
        self, query: Query, articles: Sequence[Article]
    ) -> dict[int, tuple[Pieces, Pieces]]:
        """Where the words of a query stand in each of these articles: its title, and the passage of
        its text or of one of its files that says most of them, both cut at the words. The passage
        is empty where the title alone says them."""
        words = read_words(query.words)
        found: dict[int, tuple[Pieces, Pieces]] = {}
        silent: list[int] = []
        for article in articles:
            title, said = pieces(article.title, words.terms), passage(article.body, words.terms)
            found[article.id] = title, said
            if not said and not any(is_hit for _, is_hit in title):
                silent.append(article.id)
        for number, files in self._search.in_files(silent, words).items():
            text = f"{files[0].name}: {files[0].snippet}".replace("[", "").replace("]", "")
            found[number] = found[number][0], passage(text, words.terms)
        return found

    def _rest(self, query: Query, further: str) -> tuple[str, list[Any]]:
        """Join and WHERE of a query, with one further condition at its end."""
        words = read_words(query.words)
        found, where, parameters = self._search.asked_for(query, words)
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
                f"r.published_precision, r.published_zone, a.gone_at, {records.STANDS_AT} "
                f"{ARTICLES} WHERE a.story_id IN ({marks(part)}) ORDER BY {DATE}, a.id"
            )
            for row in self._db.query(sql, part):
                address = Address(
                    row["id"],
                    row["url"],
                    row["source_id"],
                    row["name"],
                    records.when(row, "published"),
                    unstamp_or_none(row["gone_at"]),
                    row["stands_at"],
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


def _wanted(
    weights: Sequence[Weight], held: Sequence[Held], sources: Sequence[str]
) -> tuple[str, list[str]]:
    """The condition for changes of these kinds, and what fills it."""
    named = (("v.weight", weights), ("v.held", held), ("a.source_id", sources))
    conditions = [f"{column} IN ({marks(values)})" for column, values in named if values]
    filling = [str(value) for _, values in named for value in values]
    return " AND ".join(["v.number > 1", *conditions]), filling


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
        where, parameters = _wanted(weights, held, sources)
        found = self._db.query(
            f"{_EDITS} WHERE {where} ORDER BY v.seen_at DESC, v.id DESC LIMIT ?",
            [*parameters, limit],
        )
        return tuple(_edit(row) for row in found)

    def count(
        self,
        *,
        weights: Sequence[Weight] = (),
        held: Sequence[Held] = (),
        sources: Sequence[str] = (),
    ) -> int:
        """How many `latest` would give without a limit."""
        where, parameters = _wanted(weights, held, sources)
        return count(self._db, f"({_EDITS} WHERE {where})", parameters)

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


_RENDERED = """
SELECT p.id, p.browser, p.requests, p.bytes, p.seconds, p.note, b.size, b.sha256
FROM articles a JOIN readings r ON r.id = a.reading_id JOIN renderings p ON p.id = r.snapshot_id
JOIN blobs b ON b.id = p.blob_id WHERE a.id = ?
"""
_REPEATS_OF_BASELINE = """
SELECT a.id FROM json_each(?) w JOIN articles a ON a.id = w.value
JOIN runs n ON n.id = a.first_run_id JOIN readings r ON r.id = a.reading_id
WHERE NOT a.baseline AND a.body_hash <> '' AND n.kind = 'crawl' AND EXISTS (
  SELECT 1 FROM articles o JOIN readings b ON b.id = o.reading_id
  WHERE o.story_id = a.story_id AND o.source_id = a.source_id AND o.baseline
    AND o.first_seen_at < a.first_seen_at
    AND (r.published_sort IS NULL OR r.published_sort = b.published_sort
      OR substr(r.published_sort, 1, 10) <= substr(o.first_seen_at, 1, 10))
    AND (o.body_hash = a.body_hash OR EXISTS (
      SELECT 1 FROM bodies x JOIN links l ON l.body_id = x.id JOIN bodies y ON y.id = l.other_id
      WHERE x.body_hash = a.body_hash AND y.body_hash = o.body_hash
        AND min(l.share, l.other_share) >= 0.9)))
"""
