"""The daemon: looks what is due, starts it as children, writes down how it ended, stops cleanly.

Not here: what a schedule means (`schedule`), when to look (`clock`), what is owed (`ledger`), the
life of one child (`children`). Nothing here touches the network.
"""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from storage.errors import ConfigError, StorageError
from storage.locks import Lock
from storage.records import Slot
from storage.store import Store
from storage.types import Outcome

from .children import ChildEnd, run_child
from .clock import AlarmClock
from .events import note, warn
from .jobs import Clock, Due, Hold, Job, Plan, batches, command_of, deadline_of, nothing_held
from .ledger import Ledger
from .results import Result, results

BATCH = 8  # jobs of one group in one child
DRAIN = timedelta(seconds=20)
_LOOK_SECONDS = 10.0  # also without an alarm: the clock may have been set, the machine suspended
_GATHER_SECONDS = 0.2  # alarms of one instant arrive one by one
_REPLAN = timedelta(seconds=60)


def run_daemon(
    plan: Plan,
    db_path: Path,
    clock: Clock,
    *,
    limit: int = 2,
    drain: timedelta = DRAIN,
    hold: Hold = nothing_held,
) -> int:
    """Run `plan`'s jobs on their schedules, `limit` children at a time, until SIGTERM or SIGINT.

    Then nothing new is started, children get SIGTERM and after `drain` SIGKILL; returns 0. SIGHUP
    and a changed plan (looked at each minute) are taken up if valid; else the old one stays.
    Raises Busy if another daemon serves this archive, ConfigError if the first plan is not valid,
    NoArchive, NewerSchema or StorageError if the archive cannot be used.
    """
    jobs = tuple(plan())
    with (
        Lock(db_path, "daemon").acquire(timedelta(0), "hubwatch run"),
        Store.open(db_path) as store,
    ):
        daemon = Daemon(plan, Ledger(store), clock, limit, drain, hold)
        return asyncio.run(daemon.run(jobs))


