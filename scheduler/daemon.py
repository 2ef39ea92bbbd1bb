"""The daemon: one process that wakes when something is due, starts children, stops cleanly.

Not here: what a schedule means (`schedules`), when to wake (`clock`), what is due (`ledger`), what
runs when (`dispatcher`), the life of one child (`child`). Nothing here touches the network.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from hubwatch.errors import ConfigError, StorageError
from hubwatch.fork_server import Preload
from hubwatch.locks import Lock
from storage.archive import Archive
from storage.database import identity_of
from storage.maintenance import MachineEvent
from storage.types import Outcome

from .child import ChildEnd, run_child, spawn
from .clock import AlarmClock
from .dispatcher import Batch, Dispatcher
from .emergency import Emergency, Trouble
from .events import note, warn
from .health.inspection import inspect_jobs
from .jobs import (
    Clock,
    Inspector,
    Job,
    Limits,
    Plan,
    Purpose,
    Service,
    command_of,
    deadline_of,
)
from .ledger import Ledger
from .monitoring import DaemonStatus, Endpoint, answers
from .preloaded import Preloaded
from .services import Services
from .skip_rules import every_rule
from .systemd import Notifier

if TYPE_CHECKING:
    from .cluster.centre import Centre
    from .cluster.tickets import ClusterConfig

EXTRA_MISSING = "the extra is missing; `pip install 'hubwatch[cluster]'` brings it"
"""Why a configuration with places cannot be used."""
_LOOK_SECONDS = 10.0  # also without an alarm: the clock may have been set, the machine suspended
_GATHER_SECONDS = 0.2  # alarms of one instant arrive one by one
_REPLAN = timedelta(seconds=60)
_JUMP = timedelta(minutes=2)  # by so much no clock is led back to the right time
_BEHIND = timedelta(minutes=5)  # that the clock may be behind the archive's last run


def run_daemon(
    plan: Plan,
    db_path: Path,
    clock: Clock,
    *,
    zone: str = "UTC",
    limits: Limits | None = None,
    listen: str = "",
    preload: tuple[tuple[str, ...], Preload] | None = None,
    cluster: ClusterConfig | None = None,
    broadcast: tuple[str, ...] = (),
) -> int:
    """Run `plan`'s jobs on their schedules and keep its services running, within `limits`, until
    SIGTERM or SIGINT.

    Then nothing new is started, children get SIGTERM and after the drain SIGKILL. Return 0. SIGHUP
    and a changed plan (looked at each minute) are taken up if valid, else the old one stays. Paused
    sources rest. Until when is told in `zone`. At the loopback address `listen`, if there is one,
    it says how it is. Children whose command line begins as `preload` says are
    forked from a process that has that ready. All others are new processes. Jobs that run elsewhere
    go to the places of `cluster`. `broadcast`, if it is there, is run with a text behind it that
    people have to know and the archive cannot take.

    Raises Busy if another daemon serves this archive, ConfigError if the first plan
    is not valid, NoArchive, NewerSchema or StorageError if the archive cannot be used.
    """
    planned = tuple(plan())
    limits = limits or Limits()
    with (
        Lock(db_path, "daemon").acquire(timedelta(0), "hubwatch run") as lock,
        Archive.open(db_path) as store,
    ):
        skip = every_rule(store, lambda name: dispatcher.job(name))  # noqa: PLW0108 - they come to be later
        preloaded = Preloaded(*preload) if preload else None
        centre = None
        if cluster is not None and cluster.places:
            try:
                from .cluster.centre import Centre  # loads what only a cluster needs
            except ImportError:
                raise ConfigError(EXTRA_MISSING) from None
            start = preloaded.start if preloaded is not None else spawn
            centre = Centre(store, cluster, limits, clock, start)
        dispatcher = Dispatcher(Ledger(store), limits, skip, zone, inspector_of(store), centre)
        machine = MachineWatch(store, clock)
        daemon = Daemon(plan, dispatcher, machine, limits, Notifier(), preloaded, centre)
        daemon.lock = lock
        if broadcast:
            daemon.emergency = Emergency(broadcast, limits, preloaded.start if preloaded else spawn)
        if listen:
            daemon.endpoint = Endpoint(listen, answers(store, daemon.condition, clock))
        return asyncio.run(daemon.run(planned))


def inspector_of(store: Archive) -> Inspector:
    """Keeps the incidents of an archive's jobs in step. Gives how many notices that put up."""

    def inspect(jobs: Sequence[Job], now: datetime) -> int:
        return inspect_jobs(store, jobs, now).notices

    return inspect


