"""`hubwatch pause` and `resume`: letting jobs, or all, rest until a date, without a restart."""

from __future__ import annotations

from datetime import datetime

import click

from hubwatch.errors import HubwatchError

from ..moments import parse_coming
from .console import local
from .session import Session, pass_session


def _coming(ctx: click.Context, param: click.Parameter, value: str) -> datetime:
    session = ctx.find_object(Session)
    assert session is not None
    try:
        return parse_coming(value, session.now, session.config.zone)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


def _said(ctx: click.Context, param: click.Parameter, value: str) -> str:
    if not value.strip():
        raise click.BadParameter("says nothing", ctx, param)
    return " ".join(value.split())


@click.command()
@click.argument("jobs", nargs=-1, metavar="[JOB …]")
@click.option("--all", "which", flag_value="all", default="named", help="Everything, not some.")
@click.option(
    "--until",
    required=True,
    callback=_coming,
    metavar="WHEN",
    help="To the end of a day (2026-12-01), to a moment, or for a span (3d).",
)
@click.option("--why", required=True, callback=_said, metavar="TEXT", help="Everybody is told.")
@click.option("--by", "person", required=True, callback=_said, metavar="NAME", help="Who says so.")
@pass_session
def pause(
    session: Session, jobs: tuple[str, ...], which: str, until: datetime, why: str, person: str
) -> None:
    """Let sources, or entries of [[timetable]], rest until a date: the daemon skips what is due,
    and says why.

    It takes effect at once and ends by itself. `hubwatch crawl` still crawls them when told to.
    With --all everything stands still: the daemon starts nothing, and no crawl begins at all;
    reading, searching and digests go on.

    \b
    Examples:
      hubwatch pause guiyang-en --until 2026-12-01 --why "portal under maintenance" --by Ana
      hubwatch pause foshan-en foshan-zh --until 12h --why "asked to by their webmaster" --by Wei
      hubwatch pause morning-digest --until 2027-01-04 --why "holidays" --by Ana
      hubwatch pause --all --until 2026-12-24 --why "the machine moves" --by Ana
    """
    if (which == "all") == bool(jobs):
        raise click.UsageError("name sources or entries of the timetable, or --all")
    if which == "all":
        _stand_still(session, until, why, person)
        return
    entries = {entry.name for entry in session.config.timetable}
    chosen = tuple(dict.fromkeys(jobs))
    for name in chosen:
        if name not in entries:
            session.catalogue.get(name)
    with session.writing() as store, store.writing() as tx:
        for name in chosen:
            tx.maintenance.pause(name, until, why, person)
    zone = session.config.zone
    for name in chosen:
        click.echo(f"{name} rests until {local(until, zone)} ({zone}): {why}")


def _stand_still(session: Session, until: datetime, why: str, person: str) -> None:
    from storage.maintenance.records import GlobalPause

    with session.writing() as store, store.writing() as tx:
        tx.maintenance.pause_all(GlobalPause(session.now, why, person, until))
    zone = session.config.zone
    click.echo(f"everything stands still until {local(until, zone)} ({zone}): {why}")


@click.command()
@click.argument("jobs", nargs=-1, metavar="[JOB …]")
@pass_session
def resume(session: Session, jobs: tuple[str, ...]) -> None:
    """End the rest of sources, or of entries of the timetable: they run when they are due next.
    Without JOB, end the standstill of everything, after `pause --all` or a restore.

    \b
    Examples:
      hubwatch resume guiyang-en
      hubwatch resume
    """
    if not jobs:
        _go_on(session)
        return
    with session.writing() as store:
        resting = store.maintenance.pauses(session.now)
        awake = [name for name in jobs if name not in resting]
        if awake:
            raise HubwatchError(f"{', '.join(awake)}: not paused")
        with store.writing() as tx:
            for name in jobs:
                tx.maintenance.resume(name)
    for name in jobs:
        click.echo(f"{name} goes on; it rested until now: {resting[name].reason}")


def _go_on(session: Session) -> None:
    with session.writing() as store:
        found = store.maintenance.global_pause(session.now)
        if found is None:
            raise HubwatchError(f"{session.archive}: does not stand still; name what rests")
        with store.writing() as tx:
            tx.maintenance.resume_all()
    click.echo(f"everything goes on; it stood still until now: {found.reason}")