class Daemon:
    """One life of the daemon, within one event loop."""

    def __init__(
        self, plan: Plan, ledger: Ledger, clock: Clock, limit: int, drain: timedelta, hold: Hold
    ) -> None:
        self._plan, self._ledger, self._clock = plan, ledger, clock
        self._limit, self._drain, self._hold = limit, drain, hold
        self._jobs: dict[str, Job] = {}
        self._next: dict[str, datetime] = {}  # when each job's slots have to be settled again
        self._waiting: dict[str, Due] = {}
        self._running: dict[asyncio.Task[None], tuple[Due, ...]] = {}
        self._unwritten: list[tuple[Result, datetime]] = []
        self._replan_at: float = 0.0
        self._wake, self._stop = asyncio.Event(), asyncio.Event()
        self._alarm = AlarmClock(lambda name: self._wake.set())

    async def run(self, jobs: tuple[Job, ...]) -> int:
        """Serve until told to stop; returns the exit code."""
        self._listen()
        orphans = self._ledger.recover(jobs, self._clock())
        note("started", jobs=len(jobs), limit=self._limit, interrupted=orphans)
        self._take(jobs)
        self._alarm.start()
        try:
            while not self._stop.is_set():
                self._step()
                await self._pause()
        finally:
            self._alarm.stop()
            await self._drained()
        note("stopped", waiting=len(self._waiting), unwritten=len(self._unwritten))
        return 0

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        self._replan_at = loop.time() + _REPLAN.total_seconds()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._halt, number.name)
        loop.add_signal_handler(signal.SIGHUP, self._hurry_plan)

    def _halt(self, name: str) -> None:
        note("stopping", signal=name, running=len(self._running), within=self._drain)
        self._stop.set()
        self._wake.set()

    def _hurry_plan(self) -> None:
        self._replan_at = 0.0
        self._wake.set()

    async def _pause(self) -> None:
        """Until something happens, or it is time to look anyway."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), _LOOK_SECONDS)
        if not self._stop.is_set():
            await asyncio.sleep(_GATHER_SECONDS)
        self._wake.clear()
        self._alarm.look()

    def _step(self) -> None:
        """Everything that can be done now. What the archive refuses is done at the next look."""
        try:
            self._write()
            self._replan()
            self._settle(self._clock())
            self._start()
        except StorageError as error:
            warn("stumbled", error=error)

    def _replan(self) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._replan_at:
            return
        self._replan_at = now + _REPLAN.total_seconds()
        try:
            jobs = tuple(self._plan())
        except ConfigError as error:
            warn("kept", plan="old", error=error)
            return
        if {job.name: job for job in jobs} != self._jobs:
            self._take(jobs)
            note("planned", jobs=len(jobs))

    def _take(self, jobs: tuple[Job, ...]) -> None:
        """Serve these jobs from now on; what runs goes on."""
        wanted = {job.name: job for job in jobs}
        gone = self._jobs.keys() - wanted.keys()
        self._ledger.drop(gone, self._clock())
        for name in gone:
            self._next.pop(name, None)
            self._waiting.pop(name, None)
        for name, job in wanted.items():
            if self._jobs.get(name) != job:
                self._next.pop(name, None)
            if name in self._waiting:
                self._waiting[name] = Due(job, self._waiting[name].slot)
        self._jobs = wanted
        self._alarm.set(jobs)

    def _settle(self, now: datetime) -> None:
        for name, job in self._jobs.items():
            if name in self._next and self._next[name] > now:
                continue
            settled = self._ledger.settle(job, now, self._why(name))
            if settled.skipped:
                note("skipped", job=name, slots=settled.skipped, reason=self._why(name))
            if settled.due:
                self._admit(job, settled.due, now)
            self._next[name] = settled.next_at

    def _why(self, name: str) -> str:
        """The reason for skipping older slots of a job of which a newer one is due."""
        if any(due.job.name == name for batch in self._running.values() for due in batch):
            return "the run before went on"
        return "no room in time" if name in self._waiting else "caught up"

    def _admit(self, job: Job, slot: Slot, now: datetime) -> None:
        self._waiting.pop(job.name, None)
        if reason := self._hold(job.name, now):
            self._ledger.skip(slot, now, reason)
            note("skipped", job=job.name, slots=1, reason=reason)
        else:
            self._waiting[job.name] = Due(job, slot)

    def _start(self) -> None:
        busy = {due.job.name for batch in self._running.values() for due in batch}
        ready = [due for name, due in self._waiting.items() if name not in busy]
        for batch in batches(ready, BATCH)[: max(0, self._limit - len(self._running))]:
            claimed = self._ledger.claim(batch, self._clock())
            for due in batch:
                del self._waiting[due.job.name]
            if claimed:
                self._running[asyncio.create_task(self._run(claimed))] = claimed

    async def _run(self, batch: tuple[Due, ...]) -> None:
        """One child for a batch, to its end; whatever happens, every slot gets its outcome."""
        try:
            await self._child(batch)
        finally:
            self._running = {
                task: due for task, due in self._running.items() if task != asyncio.current_task()
            }
            self._wake.set()

    async def _child(self, batch: tuple[Due, ...]) -> None:
        names = ",".join(due.job.name for due in batch)
        note("began", job=names)
        try:
            end = await run_child(command_of(batch), deadline_of(batch), self._stop, self._drain)
        except Exception as error:
            warn("stumbled", job=names, error=repr(error))
            end = ChildEnd(Outcome.FAILED, None, (), 0.0, f"the daemon stumbled: {error!r}")
        now = self._clock()
        for result in results(batch, end):
            self._unwritten.append((result, now))
            self._tell(result, end, now)
        with suppress(StorageError):  # kept, and tried again at the next step
            self._write()

    def _write(self) -> None:
        while self._unwritten:
            result, at = self._unwritten[0]
            self._ledger.end([result], at)
            del self._unwritten[0]

    def _tell(self, result: Result, end: ChildEnd, now: datetime) -> None:
        tell = note if result.outcome in (Outcome.OK, Outcome.UNCHANGED) else warn
        late = now - timedelta(seconds=end.seconds) - result.due.slot.due_at
        reason = {"reason": result.reason} if result.reason else {}
        tell(
            "ended",
            job=result.due.job.name,
            outcome=result.outcome,
            due=result.due.slot.due_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            late=late.total_seconds(),
            seconds=end.seconds,
            **reason,
        )

    async def _drained(self) -> None:
        """Wait for the children, which were told to stop by the same event as we were."""
        self._stop.set()
        if self._running:
            await asyncio.wait(list(self._running))
        with suppress(StorageError):
            self._write()
