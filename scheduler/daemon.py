"""The daemon: one process that wakes when something is due, starts children, stops cleanly.

Not here: what a schedule means (`schedules`), when to wake (`clock`), what is due (`ledger`), what
runs when (`dispatcher`), the life of one child (`child`). Nothing here touches the network.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from hubwatch.errors import ConfigError, StorageError
from hubwatch.locks import Lock
from storage.archive import Archive
from storage.types import Outcome

from .child import ChildEnd, run_child
from .clock import AlarmClock
from .dispatcher import Batch, Dispatcher
from .events import note, warn
from .health.inspection import inspect_jobs
from .jobs import Clock, Inspector, Job, Limits, Plan, Service, command_of, deadline_of
from .ledger import Ledger
from .monitoring import DaemonStatus, Endpoint, answers
from .services import Services
from .skip_rules import every_rule
from .systemd import Notifier

_LOOK_SECONDS = 10.0  # also without an alarm: the clock may have been set, the machine suspended
_GATHER_SECONDS = 0.2  # alarms of one instant arrive one by one
_REPLAN = timedelta(seconds=60)


def run_daemon(
    plan: Plan,
    db_path: Path,
    clock: Clock,
    *,
    zone: str = "UTC",
    limits: Limits | None = None,
    listen: str = "",
) -> int:
    """Run `plan`'s jobs on their schedules and keep its services running, within `limits`, until
    SIGTERM or SIGINT.

    Then nothing new is started, children get SIGTERM and after the drain SIGKILL. Return 0. SIGHUP
    and a changed plan (looked at each minute) are taken up if valid, else the old one stays. Paused
    sources rest. Until when is told in `zone`. At the loopback address `listen`, if there is one,
    it says how it is.

    Raises Busy if another daemon serves this archive, ConfigError if the first plan
    is not valid, NoArchive, NewerSchema or StorageError if the archive cannot be used.
    """
    planned = tuple(plan())
    limits = limits or Limits()
    with (
        Lock(db_path, "daemon").acquire(timedelta(0), "hubwatch run"),
        Archive.open(db_path) as store,
    ):
        skip = every_rule(store, lambda name: dispatcher.job(name))  # noqa: PLW0108 - they come to be later
        dispatcher = Dispatcher(Ledger(store), limits, skip, zone, inspector_of(store))
        daemon = Daemon(plan, dispatcher, clock, limits, Notifier())
        if listen:
            daemon.endpoint = Endpoint(listen, answers(store, daemon.condition, clock))
        return asyncio.run(daemon.run(planned))


def inspector_of(store: Archive) -> Inspector:
    """Keeps the incidents of an archive's jobs in step. Gives how many notices that put up."""

    def inspect(jobs: Sequence[Job], now: datetime) -> int:
        return inspect_jobs(store, jobs, now).notices

    return inspect


