"""Whether the text indexes say what the words beside them say. Mends nothing.

FTS5 compares an index with its words only where it knows these, and about an index that keeps no
copy of them it says nothing. So it is asked about a twin: a temporary index, outside the archive,
that knows where the words are and is given the pages of the index in question.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hubwatch.errors import StorageError

from ..driver import Connection
from ..packing import unpack_text

_NAMED = 5
"""So many texts are named at most."""


@dataclass(frozen=True, slots=True)
class _Index:
    """A text index, and where its words are: table, number of a text, and each column as text."""

    name: str
    table: str
    number: str
    columns: dict[str, str]


_INDEXES = (
    _Index("shadows_fts", "shadows", "article_id", {"title": "title", "body": "unpacked(body)"}),
    _Index("file_texts_fts", "file_texts", "id", {"words": "unpacked(words)"}),
)
_TWIN = """
CREATE VIRTUAL TABLE temp.twin USING fts5(
  {columns}, content = 'twin_words', content_rowid = 'id',
  tokenize = 'unicode61 remove_diacritics 2'
)
"""


def drifts(db: Connection) -> Iterator[str]:
    """What is wrong with the text indexes, a line for each; nothing is good. Every index is looked
    at as it stands at one moment, and nobody is kept from writing meanwhile."""
    db.conn.create_function("unpacked", 1, unpack_text, deterministic=True)
    for index in _INDEXES:
        try:
            db.execute("BEGIN")
            told = "; ".join(_uneven(db, index))
            if not told:
                _compare(db, index)
        except StorageError as error:
            told = str(error)
        finally:
            db.rollback()  # the twin goes, too
        if told:
            yield f"{index.name}: {told}"


def _uneven(db: Connection, index: _Index) -> Iterator[str]:
    """Texts that the index lacks, and those that it has and nobody else."""
    words = f"SELECT {index.number} FROM main.{index.table}"
    known = f"SELECT id FROM main.{index.name}_docsize"
    for what, sql in (
        ("it lacks", f"{words} EXCEPT {known}"),
        ("of no text are", f"{known} EXCEPT {words}"),
    ):
        found = [str(row[0]) for row in db.execute(f"{sql} LIMIT {_NAMED + 1}").fetchall()]
        if found:
            yield f"{what} {', '.join(found[:_NAMED])}{' …' if len(found) > _NAMED else ''}"


def _compare(db: Connection, index: _Index) -> None:
    """Raise StorageError where a word is not what, or not where, it should be."""
    told = ", ".join(f"{sql} AS {column}" for column, sql in index.columns.items())
    db.execute(
        f"CREATE TEMP VIEW twin_words AS SELECT {index.number} AS id, {told} "
        f"FROM main.{index.table}"
    )
    db.execute(_TWIN.format(columns=", ".join(index.columns)))
    for part in ("data", "idx", "docsize"):
        db.execute(f"DELETE FROM temp.twin_{part}")
        db.execute(f"INSERT INTO temp.twin_{part} SELECT * FROM main.{index.name}_{part}")
    db.execute("INSERT INTO temp.twin (twin, rank) VALUES ('integrity-check', 1)")
