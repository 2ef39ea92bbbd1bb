"""The table `[alerts]` of hubwatch.toml: who is alerted, of what, when not, and who asked to be
alerted of new stories.

Where things are handed to is said in the `[[delivery]]` tables. A channel names one of them, or a
command of one's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hubwatch.patterns import lazy_pattern
from hubwatch.spans import parse_span
from hubwatch.toml import Table, suggest
from scraper.sources.values import parse_url, parse_zone
from storage.incidents import Severity
from storage.types import Grade

from ..delivery.targets import Secret, parse_secret

REMIND, LEAST_REMIND, MOST_REMIND = timedelta(days=7), timedelta(hours=1), timedelta(days=366)
PAUSE, LEAST_PAUSE, MOST_PAUSE = timedelta(minutes=10), timedelta(minutes=1), timedelta(days=1)
ANY = "any"
"""In place of grades: whatever is new, graded or not."""
_QUIET = lazy_pattern(r"([01][0-9]|2[0-3]):([0-5][0-9])\s*-\s*([01][0-9]|2[0-3]):([0-5][0-9])")


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
class Subscription:
    """Somebody who is alerted at once of new stories, over the delivery `to`. Of these topics (by
    id), of sources of these cities, of what the kept search finds; empty: whatever it is. `grades`
    are those of the topics that count, empty: graded or not. In the `quiet` hours, of `zone`, what
    is new waits. Between two messages are `pause` at least."""

    name: str
    person: str
    to: str
    topics: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    search: str = ""
    grades: tuple[Grade, ...] = (Grade.CORE,)
    quiet: Quiet | None = None
    zone: str = "UTC"
    pause: timedelta = PAUSE

    def is_quiet(self, now: datetime) -> bool:
        """Whether that moment (aware) lies in its quiet hours."""
        return self.quiet is not None and self.quiet.contains(now.astimezone(ZoneInfo(self.zone)))


@dataclass(frozen=True, slots=True)
class Alerts:
    """The whole table. `remind` of 0 never reminds. `ping` is a dead-man's switch: an address, or
    the place of one that is secret."""

    channels: tuple[Channel, ...] = ()
    remind: timedelta = REMIND
    quiet: Quiet | None = None
    ping: str | Secret | None = None
    subscriptions: tuple[Subscription, ...] = ()


def read_alerts(table: Table, deliveries: Sequence[Table], home: Path, zone: str) -> Alerts:
    """Read the table `[alerts]`. `deliveries` are the tables of those, paths relative to `home`.
    Hours are those of `zone` where a subscription names no other. Raises SourceError, one line with
    file, key and line."""
    table.only()
    there = tuple(each.text("name") for each in deliveries)
    channels = tuple(_channel(each, there) for each in table.tables("channel"))
    names = [channel.name for channel in channels]
    for name in names:
        if names.count(name) > 1:
            raise table.error("channel", f"two channels are called {name!r}; give one a `name`")
    subscriptions = tuple(_subscription(each, there, zone) for each in table.tables("subscription"))
    names = [one.name for one in subscriptions]
    for name in names:
        if names.count(name) > 1:
            raise table.error("subscription", f"two subscriptions are called {name!r}")
    given = "ping" in table.data
    return Alerts(
        channels=channels,
        remind=table.parsed("remind", _remind),
        quiet=table.parsed("quiet", _quiet) if "quiet" in table.data else None,
        ping=table.parsed("ping", lambda text: _address(text, home)) if given else None,
        subscriptions=subscriptions,
    )


def _channel(table: Table, deliveries: Sequence[str]) -> Channel:
    table.only()
    command, to = table.command("command"), table.text("to", "") if "to" in table.data else ""
    if bool(command) == bool(to):
        raise table.error("to", "name a [[delivery]] with `to`, or a `command`, one of the two")
    if to:
        _check_delivery(table, to, deliveries)
    return Channel(
        name=table.text("name", to or Path(command[0]).name if command else to),
        to=to,
        command=command,
        severity=table.parsed("severity", _severity),
    )


def _check_delivery(table: Table, to: str, deliveries: Sequence[str]) -> None:
    if to not in deliveries:
        there = f"; there are {', '.join(deliveries)}" if deliveries else "; write a [[delivery]]"
        raise table.error("to", f"there is no delivery {to!r}{suggest(to, deliveries) or there}")


def _subscription(table: Table, deliveries: Sequence[str], zone: str) -> Subscription:
    table.only()
    to = table.text("to")
    _check_delivery(table, to, deliveries)
    topics, cities, search = table.texts("topics"), table.texts("cities"), table.text("search", "")
    if search and (topics or cities):
        raise table.error("search", "a kept search says all; leave `topics` and `cities` out")
    return Subscription(
        name=table.text("name"),
        person=table.text("person"),
        to=to,
        topics=topics,
        cities=cities,
        search=search,
        grades=_grades(table),
        quiet=table.parsed("quiet", _quiet) if "quiet" in table.data else None,
        zone=table.parsed("zone", parse_zone, zone),
        pause=table.parsed("pause", _pause),
    )


def _grades(table: Table) -> tuple[Grade, ...]:
    words = table.texts("grades") or (Grade.CORE.value,)
    for word in words:
        if word not in (*Grade, ANY):
            raise table.error("grades", f"{word!r} is none of {', '.join((*Grade, ANY))}")
    return () if ANY in words else tuple(Grade(word) for word in words)


def _pause(text: str) -> timedelta:
    found = parse_span(text)
    if not LEAST_PAUSE <= found <= MOST_PAUSE:
        raise ValueError("between two messages are a minute at least and a day at most")
    return found


def _severity(text: str) -> Severity:
    if text not in list(Severity):
        raise ValueError(f"{text!r} is none of {', '.join(Severity)}")
    return Severity(text)


def _remind(text: str) -> timedelta:
    found = timedelta() if text == "never" else parse_span(text)
    if found and not LEAST_REMIND <= found <= MOST_REMIND:
        raise ValueError("before a reminder are an hour at least and a year at most; or `never`")
    return found


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
