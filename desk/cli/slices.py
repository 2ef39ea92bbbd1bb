"""`hubwatch slice out`, `list` and `drop`: which sources are crawled elsewhere; handing one out.

How a slice is crawled and merged is in `slice_crawls`, which loads what crawls.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubwatch.errors import Busy, HubwatchError
from hubwatch.locks import Lock
from scraper.sources.links import hosts_of
from scraper.sources.load import definition_of
from storage.answers import JOB
from storage.slice_files import SliceFile, SliceHead, cut
from storage.slices import AnswerState, SliceState, SliceTicket

from .. import _, term
from ..documents import JsonDocument, Member
from ..text import format_size
from .console import Column, fact, local, note, note_cut, print_json, print_json_list, print_table
from .options import (
    COUNT,
    FILE,
    JSON,
    completing,
    limit_option,
    listing_option,
    output_option,
    source_argument,
    span,
    wait_option,
)
from .session import Session, pass_session

if TYPE_CHECKING:
    from scraper.sources.model import Source
    from storage.archive import Archive


class JobName(click.types.StringParamType):
    """The name of a job."""

    name = "id"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name. Anything else is a usage error."""
        if not JOB.fullmatch(value):
            self.fail(_("a job is named by letters, digits, `.`, `-` and `_`, 64 at most"))
        return value


JOB_NAME = JobName()


@dataclass(frozen=True, slots=True)
class IssuedSlice:
    """A slice that was cut, and where it lies."""

    ticket: SliceTicket
    file: Path
    cut: SliceFile


ISSUED_SLICE: JsonDocument[IssuedSlice] = JsonDocument(
    Member("job", "text", "id of the job", lambda i: i.ticket.job),
    Member("attempt", "integer", "which attempt at it this is", lambda i: i.ticket.attempt),
    Member("source", "text", "id of the source", lambda i: i.ticket.source_id),
    Member("place", "text", "where it is to be crawled; may be empty", lambda i: i.ticket.place),
    Member("file", "text", "the slice", lambda i: str(i.file)),
    Member("bytes", "integer", "its size", lambda i: i.cut.bytes),
    Member("sha256", "text", "its checksum", lambda i: i.cut.sha256),
    Member("cut", "moment", "when it was cut", lambda i: i.ticket.cut_at),
    Member("held_until", "moment or null", "until when the hosts of the source are not crawled "
        "here; null: they are not held", lambda i: i.ticket.held_until),
    Member("addresses", "integer", "known addresses in it", lambda i: i.cut.addresses),
    commands=("slice out --json",),
)  # fmt: skip


@click.command()
@source_argument("SOURCE")
@click.option("--to", "target", type=FILE, required=True, metavar="FILE", help="The slice.")
@click.option("--job", type=JOB_NAME, help="A name for it, else one is made.")
@click.option("--attempt", type=COUNT, metavar="N", help="Which attempt at the job, else the next.")
@click.option("--place", default="", metavar="NAME", help="Where it is to be crawled.")
@click.option("--hold", callback=span, metavar="SPAN",
    help="So long the hosts of the source are not crawled here.")  # fmt: skip
@wait_option("30s", "How long to wait for a host that another process is crawling.")
@output_option
@pass_session
def out(
    session: Session,
    source_id: str,
    target: Path,
    job: str | None,
    attempt: int | None,
    place: str,
    hold: timedelta | None,
    wait: timedelta,
    output: str,
) -> None:
    """Hand out a slice: what the archive knows of a source, as a small file.

    A new attempt at a job takes the place of those before it, whose answers then come late. With
    --hold the hosts rest here until the answer is merged, the slice is dropped, or the time is up.

    \b
    Examples:
      hubwatch slice out guiyang-en --to guiyang.slice
      hubwatch slice out guiyang-en --to guiyang.slice --job tuesday --attempt 2 --hold 2h --json
    """
    source = session.catalogue.get(source_id)
    if source.render:
        raise HubwatchError(
            _(
                "%(source)s wants its pages rendered, which is done where they are crawled: no "
                "slice of it can be handed out",
                source=source_id,
            )
        )
    files = definition_of(source, session.config.sources)
    hosts = hosts_of(source)
    with session.editing() as store, _leases(session, source, wait):
        now = session.clock()
        job = job or secrets.token_hex(8)
        before = store.sources.slices.of_job(job)
        number = attempt or max((each.attempt for each in before), default=0) + 1
        if any(each.attempt >= number for each in before):
            raise HubwatchError(_("the job %(job)s has had attempt %(n)s", job=job, n=number))
        holder = store.sources.slices.holder(hosts, now)
        if holder is not None and holder.job != job:
            raise Busy(
                _(
                    "a host of %(source)s is held for the slice %(job)s",
                    source=source_id,
                    job=holder.job,
                )
            )
        with store.writing() as tx:  # whoever was never crawled has no row yet
            tx.sources.register(source.ref, now)
        head = SliceHead(job, number, source_id, now, files)
        made = cut(store.path, target, head, hosts, now)
        with store.writing() as tx:
            ticket = tx.sources.slices.issue(
                job,
                number,
                source_id,
                place=place,
                sha256=made.sha256,
                hosts=hosts,
                cut_at=now,
                held_until=now + hold if hold else None,
            )
    issued = IssuedSlice(ticket, target, made)
    if output == JSON:
        print_json(ISSUED_SLICE(issued))
        return
    click.echo(fact(_("slice"), f"{target} ({format_size(made.bytes)})"))
    click.echo(fact(_("job"), _("%(job)s, attempt %(n)s", job=job, n=number)))
    if ticket.held_until is not None:
        click.echo(fact(_("held until"), local(ticket.held_until, session.config.zone)))
    click.echo(fact(_("next"), f"hubwatch crawl --slice {target.name}"))