class Daemon:
    """One life of the daemon, within one event loop."""

    def __init__(
        self, plan: Plan, dispatcher: Dispatcher, clock: Clock, limits: Limits, notifier: Notifier
    ) -> None:
        self._plan, self._dispatcher, self._clock = plan, dispatcher, clock
        self._limits, self._notifier = limits, notifier
        self._children: set[asyncio.Task[None]] = set()
        self._services = Services(limits)
        self._replan_at = 0.0
        self._refused = ""  # why the plan on disk is not the one in force
        self._stumbled = ""  # why the archive did not take the last step
        self.endpoint: Endpoint | None = None
        self._wake, self._stop = asyncio.Event(), asyncio.Event()
        self._alarm = AlarmClock(lambda name: self._wake.set())

    async def run(self, planned: Sequence[Job | Service]) -> int:
        """Serve until told to stop. Return the exit code."""
        self._listen()
        jobs = _jobs(planned)
        orphans = self._dispatcher.begin(jobs, self._clock())
        note("started", jobs=len(jobs), limit=self._limits.children, interrupted=orphans)
        self._alarm.set(jobs)
        self._alarm.start()
        if self.endpoint is not None:
            await self.endpoint.open()
        self._services.take(_services(planned))
        self._notifier.ready(self._status())
        try:
            while not self._stop.is_set():
                self._step()
                await self._pause()
        finally:
            self._alarm.stop()
            self._notifier.stopping()
            await self._drained()
            if self.endpoint is not None:
                await self.endpoint.close()
        note("stopped", waiting=self._dispatcher.waiting, unwritten=self._dispatcher.unwritten)
        return 0

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        self._replan_at = loop.time() + _REPLAN.total_seconds()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._halt, number.name)
        loop.add_signal_handler(signal.SIGHUP, self._hurry_plan)

    def _halt(self, name: str) -> None:
        note("stopping", signal=name, running=len(self._children), within=self._limits.drain)
        self._stop.set()
        self._wake.set()

    def _hurry_plan(self) -> None:
        self._notifier.reloading()
        self._replan_at = 0.0
        self._refused = ""  # who asks is told again
        self._wake.set()

    async def _pause(self) -> None:
        """Until something happens, or it is time to look anyway."""
        self._notifier.alive(self._status())
        with suppress(TimeoutError):
            bound = min(_LOOK_SECONDS, self._notifier.every or _LOOK_SECONDS)
            await asyncio.wait_for(self._wake.wait(), bound)
        if not self._stop.is_set():
            await asyncio.sleep(_GATHER_SECONDS)
        self._wake.clear()
        self._alarm.wake()

    def condition(self) -> DaemonStatus:
        """How it is now, for the endpoint."""
        old_plan = f"old plan in force: {self._refused}" if self._refused else ""
        return DaemonStatus(
            jobs=len(self._dispatcher.jobs),
            running=len(self._children),
            waiting=self._dispatcher.waiting,
            unwritten=self._dispatcher.unwritten,
            services=len(self._services.all),
            down=self._services.down,
            sources=tuple(job.name for job in self._dispatcher.jobs if job.is_of_source),
            others=tuple(job for job in self._dispatcher.jobs if not job.is_of_source),
            trouble="stopping" if self._stop.is_set() else self._stumbled or old_plan,
        )

    def _status(self) -> str:
        said = f"{len(self._dispatcher.jobs)} jobs, {len(self._children)} running"
        said += f", {self._dispatcher.waiting} waiting"
        said += "".join(f", {name} down" for name in self._services.down)
        return f"{said}; old plan in force: {self._refused}" if self._refused else said

    def _step(self) -> None:
        """Everything that can be done now. What the archive refuses is done at the next look."""
        try:
            self._dispatcher.write()
            self._replan()
            for batch in self._dispatcher.step(self._clock()):
                child = asyncio.create_task(self._child(batch))
                self._children.add(child)
                child.add_done_callback(self._children.discard)
            self._stumbled = ""
        except StorageError as error:
            self._stumbled = str(error)
            warn("stumbled", error=error)

    def _replan(self) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._replan_at:
            return
        asked = self._replan_at == 0.0
        try:
            planned = tuple(self._plan())
        except ConfigError as error:
            if str(error) != self._refused:
                warn("kept", plan="old", error=error)
            self._refused = str(error)
        else:
            self._refused = ""
            self._services.take(_services(planned))
            jobs = _jobs(planned)
            if jobs != self._dispatcher.jobs:
                self._dispatcher.take(jobs, self._clock())
                self._alarm.set(jobs)
                note("planned", jobs=len(jobs))
        self._replan_at = now + _REPLAN.total_seconds()  # not yet where the archive refused
        if asked:
            self._notifier.ready(self._status())

    async def _child(self, batch: Batch) -> None:
        """One child for a batch, to its end. Whatever happens, every slot gets its outcome."""
        names = ",".join(due.job.name for due in batch)
        note("began", job=names)
        limits = self._limits
        try:
            end = await run_child(
                command_of(batch), deadline_of(batch), self._stop, limits.drain, limits.memory
            )
        except Exception as error:
            warn("stumbled", job=names, error=repr(error))
            end = ChildEnd(Outcome.FAILED, None, (), 0.0, f"the daemon stumbled: {error!r}")
        self._dispatcher.ended(batch, end, self._clock())
        self._wake.set()

    async def _drained(self) -> None:
        """Wait for the children, which were told to stop by the same event as we were."""
        self._stop.set()
        await self._services.close()
        if self._children:
            await asyncio.wait(list(self._children))
        with suppress(StorageError):
            self._dispatcher.write()


def _jobs(planned: Sequence[Job | Service]) -> tuple[Job, ...]:
    return tuple(each for each in planned if isinstance(each, Job))


def _services(planned: Sequence[Job | Service]) -> tuple[Service, ...]:
    return tuple(each for each in planned if isinstance(each, Service))
