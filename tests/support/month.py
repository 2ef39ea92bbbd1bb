"""A month of the daemon in less than a minute: its decisions, driven by a clock of our own.

    python -m tests.support.month [--jobs 300] [--days 30] [--seed N]

`scheduler.dispatcher` decides on a real archive, as it does in the daemon. Time, children, outages
and slow servers are made up here. What the ledger then holds is compared with what should have been
due, worked out from the calendar alone (`due_of`), and with what was run here (`World.ran`).
Prints what happened; exit code 1 if the ledger has a hole, a double, or says what was not.
"""

from __future__ import annotations

import argparse
import heapq
import json
import logging
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from scheduler.child import ChildEnd
from scheduler.dispatcher import Batch, Dispatcher
from scheduler.jobs import Job, Limits, skip_nothing
from scheduler.ledger import Ledger
from scheduler.schedules import parse_schedule
from storage.archive import Archive
from storage.slots import Slot
from storage.types import Outcome

START = datetime(2026, 3, 7, 3, 0, 30, tzinfo=UTC)
"""From here, 30 days hold the clock changes of New York, Berlin, Santiago and Lord Howe Island."""
ZONES = (
    "Asia/Shanghai",
    "Asia/Shanghai",
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Africa/Cairo",
)
# How many of 300 have which schedule; about as the shipped sources do.
SCHEDULES = (
    *["every 6h"] * 120,
    *["daily at 07:30, 19:30"] * 90,
    *["every 2h"] * 40,
    *["daily at 02:15, 02:45"] * 20,
    *["every 1h"] * 12,
    *["30 1,23 * * *"] * 10,
    *["*/30 6-23 * * *"] * 8,
)
LIMITS = Limits(children=3, batch=8)
MINUTE = timedelta(minutes=1)
HOST_OF_MANY = "shared.example"


@dataclass(frozen=True, slots=True)
class Ran:
    """A child that was started for one slot. `lost`: the daemon was killed with it."""

    job: str
    slot: int
    due_at: datetime
    began: datetime
    ended: datetime
    lost: bool = False


@dataclass(slots=True)
class World:
    """What really happened."""

    ran: list[Ran] = field(default_factory=list)
    outages: list[tuple[datetime, datetime]] = field(default_factory=list)
    most_children: int = 0
    faults: list[str] = field(default_factory=list)
    killed: int = 0
    until: datetime = START


