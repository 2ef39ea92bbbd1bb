"""`hubwatch doctor`: is this installation in order, and what to do where it is not."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubwatch.errors import ConfigError, HubwatchError, NoArchive

from .. import _, described, label, padded, term
from ..documents import JsonDocument, Member, parts
from ..status import unheard
from ..text import format_size, one_line, pluralise
from .config_faults import archive_remedy, of_configuration, old_names, usable_session
from .console import note, print_json, rich_console
from .daemon import other_jobs
from .options import JSON, output_option
from .session import Session

if TYPE_CHECKING:
    from storage.incidents import AlertDelivery

    from ..doctor import Check

_COLOURS = {"ok": "green", "warning": "yellow", "fault": "red"}


@click.command()
@click.option(
    "--full", "thoroughness", flag_value="full", default="quick",
    help="Read every page of the archive, and its index; minutes for a large one.",
)  # fmt: skip
@output_option
@click.pass_context
def doctor(ctx: click.Context, thoroughness: str, output: str) -> None:
    """Look over this installation: archive and index, SQLite, daemon, clock, PDFs, disk,
    permissions, a standstill, stuck runs, incidents, jobs, backup, configuration, exceptions of
    trust, alerts.

    It takes a moment, whatever the archive's size; with --full the archive is read whole. Exit code
    1 if something does not work.

    \b
    Examples:
      hubwatch doctor
      hubwatch doctor --full
      sudo -u hubwatch hubwatch --config /etc/hubwatch/hubwatch.toml doctor --json
    """
    session = ctx.find_object(Session)
    assert session is not None
    found = [
        replace(
            check, detail=session.with_hints(check.detail), remedy=session.with_hints(check.remedy)
        )
        for check in _look(session, thoroughness)
    ]
    faults = sum(each.state == "fault" for each in found)
    if output == JSON:
        print_json(CHECKS(found))
    else:
        for each in found:
            _print(each)
        warnings = sum(each.state == "warning" for each in found)
        few = f"{pluralise(faults, 'fault')}, {pluralise(warnings, 'warning')}"
        note(f"{pluralise(len(found), 'check')}: {few}")
    ctx.exit(1 if faults else 0)


CHECK: JsonDocument[Check] = JsonDocument(
    Member("check", "text", "`archive`, `search index`, `standstill`, `runs`, `incidents`, "
        "`sqlite`, `daemon`, `clock`, `pdf`, `disk`, `permissions`, `jobs`, `deliveries`, "
        "`backup`, `configuration`, `trust`, `alerts`", lambda c: c.name),
    Member("state", "text", "`ok`, `warning` (it may not work before long) or `fault`",
        lambda c: c.state),
    Member("told", "text", "how it is, in one line", lambda c: c.detail),
    Member("remedy", "text", "what to do; empty where it is in order", lambda c: c.remedy),
)  # fmt: skip


CHECKS: JsonDocument[Sequence[Check]] = JsonDocument(
    Member("sound", "boolean", "whether there is no fault",
        lambda c: all(each.state != "fault" for each in c)),
    parts("checks", "what was looked at", lambda c: c, CHECK),
    commands=("doctor --json",),
    about="One document. Exit code 1 if there is a fault.",
)  # fmt: skip


def _print(check: Check) -> None:
    state = click.style(
        padded(term("check_state", check.state.value), 8), fg=_COLOURS[check.state.value]
    )
    click.echo(f"{state} {padded(label(check.name), 13)} {one_line(check.detail)}")
    if check.remedy:
        click.echo(f"{'':<8} {'':<13} → {one_line(check.remedy)}")


def _look(session: Session, thoroughness: str) -> Iterator[Check]:
    from ..doctor import check_configuration, check_machine, check_timetable, fault, warning

    refused = of_configuration(session)
    for each in refused:
        yield fault("configuration", each.text, each.remedy)
    try:
        used = usable_session(session).session
    except ConfigError:
        return
    config = used.config
    lost: tuple[AlertDelivery, ...] = ()
    try:
        archive = used.archive
    except NoArchive as error:
        yield fault("archive", described(error), archive_remedy(error))
        return
    try:
        store = used.reading()
    except HubwatchError as error:
        yield fault("archive", described(error), archive_remedy(error))
        yield from check_machine(archive, None, config, session.now)
    else:
        store.close()
        yield from _of_archive(used, thoroughness)
        with used.reading() as store:
            yield from check_machine(archive, store, config, session.now)
            yield from check_timetable(store, other_jobs(used), session.now)
            lost = unheard(store, [each.name for each in config.alerts.channels], session.now)
        for old in old_names(used):
            yield warning("jobs", old.text, old.remedy)
    try:
        enabled, faults = used.enabled(), used.catalogue.faults
    except ConfigError:
        return  # said above
    yield from check_configuration(
        config, enabled, faults, session.now, is_sound=not refused, lost=lost
    )


def _of_archive(session: Session, thoroughness: str) -> Iterator[Check]:
    """The archive, opened for writing as the check of its index needs. Where it cannot be, the
    check of permissions says so."""
    from ..doctor import Thoroughness, check_archive, fault

    try:
        with session.editing() as store:
            with _reading(store.path, thoroughness):
                found = list(check_archive(store, session.now, Thoroughness(thoroughness)))
            yield from found
    except HubwatchError as error:
        yield fault(
            "archive", str(error), _("see to its permissions, or put a backup in its place")
        )


@contextmanager
def _reading(path: Path, thoroughness: str) -> Iterator[None]:
    """Say while the archive is read whole that it is, and for how long already."""
    if thoroughness != "full" or not sys.stderr.isatty():
        yield
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=rich_console(sys.stderr), transient=True) as progress:
        size = format_size(path.stat().st_size)
        progress.add_task(_("reading %(size)s", size=size), total=None)
        yield
