"""What a crawl writes, put together: the pages of a moment are committed in one transaction.

A commit costs as much as all else that is written for a page. Nothing is told to be kept before it
is: who writes here waits for the commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from storage.store import Store
from storage.transaction import Transaction

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

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[_Write] = []
        self._timer: asyncio.TimerHandle | None = None

    async def do(self, write: Callable[[Transaction], T]) -> T:
        """Carry out a write and return once it is committed. Raises StorageError, and what the
        write itself raises. A write may be called twice: once more if it shared the transaction
        with one that failed."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._waiting.append(_Write(write, done))
        if len(self._waiting) >= _MOST:
            self.commit()
        elif self._timer is None:
            self._timer = loop.call_later(_SECONDS, self.commit)
        return await done

    def commit(self) -> None:
        """Commit what is waiting now; who asks the archive next sees it."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        # Whoever was cancelled is not told, so it need not be kept either.
        batch = [each for each in self._waiting if not each.done.done()]
        self._waiting.clear()
        if batch and not self._commit(batch):
            for each in batch:
                self._commit([each])

    def _commit(self, batch: list[_Write]) -> bool:
        """Whether the batch is dealt with; what fails alone is told of it."""
        try:
            with self._store.writing() as tx:
                results = [each.write(tx) for each in batch]
        except Exception as error:
            if len(batch) == 1:
                batch[0].done.set_exception(error)
            return len(batch) == 1
        for each, result in zip(batch, results, strict=True):
            each.done.set_result(result)
        return True
