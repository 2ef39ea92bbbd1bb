"""`hubwatch timetable`: what is due when, how it went last, what would run in
days to come, and letting jobs rest until a date without a restart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Generic, TypeVar

import click

from hubwatch.errors import ConfigError, HubwatchError
from scheduler.timetable import outlook, upcoming
from storage.maintenance import GlobalPause

from .. import _, sentences
from ..documents import JsonDocument, Member
from ..messages import reader
from ..moments import format_duration, parse_coming
from ..text import pluralise
from .config_faults import require_jobs, usable_session
from .console import Column, figure, local, note, print_json, print_json_list, print_table
from .options import (
    JSON,
    completing,
    listing_option,
    output_option,
    person_option,
    reason_option,
    span,
)
from .session import Session, pass_session

if TYPE_CHECKING:
    from scheduler.jobs import Job
    from scheduler.timetable import Fire, TimetableRow


_LONGEST = timedelta(days=366)


@click.command()
@click.argument("names", nargs=-1, metavar="[JOB …]", shell_complete=completing("job"))
@click.option(
    "--simulate", "ahead", callback=span, metavar="SPAN", help="What would run from now on, so far."
)
@listing_option
@click.pass_context
def show(ctx: click.Context, names: tuple[str, ...], ahead: timedelta | None, output: str) -> None:
    """Show when each job of the daemon is due next and how its last run went.

    A job is an enabled source, by its id, or an entry of [[timetable]], by its name. --simulate
    heeds what people paused and a check set aside, and not how long a failing source or a quiet
    one will rest.

    \b
    Examples:
      hubwatch timetable
      hubwatch timetable guiyang-en --json
      hubwatch timetable --simulate 7d
    """
    from .daemon import jobs

    asked = ctx.find_object(Session)
    assert asked is not None
    found = usable_session(asked)
    if found.fault and not found.is_copy:
        require_jobs(asked)
    if found.fault:
        note(asked.with_hints(found.fault))
    session = found.session
    if ahead is not None and not timedelta() < ahead <= _LONGEST:
        raise click.BadParameter(_("between 1s and 366d"), ctx, param_hint="--simulate")
    made = _chosen(jobs(session), names)
    if ahead is not None:
        _simulate(session, made, ahead, output)
    else:
        _show(session, made, output)


def _chosen(made: Sequence[Job], names: Sequence[str]) -> tuple[Job, ...]:
    known = {job.name: job for job in made}
    for name in names:
        if name not in known:
            raise ConfigError(_("there is no job %(name)r; see `hubwatch timetable`", name=name))
    return tuple(known[name] for name in dict.fromkeys(names)) if names else tuple(made)


def _show(session: Session, made: Sequence[Job], output: str) -> None:
    with session.reading() as store:
        found = outlook(store, made, session.clock())
    sources, zone = {job.name for job in made if job.is_of_source}, session.config.zone
    if output == JSON:
        print_json_list([JOB(_shown(row, sources, zone)) for row in found])
        return
    columns = (
        Column("job", style="bold", folds="never"),
        Column("schedule", folds="never", rank=3),
        Column("next due", folds="never"),
        Column("last due", folds="never", rank=2),
        Column("late", "right", folds="never", empty="hidden", rank=4),
        Column("outcome", folds="never", rank=1),
        figure("failures", rank=1),
        figure("skipped", rank=5),
        Column("why", style="dim", empty="hidden"),
    )
    print_table(columns, [_row(row, zone) for row in found])
    note(_("%(jobs)s; times in %(zone)s", jobs=pluralise(len(found), "job"), zone=zone))


def _simulate(session: Session, made: Sequence[Job], ahead: timedelta, output: str) -> None:
    from scheduler.skip_rules import until_lifted

    now, zone = session.clock(), session.config.zone
    with session.reading() as store:
        found = list(upcoming(made, now, now + ahead, until_lifted(store)))
    sources = {job.name for job in made if job.is_of_source}
    if output == JSON:
        print_json_list([FIRE(_shown(fire, sources, zone)) for fire in found])
        return
    columns = (
        Column("due", folds="never"),
        Column("job", style="bold", folds="never"),
        Column("not run, because", style="dim", empty="hidden"),
    )
    print_table(columns, [(local(fire.at, zone), fire.job, _held(fire, zone)) for fire in found])
    runs = [fire.job for fire in found if not fire.held]
    jobs = pluralise(len(set(runs)), "job")
    note(
        _(
            "%(runs)s of %(jobs)s; times in %(zone)s",
            runs=pluralise(len(runs), "run"),
            jobs=jobs,
            zone=zone,
        )
    )


def _row(row: TimetableRow, zone: str) -> tuple[object, ...]:
    return (
        row.job,
        row.schedule,
        local(row.next_at, zone),
        local(row.last_due_at, zone),
        "" if row.late is None else format_duration(row.late),
        row.last_outcome,
        row.failures or "",
        row.skipped or "",
        _held(row, zone) or row.last_reason,
    )


def _held(one: TimetableRow | Fire, zone: str) -> str:
    return sentences.held(reader(), one.held, zone) if one.held else ""


Moment = TypeVar("Moment", bound="TimetableRow | Fire")


@dataclass(frozen=True, slots=True)
class _Shown(Generic[Moment]):
    """A job or one of its moments, with its source, if it is one, and why it is held."""

    moment: Moment
    source: str | None
    held: str


def _shown(moment: Moment, sources: set[str], zone: str) -> _Shown[Moment]:
    return _Shown(moment, moment.job if moment.job in sources else None, _held(moment, zone))


JOB: JsonDocument[_Shown[TimetableRow]] = JsonDocument(
    Member("job", "text", "id of the source, or name of the entry", lambda s: s.moment.job),
    Member("source", "text or null", "id of the source; null for an entry", lambda s: s.source),
    Member("schedule", "text", "as written", lambda s: s.moment.schedule),
    Member("zone", "text", "IANA name of the zone it is meant in", lambda s: s.moment.zone),
    Member("next", "moment", "when it is due next", lambda s: s.moment.next_at),
    Member("last_due", "moment or null", "when the last one was due that ran",
        lambda s: s.moment.last_due_at),
    Member("outcome", "text or null", "how that ended", lambda s: s.moment.last_outcome or None),
    Member("reason", "text", "why, if that needs saying", lambda s: s.moment.last_reason),
    Member("late_seconds", "number or null", "how late it began",
        lambda s: s.moment.late.total_seconds() if s.moment.late is not None else None),
    Member("failures", "integer", "how often it failed in a row, up to now",
        lambda s: s.moment.failures),
    Member("skipped", "integer", "moments left out since", lambda s: s.moment.skipped),
    Member("held", "text", "why it is not started now (a pause, a check), else empty",
        lambda s: s.held),
    commands=("timetable --json",),
    about="A list of the daemon's jobs, the next one first: the enabled sources, and the entries "
        "of `[[timetable]]`.",
)  # fmt: skip


FIRE: JsonDocument[_Shown[Fire]] = JsonDocument(
    Member("job", "text", "as in `timetable`", lambda s: s.moment.job),
    Member("source", "text or null", "id of the source; null for an entry", lambda s: s.source),
    Member("due", "moment", "when it is due", lambda s: s.moment.at),
    Member("held", "text", "why it would not run, as far as that is known now, else empty",
        lambda s: s.held),
    commands=("timetable --simulate --json",),
    about="A list of the moments to come, in order of time.",
)  # fmt: skip


# `hubwatch timetable pause` and `resume`: letting jobs, or all, rest until a date.


def _coming(ctx: click.Context, param: click.Parameter, value: str) -> datetime:
    session = ctx.find_object(Session)
    assert session is not None
    try:
        return parse_coming(value, session.now, session.config.zone)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


def _said(ctx: click.Context, param: click.Parameter, value: str) -> str:
    if not value.strip():
        raise click.BadParameter(_("says nothing"), ctx, param)
    return " ".join(value.split())


@click.command()
@click.argument("jobs", nargs=-1, metavar="[JOB …]", shell_complete=completing("job"))
@click.option("--all", "which", flag_value="all", default="named", help="Everything, not some.")
@click.option(
    "--until",
    required=True,
    callback=_coming,
    metavar="WHEN",
    help="To the end of a day (2026-12-01), to a moment, or for a span (3d).",
)
@reason_option("Everybody is told.", required=True, callback=_said)
@person_option("Who says so, else HUBWATCH_BY.", required=True, callback=_said)
@output_option
@pass_session
def pause(
    session: Session,
    jobs: tuple[str, ...],
    which: str,
    until: datetime,
    why: str,
    person: str,
    output: str,
) -> None:
    """Let sources, or entries of [[timetable]], rest until a date: the daemon skips what is due,
    and says why.

    It takes effect at once and ends by itself. `hubwatch crawl` still crawls them when told to.
    With --all everything stands still: the daemon starts nothing, and no crawl begins at all;
    reading, searching and digests go on.

    \b
    Examples:
      hubwatch timetable pause guiyang-en --until 2026-12-01 --why "portal rebuilt" --by Ana
      hubwatch timetable pause foshan-en foshan-zh --until 12h --why "asked to by them" --by Wei
      hubwatch timetable pause morning-digest --until 2027-01-04 --why "holidays" --by Ana
      hubwatch timetable pause --all --until 2026-12-24 --why "the machine moves" --by Ana
    """
    if (which == "all") == bool(jobs):
        raise click.UsageError(_("name sources or entries of the timetable, or --all"))
    if which == "all":
        _pause_all(session, until, why, person, output)
        return
    entries = {entry.name for entry in session.config.timetable}
    chosen = tuple(dict.fromkeys(jobs))
    for name in chosen:
        if name not in entries:
            session.catalogue.get(name)
    with session.writing() as store, store.writing() as tx:
        for name in chosen:
            tx.maintenance.pause(name, until, why, person)
    if output == JSON:
        print_json(RESTING((chosen, until, why, person)))
        return
    zone = session.config.zone
    for name in chosen:
        click.echo(
            _(
                "%(name)s rests until %(until)s (%(zone)s): %(why)s",
                name=name,
                until=local(until, zone),
                zone=zone,
                why=why,
            )
        )


def _pause_all(session: Session, until: datetime, why: str, person: str, output: str) -> None:
    with session.writing() as store, store.writing() as tx:
        tx.maintenance.pause_all(GlobalPause(session.now, why, person, until))
    if output == JSON:
        print_json(RESTING(((), until, why, person)))
        return
    zone = session.config.zone
    click.echo(
        _(
            "everything stands still until %(until)s (%(zone)s): %(why)s",
            until=local(until, zone),
            zone=zone,
            why=why,
        )
    )


RESTING: JsonDocument[tuple[Sequence[str], datetime, str, str]] = JsonDocument(
    Member("jobs", "list", "what rests; empty: everything", lambda r: r[0]),
    Member("until", "moment", "until then", lambda r: r[1]),
    Member("why", "text", "the reason, which everybody is told", lambda r: r[2]),
    Member("by", "text", "who said so", lambda r: r[3]),
    commands=("timetable pause --json",),
)  # fmt: skip


RESUMED: JsonDocument[tuple[Sequence[str], Sequence[str]]] = JsonDocument(
    Member("jobs", "list", "what goes on; empty: everything", lambda r: r[0]),
    Member("reasons", "list", "why it rested, in the order of `jobs`, or of everything",
        lambda r: r[1]),
    commands=("timetable resume --json",),
)  # fmt: skip


@click.command()
@click.argument("jobs", nargs=-1, metavar="[JOB …]", shell_complete=completing("job"))
@output_option
@pass_session
def resume(session: Session, jobs: tuple[str, ...], output: str) -> None:
    """End the rest of sources, or of entries of the timetable: they run when they are due next.
    Without JOB, end the standstill of everything, after `pause --all` or a restore.

    \b
    Examples:
      hubwatch timetable resume guiyang-en
      hubwatch timetable resume
    """
    if not jobs:
        _resume_all(session, output)
        return
    with session.writing() as store:
        resting = store.maintenance.pauses(session.now)
        awake = [name for name in jobs if name not in resting]
        if awake:
            raise HubwatchError(_("%(awake)s: not paused", awake=", ".join(awake)))
        with store.writing() as tx:
            for name in jobs:
                tx.maintenance.resume(name)
    if output == JSON:
        print_json(RESUMED((jobs, [resting[name].reason for name in jobs])))
        return
    for name in jobs:
        click.echo(
            _(
                "%(name)s goes on; it rested until now: %(reason)s",
                name=name,
                reason=resting[name].reason,
            )
        )


def _resume_all(session: Session, output: str) -> None:
    with session.writing() as store:
        found = store.maintenance.global_pause(session.now)
        if found is None:
            raise HubwatchError(
                _("%(archive)s: does not stand still; name what rests", archive=session.archive)
            )
        with store.writing() as tx:
            tx.maintenance.resume_all()
    if output == JSON:
        print_json(RESUMED(((), [found.reason])))
        return
    click.echo(_("everything goes on; it stood still until now: %(reason)s", reason=found.reason))
