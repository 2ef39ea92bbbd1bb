"""`hubwatch quarantine`: pages that could not be used, why, and trying them again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from hubwatch.errors import StorageError

from ..text import one_line, pluralise
from .console import Column, fact, local, note, print_json, print_json_list, print_table
from .crawl import request_for, run_crawl
from .options import (
    JSON,
    limit_option,
    number_argument,
    output_option,
    source_argument,
    source_option,
)
from .progress import advancing
from .session import Session, pass_session, require_known

if TYPE_CHECKING:
    from scraper.sources.model import Source
    from storage.pages import Quarantined
    from storage.types import Capture

    from ..quarantine import Group, Retried

_WAIT = timedelta(seconds=30)


@click.group(invoke_without_command=True)
@source_option
@output_option
@click.pass_context
def quarantine(ctx: click.Context, source: str | None, output: str) -> None:
    """List the pages that were set aside, by source and reason.

    \b
    Examples:
      hubwatch quarantine
      hubwatch quarantine --source guiyang-en
      hubwatch quarantine retry guiyang-en
    """
    if ctx.invoked_subcommand is not None:
        return
    from ..quarantine import group

    session = ctx.find_object(Session)
    assert session is not None
    with session.reading() as store:
        require_known(session, store, source=() if source is None else (source,))
        items = store.pages.quarantined(None, source)
    if output == JSON:
        print_json_list([_group_json(each) for each in group(items)])
        return
    if not items:
        note(f"nothing is set aside in {session.archive}{f' of {source}' if source else ''}")
        return
    print_table(_GROUP_COLUMNS, [_group_row(each, session.config.zone) for each in group(items)])
    if source:
        print_table(_PAGES, [(item.id, item.outcome, item.url) for item in items])


_GROUP_COLUMNS = (
    Column("source", folds="never"),
    Column("outcome", style="bold", folds="never"),
    Column("pages", "right", folds="never"),
    Column("archived", "right", folds="never", rank=2),
    Column("last", folds="never", rank=1),
    Column("why", style="dim"),
)
_PAGES = (Column("id", "right", folds="never"), Column("outcome", folds="never"), Column("page"))


def _group_row(group: Group, zone: str) -> tuple[object, ...]:
    last = local(group.last_seen_at, zone)
    return group.source_id, group.outcome, group.pages, group.archived, last, group.reason


def _group_json(group: Group) -> dict[str, Any]:
    return {
        "source": group.source_id,
        "outcome": group.outcome,
        "reason": group.reason,
        "pages": group.pages,
        "archived": group.archived,
        "first": group.first_seen_at.isoformat(),
        "last": group.last_seen_at.isoformat(),
    }


@quarantine.command()
@number_argument("number", "ID")
@output_option
@pass_session
def show(session: Session, number: int, output: str) -> None:
    """Show one page that was set aside, by its id in `hubwatch quarantine --source`."""
    with session.reading() as store:
        found = [item for item in store.pages.quarantined(None) if item.id == number]
        if not found:
            raise StorageError(f"{session.archive}: page {number} is not set aside (any more)")
        (item,) = found
        capture = store.pages.snapshot(item.snapshot_id) if item.snapshot_id else None
    if output == JSON:
        print_json(_page_json(item, capture))
        return
    zone = session.config.zone
    click.echo(fact("page", item.url))
    click.echo(fact("source", item.source_id))
    click.echo(fact("outcome", f"{item.outcome}{f': {item.reason}' if item.reason else ''}"))
    click.echo(fact("first", local(item.first_seen_at, zone)))
    tried = pluralise(item.tries, "time")
    click.echo(fact("last", f"{local(item.last_seen_at, zone)}, tried {tried}"))
    click.echo(fact("read by", f"reader {item.reader_version}"))
    click.echo(fact("archived", _archived(capture)))


def _archived(capture: Capture | None) -> str:
    if capture is None:
        return "no"
    return f"HTTP {capture.status}, {len(capture.body):,} bytes from {capture.final_url}"


def _page_json(item: Quarantined, capture: Capture | None) -> dict[str, Any]:
    return {
        "id": item.id,
        "source": item.source_id,
        "url": item.url,
        "outcome": item.outcome,
        "reason": item.reason,
        "first": item.first_seen_at.isoformat(),
        "last": item.last_seen_at.isoformat(),
        "tries": item.tries,
        "reader": item.reader_version,
        "status": capture.status if capture else None,
        "bytes": len(capture.body) if capture else None,
        "final_url": capture.final_url if capture else None,
    }


@quarantine.command()
@source_argument("SOURCE")
@click.option("--fetch", "way", flag_value="fetch", default="read", help="Ask the network again.")
@limit_option(200, "So many pages at most.")
@output_option
@pass_session
@click.pass_context
def retry(
    ctx: click.Context, session: Session, source_id: str, way: str, limit: int, output: str
) -> None:
    """Try the pages of a source again: which gaps close, and what is still set aside, and why.

    Without --fetch the archived pages are read again with today's rules; no network.

    \b
    Examples:
      hubwatch quarantine retry guiyang-en
      hubwatch quarantine retry guiyang-en --fetch --limit 20
    """
    source = session.catalogue.get(source_id)
    with session.reading() as store:
        items = store.pages.quarantined(limit, source_id)
    if not items:
        note(f"nothing of {source_id} is set aside in {session.archive}")
        return
    code = 0
    if way == "fetch":
        done, code = _fetched(session, source, items)
    else:
        done = _read(session, source, items)
    for each in done:
        if output == JSON:
            print_json(_retried_json(each))
        else:
            _report_retried(each)
    closed = sum(each.article_id is not None for each in done)
    hint = "; --fetch asks the network again" if way != "fetch" and closed < len(done) else ""
    left = pluralise(len(done) - closed, "page")
    note(f"{pluralise(closed, 'gap')} closed, {left} still set aside{hint}")
    ctx.exit(code)


def _read(session: Session, source: Source, items: Sequence[Quarantined]) -> tuple[Retried, ...]:
    from ..quarantine import read_again

    with session.writing() as store:
        return read_again(
            store, source, advancing(items, "reading"), session.clock, session.watchlist
        )


def _fetched(
    session: Session, source: Source, items: Sequence[Quarantined]
) -> tuple[tuple[Retried, ...], int]:
    """Each page through the ordinary crawl of one page, with its manners, lease and run, until a
    signal ends it. Return what came of each, and the exit code."""
    from ..quarantine import after_fetch

    done = []
    for item in items:
        request = request_for(session, (source,), _WAIT, item.url)
        runs, report = run_crawl(session, (source,), request)
        outcome = "; ".join(f"{run.outcome}: {run.reason}" for run in runs) or "it was not fetched"
        with session.reading() as store:
            done.append(after_fetch(store, item, outcome))
        if report.stopped:
            return tuple(done), report.exit_code(0)
    return tuple(done), 0


def _report_retried(each: Retried) -> None:
    if each.article_id is not None:
        click.echo(one_line(f"closed  {each.item.url} → article {each.article_id}: {each.title}"))
        return
    why = ": ".join(filter(None, (each.outcome, each.reason)))
    click.echo(one_line(f"still   {each.item.url}  {why}"))


def _retried_json(each: Retried) -> dict[str, Any]:
    return {
        "id": each.item.id,
        "url": each.item.url,
        "article": each.article_id,
        "title": each.title or None,
        "outcome": each.outcome,
        "reason": each.reason or None,
    }
