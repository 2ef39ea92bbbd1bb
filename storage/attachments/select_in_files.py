"""Finding articles by what their files say: those texts have an index of their own, and a search
looks into both. Writes nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..articles.views import InFile
from ..driver import Connection, rows_one_by_one
from ..packing import unpack_text
from ..text import Words, fold, snippets

_WINDOW = 20_000
_OVERLAP = 200
"""Files are long: a snippet is looked for in so many characters at a time."""


@dataclass(frozen=True, slots=True)
class Found:
    """How a search is asked: a join and its parameters, conditions and theirs, an order."""

    join: str = ""
    joined: tuple[Any, ...] = ()
    conditions: tuple[str, ...] = ()
    parameters: tuple[Any, ...] = ()
    order: str = ""


class InFileQueries:
    """The part of the store that answers which files say something."""

    _db: Connection

    def _find(self, words: Words) -> Found:
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
            join = "JOIN shadows_fts f ON f.rowid = a.id"
            conditions = ("shadows_fts MATCH ?", *conditions)
            order = "bm25(shadows_fts, 8.0, 1.0), "
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

    def _in_files(self, ids: Sequence[int], words: Words) -> dict[int, list[InFile]]:
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
LEFT JOIN (SELECT rowid AS id, bm25(shadows_fts, 8.0, 1.0) AS score FROM shadows_fts
  WHERE shadows_fts MATCH ?) f ON f.id = a.id
"""
_SAYS = """
a.id IN (SELECT rowid FROM shadows_fts WHERE shadows_fts MATCH ? UNION
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
