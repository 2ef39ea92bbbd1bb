"""Why a job does not run now: a value, put into words where it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo


class Cause(StrEnum):
    """What holds a job: a standstill of everything or a pause of the job, as people said;
    failures in a row; or that no news is expected."""

    STANDSTILL = "standstill"
    PAUSE = "pause"
    FAILURES = "failures"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Reason:
    """`until` is aware. `person` and `said` are of what people said, `failures` are how many there
    were in a row."""

    cause: Cause
    until: datetime | None = None
    person: str = ""
    said: str = ""
    failures: int = 0

    def told(self, zone: str) -> str:
        """In an English sentence. Its times are told in `zone`, an IANA name. It is named, since
        the sentence also stands in the log, whose own times are UTC, and for years in the
        ledger."""
        match self.cause:
            case Cause.STANDSTILL:
                return f"everything is paused by {self.person}: {self.said}"
            case Cause.PAUSE:
                until = self.local("%Y-%m-%d %H:%M", zone)
                return f"paused until {until} by {self.person}: {self.said}"
            case Cause.FAILURES:
                until = self.local("%H:%M", zone)
                return f"rests until {until}, since it failed {self.failures} times in a row"
            case Cause.QUIET:
                return f"no news is expected before {self.local('%H:%M', zone)}"

    def local(self, form: str, zone: str) -> str:
        """Until when, in that zone and with its name."""
        assert self.until is not None
        return f"{self.until.astimezone(ZoneInfo(zone)):{form}} {zone}"
