"""A few worker processes, started when first needed, and the calls that are waiting for one.

A call that takes too long or too much memory ends as a value, together with its worker; the next
call gets a fresh one. Pebble's pool can do the same, but needs threads beside an event loop.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from storage.types import Outcome

from .child import Terms
from .frames import HEAD, packed, unpacked

P = ParamSpec("P")
T = TypeVar("T")

SECONDS = 5.0
"""For one call."""
MEMORY = 512 * 1024 * 1024
"""Bytes, beyond what the modules take."""
_START_SECONDS = 60.0
_CODE = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from scraper.workers.child import main; main()"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no result: `timeout`, `too_big`, or `unsupported` where the call broke."""

    outcome: Outcome
    reason: str


def failed(error: object) -> Fault:
    """The fault of a call that broke: a bug of ours, which must not end more than one page."""
    what = f"{type(error).__name__}: {error}" if isinstance(error, Exception) else str(error)
    return Fault(Outcome.UNSUPPORTED, f"the reader failed: {what}"[:300])


class _Gone(Exception):
    """The worker ended before it answered."""


class _Worker:
    """One process and the socket to it."""

    def __init__(self, terms: Terms) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            path = json.dumps([entry or str(Path.cwd()) for entry in sys.path])
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                [sys.executable, "-P", "-c", _CODE, path],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        ours.setblocking(False)
        self._channel = ours
        self._terms = terms
        self._is_ready = False

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    async def ask(self, message: bytes) -> tuple[str, Any]:
        """Send a call and wait for its answer. Raises _Gone, TimeoutError."""
        loop = asyncio.get_running_loop()
        try:
            if not self._is_ready:
                await loop.sock_sendall(self._channel, packed(self._terms))
                await asyncio.wait_for(self._receive(), _START_SECONDS)
                self._is_ready = True
            async with asyncio.timeout(self._terms.seconds):
                await loop.sock_sendall(self._channel, message)
                kind, value = await self._receive()
        except OSError as error:
            if isinstance(error, TimeoutError):
                raise
            raise _Gone from error
        return kind, value

    async def _receive(self) -> Any:
        (size,) = HEAD.unpack(await self._exactly(HEAD.size))
        return unpacked(await self._exactly(size))

    async def _exactly(self, size: int) -> bytearray:
        loop, data = asyncio.get_running_loop(), bytearray(size)
        view = memoryview(data)
        while view:
            count = await loop.sock_recv_into(self._channel, view)
            if not count:
                raise _Gone
            view = view[count:]
        return data

    def end(self) -> None:
        """Kill it and leave no zombie."""
        self._channel.close()
        self._process.kill()
        self._process.wait()


class Workers:
    """At most `count` workers. To be used in one event loop, and closed there."""

    def __init__(
        self,
        modules: Sequence[str] = (),
        *,
        count: int | None = None,
        seconds: float = SECONDS,
        memory: int = MEMORY,
    ) -> None:
        self.count = count or min(2, os.cpu_count() or 1)
        self._terms = Terms(os.getpid(), seconds, memory, tuple(modules))
        self._turns = asyncio.Semaphore(self.count)
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that are running now."""
        return tuple(worker.pid for worker in (*self._idle, *self._busy))

    async def ask(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | Fault:
        """What a module's function returns in a worker, or why it could not be had."""
        message = packed((call, args))
        async with self._turns:
            worker = self._idle.pop() if self._idle else _Worker(self._terms)
            self._busy.add(worker)
            is_whole = False
            try:
                kind, value = await worker.ask(message)
                is_whole = kind != "memory"
            except TimeoutError:
                return Fault(Outcome.TIMEOUT, f"not read within {self._terms.seconds:g} s")
            except _Gone:
                return Fault(
                    Outcome.TOO_BIG, "the process that read it ended, most likely for memory"
                )
            finally:
                self._busy.discard(worker)
                if is_whole:
                    self._idle.append(worker)
                else:
                    worker.end()
            result: T | Fault = self._judged(kind, value)
            return result

    def _judged(self, kind: str, value: Any) -> Any:
        if kind == "memory":
            mib = self._terms.memory // 2**20
            return Fault(Outcome.TOO_BIG, f"needs more than {mib} MiB to be read")
        if kind == "failed":
            return failed(value)
        return value

    def close(self) -> None:
        """End all workers."""
        for worker in (*self._idle, *self._busy):
            worker.end()
        self._idle.clear()
        self._busy.clear()
