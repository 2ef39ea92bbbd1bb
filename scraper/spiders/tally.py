"""What a run may still spend (pages, memory, disk, patience with failing hosts), what it adds up to
while it goes on, and its one outcome word at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from storage.runs import NOTHING_USABLE, Counts
from storage.types import Change, Outcome

from ..middlewares.fetch_result import FetchResult
from ..sources.links import authority_of
from ..sources.model import Bounds
from ..space import Space

#: So many pages set aside, and not one usable, are a redesign rather than bad luck.
_REDESIGN = 3


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended: outcome word, reason for people, where to go on."""

    outcome: Outcome
    reason: str = ""
    cursor: str = ""


@dataclass(slots=True)
class Tally:
    """The figures of one run, as they grow.

    `position` is the address being worked on. It becomes the cursor if a bound stops the run.
    `doubt` says what of the server's answers was not believed, `resting` how many addresses stood
    on a list and were not asked for, since they failed before. `broken` is the reason of the first
    part of the run that broke as a whole. `dropped` is how many pages a pipeline of somebody's own
    would not have, now or, on a list, before. `refused` are addresses of rows that the link rule
    does not take, `alike` those of them that are made like articles. `barren`: no article of the
    source was ever read, now or before.
    """

    listed: set[str] = field(default_factory=set)
    queried: set[str] = field(default_factory=set)
    """What stands before the query of those listed that have one."""
    refused: set[str] = field(default_factory=set)
    alike: set[str] = field(default_factory=set)
    gaps: int = 0
    unchanged: set[str] = field(default_factory=set)
    fetched: int = 0
    new: int = 0
    changed: int = 0
    quarantined: int = 0
    failed: int = 0
    resting: int = 0
    gone: int = 0
    dropped: int = 0
    cosmetic: int = 0
    lists_read: int = 0
    list_faults: list[tuple[Outcome, str]] = field(default_factory=list)
    reasons: Counter[Outcome] = field(default_factory=Counter)
    position: str = ""
    bound: str = ""
    out_of_time: bool = False
    cursor: str = ""
    note: str = ""
    doubt: str = ""
    broken: str = ""
    barren: bool = False

    def counts(self) -> Counts:
        """The figures as they are kept."""
        return Counts(
            listed=len(self.listed),
            fetched=self.fetched,
            unchanged=len(self.unchanged),
            new=self.new,
            changed=self.changed,
            quarantined=self.quarantined,
            failed=self.failed,
            gone=self.gone,
            cosmetic=self.cosmetic,
            refused=len(self.refused),
            gaps=self.gaps,
        )

    def fail(self, outcome: Outcome, reason: str = "") -> None:
        """Count an address that could not be fetched or read."""
        self.failed += 1
        self.reasons[outcome] += 1
        if outcome is Outcome.BUSY:  # a word that says what this machine lacks
            self.broken = self.broken or reason

    def remark(self, note: str) -> None:
        """Note something about the run that is no failure."""
        self.note = "; ".join(filter(None, (self.note, note)))

    def fail_part(self, outcome: Outcome, reason: str) -> None:
        """Count a part of the run (its files, what is due again) that broke as a whole."""
        self.fail(outcome)
        self.broken = self.broken or reason

    def fail_list(self, outcome: Outcome, reason: str, cursor: str = "") -> None:
        """Count a list that could not be fetched or read. `cursor`: the page at which it broke off,
        so that what follows is still to be read."""
        self.cursor = self.cursor or cursor
        self.fail(outcome)
        self.list_faults.append((outcome, reason))

    def add_listed(self, keys: Collection[str]) -> None:
        """Count addresses as listed, by their keys."""
        self.listed.update(keys)
        self.queried.update(key.partition("?")[0] for key in keys if "?" in key)

    def count(self, key: str, change: Change | None, outcome: Outcome) -> None:
        """Count what became of one address, by its URL key. None means asked and unchanged."""
        if change is None or change is Change.UNCHANGED:
            self.unchanged.add(key)
            return
        self.unchanged.discard(key)
        if change is Change.NEW:
            self.new += 1
        elif change in (Change.CHANGED, Change.BACK):
            self.changed += 1
        elif change is Change.COSMETIC:
            self.cosmetic += 1
        elif change is Change.GONE:
            self.gone += 1
        else:
            self.quarantined += 1
            self.reasons[outcome] += 1

    def stop(self, bound: str) -> None:
        """A bound was reached. The first one counts."""
        if not self.bound:
            self.bound, self.cursor = bound, self.position

    def run_out_of_time(self, bound: str) -> None:
        """The run's time bound was reached."""
        self.out_of_time = not self.bound
        self.stop(bound)

    def ending(self) -> Ending:
        """The outcome word of the run, by what it achieved."""
        doubtful = self.doubt and self.lists_read
        if not self._achieved() and not doubtful and (self.list_faults or self.reasons):
            return self._failure()
        if self.out_of_time and not self._achieved() and not self.lists_read:
            return Ending(Outcome.TIMEOUT, self.bound, self.cursor)
        if self.bound:
            return Ending(Outcome.PARTIAL, f"stopped: {self.bound}", self.cursor)
        if self.failed or self.resting:
            reasons = [
                f"{self.failed} failed: {self._describe_reasons()}" if self.failed else "",
                f"{self.resting} that failed before rest" if self.resting else "",
                self.doubt,
                self.broken,
                self._notes(),
                self._list_fault(),
            ]
            return Ending(Outcome.PARTIAL, "; ".join(filter(None, reasons)), self.cursor)
        if self.barren and self.listed and not self.dropped:
            reason = (
                f"{NOTHING_USABLE}none of {len(self.listed)} listed was ever read as an article"
            )
            reason = "; ".join(filter(None, (reason, self._notes())))
            return Ending(Outcome.LAYOUT_CHANGED, reason, self.cursor)
        return Ending(Outcome.OK, self._notes(), self.cursor)

    def _notes(self) -> str:
        """What is to be said of the run that is no failure."""
        dropped = f"{self.dropped} dropped by a pipeline" if self.dropped else ""
        return "; ".join(filter(None, (dropped, self.note)))

    def _list_fault(self) -> str:
        """What was amiss with a list: that of the page at which the run broke off, else the first.
        Empty where nothing was."""
        reasons = [reason for _, reason in self.list_faults]
        here = [reason for reason in reasons if reason.startswith(f"{self.cursor}: ")]
        return next(iter((here if self.cursor else []) + reasons), "")

    def _achieved(self) -> int:
        pages = self.new + self.changed + self.cosmetic + self.gone + len(self.unchanged)
        pages += self.dropped
        if self.failed or self.quarantined >= _REDESIGN or not self.lists_read:
            return pages
        return pages + self.lists_read

    def _failure(self) -> Ending:
        if self.list_faults:
            outcome, reason = self.list_faults[0]
            return Ending(outcome, reason, self.cursor)
        outcome = self.reasons.most_common(1)[0][0]
        redesign = outcome is Outcome.EMPTY and self.quarantined >= _REDESIGN
        word = Outcome.LAYOUT_CHANGED if redesign else outcome
        reasons = "; ".join(
            filter(None, (f"{NOTHING_USABLE}{self._describe_reasons()}", self.broken))
        )
        return Ending(word, reasons, self.cursor)

    def _describe_reasons(self) -> str:
        return ", ".join(f"{word} {count}" for word, count in self.reasons.most_common())


