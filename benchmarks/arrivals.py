"""An archive at which made texts arrive, and what of the time of each belongs to stories.

No page is kept and no word indexed: that is not what is measured. Scores nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from unittest.mock import patch

from storage.archive import Archive
from storage.articles.writes import Columns
from storage.database import Durability, sqlite3
from storage.sources import SourceRef
from storage.stories import links
from storage.stories.texts import sketch
from storage.transaction import Transaction
from storage.types import ArticleData, Insert, Outcome, Reading

from .reprints import Made

NOW = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)
SOURCE = SourceRef("bench", "bench", "Guiyang", "en", "Asia/Shanghai")
BATCH = 200
TABLES = ("links", "samples_fts", "tellings", "bodies")
"""Those that are there for near copies alone, what others refer to last."""
LAID = Made("background", -1, "", "")
"""What is remembered of a text that was laid."""


class Arrivals:
    """An archive that texts arrive at. `made` are those that came the ordinary way, by article."""

    def __init__(self, path: Path) -> None:
        self.store = Archive.open(path) if path.exists() else Archive.create(path)
        self.made: dict[int, Made] = {}
        self._clock = _Clock()
        with self.store.writing() as tx:
            tx.sources.register(SOURCE, NOW)
        self.count: int = self._ask("SELECT count(*) FROM articles")[0][0]

    def arrive(self, texts: Iterable[Made], together: int = BATCH) -> list[float]:
        """Store texts, so many in a transaction; returns the milliseconds of CPU of each for its
        sketch, its copies and its story, and its share in the index its transaction wrote."""
        spent: list[float] = []
        for batch in _batches(texts, together):
            index = _Clock()
            with self.store.writing() as tx:
                _time(tx.stories, "enter", self._clock)
                _time(tx._samples, "flush", index)
                for made in batch:
                    self._clock.seconds = 0.0
                    self.made[self._keep(tx, made)] = made
                    spent.append(1000 * self._clock.seconds)
            share = 1000 * index.seconds / len(batch)
            spent[-len(batch) :] = [one + share for one in spent[-len(batch) :]]
        return spent

    def lay(self, texts: Iterable[Made], report: Callable[[int], None]) -> None:
        """Store texts that have nothing to do with one another as `arrive` does, only that no copy
        of them is looked for. `report` is told how many a batch had."""
        with patch.object(links, "candidates", lambda *_: []):
            for batch in _batches(texts, BATCH):
                with self.store.writing(Durability.LATER) as tx:
                    for made in batch:
                        self._keep(tx, made)
                report(len(batch))

    def _keep(self, tx: Transaction, made: Made) -> int:
        self.count += 1
        began = time.process_time()
        kept = Columns(b"", b"", b"", "[]", "[]", "", b"", sketch(made.text))
        self._clock.add(began)
        page = ArticleData(f"http://e.test/{self.count}", SOURCE.id, made.title, made.text)
        name = f"1:{hash(made.text) & (1 << 63) - 1:x}"
        intent = Insert(Reading(Outcome.OK, "", 1, article=page), name, name)
        tx._words.add = lambda *_: None  # type: ignore[method-assign]
        applied = tx.articles.apply(intent, source_id=SOURCE.id, run_id=None, now=NOW, columns=kept)
        assert applied.article_id is not None
        return applied.article_id

    def stories(self) -> dict[int, int]:
        """Article → story."""
        return dict(self._ask("SELECT id, story_id FROM articles"))

    def _ask(self, sql: str) -> list[tuple[Any, ...]]:
        return self.store._db.execute(sql).fetchall()  # type: ignore[no-any-return]

    def size(self) -> int:
        """Bytes of the archive, its log written back."""
        self._ask("PRAGMA wal_checkpoint(TRUNCATE)")
        return self.store.path.stat().st_size

    def index_bytes(self) -> float:
        """Bytes an article of the tables of near copies: the pages that are free without them."""
        connection: Any = sqlite3.connect(self.store.path, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            pages = [connection.execute("PRAGMA freelist_count").fetchone()[0]]
            for table in TABLES:
                connection.execute(f"DROP TABLE {table}")
            pages.append(connection.execute("PRAGMA freelist_count").fetchone()[0])
            connection.execute("ROLLBACK")
            size: int = connection.execute("PRAGMA page_size").fetchone()[0]
            return float((pages[1] - pages[0]) * size / self.count)
        finally:
            connection.close()

    def close(self) -> None:
        """Write all back and close the archive."""
        self.size()
        self.store.close()


def _batches(texts: Iterable[Made], size: int) -> Iterator[list[Made]]:
    rest = iter(texts)
    while batch := list(islice(rest, size)):
        yield batch


class _Clock:
    """Adds up seconds of CPU."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def add(self, began: float) -> None:
        self.seconds += time.process_time() - began


def _time(owner: object, name: str, clock: _Clock) -> None:
    """Let a clock run while a method of this one object does."""
    method = getattr(owner, name)

    def timed(*args: Any) -> Any:
        began = time.process_time()
        try:
            return method(*args)
        finally:
            clock.add(began)

    setattr(owner, name, timed)