def _steady() -> float:
    """Seconds that go on while the machine sleeps, and that nobody sets."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file it is. None where there is none."""
    try:
        return identity_of(path)
    except OSError:
        return None


class MachineWatch:
    """What the daemon sees of its machine, kept in the archive while it holds: the configuration on
    disk is refused, or the clock jumped. Each method says whether that is news, and raises
    StorageError."""

    def __init__(self, store: Archive, clock: Clock, steady: Callable[[], float] = _steady) -> None:
        self.clock = clock
        self._store, self._steady = store, steady
        self._last: tuple[datetime, float] | None = None
        self._known: dict[MachineEvent, str] = {}  # what is on record, so that it is written once
        self._file = _identity(store.path)

    def begin(self) -> None:
        """A daemon begins: its configuration is good. The clock may be behind what is on record."""
        now, latest = self.clock(), self._store.runs.written_until()
        self._known = {
            kind: each.detail for kind, each in self._store.maintenance.machine_events().items()
        }
        self.accepted()
        if latest is not None and latest > now + _BEHIND:
            self._note(MachineEvent.CLOCK_JUMPED, now, (now - latest).total_seconds())

    def require_archive(self) -> None:
        """Raise StorageError where the archive's file is not the one that we write to: what
        is written then is in no file that others see."""
        if self._file != _identity(self._store.path):
            raise StorageError(
                f"{self._store.path}: is gone, or another file than the daemon opened; "
                "put it back, or restart the daemon"
            )

    def rejected(self, error: str) -> bool:
        """The configuration on disk cannot be used."""
        return self._note(MachineEvent.CONFIG_REJECTED, self.clock(), error)

    def accepted(self) -> bool:
        """The configuration on disk is the one in force."""
        return self._end(MachineEvent.CONFIG_REJECTED)

    def compare(self) -> bool:
        """Look whether the clock went as fast as time did since the last look."""
        now, steady = self.clock(), self._steady()
        last, self._last = self._last, (now, steady)
        if last is None:
            return False
        by = now - last[0] - timedelta(seconds=steady - last[1])
        return abs(by) > _JUMP and self._note(MachineEvent.CLOCK_JUMPED, now, by.total_seconds())

    def worked(self) -> bool:
        """A crawl or a job has worked: what the clock did is over."""
        return self._end(MachineEvent.CLOCK_JUMPED)

    def _note(self, kind: MachineEvent, at: datetime, detail: object) -> bool:
        text = str(detail)
        if self._known.get(kind) == text:
            return False
        before = self._store.maintenance.machine_events().get(kind)
        lasts = before is not None and kind is MachineEvent.CONFIG_REJECTED
        with self._store.writing() as tx:
            tx.maintenance.note_event(kind, before.at if before and lasts else at, text)
        self._known[kind] = text
        return True

    def _end(self, kind: MachineEvent) -> bool:
        if kind not in self._known:
            return False
        with self._store.writing() as tx:
            tx.maintenance.end_event(kind)
        del self._known[kind]
        return True


