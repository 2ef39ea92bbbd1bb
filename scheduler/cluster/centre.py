"""The centre's part of a crawl elsewhere: slice out, ticket sent, answer fetched and merged.

The archive is the truth, the queue only carries. Everything that Redis is asked goes through one
thread, so that a Redis that is down holds up nothing but what goes through it. Slices are cut and
answers merged in children, as any other command is run.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from hubwatch.errors import HubwatchError, StorageError
from storage.archive import Archive
from storage.attempts import CRAWL, OPEN, AttemptState, RemoteAttempt
from storage.slices import AnswerState, SliceTicket
from storage.types import Outcome

from ..child import ChildEnd, Start, run_child
from ..events import note, warn
from ..health.inspection import inspect_slices
from ..jobs import Clock, Due, Limits, PlaceStatus
from ..ledger import Ledger
from .link import AttemptView, CentreLink, LinkError, PlaceView
from .tickets import (
    FAILED,
    HEAD,
    ClusterConfig,
    ClusterPlace,
    Ticket,
    deadline_text,
    printable,
)

T = TypeVar("T")

ATTEMPTS = 3
"""So often a job is tried before its slot has failed."""
LATE = timedelta(hours=1)
"""So long after its end an answer to an attempt is still looked for, to be put on record."""
_LOOK = 1.0  # seconds between two looks at a place where something is out
_CALM = 5.0  # at one where nothing is
_SWEEP = 20.0  # between two looks for what is to be cleared
_CHILD = timedelta(minutes=15)  # for cutting a slice
_MERGES = 3  # times a merge that was cut off is tried
_MARGIN = timedelta(seconds=5)  # by which a child's clock may differ from ours
_SILENT = "nothing was heard of it"
_HOLD = timedelta(minutes=10)  # beyond what an attempt may take


@dataclass(slots=True)
class _Place:
    """A place as it was seen last. `seen_at` is in seconds of the steady clock."""

    config: ClusterPlace
    link: CentreLink
    view: PlaceView = field(default_factory=PlaceView)
    reachable: bool = False
    trouble: str = ""
    seen_at: float = 0.0
    sent_at: float = -1e9  # when something was sent last, for `purge`
    jobs: int = 0

    @property
    def has_worker(self) -> bool:
        return self.reachable and bool(self.view.beats)


@dataclass(slots=True)
class _Watch:
    """When an attempt was last seen to be in somebody's hands, or safe in the queue."""

    alive_at: float
    node: str = ""


