"""What a job is to the scheduler: a name, a command line, a schedule and a deadline.

A service has no schedule: it is to run all the time. Why a job is skipped and how much children may
use are values here, too. Not here: what the command does. A source, a digest and a backup look the
same from here, but for the word that says what a job is for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from storage.slots import Slot

from .schedules import Schedule

# Why a job does not run now: a value, put into words where it is shown.


class Cause(StrEnum):
    """What holds a job: a standstill of everything or a pause of the job, as people said, that a
    check could not read the source, failures in a row, or that no news is expected."""

    GLOBAL_PAUSE = "standstill"
    PAUSE = "pause"
    CHECK = "check"
    FAILURES = "failures"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Reason:
    """`until` and `since` are aware. `person` and `said` are of what people said, `failures` are
    how many there were in a row. Of a check `verdict` and `said` are what it came to, `since` is
    when it was."""

    cause: Cause
    until: datetime | None = None
    person: str = ""
    said: str = ""
    failures: int = 0
    verdict: str = ""
    since: datetime | None = None

    def describe(self, zone: str) -> str:
        """In an English sentence. Its times are told in `zone`, an IANA name. It is named, since
        the sentence also stands in the log, whose own times are UTC, and for years in the
        ledger."""
        match self.cause:
            case Cause.GLOBAL_PAUSE:
                return f"everything is paused by {self.person}: {self.said}"
            case Cause.PAUSE:
                until = self.local("%Y-%m-%d %H:%M", zone)
                return f"paused until {until} by {self.person}: {self.said}"
            case Cause.CHECK:
                return f"set aside by the check of {self.day(zone)}: {self.verdict}: {self.said}"
            case Cause.FAILURES:
                until = self.local("%H:%M", zone)
                return f"rests until {until}, since it failed {self.failures} times in a row"
            case Cause.QUIET:
                return f"no news is expected before {self.local('%H:%M', zone)}"

    def day(self, zone: str) -> str:
        """The day of the check, in that zone."""
        assert self.since is not None
        return f"{self.since.astimezone(ZoneInfo(zone)):%Y-%m-%d}"

    def local(self, form: str, zone: str) -> str:
        """Until when, in that zone and with its name."""
        assert self.until is not None
        return f"{self.until.astimezone(ZoneInfo(zone)):{form}} {zone}"


Clock = Callable[[], datetime]  # gives the present instant, aware
Plan = Callable[[], "Sequence[Job | Service]"]  # what to run today; may raise ConfigError
SkipRule = Callable[[str, datetime], Reason | None]  # why a job of that name shall not run then
Inspector = Callable[
    ["Sequence[Job]", datetime], int
]  # looks at jobs; how much there is to be told


class Purpose(StrEnum):
    """What a job is for, where that matters to others: it makes backups of the archive, compares
    that with what was written, or tells people what is amiss."""

    BACKUP = "backup"
    SCRUB = "scrub"
    ALERTS = "alerts"
    OTHER = "other"


class Fallback(StrEnum):
    """What becomes of a job whose place has no worker: it waits for one, or runs here."""

    WAIT = "wait"
    HERE = "here"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """That a job runs at a place of the cluster. `command` is the command line of `hubwatch` up to
    its command, by which a slice is cut and an answer merged here."""

    place: str
    fallback: Fallback
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """A command line to be started on a schedule.

    `command` and `arguments` together are what is run. Jobs with the same `group` (not empty) and
    the same `command` that are due together share one child: the command once, then the arguments
    of each. What `leases` names (hosts, for a crawl) is used by one child at a time. The schedule
    is spread by the job's name (see `Schedule.spread`) whoever made it. `command_line` is what a
    person would type, behind `hubwatch`, to run the same by hand. It is empty where that is not
    known. `elsewhere` says at which place it runs, if not here.
    """

    name: str
    command: tuple[str, ...]
    schedule: Schedule
    deadline: timedelta
    arguments: tuple[str, ...] = ()
    group: str = ""
    leases: frozenset[str] = frozenset()
    purpose: Purpose = Purpose.OTHER
    command_line: str = ""
    elsewhere: Elsewhere | None = None

    @property
    def is_of_source(self) -> bool:
        """Whether its name is that of a source: it is one of many of a kind, which share a
        child."""
        return self.group != ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "schedule", self.schedule.spread(self.name))


@dataclass(frozen=True, slots=True)
class Service:
    """A command line that does not end by itself and is started anew when it does."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """A job with the slot that it is to fill, at which place (empty is here), and since when it
    waits for its turn, if that is longer than this slot does: who was passed over comes first."""

    job: Job
    slot: Slot
    place: str = ""
    since: datetime | None = None

    @property
    def turn(self) -> tuple[datetime, str]:
        """What those that wait are put in order by."""
        return self.since or self.slot.due_at, self.job.name

    @property
    def is_alone(self) -> bool:
        """Whether it gets a child to itself: it did not come to its end among others."""
        return self.slot.repeats is not None


@dataclass(frozen=True, slots=True)
class PlaceStatus:
    """A place of the cluster as the daemon sees it: how many workers are there, how many of them
    are at work, how many jobs are out. `trouble` says why it is not reachable."""

    name: str
    is_reachable: bool
    workers: int
    busy: int
    out: int
    trouble: str = ""


class ClusterPlaces(Protocol):
    """The places of a cluster, as the dispatcher asks for them."""

    def room(self, place: str) -> int:
        """How many more jobs may go there now: none where it has no worker."""

    def has_worker(self, place: str) -> bool:
        """Whether somebody works there."""

    def is_out(self, source_id: str) -> bool:
        """Whether an attempt of a source is out. Raises StorageError."""


class NoPlaces:
    """Of a daemon without a cluster: everything runs here."""

    def room(self, place: str) -> int:
        """None."""
        return 0

    def has_worker(self, place: str) -> bool:
        """Nobody."""
        return False

    def is_out(self, source_id: str) -> bool:
        """Never."""
        return False


def skip_nothing(name: str, now: datetime) -> None:
    """A `SkipRule` that lets every job run."""


def nothing_seen(jobs: Sequence[Job], now: datetime) -> int:
    """A `Inspector` that finds nothing to tell."""
    return 0


def batches(
    waiting: Sequence[Due], size: int, leased: frozenset[str] = frozenset()
) -> list[tuple[Due, ...]]:
    """Who shares a child with whom: the longest waiting first, at most `size` to a child.

    Those that need what another child has, or what is `leased` already, are left out for now.
    """
    made: list[list[Due]] = []
    for due in sorted(waiting, key=lambda each: each.turn):
        rivals = [batch for batch in made if _leases(batch) & due.job.leases]
        if due.job.leases & leased or len(rivals) > 1:
            continue
        fitting = [batch for batch in rivals or made if len(batch) < size and _share(batch[0], due)]
        if fitting:
            fitting[0].append(due)
        elif not rivals:
            made.append([due])
    return [tuple(batch) for batch in made]


def _leases(batch: Sequence[Due]) -> frozenset[str]:
    return frozenset().union(*(due.job.leases for due in batch))


def command_of(batch: Sequence[Due]) -> tuple[str, ...]:
    """The command line that runs a whole batch."""
    arguments = (argument for due in batch for argument in due.job.arguments)
    return (*batch[0].job.command, *arguments)


def deadline_of(batch: Sequence[Due]) -> timedelta:
    """How long a batch may take: together as long as one after the other, because sources on one
    host wait for each other."""
    return sum((due.job.deadline for due in batch), timedelta())


def _share(first: Due, second: Due) -> bool:
    if first.is_alone or second.is_alone or not first.job.group:
        return False
    return (first.job.group, first.job.command) == (second.job.group, second.job.command)


# How much the daemon may use.

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """`children` run at a time, each for at most `batch` jobs of one group, with at most `memory`
    bytes together with its own children. At the end they have `drain` to end by themselves. They
    are copies of a process that has everything imported where `preload` is so and the system can
    fork, else each imports for itself."""

    children: int = 2
    batch: int = 8
    memory: int = 1024 * MIB
    drain: timedelta = timedelta(seconds=20)
    preload: bool = True
