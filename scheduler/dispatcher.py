"""What the daemon decides, free of processes and waiting: which slots are due, which run now in
which child, what the end of a child comes to.

Driven by whoever has a clock: the daemon (`daemon`), and the simulation of a month in the tests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hubwatch.errors import StorageError
from storage.slots import CAUGHT_UP, NO_ROOM
from storage.types import Outcome

from .child import ChildEnd, JobResult, results
from .events import note, warn
from .jobs import (
    ClusterPlaces,
    Due,
    Fallback,
    Inspector,
    Job,
    Limits,
    NoPlaces,
    Purpose,
    SkipRule,
    batches,
    nothing_seen,
)
from .ledger import Ledger, PlannedSlots

Batch = tuple[Due, ...]


class Dispatcher:
    """The jobs of one daemon, between a ledger that is the truth and children that do the work."""

    def __init__(
        self,
        ledger: Ledger,
        limits: Limits,
        skip: SkipRule,
        zone: str = "UTC",
        inspector: Inspector = nothing_seen,
        places: ClusterPlaces | None = None,
    ) -> None:
        self._places = places or NoPlaces()
        self._ledger, self._limits, self._skip, self._zone = ledger, limits, skip, zone
        self._inspector, self._unseen = (
            inspector,
            False,
        )  # whether a job ended that nobody looked at since
        self._unreported = False  # whether an inspection found what nobody was alerted to since
        self._hurried_at = _LONG_AGO
        self._jobs: dict[str, Job] = {}
        self._next: dict[str, datetime] = {}  # when each job's slots have to be planned again
        self._soonest: datetime | None = None  # the first of these; None: some are not planned
        self._seen = _LONG_AGO
        self._waiting: dict[str, Due] = {}
        self._running: dict[str, Batch] = {}  # by the name of each of its jobs
        self._unwritten: list[tuple[ChildEnd, tuple[JobResult, ...], datetime]] = []

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The jobs that are served."""
        return tuple(self._jobs.values())

    def job(self, name: str) -> Job | None:
        """The job of that name that is served, if any."""
        return self._jobs.get(name)

    @property
    def waiting(self) -> int:
        """How many jobs are due and have not begun."""
        return len(self._waiting)

    @property
    def unwritten(self) -> int:
        """How many ends of children the archive has not taken yet."""
        return len(self._unwritten)

    @property
    def next_at(self) -> datetime | None:
        """When something is due next. None if that is not known yet."""
        return self._soonest

    def coming(self) -> tuple[str, datetime] | None:
        """The job that is due next, the telling left out, and when. None while that is not known,
        or something waits or runs."""
        if self._soonest is None or self._waiting or self._running:
            return None
        planned = [
            (at, name)
            for name, at in self._next.items()
            if name in self._jobs and self._jobs[name].purpose is not Purpose.ALERTS
        ]
        return min(planned)[::-1] if planned else None

    def begin(self, jobs: Iterable[Job], now: datetime) -> int:
        """Take up where a predecessor ended. Return how many slots it had left claimed."""
        jobs = tuple(jobs)
        orphans = self._ledger.recover(jobs, now)
        self.take(jobs, now)
        return orphans

    def take(self, jobs: Iterable[Job], now: datetime) -> None:
        """Serve these jobs from now on. What runs goes on."""
        wanted = {job.name: job for job in jobs}
        gone = self._jobs.keys() - wanted.keys()
        self._ledger.drop(gone, now)
        self._soonest = None
        for name in gone:
            self._next.pop(name, None)
            self._waiting.pop(name, None)
        for name, job in wanted.items():
            if self._jobs.get(name) != job:
                self._next.pop(name, None)
            if name in self._waiting:
                self._waiting[name] = replace(self._waiting[name], job=job)
        self._jobs = wanted
        self._unseen = True  # what was amiss with a job that is gone is over

    def hurry_new(self, now: datetime) -> None:
        """Have the sources crawled at once that never were."""
        if self._ledger.hurry_new(self._jobs.values(), now):
            self._next.clear()
            self._soonest = None

    def step(self, now: datetime) -> list[Batch]:
        """Everything that can be done now. Return the batches for which children are to be
        started, their slots claimed. Raises StorageError. Then the next step does it all."""
        self.write()
        if now < self._seen:  # the clock was put back: what it had reached says nothing any more
            self._next.clear()
            self._soonest = None
        self._seen = now
        self._plan(now)
        begun = self._claim(now)
        if self._inspect(now):  # only now: what begins is not late
            self._plan(now)
            begun += self._claim(now)
        return begun

    def look_again(self) -> None:
        """Something happened that the next inspection is to see."""
        self._unseen = True

    def write(self) -> None:
        """Put on record how children ended. Raises StorageError. Nothing is forgotten then."""
        while self._unwritten:
            end, found, at = self._unwritten[0]
            began = at - timedelta(seconds=end.seconds + _MARGIN)
            with self._ledger.together():
                self._ledger.end(found, at)
                if end.pid:
                    self._ledger.close_runs(end, began, at)
            del self._unwritten[0]
            self._unseen |= any(not each.due.job.is_of_source for each in found)
            for each in found:
                if each.again:
                    self._next.pop(each.due.job.name, None)
                    self._soonest = None

    def ended(self, batch: Batch, end: ChildEnd, now: datetime) -> None:
        """A child came to its end. It is put on record now, or with the next step."""
        found = results(batch, end)
        self._running = {name: each for name, each in self._running.items() if each is not batch}
        self._unwritten.append((end, found, now))
        for result in found:
            _log_end(result, end, now)
        with suppress(StorageError):
            self.write()

    def _inspect(self, now: datetime) -> bool:
        """Look at the jobs when one of them has ended, and alert people at once to what that comes
        to: but one alert at a time, and not another within half a minute. Return whether an alert
        is due now."""
        hurried = False
        if self._unseen:
            try:
                self._unreported |= self._inspector(self.jobs, now) > 0
            except StorageError:
                raise
            except Exception as error:  # a fault in judging must not end the daemon
                warn("error", what="look at the jobs", error=repr(error))
            self._unseen = False
        if self._unreported and not timedelta() <= now - self._hurried_at < _CALM:
            for job in self._jobs.values():
                if job.purpose is Purpose.ALERTS and self._ledger.hurry(job, now):
                    self._next.pop(job.name, None)
                    self._soonest, hurried = None, True
            self._unreported, self._hurried_at = False, now
        return hurried

    def _plan(self, now: datetime) -> None:
        if self._soonest is not None and self._soonest > now:
            return
        ready = [job for name, job in self._jobs.items() if self._next.get(name, now) <= now]
        with self._ledger.together():
            planned = [self._ledger.plan(job, now, self._why(job.name)) for job in ready]
            held = {each.job.name: self._held(each, now) for each in planned if each.due}
        for each in planned:
            name = each.job.name
            if each.skipped:
                note("skipped", job=name, slots=each.skipped, reason=self._why(name))
            if each.due:
                self._admit(Due(each.job, each.due, since=each.since), held[name])
            self._next[name] = each.next_at
        self._soonest = min(self._next.values(), default=None)

    def _held(self, planned: PlannedSlots, now: datetime) -> str:
        assert planned.due is not None
        reason = self._skip(planned.job.name, now)
        if reason is None:
            return ""
        told = reason.describe(self._zone)
        self._ledger.skip(planned.due, now, told)
        return told

    def _admit(self, due: Due, held: str) -> None:
        self._waiting.pop(due.job.name, None)
        if held:
            note("skipped", job=due.job.name, slots=1, reason=held)
        else:
            self._waiting[due.job.name] = due

    def _why(self, name: str) -> str:
        """The reason for skipping older slots of a job of which a newer one is due."""
        if name in self._running:
            return "the run before went on"
        return NO_ROOM if name in self._waiting else CAUGHT_UP

    def _claim(self, now: datetime) -> list[Batch]:
        going = {id(batch): batch for batch in self._running.values()}
        leased = frozenset().union(*(due.job.leases for batch in going.values() for due in batch))
        ready = [due for name, due in self._waiting.items() if name not in self._running]
        here, remote = self._by_place(ready, leased)
        leased |= frozenset().union(*(due.job.leases for due in remote))
        found = batches(here, self._limits.batch, leased)
        at_work = [b for b in going.values() if not _alerts(b) and not b[0].place]
        room = max(0, self._limits.children - len(at_work))
        work = [batch for batch in found if not _alerts(batch)]
        # Who tells that work does not get on must not wait for it.
        found = [batch for batch in found if _alerts(batch)] + work[:room]
        found += [(due,) for due in remote]
        with self._ledger.together():  # all or none: what was claimed is to begin
            claims = [self._ledger.claim(batch, now) for batch in found]
        for due in (due for batch in found for due in batch):
            del self._waiting[due.job.name]
        begun = [claimed for claimed in claims if claimed]
        for claimed in begun:
            self._running |= dict.fromkeys((due.job.name for due in claimed), claimed)
        return begun

    def _by_place(
        self, ready: Iterable[Due], leased: frozenset[str]
    ) -> tuple[list[Due], list[Due]]:
        """What runs here, and what begins elsewhere now. Work elsewhere takes no child of ours;
        where its place has no room it waits, and what it needs is free meanwhile."""
        here: list[Due] = []
        remote: list[Due] = []
        taken: Counter[str] = Counter()
        for due in sorted(ready, key=lambda each: each.turn):
            of = due.job.elsewhere
            if of is None:
                here.append(due)
                continue
            is_out = self._places.is_out(due.job.name)
            if not is_out and not self._places.has_worker(of.place):
                if of.fallback is Fallback.HERE:
                    here.append(due)
                continue
            if due.job.leases & leased or not (
                is_out or self._places.room(of.place) > taken[of.place]
            ):
                continue
            taken[of.place] += 1
            leased |= due.job.leases
            remote.append(replace(due, place=of.place))
        return here, remote


def _alerts(batch: Batch) -> bool:
    """Whether a batch tells people what is amiss. Such a job has a child to itself."""
    return batch[0].job.purpose is Purpose.ALERTS


_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_CALM = timedelta(seconds=30)
_MARGIN = 5.0  # seconds by which a child's clock may differ from ours


def _log_end(result: JobResult, end: ChildEnd, now: datetime) -> None:
    log = note if result.outcome in (Outcome.OK, Outcome.UNCHANGED) else warn
    late = now - timedelta(seconds=end.seconds) - result.due.slot.due_at
    reason: dict[str, object] = {"reason": result.reason} if result.reason else {}
    used: dict[str, object] = {"cpu": f"{end.cpu:.2f}"} if end.cpu is not None else {}
    run: dict[str, object] = {"run": result.run} if result.run is not None else {}
    log(
        "ended",
        job=result.due.job.name,
        **run,
        outcome=result.outcome,
        due=result.due.slot.due_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        late=late.total_seconds(),
        seconds=end.seconds,
        **used,
        **reason,
    )
