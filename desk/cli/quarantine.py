"""`hubwatch quarantine`: pages that could not be used, why, and trying them again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from hubwatch.errors import StorageError
from hubwatch.patterns import lazy_pattern

from .. import _, term
from ..documents import JsonDocument, Member
from ..text import one_line, pluralise
from .console import Column, fact, local, note, note_cut, print_json, print_json_list, print_table
from .main import CommandGroup
from .options import (
    JSON,
    limit_option,
    listing_option,
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
    from storage.types import Capture, Outcome

    from ..quarantine import Retried

_WAIT = timedelta(seconds=30)
_ADDRESS = lazy_pattern(r"https?://[^\s,;]+")


@dataclass(frozen=True, slots=True)
class Group:
    """Pages of one source that were set aside for the same reason. Addresses in it are left out.

    `archived`: of so many the bytes are kept, so that they can be read again.
    """

    source_id: str
    outcome: Outcome
    reason: str
    pages: int
    archived: int
    first_seen_at: datetime
    last_seen_at: datetime


def group(items: Iterable[Quarantined]) -> tuple[Group, ...]:
    """By source and reason, the largest group of a source first."""
    groups: dict[tuple[str, Outcome, str], Group] = {}
    for item in items:
        key = (item.source_id, item.outcome, _ADDRESS.sub("…", item.reason))
        archived = int(item.snapshot_id is not None)
        known = groups.get(key)
        if known is None:
            groups[key] = Group(*key, 1, archived, item.first_seen_at, item.last_seen_at)
            continue
        groups[key] = replace(
            known,
            pages=known.pages + 1,
            archived=known.archived + archived,
            first_seen_at=min(known.first_seen_at, item.first_seen_at),
            last_seen_at=max(known.last_seen_at, item.last_seen_at),
        )
    return tuple(sorted(groups.values(), key=lambda each: (each.source_id, -each.pages)))


@click.group(cls=CommandGroup, invoke_without_command=True)
@source_option
@listing_option
@click.pass_context
def quarantine(ctx: click.Context, source: str | None, output: str) -> None:
    """List the pages that were set aside, by source and reason.

    \b
    Examples:
      hubwatch quarantine
      hubwatch quarantine --source guiyang-en
      hubwatch reread quarantine guiyang-en
    """
    if ctx.invoked_subcommand is not None:
        return
    session = ctx.find_object(Session)
    assert session is not None
    with session.reading() as store:
        require_known(session, store, source=() if source is None else (source,))
        items = store.pages.quarantined(None, source)
    if output == JSON:
        print_json_list([GROUP(each) for each in group(items)])
        return
    if not items:
        note(
            _(
                "nothing is set aside in %(archive)s%(rest)s",
                archive=session.archive,
                rest=_(" of %(source)s", source=source) if source else "",
            )
        )
        return
    print_table(_GROUP_COLUMNS, [_group_row(each, session.config.zone) for each in group(items)])
    if source:
        print_table(_PAGES, [(item.id, term("outcome", item.outcome), item.url) for item in items])


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
    return (
        group.source_id,
        term("outcome", group.outcome),
        group.pages,
        group.archived,
        last,
        group.reason,
    )


GROUP: JsonDocument[Group] = JsonDocument(
    Member("source", "text", "id of the source", lambda g: g.source_id),
    Member("outcome", "text", "why they could not be used", lambda g: g.outcome),
    Member("reason", "text", "the same, closer", lambda g: g.reason),
    Member("pages", "integer", "how many", lambda g: g.pages),
    Member("archived", "integer", "of how many the bytes are kept", lambda g: g.archived),
    Member("first", "moment", "when the first was set aside", lambda g: g.first_seen_at),
    Member("last", "moment", "when one was last met", lambda g: g.last_seen_at),
    commands=("quarantine --json",),
    about="A list: pages that were set aside, by source, outcome and reason.",
)  # fmt: skip


@quarantine.command()
@number_argument("number", "ID")
@output_option
@pass_session
def show(session: Session, number: int, output: str) -> None:
    """Show one page that was set aside, by its id in `hubwatch quarantine --source`.

    \b
    Examples:
      hubwatch quarantine show 3
    """
    with session.reading() as store:
        found = [item for item in store.pages.quarantined(None) if item.id == number]
        if not found:
            raise StorageError(
                _(
                    "%(archive)s: page %(number)s is not set aside (any more)",
                    archive=session.archive,
                    number=number,
                )
            )
        (item,) = found
        capture = store.pages.snapshot(item.snapshot_id) if item.snapshot_id else None
    if output == JSON:
        print_json(PAGE_ASIDE((item, capture)))
        return
    zone = session.config.zone
    click.echo(fact("page", item.url))
    click.echo(fact("source", item.source_id))
    click.echo(
        fact(
            "outcome", f"{term('outcome', item.outcome)}{f': {item.reason}' if item.reason else ''}"
        )
    )
    click.echo(fact("first", local(item.first_seen_at, zone)))
    tried = pluralise(item.tries, "time")
    click.echo(
        fact(
            "last",
            _(
                "%(last_seen_at)s, tried %(tried)s",
                last_seen_at=local(item.last_seen_at, zone),
                tried=tried,
            ),
        )
    )
    click.echo(fact("read by", _("reader %(reader_version)s", reader_version=item.reader_version)))
    click.echo(fact("archived", _archived(capture)))


def _archived(capture: Capture | None) -> str:
    if capture is None:
        return _("no")
    return _(
        "HTTP %(status)s, %(body)s bytes from %(final_url)s",
        status=capture.status,
        body=f"{len(capture.body):,}",
        final_url=capture.final_url,
    )


PAGE_ASIDE: JsonDocument[tuple[Quarantined, Capture | None]] = JsonDocument(
    Member("id", "integer", "number of the page that is set aside", lambda p: p[0].id),
    Member("source", "text", "id of the source", lambda p: p[0].source_id),
    Member("url", "text", "its address", lambda p: p[0].url),
    Member("outcome", "text", "why it could not be used", lambda p: p[0].outcome),
    Member("reason", "text", "the same, closer", lambda p: p[0].reason),
    Member("first", "moment", "when it was set aside", lambda p: p[0].first_seen_at),
    Member("last", "moment", "when it was last met", lambda p: p[0].last_seen_at),
    Member("tries", "integer", "how often it was tried", lambda p: p[0].tries),
    Member("reader", "integer", "version of the rules that read it last",
        lambda p: p[0].reader_version),
    Member("status", "integer or null", "HTTP status of the archived page; null if none is kept",
        lambda p: p[1].status if p[1] else None),
    Member("bytes", "integer or null", "its size", lambda p: len(p[1].body) if p[1] else None),
    Member("final_url", "text or null", "where redirects led",
        lambda p: p[1].final_url if p[1] else None),
    commands=("quarantine show --json",),
)  # fmt: skip


@click.command("quarantine")
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
      hubwatch reread quarantine guiyang-en
      hubwatch reread quarantine guiyang-en --fetch --limit 20
    """
    source = session.catalogue.get(source_id)
    with session.reading() as store:
        everything = store.pages.quarantined(None, source_id)
    items = everything[:limit]
    note_cut(len(items), limit, lambda: len(everything))
    if not items:
        note(
            _(
                "nothing of %(source_id)s is set aside in %(archive)s",
                source_id=source_id,
                archive=session.archive,
            )
        )
        return
    code = 0
    if way == "fetch":
        done, code = _fetched(session, source, items)
    else:
        done = _read(session, source, items)
    for each in done:
        if output == JSON:
            print_json(RETRIED(each))
        else:
            _report_retried(each)
    closed = sum(each.article_id is not None for each in done)
    hint = _("; --fetch asks the network again") if way != "fetch" and closed < len(done) else ""
    left = pluralise(len(done) - closed, "page")
    note(
        _(
            "%(gaps)s closed, %(left)s still set aside%(hint)s",
            gaps=pluralise(closed, "gap"),
            left=left,
            hint=hint,
        )
    )
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
    from .crawl import archive_for_crawls, request_for, run_crawl

    done = []
    for item in items:
        request = request_for(session, (source,), _WAIT, item.url)
        with archive_for_crawls(session) as store:
            runs, report = run_crawl(session, store, (source,), request)
        outcome = "; ".join(
            f"{term('outcome', run.outcome or '')}: {run.reason}" for run in runs
        ) or _("it was not fetched")
        with session.reading() as store:
            done.append(after_fetch(store, item, outcome))
        if report.stopped:
            return tuple(done), report.exit_code(0)
    return tuple(done), 0


def _report_retried(each: Retried) -> None:
    if each.article_id is not None:
        click.echo(
            one_line(
                _(
                    "closed  %(url)s → article %(article_id)s: %(title)s",
                    url=each.item.url,
                    article_id=each.article_id,
                    title=each.title,
                )
            )
        )
        return
    why = ": ".join(filter(None, (term("outcome", each.outcome or ""), each.reason)))
    click.echo(one_line(_("still   %(url)s  %(why)s", url=each.item.url, why=why)))


RETRIED: JsonDocument[Retried] = JsonDocument(
    Member("id", "integer", "number of the page that was set aside", lambda r: r.item.id),
    Member("url", "text", "its address", lambda r: r.item.url),
    Member("article", "integer or null", "number of the article it is now; null: still aside",
        lambda r: r.article_id),
    Member("title", "text or null", "its headline", lambda r: r.title or None),
    Member("outcome", "text", "how the try ended", lambda r: r.outcome),
    Member("reason", "text or null", "why", lambda r: r.reason or None),
    commands=("reread quarantine --json",),
    about="A page a line.",
)  # fmt: skip
