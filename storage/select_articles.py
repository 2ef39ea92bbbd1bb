"""Selecting what people see: articles, search hits, revisions, events. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from . import rows
from .parts import PARTS, part_list
from .review.select_additions import added_by_article
from .select_files import FileQueries, Found
from .select_revisions import RevisionQueries
from .stamps import stamp, unstamp_or_none
from .text import Words, read_words, snippets
from .types import Match
from .urls import identity_key
from .views import Address, Article, Hit, Order, Per, Query, Readable

_FROM = """
FROM articles a JOIN readings r ON r.id = a.reading_id JOIN sources s ON s.id = a.source_id
"""
_COLUMNS = f"""
SELECT a.id, a.story_id, a.url, a.source_id, s.name AS source_name, s.city,
  coalesce(r.language, s.language) AS language, r.title, r.body, r.html, r.published,
  r.published_precision, r.published_zone, r.updated, r.updated_precision, r.updated_zone,
  r.source_line, r.author, r.publisher, r.editor, r.images, r.attachments, r.evidence, r.dates,
  a.first_seen_at, a.last_seen_at, a.changed_at, a.gone_at, a.gone_evidence,
  a.baseline, a.revisions, (
    SELECT CASE WHEN count(*) = count(l.vanished_at) THEN max(l.vanished_at) END FROM listings l
    WHERE l.source_id = a.source_id AND l.url_key = a.url_key AND a.gone_at IS NULL
  ) AS delisted_at {_FROM}
