"""The table `[alerts]` of hubwatch.toml: who is alerted, of what, when not.

Where things are handed to is said in the `[[delivery]]` tables. A channel names one of them, or a
command of one's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from hubwatch.spans import parse_span
from hubwatch.toml import Table, suggest
from scraper.sources.values import parse_url
from storage.incidents import Severity

from ..delivery.targets import Secret, parse_secret

REMIND = timedelta(days=7)
_QUIET = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])\s*-\s*([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to alert people: the delivery `to`, or a `command` that gets the JSON document on its
    standard input. What is slighter than `severity` does not go there."""

    name: str
    to: str = ""
    command: tuple[str, ...] = ()
    severity: Severity = Severity.WARNING


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the day in which only what is critical goes out. They may pass midnight."""

    begin: time
    end: time

    def contains(self, local: datetime) -> bool:
        """Whether that moment, in the configured zone, lies in them."""
        now = local.time()
        if self.begin <= self.end:
            return self.begin <= now < self.end
        return now >= self.begin or now < self.end


@dataclass(frozen=True, slots=True)
class Alerts:
    """The whole table. `remind` of 0 never reminds. `ping` is a dead-man's switch: an address, or
    the place of one that is secret."""

    channels: tuple[Channel, ...] = ()
    remind: timedelta = REMIND
    quiet: Quiet | None = None
    ping: str | Secret | None = None


def read_alerts(table: Table, deliveries: Sequence[Table], home: Path) -> Alerts:
    """Read the table `[alerts]`. `deliveries` are the tables of those, paths relative to `home`.
    Raises SourceError, one line with file, key and line."""
    table.only()
    there = tuple(each.text("name") for each in deliveries)
    channels = tuple(_channel(each, there) for each in table.tables("channel"))
    names = [channel.name for channel in channels]
    for name in names:
        if names.count(name) > 1:
            raise table.error("channel", f"two channels are called {name!r}; give one a `name`")
    given = "ping" in table.data
    return Alerts(
        channels=channels,
        remind=table.parsed("remind", _remind),
        quiet=table.parsed("quiet", _quiet) if "quiet" in table.data else None,
        ping=table.parsed("ping", lambda text: _address(text, home)) if given else None,
    )


def _channel(table: Table, deliveries: Sequence[str]) -> Channel:
    table.only()
    command, to = table.texts("command"), table.text("to", "") if "to" in table.data else ""
    if bool(command) == bool(to):
        raise table.error("to", "name a [[delivery]] with `to`, or a `command`, one of the two")
    if to and to not in deliveries:
        there = f"; there are {', '.join(deliveries)}" if deliveries else "; write a [[delivery]]"
        raise table.error("to", f"there is no delivery {to!r}{suggest(to, deliveries) or there}")
    return Channel(
        name=table.text("name", to or Path(command[0]).name if command else to),
        to=to,
        command=command,
        severity=table.parsed("severity", _severity),
    )


def _severity(text: str) -> Severity:
    if text not in list(Severity):
        raise ValueError(f"{text!r} is none of {', '.join(Severity)}")
    return Severity(text)


def _remind(text: str) -> timedelta:
    return timedelta(0) if text == "never" else parse_span(text)


def _quiet(text: str) -> Quiet:
    found = _QUIET.fullmatch(text)
    if found is None:
        raise ValueError(f'{text!r} are no hours; write "22:00-07:00"')
    begin, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    if begin == end:
        raise ValueError("quiet hours that begin when they end are none; leave the key out")
    return Quiet(begin, end)


def _address(text: str, home: Path) -> str | Secret:
    return parse_secret(text, home) if text.startswith(("env:", "file:")) else parse_url(text)