@contextmanager
def _leases(session: Session, source: Source, wait: timedelta) -> Iterator[None]:
    """Hold the hosts of a source, so that no crawl of it is under way. Raises Busy."""
    taken: list[Lock] = []
    try:
        for host in sorted(hosts_of(source)):
            lock = Lock(session.archive, f"host-{host}")
            lock.acquire(wait, f"slice out {source.id}", session.report_holder)
            taken.append(lock)
        yield
    finally:
        for lock in taken:
            lock.release()


@dataclass(frozen=True, slots=True)
class ListedSlice:
    """An attempt, and the machine whose answer was merged, or empty."""

    ticket: SliceTicket
    node: str


LISTED_SLICE: JsonDocument[ListedSlice] = JsonDocument(
    Member("job", "text", "id of the job", lambda s: s.ticket.job),
    Member("attempt", "integer", "which attempt", lambda s: s.ticket.attempt),
    Member("source", "text", "id of the source", lambda s: s.ticket.source_id),
    Member("place", "text", "where it is to be crawled; may be empty", lambda s: s.ticket.place),
    Member("state", "text", "`out`, `merging`, `merged` or `lost`", lambda s: s.ticket.state),
    Member("cut", "moment", "when it was cut", lambda s: s.ticket.cut_at),
    Member("held_until", "moment or null", "until when the hosts of the source are held",
        lambda s: s.ticket.held_until),
    Member("ended", "moment or null", "when it was merged or lost", lambda s: s.ticket.ended_at),
    Member("reason", "text", "why it was lost", lambda s: s.ticket.reason),
    Member("run", "integer or null", "the run that it became", lambda s: s.ticket.run_id),
    Member("node", "text", "the machine that crawled what was merged, as it calls itself",
        lambda s: s.node),
    commands=("slice list --json", "slice drop --json"),
    about="A list from `slice list`, the newest first; an object from `slice drop`.",
)  # fmt: skip

_COLUMNS = (
    Column("job", folds="never"),
    Column("attempt", "right", folds="never"),
    Column("source", folds="never"),
    Column("state", style="bold", folds="never"),
    Column("cut", folds="never", rank=1),
    Column("held until", folds="never", rank=2, empty="hidden"),
    Column("run", "right", folds="never", rank=2, empty="hidden"),
    Column("fetched", rank=3, empty="hidden"),
    Column("why", style="dim", empty="hidden"),
)


@click.command("list")
@limit_option()
@listing_option
@pass_session
def list_slices(session: Session, limit: int, output: str) -> None:
    """List the slices that were handed out, and what became of them, the newest first.

    \b
    Examples:
      hubwatch slice list
      hubwatch slice list --json
    """
    with session.reading() as store:
        found = store.sources.slices.latest(limit)
        listed = [_listed(store, each) for each in found]
        note_cut(len(found), limit, store.sources.slices.count)
    if output == JSON:
        print_json_list([LISTED_SLICE(each) for each in listed])
        return
    if not listed:
        note(_("no slice was handed out"))
        return
    print_table(_COLUMNS, [_row(each, session.config.zone) for each in listed])


def _listed(store: Archive, ticket: SliceTicket) -> ListedSlice:
    answers = store.sources.slices.answers(20, ticket.id)
    nodes = (each.node for each in answers if each.state is AnswerState.MERGED)
    return ListedSlice(ticket, next(nodes, ""))


def _row(each: ListedSlice, zone: str) -> tuple[object, ...]:
    ticket = each.ticket
    held = ticket.held_until if ticket.state is SliceState.OUT else None
    where = " ".join(filter(None, (ticket.place, each.node)))
    return (
        ticket.job,
        ticket.attempt,
        ticket.source_id,
        term("slice", str(ticket.state)),
        local(ticket.cut_at, zone),
        local(held, zone, ""),
        ticket.run_id or "",
        where,
        ticket.reason,
    )


@click.command()
@click.argument("job", type=JOB_NAME, metavar="JOB", shell_complete=completing("slice"))
@click.option("--attempt", type=COUNT, metavar="N", help="Which attempt, else the latest.")
@output_option
@pass_session
def drop(session: Session, job: str, attempt: int | None, output: str) -> None:
    """Give an attempt up: its hosts are free, and what comes of it comes late.

    \b
    Examples:
      hubwatch slice drop tuesday
    """
    with session.editing() as store:
        attempts = store.sources.slices.of_job(job)
        found = next((each for each in reversed(attempts) if attempt in (None, each.attempt)), None)
        if found is None:
            raise HubwatchError(_("there is no such attempt at %(job)s", job=job))
        with store.writing() as tx:
            tx.sources.slices.lose(found, session.clock())
        now = _listed(store, store.sources.slices.get(job, found.attempt) or found)
    if output == JSON:
        print_json(LISTED_SLICE(now))
    else:
        click.echo(fact(_("slice"), term("slice", str(now.ticket.state))))
