"""Options that several commands of digests share, and how their results reach people."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hubwatch.errors import HubwatchError

from ...text import one_line
from ..console import NUMBER, is_terminal, note
from ..session import Session

if TYPE_CHECKING:
    from storage.sources.records import SourceRef

    from ...digest.look import DigestStyle

Command = Callable[..., Any]
FORMATS = ("html", "docx", "md", "txt", "csv", "xlsx", "json", "atom", "eml")
_BINARY = ("docx", "xlsx", "zip")
_ENDINGS = {"htm": "html", "markdown": "md", "xml": "atom"}

by = click.option("--by", "person", required=True, metavar="NAME", help="Who says so.")
number = click.argument("number", metavar="N", type=NUMBER)
output_file = click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to write it, else to the terminal.",
)
form_option = click.option(
    "--format", "form", type=click.Choice(FORMATS), help="[default: FILE's ending, else md]"
)


def selection(command: Command) -> Command:
    """What a digest is of and how it is divided: parameters `topics`, `scope`, `grouping`, `title`
    of a command."""
    for option in reversed(_SELECTION):
        command = option(command)
    return command


_SELECTION = (
    click.option("--topic", "topics", multiple=True, metavar="TOPIC", help="Only of this topic."),
    click.option(
        "--relevant", "scope", flag_value="relevant", default="all", help="Only relevant stories."
    ),
    click.option("--accepted", "scope", flag_value="accepted", help="Only accepted stories."),
    click.option(
        "--group",
        "grouping",
        type=click.Choice(["city", "topic"]),
        default="city",
        show_default=True,
        help="What the sections are.",
    ),
    click.option("--title", metavar="TEXT", help="The title, else the configuration's."),
)


def named(person: str) -> str:
    """A person's name on one line. A usage error where it names nobody."""
    if not person.strip():
        raise click.BadParameter("names nobody", param_hint="--by")
    return one_line(person)


def form_of(form: str | None, target: Path | None) -> str:
    """The format that was asked for, by its word or by the file's ending."""
    if form is not None:
        return form
    ending = target.suffix.lower().lstrip(".") if target else ""
    ending = _ENDINGS.get(ending, ending)
    return ending if ending in FORMATS else "md"


def write_out(data: bytes, form: str, target: Path | None, told: str) -> None:
    """Write a file and say so, or print it; nothing binary comes on a terminal."""
    from ...files import write_whole

    if target is not None:
        write_whole(target, data)
        note(f"{target}: {told}")
    elif form in _BINARY and is_terminal():
        raise click.UsageError(f"{form} is nothing to read on a terminal; name a file with -o")
    else:
        sys.stdout.flush()
        click.echo(data, nl=False)


def look_of(session: Session) -> DigestStyle:
    """How digests look by the configuration. Raises ConfigError."""
    from ...digest.look import DigestStyle

    return DigestStyle(session.config.templates, session.config.reach.address)


def enabled(session: Session) -> tuple[SourceRef, ...]:
    """The sources against which a digest tells what was not scanned. Raises ConfigError."""
    return tuple(source.ref for source in session.enabled())


@contextmanager
def told_plainly(session: Session) -> Iterator[None]:
    """What cannot be done to a digest, as one line."""
    try:
        yield
    except (LookupError, ValueError) as error:
        raise HubwatchError(f"{session.archive}: {error.args[0]}") from None