MEMORY_BYTES = 512 * 1024 * 1024
_PATIENCE = 5
"""So many addresses of a host in a row that could not be reached."""
_REFUSALS = 20
"""So many in a row that were reached and not given out: each may be that page's own trouble."""
_UNREACHED = (Outcome.NET_ERROR, Outcome.TIMEOUT)
_REFUSED = (Outcome.BLOCKED, Outcome.HTTP_ERROR)
_PAGE_BYTES = 4096
_LOOKED_EVERY = 16
"""Pages after which it is looked how much memory is in use: no page takes much of it."""


class Budget:
    """Counts what one run spends. `spent` says why it must stop, `circuit_open` why it must
    leave a host alone, or nothing."""

    def __init__(self, bounds: Bounds, space: Space) -> None:
        self._bounds = bounds
        self._space = space
        self._pages = 0
        self._memory_before = resident_bytes()
        self._unreached = Counter[str]()
        self._failed = Counter[str]()
        self._halted: dict[str, str] = {}
        self._exhausted = ""

    def begin(self) -> None:
        """One more address is asked for."""
        self._pages += 1

    def note(self, fetched: FetchResult) -> None:
        """What came of it."""
        host = _host_of(fetched.url)
        unreached = fetched.outcome in _UNREACHED
        self._unreached[host] = self._unreached[host] + 1 if unreached else 0
        in_vain = unreached or fetched.outcome in _REFUSED
        self._failed[host] = self._failed[host] + 1 if in_vain else 0
        if fetched.outcome is Outcome.BUSY:
            self._exhausted = fetched.reason
        if fetched.halting:
            for url in filter(None, (fetched.url, fetched.final_url)):
                self._halted[_host_of(url)] = fetched.reason

    def spent(self) -> str:
        """The bound that was reached, in words. Empty while there is something left."""
        if self._pages >= self._bounds.pages:
            return f"{self._bounds.pages} pages fetched"
        if self._pages % _LOOKED_EVERY == 0 and self._takes_too_much():
            return f"more than {MEMORY_BYTES >> 20} MiB of memory taken"
        return self._exhausted or self._space.shortage()

    def _takes_too_much(self) -> bool:
        """What the process held before is not the run's doing."""
        return resident_bytes() - self._memory_before > MEMORY_BYTES

    def circuit_open(self, url: str) -> str:
        """Why this address's host is left alone for the rest of the run. Empty if it is not."""
        host = _host_of(url)
        if host in self._halted:
            return self._halted[host]
        if self._unreached[host] >= _PATIENCE:
            return f"{self._unreached[host]} addresses in a row failed at {host}"
        if self._failed[host] >= _REFUSALS:
            return f"{self._failed[host]} addresses in a row failed at {host}"
        return ""


def _host_of(url: str) -> str:
    """The authority of an address. What is none has no host to lose patience with, and stands for
    itself."""
    try:
        return authority_of(url)
    except ValueError:
        return url


def resident_bytes() -> int:
    """The memory this process has in use now. 0 where the system does not tell."""
    try:
        fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return int(fields[1]) * _PAGE_BYTES