def jobs_of(number: int) -> tuple[Job, ...]:
    """So many jobs; every tenth is on one host, as sections of a portal are."""
    made = []
    for place in range(number):
        text = SCHEDULES[place * len(SCHEDULES) // number]
        host = HOST_OF_MANY if place % 10 == 0 else f"host-{place}.example"
        made.append(
            Job(
                name=f"source-{place:03}",
                command=("crawl",),
                schedule=parse_schedule(text, ZONES[place % len(ZONES)]),
                deadline=timedelta(minutes=12),
                arguments=(f"source-{place:03}",),
                group="crawl",
                leases=frozenset({host}),
            )
        )
    return tuple(made)


class Month:
    """The run of time: what the daemon starts, when that ends, when the daemon itself does."""

    def __init__(self, archive: Path, jobs: tuple[Job, ...], days: int, seed: int) -> None:
        self._archive, self._jobs = archive, jobs
        self._chance = random.Random(seed)
        self._end = START + timedelta(days=days)
        self.world = World()
        self._children: list[tuple[datetime, int, Batch, datetime, ChildEnd]] = []
        self._count = 0

    def run(self) -> None:
        """From the first start of the daemon to the end of time, or until it is back after that."""
        now = START
        while True:
            with Archive.create(self._archive) as store:
                dispatcher = Dispatcher(Ledger(store), LIMITS, skip_nothing)
                dispatcher.begin(self._jobs, now)
                stops = now + timedelta(hours=self._chance.uniform(4, 160))
                now = self._live(dispatcher, now, min(stops, self._end))
                if now == self._end:
                    self._drain(dispatcher, now)
                    self.world.until = now
                    return
                now = self._die(dispatcher, now)
                self._end = max(self._end, now + timedelta(hours=2))

    def _live(self, dispatcher: Dispatcher, now: datetime, until: datetime) -> datetime:
        """One life of the daemon: it looks when something is due or ends, and now and then."""
        while now < until:
            for batch in dispatcher.step(now):
                self._begin(batch, now)
            ends = self._children[0][0] if self._children else until
            due = dispatcher.next_at or until
            now = min(max(now + timedelta(seconds=1), min(ends, due)), until)
            while self._children and self._children[0][0] <= now:
                ended, _, batch, began, end = heapq.heappop(self._children)
                self._note(batch, began, ended)
                dispatcher.ended(batch, end, ended)
        return now

    def _begin(self, batch: Batch, now: datetime) -> None:
        end = self._end_of(batch)
        self._count += 1
        over = now + timedelta(seconds=end.seconds)
        heapq.heappush(self._children, (over, self._count, batch, now, end))
        self.world.most_children = max(self.world.most_children, len(self._children))
        hosts = Counter(
            host
            for _, _, each, _, _ in self._children
            for host in frozenset().union(*(due.job.leases for due in each))
        )
        self.world.faults += [f"{host} twice at {now}" for host, n in hosts.items() if n > 1]

    def _end_of(self, batch: Batch) -> ChildEnd:
        """How a child fares: mostly well; some are killed or hang; some servers are slow."""
        lot = self._chance.random()
        names = [due.job.name for due in batch]
        seconds = float(sum(self._chance.randrange(1, 9) for _ in names))
        if any(name.endswith("7") for name in names) and lot > 0.9:
            seconds += self._chance.uniform(600, 9000)  # longer than an interval
        if lot < 0.01:
            self.world.killed += 1
            told = names[: self._chance.randrange(len(names))]
            return ChildEnd(Outcome.KILLED, -9, _lines(told), seconds, "ended by SIGKILL", 7)
        if lot < 0.015:
            long = 720.0 * len(names)
            return ChildEnd(Outcome.TIMEOUT, -15, _lines(names[:-1]), long, "at its deadline", 7)
        return ChildEnd(Outcome.OK, 0, _lines(names), seconds, "", 7)

    def _die(self, dispatcher: Dispatcher, now: datetime) -> datetime:
        """Killed, or told to stop; back after minutes, hours, or days."""
        if self._chance.random() < 0.5:
            self._drain(dispatcher, now)
        else:
            for _, _, batch, began, _ in self._children:
                self._note(batch, began, now, lost=True)
            self._children.clear()
        away = self._chance.choice((0.01, 0.2, 3.0, 30.0, 60.0))
        back = now + timedelta(hours=away * self._chance.uniform(0.5, 1.5))
        self.world.outages.append((now, back))
        return back

    def _drain(self, dispatcher: Dispatcher, now: datetime) -> None:
        for _, _, batch, began, _ in self._children:
            seconds = (now - began).total_seconds()
            end = ChildEnd(Outcome.INTERRUPTED, -15, (), seconds, "the daemon was stopped", 7)
            self._note(batch, began, now)
            dispatcher.ended(batch, end, now)
        self._children.clear()
        dispatcher.write()

    def _note(self, batch: Batch, began: datetime, ended: datetime, lost: bool = False) -> None:
        for due in batch:
            self.world.ran.append(
                Ran(due.job.name, due.slot.id, due.slot.due_at, began, ended, lost)
            )


def _lines(names: list[str]) -> tuple[str, ...]:
    return tuple(json.dumps({"source": name, "outcome": "unchanged"}) for name in names)


@cache
def minutes_of(zone: str, end: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """Every minute after START up to `end`, with what a clock in the zone shows then."""
    here, minute, found = ZoneInfo(zone), START.replace(second=0), []
    while minute <= end:
        found.append((minute, minute.astimezone(here).replace(tzinfo=None)))
        minute += MINUTE
    return tuple(found)


def due_of(text: str, zone: str, first: datetime, end: datetime) -> Iterator[tuple[datetime, str]]:
    """The instants due after START up to `end`, with local date and time where those are the
    identity: by looking at every minute. Of an interval, `first` is the one known instant."""
    if text.startswith("every"):
        length = timedelta(hours=int(text.split()[1][:-1]))
        while first <= end:
            yield first, ""
            first += length
        return
    (_, reached), *rest = minutes_of(zone, end)
    named = {(int(time[:2]), int(time[3:])) for time in _times(text)}
    for minute, local in rest:
        if text.startswith("*"):
            if local.minute in (0, 30) and 6 <= local.hour <= 23:
                yield minute, ""
            continue
        # What the clock has shown is past, also when it shows it again.
        while reached < local:
            reached += MINUTE
            if (reached.hour, reached.minute) in named:
                yield minute, f"{reached:%Y-%m-%d %H:%M}"


def _times(text: str) -> list[str]:
    if text.startswith("daily"):
        return text.removeprefix("daily at ").split(", ")
    return ["01:30", "23:30"]


def check(jobs: tuple[Job, ...], world: World, slots: dict[str, list[Slot]]) -> list[str]:
    """Everything that is wrong with a ledger; empty is good."""
    faults, end = list(world.faults), world.until
    ran: dict[str, list[Ran]] = defaultdict(list)
    for each in world.ran:
        ran[each.job].append(each)
    calendar: dict[tuple[str, str], list[tuple[datetime, str]]] = {}
    for job in jobs:
        rule = (job.schedule.text, job.schedule.zone)
        own = [slot for slot in slots[job.name] if slot.repeats is None]
        if rule[0].startswith("every"):
            wanted = list(due_of(*rule, min(slot.due_at for slot in own), end))
        else:
            calendar.setdefault(rule, list(due_of(*rule, START, end)))
            wanted = calendar[rule]
        found = [(s.due_at, f"{s.day} {s.nominal}".strip()) for s in own if s.due_at <= end]
        if sorted(found) != sorted(wanted):
            missing, extra = set(wanted) - set(found), set(found) - set(wanted)
            faults.append(f"{job.name}: holes {sorted(missing)[:3]}, too much {sorted(extra)[:3]}")
        since = max((on for _, on in world.outages), default=START)
        faults += _ends(job.name, slots[job.name], ran[job.name], since, end)
        faults += _caught_up(job.name, own, world)
    return faults


def _ends(
    name: str, slots: list[Slot], ran: list[Ran], since: datetime, end: datetime
) -> Iterator[str]:
    """Each slot has its end, each run its slot, and no two of a job overlap. What waits may do so
    for three hours, counted from when the daemon was back, `since`."""
    for slot in slots:
        waits = slot.state == "due" and max(slot.due_at, since) > end - timedelta(hours=3)
        if slot.state not in ("done", "skipped") and not waits:
            yield f"{name}: {slot.due_at} is still {slot.state}"
        if slot.state == "skipped" and not slot.reason:
            yield f"{name}: {slot.due_at} was skipped for no reason"
        if slot.state == "done" and not slot.outcome:
            yield f"{name}: {slot.due_at} is done without an outcome"
    done = sorted(slot.id for slot in slots if slot.state == "done")
    if done != sorted(each.slot for each in ran):
        yield f"{name}: the ledger says that others ran than did"
    lost = {slot.id for slot in slots if slot.outcome == "interrupted"}
    if any(each.lost and each.slot not in lost for each in ran):
        yield f"{name}: a run that was lost is told as another end"
    for before, after in pairwise(sorted(ran, key=lambda each: each.began)):
        if after.began < before.ended:
            yield f"{name}: two runs at {after.began}"


def _caught_up(name: str, slots: list[Slot], world: World) -> Iterator[str]:
    """Of what came due while the daemon was off, the newest ran and the others were skipped."""
    for off, on in world.outages:
        missed = sorted((s for s in slots if off < s.due_at <= on), key=lambda s: s.due_at)
        skipped = [slot for slot in missed if slot.state == "skipped"]
        if len(missed) - len(skipped) > 1:
            yield f"{name}: {len(missed) - len(skipped)} of {len(missed)} ran after {on}"
        last = [slot for slot in missed if slot.due_at == missed[-1].due_at]
        later = any(off_ < on + timedelta(hours=6) and off_ > on for off_, _ in world.outages)
        none = bool(last) and all(slot.reason == "caught up" for slot in last)
        if none and not later:
            yield f"{name}: nothing made up for {off} to {on}"


def everything(archive: Path, jobs: tuple[Job, ...]) -> dict[str, list[Slot]]:
    """The whole ledger, by job."""
    with Archive.open_readonly(archive) as store:
        return {job.name: list(store.slots.select(job.name, 10**6)) for job in jobs}


def month(
    archive: Path, jobs: tuple[Job, ...], days: int, seed: int
) -> tuple[World, dict[str, list[Slot]]]:
    """Live through it: what happened, and every slot that is on record."""
    simulated = Month(archive, jobs, days, seed)
    simulated.run()
    return simulated.world, everything(archive, jobs)


def quick_folder() -> str | None:
    """Memory to put the archive in, where there is some: it is not the disk that is tried."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def main() -> int:
    """Simulate, print, and say how it went."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--jobs", type=int, default=300)
    options.add_argument("--days", type=int, default=30)
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    chosen = options.parse_args()
    began = time.monotonic()
    logging.disable(logging.WARNING)  # a line for each end of a job is for another time
    with tempfile.TemporaryDirectory(prefix="hubwatch-month-", dir=quick_folder()) as folder:
        jobs = jobs_of(chosen.jobs)
        world, ledger = month(Path(folder, "month.db"), jobs, chosen.days, chosen.seed)
    faults = check(jobs, world, ledger)
    slots = [slot for each in ledger.values() for slot in each]
    off = sum((on - off for off, on in world.outages), timedelta())
    states = Counter((slot.state, slot.outcome or slot.reason) for slot in slots)
    print(f"seed {chosen.seed}: {chosen.jobs} jobs, {chosen.days} days")
    print(f"{len(world.outages)} outages, {off} in all; {world.killed} children killed")
    print(f"{len(world.ran)} runs, at most {world.most_children} children at a time")
    for (state, why), count in states.most_common():
        print(f"{count:7,} {state} {why}")
    print("\n".join(faults[:20]) or "no hole, no double, no overlap")
    print(f"{time.monotonic() - began:.0f} s, {time.process_time():.0f} s of CPU")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
