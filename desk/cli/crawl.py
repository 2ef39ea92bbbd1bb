"""`hubwatch crawl`: learn what is new, now. What it says while it works, and how it ends."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubwatch.errors import NoArchive
from scraper.crawl.request import CrawlRequest
from scraper.crawl.request import contact_for as contact_of
from storage.types import Outcome

from .. import _
from ..documents.runs import RUN
from ..logs import log_to_stderr
from .console import note, print_json, print_table
from .options import ADDRESS, FILE, INPUT, JSON, completing, output_option, wait_option
from .runs import RUN_COLUMNS, run_row
from .session import Session

if TYPE_CHECKING:
    from scraper.sources.model import Source
    from storage.archive import Archive
    from storage.runs import Run

    from .progress import CrawlProgress

OK, FAILED, PARTLY = 0, 1, 3


@click.command()
@click.argument("targets", nargs=-1, metavar="[ID … | URL]", shell_complete=completing("source"))
@click.option("--all", "which", flag_value="all", default="named", help="Every enabled source.")
@wait_option("30s", "How long to wait for a host that another process is crawling.")
@click.option("--slice", "slice_file", type=INPUT, metavar="FILE",
    help="Crawl a slice, see `hubwatch slice`.")  # fmt: skip
@click.option("--answer", "answer_file", type=FILE, metavar="FILE",
    help="Where its answer goes, else FILE.answer.")  # fmt: skip
@output_option
@click.pass_context
def crawl(
    ctx: click.Context,
    targets: tuple[str, ...],
    which: str,
    wait: timedelta,
    slice_file: Path | None,
    answer_file: Path | None,
    output: str,
) -> None:
    """Crawl sources by id, every enabled one, the address of one page, or a slice.

    A live crawl needs a contact in the configuration. Exit code: 0 ok, 1 failed, 3 partly failed.

    \b
    Examples:
      hubwatch crawl guiyang-en
      hubwatch crawl guiyang-en foshan-zh --wait 5m
      hubwatch crawl --all --json
      hubwatch crawl http://english.guiyang.gov.cn/2023-08/29/c_914299.htm
      hubwatch crawl --slice guiyang.slice
    """
    session = ctx.find_object(Session)
    assert session is not None
    if slice_file is not None:
        if targets or which == "all":
            raise click.UsageError(_("a slice says itself which source it is of"))
        from .slice_crawls import crawl_into  # loads what crawls

        ctx.exit(crawl_into(session, slice_file, answer_file, output))
    if answer_file is not None:
        raise click.UsageError(_("--answer goes with --slice"))
    page = None
    if len(targets) == 1 and "://" in targets[0]:
        page = ADDRESS.convert(targets[0], None, ctx)
    sources = _sources(session, targets, which, page)
    request = request_for(session, sources, wait, page)
    with archive_for_crawls(session) as store:
        runs, report = run_crawl(session, store, sources, request)
        if output == JSON:
            for run in runs:
                print_json(RUN(run))
        elif runs:
            print_summary(runs)
        else:
            note(
                _(
                    "nothing to crawl: no source is enabled; %(command)s asks what to watch",
                    command=session.hint("setup"),
                )
            )
        sys.stdout.flush()  # whoever started us knows the outcomes, whatever comes now
        if page is None:
            _look_after(session, store, runs)
    code = exit_code(runs)
    if which == "all" and code == OK and session.catalogue.faults:
        code = PARTLY  # a source whose file cannot be used was left out
    ctx.exit(report.exit_code(code))


def _look_after(session: Session, store: Archive, runs: Sequence[Run]) -> None:
    """Judge the sources that were crawled. The log says what that opens or closes."""
    from ..incidents import judge_some

    crawled = {run.source_id for run in runs}
    judge_some(store, session.config, session.enabled_ids(), session.clock(), crawled)


def _sources(
    session: Session, targets: Sequence[str], which: str, page: str | None
) -> tuple[Source, ...]:
    if (which == "all") == bool(targets):
        raise click.UsageError(
            _("name sources, one page's address, or --all; see `hubwatch sources`")
        )
    if which == "all":
        return session.enabled()
    if page is None:
        return tuple({name: session.catalogue.get(name) for name in targets}.values())
    return (_taker(session, page),)


def _taker(session: Session, page: str) -> Source:
    """The source that has the page already, else one that takes such pages, enabled ones first."""
    from scraper.sources.load import Catalogue

    catalogue = session.catalogue
    with suppress(NoArchive), session.reading() as store:
        known = (article.source_id for article in store.articles.at_url(page))
        for source_id in known:
            if source_id in catalogue.sources:
                return catalogue.get(source_id)
    watched = {source.id: source for source in session.enabled()}
    taker = Catalogue(watched, {}).for_url(page) or catalogue.for_url(page)
    if taker is None:
        raise click.UsageError(
            _(
                "no source takes %(page)s; %(add)s takes this page alone, %(watch)s its portal",
                page=page,
                add=session.hint(f"stories add {shlex.quote(page)} --by NAME"),
                watch=session.hint(f"sources add {shlex.quote(page)}"),
            )
        )
    return taker


def request_for(
    session: Session, sources: Sequence[Source], wait: timedelta, page: str | None
) -> CrawlRequest:
    """How to crawl these sources. Raise ConfigError where a live crawl has no contact."""
    contact = contact_for(session, sources)
    asked = CrawlRequest.of(session.config, session.clock, wait, session.watchlist_for_crawls())
    return replace(asked, contact=contact, page=page)


def contact_for(session: Session, sources: Sequence[Source]) -> str:
    """Whom portals may write to. For hosts on this machine alone nobody needs to be named.

    Raise ConfigError where one is needed and missing.
    """
    config = session.config
    return contact_of(config.contact, config.hosts, sources, config.path)


@contextmanager
def archive_for_crawls(session: Session) -> Iterator[Archive]:
    """The archive, open for writing. What readers are forked from is made before, while no database
    is open. Raise NoArchive and others as `Session.writing` does."""
    from scraper.workers.readers import preload_readers

    preload_readers()
    with session.writing() as store:
        yield store


def run_crawl(
    session: Session, store: Archive, sources: Sequence[Source], request: CrawlRequest
) -> tuple[tuple[Run, ...], CrawlProgress]:
    """Crawl, saying what happens. The report says whether a signal ended it."""
    from scraper.crawl.run import crawl as crawl_sources

    from .progress import reporting

    if not sys.stderr.isatty():
        log_to_stderr(session.config.log_format)
    with reporting() as report:
        return crawl_sources(sources, store, request, report), report


def exit_code(runs: Sequence[Run]) -> int:
    """0 if all runs ended well, 1 if none brought anything, else 3."""
    well = [run for run in runs if run.outcome in (Outcome.OK, Outcome.UNCHANGED)]
    partly = [run for run in runs if run.outcome in (Outcome.PARTIAL, Outcome.INTERRUPTED)]
    if len(well) == len(runs):
        return OK
    return PARTLY if well or partly else FAILED


def print_summary(runs: Sequence[Run]) -> None:
    """The table that ends a crawl."""
    print_table(RUN_COLUMNS, [run_row(run) for run in runs])
