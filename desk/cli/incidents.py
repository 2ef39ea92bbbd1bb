"""`hubwatch incidents`: what is amiss, since when, with what proof, and who sees to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hubwatch.errors import HubwatchError

from .. import _, sentence, term
from ..documents import JsonDocument, Member, parts
from ..documents.incidents import INCIDENT, SEEN_TO, SHOWN_INCIDENT, ShownIncident
from ..text import one_line, pluralise
from .console import (
    Column,
    fact,
    heading,
    local,
    note,
    note_cut,
    print_json,
    print_json_list,
    print_table,
)
from .daemon import other_jobs
from .main import CommandGroup
from .options import (
    JSON,
    limit_option,
    listing_option,
    number_argument,
    output_option,
    person_option,
)
from .session import Session, pass_session, require_known
from .status import ailments_of, note_ailments

if TYPE_CHECKING:
    from scheduler.health.inspection import Inspection
    from storage.incidents import Incident, Notice

    from ..status import Ailment


_COLUMNS = (
    Column("number", "right", folds="never"),
    Column("severity", style="bold", folds="never", rank=1),
    Column("kind", folds="never"),
    Column("source", folds="never"),
    Column("since", folds="never", rank=2),
    Column("until", folds="never", empty="hidden", rank=4),
    Column("seen to by", empty="hidden", rank=3),
    Column("what"),
)


@click.group(cls=CommandGroup, invoke_without_command=True)
@click.option("--all", "which", flag_value="all", default="open", help="Closed ones, too.")
@click.option("--source", metavar="ID", help="Only of this source, open or closed.")
@limit_option(50)
@listing_option
@click.pass_context
def incidents(ctx: click.Context, which: str, source: str | None, limit: int, output: str) -> None:
    """List what is amiss, the worst first; show one, or say that you see to it.

    An incident opens when something is found amiss and closes by itself when it is over. What is
    amiss with the installation and no incident yet stands on top. docs/operation.md says of each
    kind what it means and what to do.

    \b
    Examples:
      hubwatch incidents
      hubwatch incidents --all --limit 10
      hubwatch incidents show 12
      hubwatch incidents ack 12 --by Ana --note "wrote to the portal"
    """
    if ctx.invoked_subcommand is not None:
        return
    session = ctx.find_object(Session)
    assert session is not None
    with session.reading() as store:
        require_known(session, store, source=() if source is None else (source,))
        everything = which == "all" or source is not None
        amiss: tuple[Ailment, ...] = ()
        if everything:
            found = store.incidents.latest(limit, source)
            note_cut(len(found), limit, lambda: store.incidents.count(source))
        else:
            unresolved = store.incidents.unresolved()
            found = unresolved[:limit]
            note_cut(len(found), limit, lambda: len(unresolved))
            amiss = ailments_of(session, store)
    note_ailments(amiss)
    if output == JSON:
        print_json_list([INCIDENT(each) for each in found])
        return
    if not found:
        nothing = _("no incident is open") if amiss else _("nothing is amiss")
        note(_("there was no incident") if everything else nothing)
        return
    print_table(_COLUMNS, [_row(session, each) for each in found])
    show = session.hint("incidents show NUMBER")
    note(
        _(
            "%(incidents)s; %(show)s has the proof of one",
            incidents=pluralise(len(found), "incident"),
            show=show,
        )
    )


@incidents.command()
@number_argument("number")
@output_option
@pass_session
def show(session: Session, number: int, output: str) -> None:
    """Show one incident: the evidence, what to type next, who was told.

    Of a list that lost its rows it shows the rows' place in the page as it was and as it is.

    \b
    Examples:
      hubwatch incidents show 12
      hubwatch incidents show 12 --json
    """
    from ..incidents import row_blocks

    with session.reading() as store:
        found = store.incidents.get(number)
        if found is None:
            raise HubwatchError(
                _("%(path)s: there is no incident %(number)s", path=store.path, number=number)
            )
        notices = store.incidents.notices_of(number)
        blocks = row_blocks(store, session.catalogue, found)
    if output == JSON:
        print_json(SHOWN_INCIDENT(ShownIncident(found, notices, blocks)))
        return
    _print(session, found, notices)
    for block in blocks:
        where = _(
            "%(when)s: snapshot %(id)s",
            when=term("rows", block.when),
            id=block.snapshot_id,
        )
        heading(f"\n{where}")
        for line in block.html.splitlines():
            click.echo(f"  {one_line(line, 160)}")


@incidents.command()
@number_argument("number")
@person_option("Who sees to it, else HUBWATCH_BY.", required=True)
@click.option("--note", "said", default="", metavar="TEXT", help="What is being done.")
@output_option
@pass_session
def ack(session: Session, number: int, person: str, said: str, output: str) -> None:
    """Say that you see to an incident: nobody is reminded of it any more.

    It still closes by itself when it is over. What the first person said stays.

    \b
    Examples:
      hubwatch incidents ack 12 --by Ana
      hubwatch incidents ack 12 --by Ana --note "template is being corrected"
    """
    with session.writing() as store, store.writing() as tx:
        try:
            found = tx.incidents.acknowledge(number, person=person, note=said, now=session.now)
        except (LookupError, ValueError) as error:
            raise HubwatchError(f"{store.path}: {error.args[0]}") from None
    if output == JSON:
        print_json(SEEN_TO((number, found.acked_by, found.acked_at)))
        return
    since = local(found.acked_at, session.config.zone)
    click.echo(
        _(
            "incident %(number)s is seen to by %(acked_by)s since %(since)s",
            number=number,
            acked_by=found.acked_by,
            since=since,
        )
    )


@incidents.command()
@output_option
@pass_session
def check(session: Session, output: str) -> None:
    """Judge all enabled sources and all jobs now, from what is on record. No network.

    The daemon does so every ten minutes, and each crawl for its own sources.

    \b
    Examples:
      hubwatch incidents check
      hubwatch incidents check --json
    """
    from ..incidents import judge_all

    with session.writing() as store:
        jobs, faults = other_jobs(session), session.catalogue.faults
        found = judge_all(store, session.config, session.enabled(), jobs, session.now, faults)
    if output == JSON:
        print_json(INSPECTION(found))
        return
    click.echo(looked(found))


def looked(found: Inspection) -> str:
    """What a look at all sources came to, in one line."""
    return _(
        "%(sources)s: %(incidents)s opened, %(closed)s closed, %(open_now)s open",
        sources=pluralise(found.sources, "source"),
        incidents=pluralise(found.opened, "incident"),
        closed=found.closed,
        open_now=len(found.open_now),
    )


INSPECTION: JsonDocument[Inspection] = JsonDocument(
    Member("sources", "integer", "how many were judged", lambda i: i.sources),
    Member("opened", "integer", "incidents that opened", lambda i: i.opened),
    Member("closed", "integer", "incidents that closed", lambda i: i.closed),
    parts("open", "those open now", lambda i: i.open_now, INCIDENT),
    commands=("incidents check --json",),
)  # fmt: skip


def _row(session: Session, incident: Incident) -> tuple[object, ...]:
    zone, finding = session.config.zone, incident.finding
    return (
        incident.id,
        term("severity", finding.severity),
        term("incident", finding.kind),
        finding.source_id or _("(this machine)"),
        local(incident.opened_at, zone),
        local(incident.closed_at, zone, absent=""),
        incident.acked_by,
        sentence(finding.message),
    )


def _print(session: Session, incident: Incident, notices: tuple[Notice, ...]) -> None:
    zone, finding = session.config.zone, incident.finding
    heading(f"{incident.id}  {one_line(sentence(finding.message))}")
    click.echo(
        fact("kind", f"{term('incident', finding.kind)} ({term('severity', finding.severity)})")
    )
    click.echo(fact("source", finding.source_id or _("(this machine)")))
    click.echo(fact("opened", local(incident.opened_at, zone)))
    if incident.reopened:
        click.echo(fact("came back", f"{pluralise(incident.reopened, 'time')}"))
    click.echo(fact("last found", local(incident.last_seen_at, zone)))
    if incident.closed_at:
        why = sentence(incident.closed_why)
        click.echo(fact("closed", f"{local(incident.closed_at, zone)}, {why}"))
    if incident.acked_at:
        why = f": {incident.ack_note}" if incident.ack_note else ""
        who = f"{incident.acked_by}, {local(incident.acked_at, zone)}{why}"
        click.echo(fact("seen to by", who))
    _print_lists(
        session, incident, [f"{term('notice', n.what)} {local(n.at, zone)}" for n in notices]
    )


def _print_lists(session: Session, incident: Incident, notices: list[str]) -> None:
    heading("\n" + _("Evidence"))
    for each in incident.finding.evidence:
        for line in each.splitlines() if "\n" in each else [one_line(sentence(each))]:
            click.echo(f"  {line}")
    heading("\n" + _("To be told"))
    click.echo(f"  {', '.join(notices)}")
    if incident.closed_at is None:
        heading("\n" + _("Next"))
        for line in incident.finding.commands:
            click.echo(f"  {one_line(session.command_line_for(line.removeprefix('hubwatch ')))}")
