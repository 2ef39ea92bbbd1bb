"""What a crawl writes, put together: the pages of a moment are committed in one transaction.

A commit costs as much as all else that is written for a page. Nothing is told to be kept before it
is: who writes here waits for the commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from storage.archive import Archive
from storage.transaction import Transaction

from .log import LOGGER, event

T = TypeVar("T")

_SECONDS = 0.06
"""So long a write waits for others to join it. The pages of a transaction mostly change the same
blocks of the file, and each commit writes out every block that changed."""
_MOST = 8
"""Writes in one transaction: others who want to write wait for it."""


@dataclass(slots=True, eq=False)
class _Write:
    write: Callable[[Transaction], Any]
    done: asyncio.Future[Any]


class Writes:
    """The writes of one process that are waiting for their commit, in their order."""

    def __init__(self, store: Archive) -> None:
        self._store = store
        self._waiting: list[_Write] = []

    async def do(self, write: Callable[[Transaction], T]) -> T:
        """Carry out a write and return once it is committed. Raises StorageError, and what the
        write itself raises. A write may be called twice: once more if it shared the transaction
        with one that failed."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Write(write, done))
        try:
            if len(self._waiting) == 1:  # whoever comes first waits for the others, and commits
                await asyncio.wait({done}, timeout=_SECONDS)
            if not done.done() and (len(self._waiting) >= _MOST or self._waiting[0].done is done):
                self.commit()
        except asyncio.CancelledError:
            done.cancel()
            self.commit()  # who waits for us to commit must not wait for ever
            raise
        except Exception as error:
            self._one_by_one(self._taken(), error)
        return await done

    def commit(self) -> None:
        """Commit what is waiting now; who asks the archive next sees it."""
        batch = self._taken()
        try:
            if batch:
                self._commit(batch)
        except Exception as error:
            self._one_by_one(batch, error)

    def _taken(self) -> list[_Write]:
        """What is waiting, which then waits no longer. Whoever was cancelled is not told, so it
        need not be kept either."""
        batch = [each for each in self._waiting if not each.done.done()]
        self._waiting = []
        return batch

    def _one_by_one(self, batch: list[_Write], error: Exception) -> None:
        """Commit each write alone, after all together failed; what fails alone is told of it."""
        LOGGER.warning("%s", event("repeated", writes=len(batch), error=repr(error)))
        for each in batch:
            try:
                self._commit([each])
            except Exception as own:
                each.done.set_exception(own)

    def _commit(self, batch: list[_Write]) -> None:
        with self._store.writing() as tx:
            results = [each.write(tx) for each in batch]
        for each, result in zip(batch, results, strict=True):
            each.done.set_result(result)
