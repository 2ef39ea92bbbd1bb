"""`hubwatch run` and `timetable`: the sources as the scheduler's jobs.

A job is `hubwatch crawl --json ID` in a child, with the same configuration and archive as here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from .console import JSON, Column, local, note, output_option, print_json_list, print_table
from .session import Session

if TYPE_CHECKING:
    from scheduler.jobs import Job
    from scheduler.timetable import TimetableRow
    from scraper.sources.model import Source

_GRACE = timedelta(minutes=2)  # beside the source's own bound: start, waiting for the host, the end
_SLOTS_SHOWN = 20  # a job; enough to find the last one that ran


@click.command()
@click.option("--limit", type=click.IntRange(1, 32), default=2, show_default=True)
@click.pass_context
def run(ctx: click.Context, limit: int) -> None:
    """Run the daemon: crawl every enabled source on its timetable, LIMIT children at a time.

    One daemon serves an archive. SIGTERM ends it cleanly, SIGHUP makes it read the configuration
    again; a faulty one is reported and the old one kept.

    \b
    Examples:
      hubwatch run
      hubwatch --config /etc/hubwatch/hubwatch.toml run --limit 4
    """
    from scheduler.daemon import run_daemon
    from scheduler.limits import Limits

    from .crawl import contact_for
    from .progress import log_to_stderr

    session = ctx.find_object(Session)
    assert session is not None
    contact_for(session, session.enabled())
    session.writing().close()
    log_to_stderr()
    limits = Limits(children=limit)
    ctx.exit(run_daemon(plan_of(session), session.archive, session.clock, limits=limits))


def plan_of(session: Session) -> Callable[[], tuple[Job, ...]]:
    """Gives the jobs of the configuration as it is whenever it is asked."""

    def plan() -> tuple[Job, ...]:
        return jobs(Session(session.config_option, session.db_option, session.clock))

    return plan


def jobs(session: Session) -> tuple[Job, ...]:
    """The enabled sources as jobs. Raises ConfigError with the file and key of a bad schedule."""
    command = (sys.executable, "-P", "-m", "desk", *session.options(), "crawl", "--json")
    return tuple(_job(source, command) for source in session.enabled())


def _job(source: Source, command: Sequence[str]) -> Job:
    from scheduler.jobs import Job

    from ..schedules import schedule_of

    return Job(
        name=source.id,
        command=tuple(command),
        schedule=schedule_of(source),
        deadline=source.bounds.duration + _GRACE,
        arguments=(source.id,),
        group="crawl",
    )


@click.command()
@output_option
@click.pass_context
def timetable(ctx: click.Context, output: str) -> None:
    """Show when each enabled source is due next and how its last crawl by the daemon went.

    \b
    Examples:
      hubwatch timetable
      hubwatch timetable --json
    """
    from scheduler.timetable import timetable as read_timetable

    session = ctx.find_object(Session)
    assert session is not None
    made = jobs(session)
    with session.reading() as store:
        slots = [slot for job in made for slot in store.slots(job.name, _SLOTS_SHOWN)]
    found = read_timetable(made, slots, session.clock())
    if output == JSON:
        print_json_list([_json(row) for row in found])
        return
    zone = session.config.zone
    columns = (
        Column("source", style="bold", folds="never"),
        Column("schedule"),
        Column("next"),
        Column("last due"),
        Column("outcome"),
        Column("skipped", "right"),
        Column("why", style="dim"),
    )
    print_table(columns, [_row(row, zone) for row in found])
    note(f"{len(found)} sources; times in {zone}")


def _row(row: TimetableRow, zone: str) -> tuple[object, ...]:
    why = row.held or row.last_reason
    return (
        row.job,
        row.schedule,
        local(row.next_at, zone),
        local(row.last_due_at, zone),
        row.last_outcome,
        row.skipped or "",
        why,
    )


def _json(row: TimetableRow) -> dict[str, object]:
    return {
        "source": row.job,
        "schedule": row.schedule,
        "zone": row.zone,
        "next": row.next_at.isoformat(),
        "last_due": row.last_due_at.isoformat() if row.last_due_at else None,
        "outcome": row.last_outcome or None,
        "reason": row.last_reason,
        "late_seconds": row.late.total_seconds() if row.late is not None else None,
        "skipped": row.skipped,
        "held": row.held,
    }
