"""The words of articles that were kept in a transaction and are not in the text index yet."""

from __future__ import annotations

from ..driver import Connection
from . import index


class PendingWords:
    """The words of one transaction. They go into the index together: the last thing before a
    commit, and the first before a correction that goes over it."""

    def __init__(self, database: Connection) -> None:
        self._db = database
        self._words: dict[int, index.Words] = {}

    def add(self, article_id: int, title: str, body: bytes) -> None:
        """Remember the words of an article, in place of those it had before."""
        self._words[article_id] = title, body

    def flush(self) -> None:
        """Put all that was added into the text index."""
        index.keep_words(self._db, self._words)
        self._words.clear()
