"""Selecting articles: one, those of a story, those a query asks for. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..driver import Connection
from ..search.queries import ARTICLES, DATE, SearchQueries, conditions
from ..stamps import unstamp, unstamp_or_none
from ..statements import batches, marks
from ..text import read_words, snippets
from . import rows
from .records import Added, Address, Article, Hit, Match, Query, When

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
        """One article as its page reads, whatever people corrected in it; or None."""
        found = self._articles("WHERE a.id = ?", [article_id], _AS_READ)
        return found[0] if found else None

    def get_many(self, ids: Sequence[int]) -> tuple[Article, ...]:
        """These articles, in the order of their numbers given; what is not there is left out."""
        found = {
            article.id: article
            for part in batches(list(dict.fromkeys(ids)))
            for article in self._articles(f"WHERE a.id IN ({marks(part)})", part)
        }
        return tuple(found[article_id] for article_id in dict.fromkeys(ids) if article_id in found)

    def at_url(self, url: str) -> tuple[Article, ...]:
        """Every article that stands or once stood at this address, or has this made-up name."""
        from ..urls import identity_key  # searching does without

        key = identity_key(url)
        return self._articles(
            "WHERE a.url_key = ? OR a.id IN (SELECT article_id FROM aliases WHERE url_key = ?)",
            [key, key],
        )

    def of_story(self, story_id: int) -> tuple[Article, ...]:
        """The articles of a story, earliest first; none for a number that leads to another."""
        return self._articles(f"WHERE a.story_id = ? ORDER BY {DATE}, a.id", [story_id])

    def select(self, query: Query) -> tuple[Article, ...]:
        """The articles a query asks for, in its order, each with the copies of its story."""
        return self.get_many([article_id for article_id, _ in self.hits(query)])

    def each(self, query: Query) -> Iterator[Article]:
        """All that a query asks for, the first kept first, few of them in memory at a time; order
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
                rows.article(row, tuple(matches.get(row["id"], ()))),
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
                found.setdefault(row["article_id"], []).append(rows.match(row))
        return found

    def _added(self, ids: Sequence[int]) -> dict[int, Added]:
        """Who added these articles by hand, and when; none for those that a crawl or an import
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
                    rows.when(row, "published"),
                    unstamp_or_none(row["gone_at"]),
                )
                found.setdefault(row["story_id"], []).append(address)
        return found

    def gone_evidence(self, article_id: int) -> str:
        """What showed that an article is withdrawn; empty where nothing did."""
        sql = "SELECT coalesce(gone_evidence, '') AS told FROM articles WHERE id = ?"
        return str(next(iter(self._db.query(sql, [article_id])), {"told": ""})["told"])

    def published_dates(self, source_id: str) -> tuple[When, ...]:
        """The published dates of a source's articles, the oldest first; undated ones left out."""
        found = self._db.query(
            "SELECT r.published, r.published_precision, r.published_zone FROM articles a "
            "JOIN readings r ON r.id = a.reading_id WHERE a.source_id = ? "
            "AND r.published_sort IS NOT NULL ORDER BY r.published_sort",
            [source_id],
        )
        return tuple(When.from_iso(*row.values()) for row in found)


def _marked(article: Article, terms: tuple[str, ...]) -> list[str]:
    return snippets(article.title, terms, most=1) + snippets(article.body, terms)