"""
_LANGUAGE = (
    "lower(substr(coalesce(r.language, s.language), 1, "
    "instr(coalesce(r.language, s.language) || '-', '-') - 1))"
)
_AT_A_TIME = 200
_DATE = "a.dated_at"


class ArticleQueries(FileQueries, RevisionQueries):
    """The part of the store that answers what was said."""

    def article(self, article_id: int) -> Article | None:
        """One article, or None."""
        found = self._articles("WHERE a.id = ?", [article_id])
        return found[0] if found else None

    def articles(self, ids: Sequence[int]) -> tuple[Article, ...]:
        """These articles, in the order of their numbers given; what is not there is left out."""
        found = {
            article.id: article
            for part in _parts(list(dict.fromkeys(ids)))
            for article in self._articles(f"WHERE a.id IN ({_marks(part)})", part)
        }
        return tuple(found[article_id] for article_id in dict.fromkeys(ids) if article_id in found)

    def article_by_url(self, url: str) -> tuple[Article, ...]:
        """Every article that stands or once stood at this address, or has this made-up name."""
        key = identity_key(url)
        return self._articles(
            "WHERE a.url_key = ? OR a.id IN (SELECT article_id FROM aliases WHERE url_key = ?)",
            [key, key],
        )

    def story(self, story_id: int) -> tuple[Article, ...]:
        """The articles of a story, earliest first; none for a number that leads to another."""
        return self._articles(f"WHERE a.story_id = ? ORDER BY {_DATE}, a.id", [story_id])

    def select(self, query: Query) -> tuple[Article, ...]:
        """The articles a query asks for, in its order, each with the copies of its story."""
        words = read_words(query.words)
        found = self._find(words)
        conditions, parameters = _conditions(query, words, found)
        order = found.order if query.order is Order.RANKED else ""
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        rest = f"{found.join} {where} ORDER BY {order}{_DATE} DESC, a.id DESC"
        if query.per is Per.STORY:
            return self._one_a_story(rest, parameters, query.limit)
        limit = f" LIMIT {int(query.limit)}" if query.limit is not None else ""
        return self._articles(rest + limit, parameters)

    def _one_a_story(
        self, rest: str, parameters: Sequence[Any], limit: int | None
    ) -> tuple[Article, ...]:
        first: dict[int, int] = {}
        for row in self._db.query(f"SELECT a.id, a.story_id {_FROM} {rest}", parameters):
            if len(first) == limit:
                break
            first.setdefault(row["story_id"], row["id"])
        ids = [*first.values()]
        found: dict[int, Article] = {}
        for part in _parts(ids):
            for article in self._articles(f"WHERE a.id IN ({_marks(part)})", part):
                found[article.id] = article
        return tuple(found[article_id] for article_id in ids)

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
        sql = f"SELECT count(*) AS n {_FROM} {rest}"
        return int(next(iter(self._db.query(sql, parameters)))["n"])

    def search(self, query: Query) -> tuple[Hit, ...]:
        """The same, with the places that match, cut from the text as printed."""
        words, found = read_words(query.words), self.select(query)
        files = self._in_files([article.id for article in found], words)
        return tuple(
            Hit(article, tuple(_marked(article, words.terms)), tuple(files.get(article.id, ())))
            for article in found
        )

    def readable(self, source_ids: Sequence[str] = ()) -> Iterator[Readable]:
        """Every revision with an archived page, of these sources or of all, oldest first."""
        only = f"AND a.source_id IN ({_marks(source_ids)})" if source_ids else ""
        sql = (
            "SELECT v.id, v.article_id, v.number, a.source_id, r.snapshot_id, r.content_hash, "
            f"r.reader_version, {PARTS} FROM revisions v JOIN articles a ON a.id = v.article_id "
            "JOIN readings r ON r.id = v.reading_id WHERE r.snapshot_id IS NOT NULL AND v.id > ? "
            f"{only} ORDER BY v.id LIMIT {_AT_A_TIME}"
        )
        last = 0
        while found := list(self._db.query(sql, [last, *source_ids])):
            last = found[-1]["id"]
            yield from map(_readable, found)

    def _rest(self, query: Query, further: str) -> tuple[str, list[Any]]:
        """Join and WHERE of a query, with one further condition at its end."""
        words = read_words(query.words)
        found = self._find(words)
        conditions, parameters = _conditions(query, words, found)
        return f"{found.join} WHERE {' AND '.join([*conditions, further])}", parameters

    def _articles(self, rest: str, parameters: Iterable[Any]) -> tuple[Article, ...]:
        found = list(self._db.query(_COLUMNS + rest, list(parameters)))
        ids = [row["id"] for row in found]
        matches, added = self._matches(ids), added_by_article(self._db, ids)
        addresses = self._addresses([row["story_id"] for row in found])
        return tuple(
            replace(
                rows.article(row, tuple(matches.get(row["id"], ()))),
                added=added.get(row["id"]),
                also_at=tuple(
                    address
                    for address in addresses.get(row["story_id"], ())
                    if address.article_id != row["id"]
                ),
            )
            for row in found
        )

    def _matches(self, ids: Sequence[int]) -> dict[int, list[Match]]:
        found: dict[int, list[Match]] = {}
        for part in _parts(ids):
            sql = f"SELECT * FROM matches WHERE article_id IN ({_marks(part)}) ORDER BY id"
            for row in self._db.query(sql, part):
                found.setdefault(row["article_id"], []).append(rows.match(row))
        return found

    def _addresses(self, stories: Sequence[int]) -> dict[int, list[Address]]:
        found: dict[int, list[Address]] = {}
        for part in _parts(sorted(set(stories))):
            sql = (
                "SELECT a.id, a.story_id, a.url, a.source_id, s.name, r.published, "
                f"r.published_precision, r.published_zone, a.gone_at {_FROM} "
                f"WHERE a.story_id IN ({_marks(part)}) ORDER BY {_DATE}, a.id"
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


def _conditions(query: Query, words: Words, found: Found) -> tuple[list[str], list[Any]]:
    conditions: list[str] = [*found.conditions]
    parameters: list[Any] = [*found.joined, *found.parameters]

    def add(condition: str, *values: Any) -> None:
        conditions.append(condition)
        parameters.extend(values)

    if words.terms == () and query.words.strip():
        add("0")
    if query.sources:
        add(f"a.source_id IN ({_marks(query.sources)})", *query.sources)
    if query.languages:
        add(f"{_LANGUAGE} IN ({_marks(query.languages)})", *map(_primary, query.languages))
    if query.cities:
        add(f"lower(s.city) IN ({_marks(query.cities)})", *(city.lower() for city in query.cities))
    if query.topics:
        add(
            f"a.id IN (SELECT article_id FROM matches WHERE topic IN ({_marks(query.topics)}))",
            *query.topics,
        )
    if query.since:
        add(f"{_DATE} >= ?", stamp(query.since))
    if query.until:
        add(f"{_DATE} < ?", stamp(query.until))
    if query.seen_since:
        add("a.first_seen_at >= ?", stamp(query.seen_since))
    if query.seen_until:
        add("a.first_seen_at < ?", stamp(query.seen_until))
    return conditions, parameters


def _primary(language: str) -> str:
    """`zh` for `zh-CN`, `zh_Hans` and `ZH`: the script and the country do not count."""
    return language.lower().replace("_", "-").split("-")[0]


def _marked(article: Article, terms: tuple[str, ...]) -> list[str]:
    return snippets(article.title, terms, most=1) + snippets(article.body, terms)


def _readable(row: rows.Row) -> Readable:
    return Readable(
        row["article_id"],
        row["number"],
        row["source_id"],
        row["snapshot_id"],
        row["content_hash"],
        row["reader_version"],
        part_list(row["parts"]),
    )


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" for _ in values)


def _parts(ids: Sequence[int], size: int = 500) -> Iterator[list[int]]:
    for start in range(0, len(ids), size):
        yield list(ids[start : start + size])
