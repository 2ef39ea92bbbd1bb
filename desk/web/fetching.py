"""Having an address fetched: by `hubwatch add` in a process of its own, with a deadline.

The process sees to the outcome itself; what it could not say is said here.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import State

from scheduler.children.child import ChildEnd, run_child
from storage.additions import LASTS, Addition
from storage.types import Outcome

from .desk import Desk

AT_ONCE = 2
"""So many addresses are fetched at the same time."""
DEADLINE = LASTS - timedelta(minutes=1)
MEMORY = 512 * 1024 * 1024


def places() -> asyncio.Semaphore:
    """The places for those that are fetched at the same time; for one desk."""
    return asyncio.Semaphore(AT_ONCE)


async def begin(state: State, addition: Addition) -> None:
    """Have an address fetched from now on. Whoever stops the desk need not wait for it: the process
    ends with the desk."""
    task = asyncio.create_task(_fetch(state, addition))
    state.tasks.add(task)  # the loop itself keeps none alive
    task.add_done_callback(state.tasks.discard)


async def _fetch(state: State, addition: Addition) -> None:
    """See the addition of an address to its end, as soon as there is a place."""
    desk: Desk = state.desk
    left = DEADLINE - (desk.clock() - addition.at)
    began = asyncio.get_running_loop().time()
    async with state.places:
        waited = timedelta(seconds=asyncio.get_running_loop().time() - began)
        command = (*desk.hubwatch, "add", "--number", str(addition.id), "--json")
        end = await run_child(command, left - waited, asyncio.Event(), memory=MEMORY)
    await run_in_threadpool(_settle, desk, addition, end)


def _settle(desk: Desk, addition: Addition, end: ChildEnd) -> None:
    """Say what came of it where the process did not get to that."""
    from ..adding.address import give_up

    outcome = end.outcome if end.outcome is not Outcome.OK else Outcome.FAILED
    with desk.writing() as store:
        now = store.additions.get(addition.id)
        if now is not None and now.ended_at is None:
            give_up(store, addition, end.reason, desk.clock(), outcome)
