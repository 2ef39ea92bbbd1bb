"""`hubwatch sources check`, `test` and `record`: whether a source still reads its portal.

Prints what `desk.portals` finds out; live pages are looked at and not kept.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from hubwatch.errors import HubwatchError, NoArchive

from ..text import one_line
from .console import JSON, Whole, fact, note, output_option, print_json
from .session import Session, pass_session
from .trial_view import print_test, test_json

if TYPE_CHECKING:
    from scraper.sources.cases import Tried
    from scraper.sources.model import Source
    from storage.types import Capture

    from ..portals.check import PortalFinding, PortalReport
    from ..portals.coverage import PortalCoverage

_COLOURS = {"ok": "green", "warning": "yellow", "fault": "red"}


@click.command()
@click.argument("source_id", metavar="ID")
@click.option(
    "--articles", type=Whole(0, 20), default=3, show_default=True,
    help="How many articles to read, from the first row to the last.",
)  # fmt: skip
@output_option
@click.pass_context
def check(ctx: click.Context, source_id: str, articles: int, output: str) -> None:
    """Try a source live, without keeping anything: robots.txt, lists, pager, articles, fields.

    Asks as a crawl would, with its pauses. Exit code 1 if the source does not hold: a list without
    articles, an article without title, date or text.

    \b
    Examples:
      hubwatch sources check guiyang-en
      hubwatch sources check guiyang-en --articles 10 --json
    """
    from scraper.crawl.probe import Probe

    from ..portals.check import check_source
    from ..portals.pages import LivePages
    from .look import request_for_look

    session = ctx.find_object(Session)
    assert session is not None
    source = session.catalogue.get(source_id)
    inherited = session.catalogue.templates[source.fields.template].fields
    request = request_for_look(session, source)

    def say(url: str) -> None:
        if sys.stderr.isatty():
            note(f"asking for {url}")

    with Probe(source, request, session.archive_or_none) as look:
        report = check_source(source, inherited, LivePages(look, say), articles)
    if output == JSON:
        print_json(_report_json(source, report))
    else:
        _print_report(session, source, report)
    ctx.exit(0 if report.holds else 1)


def _print_report(session: Session, source: Source, report: PortalReport) -> None:
    for finding in report.findings:
        _print_finding(finding)
    faults = sum(finding.state == "fault" for finding in report.findings)
    if report.holds:
        note(f"{source.id} holds; `checked = {session.now:%Y-%m-%d}` may be noted in {source.path}")
    else:
        told = f"{source.id} does not hold ({faults} of its checks failed)"
        note(f"{told}; docs/fix-a-template.md says what to do")


def _print_finding(finding: PortalFinding) -> None:
    state = click.style(f"{finding.state.value:<8}", fg=_COLOURS[finding.state.value])
    click.echo(f"{state} {finding.check:<8} {one_line(finding.url)}")
    click.echo(f"{'':<17} {one_line(finding.told)}")


def _report_json(source: Source, report: PortalReport) -> dict[str, Any]:
    from .portal_view import article_json, row_json

    return {
        "id": source.id,
        "holds": report.holds,
        "checks": [
            {"check": f.check, "state": f.state.value, "url": f.url, "told": f.told}
            for f in report.findings
        ],
        "rows": [row_json(row) for row in report.rows],
        "articles": [article_json(sample) for sample in report.samples],
    }


@click.command()
@click.argument("source_id", metavar="ID")
@output_option
@click.pass_context
def test(ctx: click.Context, source_id: str, output: str) -> None:
    """Try a source on its archived pages and on its recorded cases; no network.

    Says for each field in how many pages it was found when they were kept, and is found with
    today's definition. Exit code 1 if a page is lost, a required field is found less often, or a
    case fails; one that nobody has confirmed fails.

    \b
    Examples:
      hubwatch sources test guiyang-en
    """
    session = ctx.find_object(Session)
    assert session is not None
    source = session.catalogue.get(source_id)
    coverage = _coverage(session, source_id)
    cases = _cases(session, source)
    if output == JSON:
        print_json(test_json(source, coverage, cases))
    else:
        print_test(coverage, cases)
    holds = (coverage is None or coverage.holds) and all(case.holds for case in cases)
    ctx.exit(0 if holds else 1)


def _coverage(session: Session, source_id: str) -> PortalCoverage | None:
    """None where there is no archive."""
    from ..portals.coverage import cover
    from .progress import advancing

    try:
        store = session.reading()
    except NoArchive:
        note("there is no archive: only recorded cases are tried")
        return None
    with store:
        return cover(store, session.catalogue, source_id, lambda items: advancing(items, "reading"))


def _cases(session: Session, source: Source) -> list[Tried]:
    from scraper.sources.cases import find_cases, try_case

    folders: dict[Path, None] = {}
    for home in _homes(session):
        folders.update(dict.fromkeys(find_cases(home / source.id)))
    return [try_case(source, folder) for folder in folders]


def _homes(session: Session) -> Iterator[Path]:
    """The folders of cases, those of the configured folders of sources."""
    from scraper.sources.cases import FOLDER

    from ..portals.draft import folder_for

    yield from (folder / FOLDER for folder in session.config.sources)
    yield folder_for(session.config) / FOLDER


@click.command()
@click.argument("source_id", metavar="ID")
@click.argument("url", required=False, metavar="[URL]")
@click.option("--name", metavar="NAME", help="The case's folder; else made from the address.")
@click.option(
    "--file", "page", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="A saved page instead of an archived one; needs URL.",
)  # fmt: skip
@click.option("--replace", "place", flag_value="replace", default="", help="Record it anew.")
@output_option
@pass_session
def record(
    session: Session,
    source_id: str,
    url: str | None,
    name: str | None,
    page: Path | None,
    place: str,
    output: str,
) -> None:
    """Record an archived page as a case: the page, and what it should read as.

    Without a URL that of the article published last. What is written is what the reader says
    today; it fails until a person has compared it with the page and set `confirmed = true`.

    \b
    Examples:
      hubwatch sources record guiyang-en http://english.guiyang.gov.cn/2023-08/29/c_914299.htm
      hubwatch sources record guiyang-en --name split-date
    """
    from scraper.sources.cases import EXPECTED, FOLDER

    from ..portals.cases import case_name
    from ..portals.cases import record as write_case
    from ..portals.draft import folder_for
    from ..portals.pages import saved_capture

    source = session.catalogue.get(source_id)
    if page is not None:
        if url is None:
            raise click.UsageError("--file needs URL: the address that the page came from")
        capture = saved_capture(page, url, session.now)
    else:
        capture = _archived(session, source_id, url)
    folder = folder_for(session.config) / FOLDER / source_id / (name or case_name(capture.url))
    write_case(source, capture, folder, replacing=bool(place))
    if output == JSON:
        print_json({"id": source_id, "url": capture.url, "folder": str(folder)})
        return
    click.echo(fact("page", capture.url))
    click.echo(fact("recorded", str(folder)))
    click.echo(fact("next", f"compare {folder / EXPECTED} with the page, set confirmed = true"))
    click.echo(fact("then", session.typed(f"sources test {source_id}")))


def _archived(session: Session, source_id: str, url: str | None) -> Capture:
    """The newest archived page of an address, else that of the article published last."""
    with session.reading() as store:
        if url is None:
            newest = store.revisions.newest_page(source_id)
            if newest is None:
                raise HubwatchError(f"{store.path}: holds no page of an article of {source_id}")
            return store.pages.snapshot(newest)
        found = store.pages.last_capture(source_id, url)
    if found is None:
        told = f"{url} is not archived for {source_id}"
        raise HubwatchError(f"{told}; {session.advice(f'crawl {quote(url)}')} archives it")
    return found
