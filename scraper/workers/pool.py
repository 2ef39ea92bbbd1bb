"""Worker processes as their parent sees them, and the calls that are waiting for one.

A `Worker` gets calls sent ahead and answers in their order. `Workers` are a few of them, started
when first needed. A call that takes too long or too much memory ends as a value, together with its
worker. The calls behind it get a fresh one. A call with which a worker dies is asked once more,
alone (see `faults`). `bounded` makes a call in this very process and cuts it at its deadline.
`BlockingWorkers` and `each` are for programs without an event loop. Pebble's pool can do much of
this, but needs threads beside an event loop.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from types import FrameType
from typing import Any, ParamSpec, TypeVar

from hubwatch.fork_server import ForkClient, ForkedEnd, ForkError, beside, copy_beside
from storage.types import Outcome

from ..space import EXHAUSTED, is_exhaustion
from .child import BROKEN, DONE, OUT_OF_MEMORY, READY, Terms
from .faults import CallBounds, CallFault, End, How, fault_of, overdue, raised
from .protocol import HEAD, SharedValues, packed, unpacked

_START_SECONDS = 60.0
_EXIT_SECONDS = 2.0
"""A process can be waited for a moment after its channel is closed."""
_PIECE = 256 * 1024
_TRAIL = 64 * 1024
"""Bytes: as much as a pipe holds."""
_TRAIL_AT = 3
"""The file descriptor of a forked worker to which what is known of its crash is written."""
_LATE_SECONDS = 0.1
_CODE = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from scraper.workers.child import main; main(int(sys.argv[2]))"
)


@dataclass(slots=True, eq=False)
class Call:
    """A call that waits for its answer: what it returned, or a fault.

    `is_tried_again` tells whether the death of a worker is taken for the call's fault only when
    it happens again. `died` is how a worker ended with it before.
    """

    function: Callable[..., Any]
    args: tuple[Any, ...]
    answer: asyncio.Future[Any] = field(repr=False)
    is_tried_again: bool = True
    died: End | None = None

    @property
    def name(self) -> str:
        """The function it calls."""
        return f"{self.function.__module__}.{self.function.__qualname__}"

    def resolve(self, value: Any) -> None:
        """Answer it, unless nobody wants to know any more."""
        if not self.answer.done():
            self.answer.set_result(value)


class Worker:
    """A process and the socket to it. `asked` are the calls it has. The first one is under way.

    `heard` is called when it has become ready, and with each answer, which the call itself has got
    by then. `ended` is called once, when it can take no more. The calls are as they were.
    """

    def __init__(
        self,
        terms: Terms,
        heard: Callable[[Worker], None],
        ended: Callable[[Worker, End], None],
    ) -> None:
        """Raises OSError where no process can be started."""
        self.asked: deque[Call] = deque()
        self._heard, self._ended = heard, ended
        self._known = SharedValues()
        self._loop = asyncio.get_running_loop()
        self._inbox, self._outbox = bytearray(), bytearray()
        self._channel, self._trail, self._process = _start()
        self._terms = replace(terms, parent=self._process.parent)
        self._loop.add_reader(self._channel, self._hear)
        self._is_ready = self._has_ended = False
        self._timer = self._loop.call_later(_START_SECONDS, self._end_as, End(How.UNREADY))
        self._send(packed(self._terms))

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def ask(self, call: Call) -> None:
        """Send a call. It gets its answer itself. Raises what pickling it raises, and has not
        sent anything then."""
        refs, news = self._known.refer(call.args)
        message = packed((call.function, refs, news))
        self._known.learn(refs, news)
        self.asked.append(call)
        if len(self.asked) == 1 and self._is_ready:
            self._begin()
        self._send(message)

    def end(self) -> None:
        """Kill it and leave no zombie."""
        if not self._has_ended:
            self._has_ended = True
            self._timer.cancel()
            self._loop.remove_reader(self._channel)
            self._loop.remove_writer(self._channel)
            self._channel.close()
            self._process.kill()
            os.close(self._trail)

    def _send(self, message: bytes) -> None:
        waits = bool(self._outbox)
        self._outbox += message
        if not waits:
            self._speak()
            if self._outbox:
                self._loop.add_writer(self._channel, self._speak)

    def _speak(self) -> None:
        try:
            del self._outbox[: self._channel.send(self._outbox)]
        except BlockingIOError:
            return
        except OSError:  # the reader hears of it, too
            self._outbox.clear()
        if not self._outbox:
            self._loop.remove_writer(self._channel)

    def _hear(self) -> None:
        try:
            piece = self._channel.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece:
            self._end_as(self._gone())
            return
        self._inbox += piece
        while not self._has_ended and (body := self._next()) is not None:
            self._answer(*_answer_in(body))

    def _next(self) -> bytearray | None:
        if len(self._inbox) < HEAD.size:
            return None
        end = HEAD.size + HEAD.unpack_from(self._inbox)[0]
        if len(self._inbox) < end:
            return None
        body = self._inbox[HEAD.size : end]
        del self._inbox[:end]
        return body

    def _answer(self, word: str, value: Any) -> None:
        self._timer.cancel()
        if word == OUT_OF_MEMORY:
            self._end_as(End(How.MEMORY))
            return
        if word == BROKEN:
            what, trace = value
            self._end_as(End(How.BROKEN, what=what, trace=trace))
            return
        if word == READY:
            self._is_ready = True
        else:
            self.asked.popleft().resolve(value)
        if self.asked:
            self._begin()
        self._heard(self)

    def _begin(self) -> None:
        """The first call's time begins now."""
        until = self._loop.time() + self._terms.bounds.wall
        self._timer = self._loop.call_at(until, self._overdue, until)

    def _overdue(self, until: float) -> None:
        if self._loop.time() - until > _LATE_SECONDS:
            # We were late ourselves; the answer may lie here, so look at what has come first.
            until = self._loop.time() + _LATE_SECONDS
            self._timer = self._loop.call_at(until, self._overdue, until)
            return
        self._end_as(End(How.WALL))

    def _gone(self) -> End:
        """How it ended by itself. To be asked before it is ended by us."""
        try:
            code = self._process.wait(_EXIT_SECONDS)
        except TimeoutError:
            return End(How.BROKEN, what="it closed its channel and went on")
        try:
            trail = os.read(self._trail, _TRAIL)
        except BlockingIOError:  # nothing was written, and somebody else holds the other end
            trail = b""
        return End.of(code, trail.decode("utf-8", "replace"))

    def _end_as(self, end: End) -> None:
        self.end()
        self._ended(self, end)


