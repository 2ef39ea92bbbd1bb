"""Starting children as copies of a process that has everything imported, by a fork server.

What is no command line of Hubwatch is started as ever, and so is everything where the server does
not fork. A server whose installation was upgraded is left to what it has running, and a new one
begun.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import deque

from hubwatch.fork_server import ForkClient, ForkedEnd, ForkError, Preload

from .child import RESERVED, Started, spawn
from .events import note, warn

_ANSWERS_WITHIN = 120.0  # seconds, its imports among them; a busy host takes long over them
_AGAIN_AFTER = 60.0  # seconds after a server failed


class ForkedChild:
    """A process that a server forked: what `child` needs of one."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.cpu: float | None = None
        self._ended = asyncio.Event()

    async def wait(self) -> int:
        """Its exit code, once it has ended."""
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    def terminate(self) -> None:
        """Send SIGTERM. Raise ProcessLookupError where it has ended."""
        if self.returncode is not None:
            raise ProcessLookupError
        os.kill(self.pid, signal.SIGTERM)

    def end(self, end: ForkedEnd) -> None:
        """It has ended."""
        self.returncode, self.cpu = end.returncode, end.cpu
        self._ended.set()


class _Server:
    """One server, heard by the event loop."""

    def __init__(self, preload: Preload) -> None:
        self._client = ForkClient.start(preload)
        self.children: dict[int, ForkedChild] = {}
        self._asked: deque[asyncio.Future[ForkedChild | None]] = deque()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._client, self._hear)

    @property
    def is_good(self) -> bool:
        """Whether it may be asked for more."""
        return not (self._client.is_gone or self._client.is_refusing)

    @property
    def is_gone(self) -> bool:
        """Whether it has ended."""
        return self._client.is_gone

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._client.pid

    async def fork(
        self, words: tuple[str, ...], files: dict[int, int], memory: int
    ) -> ForkedChild | None:
        """A child, or None where it does not fork."""
        answer: asyncio.Future[ForkedChild | None] = self._loop.create_future()
        self._client.ask(words, files, RESERVED * memory)
        self._asked.append(answer)
        async with asyncio.timeout(_ANSWERS_WITHIN):
            return await asyncio.shield(answer)

    def _hear(self) -> None:
        self._client.hear()
        while self._client.begun:
            pid = self._client.begun.popleft()
            child = ForkedChild(pid) if pid is not None else None
            if child is not None:
                self.children[child.pid] = child
            answer = self._asked.popleft()
            if not answer.done():
                answer.set_result(child)
        for pid in [each for each in self._client.ends if each in self.children]:
            self.children.pop(pid).end(self._client.ends.pop(pid))
        if self._client.is_gone:
            self._forget()

    def _forget(self) -> None:
        """It has ended, and so has, by the kernel, whatever it forked."""
        self._loop.remove_reader(self._client)
        for child in self.children.values():
            child.end(ForkedEnd(-signal.SIGKILL, 0.0, 0))
        self.children.clear()
        for answer in self._asked:
            if not answer.done():
                answer.set_result(None)
        self._asked.clear()
        self._client.close()

    def close(self) -> None:
        """End it, and with it its children."""
        if not self._client.is_gone:
            self._client.is_gone = True
            self._forget()


class Preloaded:
    """Starts children whose command line begins with `prefix` by forking. Belongs to one event
    loop. To be closed there."""

    def __init__(self, prefix: tuple[str, ...], preload: Preload) -> None:
        self._prefix, self._preload = prefix, preload
        self._server: _Server | None = None
        self._leaving: list[_Server] = []
        self._not_before = 0.0

    async def start(
        self, command: tuple[str, ...], memory: int, said: int, complained: int
    ) -> Started:
        """Start a child: what `Start` in `child` says."""
        size = len(self._prefix)
        if command[:size] == self._prefix:
            for _ in range(2):  # the second time where the first found its files changed
                child = await self._forked(command[size:], {1: said, 2: complained}, memory)
                if child is not None:
                    return child
        return await spawn(command, memory, said, complained)

    async def _forked(
        self, words: tuple[str, ...], files: dict[int, int], memory: int
    ) -> ForkedChild | None:
        server = self._ready()
        if server is None:
            return None
        try:
            child = await server.fork(words, files, memory)
        except (ForkError, TimeoutError) as error:
            warn("preload", failed=str(error) or "the fork server did not answer")
            server.close()
            child = None
        if child is None and self._server is server:
            self._retire(server)
        return child

    def _ready(self) -> _Server | None:
        """The server to ask. None for a while after one failed."""
        self._sweep()
        if self._server is not None and not self._server.is_good:
            self._retire(self._server)
        if self._server is None and time.monotonic() >= self._not_before:
            try:
                self._server = _Server(self._preload)
            except OSError as error:
                warn("preload", failed=error)
                self._not_before = time.monotonic() + _AGAIN_AFTER
            else:
                note("preloads", pid=self._server.pid)
        return self._server

    def _retire(self, server: _Server) -> None:
        """Have it fork no more, and go when its children have."""
        if server.is_gone:
            self._not_before = time.monotonic() + _AGAIN_AFTER
        else:
            self._leaving.append(server)
        self._server = None

    def _sweep(self) -> None:
        for server in [each for each in self._leaving if not each.children]:
            server.close()
            self._leaving.remove(server)

    def close(self) -> None:
        """End the servers."""
        for server in (*self._leaving, self._server):
            if server is not None:
                server.close()
        self._leaving, self._server = [], None