class Centre:
    """All places of a daemon. Belongs to one event loop."""

    def __init__(
        self,
        store: Archive,
        config: ClusterConfig,
        limits: Limits,
        clock: Clock,
        start: Start | None = None,
    ) -> None:
        self._store, self._config, self._limits, self._clock = store, config, limits, clock
        self._start = start
        self._places = {
            each.name: _Place(each, CentreLink(each.server, each.name)) for each in config.places
        }
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="cluster")
        self._one = asyncio.Semaphore(1)  # one child of ours at a time
        self._watched: dict[str, dict[str, RemoteAttempt]] = {name: {} for name in self._places}
        self._going: set[str] = set()  # the sources that are crawled elsewhere now
        self._wake: Callable[[], None] = lambda: None
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    # What the dispatcher and the daemon ask.

    def begin(self, wake: Callable[[], None]) -> None:
        """Begin to look at the places. `wake` is called where one has a worker again."""
        self._wake = wake
        self._tasks = [asyncio.create_task(self._look_on(each)) for each in self._places.values()]
        self._tasks.append(asyncio.create_task(self._sweep_on()))

    async def close(self) -> None:
        """Look no more. What is out stays out, and is taken up by the next daemon."""
        self._stop.set()
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        self._thread.shutdown(wait=False, cancel_futures=True)

    def room(self, place: str) -> int:
        """How many more jobs may go to a place now: none where it has no worker."""
        found = self._places.get(place)
        if found is None or not found.has_worker:
            return 0
        return max(0, found.config.jobs - found.jobs)

    def has_worker(self, place: str) -> bool:
        """Whether somebody works there."""
        found = self._places.get(place)
        return found is not None and found.has_worker

    def is_out(self, source_id: str) -> bool:
        """Whether an attempt of a source is out. Raises StorageError."""
        attempt = self._store.sources.slices.attempts.open_of(source_id)
        return attempt is not None and attempt.place in self._places

    def status(self) -> tuple[PlaceStatus, ...]:
        """How the places are."""
        return tuple(
            PlaceStatus(
                name,
                is_reachable=each.reachable,
                workers=len(each.view.beats),
                busy=sum(bool(beat.attempt) for beat in each.view.beats),
                out=each.jobs,
                trouble=each.trouble,
            )
            for name, each in self._places.items()
        )

    async def crawl(self, due: Due, stop: asyncio.Event) -> ChildEnd:
        """A job's slot, filled elsewhere: to its end, or until `stop`. Then what is out stays out
        and is taken up the next time."""
        began = time.monotonic()
        adopted = self._store.sources.slices.attempts.open_of(due.job.name)
        place = self._places.get(adopted.place if adopted else due.place)
        if place is None:  # the attempt is at a place that is not configured any more
            return _ended(Outcome.FAILED, "its place is not configured any more", began)
        place.jobs += 1
        self._going.add(due.job.name)
        try:
            end = await self._crawl(due, place, adopted, stop)
        finally:
            place.jobs -= 1
            self._going.discard(due.job.name)
        return _ended(end.outcome, end.reason, began, end.lines)

    async def _crawl(
        self, due: Due, place: _Place, adopted: RemoteAttempt | None, stop: asyncio.Event
    ) -> ChildEnd:
        job = adopted.job if adopted else secrets.token_hex(8)
        number = adopted.attempt if adopted else 1
        attempt, lost = adopted, ""
        for _ in range(ATTEMPTS):
            if attempt is None:
                attempt = self._plan(due, place, job, number)
            if attempt.state is AttemptState.PLANNED:
                end = await self._send(due, place, attempt, stop)
                if end is not None:
                    return end
                attempt = self._again(attempt)
            if attempt.state is AttemptState.SENT:
                end = await self._follow(due, place, attempt, stop)
                if end is not None:
                    return end
                attempt = self._again(attempt)
            lost = attempt.reason
            if not await self._let_go(place, attempt, stop):
                return _INTERRUPTED
            attempt, number = None, number + 1
        return ChildEnd(Outcome.FAILED, None, (), 0.0, f"{ATTEMPTS} attempts were lost: {lost}")

    def _again(self, attempt: RemoteAttempt) -> RemoteAttempt:
        found = self._store.sources.slices.attempts.get(attempt.job, attempt.attempt)
        assert found is not None
        return found

    def _plan(self, due: Due, place: _Place, job: str, number: int) -> RemoteAttempt:
        now = self._clock()
        with self._store.writing() as tx:
            return tx.sources.slices.attempts.plan(
                job, number, due.job.name, place.config.name, now + due.job.deadline, now
            )

    async def _send(
        self, due: Due, place: _Place, attempt: RemoteAttempt, stop: asyncio.Event
    ) -> ChildEnd | None:
        """Cut the slice and send it. None where it is out. A Redis that is down is waited for."""
        seconds = int(due.job.deadline.total_seconds())
        known = self._store.sources.slices.get(attempt.job, attempt.attempt)
        if known is not None:  # it was cut before this daemon began; what was cut is gone
            self._lose(attempt, "the daemon ended before it was sent")
            return None
        with TemporaryDirectory(prefix=".slice-", dir=self._store.path.absolute().parent) as folder:
            path = Path(folder) / "slice"
            hold = 2 * due.job.deadline + self._config.silence + _HOLD
            end = await self._child(
                due, stop,
                "slice", "out", due.job.name, "--to", str(path), "--job", attempt.job,
                "--attempt", str(attempt.attempt), "--place", place.config.name,
                "--hold", f"{int(hold.total_seconds())}s", "--wait", "5m", "--json",
            )  # fmt: skip
            cut = _said(end)
            if end.outcome is not Outcome.OK or cut is None:
                self._over(attempt, end.reason or "no slice was cut")
                return _INTERRUPTED if stop.is_set() else end
            data = path.read_bytes()
        if len(data) > self._config.bytes:
            reason = f"its slice has {len(data)} bytes; {self._config.bytes} are the most"
            self._over(attempt, reason)
            return ChildEnd(Outcome.FAILED, None, (), 0.0, reason)
        deadline = self._clock() + due.job.deadline
        ticket = Ticket(
            job=attempt.job,
            attempt=attempt.attempt,
            work=CRAWL,
            deadline=deadline_text(deadline),
            seconds=seconds,
            silence=self._config.silence.total_seconds(),
            sha256=str(cut.get("sha256")),
            bytes=len(data),
            answer_bytes=self._config.bytes,
        )
        expiry = int(2 * due.job.deadline.total_seconds()) + 60
        while True:
            try:
                message = await self._ask(place, lambda: place.link.send(ticket, data, expiry))
                break
            except LinkError as error:
                if self._clock() > deadline:
                    # It may be in the queue: only its answer failed. So it is lost, not over.
                    self._lose(attempt, str(error))
                    return None
                if await _stopped(stop, _CALM):
                    return _INTERRUPTED
        with self._store.writing() as tx:
            tx.sources.slices.attempts.sent(attempt, message, deadline, self._clock())
        note("sent", job=due.job.name, attempt=attempt.name, place=place.config.name,
            bytes=len(data))  # fmt: skip
        return None

    async def _follow(
        self, due: Due, place: _Place, attempt: RemoteAttempt, stop: asyncio.Event
    ) -> ChildEnd | None:
        """Wait for the answer of an attempt. None where it was lost."""
        watched = self._watched[place.config.name]
        watched[attempt.name] = attempt
        began = time.monotonic()
        watch = _Watch(began)
        try:
            while True:
                if await _stopped(stop, _LOOK / 2):
                    return _INTERRUPTED
                view = self._view_of(place, attempt, began)
                if view is None:
                    watch.alive_at = time.monotonic()  # nobody can tell
                    if self._clock() > attempt.deadline + _HOLD:
                        self._lose(attempt, place.trouble or "Redis was down until its deadline")
                        return None
                    continue
                if view.answer:
                    end = await self._fetch(due, place, attempt, view, stop)
                    if end is not None or self._is_lost(attempt):
                        return end
                    continue
                lost = self._judge(place, attempt, view, watch)
                if lost:
                    self._lose(attempt, lost)
                    return None
        finally:
            watched.pop(attempt.name, None)

    def _is_lost(self, attempt: RemoteAttempt) -> bool:
        return self._again(attempt).state is not AttemptState.SENT

    def _view_of(self, place: _Place, attempt: RemoteAttempt, since: float) -> AttemptView | None:
        """The attempt as it was seen since then. None where Redis does not answer."""
        if not place.reachable or place.seen_at <= since:
            return None
        return place.view.attempts.get(attempt.name)

    def _judge(
        self, place: _Place, attempt: RemoteAttempt, view: AttemptView, watch: _Watch
    ) -> str:
        """Why an attempt is lost, or empty. It is alive while a beat names it, or while it waits in
        the queue and all workers are busy."""
        now, beats = time.monotonic(), place.view.beats
        named = next((each for each in beats if each.attempt == attempt.name), None)
        if named is not None:
            watch.alive_at = now
            if watch.node != named.node:
                watch.node = named.node
                with self._store.writing() as tx:
                    tx.sources.slices.attempts.taken(attempt, named.node)
        elif view.is_there and not view.is_taken and beats and all(e.attempt for e in beats):
            watch.alive_at = now
        if self._clock() > attempt.deadline:
            return "its deadline passed"
        if now - watch.alive_at > self._config.silence.total_seconds():
            return f"{_SILENT} for {self._config.silence.total_seconds():g} seconds"
        return ""

    async def _fetch(
        self,
        due: Due,
        place: _Place,
        attempt: RemoteAttempt,
        view: AttemptView,
        stop: asyncio.Event,
    ) -> ChildEnd | None:
        """Take in an answer. None where Redis did not give it, or the attempt is lost by it."""
        bound = self._config.bytes
        if view.answer > bound + HEAD:
            reason = f"its answer has {view.answer} bytes; {bound} are the most"
            return await self._refuse(place, attempt, reason, view.answer, stop)
        try:
            found = await self._ask(
                place, lambda: place.link.answer(attempt.job, attempt.attempt, bound)
            )
        except LinkError:
            return None
        if found.startswith(FAILED):
            self._lose(attempt, printable(found[len(FAILED) :]) or "its worker gave it up")
            return None
        digest = _digest_of(found)
        if digest is None:
            return await self._refuse(place, attempt, "its answer is none", len(found), stop)
        end = await self._merge(due, attempt, digest, found[HEAD:], stop)
        said = _said(end) or {}
        state = said.get("state")
        if state in (AnswerState.MERGED, AnswerState.ALREADY_MERGED):
            with self._store.writing() as tx:
                tx.sources.slices.attempts.end(attempt, AttemptState.MERGED, self._clock())
            await self._clear(place, attempt)
            return end
        if stop.is_set():
            return _INTERRUPTED
        reason = str(said.get("reason") or end.reason)[:300]
        self._lose(attempt, f"its answer was {state}: {reason}" if state else reason)
        # It need not be from whoever took the ticket, who may be asking the hosts still.
        await self._let_go(place, self._again(attempt), stop)
        outcome = Outcome.PARTIAL if state == AnswerState.LATE else Outcome.FAILED
        return ChildEnd(outcome, end.returncode, (), end.seconds, f"{state or 'failed'}: {reason}")

    async def _merge(
        self, due: Due, attempt: RemoteAttempt, digest: str, data: bytes, stop: asyncio.Event
    ) -> ChildEnd:
        """Merge an answer in a child; again where that was cut off."""
        with TemporaryDirectory(prefix=".slice-", dir=self._store.path.absolute().parent) as folder:
            path = Path(folder) / "answer"
            path.write_bytes(data)
            for _ in range(_MERGES):
                end = await self._child(
                    due, stop, "slice", "merge", str(path), "--sha256", digest, "--job",
                    attempt.job, "--attempt", str(attempt.attempt), "--wait", "5m", "--json",
                )  # fmt: skip
                if _said(end) is not None or stop.is_set():
                    break
                warn("merge", attempt=attempt.name, failed=end.reason)
        return end

    async def _refuse(
        self,
        place: _Place,
        attempt: RemoteAttempt,
        reason: str,
        size: int,
        stop: asyncio.Event,
    ) -> ChildEnd:
        """An answer that no crawl of ours makes: on record, with an incident, and nothing of it
        used. Its hosts are free only once its worker is known to be done."""
        now, ticket = self._clock(), self._slice_of(attempt)
        with self._store.writing() as tx:
            tx.sources.slices.record_answer(
                ticket, AnswerState.REFUSED, reason, sha256="", size=size, now=now,
                node=self._again(attempt).node,
            )  # fmt: skip
        warn("refused", attempt=attempt.name, place=place.config.name, reason=reason)
        inspect_slices(self._store, now)
        self._lose(attempt, reason)
        with suppress(LinkError):
            await self._ask(place, lambda: place.link.remove_answer(attempt.job, attempt.attempt))
        await self._let_go(place, self._again(attempt), stop)
        return ChildEnd(Outcome.FAILED, None, (), 0.0, reason)

    def _slice_of(self, attempt: RemoteAttempt) -> SliceTicket | None:
        return self._store.sources.slices.get(attempt.job, attempt.attempt)

    def _lose(self, attempt: RemoteAttempt, reason: str) -> None:
        """Give an attempt up. Its hosts stay held: its worker may still be at it."""
        warn("lost", job=attempt.source_id, attempt=attempt.name, reason=reason)
        with self._store.writing() as tx:
            tx.sources.slices.attempts.lose(attempt, reason, self._clock())

    def _over(self, attempt: RemoteAttempt, reason: str) -> None:
        """It is lost, and nobody is at it."""
        now, ticket = self._clock(), self._slice_of(attempt)
        with self._store.writing() as tx:
            tx.sources.slices.attempts.lose(attempt, reason, now)
            tx.sources.slices.attempts.end(attempt, AttemptState.OVER, now)
            if ticket is not None:
                tx.sources.slices.lose(ticket, now, reason)
        inspect_slices(self._store, now)

    async def _let_go(self, place: _Place, attempt: RemoteAttempt, stop: asyncio.Event) -> bool:
        """Wait until nobody is at a lost attempt: it was never taken, a beat of its worker does not
        name it any more, or nothing was heard of it for so long that its worker is gone or has
        ended it by itself. False where `stop` came first."""
        silence, began = self._config.silence.total_seconds(), time.monotonic()
        # A Redis that lost its memory does not know who took it, but workers say so soon.
        untaken = self._config.beat_expiry.total_seconds()
        # Whatever the clocks say and whether Redis answers or not: so long no worker goes on.
        last = _last_of(attempt, self._config)
        quiet_since, node = began, self._again(attempt).node
        if attempt.reason.startswith(_SILENT):
            quiet_since -= silence
        while self._clock() <= last:
            try:
                taken = await self._ask(
                    place,
                    lambda: place.link.withdraw(attempt.job, attempt.attempt, attempt.message),
                )
            except LinkError:
                quiet_since = time.monotonic()  # nobody can tell
            else:
                at, beats = time.monotonic(), place.view.beats
                fresh = place.reachable and place.seen_at > began
                if any(each.attempt == attempt.name for each in beats):
                    quiet_since = at
                # Its worker does something else, never had it, or is gone.
                elif (fresh and any(each.node == node for each in beats)) or at - quiet_since > (
                    silence if taken or not fresh else untaken
                ):
                    break
            if await _stopped(stop, _LOOK):
                return False
        self._over(attempt, attempt.reason)
        return True

    # What goes on beside the jobs.

    async def _look_on(self, place: _Place) -> None:
        while not self._stop.is_set():
            watched = self._watched[place.config.name]
            asked = [(each.job, each.attempt) for each in watched.values()]
            began, had_worker = time.monotonic(), place.has_worker
            try:
                place.view = await self._ask(place, lambda: place.link.view(asked))  # noqa: B023
            except LinkError as error:
                if place.reachable or not place.trouble:
                    warn("place", name=place.config.name, failed=error)
                place.reachable, place.trouble = False, str(error)
            else:
                if not place.reachable:
                    note("place", name=place.config.name, workers=len(place.view.beats))
                # What was asked for before it was answered is as of then.
                place.reachable, place.trouble, place.seen_at = True, "", began
                if place.has_worker and not had_worker:
                    self._wake()
            await _stopped(self._stop, _LOOK if watched or place.jobs else _CALM / 2)

    async def _sweep_on(self) -> None:
        while not await _stopped(self._stop, min(_SWEEP, self._config.silence.total_seconds())):
            try:
                for attempt in self._store.sources.slices.attempts.uncleared():
                    await self._sweep(attempt)
                for place in self._places.values():
                    await self._empty(place)
            except StorageError as error:
                warn("error", what="look for what is to be cleared", error=error)

    async def _sweep(self, attempt: RemoteAttempt) -> None:
        """Put a late answer on record, and clear what is left of an attempt that is over."""
        place, now = self._places.get(attempt.place), self._clock()
        if attempt.state in OPEN:
            if attempt.source_id not in self._going and now > _last_of(attempt, self._config):
                self._over(attempt, attempt.reason or "its source is not crawled there any more")
            return
        if place is None:
            return
        try:
            bound = self._config.bytes
            found = await self._ask(
                place, lambda: place.link.answer(attempt.job, attempt.attempt, bound)
            )
            if found and not found.startswith(FAILED):
                await self._late(attempt, found)
            if found:
                await self._ask(
                    place, lambda: place.link.remove_answer(attempt.job, attempt.attempt)
                )
            if now > (attempt.ended_at or now) + LATE:
                await self._clear(place, attempt)
                with self._store.writing() as tx:
                    tx.sources.slices.attempts.end(attempt, AttemptState.CLEARED, now)
        except LinkError:
            return  # the next time

    async def _late(self, attempt: RemoteAttempt, found: bytes) -> None:
        """A second answer, or one to an attempt that is over: on record, not applied."""
        ticket, digest = self._slice_of(attempt), _digest_of(found)
        if ticket is None:
            return
        state, reason = AnswerState.LATE, "it came when the attempt was over"
        if digest is None or len(found) > self._config.bytes + HEAD:
            state, reason = AnswerState.REFUSED, "its answer is none, and came late"
        warn("late", attempt=attempt.name, state=state.value)
        with self._store.writing() as tx:
            tx.sources.slices.record_answer(
                ticket, state, reason, sha256=digest or "", size=max(0, len(found) - HEAD),
                now=self._clock(), node=attempt.node,
            )  # fmt: skip

    async def _empty(self, place: _Place) -> None:
        """Where nothing is out, nothing is to be in the queue."""
        if place.jobs or not place.reachable or not place.view.queued:
            return
        attempts = self._store.sources.slices.attempts.uncleared()
        if any(each.state in OPEN and each.place == place.config.name for each in attempts):
            return
        with suppress(LinkError):
            await self._ask(place, place.link.purge)

    async def _clear(self, place: _Place, attempt: RemoteAttempt) -> None:
        with suppress(LinkError):
            await self._ask(
                place,
                lambda: place.link.clear(attempt.job, attempt.attempt, attempt.message),
            )

    async def _child(self, due: Due, stop: asyncio.Event, *words: str) -> ChildEnd:
        assert due.job.elsewhere is not None
        async with self._one:
            began = self._clock()
            end = await run_child(
                (*due.job.elsewhere.command, *words),
                max(_CHILD, due.job.deadline),
                stop,
                self._limits.drain,
                self._limits.memory,
                start=self._start,
            )
        if end.pid:  # a merge that was cut off leaves no run open
            Ledger(self._store).close_runs(end, began - _MARGIN, self._clock())
        return end

    async def _ask(self, place: _Place, call: Callable[[], T]) -> T:
        """Have the one thread ask Redis. Raises LinkError."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, call)
        except HubwatchError as error:
            raise LinkError(str(error)) from error
        except RuntimeError:  # the thread was shut down
            raise LinkError("the daemon is stopping") from None


_INTERRUPTED = ChildEnd(
    Outcome.INTERRUPTED, None, (), 0.0, "the daemon was stopped; what is out is taken up again"
)


def _last_of(attempt: RemoteAttempt, config: ClusterConfig) -> datetime:
    """When nobody is at an attempt any more, whatever clocks say and whether Redis answers."""
    return attempt.deadline + (attempt.deadline - attempt.planned_at) + config.silence


async def _stopped(stop: asyncio.Event, seconds: float) -> bool:
    """Wait so long. Whether that was asked to end."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()


def _ended(outcome: Outcome, reason: str, began: float, lines: Sequence[str] = ()) -> ChildEnd:
    return ChildEnd(outcome, None, tuple(lines), time.monotonic() - began, reason)


def _said(end: ChildEnd) -> dict[str, object] | None:
    """The JSON object that a child of ours printed last."""
    try:
        found = json.loads(end.lines[-1])
    except (IndexError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _digest_of(found: bytes) -> str | None:
    """The checksum that an answer says it has."""
    head = found[:HEAD]
    text = head[:-1].decode("ascii", "replace")
    is_one = len(head) == HEAD and head.endswith(b"\n") and set(text) <= set("0123456789abcdef")
    return text if is_one else None
