"""One function over many items in worker processes, from a program without an event loop.

Results come in the order of the items; only so many are under way as keep the workers busy.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from itertools import islice
from typing import TypeVar

from .pool import SECONDS, CallFault, Workers

T = TypeVar("T")
R = TypeVar("R")
_TOGETHER = 8
"""Items in one message: handing each over singly costs a third of the gain."""
_AHEAD = 2
"""Messages a worker that wait for it, so that it never waits for us."""


def each(
    call: Callable[[T], R],
    items: Iterable[T],
    modules: Sequence[str] = (),
    *,
    count: int | None = None,
    seconds: float = SECONDS,
) -> Iterator[R | CallFault]:
    """`call(item)` for every item; a fault instead of a result where a bound was met or the call
    broke. `seconds` are of CPU time, for one item."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="workers", daemon=True)
    thread.start()
    workers = Workers(modules, count=count, seconds=seconds)
    waiting: deque[Future[list[R | CallFault]]] = deque()
    rest = iter(items)
    try:
        while share := list(islice(rest, _TOGETHER)):
            waiting.append(asyncio.run_coroutine_threadsafe(_share(workers, call, share), loop))
            if len(waiting) > workers.count * _AHEAD:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        asyncio.run_coroutine_threadsafe(_end(workers), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _share(
    workers: Workers, call: Callable[[T], R], share: Sequence[T]
) -> list[R | CallFault]:
    """The results of a few items; one by one where they could not be had together."""
    found = await workers.ask_once(in_turn, call, share)
    if isinstance(found, CallFault):
        return [await workers.ask(call, item) for item in share]
    return [*found]


def in_turn(call: Callable[[T], R], share: Sequence[T]) -> list[R]:
    """One after the other, in the worker."""
    return [call(item) for item in share]


async def _end(workers: Workers) -> None:
    """Cut what is under way, so that no worker outlives its batch."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    workers.close()
