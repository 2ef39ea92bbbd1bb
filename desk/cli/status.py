"""`hubwatch status`: every source, every day, in one row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from storage.incidents import Kind

from ..text import one_line, pluralise
from .articles import day_of
from .console import Column, fact, figure, heading, iso, local, note, print_json_list, print_table
from .options import JSON, output_option
from .session import Session, pass_session

if TYPE_CHECKING:
    from storage.incidents import Incident
    from storage.maintenance import GlobalPause

    from ..status import SourceStatus


@click.command()
@click.argument("source_ids", nargs=-1, metavar="[ID …]")
@output_option
@pass_session
def status(session: Session, source_ids: tuple[str, ...], output: str) -> None:
    """Show how every enabled source is doing, or those named in full.

    "Nothing new" is proven by what was read: lists, rows, the newest date, all known.

    \b
    Examples:
      hubwatch status
      hubwatch status guiyang-en
      hubwatch status --json
    """
    from ..status import status as read_status

    enabled = session.enabled()
    sources = [session.catalogue.get(each) for each in source_ids] or enabled
    with session.reading() as store:
        found = read_status(store, sources, [each.id for each in enabled], session.now)
        machine = [each for each in store.incidents.unresolved() if not each.finding.source_id]
        global_pause = store.maintenance.global_pause(session.now)
    if global_pause:
        note(_describe_global_pause(session, global_pause))
    for incident in machine:
        text = one_line(incident.finding.message)
        note(f"incident {incident.id}, {incident.finding.severity}: {text}")
    if output == JSON:
        print_json_list([_json(each) for each in found])
        return
    if source_ids:
        for each in found:
            _print(session, each)
        return
    print_table(_COLUMNS, [_row(session, each) for each in found])
    text = f"{_count_states(found)}{_describe_failing_jobs(machine)}"
    note(f"{pluralise(len(found), 'source')}, {text}; times in {session.config.zone}")


def _describe_global_pause(session: Session, global_pause: GlobalPause) -> str:
    zone = session.config.zone
    since, until = local(global_pause.since, zone), local(global_pause.until, zone, "")
    text = f"everything stands still since {since}{f' until {until}' if until else ''}"
    who = f"{global_pause.reason} ({global_pause.person})"
    return f"{text}: {who}; {session.hint('resume')} lets it go on"


_COLUMNS = (
    Column("source", folds="never"),
    Column("state", style="bold", folds="never"),
    Column("last crawl", folds="never", rank=2),
    Column("proven", folds="short", rank=3, least=18),
    Column("newest", folds="never", rank=4),
    Column("in 7 days", "right", folds="never", rank=6),
    figure("set aside", rank=5),
    Column("rhythm", style="dim", folds="short", rank=7),
    Column("incidents", empty="hidden", rank=1),
    Column("next", folds="never", rank=5),
)


def _row(session: Session, row: SourceStatus) -> tuple[object, ...]:
    zone = session.config.zone
    return (
        row.source_id,
        row.word,
        local(row.last_crawl.ended_at if row.last_crawl else None, zone),
        _proof(row),
        row.newest.iso[:10] if row.newest else "",
        row.new_in_week,
        row.aside,
        row.rhythm_text,
        ", ".join(f"{each.id} {each.finding.kind}" for each in row.incidents),
        local(row.next_at, zone, ""),
    )


def _proof(row: SourceStatus) -> str:
    if row.proof is not None:
        return row.proof.describe()
    if row.last_crawl is None:
        return "nothing: it was never crawled"
    return f"nothing: {row.last_crawl.outcome}"


def _count_states(found: Sequence[SourceStatus]) -> str:
    well = sum(row.word == "well" for row in found)
    amiss = sum(bool(row.incidents) for row in found)
    paused = sum(row.word == "paused" for row in found)
    return f"{well} well, {amiss} with incidents, {paused} paused"


def _describe_failing_jobs(machine: Sequence[Incident]) -> str:
    failing = sum(each.finding.kind is Kind.JOB_FAILING for each in machine)
    return f"; {pluralise(failing, 'job')} that {'fails' if failing == 1 else 'fail'}" * bool(
        failing
    )


def _print(session: Session, row: SourceStatus) -> None:
    zone = session.config.zone
    heading(f"{row.source_id}  {one_line(row.name)}, {row.city}")
    click.echo(fact("state", row.word))
    if row.paused_until:
        click.echo(fact("paused", f"until {local(row.paused_until, zone)}: {row.pause_reason}"))
    run = row.last_crawl
    last = f"{local(run.ended_at, zone)}  {run.outcome}  {run.reason}" if run else "never"
    click.echo(fact("last crawl", last))
    click.echo(fact("proven", _proof(row)))
    newest = f"{day_of(row.newest)}  {one_line(row.newest_title, 80)}" if row.newest else "nothing"
    click.echo(fact("newest", newest))
    click.echo(fact("last news", local(row.last_news, zone)))
    click.echo(fact("in 7 days", f"{row.new_in_week} new"))
    if row.aside:
        where = session.hint(f"quarantine --source {row.source_id}")
        click.echo(fact("set aside", f"{pluralise(row.aside, 'page')}; {where} lists them"))
    click.echo(fact("rhythm", row.rhythm_text))
    click.echo(fact("odd from", local(row.silent_from, zone, "not known")))
    never = "everything stands still" if row.is_enabled else "it is not enabled"
    click.echo(fact("next", local(row.next_at, zone, f"none, {never}")))
    for each in row.incidents:
        click.echo(fact(f"incident {each.id}", f"{each.finding.severity}  {each.finding.message}"))


def _json(row: SourceStatus) -> dict[str, Any]:
    run, proof = row.last_crawl, row.proof
    return {
        "source": row.source_id,
        "name": row.name,
        "city": row.city,
        "state": row.word,
        "run": run.id if run else None,
        "outcome": run.outcome if run else None,
        "reason": run.reason if run else "",
        "ended": run.ended_at.isoformat() if run and run.ended_at else None,
        "proof": None
        if proof is None
        else {
            "lists": proof.lists,
            "rows": proof.rows,
            "newest": proof.newest,
            "fresh": proof.fresh,
            "unchanged": proof.unchanged,
            "told": proof.describe(),
        },
        "newest": row.newest.iso if row.newest else None,
        "newest_title": row.newest_title,
        "new_in_week": row.new_in_week,
        "set_aside": row.aside,
        "rhythm": row.rhythm_text,
        "last_news": row.last_news.isoformat() if row.last_news else None,
        "silent_from": row.silent_from.isoformat() if row.silent_from else None,
        "incidents": [each.id for each in row.incidents],
        "next": row.next_at.isoformat() if row.next_at else None,
        "paused_until": row.paused_until.isoformat() if row.paused_until else None,
        "pause_reason": row.pause_reason,
        "standstill": _global_pause_json(row.global_pause),
    }


def _global_pause_json(global_pause: GlobalPause | None) -> dict[str, Any] | None:
    if global_pause is None:
        return None
    return {
        "since": global_pause.since.isoformat(),
        "until": iso(global_pause.until),
        "by": global_pause.person,
        "why": global_pause.reason,
    }
