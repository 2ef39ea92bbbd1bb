"""`hubwatch backfill`: what a portal published before its first crawl, fetched in slices."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from .. import _
from ..documents import JsonDocument, Member, part
from ..logs import log_to_stderr
from ..moments import parse_since
from ..text import pluralise
from .console import fact, heading, note, print_json
from .crawl import FAILED, OK, PARTLY, request_for
from .options import JSON, Whole, output_option, source_argument, span, wait_option
from .session import Session

if TYPE_CHECKING:
    from scraper.crawl.backfill import Backfilled, BackfillPlace, Estimate
    from scraper.sources.model import Source


@click.command()
@source_argument("SOURCE")
@click.option("--since", required=True, metavar="WHEN", help="Back to when: 2025-01-01, 90d.")
@click.option("--estimate", "mode", flag_value="estimate", default="run", help="Only say how long.")
@click.option("--restart", "mode", flag_value="restart", help="Begin at the first page again.")
@click.option("--slice", "length", callback=span, metavar="SPAN", help="A slice is no longer: 5m.")
@click.option("--slices", "most", type=Whole(1), metavar="N", help="Stop after so many.")
@wait_option("1h", "How long a slice waits for a crawl of the same host.")
@output_option
@click.pass_context
def backfill(
    ctx: click.Context,
    source_id: str,
    since: str,
    mode: str,
    length: timedelta | None,
    most: int | None,
    wait: timedelta,
    output: str,
) -> None:
    """Fetch what a source published back to a day; its lists are followed as far as they go.

    In slices: between two, and where a crawl wants the host, it gives way. It may be cut short at
    any time; the same call goes on. What it brings is archived and searchable and no news.

    \b
    Examples:
      hubwatch backfill guiyang-en --since 2025-01-01 --estimate
      hubwatch backfill guiyang-en --since 2025-01-01
    """
    session = ctx.find_object(Session)
    assert session is not None
    source = session.catalogue.get(source_id)
    if length is not None:
        shorter = min(length, source.bounds.duration)
        source = replace(source, bounds=replace(source.bounds, duration=shorter))
    day = _day(session, source, since)
    if mode == "estimate":
        _print_estimate(*_estimated(session, source, day, mode), source, output)
        return
    request = request_for(session, (source,), wait, None)
    session.writing().close()  # makes what `--db` names; says at once what is missing
    expected, start = _estimated(session, source, day, mode)
    if output != JSON:
        _print_estimate(expected, start, source, output)

    from scraper.crawl.backfill import backfill as run_slices

    from .progress import reporting

    if not sys.stderr.isatty():
        log_to_stderr(session.config.log_format)
    with reporting() as report:
        done = run_slices(source, session.archive, request, day, report, start=start, most=most)
    if output == JSON:
        print_json(BACKFILLED((done, expected)))
    else:
        _print(source, done)
    ctx.exit(report.exit_code(_code(done)))


def _day(session: Session, source: Source, since: str) -> date:
    try:
        moment = parse_since(since, session.clock(), source.zone)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--since") from None
    if moment > session.clock():
        raise click.BadParameter(
            _("%(text)r is still to come; name a day that is past", text=since),
            param_hint="--since",
        )
    return moment.astimezone(ZoneInfo(source.zone)).date()


def _estimated(
    session: Session, source: Source, day: date, mode: str
) -> tuple[Estimate, BackfillPlace]:
    from scraper.crawl.backfill import BackfillPlace, estimate, last_place

    with session.reading() as store:
        start = BackfillPlace({}) if mode == "restart" else last_place(store, source.id)
        return estimate(store, source, day, start), start


def _print_estimate(found: Estimate, start: BackfillPlace, source: Source, output: str) -> None:
    if output == JSON:
        print_json(ESTIMATE(found))
        return
    heading(_("%(id)s: back to %(since)s", id=source.id, since=found.since))
    named = (
        _(", %(pages_named)s named by the pager", pages_named=found.pages_named)
        if found.pages_named
        else ""
    )
    each = (
        _(", about %(a_page)s articles each", a_page=f"{found.a_page:.0f}") if found.a_page else ""
    )
    click.echo(
        fact(
            "list pages",
            _(
                "%(pages_read)s known%(named)s%(each)s",
                pages_read=found.pages_read,
                named=named,
                each=each,
            ),
        )
    )
    period = (
        _(", published %(oldest)s to %(newest)s", oldest=found.oldest, newest=found.newest)
        if found.oldest
        else ""
    )
    click.echo(fact("kept", f"{pluralise(found.articles, 'article')}{period}"))
    if ended := start.conclusion(source, found.since):
        click.echo(fact("to fetch", _("nothing, it came to its end: %(ended)s", ended=ended)))
        return
    for spot in start.spots.values():
        click.echo(
            fact(
                "goes on", _("after page %(number)s (%(page)s)", number=spot.number, page=spot.page)
            )
        )
    if found.requests is None or found.seconds is None:
        click.echo(
            fact("to fetch", _("unknown: too little is archived to tell; a crawl would help"))
        )
        return
    delay = source.politeness.delay / timedelta(seconds=1)
    text = pluralise(found.requests, "request")
    if found.new_articles is not None:
        guess = _("about %(articles)s", articles=pluralise(found.new_articles, "article"))
        if found.new_least != found.new_most:
            guess += _(
                " (%(new_least)s to %(new_most)s)",
                new_least=found.new_least,
                new_most=found.new_most,
            )
        text = f"{guess}, {text}"
    click.echo(
        fact(
            "to fetch",
            _(
                "%(text)s, %(length)s at %(delay)s s each",
                text=text,
                length=_length(found.seconds),
                delay=f"{delay:g}",
            ),
        )
    )


def _length(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return (
        _("%(seconds)s min", seconds=f"{seconds / 60:.0f}")
        if seconds < 7200
        else f"{seconds / 3600:.1f} h"
    )


ESTIMATE: JsonDocument[Estimate] = JsonDocument(
    Member("source_id", "text", "id of the source", lambda e: e.source_id),
    Member("since", "day", "back to when", lambda e: e.since),
    Member("pages_read", "integer", "list pages known already", lambda e: e.pages_read),
    Member("pages_named", "integer or null", "how many the pager names", lambda e: e.pages_named),
    Member("a_page", "number", "articles on a list page", lambda e: e.a_page),
    Member("articles", "integer", "articles kept already", lambda e: e.articles),
    Member("oldest", "day or null", "when the oldest of them was published", lambda e: e.oldest),
    Member("newest", "day or null", "and the newest", lambda e: e.newest),
    Member("new_articles", "integer or null", "articles to come; null: nothing tells",
        lambda e: e.new_articles),
    Member("new_least", "integer or null", "at least so many, by what is known",
        lambda e: e.new_least),
    Member("new_most", "integer or null", "at most so many", lambda e: e.new_most),
    Member("requests", "integer or null", "requests to make", lambda e: e.requests),
    Member("seconds", "number or null", "how long they take", lambda e: e.seconds),
    commands=("backfill --estimate --json",),
)  # fmt: skip


BACKFILLED: JsonDocument[tuple[Backfilled, Estimate]] = JsonDocument(
    Member("source", "text", "id of the source", lambda b: b[1].source_id),
    Member("since", "day", "back to when", lambda b: b[1].since),
    Member("conclusion", "text or null", "how it came to its end; null: it goes on with the next "
        "call", lambda b: b[0].conclusion or None),
    Member("reason", "text", "why it stopped before", lambda b: b[0].reason),
    Member("outcome", "text or null", "how the last slice ended",
        lambda b: b[0].runs[-1].outcome if b[0].runs else None),
    Member("slices", "integer", "runs it took", lambda b: len(b[0].runs)),
    Member("listed", "integer", "as in `crawl`, of all slices", lambda b: b[0].total("listed")),
    Member("fetched", "integer", "as in `crawl`, of all slices", lambda b: b[0].total("fetched")),
    Member("unchanged", "integer", "as in `crawl`, of all slices",
        lambda b: b[0].total("unchanged")),
    Member("new", "integer", "as in `crawl`, of all slices", lambda b: b[0].total("new")),
    Member("changed", "integer", "as in `crawl`, of all slices", lambda b: b[0].total("changed")),
    Member("quarantined", "integer", "as in `crawl`, of all slices",
        lambda b: b[0].total("quarantined")),
    Member("failed", "integer", "as in `crawl`, of all slices", lambda b: b[0].total("failed")),
    Member("seconds", "number", "how long they took",
        lambda b: round(sum(run.seconds for run in b[0].runs), 3)),
    Member("runs", "list", "their numbers", lambda b: [run.id for run in b[0].runs]),
    part("estimate", "what had been expected, as `--estimate` prints it", lambda b: b[1], ESTIMATE),
    commands=("backfill --json",),
)  # fmt: skip


def _print(source: Source, done: Backfilled) -> None:
    figures = ", ".join(f"{done.total(name)} {name}" for name in ("fetched", "new", "quarantined"))
    if done.conclusion and not done.runs:
        text = _(
            "%(id)s: it had come to its end: %(conclusion)s",
            id=source.id,
            conclusion=done.conclusion,
        )
        click.echo(_("%(text)s; `--restart` begins at the first page again", text=text))
        return
    ending = done.conclusion or _("not finished: %(reason)s", reason=done.reason)
    click.echo(f"{source.id}: {ending}; {pluralise(len(done.runs), 'slice')}, {figures}")
    if done.total("failed"):
        note(
            _(
                "%(total)s addresses failed; `--restart` asks for them again",
                total=done.total("failed"),
            )
        )
    elif not done.conclusion:
        note(_("the same call goes on from there"))


def _code(done: Backfilled) -> int:
    if done.conclusion:
        return PARTLY if done.total("failed") else OK
    return PARTLY if done.total("new") or done.total("listed") else FAILED
