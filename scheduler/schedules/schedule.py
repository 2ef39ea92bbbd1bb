"""When a job is due: what `every 30m, only 06-23 h`, `daily at 07:30` and a cron expression mean.

Pure calendar: reads no clock, keeps no record of what ran and knows nothing of APScheduler.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from .rules import Interval, Moment, WallClock
from .window import Window

_COARSE_FROM = timedelta(minutes=10)
"""Phases fall on whole minutes where there is room, so that some of 300 sources come due together
and share a child instead of paying for one interpreter each."""
_TICK = timedelta(microseconds=1)
_FAR = timedelta(days=366 * 30)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A rule that names instants for ever, within a window if there is one.

    `jitter` is by how much at most a moment comes late: by how much exactly follows from `seed` and
    the moment, so that it is the same after a restart. One that would fall out of the window comes
    in time instead. `longest` is set for an adaptive one: of its moments those are left out, for at
    most so long, at which no news is expected (see `holds`).
    """

    text: str
    zone: str
    rule: Interval | WallClock
    window: Window | None = None
    jitter: timedelta = timedelta()
    seed: str = ""
    longest: timedelta | None = None

    def next_after(self, instant: datetime) -> datetime:
        """The first due instant strictly after `instant` (aware), in UTC, on a whole second.

        Raises ValueError for an instant without a zone, or if nothing is ever due again.
        """
        if instant.tzinfo is None:
            raise ValueError("an instant needs a zone")
        instant = instant.astimezone(UTC)
        found = base = self._base_after(instant - self.jitter)
        best: datetime | None = None
        while best is None or base < best:
            found = self._shifted(base)
            if found > instant and (best is None or found < best):
                best = found
            if not self.jitter and best:
                break
            base = self._base_after(base)
        return best

    def is_due_at(self, instant: datetime) -> bool:
        """Whether `instant` is one of the instants this rule names."""
        return self.next_after(instant - _TICK) == instant

    def moments_at(self, instant: datetime) -> tuple[Moment, ...]:
        """The slots that are due at exactly this instant: none, one, or several named times that
        fall together because clocks skip them."""
        found: dict[Moment, None] = {}
        base = self._base_after(instant.astimezone(UTC) - self.jitter - _TICK)
        while base <= instant:
            if self._shifted(base) == instant:
                names = self.rule.names_at(base) or (("", ""),)
                found |= dict.fromkeys(Moment(instant, day, time) for day, time in names)
            base = self._base_after(base)
        return tuple(found)

    def spread(self, name: str) -> Schedule:
        """The same rule for one job: an interval gets a phase derived from the job's name, the
        same on every machine and after every restart; times of day stay where people put them,
        jitter aside."""
        seed = name if self.jitter else ""
        if not isinstance(self.rule, Interval):
            return replace(self, seed=seed)
        grain = timedelta(minutes=1) if self.rule.length >= _COARSE_FROM else timedelta(seconds=1)
        phase = _number(name) % (self.rule.length // grain) * grain
        return replace(self, rule=replace(self.rule, phase=phase), seed=seed)

    @property
    def phase(self) -> timedelta:
        """Where in its interval it is due; nothing for times of day."""
        return self.rule.phase if isinstance(self.rule, Interval) else timedelta()

    @property
    def hash(self) -> str:
        """16 hexadecimal digits that change when the rule, its zone or its phase does."""
        said = f"{self.text}|{self.zone}|{self.phase.total_seconds():.0f}"
        said += f"|{self.seed}" if self.seed else ""
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def _base_after(self, instant: datetime) -> datetime:
        """The first instant after this one that rule and window name, jitter aside."""
        found = self.rule.after(instant)
        while self.window and not self.window.holds(found):
            if found - instant > _FAR:
                raise ValueError(f"schedule {self.text!r} is never due again")
            found = self.rule.after(self.window.opens_after(found) - _TICK)
        return found

    def _shifted(self, base: datetime) -> datetime:
        if not self.jitter:
            return base
        seconds = _number(f"{self.seed}|{base:%Y-%m-%dT%H:%M:%S}") % int(
            self.jitter.total_seconds()
        )
        late = base + timedelta(seconds=seconds)
        return base if self.window and not self.window.holds(late) else late


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
