"""`hubwatch demo` and `practice`: Hubwatch on pages of our own, without the internet."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from hubwatch.errors import ConfigError
from scraper.configuration import ARCHIVE_VARIABLE, DEFAULT_ZONE
from storage.facts import FactVerdict
from storage.types import Weight

from .. import N_, _, label, ngettext, padded
from ..moments import parse_day
from ..practice.portal import hosts, truth
from ..practice.server import serve, serve_forever
from ..text import one_line, pluralise
from .console import heading, note
from .crawl import exit_code, print_summary
from .main import program_name
from .options import Whole
from .session import Session, clock_at, pass_session, refuse_files

if TYPE_CHECKING:
    from storage.articles.records import Article

    from ..practice.demo import DemoResult, Stage
    from ..practice.server import Served

_SHOWN = 8  # titles of one kind
_NO_NEWS = N_("spaces and marks only: kept as a version, no news")


@click.command()
@click.option("--day", type=Whole(1, 365), help="Which day to show. [default: the last]")
@click.pass_context
def demo(ctx: click.Context, day: int | None) -> None:
    """Crawl the embedded practice portal and make a digest, offline, in ./hubwatch-demo.

    The portal moves on with each day: articles appear, are edited, are withdrawn. Called again for
    the same day it finds nothing new and fetches no article again.

    \b
    Examples:
      hubwatch demo
      hubwatch demo --day 2
    """
    from scraper.workers.readers import preload_readers

    from ..practice.demo import FOLDER, beginning, play, set_stage
    from .progress import reporting

    session = ctx.find_object(Session)
    assert session is not None
    refuse_files(session, "demo", _("it keeps everything in ./%(folder)s", folder=FOLDER))
    today = session.clock().astimezone(ZoneInfo(DEFAULT_ZONE)).date()
    stage = set_stage(FOLDER, day, today)
    clock = clock_at(beginning(stage))
    preload_readers()  # before the portal has a thread of its own
    with serve(stage.anchor, stage.day) as served:
        _introduce(stage, served)
        asked = len(served.log)
        with reporting() as report:
            result = play(stage, served, clock, report)
        print_summary(result.runs)
        requests = len(served.log) - asked
    _conclude(stage, result, requests)
    ctx.exit(report.exit_code(exit_code(result.runs)))


def _introduce(stage: Stage, served: Served) -> None:
    from ..practice.demo import practice_sources

    heading(_("The practice portal, day %(day)s (%(date)s)", day=stage.day, date=stage.noon.date()))
    for source in practice_sources():
        click.echo(f"  {source.id:<16} {one_line(source.name)}")
    pages = pluralise(len(served.pages), "page")
    click.echo(
        _(
            "  %(pages)s, served on 127.0.0.1:%(port)s while the demo lasts",
            pages=pages,
            port=served.port,
        )
    )
    click.echo()
    heading(_("Crawling into %(archive)s", archive=stage.archive))


def _conclude(stage: Stage, result: DemoResult, requests: int) -> None:
    click.echo()
    heading(_("What came out"))
    fetched = sum(run.counts.fetched for run in result.runs)
    material, cosmetic = map(result.of_weight, (Weight.MATERIAL, Weight.COSMETIC))
    click.echo(
        _(
            "  %(new)s new, %(material)s changed, %(gone)s gone; %(pages)s fetched, "
            "%(requests)s in all",
            new=len(result.new),
            material=len(material),
            gone=len(result.gone),
            pages=pluralise(fetched, "article page"),
            requests=pluralise(requests, "request"),
        )
    )
    click.echo(
        _(
            "  the archive holds %(articles)s, %(stories)s: %(copies)s joined",
            articles=pluralise(result.articles, "article"),
            stories=pluralise(result.stories, "story"),
            copies=pluralise(result.joined, "copy"),
        )
    )
    if len(result.new) == result.articles:  # a first crawl: nothing in it is news yet
        _titles("key", [item.title for item in result.digest.key])
    else:
        _titles("new", _by_story(result.new))
        _titles("changed", [edit.title for edit in material], [edit.summary for edit in material])
        _titles("cosmetic", [edit.title for edit in cosmetic], [_(_NO_NEWS)] * len(cosmetic))
        _titles("gone", [article.title for article in result.gone], _evidence(result.gone))
        _redesigned(stage)
    click.echo()
    heading(_("The digest"))
    click.echo(f"  {stage.digest}  ({pluralise(len(result.digest.items), 'item')})")
    click.echo(
        _(
            "  %(confirmed)s, %(corrected)s by %(person)s; the digest holds no others",
            confirmed=ngettext(
                "%(number)s figure confirmed",
                "%(number)s figures confirmed",
                result.judged.get(FactVerdict.CONFIRMED, 0),
            ),
            corrected=ngettext(
                "%(number)s corrected",
                "%(number)s corrected",
                result.judged.get(FactVerdict.CORRECTED, 0),
            ),
            person=result.reviewer,
        )
    )
    if result.contradictions:
        click.echo(
            ngettext(
                "  %(number)s contradiction confirmed, with both sentences",
                "  %(number)s contradictions confirmed, with both sentences",
                result.contradictions,
            )
        )
    click.echo()
    heading(_("Try next"))
    for command in _next(stage, result):
        click.echo(f"  {command}")


def _redesigned(stage: Stage) -> None:
    """What the portal did that day and that is rightly no news."""
    for source_id in truth(stage.anchor, stage.day).redesigned():
        click.echo(
            _(
                "  %(same)s %(source_id)s (its list was redesigned: read all the same)",
                same=padded(label("same"), 8),
                source_id=source_id,
            )
        )


def _evidence(gone: Sequence[Article]) -> list[str]:
    return [article.gone_evidence for article in gone]


def _by_story(articles: Sequence[Article]) -> list[str]:
    """A title a story, with the number of addresses where there are several."""
    stories: dict[int, list[Article]] = {}
    for article in articles:
        stories.setdefault(article.story_id, []).append(article)
    return [
        found[0].title + (_(" (%(found)s addresses)", found=len(found)) if len(found) > 1 else "")
        for found in stories.values()
    ]


def _titles(kind: str, titles: Sequence[str], details: Sequence[str] = ()) -> None:
    for title, detail in zip_longest(titles[:_SHOWN], details[:_SHOWN], fillvalue=""):
        click.echo(f"  {padded(label(kind), 8)} {one_line(title, 90)}")
        if detail:
            click.secho(f"  {'':<8} {one_line(detail, 110)}", dim=True)
    if len(titles) > _SHOWN:
        click.echo(f"  {'':<8} " + _("and %(n)s more", n=len(titles) - _SHOWN))


def _next(stage: Stage, result: DemoResult) -> list[str]:
    called = program_name()
    hubwatch = f"{called} --config {stage.config}"
    if os.environ.get(ARCHIVE_VARIABLE):  # it would come before the configuration's archive
        hubwatch += f" --db {stage.archive}"
    items = result.digest.items
    shown = items[0].article_id if items else 1
    return [
        f'{hubwatch} search "Innovation China"',
        f"{hubwatch} show {shown}",
        f"{hubwatch} facts --confirmed",
        f"{hubwatch} contradictions --all",
        f"{called} demo --day {stage.day + 1}",
    ]


@click.command()
@click.option("--port", type=Whole(0, 65535), default=8765, show_default=True)
@click.option("--day", type=Whole(1, 365), default=1, show_default=True)
@click.option("--anchor", metavar="DATE", help="The date of day 1. [default: today]")
@pass_session
def practice(session: Session, port: int, day: int, anchor: str | None) -> None:
    """Serve the practice portal on this machine until Ctrl-C.

    Prints the configuration that crawls it; save that and crawl from another terminal.

    \b
    Examples:
      hubwatch practice --port 8765
      hubwatch practice --day 2 --anchor 2026-03-01
    """
    refuse_files(session, "practice", _("it serves pages and crawls none"))
    try:
        serve_forever(_date(session, anchor), day, port, _announce)
    except OSError as error:
        raise ConfigError(
            _(
                "port %(port)s: %(strerror)s; choose another with --port",
                port=port,
                strerror=error.strerror,
            )
        ) from None


def practice_hosts() -> tuple[str, ...]:
    """The names of the practice portal."""
    return hosts()


@contextmanager
def serving_practice(session: Session, port: int) -> Iterator[None]:
    """Serve day 1 of the practice portal, today's, until the block ends. Raise OSError where the
    port is taken."""
    with serve(_date(session, None), 1, port):
        yield


def _date(session: Session, text: str | None) -> date:

    if text is None:
        return session.clock().astimezone(ZoneInfo(DEFAULT_ZONE)).date()
    try:
        return parse_day(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--anchor") from None


def _announce(served: Served) -> None:
    from ..practice.demo import practice_config

    note(
        _(
            "serving day %(day)s on 127.0.0.1:%(port)s; Ctrl-C ends it",
            day=served.day,
            port=served.port,
        )
    )
    note(
        _(
            "save this as practice.toml, then: hubwatch --config practice.toml init; "
            "hubwatch --config practice.toml crawl --all"
        )
    )
    click.echo(practice_config(served.hosts), nl=False)
    sys.stdout.flush()