def _answer_in(body: bytearray) -> tuple[str, Any]:
    """What a message says. A fault where it cannot be had: modules of what it holds are imported
    here, if need be. The call would wait for ever otherwise."""
    try:
        word, value = unpacked(body)
    except Exception as error:
        return DONE, raised(error)
    return word, value


class _Spawned:
    """A process that was started anew, and has to import what it needs."""

    def __init__(self, files: Mapping[int, int]) -> None:
        trail = files[_TRAIL_AT]
        path = json.dumps([entry or str(Path.cwd()) for entry in sys.path])
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-P", "-c", _CODE, path, str(trail)],
            stdin=files[0],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(trail,),
        )
        self.parent, self.pid = os.getpid(), self._process.pid

    def wait(self, seconds: float) -> int:
        """Its exit code. Raise TimeoutError where it goes on."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise TimeoutError from None

    def kill(self) -> None:
        """End it, and leave no zombie."""
        self._process.kill()
        self._process.wait()


class _Forked:
    """A process that the server beside us forked, which has imported everything."""

    def __init__(self, server: ForkClient, files: Mapping[int, int]) -> None:
        self._server = server
        self.parent, self.pid = server.pid, server.fork((str(_TRAIL_AT),), files)
        self._end: ForkedEnd | None = None

    def wait(self, seconds: float) -> int:
        """Its exit code. Raise TimeoutError where it goes on."""
        self._end = self._end or self._server.wait(self.pid, seconds)
        if self._end is None:
            raise TimeoutError
        return self._end.returncode

    def kill(self) -> None:
        """End it, and have the server leave no zombie."""
        if self._end is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            with suppress(TimeoutError):
                self.wait(_EXIT_SECONDS)


def _start() -> tuple[socket.socket, int, _Spawned | _Forked]:
    """A process, the channel to it, and where it leaves what is known of its crash."""
    ours, theirs = socket.socketpair()
    trail, end = os.pipe()
    os.set_blocking(trail, False)
    os.set_blocking(end, False)  # what does not fit is lost; a crash must not wait for a reader
    try:
        process = _process({0: theirs.fileno(), _TRAIL_AT: end})
    except OSError:
        ours.close()
        os.close(trail)
        raise
    finally:
        theirs.close()
        os.close(end)
    ours.setblocking(False)
    return ours, trail, process


def _process(files: Mapping[int, int]) -> _Spawned | _Forked:
    server = beside()
    if server is not None:
        with suppress(ForkError):
            return _Forked(server, files)
    return _Spawned(files)


P = ParamSpec("P")
T = TypeVar("T")

SECONDS = 5.0
"""Of CPU time, for one call: the same on an idle host and on a busy one."""
PATIENCE = 12
"""By the clock a call may take so many times as long: only what sleeps or hangs does."""
MEMORY = 512 * 1024 * 1024
"""Bytes, beyond what the modules take."""
_AHEAD = 2
"""Calls a worker has at a time: the next one lies ready when it is done with one."""


class Workers:
    """At most `count` workers, for calls of so many seconds of CPU time and bytes of memory. To be
    used in one event loop, and closed there."""

    def __init__(
        self,
        modules: Sequence[str] = (),
        *,
        count: int | None = None,
        seconds: float = SECONDS,
        memory: int = MEMORY,
    ) -> None:
        self.count = count or min(2, os.cpu_count() or 1)
        self._bounds = CallBounds(seconds, PATIENCE * seconds, memory)
        self._terms = Terms(os.getpid(), self._bounds, tuple(modules))
        self._workers: list[Worker] = []
        self._waiting: deque[Call] = deque()
        self._suspects: deque[Call] = deque()

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that are running now."""
        return tuple(worker.pid for worker in self._workers)

    def start(self) -> None:
        """Start them all now, so that they are ready when they are needed. Where no process can
        be started, the next call tries again and says so."""
        with suppress(OSError):
            while len(self._workers) < self.count:
                self._fresh()

    async def ask(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | CallFault:
        """What a module's function returns in a worker, or why it could not be had.

        An argument that many calls have in common may be given as `shared(it)`. Raises what
        pickling the call raises.
        """
        return await self._ask(call, args, is_tried_again=True)

    async def ask_once(
        self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T | CallFault:
        """The same without a second try, for what will be asked again in parts."""
        return await self._ask(call, args, is_tried_again=False)

    async def _ask(
        self, call: Callable[..., T], args: tuple[object, ...], *, is_tried_again: bool
    ) -> T | CallFault:
        answer: asyncio.Future[T | CallFault] = asyncio.get_running_loop().create_future()
        self._waiting.append(Call(call, args, answer, is_tried_again))
        self._hand_out()
        return await answer

    def _hand_out(self) -> None:
        """Give each suspect a fresh worker of its own, and what is waiting to whoever has least
        to do."""
        try:
            while self._suspects and len(self._workers) < self.count:
                self._hand(self._suspects.popleft(), self._fresh())
            while self._waiting and (worker := self._least()) is not None:
                self._hand(self._waiting.popleft(), worker)
        except OSError as error:
            if not self._workers:  # else it is tried again when one of them answers
                why = f"no process can be started to read it: {error}"
                why = EXHAUSTED if is_exhaustion(error) else why
                self._resolve_all(CallFault(Outcome.BUSY, why))

    def _least(self) -> Worker | None:
        """The worker to be given the next call, if any has room for it."""
        open_ones = [each for each in self._workers if not _has_suspect(each)]
        least = min(open_ones, key=lambda each: len(each.asked), default=None)
        if (least is None or least.asked) and len(self._workers) < self.count:
            return self._fresh()
        return least if least is not None and len(least.asked) < _AHEAD else None

    def _fresh(self) -> Worker:
        worker = Worker(self._terms, self._heard, self._ended)
        self._workers.append(worker)
        return worker

    def _hand(self, call: Call, worker: Worker) -> None:
        if call.answer.done():  # whoever asked has gone
            return
        try:
            worker.ask(call)
        except Exception as error:  # what cannot be pickled; the asker's bug
            call.answer.set_exception(error)

    def _heard(self, worker: Worker) -> None:
        self._hand_out()

    def _ended(self, worker: Worker, end: End) -> None:
        self._workers.remove(worker)
        if worker.asked:
            call = worker.asked.popleft()
            self._waiting.extendleft(reversed(worker.asked))
            if call.is_tried_again and call.died is None and not end.is_final:
                call.died = end
                self._suspects.append(call)
            else:
                call.resolve(fault_of(call.name, end, call.died, self._bounds))
        self._hand_out()

    def close(self) -> None:
        """End all workers, and with them what they were asked."""
        for worker in self._workers:
            worker.end()
            self._waiting.extend(worker.asked)
        self._workers.clear()
        self._resolve_all(CallFault(Outcome.INTERRUPTED, "the reading was ended"))

    def _resolve_all(self, fault: CallFault) -> None:
        for call in (*self._suspects, *self._waiting):
            call.resolve(fault)
        self._suspects.clear()
        self._waiting.clear()


def _has_suspect(worker: Worker) -> bool:
    return bool(worker.asked) and worker.asked[0].died is not None


def preload_workers(modules: Sequence[str] = ()) -> None:
    """Have all workers of this process be copies of one that imports what they need once. To be
    called before threads, an event loop or an open archive are there."""
    copy_beside("scraper.workers.child:serve_forked", modules)


# A call in this very process: for the few small pages of most crawls


_TICK = 0.5
"""Seconds; a timer that is set to less than a microsecond never ends."""


class _Overdue(BaseException):
    """Not an Exception, so that no reader takes it for a fault of the page."""


class _Timers:
    """The two timers of a call: CPU time of this thread, and time by the clock.

    Raises never when disarmed, and until then once a second: what a signal raises within a
    finaliser, a callback of the garbage collector or code that takes every exception goes no
    further. Two signals may come at the same moment; one of them raises.
    """

    def __init__(self, seconds: float) -> None:
        self._cpu, self._wall = seconds, PATIENCE * seconds
        self._is_running = True
        self._quiet_until = 0.0
        self._began = time.thread_time()
        self._before = {
            signal.SIGPROF: signal.signal(signal.SIGPROF, self._cut),
            signal.SIGALRM: signal.signal(signal.SIGALRM, self._cut),
        }
        signal.setitimer(signal.ITIMER_PROF, self._cpu)
        signal.setitimer(signal.ITIMER_REAL, self._wall)

    def _cut(self, number: int, frame: FrameType | None) -> None:
        if not self._is_running or time.monotonic() < self._quiet_until:
            return
        left = self._cpu - (time.thread_time() - self._began)
        if number == signal.SIGPROF and left > 0:
            # The timer counts the whole process, whose other threads have worked, too.
            signal.setitimer(signal.ITIMER_PROF, max(left, _TICK))
            return
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 2 * _TICK)
        self._quiet_until = time.monotonic() + _TICK
        raise _Overdue(
            f"not read within {self._cpu:g} s" if left <= 0 else overdue(self._cpu, self._wall)
        )

    def disarm(self) -> None:
        """Raise no more."""
        self._is_running = False

    def stop(self) -> None:
        """Stop both, and leave their signals as they were. To be called when they are disarmed."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in self._before.items():
            signal.signal(number, handler)


def is_possible() -> bool:
    """True in the main thread, which alone hears signals."""
    return threading.current_thread() is threading.main_thread()


def bounded(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | CallFault:
    """What the call returns, or the fault that it took more than five seconds of CPU time or
    sixty by the clock, or broke."""
    timers = _Timers(SECONDS)
    try:
        try:
            return call(*args, **kwargs)
        finally:
            timers.disarm()  # a signal that comes before it has done so is caught below
    except _Overdue as cut:
        timers.disarm()
        return CallFault(Outcome.TIMEOUT, str(cut))
    except MemoryError:
        return CallFault(Outcome.TOO_BIG, "there is no memory left to read it")
    except Exception as error:
        return raised(error)
    finally:
        timers.stop()


# One function over many items, from a program without an event loop

R = TypeVar("R")
_TOGETHER = 8
"""Items in one message: handing each over singly costs a third of the gain."""


class BlockingWorkers:
    """Workers for a program without an event loop: each call waits for its answer.

    Nothing is started before the first call. To be closed, or used in a `with` statement.
    `seconds` are of CPU time, for one call.
    """

    def __init__(
        self, modules: Sequence[str] = (), *, count: int | None = None, seconds: float = SECONDS
    ) -> None:
        self._workers = Workers(modules, count=count, seconds=seconds)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def count(self) -> int:
        """How many processes there are at most."""
        return self._workers.count

    def ask(self, call: Callable[..., R], *args: object) -> R | CallFault:
        """What a module's function returns in a worker, or why it could not be had."""
        return self._submit(self._workers.ask(call, *args)).result()

    def share(self, call: Callable[[T], R], items: Sequence[T]) -> Future[list[R | CallFault]]:
        """The results of a few items, to be waited for. One by one where they could not be had
        together."""
        return self._submit(_share(self._workers, call, items))

    def close(self) -> None:
        """Cut what is under way, and end the workers."""
        if self._loop is None or self._thread is None:
            return
        self._submit(_end(self._workers)).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = self._thread = None

    def __enter__(self) -> BlockingWorkers:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(
                target=self._loop.run_forever, name="workers", daemon=True
            )
            self._thread.start()
        return asyncio.run_coroutine_threadsafe(work, self._loop)


def each(
    call: Callable[[T], R],
    items: Iterable[T],
    modules: Sequence[str] = (),
    *,
    count: int | None = None,
    seconds: float = SECONDS,
) -> Iterator[R | CallFault]:
    """`call(item)` for every item. A fault instead of a result where a bound was met or the call
    broke. `seconds` are of CPU time, for one item."""
    waiting: deque[Future[list[R | CallFault]]] = deque()
    rest = iter(items)
    with BlockingWorkers(modules, count=count, seconds=seconds) as workers:
        while share := list(islice(rest, _TOGETHER)):
            waiting.append(workers.share(call, share))
            if len(waiting) > workers.count * _AHEAD:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


async def _share(
    workers: Workers, call: Callable[[T], R], share: Sequence[T]
) -> list[R | CallFault]:
    """The results of a few items. One by one where they could not be had together."""
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
