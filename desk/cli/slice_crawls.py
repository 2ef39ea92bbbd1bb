"""`hubwatch crawl --slice` and `slice merge`: a slice is crawled where it was brought, and its
answer merged where it came from."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click

from hubwatch.errors import HubwatchError
from scheduler.health.inspection import inspect_slices
from scraper.crawl.request import CrawlRequest
from scraper.crawl.run import refuse_while_paused
from scraper.crawl.slices import Merge, Merger, SlicedCrawl, crawl_slice
from scraper.sources.model import Source
from storage.slice_files import is_slice
from storage.slices import AnswerState

from .. import _, term
from ..documents import JsonDocument, Member
from ..incidents import judge_some
from ..logs import log_to_stderr
from ..text import format_size
from .console import fact, print_json
from .crawl import FAILED, OK, PARTLY, contact_for, exit_code
from .options import COUNT, INPUT, JSON, output_option, wait_option
from .progress import reporting
from .session import Session
from .slices import JOB_NAME

SLICED: JsonDocument[SlicedCrawl] = JsonDocument(
    Member("job", "text", "id of the job", lambda s: s.head.job),
    Member("attempt", "integer", "which attempt at it this is", lambda s: s.head.attempt),
    Member("source", "text", "id of the source", lambda s: s.head.source),
    Member("answer", "text", "the answer, to be merged where the slice came from",
        lambda s: str(s.answer)),
    Member("bytes", "integer", "its size", lambda s: s.bytes),
    Member("sha256", "text", "its checksum", lambda s: s.sha256),
    Member("outcome", "text or null", "how the crawl ended; null: it did not begin",
        lambda s: s.run.outcome if s.run else None),
    Member("reason", "text", "why it ended so, if that needs saying",
        lambda s: s.run.reason if s.run else ""),
    Member("exchanges", "integer", "requests in the answer", lambda s: s.exchanges),
    Member("finished", "boolean", "whether the answer can be merged; if not, the same "
        "command goes on", lambda s: s.finished),
    Member("seconds", "number", "how long it took", lambda s: s.run.seconds if s.run else 0.0),
    commands=("crawl --slice --json",),
)  # fmt: skip


def crawl_into(session: Session, path: Path, answer: Path | None, output: str) -> int:
    """Crawl a slice, saying what happens, and return the exit code. Raises as `crawl_slice`."""
    if session.db_option is not None:
        raise click.UsageError(_("a slice is an archive of its own; leave --db out"))
    asked = CrawlRequest.of(session.config, session.clock, timedelta(), None)

    def request_for(source: Source) -> CrawlRequest:
        return replace(asked, contact=contact_for(session, [source]))

    if not sys.stderr.isatty():
        log_to_stderr(session.config.log_format)
    with reporting() as report:
        target = answer or path.with_name(f"{path.name}.answer")
        done = crawl_slice(path, target, request_for, report)
    if output == JSON:
        print_json(SLICED(done))
    else:
        outcome = term("outcome", done.run.outcome) if done.run and done.run.outcome else ""
        click.echo(fact(_("outcome"), outcome))
        click.echo(fact(_("answer"), f"{target} ({format_size(done.bytes)})"))
        again = _("it was cut off; the same command goes on")
        next_command = f"hubwatch slice merge {target.name}"
        click.echo(fact("next", next_command if done.finished else again))
    code = exit_code([done.run]) if done.run else FAILED
    return report.exit_code(code)


MERGED: JsonDocument[Merge] = JsonDocument(
    Member("job", "text or null", "id of the job; null: it names none of ours",
        lambda m: m.ticket.job if m.ticket else None),
    Member("attempt", "integer or null", "which attempt", lambda m: m.ticket.attempt
        if m.ticket else None),
    Member("source", "text or null", "id of the source", lambda m: m.ticket.source_id
        if m.ticket else None),
    Member("state", "text", "`merged`, `already_merged` (nothing changed), `late` (on record, not "
        "applied) or `refused` (nothing of it used)", lambda m: m.state),
    Member("reason", "text", "why it is late or refused", lambda m: m.reason),
    Member("run", "integer or null", "the run that it became", lambda m: m.run.id
        if m.run else None),
    Member("outcome", "text or null", "how that ended", lambda m: m.run.outcome if m.run else None),
    Member("exchanges", "integer", "requests in the answer", lambda m: m.exchanges),
    Member("unused", "integer", "those that were not asked for here", lambda m: m.unused),
    Member("sha256", "text", "checksum of the answer; empty where it was not read", lambda m:
        m.sha256),
    Member("bytes", "integer", "its size", lambda m: m.bytes),
    commands=("slice merge --json",),
)  # fmt: skip


@click.command()
@click.argument("answer", type=INPUT, metavar="ANSWER")
@click.option("--sha256", metavar="HEX", help="Its checksum where it was sent.")
@click.option("--job", type=JOB_NAME, help="The job whose answer it should be.")
@click.option("--attempt", type=COUNT, metavar="N", help="The attempt, with --job.")
@wait_option("30s", "How long to wait for a host that another process is crawling.")
@output_option
@click.pass_context
def merge(
    ctx: click.Context,
    answer: Path,
    sha256: str | None,
    job: str | None,
    attempt: int | None,
    wait: timedelta,
    output: str,
) -> None:
    """Merge an answer: the source is crawled once more, from what was fetched elsewhere alone.

    Merging the same answer again changes nothing. Exit code: 0 merged, 1 refused, 3 partly merged,
    or late, which is put on record and not applied.

    \b
    Examples:
      hubwatch slice merge guiyang.slice.answer
      hubwatch slice merge guiyang.slice.answer --sha256 9f86d0… --json
    """
    session = ctx.find_object(Session)
    assert session is not None
    if (job is None) != (attempt is None):
        raise click.UsageError(_("--job and --attempt go together"))
    if job is None and is_slice(answer):  # a slip of who types; what was sent is put on record
        told = _(
            "%(path)s is the slice itself; merge its answer, %(answer)s",
            path=answer,
            answer=f"{answer}.answer",
        )
        raise HubwatchError(told)
    asked = CrawlRequest.of(session.config, session.clock, wait, session.watchlist_for_crawls())
    with session.editing() as store:
        refuse_while_paused(store, asked)
        expected = store.sources.slices.get(job, attempt) if job and attempt else None
    if job is not None and expected is None:
        raise HubwatchError(_("there is no attempt %(n)s at %(job)s", n=attempt, job=job))
    if not sys.stderr.isatty():
        log_to_stderr(session.config.log_format)
    with reporting() as report:
        merger = Merger(session.archive, asked, session.catalogue.get, report)
        done = merger.merge(answer, sha256, expected)
    if output == JSON:
        print_json(MERGED(done))
    else:
        _describe(done)
    sys.stdout.flush()
    with session.editing() as store:
        inspect_slices(store, session.clock())
        if done.state is AnswerState.MERGED and done.run is not None:
            now, of = session.clock(), {done.run.source_id}
            judge_some(store, session.config, session.enabled_ids(), now, of)
    ctx.exit(report.exit_code(_merge_code(done)))


def _describe(done: Merge) -> None:
    state = term("slice", str(done.state))
    click.echo(fact(_("answer"), f"{state}: {done.reason}" if done.reason else state))
    if done.run is not None:
        outcome = term("outcome", done.run.outcome) if done.run.outcome else ""
        click.echo(fact(_("run"), f"{done.run.id} {outcome}"))


def _merge_code(done: Merge) -> int:
    if done.state is AnswerState.MERGED:
        return exit_code([done.run] if done.run else [])
    codes = {
        AnswerState.ALREADY_MERGED: OK,
        AnswerState.LATE: PARTLY,
        AnswerState.REFUSED: FAILED,
    }
    return codes[done.state]