class Daemon:
    """One life of the daemon, within one event loop."""

    def __init__(
        self,
        plan: Plan,
        dispatcher: Dispatcher,
        machine: MachineWatch,
        limits: Limits,
        notifier: Notifier,
        preloaded: Preloaded | None = None,
        centre: Centre | None = None,
    ) -> None:
        self._centre = centre
        self._plan, self._dispatcher, self._clock = plan, dispatcher, machine.clock
        self._machine, self._worked = machine, False  # whether a job worked since the last step
        self._limits, self._notifier = limits, notifier
        self._children: set[asyncio.Task[None]] = set()
        self._preloaded = preloaded
        self._start = preloaded.start if preloaded is not None else spawn
        self._services = Services(limits)
        self._replan_at = 0.0
        self._refused = ""  # why the plan on disk is not the one in force
        self._coming: tuple[str, datetime] | None = None  # what was last said to come
        self._stumbled = ""  # why the archive did not take the last step
        self.endpoint: Endpoint | None = None
        self.lock: Lock | None = None  # tells others whether we get on
        self.emergency: Emergency | None = None
        self._wake, self._stop = asyncio.Event(), asyncio.Event()
        self._alarm = AlarmClock(lambda name: self._wake.set())

    async def run(self, planned: Sequence[Job | Service]) -> int:
        """Serve until told to stop. Return the exit code."""
        self._listen()
        jobs = _jobs(planned)
        self._machine.begin()
        orphans = self._dispatcher.begin(jobs, self._clock())
        self._dispatcher.hurry_new(self._clock())
        note("started", jobs=len(jobs), limit=self._limits.children, interrupted=orphans)
        self._alarm.set(jobs)
        self._alarm.start()
        if self.endpoint is not None:
            await self.endpoint.open()
        self._services.take(_services(planned))
        if self._centre is not None:
            self._centre.begin(self._wake.set)
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
            places=self._centre.status() if self._centre is not None else (),
        )

    def _status(self) -> str:
        said = f"{len(self._dispatcher.jobs)} jobs, {len(self._children)} running"
        said += f", {self._dispatcher.waiting} waiting"
        said += "".join(f", {name} down" for name in self._services.down)
        return f"{said}; old plan in force: {self._refused}" if self._refused else said

    def _step(self) -> None:
        """Everything that can be done now. What the archive refuses is done at the next look."""
        try:
            self._machine.require_archive()
            self._dispatcher.write()
            self._replan()
            self._watch()
            for batch in self._dispatcher.step(self._clock()):
                child = asyncio.create_task(self._child(batch))
                self._children.add(child)
                child.add_done_callback(self._children.discard)
            self._stumbled = ""
            self._say_what_comes()
        except StorageError as error:
            self._stumbled = str(error)
            warn("stumbled", error=error)
        if self.lock is not None:
            self.lock.beat(self._clock(), self._stumbled)
        if self.emergency is not None:
            self.emergency.hear(Trouble.ARCHIVE, self._stumbled)
            self.emergency.attend(self._stop)

    def _say_what_comes(self) -> None:
        """Say once what is waited for, where nothing runs."""
        coming = self._dispatcher.coming()
        if coming is not None and coming != self._coming:
            name, at = coming
            within = timedelta(seconds=(at - self._clock()) // timedelta(seconds=1))
            note("waits", next=name, due=f"{at:%Y-%m-%dT%H:%M:%SZ}", within=within)
            self._coming = coming

    def _watch(self) -> None:
        news = self._machine.compare()
        if self._worked:
            news |= self._machine.worked()
            self._worked = False
        news |= self._machine.rejected(self._refused) if self._refused else self._machine.accepted()
        if news:
            self._dispatcher.look_again()

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
                self._dispatcher.hurry_new(self._clock())
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
            if batch[0].place and self._centre is not None:
                end = await self._centre.crawl(batch[0], self._stop)
            else:
                end = await run_child(
                    command_of(batch),
                    deadline_of(batch),
                    self._stop,
                    limits.drain,
                    limits.memory,
                    start=self._start,
                )
        except Exception as error:
            warn("stumbled", job=names, error=repr(error))
            end = ChildEnd(Outcome.FAILED, None, (), 0.0, f"the daemon stumbled: {error!r}")
        self._dispatcher.ended(batch, end, self._clock())
        if self.emergency is not None and batch[0].job.purpose is Purpose.ALERTS:
            works = end.outcome in (Outcome.OK, Outcome.PARTIAL, Outcome.INTERRUPTED)
            self.emergency.hear(Trouble.ALERTS, "" if works else end.reason or end.outcome)
        self._worked |= end.outcome is Outcome.OK and batch[0].job.purpose is not Purpose.ALERTS
        self._wake.set()

    async def _drained(self) -> None:
        """Wait for the children, which were told to stop by the same event as we were."""
        self._stop.set()
        await self._services.close()
        if self._children:
            await asyncio.wait(list(self._children))
        if self.emergency is not None:
            await self.emergency.close()
        if self._centre is not None:
            await self._centre.close()
        if self._preloaded is not None:
            self._preloaded.close()
        with suppress(StorageError):
            self._dispatcher.write()


def _jobs(planned: Sequence[Job | Service]) -> tuple[Job, ...]:
    return tuple(each for each in planned if isinstance(each, Job))


def _services(planned: Sequence[Job | Service]) -> tuple[Service, ...]:
    return tuple(each for each in planned if isinstance(each, Service))
