"""The text indexes of articles and files: what writes them, fills them again, and compares them.

The indexes keep no copy of the words. What takes words out of one has to say them, so they are kept
packed beside it, and whatever changes them goes through here. Searching is in `articles.search`.
When to repair is not decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from hubwatch.errors import StorageError

from .database import Connection, insert_all, rows_one_by_one, sqlite3
from .packing import pack_text, unpack_text
from .text import fts_text

_TOLD_EVERY = 200
_TOGETHER = 32
"""Articles in one statement. Before every statement that may fail halfway FTS5 writes out what it
has, as a segment of the index: a statement for each article made an index of crumbs."""

Words = tuple[str, bytes]
"""What the index is given of an article: the words of its title, those of its text packed."""
_Row = tuple[str | None, int, str, str]
"""A row of the index that is put in; or, under the word `delete`, taken out by what it says."""


def keep_words(db: Connection, words: Mapping[int, Words]) -> None:
    """Put articles into the index by their ids, or bring them up to date there."""
    # In the order of ids: where they go back FTS5 begins another segment.
    rows = iter(sorted(words.items()))
    while some := dict(islice(rows, _TOGETHER)):
        changes = _changes(some, _kept(db, some))
        insert_all(db, "articles_fts", "articles_fts, rowid, title, body", changes)
        insert_all(
            db,
            "article_words",
            "article_id, title, body",
            ((article_id, *both) for article_id, both in some.items()),
            "ON CONFLICT (article_id) DO UPDATE SET title = excluded.title, body = excluded.body",
        )


def retitle(db: Connection, article_id: int, title: str) -> None:
    """Bring the title of an article that is in the index up to date there, `title` as printed."""
    words = fts_text(title)
    for old, body in _kept(db, [article_id]).values():
        if old != words:
            keep_words(db, {article_id: (words, body)})


def _kept(db: Connection, ids: Iterable[int]) -> dict[int, Words]:
    some = list(ids)
    marks = ", ".join("?" * len(some))
    sql = f"SELECT article_id, title, body FROM article_words WHERE article_id IN ({marks})"
    return {row[0]: (row[1], row[2]) for row in db.execute(sql, some).fetchall()}


def _changes(words: Mapping[int, Words], kept: Mapping[int, Words]) -> Iterator[_Row]:
    for article_id, (title, body) in words.items():
        if article_id in kept:
            old_title, old_body = kept[article_id]
            yield "delete", article_id, old_title, unpack_text(old_body)
        yield None, article_id, title, unpack_text(body)


def enter_file(db: Connection, blob_id: int) -> None:
    """Put the text of a file into the index: the last thing after it was written."""
    _write_file(db, blob_id, None)


def forget_file(db: Connection, blob_id: int) -> None:
    """Take the text of a file, if there is one, out of the index: the first thing before it is
    written anew or goes."""
    _write_file(db, blob_id, "delete")


def _write_file(db: Connection, blob_id: int, command: str | None) -> None:
    kept = "SELECT id, words FROM file_texts WHERE blob_id = ?"
    for text_id, words in db.execute(kept, [blob_id]).fetchall():
        db.execute(
            "INSERT INTO file_texts_fts (file_texts_fts, rowid, words) VALUES (?, ?, ?)",
            [command, text_id, unpack_text(words)],
        )


def fill(db: Connection, report: Callable[[int, int], None]) -> int:
    """Fill the indexes, which were made again, from every article's reading and from the text of
    every file.

    To be called inside a write transaction. `report` is told how many articles are done, and of how
    many.
    """
    _fill_files(db)
    ids = [row["id"] for row in db.query("SELECT id FROM articles ORDER BY id")]
    for start in range(0, len(ids), _TOLD_EVERY):
        some = ids[start : start + _TOLD_EVERY]
        for at in range(0, len(some), _TOGETHER):
            keep_words(db, dict(_words(db, some[at : at + _TOGETHER])))
        report(start + len(some), len(ids))
    return len(ids)


def _fill_files(db: Connection) -> None:
    for row in db.query("SELECT id, blob_id FROM file_texts ORDER BY id"):
        for kept in db.query("SELECT text FROM file_texts WHERE id = ?", [row["id"]]):
            words = pack_text(fts_text(unpack_text(kept["text"])))
            db.execute("UPDATE file_texts SET words = ? WHERE id = ?", [words, row["id"]])
        enter_file(db, row["blob_id"])


def _words(db: Connection, ids: list[int]) -> Iterator[tuple[int, Words]]:
    for article_id in ids:
        for row in db.query(_SAID, [article_id]):
            yield article_id, (fts_text(row["title"]), pack_text(fts_text(row["body"])))


_SAID = """
SELECT r.title, r.body FROM articles a JOIN readings r ON r.id = a.reading_id WHERE a.id = ?
"""


class PendingWords:
    """The words of one transaction. They go into the index together: the last thing before a
    commit, and the first before a correction that goes over it."""

    def __init__(self, database: Connection) -> None:
        self._db = database
        self._words: dict[int, Words] = {}

    def add(self, article_id: int, title: str, body: bytes) -> None:
        """Remember the words of an article, in place of those it had before."""
        self._words[article_id] = title, body

    def retitle(self, article_id: int, title: str) -> None:
        """Bring a title up to date in the index. See `retitle`."""
        retitle(self._db, article_id, title)

    def flush(self) -> None:
        """Put all that was added into the text index."""
        keep_words(self._db, self._words)
        self._words.clear()


class PendingSamples:
    """The samples of the texts that are new in one transaction. They go into their index together,
    the last thing before a commit: each question in between would have what is new written out as
    a segment of its own, through which every later question has to go."""

    def __init__(self) -> None:
        self._words: dict[int, str] = {}
        self._having: dict[str, dict[int, None]] = {}

    def add(self, body_id: int, words: str) -> None:
        """Remember the samples of a body."""
        self._words[body_id] = words
        for word in words.split():
            self._having.setdefault(word, {})[body_id] = None

    def drop(self, body_id: int) -> bool:
        """Forget the samples of a body. Returns whether they were remembered."""
        words = self._words.pop(body_id, None)
        if words is None:
            return False
        for word in words.split():
            del self._having[word][body_id]
        return True

    def __contains__(self, word: str) -> bool:
        """Whether a body that is remembered has this sample, or had it."""
        return word in self._having

    def having(self, words: Sequence[str]) -> list[int]:
        """The bodies that have all of these samples, by their numbers as they came."""
        first, *others = (self._having.get(word, {}) for word in words)
        return [body_id for body_id in first if all(body_id in other for other in others)]

    def mark(self) -> tuple[tuple[int, str], ...]:
        """Where it stands, for `back_to`."""
        return tuple(self._words.items())

    def back_to(self, mark: tuple[tuple[int, str], ...]) -> None:
        """Forget what was added since: it was rolled back."""
        self._words, self._having = {}, {}
        for body_id, words in mark:
            self.add(body_id, words)

    def flush(self, db: Connection) -> None:
        """Put all that was added into the index: the last thing before a commit."""
        enter_samples(db, self._words)
        db.samples = None


def enter_samples(db: Connection, words: Mapping[int, str]) -> None:
    """Put the samples of new bodies, by their numbers, into the index of samples."""
    rows = iter(sorted(words.items()))
    while some := [*islice(rows, _TOGETHER)]:
        insert_all(db, "samples_fts", "rowid, samples", some)
    if words:
        db.execute(_MERGE, [_MERGED * len(words)])


_MERGED = 16
"""So many pages of the index of samples, of a kilobyte each, are merged at most for each new text.
FTS5 by itself goes through a merge of large parts in such small steps that several are always under
way, and has to look for a sample in all that they join and in what they have made of it."""
_MERGE = "INSERT INTO samples_fts (samples_fts, rank) VALUES ('merge', ?)"


# Whether the text indexes say what the words beside them say. Mends nothing.

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
    _Index(
        "articles_fts", "article_words", "article_id", {"title": "title", "body": "unpacked(body)"}
    ),
    _Index("file_texts_fts", "file_texts", "id", {"words": "unpacked(words)"}),
)
_TWIN = """
CREATE VIRTUAL TABLE temp.twin USING fts5(
  {columns}, content = 'twin_words', content_rowid = 'id',
  tokenize = 'unicode61 remove_diacritics 2'
)
"""


def drifts(db: Connection) -> Iterator[str]:
    """What is wrong with the text indexes, a line for each. Nothing is good. Every index is looked
    at as it stands at one moment, and nobody is kept from writing meanwhile."""
    db.conn.create_function("unpacked", 1, unpack_text, deterministic=True)
    for index in _INDEXES:
        try:
            db.execute("BEGIN")
            told = "; ".join(_uneven(db, index))
            if not told:
                _compare(db, index)
                told = _differ(db, index)
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
    try:  # its parts are merged some day, and what is wrong with their list is met only then
        db.execute("INSERT INTO temp.twin (twin) VALUES ('optimize')")
    except sqlite3.IntegrityError:
        raise StorageError("the list of its parts is damaged") from None


# The sum by which FTS5 compares an index with its texts joins all entries of words by XOR. A word
# that is changed where it stands an even number of times mostly leaves that sum as it was, so every
# entry is counted once more, in a sum that has no such twins.

_TEXTS_AT_A_TIME = 500
_MODULUS = 1 << 64
_ENTRIES = """
SELECT CAST(term AS BLOB),
  sum((doc * 2654435761 + offset * 40503 + unicode(col) * 69621) % 2147483647)
