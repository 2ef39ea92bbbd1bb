"""`hubwatch timetable add`, `edit`, `remove`: entries of `[[timetable]]`, written by command."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hubwatch.config_keys import FILE
from hubwatch.errors import ConfigError
from hubwatch.toml import Table, suggest

from .. import _
from ..config_edit import edited, with_table, without_table
from ..documents import JsonDocument, Member
from ..files import write_atomically
from ..moments import format_duration
from ..timetable import read_entries
from .config_faults import check_entry
from .console import fact, local, note, print_json
from .main import renamed
from .options import JSON, completing, dry_run_option, output_option
from .session import Session, pass_session

if TYPE_CHECKING:
    from ..timetable import TimetableEntry

_KEY = "timetable"
_DAEMON = "hubwatch"


@dataclass(frozen=True, slots=True)
class WrittenEntry:
    """An entry of the timetable as it is now, or would be. `path` is where it was written."""

    entry: TimetableEntry
    following: datetime
    path: Path | None


WRITTEN_ENTRY: JsonDocument[WrittenEntry] = JsonDocument(
    Member("name", "text", "what the job is called", lambda w: w.entry.name),
    Member("command", "text", "what it runs, without the word `hubwatch`",
        lambda w: shlex.join(w.entry.command)),
    Member("schedule", "text", "when it is due, as written", lambda w: w.entry.schedule.text),
    Member("zone", "text", "IANA name of the zone it is meant in", lambda w: w.entry.schedule.zone),
    Member("deadline_seconds", "number", "after which it is ended",
        lambda w: w.entry.deadline.total_seconds()),
    Member("next", "moment", "when it is due next", lambda w: w.following),
    Member("file", "text or null", "the file that was written; null with `--dry-run`",
        lambda w: w.path),
    commands=("timetable add --json", "timetable edit --json"),
    about="One document.",
)  # fmt: skip


def _entry_options(command: Any) -> Any:
    """What else an entry says."""
    for option in (
        click.option("--zone", metavar="ZONE", help="The zone of the schedule's times."),
        click.option("--deadline", metavar="SPAN", help="After which it is ended: 30m, 4h."),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("named", metavar="NAME")
@click.argument("words", nargs=-1, required=True, metavar="COMMAND …")
@click.option(
    "--schedule", required=True, metavar="TEXT", help="When: `daily at 07:30, on mon-fri`, cron, …"
)
@_entry_options
@dry_run_option("Say what it would be only.")
@output_option
@pass_session
def add(
    session: Session,
    named: str,
    words: tuple[str, ...],
    schedule: str,
    zone: str | None,
    deadline: str | None,
    mode: str,
    output: str,
) -> None:
    """Put a command of Hubwatch on the timetable: a table [[timetable]] in your configuration.

    The command is one text, or follows `--` word by word. It is read as `config check` reads it,
    and written only if the daemon would take it. A running daemon takes it up within a minute.

    \b
    Examples:
      hubwatch timetable add nightly-backup "backup --to /srv/backups" --schedule "daily at 03:10"
      hubwatch timetable add watch --schedule "every 1h" --json -- search "hub city" --since 1h
    """
    path = _file_of(session)
    values = _values(schedule=schedule, zone=zone, deadline=deadline)
    table = {"name": named.strip(), "command": _command(words), **values}
    after = with_table(path, _KEY, table)
    _conclude(session, path, after, named.strip(), mode, output)


@click.command()
@click.argument("name", shell_complete=completing("job"))
@click.option("--command", metavar="TEXT", help="What it runs.")
@click.option("--schedule", metavar="TEXT", help="When it is due.")
@_entry_options
@click.option("--name", "called", metavar="NAME", help="What it is called from now on.")
@dry_run_option("Say what it would be only.")
@output_option
@pass_session
def edit(session: Session, /, name: str, mode: str, output: str, **said: str | None) -> None:
    """Change an entry of the timetable. Remarks in the file stay, and so does what is not named.

    An empty --zone or --deadline takes that key away.

    \b
    Examples:
      hubwatch timetable edit nightly-backup --schedule "daily at 04:00"
      hubwatch timetable edit nightly-backup --deadline 2h --zone "" --json
    """
    called, command = said.pop("called"), said.pop("command")
    values: dict[str, object] = dict(_values(**said))
    values |= {} if command is None else {"command": _command((command,))}
    values |= {} if called is None else {"name": called.strip()}
    if not values:
        raise click.UsageError(_("say what is to change: --schedule, --command, …"))
    path = _file_of(session)
    place = _place(session, name)

    def change(tables: MutableMapping[str, Any]) -> None:
        table = tables[_KEY][place]
        for key, value in values.items():
            if value == "":
                table.pop(key, None)
            else:
                table[key] = value

    after = edited(path, path.read_text("utf-8-sig"), change)
    _conclude(session, path, after, (called or name).strip(), mode, output)


@click.command()
@click.argument("name", shell_complete=completing("job"))
@dry_run_option("Say what would go only.")
@output_option
@pass_session
def remove(session: Session, name: str, mode: str, output: str) -> None:
    """Take an entry off the timetable, with the remarks within it, and print what was taken out.
    Remarks above it stay.

    \b
    Examples:
      hubwatch timetable remove nightly-backup
      hubwatch timetable remove nightly-backup --dry-run --json
    """
    path = _file_of(session)
    after, taken = without_table(path, _KEY, _place(session, name) + 1)
    if mode != "dry":
        write_atomically(path, after.encode())
    if output == JSON:
        print_json(REMOVED_ENTRY((name, taken, None if mode == "dry" else path)))
        return
    click.echo(taken.rstrip("\n"))
    if mode != "dry":
        note(_("%(name)s is off the timetable of %(path)s", name=name, path=path))


REMOVED_ENTRY: JsonDocument[tuple[str, str, Path | None]] = JsonDocument(
    Member("name", "text", "the entry", lambda r: r[0]),
    Member("toml", "text", "the lines that were taken out, or would be", lambda r: r[1]),
    Member("file", "text or null", "the file that was written; null with `--dry-run`",
        lambda r: r[2]),
    commands=("timetable remove --json",),
    about="One document.",
)  # fmt: skip


def _file_of(session: Session) -> Path:
    path = session.config.path
    if path is None:
        raise ConfigError(_("there is no configuration to write into; `hubwatch init` makes one"))
    return path


def _values(**said: str | None) -> dict[str, str]:
    return {key: value.strip() for key, value in said.items() if value is not None}


def _command(words: Sequence[str]) -> str:
    """A command line as it is written: by the names of today, without `hubwatch`. One text is as
    somebody typed it."""
    try:
        split = shlex.split(words[0]) if len(words) == 1 else list(words)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="COMMAND") from None
    split = split[1:] if split[:1] == [_DAEMON] else split
    return shlex.join(renamed(split) or split)


def _place(session: Session, name: str) -> int:
    """Which of the entries has that name. Raise ConfigError that names the nearest."""
    names = [entry.name for entry in session.config.timetable]
    if name not in names:
        hint = suggest(name, names) or (_("; there are: %(values)s", values=", ".join(names)))
        told = _("there is no entry %(name)r of the timetable", name=name)
        raise ConfigError(f"{told}{hint if names else ''}")
    return names.index(name)


def _conclude(session: Session, path: Path, after: str, name: str, mode: str, output: str) -> None:
    """Check the text of the configuration, write it, and say how the entry is now. Raise
    ConfigError where the daemon would refuse it; nothing is written then."""
    table = Table(tomllib.loads(after), str(path), written=after, keys=FILE)
    entries = read_entries(table, session.config.zone)
    entry = next(each for each in entries if each.name == name)
    check_entry(session, entry)
    written = None
    if mode != "dry":
        write_atomically(path, after.encode())
        written = path
    found = WrittenEntry(entry, entry.schedule.next_after(session.now), written)
    if output == JSON:
        print_json(WRITTEN_ENTRY(found))
        return
    zone = session.config.zone
    click.echo(fact("job", entry.name))
    click.echo(fact("command", shlex.join(entry.command)))
    click.echo(fact("schedule", f"{entry.schedule.text} ({entry.schedule.zone})"))
    click.echo(fact("deadline", format_duration(entry.deadline)))
    click.echo(fact("next due", f"{local(found.following, zone)} ({zone})"))
    if written is not None:
        click.echo(fact("wrote", str(written)))
