"""`hubwatch sources`: what can be watched, and how each is doing.

Listing and showing are here, and only read; the commands that add, try and record are in `add` and
`hold`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..schedules import schedule_of
from ..text import counted, one_line
from .add import add
from .console import (
    JSON,
    Column,
    fact,
    figure,
    heading,
    local,
    note,
    output_option,
    print_json,
    print_json_list,
    print_table,
)
from .hold import check, record, test
from .session import Session, pass_session

if TYPE_CHECKING:
    from scraper.sources.model import Entry, Source
    from storage.sources.records import SourceState


@click.group(invoke_without_command=True)
@output_option
@click.pass_context
def sources(ctx: click.Context, output: str) -> None:
    """List the sources: shipped ones and those of your own folders.

    "checked" is the day on which a source was last tried against the live portal.

    \b
    Examples:
      hubwatch sources
      hubwatch sources --json
      hubwatch sources show guiyang-en
      hubwatch sources add https://www.our-town.example/news/
    """
    if ctx.invoked_subcommand is None:
        session = ctx.find_object(Session)
        assert session is not None
        _list(session, output)


def _list(session: Session, output: str) -> None:
    found = session.catalogue.sources.values()
    states = _states(session)
    for source in found:
        schedule_of(source)  # a bad one is said here, before the daemon meets it
    enabled = {source.id for source in session.enabled()}
    if output == JSON:
        print_json_list([_summary(s, states.get(s.id), s.id in enabled) for s in found])
        return
    zone = session.config.zone
    columns = (
        Column("id", style="bold", folds="never"),
        Column("name", folds="short", least=16),
        Column("city", folds="short", rank=1),
        Column("lang", folds="never", rank=4),
        Column("checked", folds="never", rank=5),
        Column("last crawl", folds="short", empty="hidden", rank=2),
        figure("articles", rank=3),
    )
    print_table(columns, [_row(s, states.get(s.id), s.id in enabled, zone) for s in found])
    note(f"{counted(len(found), 'source')}, {len(enabled)} enabled")


def _states(session: Session) -> dict[str, SourceState]:
    from hubwatch.errors import NoArchive

    try:
        store = session.reading()
    except NoArchive:  # the list of sources needs no archive
        return {}
    with store:
        return {state.source.id: state for state in store.sources.states()}


def _row(source: Source, state: SourceState | None, enabled: bool, zone: str) -> tuple[object, ...]:
    run = state.last_crawl if state else None
    # What matters most comes first: a narrow terminal cuts the rest.
    last = f"{run.outcome} {local(run.ended_at, zone)}" if run else "never"
    return (
        source.id,
        source.name,
        source.city,
        source.language,
        source.checked or "never",
        last if enabled else f"off, {last}",
        state.articles if state else 0,
    )


def _summary(source: Source, state: SourceState | None, enabled: bool) -> dict[str, Any]:
    run = state.last_crawl if state else None
    return {
        "id": source.id,
        "name": source.name,
        "city": source.city,
        "language": source.language,
        "home": source.home,
        "schedule": source.schedule,
        "enabled": enabled,
        "checked": source.checked.isoformat() if source.checked else None,
        "last_run": run.started_at.isoformat() if run else None,
        "outcome": run.outcome if run else None,
        "articles": state.articles if state else 0,
    }


@sources.command()
@click.argument("source_id", metavar="ID")
@output_option
@pass_session
def show(session: Session, source_id: str, output: str) -> None:
    """Show one source: where it begins, what it takes for an article, how it is read.

    \b
    Examples:
      hubwatch sources show guiyang-en
    """
    source = session.catalogue.get(source_id)
    schedule_of(source)
    state = _states(session).get(source_id)
    enabled = source_id in {each.id for each in session.enabled()}
    if output == JSON:
        print_json(_summary(source, state, enabled) | _rules(source))
        return
    heading(f"{source.id}  {one_line(source.name)}")
    for name, value in _facts(source, state, enabled, session.config.zone):
        if value:
            click.echo(fact(name, value))


def _facts(
    source: Source, state: SourceState | None, enabled: bool, zone: str
) -> list[tuple[str, str]]:
    rules = _rules(source)
    run = state.last_crawl if state else None
    last = f"{local(run.ended_at, zone)} ({zone}) {run.outcome}" if run else "never"
    facts = [("city", source.city), ("language", source.language), ("home", source.home)]
    facts += [("schedule", f"{source.schedule} ({source.zone})")]
    facts += [("enabled", "yes" if enabled else "no"), ("checked", str(source.checked or "never"))]
    facts += [("last crawl", last), ("articles", str(state.articles if state else 0))]
    facts += [("entry", _entry(entry)) for entry in source.entries]
    facts += [("hosts", ", ".join(rules["hosts"])), ("takes", " | ".join(rules["allow"]))]
    facts += [("leaves", " | ".join(rules["deny"])), ("template", source.fields.template)]
    facts += [("delay", f"{source.politeness.delay.total_seconds():g} s")]
    bounds = (
        f"{counted(source.bounds.pages, 'page')}, "
        f"{source.bounds.duration.total_seconds():g} s a run"
    )
    return [*facts, ("bounds", bounds), ("file", source.path), ("note", source.note)]


def _entry(entry: Entry) -> str:
    paging = entry.paging
    more = f", pages {paging.pattern or paging.kind}, {paging.max_pages} at most"
    return f"{entry.kind} {entry.url}{more if paging.kind != 'none' else ''}"


def _rules(source: Source) -> dict[str, Any]:
    return {
        "entries": [{"kind": entry.kind, "url": entry.url} for entry in source.entries],
        "hosts": list(source.links.hosts),
        "allow": list(source.links.allow_written),
        "deny": list(source.links.deny_written),
        "template": source.fields.template,
        "file": source.path,
        "note": source.note,
    }


for _command in (add, check, test, record):
    sources.add_command(_command)
