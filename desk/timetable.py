"""What hubwatch.toml says for the daemon: `[[timetable]]`, commands to run by the clock, and
`[limits]`, how much it may use.

Checks what can be checked without running anything. Which commands there are, the command line
knows. What a schedule means, the scheduler knows.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from hubwatch.errors import ConfigError
from hubwatch.patterns import lazy_pattern
from hubwatch.spans import parse_span
from hubwatch.toml import Table
from scheduler.jobs import MIB, Limits
from scheduler.schedules import Schedule, parse_schedule
from scraper.sources.model import Source

from . import _

_LONGEST = timedelta(days=1)
_LONGEST_DRAIN = timedelta(minutes=10)
_SIZE = lazy_pattern(r"([0-9]{1,7})\s*([MG])i?B?", re.IGNORECASE)
_LEAST_MEMORY = 256 * MIB
_NAME = lazy_pattern(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class TimetableEntry:
    """A command line of Hubwatch (its words, without `hubwatch`) that runs on a schedule, cut at
    its deadline. `place` says where it is written."""

    name: str
    command: tuple[str, ...]
    schedule: Schedule
    deadline: timedelta
    place: str


def read_entries(table: Table, zone: str) -> tuple[TimetableEntry, ...]:
    """The entries of `[[timetable]]`. Their times are those of `zone` where they name no other.

    Raise ConfigError, one line with file and key.
    """
    entries = tuple(_entry(each.only(), zone) for each in table.tables("timetable"))
    names: set[str] = set()
    for each, entry in zip(table.tables("timetable"), entries, strict=True):
        if entry.name in names:
            raise each.error("name", _("%(name)r is there twice", name=entry.name))
        names.add(entry.name)
    return entries


def _entry(table: Table, zone: str) -> TimetableEntry:
    return TimetableEntry(
        name=table.parsed("name", _name),
        command=table.command("command"),
        schedule=_schedule(table, table.text("zone", zone)),
        deadline=table.parsed("deadline", _deadline),
        place=f"{table.file}: {table.path}",
    )


def _schedule(table: Table, zone: str) -> Schedule:
    try:
        return parse_schedule(table.text("schedule"), zone)
    except ConfigError as error:
        if str(error).startswith(table.file):
            raise
        key = "zone" if str(error).startswith("zone") else "schedule"
        raise table.error(key, str(error).removeprefix(f"{key} ")) from None


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError(
            _("%(text)r is no name: small letters, digits, `-`, `_` and `.`", text=text)
        )
    return text


def _deadline(text: str) -> timedelta:
    return _span(text, _LONGEST)


def _span(text: str, longest: timedelta) -> timedelta:
    span = parse_span(text)
    if not timedelta(seconds=1) <= span <= longest:
        raise ValueError(
            _(
                "%(text)r is not between 1 s and %(total_seconds)s s",
                text=text,
                total_seconds=f"{longest.total_seconds():.0f}",
            )
        )
    return span


def read_limits(table: Table) -> Limits:
    """The table `[limits]`. Raise ConfigError, one line with file and key."""
    table.only()
    return Limits(
        children=table.declared_number("children"),
        batch=table.declared_number("batch"),
        memory=table.parsed("memory", _memory),
        drain=table.parsed("drain", lambda text: _span(text, _LONGEST_DRAIN)),
        preload=table.flag("preload"),
    )


def _memory(text: str) -> int:
    found = _SIZE.fullmatch(text.strip())
    size = int(found[1]) * MIB * (1024 if found[2].upper() == "G" else 1) if found else 0
    if size < _LEAST_MEMORY:
        raise ValueError(
            _("%(text)r is no size such as 768 MiB or 1 GiB, of at least 256 MiB", text=text)
        )
    return size


# A source's schedule, understood: the one place where desk reads that word.


def schedule_of(source: Source) -> Schedule:
    """When a source is due. Raise ConfigError, one line with the line of the file."""
    try:
        return parse_schedule(source.schedule, source.zone)
    except ConfigError as error:
        problem = str(error).removeprefix("schedule ")
        written = ""
        with suppress(OSError, UnicodeDecodeError):
            written = Path(source.path).read_text("utf-8-sig")
        raise Table({}, source.path, written=written).error("schedule", problem) from None