FROM temp.{name} GROUP BY term
"""


def _differ(db: Connection, index: _Index) -> str:
    """What is wrong where the index has other entries than its texts make. Empty: nothing."""
    columns = ", ".join(index.columns)
    db.execute("CREATE VIRTUAL TABLE temp.entries USING fts5vocab('temp', 'twin', 'instance')")
    db.execute(
        f"CREATE VIRTUAL TABLE temp.anew USING fts5({columns}, content = '', "
        "tokenize = 'unicode61 remove_diacritics 2')"
    )
    db.execute("CREATE VIRTUAL TABLE temp.made USING fts5vocab('temp', 'anew', 'instance')")
    there, made, last = _sum_of(db, "entries"), 0, -1
    while True:
        found = db.execute(
            f"INSERT INTO temp.anew (rowid, {columns}) SELECT id, {columns} FROM temp.twin_words "
            "WHERE id > ? ORDER BY id LIMIT ?",
            [last, _TEXTS_AT_A_TIME],
        )
        if not found.rowcount:
            break
        last = db.execute("SELECT max(id) FROM temp.anew_docsize").fetchone()[0]
        made = (made + _sum_of(db, "made")) % _MODULUS
        db.execute("INSERT INTO temp.anew (anew) VALUES ('delete-all')")
    return "" if there == made else "its words are not those of the texts"


def _sum_of(db: Connection, name: str) -> int:
    rows = rows_one_by_one(db, _ENTRIES.format(name=name), ())
    total: int = sum(hash(term) * count for term, count in rows)
    return total % _MODULUS
