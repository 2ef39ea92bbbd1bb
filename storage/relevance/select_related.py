"""Selecting what goes with an article beyond its story: the same topic and place, rare words.

Each with what they share. Bounded whatever the size of the archive; writes nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..driver import Connection
from ..text import HAN, shadow

_LOOKED_AT = 4000
"""Characters of a text whose words are looked up: rare ones stand early."""
_WORDS = 60
_RARE, _RARE_FIRST, _RARE_PER = 12, 2, 50
"""A word that stands in more than 12 other articles tells little; in a small archive fewer do: 2,
and one more for every 50 articles."""
_LEAST = 3
"""So many rare words two articles share at least; a run of four Han counts for two."""
_SHORTEST, _LONG_RUN = 5, 4
_MORE, _TOLD = 40, 5
_PAIR = re.compile(f"[{HAN}]{{2}}")
_NAME = re.compile(rf"(?<=[\w,;] )[A-Z][\w’']{{{_SHORTEST - 1},}}|\b(?=\w*\d)(?=\w*[A-Z])\w{{3,}}")
"""A word with a capital within a sentence, or of capitals and digits."""


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


class RelatedQueries:
    """The part of the store that answers what else there is of a matter."""

    _db: Connection

    def related(
        self, article_id: int, topics: Sequence[str], limit: int = 5
    ) -> tuple[Related, ...]:
        """Articles of other stories that go with one: rare words first, then those of the same of
        these topics about the same place, the nearest in time first; one a story."""
        found: dict[int, Related] = {}
        for one in (*self._by_words(article_id), *self._by_place(article_id, topics)):
            found.setdefault(one.story_id, one)
        return tuple(found.values())[:limit]

    def _by_place(self, article_id: int, topics: Sequence[str]) -> Iterable[Related]:
        sql = _SAME_PLACE.format(", ".join("?" * len(topics)))
        parameters = [article_id, article_id, *topics, article_id, _MORE]
        for row in self._db.query(sql, parameters):
            yield Related(row["id"], row["story_id"], row["title"], (), row["topic"], row["place"])

    def _by_words(self, article_id: int) -> Iterable[Related]:
        words = self._rare_words(article_id)
        shared: dict[int, list[str]] = {}
        for word, others in words.items():
            for other in others:
                shared.setdefault(other, []).append(word)
        text = self._text(article_id)
        told = {other: _told(found, text) for other, found in shared.items()}
        best = sorted(
            (other for other, found in told.items() if _weight(found) >= _LEAST),
            key=lambda other: (-_weight(told[other]), -other),
        )[:_MORE]
        if not best:
            return
        for row in self._db.query(_OTHERS.format(", ".join("?" * len(best))), [article_id, *best]):
            yield Related(row["id"], row["story_id"], row["title"], tuple(told[row["id"]][:_TOLD]))

    def _rare_words(self, article_id: int) -> dict[str, list[int]]:
        """The rare words of an article, each with the other articles that have it."""
        found: dict[str, list[int]] = {}
        newest = self._db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0]
        few = min(_RARE, _RARE_FIRST + newest // _RARE_PER)
        for word in _looked_up(self._text(article_id), self._known(article_id)):
            rows = self._db.execute(
                "SELECT rowid FROM shadows_fts WHERE shadows_fts MATCH ? LIMIT ?",
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


def _looked_up(text: str, known: frozenset[str]) -> list[str]:
    """Words worth looking up, those named often first: names, and pairs of Han. How rare a word is
    tells little in a small archive, where `instead` may be rare; that it is a name tells more."""
    names = {shadow(name).strip() for name in _NAME.findall(text)}
    words = Counter(
        word
        for word in _plain(text).split()
        if (word in names or _is_pair(word)) and word not in known
    )
    return [word for word, _ in words.most_common(_WORDS)]


def _plain(text: str) -> str:
    return "".join(one if one.isalnum() else " " for one in shadow(text))


def _is_pair(word: str) -> bool:
    return _PAIR.fullmatch(word) is not None


def _weight(told: Iterable[str]) -> int:
    return sum(2 if len(one) >= _LONG_RUN and _PAIR.match(one) else 1 for one in told)


def _told(words: Iterable[str], text: str) -> list[str]:
    """Words as people read them: pairs of Han that overlap in the text become one run, and a pair
    alone says nothing, since it may be cut out of two words."""
    pairs = {word for word in words if _is_pair(word)}
    printed = {shadow(name).strip(): name for name in _NAME.findall(text)}
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
